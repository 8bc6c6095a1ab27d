"""Everything a pack knows as numbers, one figure a row: what the open data and the spreadsheet are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from indicators.finding import Compared, Finding, Level
from indicators.ground import Ground
from indicators.study import Studied
from outputs import levels, whose
from outputs.figure_status import FigureStatus
from outputs.finding_json import studied_as_json
from outputs.json_numbers import rounded, whole
from outputs.pack import Pack
from outputs.table import Cell
from outputs.words import tone_of, verdict_words
from store.database import Store
from store.period import month_from_number, month_number, month_text

Document = Mapping[str, Any]
_RATIO = "seen for each one expected"


@dataclass(frozen=True, slots=True)
class Observation:
    """One figure with all that must go with it; the fields are the columns of ``outputs.open_data_columns`` in order."""

    area: str
    area_name: str
    indicator: str
    title: str
    row: str
    measure: str
    whose: str
    small_areas: tuple[str, ...]
    measured_at: str
    period_from: str
    period_to: str
    months: int | None
    months_missing: int | None
    figure: float | None
    lower: float | None
    upper: float | None
    unit: str
    status: str
    verdict: str
    note: str
    source: str
    licence: str
    data_to: str
    fetched_on: str
    plan_hash: str
    data_hash: str
    software_version: str

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The columns in order; None where a cell is empty, several codes in one cell with spaces between."""
        values = (getattr(self, item.name) for item in fields(self))
        return tuple(None if value in ("", ()) else " ".join(value) if isinstance(value, tuple) else value for value in values)  # fmt: skip


def observations(pack: Pack, store: Store) -> tuple[Observation, ...]:
    """Every row of the board's outcomes in the page's order, then of the background."""
    studied = [*(sheet.studied for sheet in pack.sheets), *pack.background]
    grounds = {
        item.finding.question.members: Ground(store, item.finding.question.members, "country") for item in studied
    }
    return tuple(row for item in studied for row in _rows(item, pack, grounds[item.finding.question.members]))


def _rows(studied: Studied, pack: Pack, ground: Ground) -> Iterator[Observation]:
    finding = studied.finding
    # The document of “study --json”: what is rounded and hidden there is so here.
    document = studied_as_json(studied, area_name=pack.place.name)
    about, status = _about(finding, document, pack), FigureStatus(ground, finding)
    yield from _series(studied, document, about, status)
    sides = (("before", finding.before), ("after", finding.after))
    for row, level in sides:
        if level is not None:
            yield from _level(replace(about, row=row), finding, level, document[row], status)
    change = document["change"]
    if _has_change(finding) and change["percent"] is not None:
        yield replace(
            _whole_time(about, finding), row="change", measure="percentage change", unit="%", status="worked out",
            figure=change["percent"], lower=change["lower"], upper=change["upper"],
        )  # fmt: skip
    if finding.comparison is not None:
        yield from _compared(about, finding, finding.comparison, document, status)
    yield _difference(about, finding, document)


def _has_change(finding: Finding) -> bool:
    """Whether a change is told in per cent: of shares it is not, as on the pages, because a percentage of one misleads."""
    return finding.before is not None and finding.after is not None and finding.kind != "proportion"


def _about(finding: Finding, document: Document, pack: Pack) -> Observation:
    """What all rows of a finding share; the rest is still empty."""
    sources = finding.sources
    here = whose.is_here(finding)
    return Observation(
        area=document["area"], area_name=pack.place.name, indicator=document["indicator"], title=finding.title,
        row="", measure="", whose=whose.owner(finding, pack.place.name),
        small_areas=finding.question.members if here else (), measured_at=finding.measured_at, period_from="",
        period_to="", months=None, months_missing=None, figure=None, lower=None, upper=None, unit=finding.unit, status="",
        verdict="", note="", source=_each(finding, "publisher"), licence=_each(finding, "licence"),
        data_to=max((one["data_to"] for one in sources), default=""),
        fetched_on=max((one["fetched_on"] for one in sources), default=""),
        plan_hash=finding.plan_hash, data_hash=finding.data_hash, software_version=finding.software_version,
    )  # fmt: skip


