"""The parts of Explore below its main chart: one picture each, with its sentence, its numbers and their file."""

from __future__ import annotations

import streamlit as st

from indicators import Finding, Studied
from indicators.event_study import event_study
from indicators.next_door import next_door
from indicators.starts import StartBand
from outputs.chart import (
    RangePlan,
    event_figure,
    placebo_figure,
    placebo_picture,
    ranges_html,
    sensitivity_plan,
    spread_figure,
)
from outputs.event_plan import event_plan
from outputs.guards import guards
from outputs.methods_plan import methods_plan
from outputs.names import upper_first
from outputs.next_door_plan import next_door_plan
from outputs.plans import placebo_plan
from outputs.spread_plan import spread_plan
from outputs.starts_plan import starts_plan
from outputs.table import Table
from outputs.words import count, number, tone_of
from store.place import Place
from views import access, frame


def starts(finding: Finding, band: StartBand) -> None:
    """The answer of every possible start."""
    plan = starts_plan(finding, band)
    st.header(plan.title, anchor=False)
    frame.quiet(plan.sentence)
    frame.html(ranges_html(plan.ranges, theme=frame.theme()))
    frame.numbers(plan, _name(finding, "starts"), "starts")


def placebos(finding: Finding, place: Place) -> None:
    """Our gap among those of places with no programme; nothing where single places are not to be shown."""
    plan = placebo_plan(finding, place)
    if plan is None or tone_of(finding) == "too_few":
        return
    st.header(plan.title, anchor=False)
    frame.quiet(plan.sentence)
    look = frame.theme()
    frame.living_and_still(
        "placebos", plan, placebo_figure(plan, theme=look), placebo_picture(plan, plan.alt, theme=look)
    )
    frame.numbers(plan, _name(finding, "dots"), "placebos")


def spread(finding: Finding, place: Place) -> None:
    """Our place among made-up neighbourhoods without a name; nothing where the host has made no such scan."""
    plan = spread_plan(finding, access.spread(finding), place)
    if plan is None:
        return
    st.header(plan.title, anchor=False)
    frame.quiet(plan.sentence)
    frame.wide_and_narrow("spread", plan, lambda phone: spread_figure(plan, theme=frame.theme(), phone=phone))
    frame.numbers(plan, _name(finding, "spread"), "spread")


def sensitivity(finding: Finding) -> None:
    """The main question beside every other way it was asked."""
    _ranges(sensitivity_plan(finding), finding, "sensitivity", "other-questions")


def balance(finding: Finding) -> None:
    """How alike the place and its similar places were before the start."""
    assert finding.comparison is not None
    rows = finding.comparison.balance
    if not rows:
        return
    st.header("How alike are the places?", anchor=False)
    frame.quiet("A fair comparison needs places that were alike before. Read the result with this table in mind.")

    def figure(value: float | str) -> str:
        return value if isinstance(value, str) else number(value, 1 if abs(value) < 100 else 0)

    table = Table(
        ("What", "Here", f"{len(finding.comparison.areas)} similar places", "All that could be compared"),
        tuple(
            (upper_first(str(row["what"])), figure(row["place"]), figure(row["similar"]), figure(row["all"]))
            for row in rows
        ),
    )
    frame.html(table.html("How alike the places are"))


def who(finding: Finding) -> None:
    """Every similar place by name, and every one left out with its reason."""
    assert finding.comparison is not None
    compared = finding.comparison
    with st.expander(f"Name all {len(compared.areas)} similar places, and those left out", key="no-print-who"):
        rows = tuple(
            (label, count(before), count(after), ", ".join(codes))
            for (codes, label), (before, after) in zip(compared.areas, compared.unit_counts, strict=True)
        )
        frame.html(Table(("Place", "Before", "After", "Small areas"), rows).html("Similar places"))
        if compared.left_out:
            frame.html(Table(("Small area", "Why it is left out"), tuple(compared.left_out)).html("Places left out"))


def gaps(studied: Studied, place: Place) -> None:
    """The gap to similar places, period by period around the start."""
    found = event_study(studied.finding, studied.series) if studied.series else None
    if found is None:
        return
    plan = event_plan(studied.finding, found, place, access.breaks_of(studied.finding))
    st.header(plan.title, anchor=False)
    frame.quiet(plan.sentence)
    frame.wide_and_narrow("gaps", plan, lambda phone: event_figure(plan, theme=frame.theme(), phone=phone))
    frame.numbers(plan, _name(studied.finding, "gaps"), "gaps")


def methods(finding: Finding) -> None:
    """The main answer beside the second method's."""
    plan = methods_plan(finding)
    if plan is not None:
        _ranges(plan, finding, "methods")


def beside(finding: Finding, place: Place) -> None:
    """What happened in the areas that touch the place; nothing where that was not asked."""
    found = next_door(finding)
    if found is not None:
        _ranges(next_door_plan(finding, found, place), finding, "next-door")


def checks(finding: Finding) -> None:
    """What stood guard over the verdict, each check with its answer."""
    table = guards(finding)
    if table is None:
        return
    st.header("What was checked", anchor=False)
    frame.quiet("The verdict follows from these checks by fixed rules. Nobody types it.")
    frame.html(table.html("What was checked"))


def _name(finding: Finding, what: str) -> str:
    return f"{finding.question.area}-{finding.question.indicator}-{what}"


def _ranges(plan: RangePlan, finding: Finding, key: str, file: str = "") -> None:
    st.header(plan.title, anchor=False)
    frame.quiet(plan.sentence)
    frame.html(ranges_html(plan, theme=frame.theme()))
    frame.numbers(plan, _name(finding, file or key), key)
