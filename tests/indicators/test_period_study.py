"""Findings from values published by year: small areas compared, councils and practices as context."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from indicators.discovery import indicator
from indicators.finding import Finding
from indicators.ground import Ground
from indicators.indicator import Indicator
from indicators.period_asked import PeriodAsked
from indicators.period_study import study_periods
from indicators.study import study, study_all
from store.database import Ends, Store
from store.errors import BadQuestion
from store.period import Window
from store.published_values import Period, is_published_in_periods, latest_stock, parents_of, published, span_of_periods
from tests.indicators.period_worlds import ENGLAND, ask, small_areas


@pytest.fixture(scope="module")
def store(years_store: Store) -> Store:
    return years_store


@pytest.fixture(scope="module")
def other(other_years_store: Store) -> Store:
    return other_years_store


def found(store: Store, name: str, area: str = "north-stonehouse", **given: object) -> Finding:
    question = ask(store, name, area, **given)
    # Nothing was chosen beforehand here: the family is the indicator alone.
    return study(store, replace(question, family=()))


AFTER = {"before": Window(date(2016, 1, 1), 60), "after": Window(date(2021, 1, 1), 36)}


def test_a_price_that_halved_is_found_and_both_methods_agree(store: Store) -> None:
    finding = found(store, "house-prices", **AFTER)
    assert finding.verdict == "Fell more than in similar places"
    assert finding.comparison is not None
    assert finding.comparison.headline.ratio == pytest.approx(0.5, abs=0.06)
    assert finding.second_method is not None
    assert finding.second_method.ratio == pytest.approx(0.5, abs=0.1)
    assert finding.before is not None
    assert finding.before.months_used == 60
    assert finding.before.count is None
    assert finding.comparison.expected_after == pytest.approx(
        finding.before.rate * (1 + finding.comparison.change_percent / 100), rel=0.05
    )
    assert finding.kind == "median"
    assert len(finding.comparison.areas) >= 19
    assert {row["group"] for row in finding.sensitivity} == {
        "Earlier periods", "Later periods", "The similar place that matters most",
    }  # fmt: skip
    assert not any(str(row["verdict"]).startswith(("Fell", "Rose")) for row in finding.sensitivity)
    assert finding.sources[0]["data_to"] == "2023-12"


def test_a_value_missing_anywhere_keeps_the_place_out(store: Store) -> None:
    codes = small_areas(store)
    finding = found(store, "house-prices", **AFTER)
    assert finding.comparison is not None
    assert codes[0] not in {code for unit, _ in finding.comparison.areas for code in unit}


def test_the_series_has_years_and_room_for_chance(store: Store) -> None:
    series = study_all(store, [ask(store, "house-prices", **AFTER)])[0].series
    assert series is not None
    assert series.months_each == 12
    # Before 2014 the sample's own prices stand.
    assert series.periods[0] == date(2009, 1, 1)
    assert series.periods[-1] == date(2023, 1, 1)
    assert series.expected[-1] == pytest.approx(2 * (series.counts[-1] or 0), rel=0.15)
    at = series.periods.index(date(2017, 1, 1))
    assert (series.lower[at] or 0) < (series.counts[at] or 0) < (series.upper[at] or 0)


def test_a_finding_stays_one_only_within_its_family(store: Store) -> None:
    question = ask(store, "house-prices", **AFTER)
    assert question.family
    outside = study(store, question)
    assert outside.verdict == "We cannot tell"
    assert "found by looking" in outside.verdict_because[0]
    inside = study(store, replace(question, family=("burglary", "house-prices")))
    assert inside.verdict == "Fell more than in similar places"


def test_events_without_a_row_are_nought_and_a_suppressed_year_is_asked_at_both_ends(store: Store) -> None:
    finding = found(store, "house-sales", **AFTER)
    assert finding.before is not None
    assert finding.before.rate is not None
    slug, sentence = finding.caveats[0]
    assert slug == "suppressed-range"
    assert sentence.startswith("1 figure is suppressed by the publisher.")
    assert "after between" in sentence
    ends = [row for row in finding.sensitivity if row["group"] == "Suppressed figures"]
    assert len(ends) == 2
    assert float(ends[1]["after"] or 0) - float(ends[0]["after"] or 0) == 3
    assert finding.change_lower is not None
    noughts = found(
        store, "house-sales", "beacon-falmouth", before=Window(date(2017, 1, 1), 24), after=Window(date(2019, 1, 1), 24)
    )
    assert noughts.before is not None


def test_council_figures_are_context_and_never_a_verdict(store: Store) -> None:
    plans = found(store, "children-in-care")
    assert plans.verdict == "Cannot be compared"
    assert plans.verdict_because == ("the figure is council-wide and cannot show your neighbourhood by itself",)
    assert plans.before is not None
    assert plans.before.count == pytest.approx(355)
    assert plans.before.rate == pytest.approx(71)
    assert plans.change_percent is not None
    assert ("measured-in", "The figure is for Plymouth.") in plans.caveats
    county = found(store, "children-in-care", "townstal-dartmouth", **AFTER)
    assert ("measured-in", "The figure is for Devon.") in county.caveats


def test_a_share_is_pooled_over_whole_years_and_stands_with_its_counts(store: Store) -> None:
    poor = found(
        store,
        "low-income-families-council-wide",
        before=Window(date(2017, 4, 1), 36),
        after=Window(date(2021, 4, 1), 24),
    )
    assert poor.before is not None
    # The year from April 2019 was not published: two of three years, and the third is missing, not nought.
    assert (poor.before.count, poor.before.base, poor.before.months_missing) == (9_300 + 9_400, 90_000, 12)
    assert poor.before.rate == pytest.approx(100 * 18_700 / 90_000)
    assert poor.before.lower is not None
    assert poor.change_lower is None


def test_a_mean_with_limits_and_rates_over_the_publishers_own_population(store: Store) -> None:
    exams = found(store, "key-stage-4", before=Window(date(2016, 9, 1), 24), after=Window(date(2021, 9, 1), 24))
    assert exams.before is not None
    assert exams.before.rate == pytest.approx(45.25)
    assert exams.before.upper - exams.before.lower == pytest.approx(2.2 / np.sqrt(2), rel=0.01)
    injuries = found(
        store, "child-injury-admissions", before=Window(date(2016, 4, 1), 36), after=Window(date(2021, 4, 1), 24)
    )
    assert injuries.before is not None
    assert injuries.before.person_years == 3 * 44_000
    assert injuries.after is not None
    # A figure that is another area's is not an observation of this one.
    assert (injuries.after.count, injuries.after.months_used) == (500, 12)


def test_practices_are_named_with_both_shares_and_are_context_below_a_quarter(store: Store) -> None:
    finding = found(store, "depression", before=Window(date(2016, 4, 1), 36), after=Window(date(2020, 4, 1), 36))
    assert finding.verdict == "Cannot be compared"
    assert "live elsewhere" in finding.verdict_because[0]
    sentences = dict(finding.caveats)
    assert sentences["practice-1"] == "40 % of people here are with Surgery L83000; 24 % of its patients live here."
    assert "practice-2" not in sentences
    assert "GP practices of a similar size and level it went from" in sentences["similar-providers"]


def test_a_practice_that_serves_the_place_is_compared_with_similar_practices(other: Store) -> None:
    finding = found(other, "depression", before=Window(date(2016, 4, 1), 36), after=Window(date(2020, 4, 1), 36))
    assert finding.comparison is not None
    assert finding.verdict in ("We cannot tell", "About the same as similar places")
    assert all(name.startswith("Surgery") for _, name in finding.comparison.areas)


@pytest.mark.parametrize(
    ("name", "because"),
    [
        ("asthma-admissions", "To load them"),
        ("depression", "it is not known which GP practices"),
        ("low-income-families-council-wide", "no published period lies wholly in the months before the start"),
    ],
)
def test_what_stands_in_the_way(other: Store, name: str, because: str) -> None:
    area = "townstal-dartmouth" if name == "depression" else "north-stonehouse"
    finding = found(other, name, area, before=Window(date(2019, 4, 1), 12), after=Window(date(2021, 4, 1), 12))
    assert because in finding.verdict_because[0]


def test_no_start_no_whole_year_and_no_council_figure(store: Store, other: Store) -> None:
    unknown = found(store, "low-income-families-council-wide", "redruth-north")
    assert unknown.verdict_because == ("nothing is published for the area it lies in",)
    without = found(store, "house-prices", "redruth-north")
    assert without.verdict_because == ("no start date is known",)
    question = replace(ask(store, "house-prices", **AFTER), after=None, family=())
    assert "no whole year after the start" in study(store, question).verdict_because[0]
    assert "similar enough" in found(other, "house-prices", **AFTER).verdict_because[0]


def test_a_break_between_the_windows_caps_the_verdict(store: Store) -> None:
    capped = found(
        store,
        "low-income-families-council-wide",
        before=Window(date(2016, 4, 1), 36),
        after=Window(date(2022, 4, 1), 24),
    )
    assert any(slug == "break-step" for slug, _ in capped.caveats)


def proportions(store: Store, measure: str, ends: Ends = "unknown") -> PeriodAsked:
    declared: Indicator = replace(
        indicator("house-prices"), name="share", measures=(measure,), kind="proportion", per=100.0
    )
    question = replace(ask(store, "house-prices", **AFTER), indicator="share", family=())
    return PeriodAsked(question, declared, Ground(store, question.members, "country"), ends)


def test_shares_of_small_areas_are_compared_on_their_counts(store: Store) -> None:
    finding, _ = study_periods(proportions(store, "share"), lambda: "")
    assert finding.comparison is not None
    assert finding.before is not None
    assert finding.before.base == 2 * 300 * 5
    assert finding.comparison.change_percent == pytest.approx(0, abs=3)
    assert finding.verdict in ("About the same as similar places", "We cannot tell")


def test_values_that_cannot_be_logged_are_refused_in_words(store: Store) -> None:
    asked = proportions(store, "nought")
    assert asked.obstacle[0] == "Cannot be compared"
    with pytest.raises(BadQuestion):
        _ = asked.gap
    assert asked.p is None
    with pytest.raises(BadQuestion, match="no before and after"):
        _ = PeriodAsked(replace(asked.question, before=None), asked.declared, asked.ground).windows


def test_periods_and_parents(store: Store) -> None:
    assert Period(24_000, 0).last == 24_000
    assert is_published_in_periods(store, ("house-price-median",))
    assert not is_published_in_periods(store, ("burglary",))
    assert span_of_periods(store, ("house-price-median",)) == (date(2009, 1, 1), date(2023, 12, 1))
    assert span_of_periods(store, ("nothing",)) is None
    assert [parent.code for parent in parents_of(store, ["E01020154"], "council")] == ["E07000044", "E10000008"]
    assert published(store, ("house-price-median",), "stable", ["E01015153"])["authority"].unique().tolist() == [
        ENGLAND
    ]
    assert latest_stock(store, "registered-patients", "practice", ["L83000"]) == {"L83000": 6_000.0}
