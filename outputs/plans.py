"""From a finding, its series and its place to the plans that pages and papers draw."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from indicators.finding import Finding, Level
from indicators.quarter_series import QuarterSeries
from outputs import chart_plan, clauses, levels, whose
from outputs.chart_plan import BreakSpan, Dot, PlaceboPlan, SeriesPlan, WindowBar
from outputs.map_svg import MapFeature, MapPlan, Role
from outputs.names import upper_first
from outputs.period_words import how_often
from outputs.timeline import TimelinePlan
from outputs.words import small_number
from store.period import month_from_number, month_number
from store.place import Place
from store.recording_break import RecordingBreak

# Two-sided 5 %: of 60 places at most this share may show a gap as unusual for ours to stand out.
_STAND_OUT = 0.04
_CODE = re.compile(r"[EWSN][0-9]{8}")

_BLANK = "Where nothing is drawn, we have no number that we can use. It does not mean zero."


def milestones(place: Place) -> tuple[chart_plan.Milestone, ...]:
    """The place's milestones as charts know them."""
    return tuple(
        chart_plan.Milestone(item.on, item.text, item.until, item.uncertain, item.lane == "else")
        for item in place.milestones
    )


def _windows(finding: Finding) -> tuple[WindowBar, ...]:
    bars = []
    for level, when in ((finding.before, "Before"), (finding.after, "After")):
        if level is not None:
            shown = levels.level_shown(finding, level)
            label = ", ".join(part for part in (when, _how_long(finding, level)) if part)
            bars.append(WindowBar(label, level.window.first, level.window.last, level.count, shown))
    return tuple(bars)


def _how_long(finding: Finding, level: Level) -> str:
    """``24 months``; of what is counted on single days ``two counts``, and of a survey nothing."""
    if whose.is_local(finding) and finding.kind in levels.LEVELS:
        return ""
    if clauses.by_the_day(finding, level):
        return clauses.span_of(finding, level)
    return f"{level.months_used} months"


def break_spans(breaks: Sequence[RecordingBreak]) -> tuple[BreakSpan, ...]:
    """Breaks in the recording as charts know them; a step has no months of its own."""
    return tuple(
        BreakSpan(item.months.first, item.months.last, "Recording changed") for item in breaks if not item.is_step
    )


def start_of(finding: Finding) -> date | None:
    """The first month after the earlier period: where the start stands on a chart."""
    if finding.question.before is None:
        return None
    return month_from_number(month_number(finding.question.before.last) + 1)


def series_plan(
    finding: Finding,
    series: QuarterSeries,
    place: Place,
    breaks: Sequence[RecordingBreak],
) -> SeriesPlan:
    """The quarterly chart of one finding, with the comparison where there is one."""
    called = clauses.name(finding)
    name = upper_first(called.plain if whose.is_here(finding) else finding.title)
    each, often, pieces = how_often(series.periods, series.months_each)
    unit = _unit(finding)
    plan = SeriesPlan(
        title=f"{name}, {often}",
        place=whose.owner(finding, place.name),
        counted=f"{called.formal} {each}{unit}",
        sentence=_told(finding, series, place, pieces),
        periods=series.periods,
        counts=series.counts,
        expected=series.expected,
        lower=series.lower,
        upper=series.upper,
        months_each=series.months_each,
        start=start_of(finding),
        breaks=break_spans(breaks),
        windows=_windows(finding),
        milestones=milestones(place),
        sign=sign_of(finding),
    )
    if not plan.is_sparse:
        blank = not plan.is_empty and None in plan.counts
        return replace(plan, sentence=f"{plan.sentence} {_BLANK}") if blank else plan
    told = unit.strip(" ()") or called.formal
    return replace(plan, title=f"{name}, each time it was counted", counted=told)


def sign_of(finding: Finding) -> chart_plan.Sign:
    """The sign that goes with every number of a finding."""
    if finding.kind == "proportion":
        return "%"
    return "£" if finding.unit.startswith("pounds") else ""


def _unit(finding: Finding) -> str:
    """The unit of a level, which its name does not tell as that of things that are counted does."""
    return f" ({finding.unit})" if finding.kind in levels.LEVELS and not finding.unit.startswith("pounds") else ""


