"""The neighbourhood a visitor is drawing: kept in the session alone, whatever page they go to in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal, TypeVar

import streamlit as st

from store.errors import BadPlace, OutcomesError
from store.place import Asset, ChosenChange, Milestone, Place, Story
from store.place_file import place_toml, read_uploaded_place, slug_of
from views import access

StartKind = Literal["unknown", "month", "range", "several"]
Given = TypeVar("Given")
_PREFIX = "draft "
_WIDGET = "add-"


@dataclass(slots=True)
class Drawing:
    """What has been entered so far; an answer not given yet is empty."""

    name: str = ""
    town: str = ""
    summary: str = ""
    small_areas: list[str] = field(default_factory=list)
    schools: list[str] = field(default_factory=list)
    practices: list[str] = field(default_factory=list)
    drawn_by: str = ""
    start_kind: StartKind = "unknown"
    start: date | None = None
    start_last: date | None = None
    starts: list[date] = field(default_factory=list)
    settling: int = 0
    start_evidence: str = ""
    chosen: list[str] = field(default_factory=list)
    rechosen_because: str = ""
    milestones: list[Milestone] = field(default_factory=list)
    stories: list[Story] = field(default_factory=list)
    assets: list[Asset] = field(default_factory=list)
    # What a file that was brought in says beside these, kept as it is.
    origin: Place | None = None


def current() -> Drawing:
    """This session's drawing."""
    found: Drawing = st.session_state.setdefault("drawing", Drawing())
    return found


def kept(widget: Callable[..., Given], label: str, name: str, **options: Any) -> Given:
    """A widget for the field ``name``; its value outlives a visit to another page, which Streamlit's own would not."""
    key, state = f"{_WIDGET}{name}", st.session_state
    if key not in state:
        state[key] = getattr(current(), name)
    value = widget(label, key=key, **options)
    setattr(current(), name, list(value) if isinstance(value, list) else value)
    return value


def set_field(name: str, value: Any) -> None:
    """Set a field from outside its widget, before that widget is drawn."""
    setattr(current(), name, value)
    st.session_state.pop(f"{_WIDGET}{name}", None)


def add_small_areas(codes: Sequence[str]) -> None:
    """Add small areas to the drawing, each once."""
    set_field("small_areas", list(dict.fromkeys([*current().small_areas, *codes])))


def start_again(place: Place | None = None) -> None:
    """Empty the drawing, or fill it from a neighbourhood's file."""
    for key in [key for key in st.session_state if str(key).startswith(_WIDGET)]:
        del st.session_state[key]
    st.session_state.pop("draft", None)
    st.session_state["drawing"] = Drawing() if place is None else _from(place)


def _from(place: Place) -> Drawing:
    kind: StartKind = (
        "range" if place.start_range else "several" if place.starts else "month" if place.start else "unknown"
    )
    first, last = place.start_range or (place.start, None)
    stable = access.store().stable_codes(place.small_areas)
    return Drawing(
        name=place.name, town=place.town, summary=place.summary, small_areas=list(dict.fromkeys(stable.values())),
        schools=list(place.schools), practices=list(place.practices), drawn_by=place.drawn_by, start_kind=kind,
        start=first, start_last=last, starts=list(place.starts), settling=place.settling_in_months,
        start_evidence=place.start_evidence, chosen=list(place.chosen_beforehand), milestones=list(place.milestones),
        stories=list(place.stories), assets=list(place.assets), origin=place,
    )  # fmt: skip


def place_of(drawing: Drawing) -> Place:
    """The drawing as a neighbourhood, read by the same strict reader as every file; BadPlace says what is wanting."""
    slug = slug_of(_PREFIX + drawing.name, [place.slug for place in access.store().places])
    chosen = tuple(drawing.chosen)
    origin = drawing.origin
    dated = origin.chosen_on if origin and set(origin.chosen_beforehand) == set(chosen) else access.today()
    entered = Place(
        slug=slug, name=drawing.name.strip(), town=drawing.town.strip(), summary=drawing.summary.strip(),
        small_areas=tuple(sorted(drawing.small_areas)), wards=(), schools=tuple(drawing.schools),
        practices=tuple(drawing.practices), checked="", drawn_by=drawing.drawn_by.strip(), consulted="not yet",
        start=drawing.start if drawing.start_kind == "month" else None,
        start_range=_range(drawing), starts=tuple(sorted(drawing.starts)) if drawing.start_kind == "several" else (),
        prior_evaluation="", settling_in_months=drawing.settling, start_evidence=drawing.start_evidence.strip(),
        before=None, after=None, chosen_beforehand=chosen, chosen_on=dated if chosen else None, changes=(), exclude=(),
        milestones=tuple(drawing.milestones), stories=tuple(drawing.stories), replies=(), assets=tuple(drawing.assets),
    )  # fmt: skip
    if origin is not None:
        same_start = (entered.start, entered.start_range, entered.starts) == (
            origin.start, origin.start_range, origin.starts
        )  # fmt: skip
        entered = replace(
            entered, wards=origin.wards, checked=origin.checked, consulted=origin.consulted, exclude=origin.exclude,
            prior_evaluation=origin.prior_evaluation, publish=origin.publish, replies=origin.replies, changes=_changes(drawing, origin),
            # Windows of the file belong to its start: with another start they would be somebody else's question.
            before=origin.before if same_start else None, after=origin.after if same_start else None,
        )  # fmt: skip
    return read_uploaded_place(place_toml(entered).encode(), slug)


def is_rechosen(drawing: Drawing) -> bool:
    """Whether the list chosen beforehand is another than in the file that was brought in; their order is nobody's choice."""
    before = drawing.origin.chosen_beforehand if drawing.origin else ()
    return bool(before) and set(before) != set(drawing.chosen)


def _changes(drawing: Drawing, origin: Place) -> tuple[ChosenChange, ...]:
    if not is_rechosen(drawing):
        return origin.changes
    reason = drawing.rechosen_because.strip()
    if not reason:
        raise BadPlace(
            "The outcomes chosen beforehand are not those of your file",
            do="Say why under 5, or choose those of the file again: the reason is shown with the list.",
        )
    return (*origin.changes, ChosenChange(access.today(), origin.chosen_beforehand, reason))


def _range(drawing: Drawing) -> tuple[date, date] | None:
    if drawing.start_kind != "range" or drawing.start is None or drawing.start_last is None:
        return None
    return min(drawing.start, drawing.start_last), max(drawing.start, drawing.start_last)


def show_as_draft(place: Place) -> OutcomesError | None:
    """Make this the session's own place; why not, where its small areas are in no lookup."""
    try:
        access.store().stable_codes(place.small_areas)
    except OutcomesError as error:
        return error
    st.session_state["draft"] = place
    return None
