"""Across: every community in alphabetical order, each with its own dates; together only where two can be pooled."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from indicators import study
from indicators.communities import communities
from indicators.questions import question_of
from outputs.across import NOT_A_LEAGUE_TABLE
from outputs.together_words import sentence
from outputs.words import count
from store.database import Store, open_store
from store.folder import Folder
from store.place import Place
from tests.views.pages import TODAY, Open, chosen, drawn_well, table, texts, told
from views import access

ROWS = "Communities side by side, in alphabetical order"
_FILE = """schema = 1
name = "{name}"
town = "Exeter, Devon"
summary = "Neighbours of {name}."
[place]
small_areas = {codes}
[project]
{start}
"""


@pytest.fixture
def invited(own_folder: Folder) -> Folder:
    """Two of the shipped neighbourhoods, three more with a start, and one whose start is anybody's guess."""
    for path in own_folder.areas.glob("*.toml"):
        if path.stem not in ("north-stonehouse", "redruth-north"):
            path.unlink()
    for slug, name, codes, start in (
        ("elsewhere", "Elsewhere", '["E01019970"]', 'start = "2020-01"'),
        ("third", "A third place", '["E01019971"]', 'start = "2019-06"'),
        ("unsure", "Unsure", '["E01019972"]', 'start_range = ["2019-01", "2023-01"]'),
        ("twin", "Twin of Elsewhere", '["E01019970"]', 'start = "2020-01"'),
    ):
        (own_folder.areas / f"{slug}.toml").write_text(
            _FILE.format(name=name, codes=codes, start=start), encoding="utf-8"
        )
    return own_folder


def places(store: Store) -> dict[str, Place]:
    return {place.slug: place for place in store.places}


def picked(app: AppTest) -> list[str]:
    return list(app.multiselect(key="choice-with").value)


def test_the_sample_stands_side_by_side_and_says_what_is_needed(open_page: Open, sample_store: Store) -> None:
    app = drawn_well(open_page("across"))
    assert chosen(app, "indicator").value == "burglary"
    text = told(app)
    assert NOT_A_LEAGUE_TABLE in text
    head, *rows = table(app, ROWS)
    names = sorted((place.name for place in sample_store.places), key=str.casefold)
    assert [row[0] for row in rows] == names
    assert [name for name in texts(app, "subheader") if name.replace("\\", "") in names] == names
    ours = dict(zip(head, rows[names.index("Stronger North Stonehouse")], strict=True))
    assert (ours["Before"], ours["Change a month"]) == ("78 in two years (August 2018 to July 2020)", "−56 %")
    assert text.count("there is no before and after (no start date is known)") == len(names) - 1
    assert "Only Stronger North Stonehouse has counts of break-ins before and after" in text
    assert "Of those here, Stronger North Stonehouse has that." in text
    assert picked(app) == []


def test_one_community_alone_cannot_be_put_together(open_page: Open) -> None:
    app = drawn_well(open_page("across", **{"with": "north-stonehouse,redruth-north,nonsense,<script>"}))
    assert sorted(picked(app)) == ["north-stonehouse", "redruth-north"]
    text = told(app)
    assert "Redruth North: no start date is known." in text
    assert "Stronger North Stonehouse: can be put together with others." in text
    assert "Everyone who was invited" not in text


def test_those_that_agree_are_put_together_as_the_command_does(invited: Folder, open_own_page: Open) -> None:
    slugs = ("third", "elsewhere", "redruth-north", "north-stonehouse", "unsure")
    app = drawn_well(open_own_page("across", indicator="violence", **{"with": ",".join(slugs)}))
    store = open_store(invited)
    known = places(store)
    findings = [study(store, question_of(store, known[slug], "violence", today=TODAY)) for slug in slugs[:4]]
    text = told(app)
    assert sentence(communities(findings)) in text
    for finding in findings:
        if finding.before and finding.after:
            assert f"{count(finding.before.count)} in" in text
    assert "Redruth North: not put together with the others – no start date is known." in text
    assert "Unsure: The file leaves 49 months open as the start" in text
    _, *rows = table(app, "Leaving out one community at a time")
    assert [row[0] for row in rows] == ["A third place", "Elsewhere", "Stronger North Stonehouse"]
    _, *rows = table(app, "The numbers: Recorded violence and sexual offences: each community, and all three together")
    assert [row[0] for row in rows][-1] == "All three together"
    assert app.query_params["with"] == "third,elsewhere,redruth-north,north-stonehouse,unsure"


def test_a_choice_is_kept_in_the_link_and_leaves_it_clean(invited: Folder, open_own_page: Open) -> None:
    app = drawn_well(open_own_page("across", indicator="violence"))
    assert "with" not in app.query_params
    app.multiselect(key="choice-with").set_value(["elsewhere", "north-stonehouse"]).run()
    assert app.query_params["with"] == "elsewhere,north-stonehouse"
    assert "Two communities were put together" in told(drawn_well(app))
    assert "Leaving out one community at a time" not in texts(app, "subheader")
    app.multiselect(key="choice-with").set_value([]).run()
    assert "with" not in app.query_params
    assert "Putting counts together needs at least two communities" in told(drawn_well(app))


def test_communities_that_overlap_are_told_so_in_one_sentence(invited: Folder, open_own_page: Open) -> None:
    app = drawn_well(open_own_page("across", indicator="violence", **{"with": "elsewhere,twin"}))
    (message,) = texts(app, "warning")
    assert "share the small area E01019970, which would be counted twice" in message


def test_without_any_outcome_the_page_says_so(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "loaded_indicators", frozenset)
    assert "No outcome of small areas is loaded yet." in told(drawn_well(open_page("across")))
