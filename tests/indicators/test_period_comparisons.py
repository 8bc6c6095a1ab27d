"""Whom published periods are compared with, and what stands in the way: providers, figures people brought, breaks, hidden cells."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from indicators.discovery import indicator
from indicators.finding import Finding
from indicators.ground import Ground
from indicators.indicator import Indicator
from indicators.period_asked import PeriodAsked
from indicators.period_study import study_periods
from indicators.published_series import series_of
from indicators.study import Studied, study, study_all
from store.database import Store
from store.folder import Folder
from store.period import Window, month_number, parse_month, parse_window
from tests.indicators.period_worlds import (
    ENGLAND,
    FORCE,
    HIDDEN_MONTH,
    OTHER_SCHOOLS,
    OURS,
    SCHOOLS,
    ask,
    schools,
    small_areas,
    world,
)

BEFORE, AFTER = Window(date(2016, 1, 1), 60), Window(date(2021, 1, 1), 36)
YEARS_BEFORE, YEARS_AFTER = parse_window("2018-01:2020-12"), parse_window("2021-01:2023-12")
SCHOOL_BEFORE, SCHOOL_AFTER = parse_window("2016-09:2019-08"), parse_window("2020-09:2023-08")
FISCAL_BEFORE, FISCAL_AFTER = parse_window("2016-04:2019-03"), parse_window("2020-04:2023-03")


def asked(store: Store, name: str, before: Window, after: Window, **more: object) -> Studied:
    question = replace(ask(store, name, before=before, after=after), family=(), **more)  # type: ignore[arg-type]
    return study_all(store, [question])[0]


def by_hand(store: Store, measure: str, before: Window = BEFORE, after: Window = AFTER) -> PeriodAsked:
    """A question about a measure that no indicator of the project is made of."""
    declared: Indicator = replace(
        indicator("house-prices"), name="flat", measures=(measure,), kind="proportion", per=100.0
    )
    question = replace(ask(store, "house-prices", before=before, after=after), indicator="flat", family=())
    return PeriodAsked(question, declared, Ground(store, question.members, "country"))


# What a community brought ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def visits(years_store: Store) -> Studied:
    return asked(years_store, "local-visits", YEARS_BEFORE, YEARS_AFTER)


def whole(value: float | None) -> bool:
    return value is not None and value % 5 == 0


def test_only_places_in_which_the_same_was_counted_are_compared(years_store: Store, visits: Studied) -> None:
    finding = visits.finding
    assert finding.comparison is not None
    assert len(finding.comparison.areas) >= 19
    counted = {
        row[0]
        for row in years_store.rows(
            "SELECT DISTINCT a.code FROM observation JOIN area a USING (area_id) JOIN measure m USING (measure_id) "
            "WHERE m.name = 'local-visits'"
        )
    }
    assert {code for unit, _ in finding.comparison.areas for code in unit} <= counted
    declared = replace(indicator("house-sales"), name="local-visits", measures=("local-visits",))
    elsewhere = next(code for code in small_areas(years_store) if code not in counted)
    series = series_of(years_store, declared, "stable", [OURS[0], elsewhere])
    assert np.isfinite(series.numerator[0]).all()
    # Nobody counted there, so nobody knows: it is not nought.
    assert np.isnan(series.numerator[1]).all()


def test_a_sensitive_comparison_says_nothing_from_which_exact_counts_follow(visits: Studied) -> None:
    finding = visits.finding
    assert finding.verdict == "Fell more than in similar places"
    assert finding.before is not None
    assert finding.after is not None
    before, after = finding.before.count, finding.after.count
    assert whole(before)
    assert whole(after)
    assert before is not None
    assert after is not None
    assert finding.change_percent == pytest.approx(100 * (after / before - 1))
    assert (finding.before.rate, finding.change_lower, finding.sensitivity) == (None, None, ())
    compared = finding.comparison
    assert compared is not None
    assert compared.headline.ratio == pytest.approx(0.5, abs=0.1)
    assert compared.expected_after * compared.headline.ratio == pytest.approx(after)
    assert all(math.isnan(part) for pair in compared.unit_counts for part in pair)
    assert visits.series is not None
    assert visits.series.expected == ()
    assert all(whole(value) for value in visits.series.counts)


def test_counts_of_people_are_told_exactly_and_similar_places_never_one_by_one(years_store: Store) -> None:
    studied = asked(years_store, "local-helpers", YEARS_BEFORE, YEARS_AFTER)
    compared = studied.finding.comparison
    assert compared is not None
    assert all(math.isnan(part) for pair in compared.unit_counts for part in pair)
    assert compared.unit_gaps == ()
    # One place less would be told by the difference of exact totals.
    assert whole(compared.before_count)
    assert whole(compared.after_count)
    assert compared.change_percent == pytest.approx(0, abs=10)
    assert studied.finding.before is not None
    exact = years_store.rows(
        "SELECT sum(o.numerator) FROM observation o JOIN area a USING (area_id) JOIN measure m USING (measure_id) "
        "WHERE m.name = 'local-helpers' AND a.code IN ('E01015153', 'E01015155') AND o.period_start < '2021-01-01'"
    )
    assert studied.finding.before.count == exact[0][0]
    # Its unit is that of its counts, so there is no rate.
    assert studied.finding.before.rate is None
    groups = {row["group"] for row in studied.finding.sensitivity}
    assert groups == {"Earlier periods", "Later periods"}
    assert studied.series is not None
    assert len(studied.series.expected) == len(studied.series.counts) == 6


def test_a_sensitive_share_is_compared_and_told_rounded(years_store: Store) -> None:
    finding = asked(
        years_store, "local-mothers", parse_window("2020-01:2020-12"), parse_window("2021-01:2021-12")
    ).finding
    assert finding.comparison is not None
    assert finding.after is not None
    assert finding.after.base == 185  # 186 asked
    assert whole(finding.after.count)
    assert finding.after.rate == pytest.approx(100 * (finding.after.count or 0) / 185)
    assert finding.comparison.expected_after * finding.comparison.headline.ratio == pytest.approx(finding.after.rate)


# Monthly cells that are suppressed ---------------------------------------------------------------------------------


def test_a_suppressed_month_is_asked_at_both_ends(years_store: Store, sample_store: Store) -> None:
    question = replace(ask(years_store, "burglary"), family=())
    finding = study(years_store, question)
    month = month_number(parse_month(HIDDEN_MONTH))
    truth = int(sample_store.monthly(["burglary"], [OURS[0]], FORCE).loc[OURS[0], month])
    assert finding.before is not None
    # 78 were counted in the two years before; the month's own is not known, and lies between 1 and 4.
    low, high = 78 - truth + 1, 78 - truth + 4
    assert finding.caveats[0] == (
        "suppressed-range",
        "1 figure is suppressed by the publisher. The question was asked with all of them at their lowest and at their "
        f"highest: before between {low} and {high} here.",
    )
    ends = [row for row in finding.sensitivity if row["group"] == "Suppressed figures"]
    assert [row["before"] for row in ends] == [low, high]
    assert finding.before.count in (low, high)
    assert finding.comparison is not None
    assert finding.comparison.headline.p == max(float(row["p"] or 0) for row in ends)
    assert finding.verdict == "Too few events to tell"


def test_months_outside_the_windows_may_be_suppressed(years_store: Store) -> None:
    finding = study(
        years_store,
        replace(ask(years_store, "burglary", before=parse_window("2019-08:2020-07"), after=parse_window("2021-04:2022-03")), family=()),
    )  # fmt: skip
    assert all(slug != "suppressed-range" for slug, _ in finding.caveats)


# Practices and schools ---------------------------------------------------------------------------------------------


def test_items_of_a_practice_that_serves_the_place_are_compared_without_a_population(other_years_store: Store) -> None:
    finding = asked(other_years_store, "antidepressants", FISCAL_BEFORE, FISCAL_AFTER).finding
    assert finding.comparison is not None
    assert finding.before is not None
    assert finding.before.count is not None
    assert (finding.before.rate, finding.before.person_years) == (None, None)
    assert 19 <= len(finding.comparison.areas) <= 39
    assert finding.comparison.headline.ratio == pytest.approx(1, abs=0.2)


def test_the_schools_named_are_context_beside_other_schools(years_store: Store) -> None:
    finding = asked(years_store, "school-key-stage-4", SCHOOL_BEFORE, SCHOOL_AFTER).finding
    assert finding.verdict_because == ("the figure is for the schools named, and children here may go elsewhere",)
    assert finding.measured_at == "at your schools"
    assert finding.before is not None
    own = years_store.rows(
        "SELECT avg(o.value) FROM observation o JOIN area a USING (area_id) JOIN measure m USING (measure_id) "
        "WHERE m.name = 'key-stage-4-attainment-8-in-schools' AND a.code IN ('900001', '900002') "
        "AND year(o.period_start) BETWEEN 2016 AND 2018"
    )
    # Both schools have as many pupils.
    assert finding.before.rate == pytest.approx(own[0][0])
    sentences = dict(finding.caveats)
    assert sentences["measured-in"] == f"The figure is for {SCHOOLS[0]}, {SCHOOLS[1]}."
    assert sentences["similar-providers"].startswith(
        f"In {len(OTHER_SCHOOLS)} schools of a similar size and level it went from"
    )


def test_schools_without_a_figure_and_places_without_a_school(years_store: Store) -> None:
    nobody = asked(years_store, "school-key-stage-2", SCHOOL_BEFORE, SCHOOL_AFTER)
    assert nobody.series is None
    assert nobody.finding.verdict_because == ("no published period lies wholly in the months before the start",)
    question = ask(years_store, "school-key-stage-4", "redruth-north", before=SCHOOL_BEFORE, after=SCHOOL_AFTER)
    (because,) = study(years_store, question).verdict_because
    assert because == "no schools are named in the neighbourhood's file: name them there, by their numbers (URN)"


@pytest.fixture(scope="module")
def in_phases(sample_folder: Folder, sample_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Schools with phases: those of the place and 21 others are secondary schools, one of which stands in Redruth."""
    (redruth,) = (place for place in sample_store.places if place.slug == "redruth-north")
    middles = sample_store.small_areas(codes=list(sample_store.stable_codes(redruth.small_areas).values()))
    known = [(code, "secondary_school") for code in (*SCHOOLS, *OTHER_SCHOOLS[:21])]
    known += [(code, "primary_school") for code in OTHER_SCHOOLS[21:]]
    members = pd.DataFrame([
        {"parent_kind": "country", "parent_code": ENGLAND, "member_kind": "school", "member_code": code,
         "relation": relation, "share": 1.0, "basis": "the tests"} for code, relation in known
    ])  # fmt: skip
    scores, results = schools()
    placed = scores.areas.copy()
    placed.loc[placed["code"] == OTHER_SCHOOLS[0], ["longitude", "latitude"]] = (
        middles[["longitude", "latitude"]].iloc[0].to_list()
    )
    contributions = [replace(scores, areas=placed, members=members), results]
    return world(sample_folder, tmp_path_factory.mktemp("phases") / "data", contributions)


