"""A finding from values published by year, term or day: the same ladder, the same words, the same guards."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from indicators.before_after import change
from indicators.break_rules import step_caveat
from indicators.finding import Compared, Finding, Level, Verdict
from indicators.matching import FEWEST_UNITS
from indicators.period_asked import PeriodAsked
from indicators.period_sensitivity import other_ways
from indicators.period_verdict import ratio_of, reached, second_of
from indicators.plan import data_hash, plan_hash
from indicators.provenance import Cell, files_read, with_last_month
from indicators.quarter_series import QuarterSeries
from store import __version__
from store.database import Store
from store.period import month_from_number, month_text
from store.published_values import reported_periods, slices_held

Array = npt.NDArray[np.float64]

_NORMAL_95 = 1.959964


def study_periods(
    asked: PeriodAsked, family: Callable[[], str], *, otherwise: bool = True
) -> tuple[Finding, QuarterSeries | None]:
    """The finding, and its series (None where nothing is loaded). ``family`` says why the many-indicators rule forbids a
    finding; empty where it allows one. ``otherwise`` says whether it is also asked in other ways."""
    words, because = reached(asked)
    if words.startswith(("Fell", "Rose")) and (why := family()):
        words, because = "We cannot tell", (why,)
    rows = other_ways(asked) if otherwise and not asked.obstacle[1] else ()
    return finding_of(asked, words, because, rows), None if asked.not_loaded else period_series(asked)


def finding_of(
    asked: PeriodAsked,
    words: Verdict,
    because: tuple[str, ...],
    sensitivity: tuple[Mapping[str, float | str | None], ...],
) -> Finding:
    """The finding of a question whose verdict is settled."""
    question, declared = asked.question, asked.declared
    loaded = words != "Not loaded"
    dated = question.before is not None and question.after is not None
    before, after = asked.levels if loaded and dated and asked.parents else (None, None)
    compared = _compared(asked) if not asked.obstacle[1] else None
    cells, sources = _provenance(asked) if loaded else ((), ())
    hashed = data_hash(cells)
    moved = _change(asked, before, after)
    return Finding(
        question=question, title=declared.title, unit=declared.unit, measured_at=MEASURED_AT[declared.smallest_area],
        better=declared.better, before=before, after=after, change_percent=moved[0], change_lower=moved[1],
        change_upper=moved[2], comparison=compared, second_method=second_of(asked.gap.second) if compared else None,
        detectable_change_percent=-100 * asked.gap.detectable if compared else None, verdict=words,
        verdict_because=because, caveats=tuple(_caveats(asked)) if loaded else (), sensitivity=sensitivity,
        sources=sources, plan_hash=plan_hash(question, [codes for codes, _ in compared.areas] if compared else [], hashed),
        data_hash=hashed, software_version=__version__, kind=declared.kind,
    )  # fmt: skip


MEASURED_AT = {
    "stable": "in your neighbourhood",
    "place": "in your neighbourhood, counted by people here",
    "school": "at your schools",
    "practice": "at your GP practices",
    "ward": "in your ward",
    "council": "council-wide (it cannot show your neighbourhood by itself)",
}


def _compared(asked: PeriodAsked) -> Compared:
    found, chosen, series = asked.gap, asked.chosen, asked.together
    before, after = asked.compared_positions
    counted = asked.declared.kind == "events"
    table = series.figures(asked.declared.kind)
    add = np.sum if counted else np.mean
    sides = [np.asarray(add(table[:, list(side)], axis=1)) for side in (before, after)]
    # Of a level the similar places' own is their mean; of events it is what they counted together.
    totals = [float(add(side[1:])) for side in sides]
    each = (totals[0] / len(before), totals[1] / len(after)) if counted else (totals[0], totals[1])
    unusual = np.abs(found.placebo_z) >= abs(found.z)
    return Compared(
        areas=tuple((unit, chosen.names[unit]) for unit in chosen.units),
        unit_counts=tuple(zip(sides[0][1:].tolist(), sides[1][1:].tolist(), strict=True)),
        unit_gaps=tuple((math.exp(log), bool(flag)) for log, flag in zip(found.placebo_log.tolist(), unusual, strict=True)),
        authority=asked.ground.authority, ring=asked.ground.ring, before_count=totals[0], after_count=totals[1],
        change_percent=100 * (each[1] / each[0] - 1) if each[0] else math.nan,
        expected_after=_expected(asked, float(sides[1][0])), headline=ratio_of(found), placebo_at_least=found.at_least,
        equal_weights=ratio_of(found), quarter_weights=(1 / len(before),) * len(before), variogram=(0.0, 0.0, found.between),
        balance=chosen.balance, widened=chosen.widened, left_out=tuple(chosen.left_out.items()),
    )  # fmt: skip


def _expected(asked: PeriodAsked, seen: float) -> float:
    """What the headline's ratio sets ``seen`` against, half an event added to a total as it is in its logarithm."""
    kind, ratio = asked.declared.kind, asked.gap.ratio
    added = {"events": 0.5, "stock": 0.5 / len(asked.compared_positions[1])}.get(kind, 0.0)
    expected = max((seen + added) / ratio - added, 0.0)
    return min(expected, asked.declared.per) if kind == "proportion" else expected


