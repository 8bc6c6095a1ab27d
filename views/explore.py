"""Explore: one indicator in depth, with dates a visitor can change and every comparison place named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import cast

import streamlit as st

from indicators import Finding
from indicators.comparison_sets import ComparisonSet
from indicators.starts import StudiedStarts
from indicators.whole_series import WholeSeries
from outputs import clauses, sentence
from outputs.chart import placebo_figure, placebo_picture
from outputs.comparison_words import other_set_words, set_choices
from outputs.facts import facts
from outputs.markup import escape, unmarked
from outputs.sheet_words import check_line
from outputs.shift_plan import shift_plan
from outputs.shift_words import shift_words
from outputs.table import Table
from outputs.whose import heading
from store.errors import BadQuestion
from store.period import Window, month_from_number, month_number, month_words
from store.place import Place
from views import access, explore_parts, frame, parts, take_away

AS_FILED = "as filed"
CHOSEN: ComparisonSet = "chosen"
KEEP, LEAVE_OUT = "keep", "leave-out"
_USED = "Used when a start is chosen."


def show() -> None:
    """Draw the page."""
    with frame.page():
        place = frame.choose_place()
        with st.container(key="controls-question"):
            indicator_name = _indicator(place)
            first, second, third, fourth = st.columns(4)
            with first:
                start = _start()
            with second:
                months = _months()
            with third:
                settling = _settling()
            with fourth:
                options = {KEEP: "Keep, and say so", LEAVE_OUT: "Leave those months out"}
                breaks = frame.linked_choice("Recording breaks", options, "breaks")
            compare = _comparison(place, indicator_name)
        try:
            before, after = _windows(start, settling, months)
            asked = access.one(place, indicator_name, before, after, None, breaks == LEAVE_OUT, compare)
            main = (
                access.one(place, indicator_name, before, after, None, breaks == LEAVE_OUT)
                if compare != CHOSEN
                else asked
            )
        except BadQuestion as error:
            st.warning(unmarked(error))
            return
        _answer(asked, place, compare, main.studied.finding)


def _indicator(place: Place) -> str:
    options = access.choices(place)
    what = "Type to search. What is measured here comes first, then schools, surgeries and the council, then what is not loaded."
    return frame.linked_choice("Outcome", options, "indicator", what)


def _start() -> str:
    first, last = access.months_loaded()
    months = [month_from_number(n) for n in range(month_number(first) + 12, month_number(last) - 10)]
    options = {AS_FILED: "As its file says"} | {f"{day:%Y-%m}": month_words(day) for day in months}
    return frame.linked_choice("Start", options, "start")


def _months() -> int:
    options = {str(n): f"{n} months each" for n in (24, 12, 36)}
    return int(frame.linked_choice("Months before and after", options, "months", _USED))


def _settling() -> int:
    options = {str(n): str(n) for n in (0, 3, 6, 8, 12)}
    return int(frame.linked_choice("Settling-in months left out", options, "settling", _USED))


def _comparison(place: Place, name: str) -> ComparisonSet:
    options = set_choices(access.comparison_sets(place, name))
    alone = "For this outcome there is only one set of similar places."
    several = "Parts of the set chosen beforehand, to see whether the answer hangs on who is compared."
    chosen = frame.linked_choice("Compared with", options, "compare", several if len(options) > 1 else alone)
    return cast(ComparisonSet, chosen)


def _windows(start: str, settling: int, months: int) -> tuple[Window | None, Window | None]:
    if start == AS_FILED:
        return None, None
    begin = month_number(date.fromisoformat(start + "-01"))
    return Window(month_from_number(begin - months), months), Window(month_from_number(begin + settling), months)


def _answer(asked: StudiedStarts, place: Place, compare: ComparisonSet, main: Finding) -> None:
    finding, band = asked.studied.finding, asked.band
    whole = access.whole_series(finding.question)
    frame.title(heading(finding, place.name))
    parts.verdict(finding)
    parts.replies(place, finding)
    if compare != CHOSEN and finding.question.comparison is not None:
        frame.quiet(other_set_words(finding, compare, main))
    frame.lead(escape(sentence.of(finding)))
    _facts(finding)
    parts.main_chart(replace(asked.studied, series=whole.series) if whole else asked.studied, place, "explore")
    for slug, text in (*finding.caveats, *(whole.caveats if whole else ())):
        # Whose choice the places were stands beside the verdict already.
        if slug != "comparison-chosen" or compare == CHOSEN:
            frame.quiet(text)
    if whole is not None:
        _without_start(finding, whole, place)
    # The possible starts are asked of the set chosen beforehand, which is not the one on this page.
    if band is not None and compare == CHOSEN:
        explore_parts.starts(finding, band)
    if finding.comparison is not None:
        explore_parts.gaps(asked.studied, place)
        explore_parts.methods(finding)
        explore_parts.placebos(finding, place)
        explore_parts.spread(finding, place)
        explore_parts.sensitivity(finding)
        explore_parts.beside(finding, place)
        explore_parts.balance(finding)
        parts.compared_map(finding, place, "explore-map")
        explore_parts.who(finding)
        explore_parts.checks(finding)
    _repeatable(finding, place)


def _facts(finding: Finding) -> None:
    found = facts(finding)
    for column, (figure, words) in zip(st.columns(max(len(found), 1), gap="medium"), found, strict=False):
        with column:
            frame.html(
                f'<div class="rule"><strong style="font-size:26px">{escape(figure)}</strong><br><span class="quiet">{escape(words)}</span></div>'
            )


def _without_start(finding: Finding, whole: WholeSeries, place: Place) -> None:
    st.header("Did anything shift here and stay?", anchor=False)
    frame.quiet(shift_words(finding, whole))
    if whole.shift is not None:
        plan = shift_plan(finding, whole.shift, place)
        st.subheader(plan.title, anchor=False)
        frame.quiet(plan.sentence)
        look = frame.theme()
        frame.living_and_still(
            "shift", plan, placebo_figure(plan.dots, theme=look), placebo_picture(plan.dots, plan.alt, theme=look)
        )
        frame.numbers(plan, f"{finding.question.area}-{finding.question.indicator}-shifts", "shift")
    if whole.areas:
        with st.expander(f"Name all {len(whole.areas)} similar places", key="no-print-who"):
            rows = tuple((label, ", ".join(codes)) for codes, label in whole.areas)
            frame.html(Table(("Place", "Small areas"), rows).html("Similar places"))


def _repeatable(finding: Finding, place: Place) -> None:
    if finding.verdict == "Not loaded":
        return
    frame.quiet(f"{clauses.change_words(finding)} {check_line(finding)}".strip())
    take_away.notebook(place, finding)
