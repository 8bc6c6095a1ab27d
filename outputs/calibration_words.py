"""The tool's own false-alarm rate in words and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from outputs.table import Cell, Table
from outputs.words import listed, number

OWN_RULES = ("verdict", "headline")
_FALL = -30.0
_BAD_YEAR = "after a bad year, 4 small areas"
_SHOWN = ("violence", "anti-social-behaviour", "burglary")
_TITLES = {"violence": "violence", "anti-social-behaviour": "anti-social behaviour", "burglary": "burglary"}


@dataclass(frozen=True, slots=True)
class Measured:
    """One measured share of a rule: how often it raised a false alarm, or found a fall put into the counts."""

    indicator: str
    rule: str
    scenario: str
    effect_percent: float
    runs: int
    false_findings: float | None
    coverage: float | None
    power: float | None
    no_answer: float


def _mean(rows: Sequence[Measured]) -> float | None:
    shares = [row.false_findings for row in rows if row.false_findings is not None]
    return 100 * sum(shares) / len(shares) if shares else None


def _about(share: float | None) -> str:
    return number(share, 0) if share is None or share >= 1 or share == 0 else "fewer than 1"


def in_words(rows: Sequence[Measured], scenario: str = "fixed date, 4 small areas") -> tuple[str, ...]:
    """What was measured, in plain sentences; empty where nothing has been measured yet."""
    asked = [row for row in rows if row.scenario == scenario]
    alarms = _mean([row for row in asked if row.rule == "verdict"])
    if alarms is None:
        return ()
    runs = max(row.runs for row in asked)
    plain = _mean([row for row in asked if row.rule == "before and after alone"])
    said = [
        f"We asked the same question of {runs} made-up neighbourhoods in which nothing was started that we know of. In about "
        f"{_about(alarms)} of 100 the tool said that something had changed more or less than elsewhere. Setting the years before "
        f"against the years after, and looking at nothing else, said so in {_about(plain)} of 100."
    ]
    bad = _mean([row for row in rows if row.rule == "verdict" and row.scenario == _BAD_YEAR])
    if bad is not None:
        said.append(
            f"Where a neighbourhood was chosen because it had just had its own highest year, it was about {_about(bad)} of 100, "
            "nearly all of them falls. Read a fall that follows a bad year with more care."
        )
    found = [
        f"{_about(100 * row.power)} of 100 for {_TITLES[row.indicator]}"
        for name in _SHOWN
        for row in asked
        if row.indicator == name and row.rule == "verdict" and row.effect_percent == _FALL and row.power is not None
    ]
    if found:
        said.append(
            f"A real fall of 30 % would be found in {listed(found)}. Where it would not be found, the page says that we cannot tell, "
            "or that there are too few events."
        )
    return tuple(said)


def false_alarms(rows: Sequence[Measured]) -> Table:
    """False alarms by scenario and rule: the mean over outcomes, with the lowest and highest."""
    wanted = [row for row in rows if row.false_findings is not None]
    keys = dict.fromkeys((row.scenario, row.rule) for row in wanted)
    table: list[tuple[Cell, ...]] = []
    for scenario, rule in keys:
        shares = [100 * (row.false_findings or 0.0) for row in wanted if (row.scenario, row.rule) == (scenario, rule)]
        runs = max(row.runs for row in wanted if (row.scenario, row.rule) == (scenario, rule))
        table.append(
            (scenario, rule, runs, round(sum(shares) / len(shares), 1), round(min(shares), 1), round(max(shares), 1))
        )
    header = ("Made-up neighbourhoods", "Rule", "Asked", "False alarms in 100, mean over outcomes", "Lowest", "Highest")
    return Table(header, tuple(table))
