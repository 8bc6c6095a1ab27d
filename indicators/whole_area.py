"""A place read as a whole: its outcomes pooled against one set of similar places. A description, never a score.

The place's outcomes must share their windows and their similar places, so one set is chosen for all of them by the
project's own rule (docs/decisions.md, 6), as if they were one outcome: an area that any of them leaves out is left out
for all, and the level that places are matched on is that of all of them added up. A month that any of them misses is
left out for all. An outcome is left out, and named with the reason, where the board does not compare it, where it is a
level and not a number of events, where more of it is better (its falls and the others' rises would cancel out), where a
step in the recording lies between the periods, where it is asked over other months or counted by another authority than
most, and where it is a total of which a part has entered: the same event would be counted twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from indicators import local_indicators
from indicators.break_rules import BreakRuling, judge
from indicators.finding import Finding, Question, Ratio
from indicators.ground import Ground
from indicators.indicator import Indicator
from indicators.matching import FEWEST_UNITS
from indicators.quarters import blocks
from indicators.units import Chosen, choose, sums
from indicators.verdict import HEADLINE_P
from indicators.weighted_baseline import PooledBaseline, pooled, weighted_baseline
from indicators.windows import SHORTEST
from store.database import Store
from store.errors import BadQuestion
from store.period import Window
from store.read_once import ReadOnce

Array = npt.NDArray[np.float64]

FEWEST_OUTCOMES = 2


@dataclass(frozen=True, slots=True, eq=False)
class OutcomeSeries:
    """Monthly counts of one outcome, of the place and of the similar places (one row each); NaN is left out."""

    indicator: str
    ours: Array
    units: Array


@dataclass(frozen=True, slots=True)
class Part:
    """One outcome that entered: its counts over the months used, its ratio to the common similar places, its weight."""

    indicator: str
    before: float
    after: float
    ratio: float
    share: float


@dataclass(frozen=True, slots=True)
class WholeArea:
    """The outcomes of a place taken together.

    ``reading`` is their common ratio of seen to expected (1.0 = as in similar places) with 95 % limits and p, ``z`` how
    unusual that is and ``at_least`` how many of the similar places (``areas``: stable codes and name) are at least as
    unusual when read in the same way. Where nothing could be pooled ``reading`` is None, ``because`` says why and
    ``parts`` is empty. ``left_out`` are (indicator, reason). Counts are of ``months_before`` and ``months_after``.
    """

    before: Window | None
    after: Window | None
    parts: tuple[Part, ...]
    left_out: tuple[tuple[str, str], ...]
    areas: tuple[tuple[tuple[str, ...], str], ...]
    months_before: int
    months_after: int
    reading: Ratio | None
    z: float | None
    at_least: int
    because: str

    @property
    def stands_out(self) -> bool:
        """Whether chance gives a gap like this in at most 4 of 100 places."""
        return self.reading is not None and self.reading.p <= HEADLINE_P


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An outcome that the board compares, with what decides whether it can be pooled with others."""

    question: Question
    declared: Indicator
    ground: Ground
    authority: str
    ruling: BreakRuling
    before: Window
    after: Window

    @property
    def setting(self) -> tuple[str, Window, Window]:
        """What pooled outcomes have to share."""
        return self.authority, self.before, self.after


