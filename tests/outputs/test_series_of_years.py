"""Charts and figures of what comes once a year, once in a while, or for a council: cadence, signs, rings and room for words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.finding import Finding
from indicators.quarter_series import QuarterSeries
from outputs.chart import series_figure
from outputs.chart_plan import SeriesPlan, WindowBar, alone
from outputs.facts import facts
from outputs.markup import kept_together
from outputs.panel_words import panel_words
from outputs.period_words import how_often, period_words
from outputs.plans import series_plan
from outputs.scorecard import scorecard_html, scorecard_table
from outputs.source_words import source_lines
from outputs.table import Table
from store.period import month_from_number, month_number
from store.place import place_from
from tests.outputs import examples
from tests.outputs.test_around_and_local import council, hidden, school_years, survey
from tests.outputs.test_level_words import levels


@pytest.mark.parametrize(
    ("first", "months", "words"),
    [
        (date(2020, 4, 1), 3, "April to June 2020"),
        (date(2020, 11, 1), 3, "November 2020 to January 2021"),
        (date(2020, 6, 1), 1, "June 2020"),
        (date(2019, 1, 1), 12, "2019"),
        (date(2018, 9, 1), 12, "2018/19"),
        (date(1999, 4, 1), 12, "1999/00"),
        (date(2018, 10, 1), 12, "October 2018 to September 2019"),
        (date(2018, 1, 1), 36, "January 2018 to December 2020"),
    ],
)
def test_a_period_is_called_as_people_call_it(first: date, months: int, words: str) -> None:
    assert period_words(first, months) == words


def test_how_often_figures_come_is_told_by_the_step_between_them() -> None:
    assert how_often((date(2018, 1, 1), date(2018, 4, 1)), 3)[1] == "every three months"
    assert how_often((date(2018, 9, 1), date(2019, 9, 1)), 12)[1] == "every school year"
    assert how_often((date(2018, 4, 1), date(2019, 4, 1)), 12)[1] == "every year from April to March"
    assert how_often((date(2018, 3, 1), date(2020, 3, 1), date(2021, 3, 1)), 1) == ("each year", "every year", "years")
    assert how_often((date(2018, 1, 1),), 1)[1] == "every month"
    assert how_often((date(2018, 1, 1), date(2020, 1, 1)), 24)[1] == "every 24 months"


PLACE = place_from(
    {"schema": 1, "name": "North Stonehouse", "town": "Plymouth", "place": {"small_areas": ["E01015153"]}},
    "north-stonehouse",
)


def planned(finding: Finding, series: QuarterSeries) -> SeriesPlan:
    return series_plan(finding, series, PLACE, ())


def test_a_councils_series_is_drawn_as_the_councils() -> None:
    plan = planned(council(), school_years((560, 465, 305, 355, 275, 320)))
    assert plan.title == "Children admitted for injuries, every year from April to March"
    assert plan.place == "Plymouth"
    assert plan.sentence == "The solid line is Plymouth. It is not our neighbourhood alone."
    assert plan.table.header == ("When", "Plymouth")
    assert plan.table.rows[1] == ("2019/20", 465)
    assert "Stonehouse" not in plan.alt + plan.sentence + plan.csv()
    assert [bar.words for bar in plan.windows] == ["Before, 12 months: 465", "After, 24 months: 630"]


def test_shares_and_prices_carry_their_sign_everywhere() -> None:
    share = levels("proportion", "% of pupils", (120.0, 57.142857, 210.0), (150.0, 75.0, 200.0))
    plan = planned(share, school_years((57.142857, 60.0, None, 75.0), 9))
    assert plan.counted.endswith("each year (% of pupils)")
    assert [bar.figure for bar in plan.windows] == ["57.1 %", "75.0 %"]
    assert "57.1 % in 2018/19, 75.0 % in 2021/22" in plan.alt
    assert plan.table.header[1] == "North Stonehouse (%)"
    assert series_figure(plan).layout.yaxis.ticksuffix == "%"
    price = levels("median", "pounds", (None, 137_575.0, None), (None, 162_997.5, None))
    plan = planned(price, school_years((88_250.0, 137_575.0, 162_997.5), 1))
    assert [bar.figure for bar in plan.windows] == ["£137,575", "£162,998"]
    drawn = series_figure(plan)
    assert drawn.layout.yaxis.tickprefix == "£"
    assert drawn.layout.margin.l > 60  # room for £200,000
    assert facts(price)[1:] == (
        ("£171,147", "expected had it changed as similar places did; it was £162,998"),
        ("£137,575", "before"),
        ("£162,998", "after"),
    )


def test_what_is_left_blank_is_said_to_be_no_zero() -> None:
    price = levels("median", "pounds", (None, 137_575.0, None), (None, 162_997.5, None))
    whole, broken = (planned(price, school_years(counts, 1)) for counts in ((1.0, 2.0, 3.0), (1.0, None, 3.0)))
    assert "does not mean zero" not in whole.sentence
    assert broken.sentence.endswith(
        " Where nothing is drawn, we have no number that we can use. It does not mean zero."
    )
    assert "does not mean zero" not in planned(price, school_years((None, None, None), 1)).sentence


def test_a_survey_has_a_row_for_each_time_it_was_asked() -> None:
    months = tuple(month_from_number(month_number(date(2019, 3, 1)) + at) for at in range(37))
    counts = tuple(6.1 if at == 0 else 6.8 if at == 36 else None for at in range(37))
    plan = planned(survey(), QuarterSeries(months, counts, months_each=1))
    assert plan.title == "Hope, each time it was counted"
    assert plan.sentence == "The dots are us. There is no comparison to draw."
    assert plan.table.rows == (("March 2019", 6.1), ("March 2022", 6.8))
    assert "Missing" not in plan.alt
    assert [bar.words for bar in plan.windows] == ["Before: 6.1", "After: 6.8"]
    first, last = series_figure(plan).layout.xaxis.range
    assert first <= "2018-08-01"  # the earlier period is drawn whole
    assert last >= "2023-04-01"
    assert facts(survey()) == (
        ("6.1", "average answer, 0 to 10, before (worked out from 62 answers, range 5.4 to 6.8)"),
        ("6.8", "average answer, 0 to 10, after (worked out from 74 answers, range 6.1 to 7.5)"),
    )


def test_hidden_figures_have_words_instead_of_an_empty_picture() -> None:
    plan = planned(hidden(), school_years((None, None, None)))
    assert plan.is_empty
    assert plan.sentence == "There is nothing to draw: the figures are too small to be shown."
    assert [bar.figure for bar in plan.windows] == ["too small to show"] * 2
    assert facts(hidden()) == ()
    assert panel_words(hidden(), school_years((None,))) == "The figures are too small to be shown."


def test_single_figures_of_similar_places_are_rings_with_a_bar_of_chance() -> None:
    known = (None, 137.0, None, 169.0)
    series = replace(
        school_years((88.0, 137.0, 150.0, 163.0), 1), expected=known, lower=known, upper=(None, 140.0, None, 222.0)
    )
    plan = planned(examples.cannot_tell(), series)
    assert alone(plan.expected)
    assert "The ring is what we would have seen" in plan.sentence
    drawn = series_figure(plan)
    bars = [trace for trace in drawn.data if trace.mode == "lines" and trace.line.width == 14]
    assert [list(bar.y) for bar in bars] == [[137.0, 140.0], [169.0, 222.0]]
    ring = next(trace for trace in drawn.data if trace.name == "If we had changed as similar places did")
    assert ring.mode == "markers"
    joined = replace(plan, expected=(100.0, 110.0, None, 160.0))
    assert "lines" in next(trace for trace in series_figure(joined).data if "similar" in str(trace.name)).mode


@settings(deadline=None, max_examples=40)
@given(
    st.integers(0, 120), st.integers(12, 36), st.integers(0, 12), st.integers(12, 36),
    st.sampled_from(("1", "1,788", "£162,998", "too small to show")),
)  # fmt: skip
def test_the_words_of_two_windows_never_meet_nor_leave_the_picture(
    begin: int, before: int, settling: int, after: int, shown: str
) -> None:
    years = tuple(date(2005 + at, 1, 1) for at in range(20))
    first = month_number(date(2006, 1, 1)) + begin
    later = first + before + settling
    bars = [("Before", first, before), ("After", later, after)]
    windows = tuple(
        WindowBar(label, month_from_number(at), month_from_number(at + long - 1), None, shown)
        for label, at, long in bars
    )
    plan = SeriesPlan("x", "y", "z", "s", years, tuple(float(at) for at in range(20)), months_each=12, windows=windows)
    drawn = series_figure(plan)
    left, right = (date.fromisoformat(day) for day in drawn.layout.xaxis.range)
    plot = 1080 - drawn.layout.margin.l - drawn.layout.margin.r
    edges = []
    for note in drawn.layout.annotations:
        if shown in note.text and note.xanchor == "center":
            middle = (date.fromisoformat(note.x) - left).days / (right - left).days * plot + note.xshift
            half = len(note.text.replace("<b>", "").replace("</b>", "")) * note.font.size * 0.5 / 2
            edges.append((middle - half, middle + half))
    assert len(edges) == 2
    assert edges[0][0] >= -drawn.layout.margin.l
    assert edges[1][1] <= plot + drawn.layout.margin.r
    assert edges[0][1] <= edges[1][0]


def test_a_panel_tells_shares_as_shares_and_sums_with_their_months() -> None:
    assert (
        panel_words(examples.cannot_tell())
        == "78 before, 34 after: fell 56 %. Similar places: 1,500 to 950, fell 37 %."
    )
    share = levels("proportion", "% of pupils", (120.0, 57.142857, 210.0), (150.0, 75.0, 200.0))
    words = panel_words(share)
    assert words.startswith(
        "120 of 210 (57.1 %) before, 150 of 200 (75.0 %) after: rose. Similar places: 57.1 % to 82.5 %, rose."
    )
    assert panel_words(council()).startswith(
        "465 in one year before, 630 in two years after: fell 32 % month for month. Only 12 similar places"
    )
    assert panel_words(survey()) == "6.1 before, 6.8 after: rose 11 %. Nobody else counts this in the same way."
    quarters = QuarterSeries((date(2025, 4, 1), date(2025, 7, 1)), (3.0, 4.0))
    assert panel_words(examples.no_start(), quarters) == "Newest: 4 (July to September 2025). No start date is known."


def test_facts_of_counts_say_what_would_show_what_was_expected_and_both_rates() -> None:
    found = facts(examples.cannot_tell())
    assert found[0] == ("48 % fewer", "the smallest fall this comparison would usually show (8 times in 10)")
    assert found[1] == ("49.4", "expected had it changed as similar places did; 34 were recorded")
    assert found[2] == ("30 % fewer", "if all earlier months are counted alike")
    assert found[3] == ("10.5", "per 1,000 residents a year, before (78 in two years, range 8.3 to 13.1)")
    assert len(facts(examples.burglary())) == 3  # too few events: no best estimate


def test_the_board_says_whose_figure_a_row_is_and_leaves_no_empty_label() -> None:
    html = scorecard_html([council(), survey(), examples.burglary()], caption="x")
    assert html.count('data-label="Similar places"></td>') == 2
    assert '<span class="note">council-wide</span>' in html
    assert '<span class="note">counted by people here</span>' in html
    rows = {row[0]: row for row in scorecard_table([council(), hidden()]).rows}
    assert rows["Children admitted for injuries"][2] == "465 to 630, fell 32 % month for month (12 and 24 months)"
    assert rows[hidden().title][2] == "too small to show"


def test_sources_stand_one_a_publisher_with_dates_in_words() -> None:
    def of(data_to: str, fetched: str, publisher: str = "Home Office") -> Finding:
        source = {"publisher": publisher, "licence": "OGL v3.0", "data_to": data_to, "fetched_on": fetched}
        return replace(examples.burglary(), sources=(source,))

    assert source_lines(
        [of("2025-08", "2026-11-21"), of("2024-01", "2026-11-22"), of("last week", "2026-11-02", "Us")]
    ) == (
        "Home Office. OGL v3.0. Data to August 2025, fetched on 22 November 2026.",
        "Us. OGL v3.0. Data to last week, fetched on 2 November 2026.",
    )


def test_wordy_rows_become_cards_on_a_phone_and_figures_stay_a_table() -> None:
    wordy = Table(("What", "Why"), (("a", "long " * 20),))
    assert 'class="plain cards"' in wordy.html("x")
    assert '<td data-label="Why">' in wordy.html("x")
    assert not Table(("When", "Here"), (("2019/20", 465.0),) * 99).is_wordy
    assert not replace(wordy, rows=wordy.rows * 31).is_wordy
    assert replace(wordy, rows=(("a", "long " * 40),) * 31).is_wordy


def test_no_line_ends_between_a_number_and_its_percent_sign() -> None:
    assert (
        kept_together("fell 56 % here; % of pupils; width:100 %")
        == "fell 56\u00a0% here; % of pupils; width:100\u00a0%"
    )