def _told(finding: Finding, series: QuarterSeries, place: Place, pieces: str) -> str:
    """What the lines of a chart are."""
    if all(value is None for value in series.counts):
        why = clauses.reasons(finding)
        return f"There is nothing to draw: {why}." if why else "There is nothing to draw."
    line = "The dots are" if chart_plan.alone(series.counts) else "The solid line is"
    if not whose.is_here(finding):
        return f"{line} {whose.owner_in_words(finding, place.name)}. It is not our neighbourhood alone."
    if not series.expected:
        return f"{line} us. There is no comparison to draw."
    room = f"about 95 in 100 {pieces} of places with no programme fall inside it."
    if chart_plan.alone(series.expected):
        return (
            "The solid line is us. The ring is what we would have seen had we changed as similar places did. The pale bar is "
            f"the room for chance: {room}"
        )
    return (
        "The solid line is us. The dashed line is what we would have seen had we changed as similar places did. The pale "
        f"band is the room for chance: {room}"
    )


def placebo_plan(finding: Finding, place: Place) -> PlaceboPlan | None:
    """Every comparison place as a dot; None where nothing is compared, or single places are not to be shown."""
    compared = finding.comparison
    if compared is None or not compared.unit_gaps:
        return None
    number = len(compared.areas)
    dots = tuple(
        Dot(name, ratio, unusual)
        for (_, name), (ratio, unusual) in zip(compared.areas, compared.unit_gaps, strict=True)
    )
    sentence = (
        f"Each circle is a place with no programme, asked the same question. Filled circles, "
        f"{compared.placebo_at_least} of the {number}, have a gap at least as unusual as ours, in either direction, once "
        "the number of events is allowed for."
    )
    return PlaceboPlan(
        title="Is a gap this large unusual?",
        place=place.name,
        sentence=sentence,
        better=finding.better,
        ours=compared.headline.ratio,
        dots=dots,
        needed=int(_STAND_OUT * number),
        pair=clauses.comparatives(finding),
    )


def map_plan(finding: Finding, place: Place, outlines: Mapping[str, str], names: Mapping[str, str]) -> MapPlan:
    """The place, the places it is compared with, and those left out; ``outlines`` are GeoJSON texts by code."""
    compared = finding.comparison
    similar = {code for codes, _ in compared.areas for code in codes} if compared else set()
    ring = set(compared.ring) if compared else set()
    left_out = {code for code, _ in compared.left_out} if compared else set()

    def role(code: str) -> Role:
        if code in finding.question.members:
            return "place"
        if code in similar:
            return "similar"
        if code in ring:
            return "ring"
        return "left_out" if code in left_out else "other"

    features = tuple(
        MapFeature(code, names.get(code, code), role(code), json.loads(text)) for code, text in outlines.items()
    )
    return MapPlan(title="Who we compare with", place=place.name, sentence=compared_words(finding), features=features)


def compared_words(finding: Finding) -> str:
    """Who stands in the comparison, in one or two sentences."""
    compared = finding.comparison
    if compared is None:
        return "Nothing is compared here: " + clauses.reasons(finding) + "."
    size = len(finding.question.members)
    made = "small area" if size == 1 else f"{size} small areas side by side"
    # A force goes by its name, a country or a council by its code.
    shared = "in the same country" if _CODE.fullmatch(compared.authority) else "recorded by the same police force"
    widened = f" To find enough, the rule was widened ({', '.join(compared.widened)})." if compared.widened else ""
    if not whose.is_here(finding):
        named = {"at your schools": "schools", "at your GP practices": "GP practices"}[whose.where(finding)]
        return (
            f"{len(compared.areas)} {named} whose figure before was nearest to that of ours, of a similar size where their "
            "size is known, chosen by one fixed rule that never looks at what happened after the start."
        )
    if any(slug == "comparison-chosen" for slug, _ in finding.caveats):
        return f"{len(compared.areas)} places of {made}, {shared}, chosen by hand and not by the fixed rule."
    return (
        f"{len(compared.areas)} places of {made}, {shared}. They are alike in how many people have low incomes and in how "
        f"many live there. One fixed rule chose them. It never looks at what happened after the start.{widened}"
    )


def timeline_plan(place: Place) -> TimelinePlan:
    """Milestones of the place."""
    events = milestones(place)
    here = sum(not one.else_lane for one in events)
    sentence = f"{upper_first(_events(here))} of this place on record" + (
        f", and {_events(len(events) - here)} of what else happened." if here < len(events) else "."
    )
    return TimelinePlan("What happened, and when", place.name, sentence, events)


def _events(number: int) -> str:
    return f"{small_number(number)} dated {'event' if number == 1 else 'events'}"
