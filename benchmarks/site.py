"""A site of many places: how long it takes to make, and its first chart beside the live dashboard's, in one run.

    python -m benchmarks.site [--places 200] [--seed 1] [--no-browser] [--json]

Made-up neighbourhoods of one or two small areas of the shipped sample, each with a start between 2019 and 2022, all asking for
a page. The site is made from nothing, again with nothing changed, and again after one story was written down. Then a page of it
and the dashboard, each from a server on this machine, are opened by somebody who has never been there: seconds from the
address typed to the first chart drawn, and every byte that came until then (what came through a socket too). *Cold* is the first
visitor the dashboard has ever had, *warm* the third. The bars: 200 places in 60 s; three times faster and ten times lighter
than the dashboard, warm.
"""

from __future__ import annotations

import argparse
import contextlib
import http.server
import json
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from loaders.importing import ensure_database
from outputs.site import make_site
from store.database import Store, open_store
from store.folder import Folder, seed
from store.place import Place, place_from
from store.place_file import place_toml
from tests.browser.serving import WIDE, browser_program, browsing, serving, visitor_of

_TODAY = date(2026, 11, 22)
_LIVE, _STILL = '[data-testid="stHtml"] figure img', "svg[data-x]"


def made_up(store: Store, number: int, seed_number: int) -> list[Place]:
    """So many places of one or two small areas side by side, none in two places, every one with a start."""
    areas = store.small_areas(police_force="devon-and-cornwall")
    free = list(areas.index[areas["has_outline"]])
    draw = random.Random(seed_number)  # noqa: S311 – made-up places, no secrets
    draw.shuffle(free)
    touching, left, places = store.neighbours(free), set(free), []
    for code in free:
        if len(places) == number:
            break
        if code not in left:
            continue
        beside = next((other for other in touching[code] if other in left), None) if len(places) % 2 else None
        members = [code, beside] if beside else [code]
        left -= set(members)
        at = len(places)
        values = {
            "schema": 1, "name": f"Made-up place {at}", "town": str(areas.loc[code, "council"]), "publish": True,
            "summary": "Nobody lives here.", "place": {"small_areas": _published(store, members)},
            "project": {"start": f"{draw.randint(2019, 2022)}-{draw.randint(1, 12):02d}"},
            "milestone": [{"on": "2021-01", "text": "Something happened"}],
        }  # fmt: skip
        places.append(place_from(values, f"made-up-{at}"))
    return places


def _published(store: Store, stable: list[str]) -> list[str]:
    """Codes that a file may hold for these stable areas."""
    parts = store.parts(stable)
    return sorted(code for one in stable for code in (parts[one][0] if one in parts else (one,)))


def _seconds(folder: Folder, out: Path) -> tuple[float, int]:
    start = time.perf_counter()
    made = make_site(folder, out, today=_TODAY)
    if made.failed:
        raise SystemExit(f"{len(made.failed)} pages were not made: {made.failed[0]}")
    return round(time.perf_counter() - start, 1), len(made.written)


@contextlib.contextmanager
def _still(out: Path) -> Iterator[str]:
    """The address of a server that hands out the files as they are."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(out))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def first_chart(browser: Browser, address: str, chart: str) -> tuple[float, int]:
    """Seconds until somebody who has never been there sees a chart, and the bytes that came until then."""
    context = visitor_of(browser, WIDE)
    page = context.new_page()
    heard = [0]

    def add(number: float) -> None:
        heard[0] += int(number)

    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.dataReceived", lambda told: add(told["encodedDataLength"] or told["dataLength"]))
    session.on("Network.responseReceived", lambda told: add(told["response"].get("encodedDataLength", 0)))
    session.on(
        "Network.webSocketFrameReceived", lambda told: add(len(told["response"]["payloadData"]) * _of_payload(told))
    )
    start = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_selector(chart)
    found = time.perf_counter() - start, heard[0]
    context.close()
    return found


def _of_payload(told: dict[str, Any]) -> float:
    """A binary frame is told in base64, four letters for three bytes."""
    return 0.75 if told["response"]["opcode"] == 2 else 1.0


def measure(number: int, seed_number: int, *, with_browser: bool) -> dict[str, Any]:
    """Every measurement, in a folder of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, out = Folder(Path(scratch) / "data"), Path(scratch) / "site"
        seed(folder.root)
        ensure_database(folder)
        places = made_up(open_store(folder), number, seed_number)
        for place in places:
            (folder.areas / f"{place.slug}.toml").write_text(place_toml(place), encoding="utf-8")
        found: dict[str, Any] = {"places": number}
        found["made_s"], found["pages"] = _seconds(folder, out)
        sizes = [path.stat().st_size for path in out.glob("*/index.html")]
        found["largest_page_kb"] = round(max(sizes) / 1000)
        found["again_s"], found["again_pages"] = _seconds(folder, out)
        told = folder.areas / f"{places[0].slug}.toml"
        told.write_text(told.read_text(encoding="utf-8") + '\n[[story]]\ntext = "It is quieter."\nconsent = "2026"\n')
        found["one_story_s"], found["one_story_pages"] = _seconds(folder, out)
        if with_browser:
            found |= _beside(folder, out, places[0].slug, Path(scratch) / "log.txt")
    return found


def _beside(folder: Folder, out: Path, slug: str, log: Path) -> dict[str, Any]:
    program = browser_program()
    if program is None:
        raise SystemExit("There is no Chromium or Chrome here: install one, or set OUTCOMES_BROWSER.")
    with (
        serving(folder.root, log) as live, _still(out) as still, sync_playwright() as driver,
        browsing(driver, program) as browser,
    ):  # fmt: skip
        # The browser itself starts cold only once, and neither page should pay for it.
        first_chart(browser, f"{still}/{slug}/index.html", _STILL)
        cold, *_, warm = [first_chart(browser, f"{live}/?area={slug}", _LIVE) for _ in range(3)]
        page = min(first_chart(browser, f"{still}/{slug}/index.html", _STILL) for _ in range(3))
    return {
        "live_cold_s": round(cold[0], 2), "live_warm_s": round(warm[0], 2), "live_kb": round(warm[1] / 1000),
        "page_s": round(page[0], 3), "page_kb": round(page[1] / 1000),
        "times_faster": round(warm[0] / page[0], 1), "times_lighter": round(warm[1] / page[1], 1),
    }  # fmt: skip


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="A site of many places.")
    parser.add_argument("--places", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = measure(given.places, given.seed, with_browser=not given.no_browser)
    print(json.dumps(found) if given.json else "\n".join(f"{name}: {value}" for name, value in found.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
