"""How often the tool raises a false alarm: questions about places in which nothing was started, and what was said.

``calibrate_loaded`` asks about made-up neighbourhoods of the loaded data and ``calibrate_simulated`` about simulated
ones. Both answer with rows of the calibration table (store/schema.py), beside rules that others use.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np

from indicators.calibration_question import HEADLINE, OTHERS_RULES, OWN_RULES, MadeUp, Outcome, answers
from indicators.calibration_series import (
    Choice,
    Neighbourhoods,
    UnitSeries,
    made_up_questions,
    measures_of,
    unit_series,
)
from indicators.calibration_simulation import SCENARIOS, Scenario, scenario_sha256, simulated_questions
from store import __version__
from store.database import Store
from store.errors import BadQuestion

EFFECTS = (0.0, -10.0, -20.0, -30.0, -50.0)
RUNS = 1000
RARE = 12
SINGLE_INDICATORS = ("anti-social-behaviour", "burglary", "criminal-damage", "public-order", "robbery", "violence")
# What the sample holds, all together: not an indicator of the board, but the yardstick of the method.
ALL_TOGETHER = "all six together"
INDICATORS: Mapping[str, tuple[str, ...]] = {
    **{name: (name,) for name in SINGLE_INDICATORS},
    "crime-five-categories": ("crime-five-categories",),
    ALL_TOGETHER: SINGLE_INDICATORS,
}
# Each size of neighbourhood (small areas) with the dates it is asked about.
ASKED: tuple[tuple[int, Choice], ...] = (
    (4, "fixed date"),
    (4, "random date"),
    (4, "after a bad year"),
    (2, "random date"),
)
Heard = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class CalibrationRow:
    """One row of the calibration table; shares are of all ``runs``, 0–1, None where they do not apply.

    ``false_findings`` is given where nothing was put in: the share in which the rule said fell or rose. ``power`` is
    given where a fall was put in: the share in which it said fell. ``coverage`` is the share of the headline's 95 %
    limits, where it gave any, that held the truth. ``no_answer`` is the share in which the rule could not answer.
    """

    indicator: str
    rule: str
    scenario: str
    effect_percent: float
    runs: int
    false_findings: float | None
    coverage: float | None
    power: float | None
    no_answer: float
    seed: int
    data_sha256: str
    software_version: str
    computed_on: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What a group of rows is about, and where it comes from."""

    indicator: str
    scenario: str
    seed: int
    data_sha256: str
    computed_on: date


def checked_effects(effects: Sequence[float]) -> tuple[float, ...]:
    """The effects in percent, nought first; BadQuestion for a rise, a fall of everything or no effect at all."""
    wanted = sorted({float(effect) for effect in effects}, reverse=True)
    if not wanted or any(math.isnan(effect) or not -100 < effect <= 0 for effect in wanted):
        raise BadQuestion("Effects must lie between 0 and −100 %", do="For example 0,-10,-20,-30,-50.")
    return tuple(wanted)


def rows_of(subject: Subject, runs: Sequence[Mapping[tuple[str, float], Outcome]]) -> list[CalibrationRow]:
    """The accounting: one row for each rule and effect that was asked, in the order of the rules and effects."""
    keys = sorted(
        {key for run in runs for key in run}, key=lambda key: ((*OWN_RULES, *OTHERS_RULES).index(key[0]), -key[1])
    )
    return [_row(subject, rule, effect, [run[rule, effect] for run in runs]) for rule, effect in keys]


def _row(subject: Subject, rule: str, effect: float, outcomes: Sequence[Outcome]) -> CalibrationRow:
    number = len(outcomes)
    covered = [outcome.covered for outcome in outcomes if outcome.covered is not None]
    return CalibrationRow(
        indicator=subject.indicator,
        rule=rule,
        scenario=subject.scenario,
        effect_percent=effect,
        runs=number,
        false_findings=_share(sum(bool(item.answer) for item in outcomes), number) if effect == 0 else None,
        coverage=_share(sum(covered), len(covered)) if rule == HEADLINE and covered else None,
        power=_share(sum(item.answer == -1 for item in outcomes), number) if effect < 0 else None,
        no_answer=_share(sum(item.answer is None for item in outcomes), number),
        seed=subject.seed,
        data_sha256=subject.data_sha256,
        software_version=__version__,
        computed_on=subject.computed_on.isoformat(),
    )


