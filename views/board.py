"""Board page: one row an outcome, what happened, beside what, how sure, what next; prints to one sheet."""

from __future__ import annotations

import streamlit as st

from outputs import whole_area_words
from outputs.blanks import only_local
from outputs.board_words import (
    changes_words,
    headline_for_board,
    not_loaded_words,
    periods_words,
    what_can_be_seen,
)
from outputs.place_words import chosen_words, titled
from outputs.reply_words import replies_html, replies_to_others
from outputs.scorecard import HOW_TO_READ, in_order, scorecard_html, scorecard_table
from outputs.starts_words import began
from outputs.story import FIXED_LINE
from views import access, frame, parts, take_away


def show() -> None:
    """Draw the page."""
    with frame.page():
        place = frame.choose_place()
        findings = [item.finding for item in access.board(place)]
        frame.quiet(f"Board page · {titled(place)} · {began(place)} · {chosen_words(place)}")
        if changes := changes_words(place, findings):
            frame.quiet(changes)
        st.title(headline_for_board(findings), anchor=False)
        frame.quiet(what_can_be_seen(findings, only_local(findings)))
        if periods := periods_words(findings):
            frame.quiet(periods)
        table = scorecard_table(findings)
        rows = in_order([one for one in findings if one.verdict != "Not loaded"])
        frame.html(
            scorecard_html(
                rows,
                caption=f"Outcomes of {place.name}, exceptions first",
                theme=frame.theme(),
                replies=place.replies,
            )
        )
        if blank := not_loaded_words(findings):
            frame.quiet(blank)
        if others := replies_html(replies_to_others(place.replies, rows), named_by=findings):
            frame.html(f'<p class="quiet">{others}</p>')
        frame.quiet(whole_area_words.sentence(access.whole(place)))
        parts.background(place, "board")
        with st.expander("Show the numbers", key="no-print-board"):
            frame.html(table.html("Numbers of the board"))
            st.download_button(
                "Download this table (CSV)", table.csv().encode("utf-8-sig"), file_name=f"{place.slug}-board.csv",
                mime="text/csv", on_click="ignore",
            )  # fmt: skip
        frame.sources(findings)
        take_away.show(place)
        _how_to_read(len(findings))
        frame.quiet(FIXED_LINE)


def _how_to_read(number: int) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        st.header("How to read the difference", anchor=False)
        frame.quiet(HOW_TO_READ)
    with right:
        st.header("How easily chance looks like a finding", anchor=False)
        frame.quiet(
            f"With {number} outcomes and no real change, some would look unusual by chance alone. So a finding needs two methods "
            "that agree, and has to stand out among all the outcomes chosen beforehand. Two methods, because each can be fooled where the other is not."
        )
