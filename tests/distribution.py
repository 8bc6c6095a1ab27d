"""Which tests run on one worker, and in which order: what shares a server, a browser or a built world stays together.

The groups that marks give are lost between this xdist and this pytest (a node's id can no longer be changed), so units are
told from the files' own names. Long units start first, so that no worker is left waiting for one at the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    import pytest

# By the start of the file's path; the first that fits.
_TOGETHER = (
    ("tests/browser/", "browser"),  # one server and one browser
    ("tests/views/", "views"),  # a studied board is cached by the process
    ("tests/indicators/test_period_", "years"),  # one world of years
    ("tests/indicators/test_similar_providers", "years"),
)
# Single tests of these files are long and share nothing.
_ALONE = ("tests/loaders/test_refreshing_kills.py", "tests/store/test_database.py")
_LONG_FIRST = (
    "tests/browser/",
    "tests/views/",
    "tests/loaders/test_refreshing_kills",
    "tests/store/test_database",
    "tests/loaders/test_refreshing_publishers",
    "tests/loaders/test_refreshing",
    "tests/indicators/test_period_",
    "tests/indicators/test_similar_providers",
    "tests/indicators/test_study",
    "tests/loaders/",
    "tests/store/",
    "tests/indicators/",
)


def unit_of(nodeid: str) -> str:
    """The name of the unit a test belongs to: all of one unit run on one worker."""
    file = nodeid.split("::", 1)[0]
    if file in _ALONE:
        return nodeid
    return next((unit for start, unit in _TOGETHER if file.startswith(start)), file)


def rank(nodeid: str) -> int:
    """Where a test's unit comes: the smaller, the earlier."""
    return next((at for at, start in enumerate(_LONG_FIRST) if nodeid.startswith(start)), len(_LONG_FIRST))


class ByUnit(LoadScopeScheduling):  # type: ignore[misc]
    """Hands whole units to workers, in the order of collection."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)


def scheduler(config: pytest.Config, log: object) -> ByUnit:
    """The scheduler, with the order of collection kept."""
    config.option.loadscopereorder = False
    return ByUnit(config, log)
