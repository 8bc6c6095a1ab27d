"""The gap to similar places, period by period around the start."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from indicators.event_study import EventGap, EventStudy, event_study
from indicators.finding import Finding
from indicators.quarter_series import QuarterSeries
from indicators.questions import question_of
from indicators.study import Studied, study_all
from store.database import Store
from store.period import month_number

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def violence(sample_store: Store) -> Studied:
    place = next(item for item in sample_store.places if item.slug == "north-stonehouse")
    return study_all(sample_store, [question_of(sample_store, place, "violence", today=TODAY)])[0]


def series_of(studied: Studied) -> QuarterSeries:
    assert studied.series is not None
    return studied.series


def found(finding: Finding, series: QuarterSeries) -> EventStudy:
    study = event_study(finding, series)
    assert study is not None
    return study


def test_every_gap_is_the_series_seen_less_expected(violence: Studied) -> None:
    series = series_of(violence)
    study = found(violence.finding, series)
    assert study.months_each == 3
    assert [item.first for item in study.gaps] == list(series.periods)
    for at, item in enumerate(study.gaps):
        seen, expected, lower, upper = (
            line[at] for line in (series.counts, series.expected, series.lower, series.upper)
        )
        assert seen is not None
        assert expected is not None
        assert lower is not None
        assert upper is not None
        assert item.gap == seen - expected
        assert item.ratio == seen / expected
        assert (item.lower, item.upper) == (lower - expected, upper - expected)
        assert item.is_outside == (not lower <= seen <= upper)


def test_the_start_parts_the_quarters(violence: Studied) -> None:
    before = violence.finding.question.before
    assert before is not None
    study = found(violence.finding, series_of(violence))
    end = month_number(before.last)
    for item in study.gaps:
        assert item.side == ("before" if month_number(item.first) + 2 <= end else "since")
    assert study.known("before") == 10
    assert study.known("astride") == 0
    assert study.known("before") + study.known("since") == len(study.gaps)


def test_a_year_across_the_start_belongs_to_neither_side(violence: Studied) -> None:
    years = QuarterSeries(
        tuple(date(year, 1, 1) for year in (2018, 2019, 2020, 2021)), (10, 12, 9, 30), (10, 11, 10, 10), (5, 5, 5, 5),
        (15, 15, 15, 15), months_each=12,
    )  # fmt: skip
    study = found(violence.finding, years)
    assert [item.side for item in study.gaps] == ["before", "before", "astride", "since"]
    assert [item.is_outside for item in study.gaps] == [False, False, False, True]
    assert (study.known("since"), study.outside("since")) == (1, 1)


def test_what_is_missing_is_no_gap_and_nothing_expected_no_ratio(violence: Studied) -> None:
    quarters = QuarterSeries(
        tuple(date(2019, month, 1) for month in (2, 5, 8)), (None, 2.0, 1.0), (3.0, None, 0.0), (0.0, None, 0.0),
        (9.0, None, 2.0),
    )  # fmt: skip
    study = found(violence.finding, quarters)
    assert [item.gap for item in study.gaps] == [None, None, 1.0]
    assert [item.ratio for item in study.gaps] == [None, None, None]
    assert not study.gaps[0].is_outside
    assert study.known("before") == 1
    assert event_study(violence.finding, replace(quarters, counts=(None, 2.0, None))) is None


def test_without_a_start_or_a_comparison_there_is_none(violence: Studied) -> None:
    series = series_of(violence)
    assert event_study(violence.finding, replace(series, expected=(), lower=(), upper=())) is None
    assert event_study(replace(violence.finding, comparison=None), series) is None
    timeless = replace(violence.finding, question=replace(violence.finding.question, before=None, after=None))
    assert event_study(timeless, series) is None


@pytest.mark.parametrize(
    ("out", "known", "expected"), [(0, 10, False), (1, 4, False), (2, 20, False), (2, 19, True), (3, 20, True)]
)
def test_out_of_step_is_more_than_one_in_ten_and_two_at_least(out: int, known: int, expected: bool) -> None:
    outside, inside = (EventGap(date(2019, 1, 1), "before", gap, -1.0, 1.0, None) for gap in (2.0, 0.0))
    after = EventGap(date(2021, 1, 1), "since", 5.0, -1.0, 1.0, None)
    assert EventStudy(3, (outside,) * out + (inside,) * (known - out) + (after,) * 5).was_out_of_step == expected
