"""Both methods side by side, and in plain words whether they agree."""

from __future__ import annotations

from dataclasses import replace

from indicators.finding import Finding, Ratio
from indicators.verdict import HEADLINE_P, SECOND_P
from outputs import clauses
from outputs.chart_plan import RangePlan, RangeRow
from outputs.sensitivity_plan import main_row
from outputs.words import Tone, range_words, ratio_words, tone_of

MAIN = "Weighted baseline, our main answer"
SECOND = "Synthetic difference-in-differences"
ALIKE = "All earlier months counted alike"
_RULE = "A difference is told as one only when both lean clearly the same way."


def methods_plan(finding: Finding) -> RangePlan | None:
    """The main answer, the second method and the plain ratio of ratios; None where nothing is compared."""
    compared = finding.comparison
    if compared is None:
        return None
    few = tone_of(finding) == "too_few"
    rows = [replace(main_row(finding, MAIN), group="Main result")]
    quiet: Tone = "too_few" if few else "cannot_tell"
    counts = rows[0].counts
    if finding.second_method:
        rows.append(_row(SECOND, finding.second_method, quiet, "A second method", counts))
    rows.append(_row(ALIKE, compared.equal_weights, quiet, "Without weights", counts))
    pair = clauses.comparatives(finding)
    return RangePlan("Do both methods agree?", _says(finding, pair), finding.better, tuple(rows), pair)


def _row(label: str, found: Ratio, tone: Tone, group: str, counts: str) -> RangeRow:
    return RangeRow(label, found.ratio, found.lower, found.upper, tone, group, counts)


def _says(finding: Finding, pair: tuple[str, str]) -> str:
    assert finding.comparison is not None
    first, second = finding.comparison.headline, finding.second_method
    if tone_of(finding) == "too_few":
        ranges = [f"the main method’s range is {range_words(first.lower, first.upper, pair)}"]
        if second:
            ranges.append(f"the second’s {range_words(second.lower, second.upper, pair)}")
        return f"The counts are too small for a best estimate by any method: {' and '.join(ranges)}."
    numbers = clauses.pair(finding)
    counts = f" ({clauses.counts_words(finding, numbers)})" if numbers else ""
    by_main = f"{ratio_words(first.ratio, pair)} than had we changed as similar places did{counts} by the main method"
    by_main = by_main.replace("the same than", "the same as")
    if second is None:
        return f"Only one method could be used here: {by_main}. {_RULE}"
    by_second = f"{ratio_words(second.ratio, pair)} by the second"
    if (first.ratio < 1) != (second.ratio < 1):
        return f"No. They lean opposite ways: {by_main}, {by_second}. {_RULE}"
    if second.p > SECOND_P:
        sure = "the second leans so little that places with no programme often lean as far"
    elif first.p > HEADLINE_P:
        sure = "the main one leans so little that it may be chance"
    else:
        sure = "both lean further than places with no programme usually do"
    return f"Yes, they lean the same way: {by_main}, {by_second}; {sure}. {_RULE}"
