"""How often the tool raises a false alarm: questions about places in which nothing was started, and what was said.

``calibrate_loaded`` asks about made-up neighbourhoods of the loaded data and ``calibrate_simulated`` about simulated
ones. Both answer with rows of the calibration table (store/schema.py), beside rules that others use.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

import numpy as np

from indicators.calibration_question import MadeUp, answers
from indicators.calibration_rows import CalibrationRow, Said, Subject, family_said, rows_of
from indicators.calibration_series import (
    Choice,
    Neighbourhoods,
    UnitSeries,
    made_up_questions,
    measures_of,
    unit_series,
)
from indicators.calibration_simulation import SCENARIOS, Scenario, scenario_sha256, simulated_questions
from store.database import Store
from store.errors import BadQuestion

EFFECTS = (0.0, -10.0, -20.0, -30.0, -50.0)
RUNS = 1000
# A count this low over the three years before is rare; fewer such places than this say nothing worth a row.
RARE, FEWEST_RARE = 12, 50
SINGLE_INDICATORS = ("anti-social-behaviour", "burglary", "criminal-damage", "public-order", "robbery", "violence")
# What the sample holds, all together: not an indicator of the board, but the yardstick of the method.
ALL_TOGETHER = "all six together"
# The single indicators as one board chosen beforehand, with the many-indicators rule on.
ANY_OF_THEM = "any of six chosen beforehand"
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


def checked_effects(effects: Sequence[float]) -> tuple[float, ...]:
    """The effects in percent, each once, the smallest fall first; BadQuestion for a rise, a fall of everything or no effect at all."""
    wanted = sorted({float(effect) for effect in effects}, reverse=True)
    if not wanted or any(math.isnan(effect) or not -100 < effect <= 0 for effect in wanted):
        raise BadQuestion("Effects must lie between 0 and −100 %", do="For example 0,-10,-20,-30,-50.")
    return tuple(wanted)


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
    everything = measures_of([part for parts in indicators.values() for part in parts])
    codes = sorted(store.small_areas()["police_force"].dropna().unique())
    forces = [force for force in codes if not store.coverage(everything, force).empty]
    rows: list[CalibrationRow] = []
    for size, choice in asked:
        grounds = [Neighbourhoods(store, force, size) for force in forces]
        boards: dict[str, list[Said]] = {}
        for name, parts in indicators.items():
            found = [series for ground in grounds if (series := unit_series(ground, name, measures_of(parts)))]
            if not found:
                continue
            _tell(heard, f"{name}: {size} small areas, {choice}")
            said, few = _asked(found, choice, wanted, areas, seed)
            scenario = f"{choice}, {size} small areas"
            hashes = hashlib.sha256("".join(series.sha256 for series in found).encode()).hexdigest()
            rows += rows_of(Subject(name, scenario, seed, hashes, computed_on), said)
            if len(few) >= FEWEST_RARE:
                rare = f"{scenario}, {RARE} or fewer before"
                rows += rows_of(Subject(name, rare, seed, hashes, computed_on), few)
            # A board needs every place's answer on every indicator, on one and the same date.
            if choice == "fixed date" and name in SINGLE_INDICATORS and len(found) == len(grounds):
                boards[hashes] = said
        if len(boards) > 1:
            together = family_said(list(zip(*boards.values(), strict=True)), wanted)
            hashes = hashlib.sha256("".join(boards).encode()).hexdigest()
            subject = Subject(ANY_OF_THEM, f"{choice}, {size} small areas", seed, hashes, computed_on)
            rows += rows_of(subject, together)
    if not rows:
        raise BadQuestion("Nothing is loaded that could be asked about", do="Load at least five years of records.")
    return rows


def _asked(
    found: Iterable[UnitSeries], choice: Choice, effects: Sequence[float], areas: int | None, seed: int
) -> tuple[list[Said], list[Said]]:
    """What was said about every made-up neighbourhood, and of those that counted 12 or fewer before again.

    What is said about the rare ones is kept only where nothing was put in: there is no fall to find in so few.
    """
    said: list[Said] = []
    rare: list[Said] = []
    for series in found:
        for row, question in made_up_questions(series, choice, areas, seed):
            said.append(answers(question, effects, (seed, row)))
            if _before(question) <= RARE:
                rare.append({key: outcome for key, outcome in said[-1].items() if key[1] == 0})
    return said, rare


def _before(question: MadeUp) -> float:
    return float(np.nansum(question.ours[list(question.before)]))


def _tell(heard: Heard | None, words: str) -> None:
    if heard is not None:
        heard(words)
