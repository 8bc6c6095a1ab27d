"""Compact cells as observations: in the numbers of a database, piece by piece in the order in which it keeps its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from store.cells import CELL_TYPES, Cells

# All columns of ``observation`` from those that ``CellRows.between`` gives.
AS_OBSERVATIONS = (
    "SELECT area_id, measure_id, period_start, 1::SMALLINT AS period_months, events::DOUBLE AS numerator, "
    "NULL::DOUBLE AS denominator, NULL::DOUBLE AS value, 'observed' AS status, NULL::DOUBLE AS low, NULL::DOUBLE AS high, "
    "authority_id, file_id FROM"
)
_COLUMNS = pa.schema([
    ("area_id", pa.int32()), ("measure_id", pa.int16()), ("period_start", pa.date32()), ("events", pa.int32()),
    ("authority_id", pa.int32()), ("file_id", pa.int32()),
])  # fmt: skip
# Several threads share a table by its batches.
_ROWS_IN_A_BATCH = 100_000
_Numbers = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class CellRows:
    """The columns of cells, and what the database has at each position in them.

    These are the numbers of areas and measures (-1: not known), and of each file its first day (since 1970-01-01) and the
    number of its authority. Cells of slices that are not in use are left out.
    """

    columns: list[_Numbers]
    area_id: _Numbers
    measure_id: _Numbers
    period_start: _Numbers
    authority_id: _Numbers
    first_file: int

    def __len__(self) -> int:
        return len(self.columns[0])

    def between(self, lowest: int, highest: int) -> pa.Table:
        """The cells of the areas of these numbers, sorted by area, measure, month and authority."""
        file, area, measure, events = self.columns
        area_id = self.area_id[area]
        here = np.flatnonzero((area_id >= lowest) & (area_id <= highest))
        # Area, measure and file as one number are sorted much faster than the columns one after the other.
        order = _rank(self.measure_id)[measure[here]] << 24 | _rank(self.authority_id, self.period_start)[file[here]]
        here = here[np.argsort(area_id[here].astype(np.int64) << 32 | order)]
        file = file[here]
        columns = (area_id[here], self.measure_id[measure[here]], self.period_start[file], events[here],
                   self.authority_id[file], file + np.int32(self.first_file))  # fmt: skip
        arrays = [pa.array(column, field.type) for column, field in zip(columns, _COLUMNS, strict=True)]
        return pa.Table.from_batches(pa.table(arrays, schema=_COLUMNS).to_batches(_ROWS_IN_A_BATCH), _COLUMNS)


def cell_rows(connection: duckdb.DuckDBPyConnection, cells: Cells, first_file: int) -> CellRows:
    """The cells of a contribution whose first file has this number, after the table ``chosen`` says which slices are in use."""
    small = cells.small_tables()
    for name, frame in small.items():
        connection.register(name, frame)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE cell_slices AS SELECT f.file, f.period_start::DATE AS period_start, u.area_id AS authority_id, "
        "f.file + $first AS file_id FROM cell_files f JOIN area u ON u.kind = $kind AND u.code = f.authority",
        {"first": first_file, "kind": cells.authority_kind},
    )
    chosen = np.zeros((len(cells.periods), len(cells.measures)), dtype=np.bool_)
    in_use = connection.execute(
        "SELECT f.file, m.measure FROM chosen c JOIN cell_slices f USING (file_id, authority_id, period_start) "
        "JOIN measure USING (measure_id) JOIN cell_measures m USING (name) WHERE c.period_months = 1"
    ).fetchnumpy()
    chosen[in_use["file"], in_use["measure"]] = True
    columns = [cells.table[name].to_numpy() for name in CELL_TYPES.names]
    if not (used := chosen[columns[0], columns[2]]).all():
        columns = [column[used] for column in columns]

    def numbers(number: str, position: str, query: str) -> _Numbers:
        found = connection.execute(f"SELECT {number} AS number, {position} AS position FROM {query}").fetchnumpy()
        ids = np.full(len(small[f"cell_{position}s"]), -1, dtype=np.int32)
        ids[found["position"]] = found["number"]
        return ids

    rows = CellRows(
        columns=columns,
        area_id=numbers("area_id", "area", "cell_areas JOIN area a USING (code) WHERE a.kind = 'stable'"),
        measure_id=numbers("measure_id", "measure", "cell_measures JOIN measure m USING (name)"),
        period_start=np.array(cells.periods, dtype="datetime64[D]").astype(np.int32),
        authority_id=numbers("authority_id", "file", "cell_slices"),
        first_file=first_file,
    )
    for name in small:
        connection.unregister(name)
    return rows


def _rank(*columns: _Numbers) -> _Numbers:
    """Where each position comes when they are sorted by these columns, the last one first."""
    rank = np.empty(len(columns[0]), dtype=np.int64)
    rank[np.lexsort(columns)] = np.arange(len(rank))
    return rank
