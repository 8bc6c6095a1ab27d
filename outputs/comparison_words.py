"""Words for another set of similar places than the one chosen beforehand."""

from __future__ import annotations

from collections.abc import Iterable

from indicators.comparison_sets import NEAREST, ComparisonSet
from indicators.finding import Finding
from outputs import clauses
from outputs.words import ratio_words, tone_of, verdict_words

_WORDS: dict[ComparisonSet, str] = {
    "chosen": "All similar places, as chosen beforehand",
    "nearest": f"Only the {NEAREST} most alike",
    "same-council": "Only those in our own council",
    "other-councils": "Only those in other councils",
}


def set_choices(sets: Iterable[ComparisonSet]) -> dict[str, str]:
    """The sets to choose from, in the words of a list."""
    return {name: _WORDS[name] for name in sets}


def other_set_words(finding: Finding, chosen: ComparisonSet, main: Finding) -> str:
    """What stands beside the verdict of ``finding``, and what ``main``, asked of the set chosen beforehand, says."""
    which = _WORDS[chosen]
    number = ""
    if finding.comparison and str(len(finding.comparison.areas)) not in which:
        number = f" ({len(finding.comparison.areas)} places)"
    told = f"This is with another comparison set than the one chosen beforehand: {which[0].lower()}{which[1:]}{number}."
    ratio = ""
    if main.comparison is not None and tone_of(main) != "too_few":
        numbers = clauses.pair(main)
        counts = f"; {clauses.counts_words(main, numbers)}" if numbers else ""
        ratio = f" ({ratio_words(main.comparison.headline.ratio, clauses.comparatives(main))}{counts})"
    return f"{told} With the one chosen beforehand the answer is: {verdict_words(main)}{ratio}."
