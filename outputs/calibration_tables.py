"""The tables behind the sentences on how the tool does: false alarms, falls found, and ranges that held the truth."""

from __future__ import annotations

from collections.abc import Sequence

from outputs.calibration_words import SIMULATED, Measured, outcome
from outputs.names import upper_first
from outputs.table import Cell, Table


def _in_100(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)


def _places(row: Measured) -> str:
    return f"made up by the computer: {row.scenario}" if row.indicator == SIMULATED else row.scenario


def _what(row: Measured) -> str:
    return "any" if row.indicator == SIMULATED else upper_first(outcome(row.indicator))


def false_alarms(rows: Sequence[Measured]) -> Table:
    """False alarms by scenario and rule: the mean over outcomes, with the lowest and highest."""
    wanted = [row for row in rows if row.false_findings is not None]
    table: list[tuple[Cell, ...]] = []
    for scenario, rule in dict.fromkeys((row.scenario, row.rule) for row in wanted):
        group = [row for row in wanted if (row.scenario, row.rule) == (scenario, rule)]
        shares = [100 * (row.false_findings or 0.0) for row in group]
        table.append(
            (_places(group[0]), rule, max(row.runs for row in group), round(sum(shares) / len(shares), 1),
             round(min(shares), 1), round(max(shares), 1))
        )  # fmt: skip
    header = ("Made-up neighbourhoods", "Rule", "Asked", "False alarms in 100, mean over outcomes", "Lowest", "Highest")
    return Table(header, tuple(table))


def falls_found(rows: Sequence[Measured], rule: str = "verdict") -> Table:
    """In how many of 100 places the tool says “fell”, by outcome and by the size of a fall that was put in."""
    wanted = [row for row in rows if row.rule == rule]
    effects = sorted({row.effect_percent for row in wanted if row.power is not None}, reverse=True)
    table: list[tuple[Cell, ...]] = []
    for scenario, name in dict.fromkeys((row.scenario, row.indicator) for row in wanted if row.power is not None):
        group = {row.effect_percent: row for row in wanted if (row.scenario, row.indicator) == (scenario, name)}
        one = next(iter(group.values()))
        found = [_in_100(group[effect].power) if effect in group else None for effect in effects]
        table.append((_places(one), _what(one), one.runs, *found))
    header = (
        "Made-up neighbourhoods", "Outcome", "Asked",
        *(f"Fall of {abs(effect):g} % found, in 100" for effect in effects),
    )  # fmt: skip
    return Table(header, tuple(table))


def ranges_and_answers(rows: Sequence[Measured]) -> Table:
    """By outcome, where nothing was put in: false alarms of both rules, how often the range held the truth, and no answer."""
    plain = [row for row in rows if row.effect_percent == 0]
    table: list[tuple[Cell, ...]] = []
    for scenario, name in dict.fromkeys((row.scenario, row.indicator) for row in plain):
        rules = {row.rule: row for row in plain if (row.scenario, row.indicator) == (scenario, name)}
        verdict, headline = rules.get("verdict"), rules.get("headline")
        if verdict is None:
            continue
        table.append(
            (_places(verdict), _what(verdict), verdict.runs, _in_100(verdict.false_findings),
             _in_100(headline.false_findings) if headline else None, _in_100(headline.coverage) if headline else None,
             _in_100(verdict.no_answer))
        )  # fmt: skip
    header = (
        "Made-up neighbourhoods", "Outcome", "Asked", "False alarms in 100", "Main method alone, false alarms in 100",
        "Range held the truth, in 100", "No answer, in 100",
    )  # fmt: skip
    return Table(header, tuple(table))
