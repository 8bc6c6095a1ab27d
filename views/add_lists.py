"""Lists that people write line by line: what happened, what is strong here, what people say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

from outputs.constellation import ABSENT, KINDS, RINGS, ring_of
from outputs.markup import unmarked
from outputs.steps import SEVEN_STEPS, step_words
from outputs.timeline import when
from store.period import month_words
from store.place import Asset, Milestone, Story
from views import drawing, drawn_access, frame

_MOST = 60
Item = TypeVar("Item", Milestone, Asset, Story)


def milestones() -> None:
    """What happened, and what else happened, with C2's seven steps for those who follow them."""
    frame.quiet(
        "Steps may overlap and go on. Add what else happened too: the pandemic, a school that closed, a new road."
    )
    months = drawn_access.months_to_choose()
    with st.form("add-milestone", clear_on_submit=True):
        text = st.text_input("What happened", max_chars=300)
        first, last = st.columns(2)
        on = first.selectbox("From", months, index=None, format_func=month_words, placeholder="Type a month or a year")
        until = last.selectbox(
            "Until (if it went on)", months, index=None, format_func=month_words, placeholder="leave empty"
        )
        step = st.selectbox("One of the seven steps?", [0, *SEVEN_STEPS], format_func=step_words)
        lane = st.checkbox("This is something else that happened, not part of our work")
        unsure = st.checkbox("We are not sure of the month")
        if st.form_submit_button("Add to the timeline"):
            if not text.strip() or on is None:
                st.warning("Say what happened and in which month.")
            elif until is not None and until < on:
                st.warning("The second month lies before the first.")
            else:
                entry = Milestone(on, until, unsure, step, "else" if lane else "", text.strip())
                _add("milestones", entry)
    _listed("milestones", drawing.current().milestones, lambda one: f"{when(one)}: {one.text}")


def assets() -> None:
    """What the community has: places, groups, skills, money, services – things, never people's names."""
    frame.quiet(f"Places, groups, skills, money, services. Kinds of people's skills, never their names. {ABSENT}")
    with st.form("add-asset", clear_on_submit=True):
        name = st.text_input("What it is", max_chars=120, placeholder="Community café in the church hall")
        left, right = st.columns(2)
        kind = left.selectbox("Kind", list(KINDS), format_func=KINDS.__getitem__)
        ring = right.selectbox("It connects us", list(RINGS), format_func=RINGS.__getitem__)
        if st.form_submit_button("Add this strength"):
            if name.strip():
                _add("assets", Asset(name.strip(), kind, ring))
            else:
                st.warning("Say what it is.")
    _listed(
        "assets", drawing.current().assets, lambda one: f"{one.name} ({KINDS[one.kind]}, {RINGS[ring_of(one)].lower()})"
    )


def stories() -> None:
    """What people say, each with what they agreed to."""
    frame.quiet(
        "A story belongs to whoever tells it. Write down what they agreed to, and take it out when they ask. Names only where they "
        "want to be named, and never of children."
    )
    with st.form("add-story", clear_on_submit=True):
        text = st.text_area("What they say", max_chars=600)
        said_by = st.text_input("Said by", max_chars=100, placeholder="a resident")
        consent = st.text_input(
            "What they agreed to, and when", max_chars=200, placeholder="2026-11, shown here and on paper"
        )
        if st.form_submit_button("Add what they say"):
            if text.strip() and consent.strip():
                _add("stories", Story(text.strip(), said_by.strip(), consent.strip()))
            else:
                st.warning("Write what they say and what they agreed to. Without that it is not shown.")
    _listed(
        "stories", drawing.current().stories, lambda one: f"“{one.text}” – {one.said_by or 'not named'} ({one.consent})"
    )


def _add(name: str, entry: Item) -> None:
    entries = getattr(drawing.current(), name)
    if len(entries) >= _MOST:
        st.warning(f"A list holds at most {_MOST} lines.")
    else:
        entries.append(entry)


def _listed(name: str, entries: Sequence[Item], words: Callable[[Item], str]) -> None:
    for at, entry in enumerate(entries):
        said, out = st.columns([6, 1], vertical_alignment="center")
        with said:
            frame.quiet(words(entry))
        with out:
            if st.button("Take out", key=f"add-out-{name}-{at}", help=unmarked(words(entry))):
                getattr(drawing.current(), name).pop(at)
                st.rerun()
