"""Counts of many small areas by month, carried in columns of small numbers instead of a frame of words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

CELL_TYPES = pa.schema([("file", pa.int32()), ("area", pa.int32()), ("measure", pa.uint8()), ("events", pa.int32())])


@dataclass(frozen=True, slots=True)
class Cells:
    """Observed counts of stable areas, each file being of one month and one authority.

    ``table`` has the columns of ``CELL_TYPES``, each a position: ``file`` in the contribution's files and in ``periods``
    (the first day of its month) and ``authorities``, ``area`` in ``areas`` (stable codes), ``measure`` in ``measures``
    (names). No cell stands twice; zeros are left out. The whole country's month takes about 3 MB.
    """

    table: pa.Table
    areas: tuple[str, ...]
    measures: tuple[str, ...]
    periods: tuple[date, ...]
    authorities: tuple[str, ...]
    authority_kind: str = "police_force"

    def small_tables(self) -> dict[str, pd.DataFrame]:
        """What the positions mean, by the names under which queries join them: ``cell_areas, cell_measures, cell_files``."""
        return {
            "cell_areas": _numbered("area", code=self.areas),
            "cell_measures": _numbered("measure", name=self.measures),
            "cell_files": _numbered(
                "file", period_start=pd.to_datetime(list(self.periods)), authority=self.authorities
            ),
        }

    def in_words(self, connection: duckdb.DuckDBPyConnection, name: str) -> str:
        """The query for the same rows in words, as ``file, area_kind, area_code, measure, period_start, period_months,
        numerator, status, authority_kind, authority``; ``name`` is a prefix of its own for what it reads."""
        connection.register(f"{name}_cells", self.table)
        for small, frame in self.small_tables().items():
            connection.register(f"{name}_{small}", frame)
        return (
            "SELECT file, 'stable' AS area_kind, a.code AS area_code, m.name AS measure, f.period_start, 1 AS period_months, "
            f"events AS numerator, 'observed' AS status, '{self.authority_kind}' AS authority_kind, f.authority "
            f"FROM {name}_cells JOIN {name}_cell_areas a USING (area) JOIN {name}_cell_measures m USING (measure) "
            f"JOIN {name}_cell_files f USING (file)"
        )

    def frame(self) -> pd.DataFrame:
        """The same rows as ``contribution.OBSERVATION_COLUMNS``: for looking at few of them."""
        file, area, measure, events = (self.table[name].to_numpy() for name in CELL_TYPES.names)
        return pd.DataFrame({
            "file": file, "area_kind": "stable", "area_code": np.array(self.areas, dtype=object)[area],
            "measure": np.array(self.measures, dtype=object)[measure],
            "period_start": pd.to_datetime(list(self.periods)).to_numpy()[file], "period_months": 1,
            "numerator": events.astype(float), "denominator": float("nan"), "value": float("nan"), "status": "observed",
            "low": float("nan"), "high": float("nan"), "authority_kind": self.authority_kind,
            "authority": np.array(self.authorities, dtype=object)[file],
        })  # fmt: skip


def _numbered(position: str, **columns: object) -> pd.DataFrame:
    frame = pd.DataFrame(columns)
    frame.insert(0, position, range(len(frame)))
    return frame