def _each(finding: Finding, key: str) -> str:
    return "; ".join(dict.fromkeys(one[key] for one in finding.sources))


def _counted(finding: Finding) -> str:
    """The unit of a count: of what is told as a rate or share the count has no unit of its own."""
    if finding.kind not in levels.LEVELS and not finding.unit.startswith("per "):
        return finding.unit
    return "number on average" if finding.kind == "stock" else "number"


def _series(studied: Studied, document: Document, about: Observation, status: FigureStatus) -> Iterator[Observation]:
    series, finding = studied.series, studied.finding
    if series is None:
        return
    is_level = finding.kind in levels.LEVELS
    measure, unit = ("level", finding.unit) if is_level else ("count", _counted(finding))
    # A level of several small areas is their average, and of one period of one area as it was published.
    averaged = is_level and whose.is_here(finding) and not whose.is_local(finding) and len(finding.question.members) > 1
    for at, period in enumerate(series.periods):
        first, value = month_number(period), document["series"][at]["count"]
        found = status.of_period(first, series.months_each, value)
        found = "worked out" if averaged and found == "observed" else found
        base = replace(_months(about, first, series.months_each), measure=measure, unit=unit)
        # A count that the publisher hid is not known, whichever end of its range the chart is drawn at.
        figure = None if found == "suppressed" else value
        yield replace(base, row="series", figure=figure, status=found, months_missing=series.months_each if found == "missing" else 0)  # fmt: skip
        expected = [rounded(line[at], 1) if line else None for line in (series.expected, series.lower, series.upper)]
        if expected[0] is not None:
            middle, lower, upper = expected
            yield replace(base, row="expected series", figure=middle, lower=lower, upper=upper, status="worked out")


def _months(about: Observation, first: int, months: int) -> Observation:
    return replace(
        about,
        period_from=month_text(month_from_number(first)),
        period_to=month_text(month_from_number(first + months - 1)),
        months=months,
    )


def _window(about: Observation, level: Level) -> Observation:
    """The rows of one window: its months, those used, those missing."""
    return replace(
        about,
        period_from=month_text(level.window.first),
        period_to=month_text(level.window.last),
        months=level.months_used,
        months_missing=level.months_missing,
    )


def _whole_time(about: Observation, finding: Finding) -> Observation:
    """From the first month before to the last month after; empty where one of them is not known."""
    if finding.before is None or finding.after is None:
        return about
    return replace(
        about,
        period_from=month_text(finding.before.window.first),
        period_to=month_text(finding.after.window.last),
    )


def _level(
    about: Observation, finding: Finding, level: Level, shown: Document, status: FigureStatus
) -> Iterator[Observation]:
    """A window's count, its rate or level, and what stands behind it."""
    base = _window(about, level)
    is_level = finding.kind in levels.LEVELS
    told = level.rate if is_level else level.count
    found = status.of_window(month_number(level.window.first), month_number(level.window.last), told)
    if is_level:
        limits = {"lower": shown["lower"], "upper": shown["upper"]}
        worked = "worked out" if found == "observed" else found
        yield replace(base, measure="level", figure=shown["rate"], status=worked, **limits)
        if finding.kind == "proportion" and shown["count"] is not None:
            yield replace(base, measure="count", unit="number", figure=shown["count"], status=found)
        if level.base is not None:
            behind = "out of" if finding.kind == "proportion" else "cases"
            yield replace(base, measure=behind, unit="number", figure=whole(level.base), status=found)
        return
    yield replace(base, measure="count", unit=_counted(finding), figure=shown["count"], status=found)
    if shown["rate"] is not None and finding.unit.startswith("per "):
        worked = "worked out" if found in ("observed", "rounded") else found
        yield replace(
            base, measure="rate", figure=shown["rate"], lower=shown["lower"], upper=shown["upper"], status=worked
        )


