"""Surveys: shares, averages and their differences, with limits that allow for how the sample was drawn.

Shares: Wilson (1927) with the number of answers divided by the design effect (Kish 1965); their differences: Newcombe's
hybrid score (Statistics in Medicine 1998;17:873–890, method 10). Averages: t, differences by Welch's degrees of freedom.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indicators.rates import Estimate, difference_of_proportions, mean_limits, wilson_limits
from store.errors import BadQuestion
from store.survey_scales import ONS4, ONS4_HIGHEST

DESIGN_EFFECT = 1.5


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many gave an answer that counts; 1 is the design effect where everybody was asked."""

    count: float
    out_of: float
    design_effect: float = DESIGN_EFFECT


@dataclass(frozen=True, slots=True)
class Average:
    """An average of so many answers with their standard deviation."""

    mean: float
    standard_deviation: float
    answers: float
    design_effect: float = DESIGN_EFFECT


@dataclass(frozen=True, slots=True)
class Ons4Reading:
    """One of the four ONS questions: its average, and the share of answers in each of the ONS's bands, in order."""

    mean: Estimate
    bands: Mapping[str, Estimate]


def share(of: Share, alpha: float = 0.05) -> Estimate:
    """The share (0–1) with Wilson limits."""
    values = wilson_limits(of.count, of.out_of, alpha, of.design_effect)
    return Estimate(*(float(value) for value in values))


def difference_of_shares(first: Share, second: Share, alpha: float = 0.05) -> Estimate:
    """Second share minus first, by Newcombe's hybrid score; each survey brings its own design effect."""
    # Wilson's limits of k in n with a design effect d are those of k/d in n/d.
    before = (first.count / first.design_effect, first.out_of / first.design_effect)
    after = (second.count / second.design_effect, second.out_of / second.design_effect)
    return difference_of_proportions(before, after, alpha)


def average(of: Average, alpha: float = 0.05) -> Estimate:
    """The average with t limits."""
    return mean_limits(of.mean, of.standard_deviation, of.answers, alpha, of.design_effect)


def difference_of_averages(first: Average, second: Average, alpha: float = 0.05) -> Estimate:
    """Second average minus first, with t limits and Welch's (1947) degrees of freedom.

    Where neither survey's answers differ at all there is no range to give: BadQuestion.
    """
    from scipy.special import stdtrit

    for of in (first, second):
        average(of, alpha)  # refuses what cannot be averaged
    sizes = [of.answers / of.design_effect for of in (first, second)]
    parts = [of.standard_deviation**2 / size for of, size in zip((first, second), sizes, strict=True)]
    variance = sum(parts)
    if not variance > 0:
        raise BadQuestion(
            "The answers do not differ at all, so no range can be given", do="Show the two averages only."
        )
    degrees = variance**2 / sum(part**2 / (size - 1) for part, size in zip(parts, sizes, strict=True))
    difference = second.mean - first.mean
    half = -float(stdtrit(degrees, alpha / 2)) * math.sqrt(variance)
    return Estimate(difference, difference - half, difference + half)


def response_rate(answered: float, asked: float) -> float:
    """The share (0–1) of those asked who answered; BadQuestion where more answered than were asked, or nobody was."""
    if not 0 <= answered <= asked or not asked > 0:
        raise BadQuestion("More people answered than were asked, or nobody was asked", do="Check both numbers.")
    return answered / asked


def ons4(name: str, answers: Sequence[float], design_effect: float = DESIGN_EFFECT, alpha: float = 0.05) -> Ons4Reading:
    """Average and bands of one ONS question from how many people answered 0, 1, … 10.

    ``name`` is life-satisfaction, worthwhile, happiness or anxiety. Each keeps its own cut-offs, those of anxiety differ,
    and less of it is better; the four are never added up. BadQuestion where two or fewer people answered.
    """
    question = next((item for item in ONS4 if item.name == name), None)
    if question is None or len(answers) != ONS4_HIGHEST + 1 or not all(count >= 0 for count in answers):
        raise BadQuestion("This is not one of the four questions with eleven answers",
                          do=f"Name one of {', '.join(item.name for item in ONS4)} and count the answers 0 to 10.")  # fmt: skip
    total = math.fsum(answers)
    if not total > max(design_effect, 1):
        raise BadQuestion("Too few people answered to say anything", do="Show the number of answers only.")
    mean = math.fsum(value * count for value, count in enumerate(answers)) / total
    spread = math.sqrt(math.fsum(count * (value - mean) ** 2 for value, count in enumerate(answers)) / (total - 1))
    return Ons4Reading(
        average(Average(mean, spread, total, design_effect), alpha),
        {
            band: share(Share(math.fsum(answers[low : high + 1]), total, design_effect), alpha)
            for band, (low, high) in question.bands.items()
        },
    )
