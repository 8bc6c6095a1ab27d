"""The real server on a copy of the sample, and a real browser that may reach nothing else."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import axe_playwright_python  # type: ignore[import-untyped]  # only for the script it carries
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, ViewportSize, sync_playwright

from loaders.importing import ensure_database
from store.folder import Folder, seed

REPOSITORY = Path(__file__).resolve().parents[2]
# Every page by the end of its address, with its name in the menu.
TITLES = {
    "your-area": "Your area", "board": "Board page", "explore": "Explore", "across": "Across",
    "beacon": "The Beacon, 1995–1999", "add": "Add your area", "methods": "Data and methods",
}  # fmt: skip
PAGES = tuple(TITLES)
WIDE, PHONE = 1280, 390
HEIGHTS = {WIDE: 900, PHONE: 844}
Scheme = Literal["light", "dark"]
PATIENCE = 90_000  # milliseconds: the first page of all studies every outcome of the board
_OFTEN = 100  # milliseconds between two looks at whether a page is ready; otherwise it is asked at every frame

# The sandbox needs rights that containers withhold; the rest keeps the browser from calling its makers.
_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip


def browser_program() -> str | None:
    """The browser of ``OUTCOMES_BROWSER``, else the first Chromium or Chrome on the path, else None."""
    names = (os.environ.get("OUTCOMES_BROWSER"), "chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if name and (found := shutil.which(name))), None)


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def answer(port: int, path: str) -> tuple[int, str]:
    """Status and text of what a server on this machine answers to a GET; 0 where nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with contextlib.closing(connection):
        try:
            connection.request("GET", path)
            got = connection.getresponse()
            return got.status, got.read().decode("utf-8", errors="replace")
        except OSError:
            return 0, ""