def whole_area(store: Store, findings: Sequence[Finding]) -> WholeArea:
    """Pool a board's findings into one reading of their place; with one, each finding is in ``parts`` or ``left_out``."""
    store = ReadOnce(store)
    candidates, left_out = _candidates(store, findings)
    candidates = _same_setting(candidates, left_out)
    candidates = _without_totals(candidates, left_out)
    if len(candidates) < FEWEST_OUTCOMES:
        return _nothing(left_out, "fewer than two of them can be compared with the same similar places")
    first = candidates[0]
    ground = first.ground
    codes = list(ground.codes)
    panels = [store.monthly(one.declared.measures, codes, first.authority) for one in candidates]
    months = sorted(set.intersection(*(set(map(int, panel.columns)) for panel in panels)))
    panels = [panel[months] for panel in panels]
    chosen = _common_units(ground, candidates, findings, sum(panels[1:], start=panels[0]))
    if chosen.cannot:
        return _nothing(left_out, chosen.cannot)
    dropped = np.isin(months, sorted(set().union(*(one.ruling.dropped for one in candidates))))
    series = [
        OutcomeSeries(
            one.question.indicator,
            np.where(dropped, np.nan, sums(panel, [ground.members])[0]),
            sums(panel, chosen.units),
        )
        for one, panel in zip(candidates, panels, strict=True)
    ]
    names = tuple((unit, chosen.names[unit]) for unit in chosen.units)
    return pool(series, months, first.before, first.after, names, left_out)


def pool(
    series: Sequence[OutcomeSeries], months: Sequence[int], before: Window, after: Window,
    areas: Sequence[tuple[tuple[str, ...], str]], left_out: Sequence[tuple[str, str]] = (),
) -> WholeArea:  # fmt: skip
    """Pool outcomes counted over the same ``months`` (rising month numbers) in the same places, one row each of ``areas``.

    A month missing for the place in any outcome is left out of all; a similar place that misses a month which is used
    is left out of all. An outcome too rare to be compared quarter by quarter is left out with the reason.
    """
    left = list(left_out)
    usable = np.all([np.isfinite(one.ours) for one in series], axis=0)
    inside = [[at for at, n in enumerate(months) if usable[at] and n in span.numbers] for span in (before, after)]
    if min(map(len, inside)) < SHORTEST:
        return _nothing(left, f"fewer than {SHORTEST} months on a side have data for all outcomes")
    parts = blocks(months, usable.tolist(), before, after)
    used = sorted({at for block in (*parts.before, *parts.after) for at in block} | {*inside[0], *inside[1]})
    whole = np.all([np.isfinite(one.units[:, used]).all(axis=1) for one in series], axis=0)
    if whole.sum() < FEWEST_UNITS:
        return _nothing(
            left, f"only {whole.sum()} similar places can be compared in all outcomes, and {FEWEST_UNITS} are needed"
        )
    quarters = len(parts.before)
    entered, answers = [], []
    for one in series:
        table = parts.sums(np.vstack([one.ours[None, :], one.units[whole]]))
        try:
            answers.append(weighted_baseline(table, quarters))
        except BadQuestion as error:
            left.append((one.indicator, error.message[0].lower() + error.message[1:]))
            continue
        entered.append(one)
    if len(answers) < FEWEST_OUTCOMES:
        return _nothing(left, "fewer than two of them can be compared with the same similar places")
    try:
        found = pooled(answers)
    except BadQuestion as error:
        return _nothing(left, error.message[0].lower() + error.message[1:])
    return WholeArea(
        before=before,
        after=after,
        parts=_parts(entered, inside, found),
        left_out=tuple(left),
        areas=tuple(area for area, kept in zip(areas, whole, strict=True) if kept),
        months_before=len(inside[0]),
        months_after=len(inside[1]),
        reading=Ratio(found.ratio, found.lower, found.upper, found.p),
        z=found.z,
        at_least=found.at_least,
        because="",
    )


def _parts(entered: Sequence[OutcomeSeries], inside: Sequence[list[int]], found: PooledBaseline) -> tuple[Part, ...]:
    precision = [1 / part.spread**2 for part in found.parts]
    return tuple(
        Part(one.indicator, float(one.ours[inside[0]].sum()), float(one.ours[inside[1]].sum()), part.ratio, weight / sum(precision))
        for one, part, weight in zip(entered, found.parts, precision, strict=True)
    )  # fmt: skip


def _nothing(left_out: Sequence[tuple[str, str]], because: str) -> WholeArea:
    return WholeArea(None, None, (), tuple(left_out), (), 0, 0, None, None, 0, because)


