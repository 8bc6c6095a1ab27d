"""Several indicators: Benjamini–Hochberg against its definition, one threshold at a time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.many_indicators import surviving
from store.errors import BadQuestion


def slow(p_values: list[float], rate: float) -> list[bool]:
    """Adjusted p ≤ rate, each adjusted p the least of m·p/rank over itself and every larger p."""
    count = len(p_values)
    ranks = {p: sum(other <= p for other in p_values) for p in p_values}
    return [min(count * other / ranks[other] for other in p_values if other >= p) <= rate for p in p_values]


@given(st.lists(st.sampled_from([0.001, 0.01, 0.02, 0.03, 0.049, 0.07, 0.09, 0.3, 1.0]), max_size=8))
def test_equals_the_adjusted_p(p_values: list[float]) -> None:
    assert list(surviving(p_values)) == slow(p_values, 0.10)


def test_the_papers_own_example() -> None:
    # Benjamini & Hochberg 1995, section 3.2: fifteen p-values, four survive at 5 %.
    p_values = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
                0.7590, 1.0]  # fmt: skip
    assert sum(surviving(p_values, 0.05)) == 4
    assert surviving(p_values, 0.05)[:4] == (True,) * 4


def test_one_indicator_is_judged_alone_and_two_at_half() -> None:
    assert surviving([0.1]) == (True,)
    assert surviving([0.11]) == (False,)
    assert surviving([0.06, 0.5]) == (False, False)
    assert surviving([0.05, 0.5]) == (True, False)
    assert surviving([]) == ()


@given(st.permutations([0.01, 0.04, 0.2, 0.5, None]))
def test_the_order_does_not_matter_and_no_answer_never_survives(p_values: list[float | None]) -> None:
    assert {p for p, kept in zip(p_values, surviving(p_values), strict=True) if kept} == {0.01, 0.04}


def test_an_indicator_without_an_answer_still_counts_as_looked_at() -> None:
    assert surviving([0.09, None]) == (False, False)


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_what_is_no_p_is_refused(p: float) -> None:
    with pytest.raises(BadQuestion):
        surviving([p])
