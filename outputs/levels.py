"""How a level is written: a share, a mean or a middle value, never a sum of events."""

from __future__ import annotations

from indicators.finding import Finding, Level
from outputs.words import count, number

# Kinds told by their level: a share, a mean or a middle value, never a sum of events.
LEVELS = ("proportion", "mean", "median", "ratio")
TOO_SMALL_TO_SHOW = "too small to show"


def figure(finding: Finding, value: float | None) -> str:
    """A level as it is written: ``57.1 %``, ``£137,500``, ``7.4``."""
    if finding.kind == "proportion":
        return f"{number(value, 1)} %"
    if finding.unit.startswith("pounds"):
        return f"£{number(value)}"
    return number(value, 1 if value is None or abs(value) < 1000 else 0)


def level_words(finding: Finding, level: Level) -> str:
    """A level with the counts behind it where they are known: ``120 of 210 (57.1 %)``."""
    if finding.kind == "proportion" and level.count is not None and level.base:
        return f"{count(level.count)} of {count(level.base)} ({figure(finding, level.rate)})"
    return figure(finding, level.rate)


def is_hidden(finding: Finding) -> bool:
    """True where figures of few people are kept back, so that a number that is missing was not left out by chance."""
    return any(slug == "local-hidden" for slug, _ in finding.caveats)


def level_shown(finding: Finding, level: Level) -> str:
    """What stands at a window of a chart where it has no count of its own: ``57.1 %``; empty where the count does."""
    if finding.kind in LEVELS and level.rate is not None:
        return figure(finding, level.rate)
    return TOO_SMALL_TO_SHOW if level.count is None and is_hidden(finding) else ""
