"""The verdict ladder: from numbers to one of seven sentences, computed and never typed."""

from __future__ import annotations

from indicators.finding import Ratio, Verdict

TOO_FEW_BEFORE = 25
TOO_LARGE_A_CHANGE = 60.0
HEADLINE_P = 0.04
SECOND_P = 0.20
SAME_ZONE = 1.15


def too_few(before_count: float, detectable_percent: float) -> tuple[str, ...]:
    """Why there are too few events to tell; empty when there are enough."""
    reasons = []
    if before_count < TOO_FEW_BEFORE:
        reasons.append(f"fewer than {TOO_FEW_BEFORE} counted before")
    if detectable_percent < -TOO_LARGE_A_CHANGE:
        reasons.append(f"detectable change worse than -{TOO_LARGE_A_CHANGE:.0f} %")
    return tuple(reasons)


def verdict(
    before_count: float,
    headline: Ratio,
    second: Ratio | None,
    detectable_percent: float,
    *,
    capped: str = "",
) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict of a comparison that stands, and why.

    A finding needs the headline's p ≤ .04 and the second method leaning the same way with p ≤ .20; without a second
    method there is none. The many-indicators rule comes after it. ``capped`` names a step between the windows.
    """
    reasons = too_few(before_count, detectable_percent)
    if reasons:
        return "Too few events to tell", reasons
    if capped:
        return "We cannot tell", (f"the counting changed between the two periods: {capped}",)
    fell = headline.ratio < 1
    if headline.p <= HEADLINE_P:
        if second is None:
            return "We cannot tell", ("the second method has not been run",)
        if (second.ratio < 1) != fell or second.p > SECOND_P:
            return "We cannot tell", ("the second method does not lean the same way",)
        words: Verdict = "Fell more than in similar places" if fell else "Rose more than in similar places"
        return words, (f"headline p {headline.p:.3f}", f"second method p {second.p:.3f}")
    if headline.lower >= 1 / SAME_ZONE and headline.upper <= SAME_ZONE:
        return "About the same as similar places", ("the range lies within 15 % of no difference",)
    return "We cannot tell", ("the range includes no difference and is wide",)
