"""Numbers as JSON documents carry them: unknown is null, never 0 and never NaN."""

from __future__ import annotations

import math

from indicators.finding import Ratio


def rounded(value: float | None, decimals: int) -> float | None:
    """A number to so many decimals; None where it is unknown or not finite."""
    if value is None or not math.isfinite(value):
        return None
    # Adding zero turns -0.0 into 0.0.
    return round(float(value), decimals) + 0.0


def whole(value: float | None) -> int | float | None:
    """A count: an integer where it is whole, else one decimal."""
    found = rounded(value, 1)
    return int(found) if found is not None and found == int(found) else found


def ratio(found: Ratio) -> dict[str, float | None]:
    """A ratio with its limits and its p."""
    return {key: rounded(getattr(found, key), 3) for key in ("ratio", "lower", "upper", "p")}
