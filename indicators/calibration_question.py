"""One made-up question: a place in which nothing was started, asked as if something had been, and with known effects."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from indicators import calibration_rules as rules
from indicators.calibration_rules import Answer, sign
from indicators.gaps import detectable_percent
from indicators.matching import FEWEST_UNITS
from indicators.panel import number_at_least
from indicators.quarters import Blocks
from indicators.synthetic_did import SyntheticDid, synthetic_did
from indicators.verdict import HEADLINE_P, SECOND_P, too_few
from indicators.weighted_baseline import WeightedBaseline, weighted_baseline
from store.errors import BadQuestion

Array: TypeAlias = npt.NDArray[np.float64]

VERDICT, AGREED, HEADLINE, SECOND = "verdict", "verdict without the too-few rule", "headline", "second method"
BEFORE_AND_AFTER = "before and after alone"
FIRST_TO_LAST = "first to last year, over 10 %"
Z_SCORE = "z-score of change within type"
EXACT_BASELINE = "later year against an exact baseline"
TREND = "five-point weighted trend"
CLUSTERED = "cluster-robust difference-in-differences"
OWN_RULES = (VERDICT, AGREED, HEADLINE, SECOND)
OTHERS_RULES = (BEFORE_AND_AFTER, FIRST_TO_LAST, Z_SCORE, EXACT_BASELINE, TREND, CLUSTERED)
HEADLINE_ALPHA = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class MadeUp:
    """A made-up question: monthly counts of the place and of its comparison units over the series' months.

    ``ours`` has one value a month and ``units`` one row a unit; NaN is a month left out for all. ``blocks`` are the
    quarters of the comparison; ``before`` and ``after`` are positions of the windows' months, left-out ones among them.
    """

    ours: Array
    units: Array
    blocks: Blocks
    before: range
    after: range


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rule said; ``covered`` is whether its 95 % limits held the truth and ``p`` what it was judged by.

    Both are None where the rule has no such thing.
    """

    answer: Answer
    covered: bool | None = None
    p: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Methods:
    headline: WeightedBaseline
    second: SyntheticDid


def thinned(counts: Array, effect_percent: float, rng: np.random.Generator) -> Array:
    """Each event of whole-number ``counts`` kept with probability 1 + effect/100; NaN stays NaN.

    A fall put in this way keeps the counting noise a real fall would have. Effects outside −100 to 0 are BadQuestions.
    """
    if not -100 < effect_percent <= 0:
        raise BadQuestion(
            f"An effect of {effect_percent:g} % cannot be put in by taking events away",
            do="Use effects from 0 down to above −100.",
        )
    known = np.isfinite(counts)
    kept = rng.binomial(np.where(known, counts, 0).astype(np.int64), 1 + effect_percent / 100)
    return np.where(known, kept, np.nan)


def answers(question: MadeUp, effects: Sequence[float], seed: Sequence[int]) -> Mapping[tuple[str, float], Outcome]:
    """What each rule says, by rule and effect in percent; others' rules are asked only where nothing was put in.

    ``seed`` decides which events an effect takes away, for each effect by itself.
    """
    methods = _methods(question)
    before = float(np.nansum(question.ours[list(question.before)]))
    found: dict[tuple[str, float], Outcome] = {}
    for effect in effects:
        ours = question.ours.copy()
        rng = np.random.default_rng([*seed, round(-100 * effect)])
        ours[list(question.after)] = thinned(ours[list(question.after)], effect, rng)
        said = _own(question, methods, ours, before, effect)
        if effect == 0:
            said |= _others(question)
        found |= {(rule, effect): outcome for rule, outcome in said.items()}
    return found


def _methods(question: MadeUp) -> _Methods | None:
    """Both methods where nothing was put in; None where the product could not compare at all."""
    if len(question.units) < FEWEST_UNITS:
        return None
    counts = question.blocks.sums(np.vstack([question.ours[None, :], question.units]))
    try:
        before = len(question.blocks.before)
        return _Methods(weighted_baseline(counts, before), synthetic_did(counts, before))
    except BadQuestion:
        return None


