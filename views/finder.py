"""Find a neighbourhood by postcode or by name. What is typed is answered and forgotten; only the answer is kept."""

from __future__ import annotations

import streamlit as st

from outputs.finder import Answer, answer
from outputs.markup import unmarked
from outputs.place_words import titled
from store.errors import OutcomesError
from store.folder import data_folder
from views import access, drawn_access, frame

_LONGEST = 60


def ask(label: str, key: str) -> Answer | None:
    """A box to type in and what was found last, for this session; None before anything was asked.

    What was typed stays in no state, link or record: once it is answered, the box is another one.
    """
    turn = st.session_state.setdefault(f"find-turn-{key}", 0)
    with (
        st.form(f"find-{key}", clear_on_submit=True, border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        typed = st.text_input(label, max_chars=_LONGEST, key=f"typed-{key}-{turn}", autocomplete="off")
        pressed = st.form_submit_button("Find")
    if pressed and typed.strip():
        try:
            found = answer(access.store(), data_folder(), typed, list(access.places().values()))
        except OutcomesError as error:
            found = Answer(str(error))
        st.session_state[f"found-{key}"] = found
        st.session_state[f"find-turn-{key}"] = turn + 1
        st.rerun()
    kept: Answer | None = st.session_state.get(f"found-{key}")
    return kept


def forget(key: str) -> None:
    """Forget what was found last."""
    st.session_state.pop(f"found-{key}", None)


def search_places() -> None:
    """The resident's search: opens the neighbourhood around a postcode, offers those of a name, or offers to draw one."""
    found = ask("Postcode, or the name of a place", "places")
    if found is None:
        return
    if len(found.places) == 1 or (len(found.hits) == 1 and found.hits[0].kind == "place"):
        forget("places")
        frame.open_place(found.places[0].slug if found.places else found.hits[0].code)
        return
    if found.sentence:
        st.info(unmarked(found.sentence))
    if found.code and not found.places:
        st.info(
            f"That postcode lies in the small area {unmarked(found.name)}. Nobody has drawn a neighbourhood around it here yet."
        )
        _draw_from(found.name, (found.code,), "postcode")
    for place in found.places:
        _open(titled(place), place.slug)
    for at, hit in enumerate(found.hits):
        if hit.kind == "place":
            _open(hit.name, hit.code)
        else:
            _draw_from(f"{hit.name} ({hit.note or hit.kind})", drawn_access.small_areas_of(hit), str(at))


def _open(words: str, slug: str) -> None:
    if st.button(f"Open {unmarked(words)}", key=f"open-{slug}"):
        forget("places")
        frame.open_place(slug)
        st.rerun()


def _draw_from(words: str, codes: tuple[str, ...], key: str) -> None:
    if codes and st.button(f"Draw your area from {unmarked(words)}", key=f"draw-{key}"):
        from views import drawing

        drawing.add_small_areas(codes)
        forget("places")
        st.switch_page(st.session_state["pages"]["add"])
