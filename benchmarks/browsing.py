"""The dashboard in a real browser: the first chart, changes of page, twenty visitors at once, memory over many visits.

    python -m benchmarks.browsing [--changes 60] [--visitors 20] [--visits 500] [--json]

A server is started on the shipped sample and nothing else, and waited for until it says that it is ready. *Cold* is from the
address typed to the first chart in sight, by somebody who has never been here, the middle of five; *whole* until the page is
drawn. *Warm* are changes of page by somebody whose pages were all opened once before, from the click to the last line of the
new page. Memory is the server's resident set (Linux only), over visits without a browser, of three pages each. The bars: 3 s
cold, 1 s for 95 in 100 warm changes, no error with twenty visitors, memory after all visits at most a tenth above that after
the first tenth of them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Error, Page

from benchmarks.visitors import every_page, steps, visiting
from tests.browser.serving import WIDE, answer, sample_visited, settle, visitor_of

# What leads to each page, and words that only this page has.
PAGES = {
    "Board page": ("board", "How to read the difference"),
    "Explore": ("explore", "Settling-in months left out"),
    "Across": ("across", "Side by side, each with its own dates"),
    "The Beacon": ("beacon", "Every claim, as it was told"),
    "Data and methods": ("methods", "Load your own data"),
    "Your area": ("", "What we do not have, and why"),
}
# The browser's own clock and eyes: a driver that asks from outside whether the words are there yet searches the whole page each
# time, which took a third of what it measured. Drawn is what has been painted: the answer is given a frame after all is there.
_CHANGE = """([link, path, words]) => new Promise((resolve) => {
  const start = performance.now();
  const there = () => {
    const app = document.querySelector('[data-testid="stApp"]'), main = document.querySelector('[data-testid="stMain"]');
    const charts = [...document.querySelectorAll('[data-testid="stPlotlyChart"]')];
    return location.pathname.replaceAll("/", "") === path && app.dataset.testScriptState === "notRunning"
      && main.textContent.includes(words) && main.textContent.includes("Who made this, and how to question it")
      && charts.every((chart) => chart.querySelector(".main-svg"));
  };
  const look = () => requestAnimationFrame(
    () => there() ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start))) : look());
  link.click();
  look();
})"""
_CHART = "#opening svg[role=img]:visible, figure img:visible"


def wait_until_ready(address: str) -> None:
    """Wait as a host's machine waits before it sends visitors."""
    port = urlsplit(address).port or 80
    while answer(port, "/ready")[0] != 200:
        time.sleep(0.2)


def first_chart(browser: Browser, address: str) -> tuple[float, float]:
    """Seconds until somebody who has never been here sees a chart, and until the page is drawn to its end."""
    page = visitor_of(browser, WIDE).new_page()
    start = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_selector(_CHART)
    seconds = time.perf_counter() - start
    page.wait_for_selector("#opening", state="detached")
    whole = time.perf_counter() - start
    settle(page)
    page.context.close()
    return seconds, whole


def page_changes(browser: Browser, address: str, number: int) -> list[float]:
    """Seconds of each change of page, after every page was opened once."""
    page = visitor_of(browser, WIDE).new_page()
    page.goto(address)
    settle(page)
    names = list(PAGES)
    for name in names:
        _go(page, name)
    seconds = [_go(page, names[turn % len(names)]) for turn in range(number)]
    page.context.close()
    return seconds


def _go(page: Page, title: str) -> float:
    path, words = PAGES[title]
    link = page.get_by_role("link", name=title).first.element_handle()
    milliseconds: float = page.evaluate(_CHANGE, [link, path, words])
    return milliseconds / 1000


def at_once(browser: Browser, address: str, number: int) -> int:
    """How many of ``number`` visitors, all opening a page before any has seen one, met an error."""
    pages = [visitor_of(browser, WIDE).new_page() for _ in range(number)]
    for turn, page in enumerate(pages):
        page.goto(f"{address}/{('', 'board', 'explore')[turn % 3]}", wait_until="commit")
    errors = 0
    for page in pages:
        try:
            settle(page)
            errors += page.locator('[data-testid="stException"], [data-testid="stAlertContentError"]').count() > 0
        except Error as error:
            print(f"a visitor: {error}", file=sys.stderr)
            errors += 1
        page.context.close()
    return errors


def memory_over_visits(port: int, server: int, visits: int) -> list[float]:
    """Megabytes of the server after every tenth of ``visits``, each by somebody new who opens three pages and leaves.

    Every page was opened once before. They speak the server's protocol without a browser: what a browser draws the server
    does not hold.
    """

    async def visit(number: int) -> None:
        async with visiting(port) as visitor:
            for step in steps(random.Random(number), 3):  # noqa: S311 – choices of pages, not secrets
                answer = await visitor.open(*step)
                assert not answer.wrong, answer.wrong

    async def all_of_them() -> list[float]:
        await every_page(port)
        held = []
        for turn in range(1, visits + 1):
            await visit(turn)
            if turn % max(visits // 10, 1) == 0:
                held.append(_megabytes(server))
                print(f"{turn} visits: {held[-1]:.0f} MB", file=sys.stderr, flush=True)
        return held

    return asyncio.run(all_of_them())


def _server() -> int:
    """The number of the server's process: the child of this one that serves the pages (Linux)."""
    for status in Path("/proc").glob("[0-9]*/status"):
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        command = (status.parent / "cmdline").read_bytes()
        if int(lines["PPid"]) == os.getpid() and b"views.serve" in command:
            return int(status.parent.name)
    raise SystemExit("The server's process was not found.")


def _megabytes(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) * 1024 / 1e6


def measure(changes: int, visitors: int, visits: int) -> dict[str, Any]:
    """Every measurement, on a server of its own."""
    with sample_visited() as (browser, address):
        wait_until_ready(address)
        cold = sorted(first_chart(browser, address) for _ in range(5))[2]
        warm = sorted(page_changes(browser, address, changes))
        errors = at_once(browser, address, visitors)
        # Playwright has a loop of its own in this thread.
        with ThreadPoolExecutor(1) as apart:
            held = apart.submit(memory_over_visits, urlsplit(address).port or 80, _server(), visits).result()
    return {
        "first_chart_cold_s": round(cold[0], 2),
        "whole_page_cold_s": round(cold[1], 2),
        "page_change_median_s": round(statistics.median(warm), 2),
        "page_change_p95_s": round(warm[min(len(warm) - 1, int(0.95 * len(warm)))], 2),
        "visitors_at_once": visitors,
        "visitors_with_an_error": errors,
        "visits": visits,
        "memory_mb": [round(value) for value in held],
    }


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="The dashboard in a real browser.")
    parser.add_argument("--changes", type=int, default=60)
    parser.add_argument("--visitors", type=int, default=20)
    parser.add_argument("--visits", type=int, default=500)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = measure(given.changes, given.visitors, given.visits)
    print(json.dumps(found) if given.json else "\n".join(f"{name}: {value}" for name, value in found.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
