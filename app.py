"""The page list and the theme, nothing else. Start it with ``streamlit run app.py`` or ``python3 run.py``."""

from __future__ import annotations

import streamlit as st

from loaders.importing import ensure_database
from store.folder import data_folder
from views import board, explore, methods, your_area


@st.cache_resource(show_spinner="Building the database from the sample…")
def _ready() -> bool:
    return ensure_database(data_folder())


st.set_page_config(page_title="Neighbourhood Outcomes", layout="wide")
_ready()
pages = {
    "your-area": st.Page(your_area.show, title="Your area", url_path="your-area", default=True),
    "board": st.Page(board.show, title="Board page", url_path="board"),
    "explore": st.Page(explore.show, title="Explore", url_path="explore"),
    "methods": st.Page(methods.show, title="Data and methods", url_path="methods"),
}
st.session_state["pages"] = pages
st.navigation(list(pages.values()), position="top").run()
