"""A question about published periods asked differently: does the answer hang on one period or one place?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from indicators.finding import Level, Ratio, Verdict
from indicators.period_asked import PeriodAsked
from indicators.period_verdict import ratio_of
from indicators.value_gap import FEWEST_PLACES, LogValues, ValueGap, log_gap, value_gap
from indicators.verdict import TOO_FEW_BEFORE, verdict
from store.errors import BadQuestion

Row = Mapping[str, float | str | None]


def row(change: str, group: str, asked: PeriodAsked, words: Verdict, found: ValueGap | None = None) -> Row:
    """One line of the table: what was changed, both figures and their months, and the ratio with its limits."""
    result = found or asked.gap
    ratio = ratio_of(result)
    before, after = asked.levels
    return {
        "change": change, "group": group, "before": _figure(before), "after": _figure(after),
        "before_months": before.months_used, "after_months": after.months_used, "ratio": ratio.ratio, "lower": ratio.lower,
        "upper": ratio.upper, "p": ratio.p, "areas": len(result.placebo_z),
        "detectable_change_percent": -100 * result.detectable, "verdict": words,
    }  # fmt: skip


def _figure(level: Level) -> float | None:
    return level.count if level.count is not None else level.rate


def other_ways(asked: PeriodAsked) -> tuple[Row, ...]:
    """Every other way the question was asked; ways that make no question here are left out, and none can be a finding."""
    said = []
    for change, group, found in _others(asked.logs, tuple(asked.chosen.names[unit] for unit in asked.chosen.units)):
        if found is None:
            continue
        ratio: Ratio = ratio_of(found)
        words, _ = verdict(float(TOO_FEW_BEFORE), ratio, None, -100 * found.detectable, capped=asked.ruling.capped)
        said.append(row(change, group, asked, words, found))
    return tuple(said)


def _others(logs: LogValues, names: tuple[str, ...]) -> Iterator[tuple[str, str, ValueGap | None]]:
    if logs.before > 1:
        yield "without the earliest period before", "Earlier periods", _without_period(logs, 0)
        yield "without the last period before", "Earlier periods", _without_period(logs, logs.before - 1)
    if logs.logs.shape[1] - logs.before > 1:
        yield "without the first period after", "Later periods", _without_period(logs, logs.before)
    if len(names) > FEWEST_PLACES:
        whole = log_gap(logs)
        moved = [abs(log_gap(_without_place(logs, at)) - whole) for at in range(1, len(logs.logs))]
        most = int(np.argmax(moved))
        yield f"without {names[most]}", "The similar place that matters most", _asked(_without_place(logs, most + 1))


def _asked(logs: LogValues) -> ValueGap | None:
    try:
        return value_gap(logs)
    except BadQuestion:
        return None


def _without_period(logs: LogValues, at: int) -> ValueGap | None:
    """The question without one period; the errors of the means grow with the periods that are left."""
    before, after = logs.before, logs.logs.shape[1] - logs.before
    early = at < before
    return _asked(LogValues(
        np.delete(logs.logs, at, axis=1), before - early,
        logs.variance_before * (before / (before - 1) if early else 1.0),
        logs.variance_after * (1.0 if early else after / (after - 1)),
    ))  # fmt: skip


def _without_place(logs: LogValues, at: int) -> LogValues:
    kept = np.arange(len(logs.logs)) != at
    return LogValues(logs.logs[kept], logs.before, logs.variance_before[kept], logs.variance_after[kept])
