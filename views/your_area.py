"""Your area: the story first, then pictures, then who it is compared with, then what nobody can tell."""

from __future__ import annotations

import streamlit as st

from indicators import Finding, Studied
from outputs.background import for_residents
from outputs.blanks import blanks, only_local
from outputs.board_words import what_can_be_seen
from outputs.chart import timeline_html
from outputs.clauses import name
from outputs.constellation import ConstellationPlan, constellation_html, strong_words
from outputs.markup import escape, unmarked
from outputs.names import upper_first
from outputs.panel_words import panel_words
from outputs.place_words import drawn_by, titled
from outputs.plans import timeline_plan
from outputs.sentence import story
from outputs.starts_words import began, since, told
from outputs.story import FIXED_LINE, is_told, told_in_full
from store.place import Place
from views import access, finder, frame, opening, parts


def show() -> None:
    """Draw the page."""
    with frame.page():
        finder.search_places()
        place = frame.choose_place()
        studied = access.board(place)
        findings = [item.finding for item in studied]
        _title(place)
        _strengths(place)
        _said(place)
        # House prices and sensitive things are left to the board, so they are not counted here either.
        on_this_page = [item.finding for item in for_residents(studied)]
        first = what_can_be_seen(on_this_page, only_local(findings))
        words, glance = st.columns([1.45, 1], gap="large")
        with words:
            frame.quiet(first)
            first_told = told_in_full(findings)
            band = access.band(place, first_told.question.indicator) if first_told else None
            paragraphs = story(findings, place.name, told(band) if band else "")
            for paragraph in paragraphs:
                strong = f"<strong>{escape(paragraph.lead)}</strong> " if paragraph.lead else ""
                frame.lead(strong + escape(paragraph.text))
        with glance:
            parts.at_a_glance(on_this_page)
        loaded = [item for item in studied if item.series is not None and is_told(item.finding)]
        opening.keep(place, on_this_page, first, paragraphs, _told_first(loaded) if loaded else None)
        if loaded:
            parts.main_picture(_told_first(loaded), place, "main")
            _side_by_side(loaded, place)
            compared = next((item.finding for item in loaded if item.finding.comparison is not None), None)
            if compared is not None:
                parts.compared_map(compared, place, "map")
        _happened(place)
        parts.background(place, "here", residents=True)
        _constellation(place)
        _blanks(findings)
        frame.quiet(drawn_by(place))
        frame.quiet(FIXED_LINE)
        _elsewhere(place)


def _title(place: Place) -> None:
    frame.quiet(" · ".join(part for part in (place.town, began(place)) if part))
    frame.title(place.name)
    if place.summary:
        frame.lead(escape(place.summary))
    frame.quiet(f"{since(place)} our neighbourhood changed more than places like it? And how sure can we be?")


def _told_first(studied: list[Studied]) -> Studied:
    """The outcome the story tells in full: the first that has two counts, else the first there is."""
    return next((item for item in studied if item.finding.before and item.finding.before.count is not None), studied[0])


def _side_by_side(studied: list[Studied], place: Place) -> None:
    st.header("Everything we can count, side by side", anchor=False)
    # A phone shows the words and no panel.
    frame.html(
        '<p class="quiet wide">Each panel has its own scale. The solid line is us, the dashed line is similar places\' change.</p>'
    )
    for row in range(0, len(studied), 3):
        for column, item in zip(st.columns(3, gap="medium"), studied[row : row + 3], strict=False):
            with column:
                st.subheader(upper_first(name(item.finding).plain), anchor=False)
                frame.quiet(panel_words(item.finding, item.series))
                parts.verdict(item.finding)
                parts.small_picture(item, place)
                parts.replies(place, item.finding)
    frame.sources([item.finding for item in studied])


def _happened(place: Place) -> None:
    if not place.milestones:
        return
    st.header("What happened, and when", anchor=False)
    plan = timeline_plan(place)
    frame.quiet(plan.sentence)
    frame.html(timeline_html(plan, theme=frame.theme()))
    if place.prior_evaluation:
        frame.quiet(f"What others found: {place.prior_evaluation}.")
    frame.numbers(plan, f"{place.slug}-events", "timeline")


def _blanks(findings: list[Finding]) -> None:
    st.header("What we do not have, and why", anchor=False)
    cells = "".join(
        f'<tr><th scope="row">{escape(what)}</th><td data-label="Why it is blank">{escape(why)}</td>'
        f'<td data-label="What would help">{escape(do)}</td></tr>'
        for what, why, do in blanks(findings)
    )
    frame.html(
        '<table class="plain cards"><thead><tr><th scope="col">What</th><th scope="col">Why it is blank</th>'
        f'<th scope="col">What would help</th></tr></thead><tbody>{cells}</tbody></table>'
    )


def _strengths(place: Place) -> None:
    if strong := strong_words(place.assets):
        frame.html(f'<p class="quiet"><strong>What is strong here.</strong> {escape(strong)}</p>')


def _said(place: Place) -> None:
    for item in place.stories:
        by = f" — {escape(item.said_by)}" if item.said_by else ""
        frame.html(f'<blockquote class="quiet">“{escape(item.text)}”{by}</blockquote>')


def _constellation(place: Place) -> None:
    if not place.assets:
        return
    plan = ConstellationPlan(place.name, place.assets)
    st.header(plan.title, anchor=False)
    frame.quiet(plan.sentence)
    # Names beside the marks do not fit a phone, which has the line at the top and the table.
    with st.container(key="phone-hidden-constellation"):
        frame.html(constellation_html(plan, theme=frame.theme()))
    frame.numbers(plan, f"{place.slug}-strengths", "constellation")


def _elsewhere(place: Place) -> None:
    others = [item for item in access.places().values() if item.slug != place.slug]
    if not others:
        return
    st.header("A longer view: other communities", anchor=False)
    frame.quiet(
        "Some began long before these figures do. Their pages show the long view, and say what cannot be compared."
    )
    with st.container(horizontal=True, key="no-print-others"):
        for item in others:
            st.page_link(
                st.session_state["pages"]["your-area"],
                label=unmarked(titled(item)),
                query_params={"area": item.slug},
            )
