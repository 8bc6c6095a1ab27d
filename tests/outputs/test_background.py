"""What is known around a place: whose figure, how it moved, and when, in a table that never says it is the place's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from indicators.finding import Finding, Level
from indicators.indicator import Kind
from indicators.quarter_series import QuarterSeries
from indicators.study import Studied
from outputs.background import LINE, background_table, for_residents
from store.period import Window, parse_window
from tests.outputs.examples import not_comparable, not_loaded

COUNCIL = "council-wide (it cannot show your neighbourhood by itself)"
BEFORE, AFTER = parse_window("2018-08:2020-07"), parse_window("2021-04:2023-03")
PLYMOUTH = (("measured-in", "The figure is for Plymouth."), ("about-the-indicator", "A caveat of its own."))


def level(
    window: Window, count: float | None, months: int, rate: float | None = None, base: float | None = None
) -> Level:
    return Level(window, count, months, window.months - months, None, rate, None, None, base)


def finding(
    name: str, title: str, kind: Kind, before: Level | None, after: Level | None, *, unit: str = "per 1,000", change: float | None = None,
    measured_at: str = COUNCIL, caveats: tuple[tuple[str, str], ...] = PLYMOUTH,
) -> Finding:  # fmt: skip
    base = not_comparable()
    return replace(
        base, question=replace(base.question, indicator=name), title=title, kind=kind, before=before, after=after, unit=unit,
        change_percent=change, measured_at=measured_at, caveats=caveats,
    )  # fmt: skip


def yearly(first: str, *values: float | None, months: int = 12) -> QuarterSeries:
    start = date.fromisoformat(f"{first}-01")
    return QuarterSeries(
        tuple(start.replace(year=start.year + at) for at in range(len(values))), values, months_each=months
    )


def injuries() -> Studied:
    """465 in the year from April 2019, 630 in the two from April 2021; that of 2020 lies in neither window."""
    return Studied(
        finding("child-injury-admissions", "Children admitted for injuries", "events", level(BEFORE, 465, 12), level(AFTER, 630, 24), change=-32.3),
        yearly("2018-04", 500, 465, 410, 300, 330, None),
    )  # fmt: skip


def readiness() -> Studied:
    """Children ready for school, as shares with their counts."""
    return Studied(
        finding("school-readiness", "Ready for school", "proportion", level(BEFORE, 120, 12, 57.142857, 210),
                level(AFTER, 150, 12, 75.0, 200), change=31.25),
        yearly("2018-09", 57.142857, 60.0, None, 75.0),
    )  # fmt: skip


def cells(*studied: Studied) -> list[tuple[str, ...]]:
    return [tuple(str(cell) for cell in row) for row in background_table(studied).rows]


def test_each_outcome_has_whose_it_is_how_it_moved_when_and_the_newest() -> None:
    table = background_table([injuries(), readiness()])
    assert table.header == ("Outcome", "Whose figure", "What happened", "Newest figure")
    first, second = cells(injuries(), readiness())
    assert first == (
        "Children admitted for injuries", "Plymouth (whole council)",
        "fell 32 % year for year: 465 in 2019/20 to 630 in 2021/22 and 2022/23", "330 (2022/23)",
    )  # fmt: skip
    assert second[2] == "rose: 120 of 210 (57.1 %) in 2018/19 to 150 of 200 (75.0 %) in 2021/22"
    # The newest figure there is, not the newest year.
    assert second[3] == "75.0 % (2021/22)"


def test_a_month_s_figures_are_told_month_for_month() -> None:
    monthly = Studied(
        finding("antidepressants", "Antidepressant items", "events", level(parse_window("2019-01:2019-03"), 300, 3),
                level(parse_window("2021-01:2021-02"), 220, 2), change=10.0, measured_at="at your GP practices"),
        QuarterSeries(tuple(date(2019 + at // 12, at % 12 + 1, 1) for at in range(30)), (100.0,) * 24 + (110.0,) * 6, months_each=1),
    )  # fmt: skip
    ((_, _, happened, newest),) = cells(monthly)
    assert happened.startswith("rose 10 % month for month: 300 in January 2019")
    assert newest == "110 (June 2021)"


def test_a_mean_has_its_unit_and_years_left_out_are_said() -> None:
    exams = Studied(
        finding("key-stage-4", "Exam score at 16", "mean", level(BEFORE, None, 12, 45.2), level(AFTER, None, 12, 46.0), unit="points", change=1.8),
        yearly("2018-09", 45.2, 45.3, 47.0, 46.0),
    )  # fmt: skip
    ((_, _, happened, newest),) = cells(exams)
    assert newest == "46.0 points (2021/22)"
    assert happened == "rose 2 %: 45.2 in 2018/19 to 46.0 in 2021/22"
    touched = replace(exams.finding, before=level(parse_window("2018-09:2020-08"), None, 12, 45.2))
    ((_, _, happened, _),) = cells(Studied(touched, exams.series))
    # Two school years lie in the window and one was used: the other touched a break.
    assert "45.2 in one year of September 2018 to August 2020" in happened


@pytest.mark.parametrize("missing", ["before", "after"])
def test_without_a_figure_on_both_sides_nothing_is_said_to_have_happened(missing: str) -> None:
    item = injuries()
    gone = replace(item.finding, **{missing: level(BEFORE, None, 0)})
    assert cells(Studied(gone, item.series))[0][2:] == ("not known for both periods", "330 (2022/23)")
    undated = replace(item.finding, before=None, after=None)
    assert cells(Studied(undated, item.series))[0][2] == "not known for both periods"


def test_nothing_known_is_said_to_be_so() -> None:
    item = injuries()
    nothing = yearly("2019-04", None, None)
    gone = replace(item.finding, before=level(BEFORE, None, 0), after=level(AFTER, None, 0))
    assert cells(Studied(gone, nothing))[0][3] == "not known"
    assert cells(Studied(not_loaded(), None))[0][2:] == ("not known for both periods", "not known")


def test_what_is_nearest_comes_first_and_says_whose_it_is() -> None:
    schools = Studied(
        replace(readiness().finding, measured_at="at your schools", title="Results at 11",
                caveats=(("measured-in", "The figure is for 900001."),)), readiness().series,
    )  # fmt: skip
    practices = Studied(
        replace(readiness().finding, measured_at="at your GP practices", title="Asthma",
                caveats=(("practice-1", "40 % of people here are with Hill Surgery."), ("practice-2", "9 % are with Mill Surgery."))),
        readiness().series,
    )  # fmt: skip
    rows = cells(injuries(), practices, schools, readiness())
    assert [row[0] for row in rows] == ["Results at 11", "Asthma", "Children admitted for injuries", "Ready for school"]
    assert rows[0][1] == "At your schools. The figure is for 900001."
    assert rows[1][1] == "At your GP practices. 40 % of people here are with Hill Surgery. 9 % are with Mill Surgery."


def test_sensitive_things_stay_off_the_residents_page() -> None:
    plans = Studied(
        finding("child-protection", "Children on a protection plan", "stock", level(BEFORE, 355, 2), level(AFTER, 380, 2)), yearly("2018-03", 350.0)
    )  # fmt: skip
    assert for_residents([plans, injuries()]) == [injuries()]


def test_the_line_above_says_what_it_cannot_show() -> None:
    assert "cannot show this neighbourhood by itself" in LINE
