"""The newest figure of a series, with its unit and the period it is for."""

from __future__ import annotations

from indicators.finding import Finding
from indicators.quarter_series import QuarterSeries
from outputs import levels
from outputs.period_words import period_words
from outputs.words import count


def newest(finding: Finding, series: QuarterSeries | None) -> str:
    """``20.2 % (2024/25)`` or ``4 (April to June 2025)``; empty where no figure is known or may be shown."""
    known = [at for at, value in enumerate(series.counts) if value is not None] if series else []
    if series is None or not known:
        return ""
    value, first = series.counts[known[-1]], series.periods[known[-1]]
    shown = levels.figure(finding, value) if finding.kind in levels.LEVELS else count(value)
    # Shares, prices and things that are counted tell their unit themselves.
    unit = f" {finding.unit}" if finding.kind in ("mean", "ratio") else ""
    return f"{shown}{unit} ({period_words(first, series.months_each)})"
