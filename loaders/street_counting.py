"""Many street files counted at once: one pass over the few columns that are needed, all checks on the groups it gives."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from loaders.street_rows import CATEGORIES, COLUMNS, HEADER, READ_CSV, force_in_rows
from loaders.unpacking import Unpacked
from store.cells import CELL_TYPES
from store.placing import Placement

_MEMORY = "1GB"
_HEADER = ",".join(HEADER).encode()
_FORCE = HEADER.index("Falls within")
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


# A file and the force as its first row has it.
_Sound = tuple[Wanted, str]


class Counter:
    """Counts street files by stable area and crime type, on one core."""

    def __init__(self, placement: Placement) -> None:
        self.areas = tuple(sorted({*placement.stable.values()}))
        self._connection = duckdb.connect()
        # Several counters work side by side: that takes half the time of one that spreads small files over all cores.
        self._connection.execute(
            f"SET memory_limit = '{_MEMORY}'; SET threads = 1; SET preserve_insertion_order = false"
        )
        position = {code: number for number, code in enumerate(self.areas)}
        stable = placement.stable
        codes = pa.table({
            "code": [*stable], "area": pa.array([position[area] for area in stable.values()], pa.int32()),
            "home": pa.array([placement.force.get(area) for area in stable.values()], pa.string()),
        })  # fmt: skip
        self._connection.register("codes_in", codes)
        self._connection.execute("CREATE TEMP TABLE codes AS SELECT * FROM codes_in")
        self._connection.unregister("codes_in")
        kinds = ", ".join(f"'{kind}'" for kind in CATEGORIES)
        self._connection.execute(f"CREATE TYPE crime_type AS ENUM ({kinds})")

    def close(self) -> None:
        """Let go of the engine."""
        self._connection.close()

    def count(self, files: Mapping[int, Wanted]) -> tuple[dict[int, Counted], pa.Table]:
        """What each sound file holds, by its number, and the cells of all of them; ``file`` is that number.

        A file that is absent from the answer has something about it that must be looked at row by row: another header,
        other text than UTF-8, a row of another length, month or force, a crime type or a code that is not known.
        """
        found: dict[int, Counted] = {}
        cells = [CELL_TYPES.empty_table()]
        sound = {
            number: (item, said) for number, item in files.items() if (said := _force_in_first_row(item)) is not None
        }
        for _ in self._readable(sound):
            found |= self._totals()
            cells.append(self._cells())
        return found, pa.concat_tables(cells)

    def _readable(self, files: Mapping[int, _Sound]) -> Iterator[None]:
        """Stops with ``counted`` filled: once for all files, or for each by itself where the engine stumbles over one of them."""
        if files and self._group(files):
            yield
        elif len(files) > 1:
            for number, item in files.items():
                if self._group({number: item}):
                    yield

    def _group(self, files: Mapping[int, _Sound]) -> bool:
        # What a file's name and first row say holds for all of its rows: looked up once for thousands of them.
        by_path = "map_extract_value(map($paths, ${}), filename)"
        try:
            self._connection.execute(
                f"""CREATE OR REPLACE TEMP TABLE counted AS
                SELECT g.file, c.area, enum_code(g.kind)::UTINYINT AS measure, g.code IS NULL AS nowhere, g.events,
                  map_extract_value(map($numbers, $forces), g.file) IS DISTINCT FROM c.home AS outside,
                  g.other OR g.kind IS NULL OR (g.code IS NOT NULL AND c.area IS NULL) AS odd
                FROM (SELECT {by_path.format("numbers")} AS file, "LSOA code" AS code, count(*) AS events,
                    TRY_CAST("Crime type" AS crime_type) AS kind, bool_or("Month" IS DISTINCT FROM {by_path.format("months")}
                      OR "Falls within" IS DISTINCT FROM {by_path.format("within")}) AS other
                  FROM {READ_CSV}, filename = true) GROUP BY ALL) g LEFT JOIN codes c USING (code)""",
                {
                    "paths": [str(item.file.path) for item, _ in files.values()], "numbers": [*files],
                    "forces": [item.force for item, _ in files.values()], "months": [item.month for item, _ in files.values()],
                    "within": [said for _, said in files.values()],
                    "files": [str(item.file.path) for item, _ in files.values()], "columns": COLUMNS,
                },
            )  # fmt: skip
        except duckdb.Error:
            return False
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
    placed, unlocated, outside = zip(
        *(measures.get(number, (0, 0, 0)) for number in range(len(CATEGORIES))), strict=True
    )
    return Counted(placed, unlocated, sum(outside))


def _force_in_first_row(item: Wanted) -> str | None:
    """The force as the first row has it, where the header is to the letter the publisher's, all of the file is text and
    that force is the one of the file's name; otherwise None."""
    header, _, rest = item.file.head.removeprefix(_MARK).partition(b"\n")
    first, end, _ = rest.partition(b"\n")
    if not (item.file.is_text and end and header.removesuffix(b"\r") == _HEADER):
        return None
    cells = next(csv.reader([first.decode("utf-8").rstrip("\r")]), [])
    said = cells[_FORCE] if len(cells) == len(HEADER) else ""
    return said if force_in_rows(item.force) in said.lower().replace("&", "and").replace(" ", "-") else None
