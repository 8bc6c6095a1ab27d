"""Groups of street files, a month of an archive or so many plain files, read ahead of their use by several workers."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from loaders.reading import Context, FileAccount
from loaders.street_counting import Counted, Counter
from loaders.street_files import StreetFile
from loaders.street_text import TextCells
from loaders.unpacking import Archives, Seen, bytes_of
from store.errors import OutcomesError, SourceChanged
from store.lookups import FORCES_WITHOUT_COUNCILS
from store.period import month_number, month_text

_BYTES_IN_A_GROUP = 64_000_000
_MOST_WORKERS = 4


@dataclass(frozen=True, slots=True)
class Found:
    """A street file to be read, with what its name says and its place in the order of files."""

    place: int
    item: StreetFile
    month: date
    force: str

    def account(self, sha256: str, state: str, counted: Counted | None = None) -> FileAccount:
        """The file's account; without ``counted`` no row of it was read."""
        rows = counted or Counted((), (), 0)
        return FileAccount(
            self.item.name, sha256, month_text(self.month), self.force, rows.rows_read, sum(rows.placed),
            sum(rows.unlocated), rows.rows_refused, rows.rows_outside, state,  # type: ignore[arg-type]
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class GroupRead:
    """A group as a worker read it: by position, each file or why there is none, and what the sound ones hold."""

    files: list[Seen | OutcomesError]
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


class Workers:
    """Unpack, hash and count groups ahead of their use, each worker on one core."""

    def __init__(self, context: Context, number: int) -> None:
        self.most = max(1, min(_MOST_WORKERS, os.cpu_count() or 1, number))
        self._context = context
        self._forces = {*context.placement.force.values(), *FORCES_WITHOUT_COUNCILS}
        self._archives = Archives()
        self._pool = ThreadPoolExecutor(self.most, "streets")
        self._counter = Counter(context.placement)
        self.areas = self._counter.areas
        self._started: dict[int, Future[GroupRead]] = {}

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._archives.close()

    def start(self, number: int, group: Sequence[Found]) -> None:
        """Begin with a group, unless that was done."""
        if number not in self._started:
            self._started[number] = self._pool.submit(self._work, group)

    def result(self, number: int) -> GroupRead:
        """A group that was started, read; it is let go of."""
        return self._started.pop(number).result()

    def _work(self, group: Sequence[Found]) -> GroupRead:
        files: list[Seen | OutcomesError] = []
        sound: dict[int, TextCells] = {}
        for place, each in enumerate(group):
            try:
                seen, found = self._read(each)
            except OutcomesError as error:
                files.append(error)
                continue
            files.append(seen)
            if found is not None:
                sound[place] = found
        counted = {place: self._counter.account(found, group[place].force) for place, found in sound.items()}
        return GroupRead(files, counted, self._counter.cells(sound))

    def _read(self, each: Found) -> tuple[Seen, TextCells | None]:
        """A file that passed by, and what it holds where that is new and sound."""
        seen, text = Seen(), self._counter.text(month_text(each.month), each.force)
        for piece in bytes_of(each.item, self._archives):
            seen.add(piece)
            text.add(piece)
        if (each.item.name, seen.sha256) in self._context.held:
            return seen, None
        self._check_name(each)
        return seen, text.cells() if seen.is_text else None

    def _check_name(self, each: Found) -> None:
        if month_number(each.month) > month_number(self._context.now.date()):
            raise SourceChanged(
                f"The file says it holds {month_text(each.month)}, which is in the future", file=each.item.name, column="Month",
                do="Check the file's name and this machine's date.",
            )  # fmt: skip
        if each.force not in self._forces:
            raise SourceChanged(
                f"“{each.force}” is no police force the project knows", file=each.item.name, do="Check the file's name."
            )
