"""The Beacon, 1995–1999: every claim, its versions, its counts, the country, and what can be known."""

from __future__ import annotations

import streamlit as st

from outputs import beacon_words as words
from outputs.beacon_plan import HEADER, BeaconPlan, beacon_plan
from outputs.board_words import what_can_be_seen
from outputs.chart import beacon_figure
from outputs.markup import escape, unmarked
from outputs.place_words import titled
from outputs.story import FIXED_LINE
from outputs.words import small_number
from store.beacon import Beacon, read_beacon
from store.period import month_words
from views import access, frame, parts


@st.cache_data(show_spinner=False)
def _beacon() -> Beacon:
    return read_beacon()


def show() -> None:
    """Draw the page."""
    with frame.page():
        beacon = _beacon()
        plan = beacon_plan(beacon)
        frame.quiet(words.when(beacon))
        st.title("The Beacon, 1995–1999", anchor=False)
        frame.lead(
            "Residents and local services set out to change life on an estate. They did real work. What can the numbers that are "
            "on record show, and what can they no longer show?"
        )
        told, glance = st.columns([1.45, 1], gap="large")
        with told:
            for paragraph in words.story(beacon):
                frame.lead(f"<strong>{escape(paragraph.lead)}</strong> {escape(paragraph.text)}")
        with glance:
            _at_a_glance(beacon)
        _chart(plan)
        _claims(beacon, plan)
        _known()
        _today(beacon)
        frame.quiet(FIXED_LINE)


def _at_a_glance(beacon: Beacon) -> None:
    rows = "".join(
        f'<tr><th scope="row">{escape(kind)}</th><td>{number or "none"}</td></tr>'
        for kind, number in words.at_a_glance(beacon)
    )
    frame.html(
        f'<div class="rule"><strong>{small_number(len(beacon.claims)).capitalize()} claims, at a glance</strong>'
        f'<table class="at-a-glance">{rows}</table>'
        '<p class="quiet">No verdict is given on this page. There are no similar places to compare with, so nothing is coloured '
        "better or worse.</p></div>"
    )


def _chart(plan: BeaconPlan) -> None:
    st.header(plan.title, anchor=False)
    frame.quiet(plan.sentence)
    frame.wide_and_narrow("beacon", plan, lambda phone: beacon_figure(plan, theme=frame.theme(), phone=phone))
    frame.html(f'<p class="source">{escape(words.LIMITS_NOTE)}</p>')
    frame.numbers(plan, "beacon-claims", "beacon")


def _claims(beacon: Beacon, plan: BeaconPlan) -> None:
    st.header("Every claim, as it was told", anchor=False)
    frame.quiet(words.whose_headlines(beacon))
    for row in range(0, len(plan.table.rows), 2):
        for column, cells in zip(st.columns(2, gap="large"), plan.table.rows[row : row + 2], strict=False):
            with column:
                st.subheader(unmarked(cells[0]), anchor=False)
                said = "<br>".join(
                    f"<strong>{escape(name)}:</strong> {escape(cell)}"
                    for name, cell in zip(HEADER[1:], cells[1:], strict=True)
                )
                frame.html(f'<p class="quiet">{said}</p>')
    frame.html(f'<p class="source">Sources: {escape("; ".join(words.sources(beacon)))}.</p>')


def _known() -> None:
    for column, (title, text) in zip(
        st.columns(2, gap="large"),
        (("What the numbers can show", words.CAN_SHOW), ("What nobody can tell now", words.CANNOT_TELL)),
        strict=True,
    ):
        with column:
            frame.html(f'<div class="panel"><strong>{escape(title)}</strong><br>{escape(text)}</div>')


def _today(beacon: Beacon) -> None:
    st.header("What today's open data show for the same streets", anchor=False)
    place = access.places().get(beacon.area)
    if place is None:
        frame.quiet("The neighbourhood file of the Beacon is not in the data folder of this page.")
        return
    first, last = access.months_loaded()
    frame.quiet(
        f"What is loaded runs from {month_words(first)} to {month_words(last)}: it says nothing of {month_words(beacon.months.first)} "
        f"to {month_words(beacon.months.last)}. The small areas are those whose streets bear the estate's names, not the estate's own line."
    )
    studied = access.board(place)
    frame.quiet(what_can_be_seen([item.finding for item in studied], []))
    shown = next((item for item in studied if item.series is not None), None)
    if shown is not None:
        parts.main_chart(shown, place, "beacon-today")
    parts.background(place, "beacon")
    with st.container(key="no-print-beacon-link"):
        st.page_link(
            st.session_state["pages"]["your-area"],
            label=unmarked(f"{titled(place)}: its own page"),
            query_params={"area": place.slug},
        )
