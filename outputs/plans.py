"""From a finding, its series and its place to the plans that pages and papers draw."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

from indicators.finding import Finding
from indicators.quarter_series import QuarterSeries
from outputs import chart_plan, clauses
from outputs.chart_plan import BreakSpan, Dot, PlaceboPlan, SeriesPlan, WindowBar
from outputs.map_svg import MapFeature, MapPlan, Role
from outputs.names import upper_first
from outputs.timeline import TimelinePlan
from outputs.words import span
from store.period import month_from_number, month_number
from store.place import Place
from store.recording_break import RecordingBreak

# Two-sided 5 %: of 60 places at most this share may show a gap as unusual for ours to stand out.
_STAND_OUT = 0.04


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
            label = f"{when}, {level.months_used} months"
            bars.append(WindowBar(label, level.window.first, level.window.last, level.count))
    return tuple(bars)


def _break_spans(breaks: Sequence[RecordingBreak]) -> tuple[BreakSpan, ...]:
    return tuple(
        BreakSpan(item.months.first, item.months.last, "Recording changed") for item in breaks if not item.is_step
    )


def start_of(finding: Finding) -> date | None:
    """The first month after the earlier period: where the start stands on a chart."""
    if finding.question.before is None:
        return None
    return month_from_number(month_number(finding.question.before.last) + 1)


# How long a point stands for: in the alt text, in the title, and in the words about the band.
_EACH = {
    1: ("each month", "every month", "months"),
    3: ("each quarter", "every three months", "quarters"),
    12: ("each year", "every year", "years"),
}


def series_plan(
    finding: Finding,
    series: QuarterSeries,
    place: Place,
    breaks: Sequence[RecordingBreak],
    data_end: date | None = None,
) -> SeriesPlan:
    """The quarterly chart of one finding, with the comparison where there is one."""
    called = clauses.name(finding)
    compared = bool(series.expected)
    each, often, pieces = _EACH.get(series.months_each, (f"each {series.months_each} months", "by period", "periods"))
    sentence = (
        "The solid line is us. The dashed line is what we would have seen had we changed as similar places did. The "
        f"pale band is the room for chance: about 95 in 100 {pieces} of places with no programme fall inside it."
        if compared
        else "The solid line is us. There is no comparison to draw."
    )
    return SeriesPlan(
        title=f"{upper_first(called.plain)}, {often}",
        place=place.name,
        counted=f"{called.formal} {each}",
        sentence=sentence,
        periods=series.periods,
        counts=series.counts,
        expected=series.expected,
        lower=series.lower,
        upper=series.upper,
        months_each=series.months_each,
        start=start_of(finding),
        breaks=_break_spans(breaks),
        windows=_windows(finding),
        milestones=milestones(place),
    )


def placebo_plan(finding: Finding, place: Place) -> PlaceboPlan | None:
    """Every comparison place as a dot; None where nothing is compared."""
    compared = finding.comparison
    if compared is None:
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
    widened = f" To find enough, the rule was widened ({', '.join(compared.widened)})." if compared.widened else ""
    return (
        f"{len(compared.areas)} places of {made}, recorded by the same police force, alike in how many people have low "
        f"incomes and in how many live there, chosen by one fixed rule that never looks at what happened after the "
        f"start.{widened}"
    )


def timeline_plan(finding: Finding | None, place: Place) -> TimelinePlan:
    """Milestones of the place, with the windows of a finding."""
    events = milestones(place)
    here = sum(not one.else_lane for one in events)
    sentence = f"{upper_first(_events(here))} of this place on record" + (
        f", and {_events(len(events) - here)} from elsewhere." if here < len(events) else "."
    )
    return TimelinePlan("What happened, and when", place.name, sentence, events, _windows(finding) if finding else ())


def _events(number: int) -> str:
    return f"{number} dated {'event' if number == 1 else 'events'}"


def period_words(finding: Finding) -> str:
    """``Before: August 2018 to July 2020. After: April 2021 to March 2023.``, or that there is neither."""
    if finding.before is None or finding.after is None:
        return "No start date is known, so there is no before and after."
    return f"Before: {span(finding.before.window.months)}. After: {span(finding.after.window.months)}."
