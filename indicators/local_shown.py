"""What may be shown of a local figure: small counts of people are hidden, and whatever would give them away."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from indicators.finding import Finding, Level
from indicators.indicator import Kind
from indicators.period_asked import PeriodAsked
from indicators.quarter_series import QuarterSeries
from indicators.suppression import Cell, suppress
from store.suppression_rule import SuppressionRule

_CAVEAT = "Figures of fewer than {} people are kept on this machine and not shown, nor any other from which they could be worked out."


def as_shown(
    asked: PeriodAsked, finding: Finding, series: QuarterSeries | None, rule: SuppressionRule
) -> tuple[Finding, QuarterSeries | None]:
    """The finding and its series with small counts hidden. A window with a hidden part is not told, and nothing that
    rests on a hidden window is: no change, no comparison. What similar places counted is never shown one by one."""
    if not rule.hides:
        return finding, series
    hidden = _hidden_periods(asked, rule)
    windows = [asked.question.before, asked.question.after]
    closed = [window is not None and bool(hidden & set(asked.parts.inside(window))) for window in windows]
    levels = [
        _closed(level) if shut and level else level
        for level, shut in zip((finding.before, finding.after), closed, strict=True)
    ]
    levels = [_rounded(level, rule, finding.kind) if level else None for level in levels]
    caveats = finding.caveats
    if hidden:
        caveats = (("local-hidden", _CAVEAT.format(rule.high + 1)), *caveats)
    told = replace(finding, before=levels[0], after=levels[1], caveats=caveats)
    if any(closed):
        told = replace(
            told, change_percent=None, change_lower=None, change_upper=None, comparison=None, second_method=None,
            detectable_change_percent=None, sensitivity=(), verdict="Cannot be compared",
            verdict_because=("the figures are too small to be shown",),
        )  # fmt: skip
    elif told.comparison is not None:
        nothing = tuple((float("nan"), float("nan")) for _ in told.comparison.unit_counts)
        told = replace(told, comparison=replace(told.comparison, unit_counts=nothing))
    return told, _series(asked, series, hidden, rule)


def _closed(level: Level) -> Level:
    return Level(level.window, None, level.months_used, level.months_missing, None, None, None, None)


def _rounded(level: Level, rule: SuppressionRule, kind: Kind) -> Level:
    """A level whose counts are rounded as the rule says; its share is that of the rounded counts, without limits."""
    if rule.rounding == 1 or level.count is None or kind == "mean":
        return level
    count, base = (None if value is None else _to(rule, value) for value in (level.count, level.base))
    rate = 100 * count / base if kind == "proportion" and count is not None and base else None
    return Level(level.window, count, level.months_used, level.months_missing, None, rate, None, None, base)


def _to(rule: SuppressionRule, value: float) -> float:
    return float(rule.rounding * math.floor(value / rule.rounding + 0.5))


def _hidden_periods(asked: PeriodAsked, rule: SuppressionRule) -> set[int]:
    """Positions of the periods whose figure may not be shown, the windows' totals being shown as well."""
    series, kind = asked.ours, asked.declared.kind
    if kind in ("mean", "median", "ratio"):
        # An average of very few people is their answer.
        return {at for at, base in enumerate(series.denominator[0]) if np.isfinite(base) and base <= rule.high}
    areas = frozenset(asked.question.members)
    cells: list[Cell] = []
    owners: list[int | None] = []

    def add(first: int, last: int, numerator: float, denominator: float, owner: int | None) -> None:
        months = range(first, last + 1)
        both = frozenset({"counted", "others"})
        if not np.isfinite(numerator):
            return
        cells.append(Cell(areas, months, numerator, frozenset({"counted"})))
        owners.append(owner)
        if kind == "proportion" and np.isfinite(denominator):
            cells.append(Cell(areas, months, denominator - numerator, frozenset({"others"})))
            cells.append(Cell(areas, months, denominator, both))
            owners.extend([owner, owner])

    for at, period in enumerate(series.periods):
        add(period.first, period.last, series.numerator[0, at], series.denominator[0, at], at)
    for window in (asked.question.before, asked.question.after):
        used = asked.parts.inside(window) if window else ()
        if len(used) > 1 and kind != "stock":
            total, out_of = (float(table[0, list(used)].sum()) for table in (series.numerator, series.denominator))
            add(series.periods[used[0]].first, series.periods[used[-1]].last, total, out_of, None)
    found = suppress(cells, rule, adds_up=kind == "events" or kind == "proportion")
    return {owner for owner, item in zip(owners, found, strict=True) if owner is not None and item.value is None}


def _series(
    asked: PeriodAsked, series: QuarterSeries | None, hidden: set[int], rule: SuppressionRule
) -> QuarterSeries | None:
    """The series without its hidden periods, of rounded counts; its room for chance goes where anything is hidden."""
    if series is None:
        return None
    kind, own = asked.declared.kind, asked.ours

    def shown(at: int, value: float | None) -> float | None:
        if at in hidden or value is None:
            return None
        if rule.rounding == 1 or kind not in ("events", "stock", "proportion"):
            return value
        if kind != "proportion":
            return _to(rule, value)
        out_of = _to(rule, float(own.denominator[0, at]))
        return 100 * _to(rule, float(own.numerator[0, at])) / out_of if out_of else None

    counts = tuple(shown(at, value) for at, value in enumerate(series.counts))
    if hidden:
        return QuarterSeries(series.periods, counts, months_each=series.months_each)
    return replace(series, counts=counts)
