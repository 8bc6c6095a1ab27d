"""One server and one browser program for all browser tests; nothing may leave this machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from store.folder import Folder
from tests.browser.serving import WIDE, Scheme, Visit, browser_program, browsing, forget, leave, serving, visitor_of

Visitor = Callable[..., Visit]
Newcomer = Callable[..., Page]


@pytest.fixture(scope="session")
def program() -> str:
    """The browser's program; without one a skip, but a failure in continuous integration."""
    found = browser_program()
    if found is None:
        reason = "no Chromium or Chrome here; install one or set OUTCOMES_BROWSER"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def server_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that takes everything the server prints."""
    return tmp_path_factory.mktemp("server") / "log.txt"


@pytest.fixture(scope="session")
def address(program: str, sample_folder: Folder, server_log: Path) -> Iterator[str]:
    """The address of the real server on the shared sample, which pages only read."""
    with serving(sample_folder.root, server_log) as found:
        yield found


@pytest.fixture(scope="session")
def browser(program: str) -> Iterator[Browser]:
    """The browser, started only where there is one."""
    with sync_playwright() as driver, browsing(driver, program) as found:
        yield found


@pytest.fixture(scope="session")
def newcomer(browser: Browser, address: str) -> Newcomer:
    """The window of somebody who has never been here, with nothing in it yet: ``newcomer(PHONE, "dark")``.

    It is one window at each width and theme, emptied of all that pages keep in a browser: a new one would compile the
    pages' scripts anew, which takes longer than all the rest. A test closes the window if it has changed it.
    """
    known: dict[tuple[int, Scheme], Page] = {}

    def come(width: int = WIDE, scheme: Scheme = "light") -> Page:
        if (width, scheme) not in known or known[width, scheme].is_closed():
            known[width, scheme] = visitor_of(browser, width, scheme).new_page()
        forget(known[width, scheme], address)
        return known[width, scheme]

    return come


@pytest.fixture(scope="session")
def visitor(browser: Browser, address: str, newcomer: Newcomer) -> Visitor:
    """Open a page: ``visitor("board", "?area=…", width=PHONE)``; by the same person at each width and theme, in the same
    window, unless ``fresh`` asks for somebody who has never been here. A test closes the window if it has changed it.
    """
    known: dict[tuple[int, Scheme], Page] = {}

    def visit(
        page: str = "your-area", query: str = "", *, width: int = WIDE, scheme: Scheme = "light", fresh: bool = False
    ) -> Visit:
        if fresh:
            return Visit(newcomer(width, scheme), address, page, query)
        window = known.get((width, scheme))
        if window is None or window.is_closed():
            window = known[width, scheme] = (
                window.context if window else visitor_of(browser, width, scheme)
            ).new_page()
        leave(window, address)
        return Visit(window, address, page, query)

    return visit
