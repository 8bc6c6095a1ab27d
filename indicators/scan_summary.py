"""A scan in a few numbers: how its verdicts spread, and how many places have too few similar ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from indicators.finding import Verdict
from indicators.matching import ENOUGH_UNITS
from indicators.scan_row import ScanRow

# A rule that raises no false alarms beyond chance has this many p in a hundred at or under it.
CHANCE_P = 0.05


@dataclass(frozen=True, slots=True)
class ScanSummary:
    """Numbers of places, of all ``scanned``.

    ``alone`` and ``verdicts`` count verdicts before and after the control over the whole scan, in the ladder's order.
    The next are of made-up neighbourhoods in which nothing is known to have been started (``untouched``): of these
    ``answered`` had enough events and similar places, of which ``findings_alone`` would have been called a fall or a rise,
    and ``findings`` still are after the control; ``compared`` have a p, and of these ``by_chance`` one of .05 or less.
    ``too_few_similar`` have no comparison for want of similar places, ``few_similar`` have 19 to 29, and for ``widened``
    the rule was widened.
    """

    scanned: int
    alone: Mapping[Verdict, int]
    verdicts: Mapping[Verdict, int]
    untouched: int
    answered: int
    findings_alone: int
    findings: int
    compared: int
    by_chance: int
    too_few_similar: int
    few_similar: int
    widened: int


def summary_of(rows: Sequence[ScanRow]) -> ScanSummary:
    """The numbers of a scan."""
    untouched = [row for row in rows if row.kind == "single" and not row.started]
    answered = [row for row in untouched if row.ratio is not None and row.alone != "Too few events to tell"]
    known = [row.p for row in untouched if row.p is not None]
    return ScanSummary(
        scanned=len(rows),
        alone=_counted([row.alone for row in rows]),
        verdicts=_counted([row.verdict for row in rows]),
        untouched=len(untouched),
        answered=len(answered),
        findings_alone=sum(row.alone.startswith(("Fell", "Rose")) for row in answered),
        findings=sum(row.is_finding for row in answered),
        compared=len(known),
        by_chance=sum(p <= CHANCE_P for p in known),
        too_few_similar=sum(
            "similar places can be made" in row.because or "similar enough" in row.because for row in rows
        ),
        few_similar=sum(row.similar_places is not None and row.similar_places < ENOUGH_UNITS for row in rows),
        widened=sum(bool(row.widened) for row in rows),
    )


def _counted(said: Sequence[Verdict]) -> dict[Verdict, int]:
    found = Counter(said)
    return {verdict: found[verdict] for verdict in get_args(Verdict) if found[verdict]}
