"""Every page opens for every kind of place, and says what the finding says."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from indicators import Finding, study
from indicators.questions import board_indicators, question_of
from outputs import sentence
from outputs.words import count, small_number
from store.database import Store
from store.period import parse_window
from tests.views.pages import PAGES, TODAY, Open, bodies, chosen, drawn_well, table, told


@pytest.fixture(scope="module")
def burglary(sample_store: Store) -> Finding:
    """The first finding of North Stonehouse, computed without any page."""
    place = next(item for item in sample_store.places if item.slug == "north-stonehouse")
    return study(sample_store, question_of(sample_store, place, "burglary", today=TODAY))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("area", ["north-stonehouse", "redruth-north"])
def test_every_page_opens(open_page: Open, page: str, area: str) -> None:
    app = drawn_well(open_page(page, area=area))
    assert len(app.title) == 1
    if page not in ("across", "beacon", "add", "methods"):
        assert chosen(app, "area").value == area


def numbers_shown(app: AppTest, finding: Finding) -> None:
    """The counts of the finding and of its similar places stand on the page."""
    assert finding.before is not None
    assert finding.after is not None
    assert finding.comparison is not None
    text = told(app)
    assert count(finding.before.count) in text
    assert count(finding.after.count) in text
    assert f"{len(finding.comparison.areas)} similar places" in text


def test_the_first_page_is_the_worked_example(open_page: Open, burglary: Finding) -> None:
    app = drawn_well(open_page())
    assert app.title[0].value == "Stronger North Stonehouse"
    assert burglary.before is not None
    assert burglary.after is not None
    assert (burglary.before.count, burglary.after.count) == (78, 34)
    numbers_shown(app, burglary)
    assert "78 in the two years before the programme and 34 in the two years after" in told(app)


def test_the_first_page_counts_the_outcomes_it_shows_and_no_others(open_page: Open) -> None:
    app = drawn_well(open_page())
    panels = [item.value for item in app.subheader]
    assert "House prices" not in panels
    assert f"{len(panels)} outcomes, at a glance" in told(app)
    assert f"{small_number(len(panels))} can be seen in this neighbourhood" in told(app)


def test_the_board_shows_every_outcome_with_its_counts(open_page: Open, sample_store: Store, burglary: Finding) -> None:
    app = drawn_well(open_page("board"))
    assert burglary.comparison is not None
    place = next(item for item in sample_store.places if item.slug == "north-stonehouse")
    head, *rows = table(app, "Numbers of the board")
    assert len(rows) == len(board_indicators(place, sample_store.measures()))
    row = next(dict(zip(head, cells, strict=True)) for cells in rows if cells[0] == burglary.title)
    assert row["What happened"].startswith("78 to 34")
    assert row["Gap at least as unusual"].endswith(f"of {len(burglary.comparison.areas)} places")


def test_explore_says_the_findings_own_sentence(open_page: Open, burglary: Finding) -> None:
    app = drawn_well(open_page("explore", area="north-stonehouse", indicator="burglary"))
    numbers_shown(app, burglary)
    assert sentence.of(burglary) in told(app)
    assert burglary.plan_hash in told(app)
    assert burglary.data_hash[:16] in told(app)


def test_a_place_without_a_start_is_not_compared(open_page: Open) -> None:
    text = told(drawn_well(open_page("your-area", area="redruth-north")))
    assert "no start date on record" in text
    assert "before the programme" not in text


def test_other_dates_give_another_finding(open_page: Open, sample_store: Store) -> None:
    app = drawn_well(open_page("explore", area="north-stonehouse", indicator="burglary"))
    as_filed = told(app)
    chosen(app, "start").set_value("2021-07").run()
    chosen(app, "months").set_value("12").run()
    text = told(drawn_well(app))
    place = next(item for item in sample_store.places if item.slug == "north-stonehouse")
    before, after = parse_window("2020-07:2021-06"), parse_window("2021-07:2022-06")
    question = question_of(sample_store, place, "burglary", today=TODAY, before=before, after=after)
    asked = study(sample_store, question)
    assert text != as_filed
    assert sentence.of(asked) in text
    assert asked.plan_hash in text


def test_dates_that_make_no_question_get_one_sentence(open_page: Open) -> None:
    app = open_page("explore", area="north-stonehouse", indicator="burglary")
    chosen(app, "start").set_value("2024-09").run()
    chosen(app, "settling").set_value("12").run()
    chosen(app, "months").set_value("36").run()
    assert not app.exception
    assert [item.value for item in app.warning] == ["2028-08 is in the future. Choose months that have been."]
    assert chosen(app, "start").value == "2024-09"


def test_the_foot_of_a_page_says_where_to_write(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Tell the people who run this page." in told(open_page("methods"))
    monkeypatch.setenv("OUTCOMES_CONTACT", "figures@example.org <b>")
    app = drawn_well(open_page("methods"))
    assert "Write to figures@example.org <b>." in told(app)
    assert "<b>." not in bodies(app)
