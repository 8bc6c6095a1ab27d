"""The accounting of a calibration: what was said about places where nothing happened, as rows of the calibration table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TypeAlias

from indicators.calibration_question import HEADLINE, OTHERS_RULES, OWN_RULES, VERDICT, Outcome
from indicators.many_indicators import surviving
from store import __version__

# What every rule said about one made-up question, by rule and effect in percent.
Said: TypeAlias = Mapping[tuple[str, float], Outcome]


@dataclass(frozen=True, slots=True)
class CalibrationRow:
    """One row of the calibration table; shares are of all ``runs``, 0–1, None where they do not apply.

    ``false_findings`` is given where nothing was put in: the share in which the rule said fell or rose. ``power`` is
    given where a fall was put in: the share in which it said fell. ``coverage`` is the share of the headline's 95 %
    limits, where it gave any, that held the truth. ``no_answer`` is the share in which the rule could not answer.
    """

    indicator: str
    rule: str
    scenario: str
    effect_percent: float
    runs: int
    false_findings: float | None
    coverage: float | None
    power: float | None
    no_answer: float
    seed: int
    data_sha256: str
    software_version: str
    computed_on: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What a group of rows is about, and where it comes from."""

    indicator: str
    scenario: str
    seed: int
    data_sha256: str
    computed_on: date


def rows_of(subject: Subject, runs: Sequence[Said]) -> list[CalibrationRow]:
    """The accounting: one row for each rule and effect that was asked, in the order of the rules and effects."""
    keys = sorted(
        {key for run in runs for key in run}, key=lambda key: ((*OWN_RULES, *OTHERS_RULES).index(key[0]), -key[1])
    )
    return [_row(subject, rule, effect, [run[rule, effect] for run in runs]) for rule, effect in keys]


def _row(subject: Subject, rule: str, effect: float, outcomes: Sequence[Outcome]) -> CalibrationRow:
    number = len(outcomes)
    covered = [outcome.covered for outcome in outcomes if outcome.covered is not None]
    return CalibrationRow(
        indicator=subject.indicator,
        rule=rule,
        scenario=subject.scenario,
        effect_percent=effect,
        runs=number,
        false_findings=_share(sum(bool(item.answer) for item in outcomes), number) if effect == 0 else None,
        coverage=_share(sum(covered), len(covered)) if rule == HEADLINE and covered else None,
        power=_share(sum(item.answer == -1 for item in outcomes), number) if effect < 0 else None,
        no_answer=_share(sum(item.answer is None for item in outcomes), number),
        seed=subject.seed,
        data_sha256=subject.data_sha256,
        software_version=__version__,
        computed_on=subject.computed_on.isoformat(),
    )


def _share(part: int, whole: int) -> float:
    return round(part / whole, 5)


def family_said(boards: Sequence[Sequence[Said]], effects: Sequence[float]) -> list[Said]:
    """What a whole board says once the many-indicators rule is on, as if it were one rule's answer; one a board.

    ``boards`` hold, for each place, what was said of each indicator chosen beforehand. The board says fell where at
    least one indicator survives the rule and fell, else rose where one rose, else nothing; None where all are None.
    """
    return [
        {(VERDICT, effect): _family([said[VERDICT, effect] for said in board]) for effect in effects}
        for board in boards
    ]


def _family(outcomes: Sequence[Outcome]) -> Outcome:
    kept = surviving([outcome.p for outcome in outcomes])
    standing = {outcome.answer for outcome, survives in zip(outcomes, kept, strict=True) if survives}
    if all(outcome.answer is None for outcome in outcomes):
        return Outcome(None)
    return Outcome(-1 if -1 in standing else 1 if 1 in standing else 0)


def as_text(rows: Sequence[CalibrationRow]) -> str:
    """Rows as a JSON list, one row a line: the form ``data/calibration`` keeps and a build reads."""
    lines = ",\n".join(json.dumps(asdict(row), ensure_ascii=False, allow_nan=False) for row in rows)
    return f"[\n{lines}\n]\n"
