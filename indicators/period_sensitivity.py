"""A question about published periods asked differently: does the answer hang on one period or one place?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from indicators.finding import Level, Ratio, Verdict
from indicators.period_asked import PeriodAsked
from indicators.period_verdict import cases_of, ratio_of
from indicators.value_gap import FEWEST_PLACES, LogValues, ValueGap, log_gap, value_gap
from indicators.verdict import verdict
from store.errors import BadQuestion

Row = Mapping[str, float | str | None]

ONE_PLACE_LESS = "The similar place that matters most"


def row(change: str, group: str, levels: tuple[Level, Level], words: Verdict, result: ValueGap) -> Row:
    """One line of the table: what was changed, both figures and their months, and the ratio with its limits."""
    ratio = ratio_of(result)
    before, after = levels
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
    for change, group, left_out, found in _others(asked):
        if found is None:
            continue
        ratio: Ratio = ratio_of(found)
        levels = asked.levels_without(left_out)
        words, _ = verdict(cases_of(levels[0]), ratio, None, -100 * found.detectable, capped=asked.ruling.capped)
        said.append(row(change, group, levels, words, found))
    return tuple(said)


def _others(asked: PeriodAsked) -> Iterator[tuple[str, str, tuple[int, ...], ValueGap | None]]:
    """What is changed, its group, the positions of the periods left out, and the answer."""
    before, after = asked.compared_positions
    ways = []
    if len(before) > 1:
        ways += [("without the earliest period before", "Earlier periods", before[0]),
                 ("without the last period before", "Earlier periods", before[-1])]  # fmt: skip
    if len(after) > 1:
        ways.append(("without the first period after", "Later periods", after[0]))
    for change, group, at in ways:
        yield change, group, (at,), _answer(asked.logs_without((at,)))
    logs, names = asked.logs, tuple(asked.chosen.names[unit] for unit in asked.chosen.units)
    if len(names) > FEWEST_PLACES:
        whole = log_gap(logs)
        moved = [abs(log_gap(_without_place(logs, at)) - whole) for at in range(1, len(logs.logs))]
        most = int(np.argmax(moved))
        answer = _answer(_without_place(logs, most + 1))
        yield f"without {names[most]}", ONE_PLACE_LESS, (), answer


def _answer(logs: LogValues) -> ValueGap | None:
    try:
        return value_gap(logs)
    except BadQuestion:
        return None


def _without_place(logs: LogValues, at: int) -> LogValues:
    kept = np.arange(len(logs.logs)) != at
    sides = None if logs.sides is None else logs.sides[kept]
    return LogValues(logs.logs[kept], logs.before, logs.variance_before[kept], logs.variance_after[kept], sides)
