"""Each place against its comparison places, and what the placebos among them say: for one question or many at once.

Arrays may have any number of dimensions in front (questions asked together); the last ones are always places × quarters, or
places. The formulas are those of the headline (``weighted_baseline``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.float64]
Weights: TypeAlias = Literal["learned", "equal"]

# Floors that keep a division finite where nothing was counted; far below any real count, share or drift.
_LEAST_EXPECTED, _LEAST_DRIFT = 0.05, 1e-6
# The scale of the drift is drawn towards 1 as if by this many more places in which it was exactly right.
_PLACES_THE_SCALE_IS_WORTH = 30


@dataclass(frozen=True, slots=True, eq=False)
class Gaps:
    """Per place (row 0 ours): log gap, drift variance, counting noise of the baseline, expected, seen, weights."""

    log: Array
    drift: Array
    noise: Array
    expected: Array
    seen: Array
    weights: Array

    @property
    def counting(self) -> Array:
        """Variance of each place's log gap by counting alone, where nothing was started."""
        return self.noise + 1 / (self.expected + 0.5)


@dataclass(frozen=True, slots=True, eq=False)
class Placebos:
    """What the placebos say: scale of the drift variance, centre of the log gaps, and the centre's own variance."""

    scale: Array
    centre: Array
    centre_variance: Array


def _learned_weights(wander: Array, expected: Array, later_share: Array) -> Array:
    """Kriging weights, places × earlier quarters: the least variance of the later minus the earlier relative level.

    ``expected`` is places × earlier quarters (1/expected is the counting noise), ``later_share`` places × later
    quarters. Negative weights are set to nought and the rest rescaled.
    """
    before = expected.shape[-1]
    quarter = np.arange(before)
    system = np.zeros((*expected.shape[:-1], before + 1, before + 1))
    system[..., :before, :before] = -wander[..., None, :before, :before]
    system[..., quarter, quarter] += 1 / expected
    system[..., before, :before] = system[..., :before, before] = 1
    right = np.ones((*expected.shape[:-1], before + 1))
    right[..., :before] = -later_share @ wander[..., before:, :before]
    weights = np.maximum(np.linalg.solve(system, right[..., None])[..., :before, 0], 0)
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def gaps_of(counts: Array, quarters_before: int, wander: Array, weights: Weights = "learned") -> Gaps:
    """Each place against the comparison places without itself: its weights, expected count, log gap and variances.

    ``wander`` is the fitted variogram, quarters × quarters.
    """
    compared = counts[..., 1:, :].sum(axis=-2)[..., None, :]
    others = np.concatenate([compared, compared - counts[..., 1:, :]], axis=-2)
    before, after = slice(None, quarters_before), slice(quarters_before, None)
    share_before = counts[..., before].sum(axis=-1, keepdims=True) / others[..., before].sum(axis=-1, keepdims=True)
    expected_before = np.maximum(share_before * others[..., before], _LEAST_EXPECTED)
    later_share = others[..., after] / others[..., after].sum(axis=-1, keepdims=True)
    if weights == "learned":
        weight = _learned_weights(wander, expected_before, later_share)
    else:
        weight = others[..., before] / others[..., before].sum(axis=-1, keepdims=True)
    contrast = np.concatenate([-weight, later_share], axis=-1)
    drift = -((contrast @ wander) * contrast).sum(axis=-1)
    expected = (weight * counts[..., before] / others[..., before]).sum(axis=-1) * others[..., after].sum(axis=-1)
    seen = counts[..., after].sum(axis=-1)
    return Gaps(
        log=np.log((seen + 0.5) / (expected + 0.5)),
        drift=np.maximum(drift, _LEAST_DRIFT),
        noise=(weight**2 / expected_before).sum(axis=-1),
        expected=expected,
        seen=seen,
        weights=weight,
    )


def placebos_of(gaps: Gaps) -> Placebos:
    """Paule and Mandel's scale of the drift variance (drawn towards 1) and the weighted centre of all places but ours."""
    log, drift, counting = gaps.log[..., 1:], gaps.drift[..., 1:], gaps.counting[..., 1:]
    units = log.shape[-1]

    def centred(scale: Array) -> tuple[Array, Array]:
        precision = 1 / (scale[..., None] * drift + counting)
        return precision, (precision * log).sum(axis=-1) / precision.sum(axis=-1)

    # The misfit falls and is convex in the scale, so Newton steps from nought rise to the root and never pass it.
    scale = np.zeros(log.shape[:-1])
    for _ in range(200):
        precision, centre = centred(scale)
        squares = precision * (log - centre[..., None]) ** 2
        step = (squares.sum(axis=-1) - (units - 1)) / np.maximum((squares * precision * drift).sum(axis=-1), 1e-300)
        # Whoever has arrived stays: the same scale would only give the same step again.
        step = np.where(step > 1e-14 * (1 + scale), step, 0.0)
        if not step.any():
            break
        scale = scale + step
    scale = np.asarray((units * scale + _PLACES_THE_SCALE_IS_WORTH) / (units + _PLACES_THE_SCALE_IS_WORTH))
    precision, centre = centred(scale)
    return Placebos(scale, centre, 1 / precision.sum(axis=-1))
