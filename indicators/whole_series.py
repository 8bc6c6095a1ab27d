"""A place without a start beside similar places: the whole series, and where it shifted most. Never a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from indicators.asked import Asked
from indicators.break_rules import label, span_words
from indicators.change_point import FEWEST_QUARTERS, ChangePoint, change_point
from indicators.finding import Question
from indicators.ground import Ground
from indicators.local_indicators import declared
from indicators.panel import at_least
from indicators.quarter_series import QuarterSeries, added_months, calendar_counts, plain_series, whole_series
from indicators.quarters import MONTHS_IN_A_QUARTER
from indicators.verdict import TOO_FEW_BEFORE
from store.database import Store
from store.errors import BadQuestion
from store.period import month_from_number, window
from store.read_once import ReadOnce

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LastingShift:
    """The largest lasting shift of a place against similar places: most likely between the months ``first`` and
    ``last``, both included.

    ``ratio`` is the later level over the earlier one, similar places' change taken out; ``before`` and ``after`` are
    the place's own means a quarter on either side of the likeliest date (of a stock: its mean level). ``dated`` is
    false where every possible date fits about as well. ``units`` are (name, ratio, whether its largest shift is at
    least as large once its scatter is allowed for), nearest first.
    """

    first: date
    last: date
    dated: bool
    ratio: float
    before: float
    after: float
    units: tuple[tuple[str, float, bool], ...]

    @property
    def at_least(self) -> int:
        """How many similar places show a shift at least this large, up or down, at a date of their own."""
        return sum(unusual for _, _, unusual in self.units)


@dataclass(frozen=True, slots=True)
class WholeSeries:
    """The answer to a question without a start.

    ``areas`` are (stable codes of a unit, its name), nearest first. ``cannot`` says why there is no shift, or is empty;
    ``caveats`` are (slug, sentence).
    """

    question: Question
    series: QuarterSeries
    areas: tuple[tuple[tuple[str, ...], str], ...]
    shift: LastingShift | None
    cannot: str
    caveats: tuple[tuple[str, str], ...]


def whole_series_of(store: Store, questions: Sequence[Question]) -> list[WholeSeries | None]:
    """The whole series of each question that knows no start; None where one is known or nothing is loaded."""
    store = ReadOnce(store)
    grounds: dict[tuple[tuple[str, ...], str], Ground] = {}
    found: list[WholeSeries | None] = []
    for question in questions:
        measures = declared(store, question.indicator).measures
        kind = (*store.recorders(measures), "police_force")[0]
        ground = grounds.setdefault((question.members, kind), Ground(store, question.members, kind))
        found.append(_of(ground, question))
    return found


def _of(ground: Ground, question: Question) -> WholeSeries | None:
    item = declared(ground.store, question.indicator)
    loaded = ground.store.months_loaded(item.measures, ground.authority)
    if question.before is not None or question.after is not None or loaded is None:
        return None
    # Similar places are chosen as if all months came before a start: programmes at any time are left out, and the
    # level is that of the whole series. This question is never asked of ``study``.
    asked = Asked(replace(question, before=window(*loaded), after=window(*loaded)), item, ground)
    ours, months, each = asked.evidence.ours, asked.evidence.months, added_months(item.kind)
    obstacle = (
        asked.chosen_obstacle
        if ground.home["comparable"].all()
        else "its small areas were redrawn in 2021 in a way that leaves nothing in common"
    )
    if obstacle:
        return WholeSeries(question, plain_series(ours / each, months, None), (), None, obstacle, ())
    dropped, said = _breaks(ground, asked)
    quarters, counts = calendar_counts(
        np.where(np.isin(months, dropped), np.nan, ours) / each, asked.chosen.counts / each, months
    )
    areas = tuple((unit, asked.chosen.names[unit]) for unit in asked.chosen.units)
    shift, cannot, series = None, "", plain_series(ours / each, months, None)
    try:
        series = whole_series(quarters, counts)
        shift = _shift(quarters, counts, [name for _, name in areas], stock=item.kind == "stock")
    except BadQuestion as error:
        cannot = error.message[0].lower() + error.message[1:]
    return WholeSeries(question, series, areas, shift, cannot, said)


def _shift(quarters: Sequence[int], counts: Array, names: Sequence[str], *, stock: bool) -> LastingShift:
    """The shift in months and counts; BadQuestion where there are too few events or quarters to look for one."""
    whole = np.flatnonzero(np.isfinite(counts).all(axis=0))
    used = counts[:, whole]
    if (used[0].mean() if stock else used[0].sum()) < TOO_FEW_BEFORE:
        raise BadQuestion(f"Fewer than {TOO_FEW_BEFORE} were counted in all", do="Choose a more common kind of event.")
    found: ChangePoint = change_point(used)
    unusual = at_least(found.unit_standardised, found.standardised)
    return LastingShift(
        # A change inside a quarter may show as a new level from that quarter or from the next.
        first=month_from_number(quarters[whole[found.earliest - 1]]),
        last=month_from_number(quarters[whole[found.latest]] + MONTHS_IN_A_QUARTER - 1),
        dated=found.latest - found.earliest < len(whole) - 2 * FEWEST_QUARTERS,
        ratio=float(np.exp(found.size)),
        before=float(used[0, : found.at].mean()),
        after=float(used[0, found.at :].mean()),
        units=tuple(
            (name, float(np.exp(size)), bool(flag))
            for name, size, flag in zip(names, found.unit_sizes, unusual, strict=True)
        ),
    )


def _breaks(ground: Ground, asked: Asked) -> tuple[list[int], tuple[tuple[str, str], ...]]:
    """Months left out for all alike, and what is to be said about recording breaks inside the series."""
    inside = set(asked.evidence.months)
    dropped: list[int] = []
    said = [item for item in asked.chosen.caveats if item[0] != "deprivation-after-start"]
    for item in ground.store.breaks(asked.declared.measures, ground.authority, ground.country):
        months = sorted(inside & set(item.months.numbers))
        if not months:
            continue
        what = f"{label(item)} ({span_words(months)})"
        shared = item.shared_by == "everyone" or (item.shared_by == "authority" and ground.kind != "country")
        if item.is_step:
            said.append(("break-step", f"The counting itself changed: {what}. A shift there may be nothing else."))
        elif asked.question.without_breaks or not shared:
            dropped += months
            said.append(("break-dropped", f"Left out for all places alike: {what}."))
        else:
            said.append(("break-shared", f"Similar places share {what}."))
    return dropped, tuple(said)
