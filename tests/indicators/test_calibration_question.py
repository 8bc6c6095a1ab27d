"""One made-up question: effects put in by thinning, and the shortcut against running everything again."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from indicators.calibration_question import (
    AGREED,
    CLUSTERED,
    HEADLINE,
    OTHERS_RULES,
    OWN_RULES,
    SECOND,
    VERDICT,
    MadeUp,
    answers,
    thinned,
)
from indicators.calibration_simulation import SCENARIOS, simulated_questions
from indicators.finding import Ratio
from indicators.gaps import detectable_percent
from indicators.synthetic_did import synthetic_did
from indicators.verdict import verdict
from indicators.weighted_baseline import weighted_baseline
from store.errors import BadQuestion

BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
EFFECTS = (0.0, -20.0, -50.0)


def run_again(question: MadeUp, effect: float, seed: tuple[int, ...]) -> dict[str, object]:
    """Put the effect in and run both methods and the verdict from the start."""
    ours = question.ours.copy()
    later = list(question.after)
    ours[later] = thinned(ours[later], effect, np.random.default_rng([*seed, round(-100 * effect)]))
    counts = question.blocks.sums(np.vstack([ours[None, :], question.units]))
    before = len(question.blocks.before)
    headline, second = weighted_baseline(counts, before), synthetic_did(counts, before)
    assert second.lower is not None
    assert second.upper is not None
    words, _ = verdict(
        float(np.nansum(ours[list(question.before)])),
        Ratio(headline.ratio, headline.lower, headline.upper, headline.p),
        Ratio(second.ratio, second.lower, second.upper, second.p),
        detectable_percent(headline),
    )
    signs = {
        "Fell more than in similar places": -1,
        "Rose more than in similar places": 1,
        "Too few events to tell": None,
    }
    return {
        "verdict": signs.get(words, 0),
        "p": headline.p,
        "second_p": second.p,
        "covered": headline.lower <= 1 + effect / 100 <= headline.upper,
    }


@pytest.mark.parametrize(
    "name", ["typical", "small area among large", "chosen after a bad year and drifting", "rare counts"]
)
def test_an_effect_gives_what_running_everything_again_gives(name: str) -> None:
    said = set()
    for run, question in enumerate(simulated_questions(BY_NAME[name], 12, seed=5)):
        found = answers(question, EFFECTS, (5, run))
        for effect in EFFECTS:
            slow = run_again(question, effect, (5, run))
            assert found[VERDICT, effect].answer == slow["verdict"]
            assert found[HEADLINE, effect].p == pytest.approx(slow["p"], rel=1e-9, abs=1e-15)
            assert found[SECOND, effect].p == pytest.approx(slow["second_p"])
            assert found[HEADLINE, effect].covered == slow["covered"]
            said.add(slow["verdict"])
    # Rare counts must end in “too few”, the others must have found the large falls.
    assert said == {None} if name == "rare counts" else -1 in said


def test_without_the_too_few_rule_rare_counts_get_an_answer() -> None:
    question = next(simulated_questions(BY_NAME["rare counts"], 1, seed=5))
    found = answers(question, (0.0,), (5, 0))
    assert found[VERDICT, 0.0].answer is None
    assert found[AGREED, 0.0].answer is not None


def test_thinning_keeps_each_event_with_the_right_probability() -> None:
    counts = np.full(4000, 25.0)
    kept = thinned(counts, -30, np.random.default_rng(1))
    assert kept.mean() == pytest.approx(17.5, abs=4 * math.sqrt(25 * 0.7 * 0.3 / 4000))
    assert kept.var() == pytest.approx(25 * 0.7 * 0.3, rel=0.1)
    assert bool((kept <= counts).all())
    assert (kept == np.round(kept)).all()


def test_thinning_by_nothing_changes_nothing_and_missing_stays_missing() -> None:
    counts = np.array([3.0, math.nan, 0.0])
    np.testing.assert_array_equal(thinned(counts, 0, np.random.default_rng(1)), counts)
    assert math.isnan(thinned(counts, -50, np.random.default_rng(1))[1])


@pytest.mark.parametrize("effect", [10.0, -100.0, math.nan])
def test_an_effect_that_cannot_be_put_in_is_refused(effect: float) -> None:
    with pytest.raises(BadQuestion):
        thinned(np.ones(3), effect, np.random.default_rng(1))


def test_others_rules_are_asked_only_where_nothing_was_put_in() -> None:
    question = next(simulated_questions(BY_NAME["stable"], 1, seed=5))
    found = answers(question, (0.0, -30.0), (5, 0))
    assert {rule for rule, effect in found if effect == 0} == {*OWN_RULES, *OTHERS_RULES}
    assert {rule for rule, effect in found if effect == -30} == set(OWN_RULES)


def test_too_few_comparison_units_are_no_answer_for_the_project_and_one_for_others() -> None:
    question = next(simulated_questions(BY_NAME["stable"], 1, seed=5))
    found = answers(replace(question, units=question.units[:18]), (0.0,), (5, 0))
    assert {found[rule, 0.0].answer for rule in OWN_RULES} == {None}
    assert found[HEADLINE, 0.0].covered is None
    assert found[CLUSTERED, 0.0].answer is not None


def test_a_question_the_methods_cannot_take_has_no_answer() -> None:
    question = next(iter(simulated_questions(BY_NAME["stable"], 1, 1)))
    silent = replace(question, units=np.zeros_like(question.units))
    said = answers(silent, (0.0,), (1,))
    assert said[VERDICT, 0.0].answer is None
    assert said[HEADLINE, 0.0].answer is None
