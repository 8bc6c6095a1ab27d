"""The accounting of false findings, and small calibrations from end to end."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date

import numpy as np
import pytest

from indicators.calibration import (
    ALL_TOGETHER,
    ANY_OF_THEM,
    INDICATORS,
    calibrate_loaded,
    calibrate_simulated,
    checked_effects,
)
from indicators.calibration_question import AGREED, HEADLINE, OTHERS_RULES, OWN_RULES, VERDICT, Outcome
from indicators.calibration_rows import CalibrationRow, Subject, as_text, family_said, rows_of
from indicators.calibration_series import (
    Choice,
    Neighbourhoods,
    UnitSeries,
    asked_rows,
    compared_with,
    made_up_questions,
    start_of,
    starts,
    unit_series,
)
from indicators.calibration_simulation import SCENARIOS, scenario_sha256, simulated_counts
from store.database import Store
from store.errors import BadQuestion

ON = date(2026, 11, 22)
FORCE = "devon-and-cornwall"
SUBJECT = Subject("burglary", "made up", 7, "abc", ON)


def only(rows: list[CalibrationRow], rule: str, effect: float) -> CalibrationRow:
    found = [row for row in rows if row.rule == rule and row.effect_percent == effect]
    assert len(found) == 1
    return found[0]


def test_false_findings_count_both_directions_and_all_runs() -> None:
    runs = [{(VERDICT, 0.0): Outcome(answer)} for answer in (-1, 1, 0, 0, 0, 0, None, None)]
    row = only(rows_of(SUBJECT, runs), VERDICT, 0)
    assert (row.runs, row.false_findings, row.no_answer, row.power, row.coverage) == (8, 0.25, 0.25, None, None)
    assert (row.indicator, row.scenario, row.seed, row.data_sha256) == ("burglary", "made up", 7, "abc")
    assert row.computed_on == "2026-11-22"


def test_power_counts_only_falls() -> None:
    runs = [{(VERDICT, -30.0): Outcome(answer)} for answer in (-1, -1, -1, 1, 0, None, None, None, None, None)]
    row = only(rows_of(SUBJECT, runs), VERDICT, -30)
    assert (row.power, row.false_findings, row.no_answer) == (0.3, None, 0.5)


def test_coverage_is_of_the_limits_that_were_given() -> None:
    covered = (True, True, True, False, None)
    runs = [{(HEADLINE, 0.0): Outcome(0 if held is not None else None, held)} for held in covered]
    row = only(rows_of(SUBJECT, runs), HEADLINE, 0)
    assert (row.coverage, row.no_answer) == (0.75, 0.2)
    nothing = rows_of(SUBJECT, [{(HEADLINE, 0.0): Outcome(None)}])
    assert nothing[0].coverage is None


def test_rows_come_in_the_order_of_rules_and_effects() -> None:
    run = {(rule, effect): Outcome(0) for rule in (AGREED, VERDICT) for effect in (-50.0, 0.0, -10.0)}
    found = [(row.rule, row.effect_percent) for row in rows_of(SUBJECT, [run])]
    assert found == [(rule, effect) for rule in (VERDICT, AGREED) for effect in (0.0, -10.0, -50.0)]


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        # p = .039 among two survives only together with another small one: 10 % × 1/2 = .05.
        ([Outcome(-1, p=0.039), Outcome(0, p=0.9)], -1),
        # Among six the smallest p must be under 10 %/6 = .0167.
        ([Outcome(-1, p=0.039), *[Outcome(0, p=0.9)] * 5], 0),
        ([Outcome(1, p=0.016), *[Outcome(0, p=0.9)] * 5], 1),
        ([Outcome(1, p=0.001), Outcome(-1, p=0.001)], -1),
        ([Outcome(None, p=0.001), Outcome(0, p=0.9)], 0),
        ([Outcome(None, p=0.001), Outcome(None)], None),
    ],
)
def test_a_board_finds_only_what_survives_the_many_indicators_rule(
    outcomes: list[Outcome], expected: int | None
) -> None:
    board = [{(VERDICT, 0.0): outcome} for outcome in outcomes]
    assert family_said([board], (0.0,))[0][VERDICT, 0.0].answer == expected


def test_simulated_rows_are_whole_and_the_same_for_the_same_seed() -> None:
    scenarios = [item for item in SCENARIOS if item.name in ("stable", "rare counts")]
    rows = calibrate_simulated(computed_on=ON, seed=3, runs=6, scenarios=scenarios, effects=(0, -50))
    again = calibrate_simulated(computed_on=ON, seed=3, runs=6, scenarios=reversed(scenarios), effects=(-50, 0))
    assert sorted(map(repr, rows)) == sorted(map(repr, again))
    other = calibrate_simulated(computed_on=ON, seed=4, runs=6, scenarios=scenarios, effects=(0, -50))
    assert [replace(row, seed=3) for row in other] != rows
    assert len(rows) == 2 * (2 * len(OWN_RULES) + len(OTHERS_RULES))
    stable = [row for row in rows if row.scenario == "stable"]
    assert only(stable, VERDICT, -50).power == 1
    rare = [row for row in rows if row.scenario == "rare counts"]
    assert only(rare, VERDICT, 0).no_answer == 1
    assert only(rare, VERDICT, 0).false_findings == 0


def test_simulated_places_are_what_their_scenario_says() -> None:
    by_name = {scenario.name: scenario for scenario in SCENARIOS}
    rng = np.random.default_rng(1)

    def lift(name: str) -> float:
        """How far the place's last year before the start stands over the two years before that."""
        tables = [simulated_counts(by_name[name], rng)[0] for _ in range(60)]
        return float(np.mean([row[24:36].mean() / row[:24].mean() for row in tables]))

    assert lift("typical") == pytest.approx(1, abs=0.06)
    assert lift("chosen after a bad year") > 1.08
    small = np.mean([simulated_counts(by_name["small area among large"], rng)[0].mean() for _ in range(60)])
    assert small == pytest.approx(8, rel=0.15)
    rare = [simulated_counts(by_name["rare counts"], rng)[0][:36].sum() for _ in range(60)]
    assert np.mean(np.array(rare) <= 12) > 0.75
    assert simulated_counts(by_name["typical"], rng).shape == (61, 72)
    assert len({scenario_sha256(scenario) for scenario in SCENARIOS}) == len(SCENARIOS)