def _compared(
    about: Observation, finding: Finding, compared: Compared, document: Document, status: FigureStatus
) -> Iterator[Observation]:
    """What similar places did, together and one by one where that may be shown, and what follows from it for ours."""
    shown, number = document["comparison"], len(compared.areas)
    measure, unit = ("level", finding.unit) if finding.kind in levels.LEVELS else ("count", _counted(finding))
    every = replace(about, whose=f"{number} similar places", small_areas=(), measure=measure, unit=unit)
    ranged = any(slug == "suppressed-range" for slug, _ in finding.caveats)
    added = "partly suppressed" if ranged else "worked out"
    sides = (("before", finding.before), ("after", finding.after))
    for side, level in sides:
        if level is not None:
            row = f"similar places {side}"
            yield replace(
                _window(every, level), row=row, figure=shown[f"{side}_count"], status=added, months_missing=None
            )
    span = _whole_time(every, finding)
    if _has_change(finding):
        yield replace(
            span, row="similar places change", measure="percentage change", unit="%", figure=shown["change_percent"],
            status="worked out",
        )  # fmt: skip
    for area in shown["areas"]:
        for side, level in sides:
            if level is not None and area[side] is not None:
                yield replace(
                    _window(every, level), row=f"similar place {side}", whose=area["name"],
                    small_areas=tuple(area["codes"]) if whose.is_here(finding) else (), figure=area[side],
                    status=_of_others(finding, level, status, added), months_missing=None,
                )  # fmt: skip
    yield replace(
        span, row="gaps as unusual", measure="places", figure=shown["placebo_at_least"], status="worked out",
        unit=f"of {number} similar places",
    )  # fmt: skip
    too_few = tone_of(finding) == "too_few"
    own = replace(about, measure=measure, unit=unit)
    if finding.after is not None and not too_few:
        base = _window(own, finding.after)
        yield replace(
            base, row="expected after", figure=shown["expected_after"], status="worked out", months_missing=None
        )
    second = document["second_method"]
    if second is not None:
        yield replace(
            _whole_time(about, finding), row="difference by a second method", measure="ratio", unit=_RATIO,
            **_estimate(second, too_few=too_few),
        )  # fmt: skip
    if document["detectable_change_percent"] is not None:
        yield replace(
            _whole_time(about, finding), row="smallest change that would show", measure="percentage change", unit="%",
            figure=document["detectable_change_percent"], status="worked out",
        )  # fmt: skip


def _of_others(finding: Finding, level: Level, status: FigureStatus, added: str) -> str:
    """The status of one similar place's figure: it comes from the same publisher as ours."""
    if added == "partly suppressed":
        return added
    if finding.kind in levels.LEVELS:
        return "worked out"
    return status.of_window(month_number(level.window.first), month_number(level.window.last), 0.0)


def _estimate(shown: Document, *, too_few: bool) -> dict[str, Any]:
    """A ratio with its limits; with too few events there is no best estimate, as on every page."""
    return {
        "figure": None if too_few else shown["ratio"], "lower": shown["lower"], "upper": shown["upper"],
        "status": "too few events" if too_few else "worked out",
    }  # fmt: skip


def _difference(about: Observation, finding: Finding, document: Document) -> Observation:
    """The finding itself: there is one for every outcome, also where nothing is loaded or compared."""
    row = replace(
        _whole_time(about, finding), row="difference", measure="ratio", unit=_RATIO, verdict=verdict_words(finding),
        note=document["sentence"],
    )  # fmt: skip
    if finding.comparison is None:
        return replace(row, status="not loaded" if finding.verdict == "Not loaded" else "not compared")
    return replace(row, **_estimate(document["comparison"], too_few=tone_of(finding) == "too_few"))
