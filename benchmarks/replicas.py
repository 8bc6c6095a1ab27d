"""Two dashboards over one published snapshot, and a new snapshot switched in while people look.

    python -m benchmarks.replicas [--visits 16]

A publisher's data folder is built from the sample, published and served on this machine; two replicas fetch it and serve
their pages to visitors in a real browser, by turns. Half-way the publisher changes a neighbourhood's name, builds and
publishes again, and each replica fetches that while its visitors go on. Counted are visits that met an error, before and
after; at the end both must show the new name.
"""

from __future__ import annotations

import argparse
import functools
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Error, Page, sync_playwright

from loaders.fetching_snapshot import Origin, fetch_snapshot
from loaders.importing import ensure_database, sources, utc_now
from loaders.publishing import publish
from store.building import build
from store.folder import REPOSITORY, Folder, seed
from tests.browser.serving import WIDE, browser_program, browsing, serving, settle, visitor_of

_NAMES = ("Stronger North Stonehouse", "North Stonehouse, second edition")
_WRONG = '[data-testid="stException"], [data-testid="stAlertContentError"]'


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        return


@contextmanager
def _storage(folder: Path) -> Iterator[str]:
    """A plain web server of this folder."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


def _visit(page: Page, address: str) -> tuple[bool, float]:
    """Whether a visit went well, and how long it took."""
    began = time.perf_counter()
    try:
        page.goto(address)
        settle(page)
        well = page.locator(_WRONG).count() == 0
    except Error as error:
        print(f"a visitor: {error}", file=sys.stderr)
        well = False
    return well, time.perf_counter() - began


def _next_edition(publisher: Folder, target: Path) -> None:
    path = publisher.areas / "north-stonehouse.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(*_NAMES), encoding="utf-8")
    build(publisher, [], sources(), utc_now() + timedelta(seconds=1))
    publish(publisher, target)


def measure(root: Path, visits: int, program: str) -> list[str]:
    """What was found, a line each."""
    publisher, target = Folder(root / "publisher"), root / "published"
    seed(publisher.root)
    ensure_database(publisher)
    publish(publisher, target)
    replicas = [Folder(root / name) for name in ("first", "second")]
    lines = []
    with _storage(target) as storage, ExitStack() as stack:
        for replica in replicas:
            seed(replica.root)
            began = time.perf_counter()
            fetch_snapshot(replica, Origin(storage, utc_now()))
            lines.append(f"first fetch of {replica.root.name}: {time.perf_counter() - began:.1f} s")
        addresses = [stack.enter_context(serving(one.root, root / f"{one.root.name}.log")) for one in replicas]
        driver = stack.enter_context(sync_playwright())
        browser = stack.enter_context(browsing(driver, program))
        pages = [visitor_of(browser, WIDE).new_page() for _ in addresses]
        found: dict[str, list[tuple[bool, float]]] = {"before": [], "while switching": [], "after": []}
        commands: list[subprocess.Popen[bytes]] = []
        for turn in range(visits):
            if turn == visits // 2:
                _next_edition(publisher, target)
                commands = [
                    subprocess.Popen(  # noqa: S603
                        [sys.executable, "-m", "loaders", "fetch-snapshot", "--from", storage],
                        env=os.environ | {"OUTCOMES_DATA": str(one.root)},
                        cwd=REPOSITORY,
                    )
                    for one in replicas
                ]
            when = (
                "before" if not commands else "while switching" if any(c.poll() is None for c in commands) else "after"
            )
            address, page = addresses[turn % 2], pages[turn % 2]
            found[when].append(_visit(page, f"{address}/{('board', 'explore')[turn // 2 % 2]}?area=north-stonehouse"))
        codes = [command.wait() for command in commands]
        shown = []
        for address, page in zip(addresses, pages, strict=True):
            found["after"].append(_visit(page, f"{address}/board?area=north-stonehouse"))
            shown.append(page.get_by_text(_NAMES[1]).count() > 0)
    for when, some in found.items():
        if some:
            middle = statistics.median(seconds for _, seconds in some)
            lines.append(
                f"{when}: {len(some)} visits, {sum(not well for well, _ in some)} with an error, median {middle:.1f} s"
            )
    stamps = {replica.stamp() for replica in replicas}
    lines += [f"fetches ended with {codes}; both replicas on {stamps}", f"both show the new name: {all(shown)}"]
    return lines


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--visits", type=int, default=16)
    given = parser.parse_args()
    program = browser_program()
    if program is None:
        raise SystemExit("There is no Chromium or Chrome here: install one, or set OUTCOMES_BROWSER.")
    with tempfile.TemporaryDirectory(prefix="replicas-") as root:
        print("\n".join(measure(Path(root), given.visits, program)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