def test_schools_stand_beside_others_of_their_phase(in_phases: Store) -> None:
    finding = asked(in_phases, "school-key-stage-4", SCHOOL_BEFORE, SCHOOL_AFTER).finding
    assert finding.verdict == "Cannot be compared"
    said = dict(finding.caveats)["similar-providers"]
    assert said.startswith("In 21 schools of the same phase and of a similar size and level it went from")


def test_a_place_whose_file_names_no_school_is_told_which_stand_near(in_phases: Store) -> None:
    question = ask(in_phases, "school-key-stage-4", "redruth-north", before=SCHOOL_BEFORE, after=SCHOOL_AFTER)
    finding = study(in_phases, question)
    assert finding.verdict == "Cannot be compared"
    assert finding.verdict_because == (
        "no schools are named in the neighbourhood's file: name them there, by their numbers (URN); near it lie "
        f"School {OTHER_SCHOOLS[0]} ({OTHER_SCHOOLS[0]}), proposed from location and not checked",
    )


def test_few_other_schools_are_not_told_of(years_store: Store) -> None:
    store_places = years_store.places
    place = next(item for item in store_places if item.slug == "north-stonehouse")
    try:
        # One of the few schools whose results at 11 are known, beside four others.
        years_store.places = (replace(place, schools=(OTHER_SCHOOLS[0],)),)
        finding = asked(years_store, "school-key-stage-2", SCHOOL_BEFORE, SCHOOL_AFTER).finding
    finally:
        years_store.places = store_places
    assert finding.before is not None
    assert (finding.before.count, finding.before.base) == (120, 180)
    assert "similar-providers" not in dict(finding.caveats)


