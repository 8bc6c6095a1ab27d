"""One server and one browser program for all browser tests; nothing may leave this machine."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright

from store.folder import Folder
from tests.browser.serving import WIDE, Scheme, Visit, browser_program, browsing, serving

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
def playwright_driver(program: str) -> Iterator[Playwright]:
    """The driver, started only where there is a browser."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def address(program: str, sample_folder: Folder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the real server on the shared sample, which pages only read."""
    with serving(sample_folder.root, tmp_path_factory.mktemp("server") / "log.txt") as found:
        yield found


@pytest.fixture(scope="session")
def visitor(
    playwright_driver: Playwright, program: str, address: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Visitor]:
    """Open a page in a browser: ``visitor("board", "?area=…", width=PHONE)``; one browser a width and theme,
    unless ``fresh`` asks for one that has never been used.
    """
    with contextlib.ExitStack() as stack:
        contexts = {}

        def profile() -> Path:
            return tmp_path_factory.mktemp("profile")

        def visit(
            page: str = "your-area",
            query: str = "",
            *,
            width: int = WIDE,
            scheme: Scheme = "light",
            fresh: bool = False,
        ) -> Visit:
            if fresh or (width, scheme) not in contexts:
                new = stack.enter_context(browsing(playwright_driver, program, profile(), width, scheme))
                if fresh:
                    return Visit(new.new_page(), address, page, query)
                contexts[width, scheme] = new
            return Visit(contexts[width, scheme].new_page(), address, page, query)

        yield visit
