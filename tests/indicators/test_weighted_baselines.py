"""Many headlines at once are the single headlines."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.weighted_baseline import weighted_baseline
from indicators.weighted_baselines import log_gaps_without_each, weighted_baselines
from store.errors import BadQuestion


def tables(
    seed: int, number: int, units: int, quarters: int, mean: float
) -> list[np.ndarray[Any, np.dtype[np.float64]]]:
    random = np.random.default_rng(seed)
    level = random.gamma(2, mean / 2, size=(number, units + 1, 1))
    wander = np.exp(np.cumsum(random.normal(0, 0.08, size=(number, units + 1, quarters)), axis=2))
    return list(random.poisson(level * wander).astype(float))


@given(
    st.integers(0, 10_000), st.integers(3, 61), st.integers(1, 20), st.integers(1, 12), st.sampled_from([0.05, 0.5, 5.0, 80.0])
)  # fmt: skip
def test_they_are_the_single_ones(seed: int, units: int, before: int, after: int, mean: float) -> None:
    asked = tables(seed, 5, units, before + after, mean)
    # One in which nothing at all was counted among the similar places is refused by both.
    asked[2][1:, 0] = 0
    for table, many in zip(asked, weighted_baselines(asked, before), strict=True):
        if isinstance(many, BadQuestion):
            with pytest.raises(BadQuestion) as refused:
                weighted_baseline(table, before)
            assert refused.value.message == many.message
            continue
        one = weighted_baseline(table, before)
        for field in fields(one):
            assert getattr(many, field.name) == pytest.approx(getattr(one, field.name), rel=1e-9, abs=1e-11), field.name
    assert isinstance(weighted_baselines(asked, before)[2], BadQuestion)


def test_more_than_are_worked_at_once_keep_their_order() -> None:
    asked = tables(1, 70, 20, 12, 10.0)
    answers = weighted_baselines(asked, 8)
    assert [answer.seen for answer in answers if not isinstance(answer, BadQuestion)] == [
        float(table[0, 8:].sum()) for table in asked
    ]


def test_none_is_no_answer() -> None:
    assert weighted_baselines([], 4) == []


@given(
    st.integers(0, 10_000), st.integers(3, 70), st.integers(1, 12), st.integers(1, 8), st.sampled_from([0.1, 3.0, 60.0])
)
@settings(max_examples=25, deadline=None)
def test_without_each_is_the_single_headline_of_the_rest(
    seed: int, units: int, before: int, after: int, mean: float
) -> None:
    (table,) = tables(seed, 1, units, before + after, mean)
    found = log_gaps_without_each(table, before)
    assert len(found) == units
    for left_out, gap in enumerate(found):
        rest = np.delete(table, left_out + 1, axis=0)
        if np.isnan(gap):
            with pytest.raises(BadQuestion):
                weighted_baseline(rest, before)
        else:
            assert gap == pytest.approx(weighted_baseline(rest, before).log_gap, rel=1e-9, abs=1e-11)
