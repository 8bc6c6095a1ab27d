"""Files to take away, each made when somebody asks for it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from indicators import Finding
from outputs.formats import FORMATS, make, one_file
from outputs.notebook import can_be_rebuilt, notebook_of
from store.database import Store
from store.place import Place
from views import access, frame


def show(place: Place) -> None:
    """A button for every form in which the board can leave the room."""
    in_use = access.store_for(place.slug)
    rebuilt = any(can_be_rebuilt(item.finding) for item in access.board(place))
    with st.container(key="no-print-take-away"):
        st.header("Take it with you", anchor=False)
        frame.quiet("Every file holds the same numbers, with their sources, their limits and what they are not for.")
        with st.container(horizontal=True):
            for name, form in FORMATS.items():
                if name == "notebook" and not rebuilt:
                    continue
                suffix = ".zip" if form.several else form.suffix
                st.download_button(
                    form.words, data=partial(_made, place, in_use, name), on_click="ignore", key=f"take-{name}",
                    file_name=f"{place.slug}-{name}{suffix}",
                    mime="application/zip" if form.several else form.media_type,
                )  # fmt: skip


def _made(place: Place, in_use: Store, name: str) -> bytes:
    """The file; made outside the page's own run, so that the page stays as it is meanwhile."""
    files = make(access.pack(place, in_use), in_use, name)
    return one_file(files, f"{place.slug}-{name}")


def notebook(place: Place, finding: Finding) -> None:
    """A button for the notebook that rebuilds one finding; none where there is nothing to rebuild."""
    if not can_be_rebuilt(finding):
        return
    in_use = access.store_for(place.slug)
    st.download_button(
        "Download the notebook that rebuilds this number",
        data=lambda: notebook_of(access.pack(place, in_use), in_use, finding),
        on_click="ignore", key="no-print-notebook", mime=FORMATS["notebook"].media_type,
        file_name=f"{place.slug}-{finding.question.indicator}.ipynb",
    )  # fmt: skip
