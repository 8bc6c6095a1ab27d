"""Groups of street files, a month of an archive or so many plain files, read ahead of their use by several workers."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import pickle
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import pyarrow as pa

from loaders.reading import Context, FileAccount, State
from loaders.street_counting import Counted, Counter
from loaders.street_files import StreetFile
from loaders.street_text import TextCells
from loaders.unpacking import Archives, Seen, bytes_of
from store.errors import OutcomesError, SourceChanged
from store.lookups import FORCES_WITHOUT_COUNCILS
from store.period import month_number, month_text
from store.placing import Placement

_BYTES_IN_A_GROUP = 64_000_000
_MOST_WORKERS = 4
# What an archive holds is about so many times its size; reading so many bytes takes longer than starting processes.
_TIMES_INFLATED = 5
_BYTES_WORTH_PROCESSES = 600_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """A street file to be read, with what its name says and its place in the order of files."""

    place: int
    item: StreetFile
    month: date
    force: str

    def account(self, sha256: str, state: State, counted: Counted | None = None) -> FileAccount:
        """The file's account; without ``counted`` no row of it was read."""
        rows = counted or Counted((), (), 0)
        return FileAccount(
            self.item.name, sha256, month_text(self.month), self.force, rows.rows_read, sum(rows.placed),
            sum(rows.unlocated), rows.rows_refused, rows.rows_outside, state,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hashed:
    """The sha256 and the size in bytes of a file's content."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class GroupRead:
    """A group as a worker read it: by position, each file or why there is none, and what the sound ones hold."""

    files: list[Hashed | OutcomesError]
    counted: dict[int, Counted]
    cells: pa.Table


def groups(wanted: Sequence[Found]) -> Iterator[list[Found]]:
    """What is read at once: a month of an archive, or so many plain files."""
    group: list[Found] = []
    size = 0
    for each in wanted:
        bytes_more = 0 if each.item.member else each.item.path.stat().st_size
        if group and (
            (group[0].item.path, group[0].month) != (each.item.path, each.month)
            if each.item.member or group[0].item.member
            else size + bytes_more > _BYTES_IN_A_GROUP
        ):
            yield group
            group, size = [], 0
        group.append(each)
        size += bytes_more
    if group:
        yield group


class GroupReader:
    """Hashes and counts the files of groups, by what its context knows."""

    def __init__(self, placement: Placement, held: frozenset[tuple[str, str]], today: date) -> None:
        self._held, self._today = held, today
        self._forces = {*placement.force.values(), *FORCES_WITHOUT_COUNCILS}
        self._archives = Archives()
        self._counter = Counter(placement)
        self.areas = self._counter.areas

    def close(self) -> None:
        """Let go of the archives."""
        self._archives.close()

    def read(self, group: Sequence[Found]) -> GroupRead:
        """Every file of a group, or why there is none."""
        files: list[Hashed | OutcomesError] = []
        sound: dict[int, TextCells] = {}
        for place, each in enumerate(group):
            try:
                hashed, found = self._file(each)
            except OutcomesError as error:
                files.append(error)
                continue
            files.append(hashed)
            if found is not None:
                sound[place] = found
        counted = {place: self._counter.account(found, group[place].force) for place, found in sound.items()}
        return GroupRead(files, counted, self._counter.cells(sound))

    def _file(self, each: Found) -> tuple[Hashed, TextCells | None]:
        """A file that passed by, and what it holds where that is new and sound."""
        seen, text = Seen(), self._counter.text(month_text(each.month), each.force)
        for piece in bytes_of(each.item, self._archives):
            seen.add(piece)
            text.add(piece)
        hashed = Hashed(seen.sha256, seen.size)
        if (each.item.name, hashed.sha256) in self._held:
            return hashed, None
        self._check_name(each)
        return hashed, text.cells() if seen.is_text else None

    def _check_name(self, each: Found) -> None:
        if month_number(each.month) > month_number(self._today):
            raise SourceChanged(
                f"The file says it holds {month_text(each.month)}, which is in the future", file=each.item.name, column="Month",
                do="Check the file's name and this machine's date.",
            )  # fmt: skip
        if each.force not in self._forces:
            raise SourceChanged(
                f"“{each.force}” is no police force the project knows", file=each.item.name, do="Check the file's name."
            )


class Workers:
    """Read groups ahead of their use: threads for a few files, processes for a country, each on one core.

    Threads wait for each other at every call into numpy: two of them took as long as one for a national archive, and two
    processes half of that. But a process takes more than a second to start.
    """

    def __init__(self, context: Context, wanted: Sequence[Sequence[Found]]) -> None:
        self.most = max(1, min(_MOST_WORKERS, os.cpu_count() or 1, len(wanted)))
        self._reader = GroupReader(context.placement, context.held, context.now.date())
        self.areas = self._reader.areas
        self._apart = self.most > 1 and _bytes_in(wanted) > _BYTES_WORTH_PROCESSES
        self._closing = ExitStack()
        self._pool = self._closing.enter_context(self._processes(context)) if self._apart else self._threads()
        self._started: dict[int, Future[GroupRead]] = {}

    def _threads(self) -> Executor:
        return ThreadPoolExecutor(self.most, "streets")

    @contextmanager
    def _processes(self, context: Context) -> Iterator[Executor]:
        # Not forked: a copy of a process in which other threads are at work may wait for ever. What they have to know goes
        # through a file: a process that ends before it has taken in megabytes of arguments leaves its parent waiting.
        with TemporaryDirectory(prefix="outcomes-") as beside:
            known = Path(beside) / "known"
            known.write_bytes(pickle.dumps((context.placement, context.held, context.now.date())))
            yield ProcessPoolExecutor(self.most, multiprocessing.get_context("spawn"), begin_here, (known,))

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._closing.close()
        self._reader.close()

    def start(self, number: int, group: Sequence[Found]) -> None:
        """Begin with a group, unless that was done."""
        if number not in self._started:
            self._started[number] = self._pool.submit(read_here if self._apart else self._reader.read, group)

    def result(self, number: int) -> GroupRead:
        """A group that was started, read; it is let go of."""
        return self._started.pop(number).result()


def _bytes_in(wanted: Sequence[Sequence[Found]]) -> int:
    """About how many bytes of text there are to read."""
    sizes = {each.item.path: bool(each.item.member) for group in wanted for each in group}
    return sum(path.stat().st_size * (_TIMES_INFLATED if packed else 1) for path, packed in sizes.items())


_HERE: dict[str, GroupReader] = {}


def begin_here(known: Path) -> None:
    """Make this process a worker, which goes when the one that asked for it is gone, however that ended.

    ``known`` holds what its reader has to know, written by that process a moment ago.
    """
    if (parent := multiprocessing.parent_process()) is not None:
        Thread(target=_go_with, args=(parent.sentinel,), daemon=True).start()
    _HERE["reader"] = GroupReader(*pickle.loads(known.read_bytes()))  # noqa: S301 – our own parent's, in its own folder


def _go_with(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)


def read_here(group: Sequence[Found]) -> GroupRead:
    """A group, read in this process."""
    return _HERE["reader"].read(group)
