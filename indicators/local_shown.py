"""What may be shown of a local figure: small counts of people are hidden, and whatever would give them away."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd

from indicators.finding import Compared, Finding, Level
from indicators.guarded_figures import guarded_figures
from indicators.indicator import Kind
from indicators.local_indicators import STRICTEST
from indicators.period_asked import PeriodAsked
from indicators.period_sensitivity import ONE_PLACE_LESS
from indicators.quarter_series import QuarterSeries
from store.database import Store
from store.local_details import local_figures
from store.suppression_rule import SuppressionRule

# Kinds of which the counts themselves could be reckoned back from whatever is told of them unrounded.
_COUNTS = ("events", "stock", "proportion")
# Totals of similar places are rounded to this at least.
_COARSE = 5
_CAVEAT = "Figures of fewer than {} people are kept on this machine and not shown, nor any other from which they could be worked out."


def as_shown(
    asked: PeriodAsked, finding: Finding, series: QuarterSeries | None, rule: SuppressionRule
) -> tuple[Finding, QuarterSeries | None]:
    """The finding and its series with small counts hidden. A window with a hidden part is not told, and nothing that
    rests on a hidden window is: no change, no comparison. What similar places counted is never shown one by one."""
    if not rule.hides:
        return finding, series
    hidden = _hidden_periods(asked)
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
    if rule.rounding > 1 and finding.kind in _COUNTS:
        told = _of_rounded(told)
    if any(closed):
        told = replace(
            told, change_percent=None, change_lower=None, change_upper=None, comparison=None, second_method=None,
            detectable_change_percent=None, sensitivity=(), verdict="Cannot be compared",
            verdict_because=("the figures are too small to be shown",),
        )  # fmt: skip
    elif told.comparison is not None:
        told = replace(
            told, comparison=_of_all_together(told.comparison, rule, finding.kind),
            sensitivity=tuple(row for row in told.sensitivity if row["group"] != ONE_PLACE_LESS),
        )  # fmt: skip
    return told, _series(asked, series, hidden, rule)


def _of_all_together(compared: Compared, rule: SuppressionRule, kind: Kind) -> Compared:
    """The comparison without anything of single similar places: not their counts, nor their own gaps, from which counts
    that are hidden follow. Totals are rounded, because one place less would be told by the difference."""
    nothing = tuple((math.nan, math.nan) for _ in compared.unit_counts)
    told = replace(compared, unit_counts=nothing, unit_gaps=())
    if kind == "proportion":
        # The first row is the exact rate before.
        told = replace(told, balance=told.balance[1:])
    if kind != "events":
        return told
    coarse = replace(rule, rounding=max(rule.rounding, _COARSE))
    before, after = (_to(coarse, value) for value in (told.before_count, told.after_count))
    moved = (1 + told.change_percent / 100) * told.before_count / told.after_count if told.after_count else math.nan
    change = 100 * (moved * after / before - 1) if before else math.nan
    return replace(told, before_count=before, after_count=after, change_percent=change)


def _closed(level: Level) -> Level:
    return Level(level.window, None, level.months_used, level.months_missing, None, None, None, None)


def _rounded(level: Level, rule: SuppressionRule, kind: Kind) -> Level:
    """A level whose counts are rounded as the rule says; its share is that of the rounded counts, without limits."""
    if rule.rounding == 1:
        return level
    if kind not in _COUNTS:
        return replace(level, base=None if level.base is None else _to(rule, level.base))
    count, base = (None if value is None else _to(rule, value) for value in (level.count, level.base))
    rate = 100 * count / base if kind == "proportion" and count is not None and base else None
    return Level(level.window, count, level.months_used, level.months_missing, None, rate, None, None, base)


def _of_rounded(told: Finding) -> Finding:
    """The finding with everything that rests on its exact counts taken from the rounded ones, so that nobody can reckon
    the exact ones back: the change has no limits, and what would have been expected follows from the ratio."""
    before, after = told.before, told.after
    moved: float | None = None
    if before is not None and after is not None:
        was, now = (_figure(level, told.kind) for level in (before, after))
        moved = 100 * (now / was - 1) if was and now is not None else None
    compared = told.comparison
    if compared is not None and after is not None:
        shown = after.rate if told.kind == "proportion" else after.count
        compared = replace(compared, expected_after=(shown or 0.0) / compared.headline.ratio)
    return replace(
        told, change_percent=moved, change_lower=None, change_upper=None, comparison=compared, sensitivity=()
    )


def _figure(level: Level, kind: Kind) -> float | None:
    """What the change is a change of: events a month, a mean level, or a share."""
    if kind == "proportion" or level.count is None:
        return level.rate
    return level.count / level.months_used if kind == "events" else level.count


def _to(rule: SuppressionRule, value: float) -> float:
    return float(rule.rounding * math.floor(value / rule.rounding + 0.5))


def _hidden_periods(asked: PeriodAsked) -> set[int]:
    """Positions of the periods whose figure may not be shown, all figures ever given of the indicator guarded together.

    A window is told only where all of its periods are shown, so its total says nothing that they do not.
    """
    figures = _guarded(asked.ground.store)
    codes = {parent.code for parent in asked.parents}
    mine = figures[(figures["measure"] == asked.declared.name) & figures["code"].isin(codes) & (figures["words"] != "")]
    hidden = set(zip(mine["first"], mine["months"], strict=True))
    return {at for at, period in enumerate(asked.ours.periods) if (period.first, period.months) in hidden}


def _guarded(store: Store) -> pd.DataFrame:
    if "guarded_figures" not in store.kept:
        held = set(local_figures(store)["rule"])
        rules = {name: store.suppression.get(name, STRICTEST) for name in held}
        store.kept["guarded_figures"] = guarded_figures(store, rules)
    found: pd.DataFrame = store.kept["guarded_figures"]
    return found


def _series(
    asked: PeriodAsked, series: QuarterSeries | None, hidden: set[int], rule: SuppressionRule
) -> QuarterSeries | None:
    """The series without its hidden periods, of rounded counts; the line of similar places and its room for chance start
    from the exact counts, so they go where anything is hidden or rounded."""
    if series is None:
        return None
    kind, own = asked.declared.kind, asked.ours

    def shown(at: int, value: float | None) -> float | None:
        if at in hidden or value is None:
            return None
        if rule.rounding == 1 or kind not in _COUNTS:
            return value
        if kind != "proportion":
            return _to(rule, value)
        out_of = _to(rule, float(own.denominator[0, at]))
        return 100 * _to(rule, float(own.numerator[0, at])) / out_of if out_of else None

    counts = tuple(shown(at, value) for at, value in enumerate(series.counts))
    if hidden or (rule.rounding > 1 and kind in _COUNTS):
        return QuarterSeries(series.periods, counts, months_each=series.months_each)
    return replace(series, counts=counts)
