"""Kill the server at random moments, half of the time with a build beside it, and look whether it comes back with whole data.

    python -m benchmarks.server_kills [--runs 100] [--seed 1]

On the shipped sample. Each run: a visitor is reading, in every second run a build of the same figures has begun; after a time
drawn from a start of the server and a build, both are killed (SIGKILL). Then the pointer must name a database that opens with the figures there
were, a server started on it must draw a page whole, and after the last kill a build must go through and leave nothing half made.
``python -m benchmarks.kills`` does the same to refresh and import. Ends with 1 if any run did not come back.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.serving import BUILD
from benchmarks.visitors import visiting
from loaders.importing import ensure_database
from store.folder import Folder, seed
from tests.browser.serving import REPOSITORY, started
from tests.loaders.small_world import figures_of

_LONGEST = 8.0


def _building(folder: Folder) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 – our own command
        [sys.executable, "-c", BUILD, str(folder.root)],
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


async def _page(port: int) -> str:
    async with visiting(port) as visitor:
        return (await visitor.open("methods")).wrong


def _one(folder: Folder, log: Path, draw: random.Random, expected: str) -> tuple[str, str]:
    """What was going on, and what was wrong afterwards; empty where nothing was."""
    at = "reading"
    with started(folder.root, log) as (port, server):
        wrong = asyncio.run(_page(port))
        build = _building(folder) if draw.random() < 0.5 else None
        time.sleep(draw.uniform(0, _LONGEST))
        if build is not None:
            at = "building" if build.poll() is None and any(folder.outcomes.glob("building-*")) else "about a build"
            build.kill()
            build.wait()
        server.kill()
        server.wait()
    if figures_of(folder) != expected:
        wrong = wrong or "the figures are others"
    return at, wrong


def main() -> None:
    """Kill and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    draw = random.Random(given.seed)  # noqa: S311 – moments, not secrets
    with tempfile.TemporaryDirectory(prefix="server-kills-") as room:
        folder, log = Folder(Path(room) / "data"), Path(room) / "log.txt"
        seed(folder.root)
        ensure_database(folder)
        expected = figures_of(folder)
        done = [_one(folder, log, draw, expected) for _ in range(given.runs)]
        last = _building(folder).wait()
        left = [*folder.outcomes.glob("building-*")]
        bad = [wrong for _, wrong in done if wrong]
        if last or left or figures_of(folder) != expected:
            bad.append("after the last kill a build did not end well")
    for at, number in sorted(Counter(at for at, _ in done).items()):
        print(f"killed while {at}: {number} times")
    for wrong in bad:
        print(wrong)
    print(f"{len(done)} kills, {len(bad)} with anything wrong afterwards.")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
