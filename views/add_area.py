"""Add your area: where it is, when things began, what happened, what to count; a file to keep, and the figures at once."""

from __future__ import annotations

from datetime import date

import streamlit as st

from indicators.discovery import all_indicators
from outputs.markup import escape, unmarked
from outputs.steps import SETTLING, START_KINDS
from store.errors import OutcomesError
from store.period import month_words
from store.place import Place
from store.place_file import place_toml, read_uploaded_place
from views import access, add_lists, add_local, add_where, drawing, drawn_access, frame

_LONGEST_NAME, _LONGEST_TOWN, _LONGEST_SUMMARY = 120, 80, 1000
_MOST_CHOSEN, _LONGEST_REASON = 6, 300
_FILE_MEGABYTES = 1


def show() -> None:
    """Draw the page."""
    with frame.page():
        frame.title("Add your area")
        frame.lead("Draw your neighbourhood, say when things began, and see what the figures say about it.")
        frame.quiet(
            "What you write here stays in this browser window and is gone soon after you close it. Nobody else sees it. "
            "Download your file at the end to keep it, change it later, or send it to others."
        )
        _bring_back()
        st.header("1 · Where is it?", anchor=False)
        add_where.show()
        st.header("2 · What is it called?", anchor=False)
        _name()
        st.header("3 · When did it begin?", anchor=False)
        _start()
        st.header("4 · What happened?", anchor=False)
        add_lists.milestones()
        st.header("5 · What would you like to see change?", anchor=False)
        _chosen()
        st.header("6 · What is strong here?", anchor=False)
        add_lists.assets()
        st.header("7 · What do people say?", anchor=False)
        add_lists.stories()
        st.header("8 · What do you count yourselves?", anchor=False)
        add_local.show()
        st.header("9 · See it, and keep it", anchor=False)
        _finish()


def _bring_back() -> None:
    with st.expander("Go on with a file you saved", key="add-file"):
        uploaded = st.file_uploader(
            "Your area's file (TOML)", type=["toml"], key="add-upload", max_upload_size=_FILE_MEGABYTES
        )
        if uploaded is not None and st.button("Open this file", key="add-open"):
            try:
                # The name somebody's computer gave the file is never used: the slug is made from the name inside.
                place = read_uploaded_place(uploaded.getvalue(), "your-file")
                drawing.start_again(place)
            except OutcomesError as error:
                frame.problem(error)
                return
            st.rerun()
    if drawing.current() != drawing.Drawing() and st.button("Start again with an empty page", key="add-empty"):
        drawing.start_again()
        st.rerun()


def _name() -> None:
    left, right = st.columns(2)
    with left:
        drawing.kept(st.text_input, "Name of the neighbourhood or project", "name", max_chars=_LONGEST_NAME)
    with right:
        drawing.kept(st.text_input, "Town", "town", max_chars=_LONGEST_TOWN)
    drawing.kept(
        st.text_area, "What people do here, in a sentence or two", "summary", max_chars=_LONGEST_SUMMARY, height=90
    )
    drawing.kept(
        st.text_input, "Who drew this area, and has it been discussed with people here?", "drawn_by", max_chars=300,
        placeholder="two residents; not yet discussed with people here",
    )  # fmt: skip


def _start() -> None:
    frame.quiet("When did it begin to feel different? Roughly is fine, and so is not knowing.")
    drawing.kept(
        st.radio, "The start", "start_kind", options=list(START_KINDS), format_func=START_KINDS.__getitem__,
        label_visibility="collapsed",
    )  # fmt: skip
    kind, months = drawing.current().start_kind, drawn_access.months_to_choose()
    if kind == "month":
        _month("Month in which it began", "start", months)
    elif kind == "range":
        left, right = st.columns(2)
        with left:
            _month("Not before", "start", months)
        with right:
            _month("Not after", "start_last", months)
    elif kind == "several":
        drawing.kept(
            st.multiselect, "Months in which something began", "starts", options=months, format_func=month_words,
            max_selections=12,
        )  # fmt: skip
    if kind != "unknown":
        drawing.kept(
            st.number_input, SETTLING, "settling", min_value=0, max_value=60, step=1,
            help="Months while works or preparations went on. They are left out.",
        )  # fmt: skip
        drawing.kept(
            st.text_input, "How do we know? (a report, a newspaper, people's memory)", "start_evidence", max_chars=500
        )


def _month(label: str, name: str, months: list[date]) -> None:
    drawing.kept(
        st.selectbox,
        label,
        name,
        options=months,
        index=None,
        format_func=month_words,
        placeholder="Type a month or a year",
    )


def _chosen() -> None:
    frame.quiet(
        "Choose up to six before you look. A finding counts only among those chosen beforehand; anything noticed later is "
        "shown as found by looking."
    )
    held, known = access.loaded_indicators(), all_indicators()
    options = [name for name, item in known.items() if name in held and item.smallest_area == "stable"]
    brought = [name for name in drawing.current().chosen if name not in options]
    drawing.kept(
        st.multiselect, "Outcomes chosen beforehand", "chosen", options=[*options, *brought],
        format_func=lambda name: known[name].title if name in known else name, max_selections=_MOST_CHOSEN,
    )  # fmt: skip
    if drawing.is_rechosen(drawing.current()):
        drawing.kept(
            st.text_input, "Why are these not the outcomes of your file? The board page shows it.", "rechosen_because",
            max_chars=_LONGEST_REASON,
        )  # fmt: skip


def _finish() -> None:
    drawn = drawing.current()
    if not drawn.small_areas or not drawn.name.strip():
        frame.quiet("Choose at least one small area (1) and a name (2); everything else can wait.")
        return
    if refused := drawn_access.refused(drawn.small_areas):
        st.warning(unmarked(refused))
        return
    try:
        place = drawing.place_of(drawn)
    except OutcomesError as error:
        frame.problem(error)
        return
    _keep(place)


def _keep(place: Place) -> None:
    text = place_toml(place)
    frame.quiet("Only this browser window shows it, until you send the file to somebody.")
    with st.container(horizontal=True):
        if st.button("See what the figures say", type="primary", key="add-see"):
            error = drawing.show_as_draft(place)
            if error is None:
                frame.open_place(place.slug)
                st.switch_page(st.session_state["pages"]["your-area"], query_params={"area": place.slug})
            frame.problem(error)
        st.download_button(
            "Download your file", text.encode(), file_name=f"{place.slug.removeprefix('draft-')}.toml",
            mime="application/toml", on_click="ignore", key="add-download",
        )  # fmt: skip
    with st.expander("Show the file", key="add-show"):
        # Not in the colours of a program: their greys are too pale to read.
        st.code(text, language=None, wrap_lines=True)
    frame.html(
        '<p class="quiet">To have it shown to everybody, send the file to whoever runs this page: they publish it, you do not have to '
        "give your name. On a machine of your own, put it into the folder <strong>data/areas</strong> as "
        f"<strong>{escape(place.slug.removeprefix('draft-'))}.toml</strong>.</p>"
    )
