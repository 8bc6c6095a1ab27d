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
    """Cells, and what the database has at each position in their columns.

    These are the numbers of areas and measures (-1: not known), and of each file its first day (since 1970-01-01) and the
    number of its authority; ``in_use`` says for each file and measure whether that slice is to be written.
    """

    table: pa.Table
    area_id: _Numbers
    measure_id: _Numbers
    period_start: _Numbers
    authority_id: _Numbers
    first_file: int
    in_use: _Numbers

    def between(self, lowest: int, highest: int) -> pa.Table:
        """What is in use in the areas of these numbers, sorted by area, measure, month and authority."""
        parts = [self._part(batch, lowest, highest) for batch in self.table.to_batches()]
        file, area, measure, events = (np.concatenate(column) for column in zip(*parts, strict=True))
        # Area, measure and file as one number are sorted much faster than the columns one after the other.
        order = _rank(self.measure_id)[measure] << 24 | _rank(self.authority_id, self.period_start)[file]
        order = np.argsort(self.area_id[area].astype(np.int64) << 32 | order)
        file, measure = file[order], measure[order]
        columns = (self.area_id[area[order]], self.measure_id[measure], self.period_start[file], events[order],
                   self.authority_id[file], file + np.int32(self.first_file))  # fmt: skip
        arrays = [pa.array(column, field.type) for column, field in zip(columns, _COLUMNS, strict=True)]
        return pa.Table.from_batches(pa.table(arrays, schema=_COLUMNS).to_batches(_ROWS_IN_A_BATCH), _COLUMNS)

    def _part(self, batch: pa.RecordBatch, lowest: int, highest: int) -> list[_Numbers]:
        columns = file, area, measure, _ = [batch[name].to_numpy() for name in CELL_TYPES.names]
        area_id = self.area_id[area]
        here = np.flatnonzero((area_id >= lowest) & (area_id <= highest))
        here = here[self.in_use[file[here], measure[here]]]
        return [column[here] for column in columns]


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
    in_use = np.zeros((len(cells.periods), len(cells.measures)), dtype=np.bool_)
    chosen = connection.execute(
        "SELECT f.file, m.measure FROM chosen c JOIN cell_slices f USING (file_id, authority_id, period_start) "
        "JOIN measure USING (measure_id) JOIN cell_measures m USING (name) WHERE c.period_months = 1"
    ).fetchnumpy()
    in_use[chosen["file"], chosen["measure"]] = True

    def numbers(known: str, positions: int) -> _Numbers:
        found = connection.execute(f"SELECT {known}").fetchnumpy()
        ids = np.full(positions, -1, dtype=np.int32)
        ids[found["position"]] = found["number"]
        return ids

    area = "a.area_id AS number, c.area AS position FROM cell_areas c JOIN area a USING (code) WHERE a.kind = 'stable'"
    measure = "measure_id AS number, c.measure AS position FROM cell_measures c JOIN measure USING (name)"
    authority = "authority_id AS number, file AS position FROM cell_slices"
    rows = CellRows(
        table=cells.table,
        area_id=numbers(area, len(cells.areas)),
        measure_id=numbers(measure, len(cells.measures)),
        period_start=np.array(cells.periods, dtype="datetime64[D]").astype(np.int32),
        authority_id=numbers(authority, len(cells.authorities)),
        first_file=first_file,
        in_use=in_use,
    )
    for name in small:
        connection.unregister(name)
    return rows


def _rank(*columns: _Numbers) -> _Numbers:
    """Where each position comes when they are sorted by these columns, the last one first."""
    rank = np.empty(len(columns[0]), dtype=np.int64)
    rank[np.lexsort(columns)] = np.arange(len(rank))
    return rank