def violence(store: Store, size: int = 4) -> UnitSeries:
    found = unit_series(Neighbourhoods(store, FORCE, size), "violence", ("violence",))
    assert found is not None
    return found


def test_made_up_neighbourhoods_are_disjoint_contiguous_and_nothing_was_started_there(sample_store: Store) -> None:
    ground = Neighbourhoods(sample_store, FORCE, 4)
    flat = [code for unit in ground.units for code in unit]
    assert len(ground.units) > 200
    assert len(flat) == len(set(flat)) == 4 * len(ground.units)
    taken = [code for place in sample_store.places for code in place.small_areas]
    taken += [code for item in sample_store.programmes for spot in item.places for code in spot.small_areas]
    assert taken
    assert not set(flat) & set(sample_store.stable_codes(taken).values())
    touching = sample_store.neighbours(flat)
    assert all(any(other in unit for other in touching[code]) for unit in ground.units for code in unit)


def test_comparison_units_are_sixty_others_that_do_not_touch(sample_store: Store) -> None:
    series = violence(sample_store)
    units = series.neighbourhoods.units
    touching = sample_store.neighbours([code for unit in units for code in unit])
    for row in (0, 50, 150):
        chosen = compared_with(series, row, 1)
        ring = {other for code in units[row] for other in touching[code]}
        assert len(set(chosen)) == 60
        assert row not in chosen
        assert not ring & {code for number in chosen for code in units[number]}
        assert chosen == compared_with(series, row, 1)
        assert chosen != compared_with(series, row, 2)


def test_the_bad_year_is_the_highest_that_could_end_before_a_start(sample_store: Store) -> None:
    series = violence(sample_store)
    for row in (0, 7, 99):
        at = start_of(series, row, "after a bad year", 1)
        totals = {start: series.counts[row, start - 12 : start].sum() for start in starts(series)}
        assert totals[at] == max(totals.values())
        assert start_of(series, row, "fixed date", 1) == 36
        assert start_of(series, row, "random date", 1) in starts(series)
    assert starts(series)[-1] + 24 == len(series.months)


