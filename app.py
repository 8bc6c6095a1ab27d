"""The page list and the theme, nothing else. Start it with ``streamlit run app.py`` or ``python3 run.py``."""

from __future__ import annotations

import streamlit as st

from loaders.importing import ensure_database
from store.errors import OutcomesError
from store.folder import data_folder
from views import across, add_area, beacon, board, explore, frame, methods, record, your_area


@st.cache_resource(show_spinner="Building the database from the sample…")
def _ready() -> bool:
    return ensure_database(data_folder())


pages = {
    "your-area": st.Page(your_area.show, title="Your area", url_path="your-area", default=True),
    "board": st.Page(board.show, title="Board page", url_path="board"),
    "explore": st.Page(explore.show, title="Explore", url_path="explore"),
    "across": st.Page(across.show, title="Across", url_path="across"),
    "beacon": st.Page(beacon.show, title="The Beacon, 1995–1999", url_path="beacon"),
    "add": st.Page(add_area.show, title="Add your area", url_path="add"),
    "methods": st.Page(methods.show, title="Data and methods", url_path="methods"),
}
st.session_state["pages"] = pages
chosen = st.navigation(list(pages.values()), position="top")
st.set_page_config(page_title=f"{chosen.title} – Neighbourhood Outcomes", layout="wide")
try:
    _ready()
    with record.run(chosen.url_path or "your-area"):
        chosen.run()
except OutcomesError as error:
    # A file that somebody wrote, or a database that does not fit: what is wrong and what to do, never a traceback.
    frame.problem(error)