def _own(question: MadeUp, methods: _Methods | None, ours: Array, before: float, effect: float) -> dict[str, Outcome]:
    """The project's own rules once the place's later months are ``ours``.

    Only the place's later count has moved, and neither the expected count, nor the spread, nor any placebo depends on
    it: so an effect costs no second run of the methods (a test runs them again and compares).
    """
    if methods is None:
        return dict.fromkeys(OWN_RULES, Outcome(None))
    later = question.blocks.sums(ours)[len(question.blocks.before) :]
    gap, p = _headline_gap(methods.headline, later)
    second_gap, second_p = _second_gap(methods.second, question, later)
    few = too_few(before, detectable_percent(methods.headline))
    leans = sign(second_gap) == sign(gap) and second_p <= SECOND_P
    finding = sign(gap) if p <= HEADLINE_P and leans else 0
    headline = sign(gap) if p <= HEADLINE_ALPHA else 0
    return {
        VERDICT: Outcome(None if few else finding, p=p),
        AGREED: Outcome(finding, p=p),
        HEADLINE: Outcome(headline, _covers(methods.headline, gap, math.log1p(effect / 100)), p),
        SECOND: Outcome(sign(second_gap) if second_p <= HEADLINE_ALPHA else 0, p=second_p),
    }


def _headline_gap(headline: WeightedBaseline, later: Array) -> tuple[float, float]:
    """The headline's log gap and p with these later counts."""
    from scipy.special import stdtr

    gap = headline.log_gap + math.log((float(later.sum()) + 0.5) / (headline.seen + 0.5))
    return gap, 2 * float(stdtr(headline.units - 1, -abs(gap) / headline.spread))


def _covers(headline: WeightedBaseline, gap: float, truth: float) -> bool:
    """Whether the headline's 95 % limits hold the true log ratio: they are the truths its test does not refuse."""
    from scipy.special import stdtrit

    fixed = headline.spread**2 - 1 / (headline.baseline_expected + 0.5)
    error = math.sqrt(fixed + 1 / (headline.baseline_expected * math.exp(truth) + 0.5))
    return abs(gap - truth) <= float(stdtrit(headline.units - 1, 0.975)) * error


def _second_gap(second: SyntheticDid, question: MadeUp, later: Array) -> tuple[float, float]:
    """The second method's log gap and p with these later counts."""
    was = question.blocks.sums(question.ours)[len(question.blocks.before) :]
    gap = second.log_gap + float(np.log(later + 0.5).mean() - np.log(was + 0.5).mean())
    moved = 1 / (float(later.sum()) + 0.5) - 1 / (float(was.sum()) + 0.5)
    spread = math.sqrt(second.spread**2 + moved)
    at_least = number_at_least(second.placebo_z, gap / spread)
    return gap, (1 + at_least) / (second.units + 1)


def _others(question: MadeUp) -> dict[str, Outcome]:
    """Others' rules, on the months of the two windows; the clustered one on the comparison's quarters."""
    inside = [*question.before, *question.after]
    ours, units, before = question.ours[inside], question.units[:, inside], len(question.before)
    table = question.blocks.sums(np.vstack([question.ours[None, :], question.units]))
    said: dict[str, Answer] = {
        BEFORE_AND_AFTER: rules.before_and_after(ours, before),
        FIRST_TO_LAST: rules.first_to_last(ours),
        Z_SCORE: rules.z_score_within_type(ours, units),
        EXACT_BASELINE: rules.exact_baseline(ours, before),
        TREND: rules.weighted_trend(ours),
        CLUSTERED: rules.clustered_differences(table, len(question.blocks.before)),
    }
    return {rule: Outcome(answer) for rule, answer in said.items()}
