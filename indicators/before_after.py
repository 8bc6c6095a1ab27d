"""The change from before to after in one place: description, never a test."""

from __future__ import annotations

import math
from dataclasses import dataclass

from store.errors import BadQuestion


@dataclass(frozen=True, slots=True)
class Change:
    """Relative change of a rate as fractions (−0.5 = halved) with exact limits, beside the two counts.

    ``change`` is None when nothing was counted before (a rise from nought has no percentage), and then ``upper`` is
    None too: no rise is too large. All three are None when nothing was counted at all. A fall to nought is −1 with the
    lower limit −1.
    """

    before_count: float
    after_count: float
    change: float | None
    lower: float | None
    upper: float | None


def change(
    before_count: float, before_exposure: float, after_count: float, after_exposure: float, alpha: float = 0.05
) -> Change:
    """Change (y1/n1)/(y0/n0) − 1 with the exact conditional binomial interval (Clopper & Pearson 1934).

    Given the total, the later count is binomial with odds ρ·n1/n0, ρ the ratio of rates; exposures are person-years
    or months. A missing or negative count, an exposure of nought or less or an alpha outside 0–1 is a BadQuestion.
    """
    from scipy.special import betaincinv

    counts, exposures = (before_count, after_count), (before_exposure, after_exposure)
    if not all(math.isfinite(count) and count >= 0 for count in counts):
        raise BadQuestion("A count is missing or below nought", do="Leave the comparison out where a count is unknown.")
    if not all(math.isfinite(exposure) and exposure > 0 for exposure in exposures):
        raise BadQuestion("A period holds no people or no months", do="Choose periods with data.")
    if not 0 < alpha < 1:
        raise BadQuestion(f"Limits were asked for with alpha {alpha}", do="Use 0.05 for 95 % or 0.002 for 99.8 %.")
    if before_count == 0 and after_count == 0:
        return Change(before_count, after_count, None, None, None)
    exposure_ratio = before_exposure / after_exposure
    lower, upper = -1.0, None
    if after_count > 0:
        share = float(betaincinv(after_count, before_count + 1, alpha / 2))
        lower = share / (1 - share) * exposure_ratio - 1
    if before_count > 0:
        # The upper limit of the later share is one minus the lower limit of the earlier share.
        share = float(betaincinv(before_count, after_count + 1, alpha / 2))
        upper = (1 - share) / share * exposure_ratio - 1
    middle = after_count / before_count * exposure_ratio - 1 if before_count > 0 else None
    return Change(before_count, after_count, middle, lower, upper)
