"""Findings to try the outputs on: North Stonehouse's numbers, and one for each verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from indicators.finding import Compared, Finding, Level, Question, Ratio
from store.period import Window

BEFORE = Window(date(2018, 8, 1), 24)
AFTER = Window(date(2021, 4, 1), 24)


def level(window: Window, count: float | None, rate: float | None = None, missing: int = 0) -> Level:
    """A window with a count; limits are the rate ± 20 %, good enough to be printed."""
    limits = (None, None) if rate is None else (rate * 0.8, rate * 1.2)
    return Level(window, count, window.months - missing, missing, 7406.0, rate, *limits)


def compared(
    headline: Ratio | None = None, *, before: float = 1500, after: float = 950, expected: float = 49.4, rank: int = 20
) -> Compared:
    """Sixty similar pairs of Plymouth areas."""
    units = tuple(((f"E010{n:05d}", f"E011{n:05d}"), f"Plymouth {n:03d}A with {n:03d}C") for n in range(60))
    return Compared(
        areas=units,
        unit_counts=tuple((25.0, 16.0) for _ in units),
        unit_gaps=tuple((0.9, False) for _ in units),
        authority="devon-and-cornwall",
        ring=("E01015047", "E01015151"),
        before_count=before,
        after_count=after,
        change_percent=100 * (after / before - 1) if before else float("nan"),
        expected_after=expected,
        headline=headline or Ratio(0.688, 0.357, 1.326, 0.259),
        placebo_at_least=rank,
        equal_weights=Ratio(0.7, 0.4, 1.3, 0.3),
        quarter_weights=(0.5, 0.5),
        variogram=(0.01, 0.02, 0.001),
        balance=({"what": "rate before, per 1,000 a year", "place": 10.5, "similar": 8.9, "all": 3.1},),
        widened=("deprivation ±2 deciles",),
        left_out=(("E01015158", "same works"),),
    )


def burglary() -> Finding:
    """North Stonehouse's burglary: 78 to 34, too few events to tell."""
    return Finding(
        question=Question(
            area="north-stonehouse",
            members=("E01015153", "E01015155"),
            indicator="burglary",
            before=BEFORE,
            after=AFTER,
            settling_in_months=8,
            family=("burglary", "robbery"),
        ),
        title="Burglary",
        unit="per 1,000 residents a year",
        measured_at="in your neighbourhood",
        better="lower",
        before=Level(BEFORE, 78, 24, 0, 7406.04, 10.53, 8.32, 13.14),
        after=Level(AFTER, 34, 24, 0, 7400.0, 4.59, 3.18, 6.42),
        change_percent=-56.41,
        change_lower=-71.8,
        change_upper=-34.0,
        comparison=compared(),
        second_method=None,
        detectable_change_percent=-60.6,
        verdict="Too few events to tell",
        verdict_because=("detectable change worse than -60 %",),
        caveats=(("break-shared", "5 of the 24 later months lie in Devon and Cornwall Police's recording break."),),
        sensitivity=(
            {
                "change": "without break months",
                "before": 78.0,
                "after": 27.0,
                "after_months": 19.0,
                "ratio": 0.69,
                "lower": 0.35,
                "upper": 1.34,
                "verdict": "Too few events to tell",
            },
        ),
        sources=({"name": "police_uk", "publisher": "data.police.uk", "licence": "OGL v3.0", "data_to": "2025-08"},),
        plan_hash="9f2c41d07be8a356",
        data_hash="0" * 16,
        software_version="0.1.0",
    )


def cannot_tell() -> Finding:
    """The same counts, with a comparison that can see more."""
    return replace(burglary(), verdict="We cannot tell", verdict_because=(), detectable_change_percent=-48.0)


def fell_more() -> Finding:
    """A finding that is better."""
    return replace(
        burglary(),
        verdict="Fell more than in similar places",
        comparison=compared(Ratio(0.55, 0.38, 0.8, 0.004), rank=0, expected=61.8),
        second_method=Ratio(0.6, 0.4, 0.9, 0.02),
        detectable_change_percent=-38.0,
        verdict_because=(),
    )


def rose_more() -> Finding:
    """A finding that is worse: anti-clockwise of ``fell_more``, told in the same size."""
    return replace(
        burglary(),
        question=replace(burglary().question, indicator="robbery"),
        title="Robbery",
        before=level(BEFORE, 53, 7.2),
        after=level(AFTER, 81, 10.9),
        change_percent=52.83,
        verdict="Rose more than in similar places",
        comparison=compared(Ratio(1.9, 1.3, 2.8, 0.002), rank=1, expected=42.6),
        verdict_because=(),
    )


def same() -> Finding:
    """Narrowly nothing."""
    return replace(
        burglary(),
        question=replace(burglary().question, indicator="violence"),
        title="Violence and sexual offences",
        better="neither",
        before=level(BEFORE, 957, 129.2),
        after=level(AFTER, 857, 115.8),
        change_percent=-10.45,
        verdict="About the same as similar places",
        comparison=compared(Ratio(0.98, 0.9, 1.07, 0.6), expected=874.0, rank=44, before=7314, after=6621),
        verdict_because=(),
        detectable_change_percent=-14.0,
    )


def no_start() -> Finding:
    """A community that began before its data: no windows, no comparison."""
    return replace(
        burglary(),
        question=replace(burglary().question, before=None, after=None),
        before=None,
        after=None,
        change_percent=None,
        change_lower=None,
        change_upper=None,
        comparison=None,
        detectable_change_percent=None,
        verdict="Cannot be compared",
        verdict_because=("no start date is known",),
        sensitivity=(),
    )


def not_comparable() -> Finding:
    """Both counts, but fewer than 19 similar places."""
    return replace(
        burglary(),
        comparison=None,
        detectable_change_percent=None,
        verdict="Cannot be compared",
        verdict_because=("only 12 similar places, 19 are needed",),
        sensitivity=(),
    )


def not_loaded() -> Finding:
    """Nothing loaded for the indicator."""
    return replace(
        no_start(),
        question=replace(burglary().question, indicator="claimants"),
        title="Claimants",
        verdict="Not loaded",
        verdict_because=(),
        sources=({"name": "claimant_count"},),
    )


def every() -> tuple[Finding, ...]:
    """One finding for each verdict, and the two ways of being incomparable."""
    return (
        burglary(), cannot_tell(), fell_more(), rose_more(), same(), no_start(), not_comparable(), not_loaded(),
    )  # fmt: skip
