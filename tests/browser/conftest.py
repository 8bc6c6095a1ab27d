"""One server and one browser program for all browser tests; nothing may leave this machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from store.folder import Folder
from tests.browser.serving import WIDE, Scheme, Visit, browser_program, browsing, serving, visitor_of

Visitor = Callable[..., Visit]


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
def visitor(browser: Browser, address: str) -> Visitor:
    """Open a page: ``visitor("board", "?area=…", width=PHONE)``; by the same person at each width and theme, unless
    ``fresh`` asks for somebody who has never been here. A test closes what it opened.
    """
    known: dict[tuple[int, Scheme], BrowserContext] = {}

    def visit(
        page: str = "your-area", query: str = "", *, width: int = WIDE, scheme: Scheme = "light", fresh: bool = False
    ) -> Visit:
        person = None if fresh else known.get((width, scheme))
        if person is None:
            person = visitor_of(browser, width, scheme)
            if not fresh:
                known[width, scheme] = person
        return Visit(person.new_page(), address, page, query)

    return visit
