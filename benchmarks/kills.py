"""Kill ``refresh`` and ``import`` at random moments, and look whether anything half done is ever in use.

    python -m benchmarks.kills [--runs 100] [--seed 1] [--json]

Publishers are played on this machine, on a made-up world of a few small areas. After each kill the database must open and
hold the figures from before or from after, never anything between, the lookups must go with it, and the next refresh
must work and end with the figures of an undisturbed one. Ends with 1 if any run did not.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path

from loaders.importing import build_with, utc_now
from loaders.lookup_changes import mend_lookups
from loaders.raw import read_sidecar
from loaders.reading import Reading, sha256_of
from loaders.refreshing import refresh_sources
from store.folder import Folder
from store.lookups import read_lookups
from tests.loaders.played import PLAYED, Wire, numbered, resumable
from tests.loaders.publishers import Publisher, Script, publisher
from tests.loaders.small_world import figures_of, small_data_folder

REPOSITORY = Path(__file__).resolve().parent.parent
SOURCES = tuple(played.source for played in PLAYED)
# So that kills hit the fetching as well as the building: what each answer takes.
_SECONDS_AN_ANSWER = 0.6
# The build is the shortest part and the one that matters most: so many kills are aimed at it.
_SHARE_IN_THE_BUILD = 0.5
# A file of the police archive that is left alone, large enough for a download to be cut in the middle.
_LARGE = {"2018-10-devon-and-cornwall-outcomes.csv": [["Crime ID"], ["0" * 3_000_000]]}


@dataclass(frozen=True)
class Kill:
    """One run: the command, after how many seconds (of itself, or of its build) it was killed, what it was at, which
    figures stood, whether a download was resumed afterwards, and what was wrong."""

    command: str
    after: float
    at: str
    figures: str
    resumed: bool
    wrong: tuple[str, ...]


@contextmanager
def _publishers(when: str) -> Iterator[list[Publisher]]:
    """All publishers with yesterday's or today's release, and the environment that leads to them."""

    def slowly(script: Script) -> Script:
        return lambda asked: replace(script(asked), seconds=_SECONDS_AN_ANSWER)

    with ExitStack() as stack:
        playing = []
        for played in PLAYED:
            more = _LARGE if played.source == "police_uk" else {}
            script = resumable(played.answer({**getattr(played, when), **more}, Wire()))
            playing.append(stack.enter_context(publisher(slowly(script))))
            os.environ[f"OUTCOMES_{played.source.upper()}_URL"] = playing[-1].address
        yield playing


def _lookups_of(folder: Folder) -> str:
    found = read_lookups(folder.lookups)
    return f"{found.exact_fit.to_csv()}{found.wards.to_csv()}"


def _state(folder: Folder) -> tuple[str, str]:
    return figures_of(folder), _lookups_of(folder)


def _copy(folder: Folder, root: Path) -> Folder:
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(folder.root, root)
    return Folder(root)


def _start(folder: Folder, command: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 – our own command
        [sys.executable, "-m", "loaders", *command], cwd=REPOSITORY, env={**os.environ, "OUTCOMES_DATA": str(folder.root)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def _is_building(folder: Folder) -> bool:
    return any(folder.outcomes.glob("building-*")) or (folder.lookups / ".before").is_dir()


def _wait_for_build(folder: Folder, child: subprocess.Popen[bytes]) -> float:
    """Wait until the build has begun or the command has ended; the moment."""
    while child.poll() is None and not _is_building(folder):
        time.sleep(0.002)
    return time.monotonic()


def _at(folder: Folder, before: set[Path], ended: bool) -> str:
    """What a killed command was at, from what it left."""
    if ended:
        return "done"
    if _is_building(folder):
        return "building"
    return "fetching or reading" if {*folder.raw.rglob("*")} - before else "starting"


def _half_files(folder: Folder) -> list[str]:
    """Raw files that are not what their sidecars say, or have none."""
    wrong = []
    for path in folder.raw.glob("*/*__*"):
        said = read_sidecar(path)
        if path.suffix != ".json" and said.get("sha256") != sha256_of(path):
            wrong.append(f"{path.name} is not whole")
    return wrong


def run(runs: int, seed: int, room: Path) -> list[Kill]:
    """``runs`` kills in folders under ``room``; the moments follow from ``seed`` and how long an undisturbed run takes.

    Half of them fall anywhere in it, half in its build.
    """
    draw = random.Random(seed)  # noqa: S311 – moments, not secrets
    empty = small_data_folder(room / "empty")
    now = utc_now() - timedelta(days=2)
    build_with(empty, Reading((), ()), now)
    with _publishers("yesterday"):
        done = refresh_sources(empty, SOURCES, now=now + timedelta(hours=1))
    assert done.exit_code == 0, done
    file = room / "claimants.csv"
    table = next(iter(PLAYED[1].today.values()))
    file.write_bytes(Wire().csv(numbered(table)))
    commands = {"refresh": ["refresh", *SOURCES], "import": ["import", "nomis_claimants", str(file)]}
    with _publishers("today") as playing:
        before = _state(empty)
        after: dict[str, tuple[str, str]] = {}
        lasts: dict[str, tuple[float, float]] = {}
        for name, command in commands.items():
            folder = _copy(empty, room / "undisturbed")
            begun = time.monotonic()
            child = _start(folder, command)
            building = _wait_for_build(folder, child)
            assert child.wait() == 0, name
            lasts[name] = (time.monotonic() - begun, time.monotonic() - building)
            after[name] = _state(folder)
            assert after[name] != before, name
        begun = time.monotonic()
        _start(empty, ["list"]).wait()
        starts = time.monotonic() - begun
        kills = []
        for _ in range(runs):
            name, in_build = draw.choice(("refresh", "refresh", "import")), draw.random() < _SHARE_IN_THE_BUILD
            whole, build = lasts[name]
            seconds = draw.uniform(0, build) if in_build else draw.uniform(starts / 2, whole)
            killed = _copy(empty, room / "killed")
            kills.append(_one(killed, name, commands[name], seconds, in_build, before, after, playing))
        return kills


def _one(
    folder: Folder, name: str, command: Sequence[str], seconds: float, in_build: bool, before: tuple[str, str],
    after: Mapping[str, tuple[str, str]], playing: Sequence[Publisher],
) -> Kill:  # fmt: skip
    raw = {*folder.raw.rglob("*")}
    child = _start(folder, command)
    if in_build:
        _wait_for_build(folder, child)
    time.sleep(seconds)
    ended = child.poll() is not None
    child.kill()
    child.wait()
    at = _at(folder, raw, ended)
    wrong = _half_files(folder)
    figures = figures_of(folder)
    states = {"before": before, "after": after[name]}
    held = next((which for which, state in states.items() if state[0] == figures), "neither")
    if held == "neither":
        wrong.append("the figures are neither those from before nor those from after")
    mend_lookups(folder)
    if held != "neither" and _lookups_of(folder) != states[held][1]:
        wrong.append("the lookups do not go with the figures")
    for item in playing:
        item.asked.clear()
    done = refresh_sources(folder, SOURCES, now=utc_now())
    if done.exit_code or _state(folder) != after["refresh"]:
        wrong.append("the next refresh did not end with today's figures: " + "; ".join(s.message for s in done.sources))
    left = [*folder.outcomes.glob("building-*"), *folder.raw.rglob("*.part"), *folder.lookups.glob(".before*")]
    if left:
        wrong.append(f"{left[0].name} is left")
    resumed = any("range" in asked.headers for item in playing for asked in item.asked)
    return Kill(name, seconds, "done" if held == "after" else at, held, resumed, tuple(wrong))


def main() -> None:
    """Kill and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kills-") as room:
        kills = run(given.runs, given.seed, Path(room))
    bad = [kill for kill in kills if kill.wrong]
    if given.json:
        print(json.dumps({"runs": len(kills), "wrong": len(bad), "kills": [asdict(kill) for kill in kills]}))
    else:
        for kill in bad:
            print(f"{kill.command}, killed after {kill.after:.2f} s while {kill.at}: {'; '.join(kill.wrong)}")
        for (command, at, held), number in sorted(Counter((k.command, k.at, k.figures) for k in kills).items()):
            print(f"{command} killed while {at}: {number} times, figures from {held}")
        print(f"{sum(kill.resumed for kill in kills)} downloads were resumed where the kill had cut them.")
        print(f"{len(kills)} kills, {len(bad)} with anything wrong afterwards.")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
