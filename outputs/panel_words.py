"""What stands beside the small picture of an outcome on the residents' page: two numbers, and those of similar places."""

from __future__ import annotations

from indicators.finding import Finding
from indicators.quarter_series import QuarterSeries
from outputs import clauses, levels
from outputs.names import upper_first
from outputs.newest import newest
from outputs.words import count, moved, span, tone_of


def panel_words(finding: Finding, series: QuarterSeries | None = None) -> str:
    """``78 before, 34 after: fell 56 %. Similar places: 1,421 to 985, fell 31 %.``, or why nothing can be set beside it.

    Where there is no before and after the newest figure of ``series`` is told: on a phone the picture is left out.
    """
    numbers = clauses.pair(finding)
    if numbers is None:
        last = newest(finding, series)
        return f"Newest: {last}. {_blank(finding)}".strip() if last else _blank(finding)
    before, after = numbers.shown
    unit = f" {numbers.unit}" if numbers.unit and not numbers.figures else ""
    summed = not numbers.unit and not clauses.is_average(finding)
    if summed and not clauses.equal_months(numbers):
        # Sums of unequal windows cannot be read side by side without their months.
        words = f"{before} in {span(numbers.months[0])} before, {after} in {span(numbers.months[1])} after"
        how = f"{_how(finding, numbers)} month for month"
    else:
        words, how = f"{before}{unit} before, {after}{unit} after", _how(finding, numbers)
    words = f"{words}: {how}."
    compared = finding.comparison
    if tone_of(finding) == "cannot_be_compared" or compared is None:
        return f"{words} {_blank(finding)}".strip()
    if numbers.figures:
        theirs = [levels.figure(finding, value) for value in (compared.before_count, compared.after_count)]
    else:
        theirs = [count(value) for value in (compared.before_count, compared.after_count)]
    return f"{words} Similar places: {theirs[0]} to {theirs[1]}, {clauses.similar_moved(finding, compared)}."


def _how(finding: Finding, numbers: clauses.Pair) -> str:
    if numbers.figures:
        return clauses.how_moved(finding, numbers)
    return moved(finding.change_percent, *clauses.monthly(finding, numbers))


def _blank(finding: Finding) -> str:
    """Why there is nothing to tell, or nothing to set beside it."""
    why = clauses.reasons(finding)
    return f"{upper_first(why)}." if why else ""
