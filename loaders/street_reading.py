"""Street files read in groups, a month of an archive at a time, each file accounted for."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from loaders.reading import Context, FileAccount, Problem
from loaders.staged_streets import StagedStreets
from loaders.street_counting import Counted
from loaders.street_files import StreetFile, on_disk
from loaders.street_groups import Found, GroupRead, Hashed, Workers, groups
from loaders.street_rows import CATEGORIES, tidy
from store.cells import CELL_TYPES
from store.contribution import LoadedFile
from store.errors import OutcomesError
from store.period import parse_month

OUTSIDE = ("northern-ireland",)  # its areas are in no lookup of England and Wales


@dataclass(frozen=True, slots=True)
class Street:
    """One street file that is to be used: its account, and its place among the files of ``StreetsRead.table``."""

    file: LoadedFile
    month: date
    force: str
    counted: Counted


@dataclass(slots=True)
class StreetsRead:
    """What became of every file, in the order they were found; ``table`` are the cells of ``streets`` (store.cells)."""

    accounts: list[FileAccount]
    problems: list[Problem] = field(default_factory=list)
    streets: list[Street] = field(default_factory=list)
    tables: list[pa.Table] = field(default_factory=list)
    areas: tuple[str, ...] = ()

    @property
    def table(self) -> pa.Table:
        """The cells of all files in use."""
        return pa.concat_tables([CELL_TYPES.empty_table(), *self.tables])


@dataclass(slots=True)
class _Pace:
    """How fast a long reading goes: ``rows`` so far, and ``share`` of all that there is to read."""

    rows: int = 0
    share: float = 0.0
    started: float = field(default_factory=time.monotonic)

    def words(self) -> str:
        """For a line of progress."""
        taken = time.monotonic() - self.started
        left = f", about {_in_time(taken / self.share - taken)} left" if self.share else ""
        return f"Reading street files ({self.rows:,} rows, {self.rows / max(taken, 0.001):,.0f} a second{left})"


def _in_time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} minutes"


def read_streets(found: Sequence[StreetFile], context: Context) -> StreetsRead:
    """Read the street files among ``found``; others are accounted for and left alone."""
    reader = _Reader(found, context)
    staged = StagedStreets(context.staged, context.placement)
    wanted = [*groups(reader.look_at_names(found))]
    held = [staged.read([each.item for each in group]) for group in wanted]
    fresh = [number for number, before in enumerate(held) if before is None]
    with Workers(context, [wanted[number] for number in fresh]) as workers:
        reader.read.areas = workers.areas
        for number in fresh[: workers.most]:
            workers.start(number, wanted[number])
        for number, group in enumerate(context.progress(wanted, reader.pace.words, len(wanted))):
            before = held[number]
            if before is not None:
                reader.take(group, *before)
            else:
                done = workers.result(number)
                fresh.remove(number)
                for ahead in fresh[: workers.most]:
                    workers.start(ahead, wanted[ahead])
                reader.use(group, done, staged)
            reader.pace.share = (number + 1) / len(wanted)
    return reader.read


class _Reader:
    def __init__(self, found: Sequence[StreetFile], context: Context) -> None:
        self.context = context
        self.pace = _Pace()
        self.read = StreetsRead([FileAccount(item.name, "", "", "", 0, 0, 0, 0, 0, "ignored") for item in found])
        self._seen: set[tuple[str, str]] = set()

    def look_at_names(self, found: Sequence[StreetFile]) -> list[Found]:
        """The files that are to be opened."""
        wanted = []
        for place, item in enumerate(found):
            if item.parts is None:
                words = "Not a police.uk file by its name, so it was left alone"
                self.read.problems.append(
                    Problem("warning", item.name, None, (), words, "Nothing, if it does not belong here.")
                )
                continue
            try:
                each = Found(place, item, parse_month(item.parts[1]), item.parts[2])
            except OutcomesError as error:
                self._refuse(place, item, error)
                continue
            if item.parts[3] == "street" and each.force not in OUTSIDE:
                wanted.append(each)
            else:
                self.read.accounts[place] = each.account("", "ignored")
        return wanted

    def take(self, group: Sequence[Found], counted: Sequence[tuple[str, int, Counted]], cells: pa.Table) -> None:
        """Use what an interrupted reading has left."""
        use: dict[int, Street] = {}
        for number, (each, (sha256, size, holds)) in enumerate(zip(group, counted, strict=True)):
            if self._is_new(each, sha256):
                use[number] = self._load(each, sha256, size, holds)
        self._keep(use, cells)

    def use(self, group: Sequence[Found], done: GroupRead, staged: StagedStreets) -> None:
        """Take what was counted, and look at the files that are odd one by one."""
        use: dict[int, Street] = {}
        odd: list[tuple[Found, Hashed]] = []
        for number, (each, file) in enumerate(zip(group, done.files, strict=True)):
            if isinstance(file, OutcomesError):
                self._refuse(each.place, each.item, file)
            elif self._is_new(each, file.sha256):
                if number in done.counted:
                    use[number] = self._load(each, file.sha256, file.size, done.counted[number])
                else:
                    odd.append((each, file))
        self._keep(use, done.cells)
        if len(use) == len(group):
            counted = [(street.file.sha256, street.file.bytes, street.counted) for street in use.values()]
            staged.write([each.item for each in group], counted, done.cells)
        for each, file in odd:
            self._look_closer(each, file)

    def _is_new(self, each: Found, sha256: str) -> bool:
        key = (each.item.name, sha256)
        if key in self.context.held or key in self._seen:
            self.read.accounts[each.place] = each.account(sha256, "unchanged")
            return False
        self._seen.add(key)
        return True

    def _refuse(self, place: int, item: StreetFile, error: OutcomesError) -> None:
        self.read.problems.append(Problem.of(error, item.name))
        self.read.accounts[place] = replace(self.read.accounts[place], state="refused")

    def _load(self, each: Found, sha256: str, size: int, counted: Counted) -> Street:
        self.pace.rows += counted.rows_read
        self.read.accounts[each.place] = each.account(sha256, "loaded", counted)
        file = LoadedFile(
            each.item.name, sha256, size, "", self.context.now, each.item.edition, "publisher", counted.rows_read,
            sum(counted.placed), sum(counted.unlocated), counted.rows_refused,
        )  # fmt: skip
        return Street(file, each.month, each.force, counted)

    def _keep(self, use: dict[int, Street], cells: pa.Table) -> None:
        """Add these files, by their position in ``cells``, and the cells that belong to them."""
        if not use:
            return
        position = cells["file"].to_numpy()
        numbers = np.full(max(*use, int(position.max(initial=0)), 0) + 1, -1, dtype=np.int32)
        for place, street in use.items():
            numbers[place] = len(self.read.streets)
            self.read.streets.append(street)
        file = numbers[position]
        self.read.tables.append(cells.set_column(0, "file", pa.array(file)).filter(pa.array(file >= 0)))

    def _look_closer(self, each: Found, file: Hashed) -> None:
        """Read one file row by row: it turns out to be sound, or what is wrong with it is named."""
        name, sha256 = each.item.name, file.sha256
        try:
            with on_disk(each.item) as path:
                rows = tidy(path, name, each.month, each.force)
        except OutcomesError as error:
            self._seen.discard((name, sha256))
            self._refuse(each.place, each.item, error)
            return
        placement = self.context.placement
        rows = rows.assign(stable=rows["code"].map(placement.stable), kind=rows["category"].map([*CATEGORIES].index))
        nowhere = rows["code"] == ""
        refused = rows["stable"].isna() & ~nowhere
        placed = rows[rows["stable"].notna()]

        def by_kind(part: pd.DataFrame) -> tuple[int, ...]:
            totals = part.groupby("kind")["rows"].sum().reindex(range(len(CATEGORIES)), fill_value=0)
            return tuple(int(number) for number in totals)

        outside = int(placed["rows"][placed["stable"].map(placement.force) != each.force].sum())
        counted = Counted(by_kind(placed), by_kind(rows[nowhere]), outside, int(rows["rows"][refused].sum()))
        before = self.context.for_file(name, sha256)
        if self.context.is_as_before(name, sha256, counted.rows_refused):
            self.read.accounts[each.place] = each.account(sha256, "unchanged")
            return
        accepted = counted.rows_refused <= before.accept_refused
        if counted.rows_refused:
            self._tell_refused(name, rows[refused], counted.rows_refused, accepted)
        if not accepted:
            self.read.accounts[each.place] = each.account(sha256, "refused", counted)
            return
        cells = placed.groupby(["stable", "kind"], as_index=False)["rows"].sum()
        positions = pd.Index(self.read.areas).get_indexer(pd.Index(cells["stable"]))
        table = pa.table([np.zeros(len(cells)), positions, cells["kind"], cells["rows"]], names=CELL_TYPES.names)
        self._keep({0: self._load(each, sha256, file.size, counted)}, table.cast(CELL_TYPES))

    def _tell_refused(self, name: str, rows: pd.DataFrame, number: int, accepted: bool) -> None:
        lines = sorted(int(line) for some in rows["lines"] for line in some)
        self.read.problems.append(
            Problem(
                "warning" if accepted else "error", name, "LSOA code", tuple(lines[:20]),
                f"{number} rows have a small-area code that no lookup knows, such as {min(rows['code'])}",
                f"Import a newer ONS lookup, or repeat with --accept-refused {number} to leave these rows out.",
            )
        )  # fmt: skip
