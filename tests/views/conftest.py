"""Pages on the shipped sample, with today held still."""

from __future__ import annotations

from datetime import timedelta

import pytest
import streamlit as st
from streamlit.components.v2.component_manager import BidiComponentManager

from indicators.local_indicators import local_names
from store.database import Store
from store.folder import Folder
from store.place import Place
from tests.views import pages
from views import access, keeping


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold today still, and forget the database an earlier test had open; studied questions stay cached by its name.

    Tests go to and fro between databases and days, and what one has worked out another asks for: nothing is let go of.
    """
    monkeypatch.setattr(access, "today", lambda: pages.TODAY)
    monkeypatch.setattr(keeping, "_CACHED", [])
    st.cache_resource.clear()
    # Before every run Streamlit's own test frame reads the metadata of all installed packages, looking for components; the
    # pages use none, and it takes longer than most pages.
    monkeypatch.setattr(BidiComponentManager, "discover_and_register_components", lambda *_args, **_options: None)


@pytest.fixture
def open_page(sample_in_use: Folder) -> pages.Open:
    """Open a page on the shared sample: ``open_page("explore", area="redruth-north")``."""
    return pages.open_page


@pytest.fixture
def open_own_page(own_folder: Folder, monkeypatch: pytest.MonkeyPatch) -> pages.Open:
    """Open a page on ``own_folder``, which the test may have changed.

    Boards hold what their file chose, what people there count, and two outcomes more: studying all of them for every changed file would take most of the
    time of all tests.
    """

    def few(store: Store, place: Place) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*place.chosen_beforehand, *local_names(store, place), "burglary", "robbery")))

    monkeypatch.setattr(access, "_names", few)
    monkeypatch.setattr(access, "background_indicators", lambda _held: ())
    # Another day than other tests': studied boards are cached by it, and these are not whole.
    monkeypatch.setattr(access, "today", lambda: pages.TODAY + timedelta(days=1))
    return pages.open_page
