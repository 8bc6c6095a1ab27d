"""Serve the pages with the first one ready: ``python -m views.serve``, with Streamlit's own options.

Streamlit loads a page's code when the first visitor comes. Here a thread loads it while the server starts, and studies the
place that opens first into the caches the pages read; ``streamlit run app.py`` works as well, and its first visitor waits.
"""

from __future__ import annotations

import logging
import sys
import threading

from store.errors import OutcomesError
from store.folder import REPOSITORY

_LOG = logging.getLogger(__name__)
_NOBODY_THERE = "streamlit.runtime.scriptrunner_utils.script_run_context"


def warm_up() -> None:
    """Load what the pages need and study the place that opens first.

    What is wrong with the data is left for the pages to say: they say it in a sentence, to whoever is there.
    """
    from loaders.importing import ensure_database
    from store.folder import data_folder
    from views import access

    # Outside a visit Streamlit warns at every spinner that there is nobody to show it to.
    streamlits = logging.getLogger(_NOBODY_THERE)
    before = streamlits.level
    streamlits.setLevel(logging.ERROR)
    try:
        ensure_database(data_folder())
        access.study_first()
    except OutcomesError as error:
        _LOG.warning("The first page could not be made ready: %s", error)
    finally:
        streamlits.setLevel(before)


def main() -> None:
    """Start the thread, then Streamlit, which stays until it is stopped."""
    from streamlit.web.cli import main as streamlit

    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
    sys.argv = ["streamlit", "run", str(REPOSITORY / "app.py"), *sys.argv[1:]]
    streamlit()


if __name__ == "__main__":
    main()
