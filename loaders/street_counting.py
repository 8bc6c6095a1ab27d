"""Many street files counted at once: one pass over the few columns that are needed, all checks on the groups it gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from loaders.street_rows import CATEGORIES, COLUMNS, FORCE_IN_ROWS, HEADER, READ_CSV, force_in_rows
from loaders.unpacking import Unpacked
from store.cells import CELL_TYPES
from store.placing import Placement

_MEMORY = "1GB"
_HEADER = ",".join(HEADER).encode()
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Counted:
    """What a street file holds: rows placed, without a place and refused in all, the first two by measure as well.

    ``rows_outside`` are those placed in another force's area.
    """

    placed: tuple[int, ...]
    unlocated: tuple[int, ...]
    rows_outside: int
    rows_refused: int = 0

    @property
    def rows_read(self) -> int:
        """All rows of the file."""
        return sum(self.placed) + sum(self.unlocated) + self.rows_refused


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file with the month (YYYY-MM) and force that its name promises."""

    file: Unpacked
    month: str
    force: str


class Counter:
    """Counts street files by stable area and crime type. Use as a context manager."""

    def __init__(self, placement: Placement) -> None:
        self.areas = tuple(sorted({*placement.stable.values()}))
        self._connection = duckdb.connect()
        self._connection.execute(f"SET memory_limit = '{_MEMORY}'; SET preserve_insertion_order = false")
        position = {code: number for number, code in enumerate(self.areas)}
        stable = placement.stable
        codes = pa.table({
            "code": [*stable], "area": pa.array([position[area] for area in stable.values()], pa.int32()),
            "home": pa.array([placement.force.get(area) for area in stable.values()], pa.string()),
        })  # fmt: skip
        kinds = pa.table({"kind": [*CATEGORIES], "measure": pa.array(range(len(CATEGORIES)), pa.uint8())})
        for name, table in (("codes", codes), ("kinds", kinds)):
            self._connection.register(f"{name}_in", table)
            self._connection.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM {name}_in")
            self._connection.unregister(f"{name}_in")

    def __enter__(self) -> Counter:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def count(self, files: Sequence[Wanted]) -> tuple[dict[int, Counted], pa.Table]:
        """What each sound file holds, by its position, and the cells of all of them; ``file`` is that position.

        A file that is absent from the answer has something about it that must be looked at row by row: another header,
        other text than UTF-8, a row of another length, month or force, a crime type or a code that is not known.
        """
        found: dict[int, Counted] = {}
        cells = [CELL_TYPES.empty_table()]
        sound = [number for number, item in enumerate(files) if _looks_right(item.file)]
        for _ in self._readable(sound, files):
            found |= self._totals()
            cells.append(self._cells())
        return found, pa.concat_tables(cells)

    def _readable(self, numbers: list[int], files: Sequence[Wanted]) -> Iterator[None]:
        """Stops with ``counted`` filled: once for all files, or for each by itself where the engine stumbles over one of them."""
        if numbers and self._group(numbers, files):
            yield
        elif len(numbers) > 1:
            for number in numbers:
                if self._group([number], files):
                    yield

    def _group(self, numbers: list[int], files: Sequence[Wanted]) -> bool:
        wanted = [(number, str(files[number].file.path), files[number].month, files[number].force, force_in_rows(files[number].force))
                  for number in numbers]  # fmt: skip
        columns = ("file", "path", "month", "force", "within")
        self._connection.register("wanted_in", pa.table(dict(zip(columns, map(list, zip(*wanted, strict=True)), strict=True))))
        try:
            self._connection.execute(
                f"""CREATE OR REPLACE TEMP TABLE counted AS
                SELECT w.file, c.area, k.measure, g.code IS NULL AS nowhere, w.force IS DISTINCT FROM c.home AS outside, g.events,
                  g.month IS DISTINCT FROM w.month OR k.measure IS NULL OR (g.code IS NOT NULL AND c.area IS NULL)
                  OR NOT contains({FORCE_IN_ROWS.replace('"Falls within"', "g.within")}, w.within) AS odd
                FROM (SELECT filename, "Month" AS month, "Falls within" AS within, "LSOA code" AS code,
                    "Crime type" AS kind, count(*) AS events FROM {READ_CSV}, filename = true) GROUP BY ALL) g
                LEFT JOIN codes c USING (code) LEFT JOIN kinds k USING (kind) JOIN wanted_in w ON w.path = g.filename""",
                {"files": [path for _, path, *_ in wanted], "columns": COLUMNS},
            )
        except duckdb.Error:
            return False
        finally:
            self._connection.unregister("wanted_in")
        return True

    def _totals(self) -> dict[int, Counted]:
        rows = self._connection.execute(
            "SELECT file, measure, coalesce(sum(events) FILTER (NOT nowhere), 0)::BIGINT, "
            "coalesce(sum(events) FILTER (nowhere), 0)::BIGINT, coalesce(sum(events) FILTER (outside AND NOT nowhere), 0)::BIGINT "
            "FROM counted WHERE file NOT IN (SELECT file FROM counted WHERE odd) GROUP BY file, measure ORDER BY file"
        ).fetchall()
        by_file: dict[int, dict[int, tuple[int, int, int]]] = {}
        for file, measure, *numbers in rows:
            by_file.setdefault(file, {})[measure] = (numbers[0], numbers[1], numbers[2])
        return {file: _counted(measures) for file, measures in by_file.items()}

    def _cells(self) -> pa.Table:
        # Two codes of one edition can be one stable area, so cells are added up once more.
        found = self._connection.sql(
            "SELECT file::INTEGER AS file, area, measure, sum(events)::INTEGER AS events FROM counted "
            "WHERE NOT nowhere AND file NOT IN (SELECT file FROM counted WHERE odd) GROUP BY ALL"
        )
        return found.to_arrow_table().cast(CELL_TYPES)


def _counted(measures: Mapping[int, tuple[int, int, int]]) -> Counted:
    placed, unlocated, outside = zip(*(measures.get(number, (0, 0, 0)) for number in range(len(CATEGORIES))), strict=True)
    return Counted(placed, unlocated, sum(outside))


def _looks_right(file: Unpacked) -> bool:
    """Whether the header is to the letter the publisher's, and all of the file is text."""
    first, end, _ = file.head.removeprefix(_MARK).partition(b"\n")
    return file.is_text and bool(end) and first.removesuffix(b"\r") == _HEADER