def _share(part: int, whole: int) -> float:
    return round(part / whole, 5)


def calibrate_simulated(
    *,
    computed_on: date,
    seed: int,
    effects: Sequence[float] = EFFECTS,
    runs: int = RUNS,
    scenarios: Iterable[Scenario] = SCENARIOS,
    heard: Heard | None = None,
) -> list[CalibrationRow]:
    """Ask ``runs`` questions in each simulated scenario; ``heard`` is told which one has begun."""
    wanted = checked_effects(effects)
    rows: list[CalibrationRow] = []
    for scenario in scenarios:
        _tell(heard, f"simulated: {scenario.name}")
        questions = enumerate(simulated_questions(scenario, runs, seed))
        said = [answers(question, wanted, (seed, run)) for run, question in questions]
        rows += rows_of(Subject("simulated", scenario.name, seed, scenario_sha256(scenario), computed_on), said)
    return rows


def calibrate_loaded(
    store: Store,
    *,
    computed_on: date,
    seed: int,
    effects: Sequence[float] = EFFECTS,
    areas: int | None = None,
    indicators: Mapping[str, tuple[str, ...]] = INDICATORS,
    asked: Iterable[tuple[int, Choice]] = ASKED,
    heard: Heard | None = None,
) -> list[CalibrationRow]:
    """Ask about made-up neighbourhoods of the loaded data, all of them or ``areas`` of each force.

    ``indicators`` are sets of indicators added up, by the name their rows get. A force in which one is not loaded is
    passed over; BadQuestion when nothing at all could be asked.
    """
    wanted = checked_effects(effects)
    rows: list[CalibrationRow] = []
    forces = sorted(store.small_areas()["police_force"].dropna().unique())
    ground = {(force, size): Neighbourhoods(store, force, size) for force in forces for size in (4, 2)}
    for size, choice in asked:
        for name, parts in indicators.items():
            measures = measures_of(parts)
            found = [
                series
                for force in forces
                if not store.coverage(measures, force).empty
                and (series := unit_series(ground[force, size], name, measures)) is not None
            ]
            if found:
                _tell(heard, f"{name}: {size} small areas, {choice}")
                rows += _loaded_rows(found, size, choice, wanted, areas, seed, computed_on)
    if not rows:
        raise BadQuestion("Nothing is loaded that could be asked about", do="Load at least five years of records.")
    return rows


def _loaded_rows(
    found: Sequence[UnitSeries],
    size: int,
    choice: Choice,
    effects: Sequence[float],
    areas: int | None,
    seed: int,
    computed_on: date,
) -> list[CalibrationRow]:
    """The rows of one indicator, size and choice of date; a second set where the place counted 12 or fewer before."""
    said, rare = [], []
    for series in found:
        for row, question in made_up_questions(series, choice, areas, seed):
            outcome = answers(question, effects, (seed, row))
            said.append(outcome)
            if _before(question) <= RARE:
                rare.append(outcome)
    name = found[0].name
    scenario = f"{choice}, {size} small areas"
    subject = Subject(name, scenario, seed, "+".join(series.sha256 for series in found), computed_on)
    rows = rows_of(subject, said)
    if rare:
        few = Subject(name, f"{scenario}, {RARE} or fewer before", seed, subject.data_sha256, computed_on)
        rows += rows_of(few, rare)
    return rows


def _before(question: MadeUp) -> float:
    return float(np.nansum(question.ours[list(question.before)]))


def _tell(heard: Heard | None, words: str) -> None:
    if heard is not None:
        heard(words)


def write_rows(rows: Sequence[CalibrationRow], path: Path) -> None:
    """Write rows as a JSON list, one row a line, the form ``data/calibration`` keeps and a build reads."""
    lines = ",\n".join(json.dumps(asdict(row), ensure_ascii=False, allow_nan=False) for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
