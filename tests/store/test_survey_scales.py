"""The scoring of survey scales is whole and in order."""

from __future__ import annotations

import pytest

from store.survey_scales import ONS4, SWEMWBS_METRIC, Ons4Question


def test_every_raw_score_has_a_metric_score_and_more_is_more() -> None:
    assert list(SWEMWBS_METRIC) == list(range(7, 36))
    metric = list(SWEMWBS_METRIC.values())
    assert metric == sorted(set(metric))
    assert (metric[0], metric[-1]) == (7.0, 35.0)


@pytest.mark.parametrize(
    ("raw", "metric"), [(8, 9.51), (14, 15.32), (21, 19.25), (25, 22.35), (28, 25.03), (34, 32.55)]
)
def test_scores_are_those_of_the_published_table(raw: int, metric: float) -> None:
    # Stewart-Brown et al., Health and Quality of Life Outcomes 2009;7:15.
    assert SWEMWBS_METRIC[raw] == metric


@pytest.mark.parametrize("question", ONS4, ids=lambda item: item.name)
def test_bands_cover_every_answer_once(question: Ons4Question) -> None:
    answers = [answer for low, high in question.bands.values() for answer in range(low, high + 1)]
    assert answers == list(range(11))
    assert {question.poor, question.good} <= set(question.bands)


def test_anxiety_has_its_own_cut_offs_and_less_is_better() -> None:
    others, anxiety = ONS4[:3], ONS4[3]
    assert {item.bands["low"] for item in others} == {(0, 4)}
    assert anxiety.bands["high"] == (6, 10)
    assert (anxiety.poor, anxiety.good) == ("high", "very low")
