"""Communities that pool their evidence: one ratio from several sites, each with its own dates."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from indicators.finding import Ratio
from indicators.paule_mandel import variance_between
from store.errors import BadQuestion

FEWEST_SITES = 2


@dataclass(frozen=True, slots=True)
class SiteGap:
    """One site's logarithm of seen over expected, and its standard error (more than nought)."""

    log_gap: float
    spread: float


@dataclass(frozen=True, slots=True)
class Together:
    """The pooled ratio of seen to expected over sites, with 95 % limits.

    ``between`` is the standard deviation between the sites' true log ratios (0 = one and the same); ``shares`` is how
    much each site weighs, adding to 1; ``without`` is the pooled ratio when one site is left out, by its name, empty
    with two sites.
    """

    pooled: Ratio
    between: float
    shares: Mapping[str, float]
    without: Mapping[str, Ratio]


def together(sites: Mapping[str, SiteGap]) -> Together:
    """Pool the headlines of several sites: a random-effects mean of log ratios.

    Each site is compared within its own dates and its own similar places, so starts may be staggered. The variance
    between sites is Paule & Mandel's (1982), weights are 1/(spread² + between²), limits are normal. Every invited site
    belongs in ``sites``, also those that did not move. Fewer than two sites is a BadQuestion.
    """
    if len(sites) < FEWEST_SITES:
        raise BadQuestion("Pooling needs at least two communities", do="Add another community.")
    names = sorted(sites)
    gaps = {name: sites[name].log_gap for name in names}
    variances = {name: sites[name].spread ** 2 for name in names}
    between = _between(gaps, variances)
    weights = {name: 1 / (variances[name] + between) for name in names}
    total = sum(weights.values())
    without = {}
    if len(names) > FEWEST_SITES:
        for left_out in names:
            rest = [name for name in names if name != left_out]
            kept = {name: gaps[name] for name in rest}
            of_kept = {name: variances[name] for name in rest}
            without[left_out] = _mean(kept, of_kept, _between(kept, of_kept))
    return Together(
        pooled=_mean(gaps, variances, between),
        between=math.sqrt(between),
        shares={name: weights[name] / total for name in names},
        without=without,
    )


def _mean(gaps: Mapping[str, float], variances: Mapping[str, float], between: float) -> Ratio:
    weights = {name: 1 / (variances[name] + between) for name in gaps}
    total = sum(weights.values())
    mean, error = sum(weights[name] * gaps[name] for name in gaps) / total, 1 / math.sqrt(total)
    p = math.erfc(abs(mean) / error / math.sqrt(2))
    half = 1.959963984540054 * error
    return Ratio(math.exp(mean), math.exp(mean - half), math.exp(mean + half), p)


def _between(gaps: Mapping[str, float], variances: Mapping[str, float]) -> float:
    names = list(gaps)
    return variance_between(np.array([gaps[name] for name in names]), np.array([variances[name] for name in names]))
