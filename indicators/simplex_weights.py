"""Weights that are never negative and add to one, found exactly and for many places at once.

Both solvers use that the minimum of ½y'Hy − Σy over y ≥ 0, divided by its sum, also minimises x'Hx over such weights x.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.float64]
Marks: TypeAlias = npt.NDArray[np.bool_]

# A bound that is never met in practice; it only keeps rounding from turning in a circle.
_MOST_STEPS = 500
# The least penalties, as a part of the problem's own size, with which every system can be solved: the dual loses
# digits to a small penalty, the active set hardly does.
_LEAST_PENALTY, _TRACE = 1e-8, 1e-10


def _rescaled(positive: Array) -> Array:
    return np.asarray(positive / positive.sum(axis=1, keepdims=True))


def penalised_mixtures(targets: Array, donors: Array, allowed: Marks, penalties: Array) -> Array:
    """For each target (n × quarters) the nearest mixture of donors (d × quarters): weights, n × d.

    Minimises ‖target − Σ ω·donor‖² + penalty·‖ω‖² over the ``allowed`` donors (n × d, at least one a row). Works in the
    dual, one quarters × quarters system a target, built from outer products of the donors that all targets share;
    Newton steps with a line search end exactly, in finitely many steps (Mangasarian 2002). A penalty close to nought
    is raised to where the systems can still be solved.
    """
    places, quarters = np.arange(len(targets)), np.arange(donors.shape[1])
    outer = (donors[:, :, None] * donors[:, None, :]).reshape(len(donors), -1)
    size = float((donors**2).mean() + (targets**2).mean())
    penalties = np.maximum(penalties, _LEAST_PENALTY * size + 1e-12)
    weights = np.zeros(allowed.shape)
    dual = np.zeros(targets.shape)
    # The weights before rescaling: how far below one each donor's (donor − target)·dual lies.
    share = allowed.astype(float)
    while len(places):
        target, penalty, mask = targets[places], penalties[places, None], allowed[places]

        def shares(point: Array, target: Array = target, mask: Marks = mask) -> Array:
            own = (target * point).sum(axis=1, keepdims=True)
            return np.where(mask, np.maximum(1 + own - point @ donors.T, 0), 0)

        def height(point: Array, share: Array, penalty: Array = penalty) -> Array:
            return np.asarray(((penalty * point**2).sum(axis=1) + (share**2).sum(axis=1)) / 2)

        used = (share > 0).astype(float)
        number, total = used.sum(axis=1)[:, None], used @ donors
        cross = total[:, :, None] * target[:, None, :]
        system = (used @ outer).reshape(cross.shape) - cross - cross.transpose(0, 2, 1)
        system += number[:, :, None] * target[:, :, None] * target[:, None, :]
        system[:, quarters, quarters] += penalty
        step = np.linalg.solve(system, (total - number * target)[:, :, None])[:, :, 0] - dual
        gradient = penalty * dual - share @ donors + share.sum(axis=1, keepdims=True) * target
        start, slope = height(dual, share), (gradient * step).sum(axis=1)

        length = np.ones((len(places), 1))
        ahead = shares(dual + step)
        # Once the donors in use stay the same, or only rounding is left to gain, the full step is the answer.
        settled = ((ahead > 0) == (share > 0)).all(axis=1) | (-slope <= 1e-20 * start)
        while True:
            short = ~settled & (height(dual + length * step, ahead) > start + 1e-4 * length[:, 0] * slope)
            if not short.any():
                break
            length[short] /= 2
            ahead = shares(dual + length * step)
        weights[places[settled]] = ahead[settled]
        places, share, dual = places[~settled], ahead[~settled], (dual + length * step)[~settled]
    return _rescaled(weights)


def smallest_mixtures(grams: Array, start: Array | None = None) -> Array:
    """Weights x (n × d) that minimise x'Hx for each H of ``grams`` (n × d × d), a Gram matrix.

    Lawson & Hanson's active set (1974, chapter 23). H may be singular: a trace of a penalty on ‖x‖² then chooses among
    the minima. ``start`` (d) are weights near the answers, which saves steps where the problems are alike.
    """
    number, width = grams.shape[:2]
    entries = np.arange(width)
    scale = np.maximum(np.einsum("nii->n", grams) / width, 1e-300)
    grams = grams / scale[:, None, None] + _TRACE * np.eye(width)
    weights = np.zeros((number, width))
    if start is None:
        weights[np.arange(number), grams[:, entries, entries].argmin(axis=1)] = 1
    else:
        weights += start
    problems, used = np.arange(number), weights > 0
    for _ in range(_MOST_STEPS):
        gram, now = grams[problems], weights[problems]
        system = np.where(used[:, :, None] & used[:, None, :], gram, 0)
        system[:, entries, entries] += ~used
        aim = np.linalg.solve(system, used.astype(float)[:, :, None])[:, :, 0]
        falling = used & (aim <= 0)
        room = np.where(falling, now / np.where(falling, now - aim, 1), 1)
        length = room.min(axis=1, keepdims=True)
        used &= ~(falling & (room <= length))
        now = np.where(used, now + length * (aim - now), 0)
        weights[problems] = now
        gain = np.where(used, -np.inf, 1 - np.einsum("nij,nj->ni", gram, now))
        stopped_short = falling.any(axis=1)
        gains = ~stopped_short & (gain.max(axis=1) > 1e-10 + 1e-14 * now.max(axis=1))
        used[gains, gain[gains].argmax(axis=1)] = True
        problems, used = problems[stopped_short | gains], used[stopped_short | gains]
        if not len(problems):
            break
    return _rescaled(weights)
