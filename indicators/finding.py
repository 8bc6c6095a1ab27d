"""A question, and the finding that answers it: what every page and file is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from indicators.indicator import Better, Kind
from store.period import Window

Verdict = Literal[
    "Fell more than in similar places",
    "Rose more than in similar places",
    "About the same as similar places",
    "We cannot tell",
    "Too few events to tell",
    "Cannot be compared",
    "Not loaded",
]


@dataclass(frozen=True, slots=True)
class Question:
    """Everything the answer depends on, besides the data.

    ``members`` are stable codes, sorted. ``comparison`` is None for the project's own rule, or units of stable codes.
    ``family`` are the indicators chosen beforehand.
    """

    area: str
    members: tuple[str, ...]
    indicator: str
    before: Window | None
    after: Window | None
    settling_in_months: int = 0
    comparison: tuple[tuple[str, ...], ...] | None = None
    exclude: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    without_breaks: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """One window: the count, and the rate in the indicator's unit with 95 % limits.

    ``base`` is what a proportion is out of, or how many cases stand behind a mean or median; None elsewhere.
    """

    window: Window
    count: float | None
    months_used: int
    months_missing: int
    person_years: float | None
    rate: float | None
    lower: float | None
    upper: float | None
    base: float | None = None


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio against similar places, 1.0 = no difference, with 95 % limits and a two-sided p."""

    ratio: float
    lower: float
    upper: float
    p: float


@dataclass(frozen=True, slots=True)
class Compared:
    """The comparison: which units, what they did, and the weighted baseline's answer.

    ``areas`` are (stable codes of a unit, its name), nearest first; for each, ``unit_counts`` are its counts before and
    after, and ``unit_gaps`` its own ratio of seen to expected and whether that is at least as unusual for its size as
    the place's (NaN and empty where that is not to be shown). ``left_out`` are (stable code, why it may not stand for “no programme”). ``expected_after`` is what would have been seen
    had the place changed as the similar places did. ``placebo_at_least`` of ``len(areas)`` units show a gap at least
    this unusual for its size.
    """

    areas: tuple[tuple[tuple[str, ...], str], ...]
    unit_counts: tuple[tuple[float, float], ...]
    unit_gaps: tuple[tuple[float, bool], ...]
    authority: str
    ring: tuple[str, ...]
    before_count: float
    after_count: float
    change_percent: float
    expected_after: float
    headline: Ratio
    placebo_at_least: int
    equal_weights: Ratio
    quarter_weights: tuple[float, ...]
    variogram: tuple[float, float, float]
    balance: tuple[Mapping[str, float | str], ...]
    widened: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one question, computed once by ``indicators.study`` and never recomputed above it."""

    question: Question
    title: str
    unit: str
    measured_at: str
    better: Better
    before: Level | None
    after: Level | None
    change_percent: float | None
    change_lower: float | None
    change_upper: float | None
    comparison: Compared | None
    second_method: Ratio | None
    detectable_change_percent: float | None
    verdict: Verdict
    verdict_because: tuple[str, ...]
    caveats: tuple[tuple[str, str], ...]
    sensitivity: tuple[Mapping[str, float | str | None], ...]
    sources: tuple[Mapping[str, str], ...]
    plan_hash: str
    data_hash: str
    software_version: str
    kind: Kind = "events"