def _candidates(store: Store, findings: Sequence[Finding]) -> tuple[list[_Candidate], list[tuple[str, str]]]:
    """Outcomes that may be pooled if others share their setting, and the others with the reason."""
    found: list[_Candidate] = []
    left_out: list[tuple[str, str]] = []
    grounds: dict[tuple[tuple[str, ...], str], Ground] = {}
    for finding in findings:
        question, declared = finding.question, local_indicators.declared(store, finding.question.indicator)
        compared, before, after = finding.comparison, question.before, question.after
        if compared is None or before is None or after is None:
            why = (
                "; ".join(finding.verdict_because) if finding.verdict == "Cannot be compared" else "no data are loaded"
            )
            left_out.append((declared.name, why))
            continue
        if why := _unfit(store, declared, compared.authority):
            left_out.append((declared.name, why))
            continue
        kind = store.recorders(declared.measures)[0]
        ground = grounds.setdefault((question.members, kind), Ground(store, question.members, kind))
        breaks = store.breaks(declared.measures, compared.authority, ground.country)
        ruling = judge(
            breaks, before, after, same_authority=kind != "country", without_breaks=question.without_breaks
        )  # fmt: skip
        if ruling.capped:
            left_out.append((declared.name, f"the counting changed between the two periods: {ruling.capped}"))
            continue
        found.append(_Candidate(question, declared, ground, compared.authority, ruling, before, after))
    return found, left_out


def _unfit(store: Store, declared: Indicator, authority: str) -> str:
    """Why an outcome that can be compared cannot be pooled with others; empty where it can."""
    if declared.kind != "events":
        return "it is a level, not a number of events"
    if declared.better == "higher":
        return "more of it is better, so it would cancel the others out"
    if declared.smallest_area != "stable" or store.months_loaded(declared.measures, authority) is None:
        return "it is not counted month by month in this neighbourhood"
    return ""


def _same_setting(candidates: list[_Candidate], left_out: list[tuple[str, str]]) -> list[_Candidate]:
    """The candidates of the setting that most of them share; among equals the setting of the first."""
    if not candidates:
        return []
    most = Counter(one.setting for one in candidates).most_common(1)[0][0]
    left_out += [
        (one.declared.name, "it is asked over other months, or counted by another authority, than most outcomes")
        for one in candidates
        if one.setting != most
    ]
    return [one for one in candidates if one.setting == most]


def _without_totals(candidates: list[_Candidate], left_out: list[tuple[str, str]]) -> list[_Candidate]:
    """The narrowest outcomes first: a broader one that holds a measure already taken is left out."""
    taken: set[str] = set()
    kept: set[str] = set()
    for one in sorted(candidates, key=lambda item: len(item.declared.measures)):
        if taken.isdisjoint(one.declared.measures):
            taken |= set(one.declared.measures)
            kept.add(one.declared.name)
        else:
            left_out.append((one.declared.name, "it is a total, and its parts are counted already"))
    return [one for one in candidates if one.declared.name in kept]


def _common_units(
    ground: Ground, candidates: Sequence[_Candidate], findings: Sequence[Finding], panel: pd.DataFrame
) -> Chosen:
    """One set of comparison units for all candidates, chosen by the project's own rule for their sum."""
    names = {one.declared.name for one in candidates}
    excluded = {
        code
        for finding in findings
        if finding.question.indicator in names and finding.comparison is not None
        for code, _ in finding.comparison.left_out
    }
    first = candidates[0]
    # What touches the place is left out of every set in any case.
    excluded -= set(ground.ring)
    measures = tuple(measure for one in candidates for measure in one.declared.measures)
    question = replace(first.question, comparison=None, exclude=tuple(sorted({*first.question.exclude, *excluded})))
    return choose(ground, question, replace(first.declared, measures=measures), panel)
