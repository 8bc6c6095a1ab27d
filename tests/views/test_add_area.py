"""Drawing a neighbourhood: found, ticked, named, dated, seen at once, kept by its visitor alone."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from store import drawn_rules
from store.database import Store
from store.folder import SHIPPED
from store.place import ChosenChange, place_from
from tests.views.pages import Open, bodies, drawn_well, told

_OURS = ["E01015153", "E01015155"]


def _with(app: AppTest, **fields: Any) -> AppTest:
    """The page after somebody has entered ``fields`` (by the drawing's names)."""
    drawing = app.session_state["drawing"]
    for name, value in fields.items():
        setattr(drawing, name, value)
        app.session_state[f"add-{name}"] = value
    return app.run()


def _file(app: AppTest) -> dict[str, Any]:
    """The file shown at the end of the page, read as TOML."""
    return tomllib.loads(next(item.value for item in app.code))


@pytest.fixture
def drawn(open_page: Open) -> AppTest:
    """Two small areas with a name and a start."""
    return _with(
        drawn_well(open_page("add")), small_areas=list(_OURS), name="Our streets", town="Plymouth", start_kind="month",
        start=date(2020, 8, 1),
    )  # fmt: skip


def test_an_empty_page_asks_for_a_place_and_a_name(open_page: Open) -> None:
    app = drawn_well(open_page("add"))
    assert "Type a postcode, a ward or a town to begin." in told(app)
    assert "Choose at least one small area (1) and a name (2)" in told(app)
    assert not app.code


def test_a_ward_is_found_by_its_name_and_added(open_page: Open) -> None:
    app = open_page("add")
    app.text_input(key="typed-add-0").set_value("Sutton and Mount Gould")
    app = next(button for button in app.button if button.label == "Find").click().run()
    offer = next(button for button in app.button if button.label.startswith("Add Sutton and Mount Gould"))
    app = offer.click().run()
    codes = app.session_state["drawing"].small_areas
    assert len(codes) >= 2
    assert "Sutton and Mount Gould" in told(drawn_well(app))
    assert app.multiselect(key="add-small_areas").value == codes


def test_a_postcode_is_answered_and_forgotten(open_page: Open, sample_store: Store) -> None:
    import pyarrow.parquet as pq

    row = pq.read_table(SHIPPED / "sample" / "postcodes.parquet").slice(0, 1).to_pylist()[0]
    app = open_page("add")
    app.text_input(key="typed-add-0").set_value(row["postcode"].lower())
    app = next(button for button in app.button if button.label == "Find").click().run()
    assert row["stable"] in sample_store.stable_codes([row["stable"]])
    next(button for button in app.button if "where that postcode lies" in button.label).click().run()
    assert app.session_state["drawing"].small_areas == [row["stable"]]
    held = repr(app.session_state)
    assert "small_areas" in held
    assert row["postcode"] not in held.upper().replace(" ", "")


def test_the_file_is_the_neighbourhood(drawn: AppTest) -> None:
    place = place_from(_file(drawn_well(drawn)), "any")
    assert (place.name, place.small_areas, place.start) == ("Our streets", tuple(_OURS), date(2020, 8, 1))
    assert place.consulted == "not yet"


def test_the_figures_are_those_of_the_same_place_from_a_file(drawn: AppTest, open_page: Open) -> None:
    app = _with(drawn, chosen=["burglary"])
    assert _file(app)["study"]["chosen_beforehand"] == ["burglary"]
    assert _file(app)["study"]["chosen_on"] == date(2026, 11, 21)
    next(button for button in app.button if button.key == "add-see").click().run()
    page = drawn_well(app)
    # The page was switched: the draft is the place now, and only for this visitor.
    assert app.session_state["draft"].slug == "draft-our-streets"
    assert "Our streets" in told(page)
    other = drawn_well(open_page("your-area", area="draft-our-streets"))
    assert "Our streets" not in told(other)
    assert any("A draft lives only in the browser window" in item.value for item in other.info)


def test_what_happened_what_is_strong_and_what_people_say(drawn: AppTest) -> None:
    app = drawn
    app.text_input[[item.label for item in app.text_input].index("What happened")].set_value("Meeting in the hall")
    app.selectbox[[item.label for item in app.selectbox].index("From")].set_value(date(2020, 2, 1))
    app = next(button for button in app.button if button.label == "Add to the timeline").click().run()
    assert _file(app)["milestone"] == [{"on": "2020-02", "text": "Meeting in the hall"}]
    app.text_input[[item.label for item in app.text_input].index("What it is")].set_value("Café")
    app = next(button for button in app.button if button.label == "Add this strength").click().run()
    assert _file(app)["asset"] == [{"name": "Café", "kind": "place", "ring": "us"}]
    app.text_area[[item.label for item in app.text_area].index("What they say")].set_value("It feels lighter here.")
    app = next(button for button in app.button if button.label == "Add what they say").click().run()
    assert any("what they agreed to" in item.value for item in app.warning)
    assert "story" not in _file(app)
    app = next(button for button in app.button if button.label == "Take out").click().run()
    assert "milestone" not in _file(app)


@pytest.mark.parametrize(
    ("kind", "fields", "key", "value"),
    [
        ("unknown", {}, "start", None),
        ("range", {"start": date(2020, 12, 1), "start_last": date(2020, 7, 1)}, "start_range", ["2020-07", "2020-12"]),
        ("several", {"starts": [date(2021, 4, 1), date(2020, 8, 1)]}, "starts", ["2020-08", "2021-04"]),
    ],
)
def test_every_way_to_know_a_start(drawn: AppTest, kind: str, fields: dict[str, Any], key: str, value: object) -> None:
    app = _with(drawn, start_kind=kind, **fields)
    assert _file(drawn_well(app)).get("project", {}).get(key) == value


def test_a_saved_file_goes_on_as_it_was(open_page: Open) -> None:
    text = (SHIPPED / "areas" / "north-stonehouse.toml").read_text(encoding="utf-8")
    app = open_page("add")
    app.file_uploader(key="add-upload").upload("../../etc/passwd.toml", text.encode(), "application/toml")
    app = app.run()
    app = next(button for button in app.button if button.label == "Open this file").click().run()
    place, shipped = place_from(_file(drawn_well(app)), "xx"), place_from(tomllib.loads(text), "xx")
    assert place == shipped
    app = _with(app, start=date(2021, 1, 1))
    assert "study" not in _file(app) or "before" not in _file(app)["study"]
    app = next(button for button in app.button if button.key == "add-empty").click().run()
    assert app.session_state["drawing"].small_areas == []


def _opened(app: AppTest, text: str) -> AppTest:
    app.file_uploader(key="add-upload").upload("x.toml", text.encode(), "application/toml")
    return next(button for button in app.run().button if button.label == "Open this file").click().run()


_ANSWERED = """
[[study.changed]]
on = 2026-11-20
was = ["burglary"]
reason = "A slip of the pen."

[[reply]]
indicator = "burglary"
text = "It is quieter."
consent = "2026-11"
on = "2026-11"
"""


def test_a_list_chosen_beforehand_is_changed_only_with_a_reason(open_page: Open) -> None:
    text = (SHIPPED / "areas" / "north-stonehouse.toml").read_text(encoding="utf-8") + _ANSWERED
    text = text.replace("schema = 1\n", "schema = 1\npublish = true\n")
    app = _opened(open_page("add"), text)
    brought = place_from(tomllib.loads(text), "xx")
    assert brought.publish
    assert place_from(_file(drawn_well(app)), "xx") == brought
    # Their order is nobody's choice.
    app = _with(app, chosen=["vehicle-crime", "robbery", "burglary"])
    assert place_from(_file(drawn_well(app)), "xx").changes == brought.changes
    assert place_from(_file(app), "xx").chosen_on == brought.chosen_on
    app = _with(app, chosen=["burglary", "violence"])
    assert not app.code
    assert "Say why" in app.error[0].value
    app = app.text_input(key="add-rechosen_because").set_value("Residents asked for it.").run()
    place = place_from(_file(drawn_well(app)), "xx")
    assert place.changes == (
        *brought.changes, ChosenChange(date(2026, 11, 21), brought.chosen_beforehand, "Residents asked for it."),
    )  # fmt: skip
    assert place.chosen_on == date(2026, 11, 21)
    assert place.replies == brought.replies


def test_a_file_that_is_none_gets_one_sentence(open_page: Open) -> None:
    app = open_page("add")
    app.file_uploader(key="add-upload").upload("x.toml", b"name = <script>alert(1)</script>", "application/toml")
    app = next(button for button in app.run().button if button.label == "Open this file").click().run()
    assert len(app.error) == 1
    assert "not valid TOML" in app.error[0].value
    assert "<script" not in bodies(app)


def test_a_drawn_line_offers_the_small_areas_that_fit(open_page: Open, sample_store: Store) -> None:
    outline = sample_store.outlines(_OURS[:1])[_OURS[0]]
    app = open_page("add")
    content = json.dumps({"type": "Feature", "properties": {}, "geometry": json.loads(outline)}).encode()
    app.file_uploader(key="add-boundary").upload("line.geojson", content, "application/geo+json")
    app = app.run()
    assert "live inside your line" in told(drawn_well(app))
    app = next(button for button in app.button if button.label == "Use these small areas").click().run()
    assert app.session_state["drawing"].small_areas == _OURS[:1]


@pytest.mark.parametrize("content", [b"", b"{", b"PK\x03\x04", b'{"type":"Point","coordinates":[0,51]}'])
def test_a_line_that_is_none_gets_one_sentence(open_page: Open, content: bytes) -> None:
    app = open_page("add")
    app.file_uploader(key="add-boundary").upload("<img src=x onerror=alert(1)>.json", content, "application/json")
    app = app.run()
    assert not app.exception
    assert len(app.error) == 1
    assert "<img" not in bodies(app)


def test_a_file_with_an_unknown_small_area_is_refused_in_a_sentence(open_page: Open) -> None:
    text = 'schema = 1\nname = "x"\n[place]\nsmall_areas = ["E01099999"]\n'
    app = open_page("add")
    app.file_uploader(key="add-upload").upload("x.toml", text.encode(), "application/toml")
    app = next(button for button in app.run().button if button.label == "Open this file").click().run()
    assert not app.exception
    assert "E01099999" in app.error[0].value


def test_the_repository_has_no_draft(drawn: AppTest) -> None:
    # The same draft as above, which is studied once.
    app = _with(drawn, chosen=["burglary"])
    next(button for button in app.button if button.key == "add-see").click().run()
    assert not list(Path(SHIPPED / "areas").glob("draft*"))


def test_an_area_that_could_tell_people_apart_is_refused(drawn: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    assert any(button.key == "add-see" for button in drawn.button)
    monkeypatch.setattr(drawn_rules, "newest_residents", lambda _, codes: dict.fromkeys(codes, 499.0))
    app = drawn_well(drawn.run())
    # Once where the areas are chosen and once where the figures would be.
    assert {item.value for item in app.warning} == {
        "About 998 people live here, and figures of fewer than 1,000 could tell about single people: add a small area."
    }
    assert not any(button.key == "add-see" for button in app.button)
    assert [button.proto.label for button in app.get("download_button")] == ["Download the template"]
    assert not app.code