def _change(
    asked: PeriodAsked, before: Level | None, after: Level | None
) -> tuple[float | None, float | None, float | None]:
    """Percentage change, exact limits for events; of a proportion or level the change of the rate, without limits."""
    if before is None or after is None:
        return None, None, None
    if asked.declared.kind == "events" and before.count is not None and after.count is not None:
        found = change(before.count, before.months_used, after.count, after.months_used)
        given = (found.change, found.lower, found.upper)
        moved, lower, upper = (None if part is None or not math.isfinite(part) else 100 * part for part in given)
        return moved, lower, upper
    was, now = (level.count if asked.declared.kind == "stock" else level.rate for level in (before, after))
    if not was or now is None:
        return None, None, None
    return 100 * (now / was - 1), None, None


def _caveats(asked: PeriodAsked) -> list[tuple[str, str]]:
    said = asked.about_parents()
    if asked.question.before is not None and asked.question.after is not None:
        if asked.ruling.capped:
            said.append(step_caveat(asked.ruling))
        elif asked.ruling.dropped:
            said.append(("break-left-out", "Periods that touch a break in the recording are left out."))
        if not asked.obstacle[1]:
            said += asked.chosen.caveats
        elif asked.provider and asked.parents and asked.obstacle[1] == asked.context:
            said += _like_providers(asked)
    return [*said, *(("about-the-indicator", sentence) for sentence in asked.declared.caveats)]


def _like_providers(asked: PeriodAsked) -> list[tuple[str, str]]:
    """(slug, sentence) on what similar practices or schools did, where the figure itself is context."""
    before, after = asked.compared_positions
    if len(asked.chosen.units) < FEWEST_UNITS:
        return []
    figures = asked.together.figures(asked.declared.kind)[1:]
    was, now = (float(figures[:, list(side)].mean()) for side in (before, after))
    sign = " %" if asked.declared.kind == "proportion" else ""
    what = {"practice": "GP practices", "school": "schools"}[asked.declared.smallest_area]
    sized = bool(np.isfinite(asked.parts.denominator[:, list(before)]).all())
    alike = "size and level" if sized else "level"
    phase = "the same phase and of " if asked.same_phase else ""
    words = f"In {len(figures)} {what} of {phase}a similar {alike} it went from {was:,.1f}{sign} to {now:,.1f}{sign} in the same years."
    return [("similar-providers", words)]


def _provenance(asked: PeriodAsked) -> tuple[tuple[Cell, ...], tuple[Mapping[str, str], ...]]:
    """What was read, and the files behind it."""
    store, measures, kind = asked.ground.store, asked.declared.measures, asked.area_kind
    codes = None if asked.declared.smallest_area == "stable" else tuple(parent.code for parent in asked.parents)
    last = month_text(month_from_number(asked.parts.periods[-1].last)) if asked.parts.periods else ""
    key = "provenance", measures, kind, codes, last
    return store.once(key, lambda: _read_from(store, measures, kind, codes, last))


def _read_from(
    store: Store, measures: tuple[str, ...], kind: str, codes: tuple[str, ...] | None, last: str
) -> tuple[tuple[Cell, ...], tuple[Mapping[str, str], ...]]:
    """The same for areas of one ``kind``: all of them, or ``codes``; ``last`` is the last month covered."""
    rows = slices_held(store, measures, kind, codes)
    reported = reported_periods(store, measures)
    names = ["file_id", "authority", "measure", "first", "months"]
    columns = [[table[name].to_list() for name in names] for table in (rows, reported)]
    # A file's number that is not known is not equal to itself.
    slices = {each for table in columns for each in zip(*table, strict=True) if each[0] == each[0]}
    known = files_read(store, {int(each[0]) for each in slices})
    cells = [
        (known[file]["name"], by, measure, f"{month_text(month_from_number(first))}+{months}", known[file]["sha256"])
        for file, by, measure, first, months in slices
    ]
    for table, source in (("population", "ons_population"), ("deprivation", "deprivation")):
        cells += [(source, "", table, year, sha256) for year, sha256 in store.files_of(table)]
    return tuple(sorted(cells)), with_last_month(known, last)


def period_series(asked: PeriodAsked) -> QuarterSeries | None:
    """The place's values period by period, beside what they would be had it changed as similar places did.

    The room for chance is that of similar places set against their own mean, 95 in 100 of them. None without a figure.
    """
    if not asked.parents or not asked.parts.periods:
        return None
    series = asked.ours
    counted = asked.declared.kind in ("events", "stock")
    values = series.figures(asked.declared.kind)[0]
    if not np.isfinite(values).any():
        return None
    months = max(series.periods[0].months, 1)
    plain = QuarterSeries(
        tuple(month_from_number(period.first) for period in series.periods), _optional(values), months_each=months
    )
    if asked.obstacle[1]:
        return plain
    table = asked.together.figures(asked.declared.kind)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(table + (0.5 if counted else 0.0))
    earlier = list(asked.compared_positions[0])
    apart = logs - logs[:, earlier].mean(axis=1, keepdims=True)
    theirs = apart[1:]
    whole = np.isfinite(theirs).all(axis=0) & np.isfinite(values)
    line, spread = np.full(len(values), np.nan), np.full(len(values), np.nan)
    line[whole] = logs[0, earlier].mean() + theirs[:, whole].mean(axis=0)
    spread[whole] = _NORMAL_95 * theirs[:, whole].std(axis=0)
    back = 0.5 if counted else 0.0
    return replace(
        plain, expected=_optional(np.exp(line) - back), lower=_optional(np.exp(line - spread) - back),
        upper=_optional(np.exp(line + spread) - back),
    )  # fmt: skip


def _optional(values: Array) -> tuple[float | None, ...]:
    return tuple(float(value) if np.isfinite(value) else None for value in values)