@pytest.mark.parametrize("choice", ["fixed date", "after a bad year"])
def test_questions_have_their_windows_and_leave_out_what_is_not_held(sample_store: Store, choice: Choice) -> None:
    series = unit_series(Neighbourhoods(sample_store, FORCE, 4), "robbery", ("robbery",))
    assert series is not None
    missing = set(np.flatnonzero(np.isnan(series.counts[0])))
    assert missing
    for _, question in made_up_questions(series, choice, 5, 1):
        used = {at for block in (*question.blocks.before, *question.blocks.after) for at in block}
        assert (len(question.before), len(question.after)) == (36, 24)
        assert question.before[-1] + 1 == question.after[0]
        assert not used & missing
        assert used >= {*question.before, *question.after} - missing
        assert len(question.units) == 60


def test_a_measure_that_is_not_loaded_has_no_series(sample_store: Store) -> None:
    assert unit_series(Neighbourhoods(sample_store, FORCE, 4), "drugs", ("drugs",)) is None
    with pytest.raises(BadQuestion):
        calibrate_loaded(sample_store, computed_on=ON, seed=1, indicators={"drugs": ("drugs",)})


def test_loaded_rows_are_whole_and_the_same_for_the_same_seed(sample_store: Store) -> None:
    chosen = {name: INDICATORS[name] for name in ("violence", "burglary", ALL_TOGETHER)}
    asked: tuple[tuple[int, Choice], ...] = ((4, "fixed date"),)
    rows = calibrate_loaded(
        sample_store, computed_on=ON, seed=1, areas=6, indicators=chosen, asked=asked, effects=(0, -50)
    )
    alone = calibrate_loaded(
        sample_store,
        computed_on=ON,
        seed=1,
        areas=6,
        indicators={"violence": ("violence",)},
        asked=asked,
        effects=(-50, 0),
    )
    assert [row for row in rows if row.indicator == "violence"] == alone
    assert {row.indicator for row in rows} == {*chosen, ANY_OF_THEM}
    assert {row.runs for row in rows} == {6}
    assert {row.scenario for row in rows} == {"fixed date, 4 small areas"}
    together = [row for row in rows if row.indicator == ALL_TOGETHER]
    assert (only(together, VERDICT, -50).power or 0) >= 0.8
    assert len({row.data_sha256 for row in rows}) == 4


def test_rows_are_written_one_a_line_with_the_columns_of_the_table(sample_store: Store) -> None:
    rows = rows_of(SUBJECT, [{(VERDICT, 0.0): Outcome(0), (HEADLINE, 0.0): Outcome(0, True)}])
    text = as_text(rows)
    assert json.loads(text) == [asdict(row) for row in rows]
    assert len(text.splitlines()) == len(rows) + 2
    columns = [row[0] for row in sample_store.rows("SELECT column_name FROM (DESCRIBE calibration)")]
    assert list(json.loads(text)[0]) == columns


@pytest.mark.parametrize("effects", [(), (10.0,), (-100.0,), (float("nan"),)])
def test_effects_that_cannot_be_put_in_are_refused(effects: tuple[float, ...]) -> None:
    with pytest.raises(BadQuestion):
        checked_effects(effects)


def test_effects_are_put_in_order_each_once() -> None:
    assert checked_effects((-30, 0, -10, -30)) == (0.0, -10.0, -30.0)


def test_rare_counts_have_rows_of_their_own_where_there_are_enough(
    sample_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indicators.calibration.FEWEST_RARE", 1)
    rows = calibrate_loaded(
        sample_store, computed_on=ON, seed=1, areas=12, indicators={"robbery": ("robbery",)},
        asked=((2, "random date"),), effects=(0,),
    )  # fmt: skip
    rare = [row for row in rows if row.scenario.endswith("12 or fewer before")]
    assert rare
    assert only(rare, VERDICT, 0).no_answer == 1
    assert rare[0].runs <= 12


def test_a_series_too_short_for_a_question_is_passed_over(sample_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indicators.calibration_series.MONTHS_BEFORE", 500)
    assert unit_series(Neighbourhoods(sample_store, FORCE, 4), "robbery", ("robbery",)) is None


def test_few_others_are_all_compared_and_all_are_asked(sample_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    series = unit_series(Neighbourhoods(sample_store, FORCE, 4), "robbery", ("robbery",))
    assert series is not None
    assert asked_rows(series, None, 1) == list(range(len(series.counts)))
    assert asked_rows(series, 10**6, 1) == list(range(len(series.counts)))
    monkeypatch.setattr("indicators.calibration_series.MOST_UNITS", 10**6)
    near = series.neighbourhoods.near[0]
    assert compared_with(series, 0, 1) == [n for n in range(1, len(series.counts)) if n not in near]
