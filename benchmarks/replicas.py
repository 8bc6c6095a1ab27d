"""Two dashboards over one published snapshot, and a new snapshot switched in while people read.

    python -m benchmarks.replicas [--seconds 120] [--visitors 3]

A publisher's data folder is built from the sample, published, and served on this machine; two replicas fetch it and serve
their pages, each to visitors of its own who read page after page. Half-way the publisher changes a neighbourhood's name,
builds and publishes again, and each replica fetches that while its visitors go on. Counted are pages that were not whole and
visits that were cut off; at the end both replicas must show the new name. Ends with 1 where any of it went wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import os
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
from urllib.parse import urlsplit

from benchmarks.visitors import Answer, reading, visiting
from loaders.importing import ensure_database, sources, utc_now
from loaders.publishing import publish
from store.building import build
from store.folder import REPOSITORY, Folder, seed
from tests.browser.serving import serving

_NAMES = ("Stronger North Stonehouse", "North Stonehouse, second edition")
_THINK = (1.0, 4.0)


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


def _fetch(replica: Folder, storage: str) -> float:
    """Seconds of the command that an operator's timer would start."""
    began = time.perf_counter()
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", "loaders", "fetch-snapshot", "--from", storage], check=True, cwd=REPOSITORY,
        env=os.environ | {"OUTCOMES_DATA": str(replica.root)}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return time.perf_counter() - began


def _next_edition(publisher: Folder, target: Path) -> None:
    path = publisher.areas / "north-stonehouse.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(*_NAMES), encoding="utf-8")
    build(publisher, [], sources(), utc_now() + timedelta(seconds=1))
    publish(publisher, target)


async def _board(port: int) -> Answer:
    async with visiting(port) as visitor:
        await visitor.open("")
        return await visitor.open("board", "area=north-stonehouse")


async def _while_switching(
    ports: list[int], replicas: list[Folder], publisher: Folder, target: Path, storage: str, given: argparse.Namespace
) -> tuple[list[Answer], list[float], list[Answer]]:
    """What visitors met, how long each replica's fetch took, and the board that each replica shows at the end."""
    for port in ports:
        await _board(port)

    async def switch() -> list[float]:
        await asyncio.sleep(given.seconds / 2)
        await asyncio.to_thread(_next_edition, publisher, target)
        return [await asyncio.to_thread(_fetch, replica, storage) for replica in replicas]

    switching = asyncio.create_task(switch())
    # Whoever reads stays until the switch is over, and reads a little longer.
    stay = 10 * given.seconds
    over: list[float] = []
    switching.add_done_callback(lambda _: over.append(time.monotonic() + given.seconds / 4))
    readers = [
        reading(port, given.visitors, stay, _THINK, number, until=lambda: bool(over) and time.monotonic() > over[0])
        for number, port in enumerate(ports)
    ]
    met = [answer for answers in await asyncio.gather(*readers) for answer in answers]
    return met, await switching, [await _board(port) for port in ports]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=120, help="twice the time before the new snapshot")
    parser.add_argument("--visitors", type=int, default=3, help="of each replica")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="replicas-") as scratch, ExitStack() as stack:
        root = Path(scratch)
        publisher, target = Folder(root / "publisher"), root / "published"
        seed(publisher.root)
        ensure_database(publisher)
        publish(publisher, target)
        storage = stack.enter_context(_storage(target))
        replicas = [Folder(root / name) for name in ("first", "second")]
        first = [_fetch(replica, storage) for replica in replicas]
        addresses = [stack.enter_context(serving(one.root, root / f"{one.root.name}.log")) for one in replicas]
        ports = [int(urlsplit(address).port or 0) for address in addresses]
        met, again, boards = asyncio.run(_while_switching(ports, replicas, publisher, target, storage, given))
    wrong = [f"{answer.page}: {answer.wrong}" for answer in (*met, *boards) if answer.wrong]
    new = [_NAMES[1] in board.told for board in boards]
    print(f"first fetch: {', '.join(f'{seconds:.1f} s' for seconds in first)}; while serving: {', '.join(f'{seconds:.1f} s' for seconds in again)}")  # fmt: skip
    print(
        f"{len(met)} pages read of {len(ports)} replicas, {len(wrong)} wrong{': ' if wrong else ''}{'; '.join(wrong[:5])}"
    )
    print(f"both show the new name: {all(new)}")
    return 0 if not wrong and all(new) else 1


if __name__ == "__main__":
    sys.exit(main())