@contextlib.contextmanager
def started(
    data: Path, log: Path, *, plain: bool = False, settings: Mapping[str, str] | None = None
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Port and process of a server on this data folder, stopped when the block is left; ``log`` takes what it prints.

    ``plain`` starts the same app by Streamlit's own command, without what stands before it.
    """
    port = _free_port()
    module = ("streamlit", "run", "app.py") if plain else ("views.serve",)
    command = [
        sys.executable,
        "-m",
        *module,
        f"--server.port={port}",
        "--server.headless=true",
        "--server.address=127.0.0.1",
    ]
    environment = (
        os.environ | {"OUTCOMES_DATA": str(data), "PYTHONUTF8": "1", "OUTCOMES_LOG": "json"} | (settings or {})
    )
    with log.open("ab") as output:
        server = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + 60
            while answer(port, "/_stcore/health")[0] != 200:
                if server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(
                        "the server did not start:\n" + log.read_text(encoding="utf-8", errors="replace")
                    )
                time.sleep(0.2)
            yield port, server
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


@contextlib.contextmanager
def serving(data: Path, log: Path) -> Iterator[str]:
    """The address of a server on this data folder, stopped when the block is left; ``log`` takes what it prints."""
    with started(data, log) as (port, _):
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def browsing(driver: Playwright, program: str) -> Iterator[Browser]:
    """A browser with an empty profile, closed when the block is left."""
    browser = driver.chromium.launch(executable_path=program, headless=True, args=_ARGUMENTS)
    try:
        yield browser
    finally:
        browser.close()


@contextlib.contextmanager
def sample_visited() -> Iterator[tuple[Browser, str]]:
    """A browser, and the address of a server on the shipped sample and nothing else; for commands, which end without one."""
    program = browser_program()
    if program is None:
        raise SystemExit("There is no Chromium or Chrome here: install one, or set OUTCOMES_BROWSER.")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Folder(Path(scratch) / "data")
        seed(folder.root)
        ensure_database(folder)
        with (
            serving(folder.root, Path(scratch) / "log.txt") as address,
            sync_playwright() as driver,
            browsing(driver, program) as browser,
        ):
            yield browser, address


def visitor_of(browser: Browser, width: int = WIDE, scheme: Scheme = "light") -> BrowserContext:
    """Somebody who has never been here: no cookies, nothing stored, nothing cached."""
    size: ViewportSize = {"width": width, "height": HEIGHTS[width]}
    context = browser.new_context(viewport=size, color_scheme=scheme, device_scale_factor=1, accept_downloads=True)
    context.set_default_timeout(PATIENCE)
    return context


def leave(page: Page, address: str) -> None:
    """Take the window away from whatever it shows: to the same address, so that its scripts stay compiled, and to
    something without a script, which can neither keep nor say anything."""
    page.goto(f"{address}/_stcore/health")


def forget(page: Page, address: str) -> None:
    """Empty the window's browser of everything that the pages at ``address`` keep in it."""
    leave(page, address)
    page.evaluate("() => sessionStorage.clear()")
    page.context.clear_cookies()
    session = page.context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", {"origin": address, "storageTypes": "all"})
    session.detach()


class Visit:
    """A page opened and drawn, with every request it made and everything its console said."""

    def __init__(self, page: Page, address: str, name: str, query: str = "") -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        # The default page lives at the root: its own path would be called unknown.
        page.goto(f"{address}/{'' if name == 'your-area' else name}{query}")
        settle(page)

    def go_to(self, page: str) -> None:
        """Follow the menu, which is folded on a phone, to another of ``PAGES``, and keep only what comes from there on."""
        # A folded menu lies beside the window, where its links count as visible.
        unfold = self.page.get_by_test_id("stExpandSidebarButton")
        if unfold.is_visible():
            unfold.click()
        self.requests.clear()
        self.complaints.clear()
        self.page.get_by_role("link", name=TITLES[page], exact=True).first.click()
        self.page.wait_for_function("title => document.title.startsWith(title)", arg=TITLES[page], polling=_OFTEN)
        settle(self.page)

    def _heard(self, message: ConsoleMessage) -> None:
        # Streamlit looks for its own health and configuration under the page's path before it tries the root.
        if message.type == "error" and "/_stcore/" not in message.location["url"]:
            self.complaints.append(f"{message.text} {message.location['url']}")

    def outside(self) -> list[str]:
        """Requests to anywhere but this machine."""
        return [url for url in self.requests if urlsplit(url).hostname not in ("127.0.0.1", "localhost", None)]

    def overflow(self) -> int:
        """Pixels by which anything that scrolls as the page is wider than the window."""
        found = self.page.evaluate(
            "() => Math.max(...[document.scrollingElement, ...document.querySelectorAll('[data-testid=\"stMain\"]')]"
            ".map(part => part.scrollWidth - innerWidth))"
        )
        return int(found)

    def violations(self) -> list[str]:
        """Serious and critical accessibility faults that axe-core finds, in its own words."""
        return violations(self.page)


def violations(page: Page) -> list[str]:
    """Serious and critical faults of whatever the page shows, one line each."""
    script = Path(axe_playwright_python.__file__).parent / "axe.min.js"
    # Not through the package's own class: it adds a script element, which a page's security policy may refuse.
    page.evaluate(script.read_text(encoding="utf-8"))
    # Content outside landmarks, which is moderate, takes a fifth of the time.
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations'], rules: {region: {enabled: false}}})")
    return [
        f"{fault['id']} ({fault['impact']}): {node['html'][:200]} – {node['failureSummary']}"
        for fault in found["violations"]
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


def settle(page: Page) -> None:
    """Wait until the page is drawn to its last line and the server has nothing more to send."""
    page.get_by_text("Who made this, and how to question it").wait_for()
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    # A chart is sent as data and drawn afterwards: wait until no grey stand-in is left, and for as many drawings as there
    # are charts in sight.
    page.wait_for_function(
        "() => !document.querySelector('[data-testid=\"stSkeleton\"]') && [...document.querySelectorAll('[data-testid=\"stPlotlyChart\"]')]"
        ".filter(chart => chart.checkVisibility()).every(chart => chart.querySelector('svg.main-svg'))",
        polling=_OFTEN,
    )
    page.wait_for_load_state("networkidle")