# What stands in the way --------------------------------------------------------------------------------------------


def test_a_start_inside_a_gap_cannot_be_compared(years_store: Store) -> None:
    question = by_hand(years_store, "flat", parse_window("2015-01:2019-06"), parse_window("2020-01:2022-12"))
    finding, _ = study_periods(question, lambda: "")
    assert finding.verdict == "Cannot be compared"
    assert finding.verdict_because == ("the start lies inside Nobody counted (June 2019 to August 2019)",)


def test_a_year_that_touches_a_gap_is_left_out_and_said_to_be(years_store: Store) -> None:
    question = by_hand(years_store, "flat")
    finding, _ = study_periods(question, lambda: "")
    assert finding.before is not None
    assert finding.before.months_used == 48
    assert ("break-left-out", "Periods that touch a break in the recording are left out.") in finding.caveats
    only = by_hand(years_store, "flat", parse_window("2019-01:2019-12"), parse_window("2020-01:2022-12"))
    assert "touches a break" in only.obstacle[1]


def test_another_way_that_makes_no_question_is_left_out(years_store: Store) -> None:
    finding, _ = study_periods(by_hand(years_store, "flat"), lambda: "")
    assert finding.comparison is not None
    ways = [row["change"] for row in finding.sensitivity]
    # Without 2016 the similar places do not differ at all.
    assert "without the earliest period before" not in ways
    assert "without the last period before" in ways


def test_fewer_than_nineteen_places_chosen_by_hand_are_too_few(years_store: Store) -> None:
    finding = asked(years_store, "house-prices", BEFORE, AFTER, comparison=(("E01018850", "E01018851"),)).finding
    assert finding.verdict == "Cannot be compared"
    assert finding.verdict_because == ("only 1 similar places have figures for every period, and 19 are needed",)


def test_suppressed_figures_of_places_not_compared_are_not_asked_about(years_store: Store) -> None:
    hidden_elsewhere = replace(
        ask(years_store, "house-sales", "beacon-falmouth", before=parse_window("2015-01:2018-12"), after=parse_window("2020-01:2023-12")),
        family=(),
    )  # fmt: skip
    finding: Finding = study(years_store, hidden_elsewhere)
    compared = finding.comparison
    used = {code for unit, _ in compared.areas for code in unit} if compared else set()
    told = any(slug == "suppressed-range" for slug, _ in finding.caveats)
    assert told == (OURS[0] in used)
