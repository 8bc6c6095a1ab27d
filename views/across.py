"""Across: communities side by side on one outcome, who might visit whom, and what those that agree say together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import streamlit as st

from indicators.communities import communities
from indicators.together import FEWEST_SITES
from outputs import together_words
from outputs.across import (
    CHARTS,
    NOT_A_LEAGUE_TABLE,
    Community,
    across_table,
    dates_words,
    did_html,
    row_words,
    sentence_on_top,
    visits,
)
from outputs.chart import ranges_html
from outputs.markup import escape, unmarked
from outputs.names import name_of, upper_first
from outputs.place_words import titled
from outputs.plans import series_plan
from outputs.starts_words import began
from outputs.together_plan import reasons, together_plan, what_is_needed
from store.errors import BadQuestion
from views import access, frame, parts


def show() -> None:
    """Draw the page."""
    with frame.page():
        titles = access.common_titles()
        if not titles:
            frame.title("Across communities")
            frame.quiet("No outcome of small areas is loaded yet. Data and methods says how to load one.")
            return
        with st.container(key="controls-outcome"):
            indicator = frame.linked_choice("Outcome", titles, "indicator")
        outcome = name_of(indicator, titles[indicator]).plain
        everybody = access.across(indicator)
        frame.title(f"{upper_first(outcome)}, community by community")
        frame.lead(escape(NOT_A_LEAGUE_TABLE))
        frame.quiet(sentence_on_top(everybody, outcome))
        st.header("Side by side, each with its own dates", anchor=False)
        frame.quiet(CHARTS)
        for one in everybody:
            _row(one, indicator)
        _numbers(everybody, indicator)
        frame.sources([one.finding for one in everybody if one.finding])
        st.header("Who might visit whom", anchor=False)
        frame.quiet(visits(everybody, outcome))
        _together(everybody, indicator)


def _row(one: Community, indicator: str) -> None:
    place, finding = one.place, one.finding
    st.space("small")
    st.subheader(unmarked(place.name), anchor=False)
    words, chart = st.columns([1.3, 1], gap="large")
    with words:
        frame.quiet(" · ".join(part for part in (place.town, began(place)) if part))
        if dates := dates_words(finding):
            frame.quiet(dates)
        if finding is not None:
            parts.verdict(finding)
        frame.html(f"<p>{escape(row_words(one))}</p>")
        with st.expander("What they say they did", key=f"did-{place.slug}"):
            frame.html(did_html(place))
        st.page_link(
            st.session_state["pages"]["explore"],
            label=unmarked(f"Look closer: {place.name}"),
            query_params={"area": place.slug, "indicator": indicator},
        )
    with chart:
        _chart(one)


def _chart(one: Community) -> None:
    """The small multiple of one community with its numbers; a phone shows the words and the numbers."""
    if one.studied is None or one.studied.series is None:
        return
    finding, key = one.studied.finding, f"across-{one.place.slug}"
    plan = series_plan(finding, one.studied.series, one.place, access.breaks_of(finding))
    plan = replace(plan, title=f"{plan.title}, {one.place.name}")
    parts.small_multiple(plan)
    frame.numbers(plan, f"{one.place.slug}-{finding.question.indicator}-over-time", key)


def _numbers(everybody: Sequence[Community], indicator: str) -> None:
    table = across_table(everybody)
    with st.expander("Show all rows as a table", key="no-print-across"):
        frame.html(table.html("Communities side by side, in alphabetical order"))
        st.download_button(
            "Download this table (CSV)", table.csv().encode("utf-8-sig"), file_name=f"across-{indicator}.csv",
            mime="text/csv", on_click="ignore", key="csv-across",
        )  # fmt: skip


def _together(everybody: Sequence[Community], indicator: str) -> None:
    st.header("Together: what several communities say as one", anchor=False)
    frame.quiet(
        "Alone, most neighbourhoods are too small to tell. Communities that agree can put their counts together. Each keeps "
        "its own dates and its own similar places, and everyone who is invited stays on the list, whatever its numbers show."
    )
    options = {one.place.slug: titled(one.place) for one in everybody}
    with st.container(key="controls-together"):
        picked = frame.linked_several(
            "Communities that agreed", options, "with", "Choose only those that agreed to it."
        )
    invited = [one for one in everybody if one.place.slug in picked]
    able = [name for name, why in reasons(invited) if not why]
    if len(able) < FEWEST_SITES:
        frame.quiet(what_is_needed(everybody))
        _list(f"{name}: {why or 'can be put together with others'}." for name, why in reasons(invited))
        return
    try:
        found = communities([one.finding for one in invited if one.finding])
    except BadQuestion as error:
        st.warning(unmarked(error))
        return
    names = {one.place.slug: one.place.name for one in invited}
    plan = together_plan(found, names)
    frame.lead(escape(plan.sentence))
    st.subheader(plan.title, anchor=False)
    frame.html(ranges_html(plan.ranges, theme=frame.theme()))
    frame.numbers(plan, f"together-{indicator}", "together")
    frame.sources([site.finding for site in found.sites])
    st.subheader("Everyone who was invited", anchor=False)
    refused = [f"{one.place.name}: {one.refused}" for one in invited if one.finding is None]
    _list([*together_words.lines(found, names)[:-1], *refused])
    if plan.without is not None:
        st.subheader("Leaving out one community at a time", anchor=False)
        frame.quiet("If the answer hangs on one community alone, this table shows it.")
        frame.html(plan.without.html("Leaving out one community at a time"))


def _list(lines: Iterable[str]) -> None:
    frame.html(f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>")
