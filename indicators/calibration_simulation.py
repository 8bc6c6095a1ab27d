"""Simulated areas in which nothing happened, from steady to drifting, for what real series cannot show: the truth."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from indicators.calibration_question import MadeUp
from indicators.quarters import blocks
from store.period import Window, month_from_number, month_number

Array: TypeAlias = npt.NDArray[np.float64]

COMPARISON_AREAS = 60
MONTHS_BEFORE = MONTHS_AFTER = 36
_FIRST = date(2018, 1, 1)
_YEAR = 12


@dataclass(frozen=True, slots=True)
class Scenario:
    """How simulated areas behave; spreads are standard deviations on the log scale, drifts a month.

    ``events`` and ``compared_events`` are a month, of the place and of a typical comparison area, whose sizes vary by
    ``sizes``. All areas share the seasons and ``shared_drift``. An area's own are ``bumps`` (gamma, a month by itself),
    ``spells`` (of which ``spell_left`` is left a month later) and ``drift`` (lasting). The place is the one of
    ``candidates`` whose last year before the start stands highest over its two years before that.
    """

    name: str
    events: float = 50.0
    compared_events: float = 50.0
    sizes: float = 0.3
    seasons: float = 0.15
    shared_drift: float = 0.023
    bumps: float = 0.1
    spells: float = 0.0
    spell_left: float = 0.9
    drift: float = 0.0
    candidates: int = 1


# Magnitudes were chosen, with seeds under 1,000, so that in stable, typical and drifting areas the change before and after
# alone finds about what the design measured where nothing happened (56, 68 and 78 %), and so that a fall of 30 % is about
# as hard to find for the plain ratio of ratios (84 % typical, 59 % drifting) and for the second method (84 and 62 %).
# Ten candidates put the ratio of ratios about 12 % off for a drifting place chosen after a bad year, as measured there.
_SPELLS, _DRIFT, _DRIFTING_SPELLS, _CANDIDATES = 0.135, 0.03, 0.1, 10
SCENARIOS = (
    Scenario("stable"),
    Scenario("typical", spells=_SPELLS),
    Scenario("drifting", spells=_DRIFTING_SPELLS, drift=_DRIFT),
    Scenario("chosen after a bad year", spells=_SPELLS, candidates=_CANDIDATES),
    Scenario("small area among large", spells=_SPELLS, events=8.0),
    Scenario("chosen after a bad year and drifting", spells=_DRIFTING_SPELLS, drift=_DRIFT, candidates=_CANDIDATES),
    Scenario("rare counts", spells=_SPELLS, events=0.25, compared_events=0.25),
)


def simulated_counts(scenario: Scenario, rng: np.random.Generator) -> Array:
    """Areas × months of counts, row 0 the place: Poisson around sizes, seasons, shared and own movements."""
    months = MONTHS_BEFORE + MONTHS_AFTER
    areas = COMPARISON_AREAS + scenario.candidates
    size = scenario.compared_events * np.exp(scenario.sizes * rng.standard_normal(areas) - scenario.sizes**2 / 2)
    size[: scenario.candidates] = scenario.events
    season = scenario.seasons * np.sin(2 * np.pi * (np.arange(months) / _YEAR + rng.random()))
    shared = np.cumsum(scenario.shared_drift * rng.standard_normal(months))
    drift = np.cumsum(scenario.drift * rng.standard_normal((areas, months)), axis=1)
    steps = rng.standard_normal((areas, months))
    steps[:, 1:] *= np.sqrt(1 - scenario.spell_left**2)
    spell = steps
    for month in range(1, months):
        spell[:, month] += scenario.spell_left * spell[:, month - 1]
    shape = 1 / scenario.bumps**2
    bump = rng.gamma(shape, 1 / shape, (areas, months))
    level = np.exp(season + shared + drift + scenario.spells * spell) * bump
    counts = rng.poisson(size[:, None] * level).astype(float)
    return np.vstack([counts[_picked(counts[: scenario.candidates])][None, :], counts[scenario.candidates :]])


def _picked(candidates: Array) -> int:
    """The candidate whose last year before the start stands highest over its earlier years; the first among equals."""
    last = candidates[:, MONTHS_BEFORE - _YEAR : MONTHS_BEFORE].mean(axis=1)
    earlier = candidates[:, : MONTHS_BEFORE - _YEAR].mean(axis=1)
    return int(np.argmax((last + 0.5) / (earlier + 0.5)))


def simulated_questions(scenario: Scenario, runs: int, seed: int) -> Iterator[MadeUp]:
    """``runs`` made-up questions; the same seed gives the same ones, however many are asked."""
    first = month_number(_FIRST)
    months = range(first, first + MONTHS_BEFORE + MONTHS_AFTER)
    before = Window(_FIRST, MONTHS_BEFORE)
    after = Window(month_from_number(first + MONTHS_BEFORE), MONTHS_AFTER)
    quarters = blocks(months, [True] * len(months), before, after)
    for run in range(runs):
        counts = simulated_counts(scenario, np.random.default_rng([seed, run]))
        yield MadeUp(
            ours=counts[0],
            units=counts[1:],
            blocks=quarters,
            before=range(MONTHS_BEFORE),
            after=range(MONTHS_BEFORE, len(months)),
        )


def scenario_sha256(scenario: Scenario) -> str:
    """The sha256 of everything the simulated counts depend on, besides the seed."""
    whole = asdict(scenario) | {"areas": COMPARISON_AREAS, "months": [MONTHS_BEFORE, MONTHS_AFTER]}
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()
