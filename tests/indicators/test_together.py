"""Pooling several communities: against a brute-force second implementation, and what must not change the answer."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.together import SiteGap, together
from store.errors import BadQuestion


def slow(gaps: list[float], spreads: list[float]) -> tuple[float, float]:
    """Pooled log ratio and between-site variance by trying many variances in turn."""
    best = (math.inf, 0.0)
    for between in np.concatenate([[0.0], np.geomspace(1e-8, 100, 40001)]):
        weights = [1 / (s * s + between) for s in spreads]
        mean = sum(w * g for w, g in zip(weights, gaps, strict=True)) / sum(weights)
        q = sum(w * (g - mean) ** 2 for w, g in zip(weights, gaps, strict=True))
        if between == 0 and q <= len(gaps) - 1:
            return mean, 0.0
        best = min(best, (abs(q - (len(gaps) - 1)), float(between)))
    weights = [1 / (s * s + best[1]) for s in spreads]
    return sum(w * g for w, g in zip(weights, gaps, strict=True)) / sum(weights), best[1]


SITES = st.lists(st.tuples(st.floats(-1, 1), st.floats(0.05, 0.6)), min_size=2, max_size=6)


@settings(max_examples=15, deadline=None)
@given(SITES)
def test_pooling_equals_the_slow_way(given_sites: list[tuple[float, float]]) -> None:
    found = together({f"s{n}": SiteGap(*one) for n, one in enumerate(given_sites)})
    mean, between = slow([g for g, _ in given_sites], [s for _, s in given_sites])
    assert math.log(found.pooled.ratio) == pytest.approx(mean, abs=2e-3)
    assert found.between**2 == pytest.approx(between, abs=2e-3, rel=2e-2)
    assert sum(found.shares.values()) == pytest.approx(1)


def test_two_alike_sites_are_surer_than_one_and_leave_no_spread_between_them() -> None:
    found = together({"a": SiteGap(-0.3, 0.2), "b": SiteGap(-0.3, 0.2)})
    assert found.between == 0
    assert found.pooled.ratio == pytest.approx(math.exp(-0.3))
    assert math.log(found.pooled.upper / found.pooled.ratio) == pytest.approx(1.96 * 0.2 / math.sqrt(2), rel=1e-4)
    assert found.without == {}


def test_leaving_a_site_out_is_pooling_the_others() -> None:
    sites = {"a": SiteGap(-0.4, 0.2), "b": SiteGap(-0.1, 0.1), "c": SiteGap(0.3, 0.3)}
    found = together(sites)
    for left_out in sites:
        rest = together({name: one for name, one in sites.items() if name != left_out})
        assert found.without[left_out] == rest.pooled


def test_sites_far_apart_have_a_large_spread_between_them() -> None:
    found = together({"a": SiteGap(-5.0, 0.1), "b": SiteGap(5.0, 0.1)})
    assert found.between**2 == pytest.approx(50 - 0.01, rel=1e-6)


def test_p_and_limits_agree() -> None:
    for gap in (-0.5, -0.2, 0.0, 0.4):
        pooled = together({"a": SiteGap(gap, 0.3), "b": SiteGap(gap / 2, 0.2)}).pooled
        assert (pooled.p <= 0.05) == (not pooled.lower <= 1 <= pooled.upper)


def test_one_site_is_nothing_to_pool() -> None:
    with pytest.raises(BadQuestion, match="at least two"):
        together({"a": SiteGap(0.0, 0.1)})
