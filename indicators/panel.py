"""What the two comparison methods share: counts of places by quarters, and the count of placebos as far out as ours."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from store.errors import BadQuestion

Array: TypeAlias = npt.NDArray[np.float64]

FEWEST_PLACES = 3


def checked_counts(counts: npt.ArrayLike, quarters_before: int) -> Array:
    """Places × quarters as an array, row 0 ours, or a BadQuestion that says what makes the question impossible.

    Asked for are three comparison places, a quarter on both sides of the start, and nothing missing or negative.
    """
    values = np.asarray(counts, dtype=float)
    if values.ndim != 2 or len(values) < FEWEST_PLACES + 1:
        places = max(0, len(values) - 1) if values.ndim == 2 else 0
        raise BadQuestion(
            f"There are {places} similar places, and no answer is possible with fewer than {FEWEST_PLACES}",
            do="Choose more similar places.",
        )
    if not 1 <= quarters_before < values.shape[1]:
        raise BadQuestion("There is no quarter before or none after the start", do="Choose longer periods.")
    if not bool(np.isfinite(values).all()):
        raise BadQuestion("A count is missing", do="Drop the month for every place, or drop the place.")
    if bool((values < 0).any()):
        raise BadQuestion("A count is below nought", do="Check the source of the counts.")
    return values


def at_least(placebos: Array, ours: float) -> npt.NDArray[np.bool_]:
    """Which placebos lie at least as far from nought as ours; rounding in the last digits does not break a tie."""
    return np.abs(placebos) >= abs(ours) * (1 - 1e-12) - 1e-12


def number_at_least(placebos: Array, ours: float) -> int:
    """How many placebos lie at least as far from nought as ours."""
    return int(at_least(placebos, ours).sum())
