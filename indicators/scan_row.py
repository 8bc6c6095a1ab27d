"""What a scan says of one place, and the false-discovery control over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from indicators.finding import Compared, Finding, Question, Verdict
from indicators.many_indicators import surviving

ScanKind = Literal["single", "saved"]
NOT_AMONG_ALL = "it does not stand out among all the places scanned"


@dataclass(frozen=True, slots=True)
class ScanRow:
    """The headline of one place of a scan.

    ``place`` is a stable code (``single``: one small area taken as a made-up neighbourhood) or the name of a saved
    neighbourhood; ``authority`` the code of who reports there. ``started`` says why the place may not stand for “nothing
    was started”, or is empty. ``before`` and ``after`` are the windows, the counts are their events (a stock: its mean
    level). ``similar_places`` is how many it is compared with, None where that is under 19; ``widened`` how far the rule
    had to be widened to find them. ``ratio``, its limits, ``p``, ``placebo_at_least``, ``expected_after`` and
    ``detectable_percent`` are the finding's own. ``alone`` is the verdict by itself, ``verdict`` after the
    false-discovery control over the whole scan, and ``because`` says why.
    """

    place: str
    name: str
    kind: ScanKind
    small_areas: int
    council: str
    authority: str
    country: str
    started: str
    before: str
    after: str
    before_count: float | None
    after_count: float | None
    similar_places: int | None
    widened: str
    expected_after: float | None
    ratio: float | None
    lower: float | None
    upper: float | None
    p: float | None
    placebo_at_least: int | None
    detectable_percent: float | None
    alone: Verdict
    verdict: Verdict
    because: str

    @property
    def is_finding(self) -> bool:
        """Whether a fall or a rise is said after the control over the scan."""
        return self.verdict.startswith(("Fell", "Rose"))


def row_of(
    question: Question, *, name: str, kind: ScanKind, council: str, authority: str, country: str, started: str,
    counts: tuple[float | None, float | None], words: Verdict, because: Sequence[str],
) -> ScanRow:  # fmt: skip
    """A row without a comparison."""
    return ScanRow(
        place=question.area if kind == "saved" else question.members[0], name=name, kind=kind, small_areas=len(question.members), council=council,
        authority=authority, country=country, started=started, before=str(question.before or ""), after=str(question.after or ""),
        before_count=counts[0], after_count=counts[1], similar_places=None, widened="", expected_after=None, ratio=None,
        lower=None, upper=None, p=None, placebo_at_least=None, detectable_percent=None, alone=words, verdict=words, because="; ".join(because),
    )  # fmt: skip


def compared_row(row: ScanRow, finding: Finding, compared: Compared) -> ScanRow:
    """The row with what a finding compared."""
    return replace(
        row, similar_places=len(compared.areas), widened="; ".join(compared.widened), expected_after=compared.expected_after,
        ratio=compared.headline.ratio, lower=compared.headline.lower, upper=compared.headline.upper, p=compared.headline.p,
        placebo_at_least=compared.placebo_at_least, detectable_percent=finding.detectable_change_percent,
    )  # fmt: skip


def among_all(rows: Sequence[ScanRow]) -> tuple[ScanRow, ...]:
    """The rows with the false-discovery control at 10 % over all of them (Benjamini & Hochberg 1995).

    A place without a comparison counts as p = 1, as one that says nothing does among several indicators.
    """
    kept = surviving([row.p for row in rows]) if rows else ()
    return tuple(
        replace(row, verdict="We cannot tell", because=NOT_AMONG_ALL)
        if row.alone.startswith(("Fell", "Rose")) and not survives
        else row
        for row, survives in zip(rows, kept, strict=True)
    )
