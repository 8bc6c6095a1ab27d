"""The few figures that stand large above a chart in Explore, each with the words that say what it is."""

from __future__ import annotations

from indicators.finding import Finding, Level
from outputs import clauses, levels
from outputs.names import upper_first
from outputs.words import count, number, ratio_words, span, tone_of

_MOST = 4


def facts(finding: Finding) -> tuple[tuple[str, str], ...]:
    """Up to four (figure, what it is): what would show, what would have been expected, and both periods."""
    pair, compared, after = clauses.comparatives(finding), finding.comparison, finding.after
    found: list[tuple[str, str]] = []
    if finding.detectable_change_percent is not None:
        least = f"{number(abs(finding.detectable_change_percent))} % {pair[0]}"
        found.append((least, "the smallest fall this comparison would usually show (8 times in 10)"))
    if compared is not None and after is not None and tone_of(finding) != "too_few":
        as_others = "expected had it changed as similar places did"
        if finding.kind in levels.LEVELS:
            shown = levels.level_words(finding, after)
            found.append((levels.figure(finding, compared.expected_after), f"{as_others}; it was {shown}"))
        elif after.count is not None:
            shown = f"{as_others}; {count(after.count)} were recorded"
            found.append((number(compared.expected_after, 1), shown))
            alike = ratio_words(compared.equal_weights.ratio, pair)
            found.append((upper_first(alike), "if all earlier months are counted alike"))
    sides = ((finding.before, "before"), (finding.after, "after"))
    found += [_level(finding, level, when) for level, when in sides if level is not None and level.rate is not None]
    return tuple(found[:_MOST])


def _level(finding: Finding, level: Level, when: str) -> tuple[str, str]:
    """The rate or level of one period, with its counts and its range."""
    is_level = finding.kind in levels.LEVELS
    behind = []
    if finding.kind == "proportion" and level.count is not None and level.base:
        behind.append(f"{count(level.count)} of {count(level.base)}")
    elif is_level and level.base:
        what = " answers" if "answer" in finding.unit else ""
        behind.append(f"worked out from {count(level.base)}{what}")
    elif not is_level:
        behind.append(f"{count(level.count)} in {span(level.months_used)}")
    if level.lower is not None and level.upper is not None:
        limits = [_written(finding, limit) for limit in (level.lower, level.upper)]
        behind.append(f"range {limits[0]} to {limits[1]}")
    told = f" ({', '.join(behind)})" if behind else ""
    # The sign of a share and of pounds stands at the figure itself.
    unit = finding.unit.removeprefix("% ") if is_level else finding.unit
    return _written(finding, level.rate), f"{when}{told}" if unit.startswith("pounds") else f"{unit}, {when}{told}"


def _written(finding: Finding, value: float | None) -> str:
    return levels.figure(finding, value) if finding.kind in levels.LEVELS else number(value, 1)
