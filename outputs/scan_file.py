"""A scan as a file: for analysts on their own machine, with the names of areas; for the pages, without.

The use statement goes with both. A CSV has no room for it, so it stands in the metadata beside it, as with all open data
(docs/decisions.md, 46); a Parquet file has it inside.
"""

from __future__ import annotations

import io
import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from indicators.scan_row import ScanRow
from indicators.scan_workers import Scan
from outputs.open_data import METADATA
from outputs.scan_words import MAY, MAY_NOT
from outputs.table import Table
from outputs.words import USE
from store.errors import BadQuestion, OutcomesError
from store.folder import Folder, replace_whole
from store.period import month_from_number, month_number, month_text

# What a page needs to draw how answers spread. No place, no authority and no count, which could tell a place.
UNNAMED = ("before", "after", "small_areas", "ratio", "alone")
_TEXTS = ("place", "name", "kind", "council", "authority", "country", "started", "before", "after", "widened", "alone", "verdict",
          "because")  # fmt: skip
_WHOLE = ("small_areas", "similar_places", "placebo_at_least")


def write_scan(scan: Scan, path: Path) -> list[Path]:
    """Write all rows as ``.csv`` (with its metadata beside it) or ``.parquet``; the paths. OutcomesError where that fails."""
    names = [field.name for field in fields(ScanRow)]
    if path.suffix == ".csv":
        rows = tuple(tuple(getattr(row, name) for name in names) for row in scan.rows)
        beside = path.with_name(path.name + METADATA.removeprefix(".csv"))
        notes = json.dumps(_about(scan) | {"url": path.name}, ensure_ascii=False, indent=2) + "\n"
        files = {path: Table(tuple(names), rows).csv().encode("utf-8-sig"), beside: notes.encode("utf-8")}
    elif path.suffix == ".parquet":
        files = {path: _parquet(scan, names, scan.rows)}
    else:
        raise BadQuestion(f"“{path.name}” is neither CSV nor Parquet", do="Let the name end in .csv or .parquet.")
    return _written(files)


def save_unnamed(scan: Scan, folder: Folder) -> Path:
    """Write what the pages show of a scan to the data folder: made-up neighbourhoods only, in no order that tells a place."""
    start = scan.question.start
    if start is None:
        assert scan.question.before is not None
        start = month_from_number(month_number(scan.question.before.last) + 1)
    # Ordered by what is shown, so that the order of the areas is lost.
    singles = sorted(
        (row for row in scan.rows if row.kind == "single" and not row.started and row.ratio is not None),
        key=lambda row: (row.before, row.after, row.ratio or 0.0, row.alone),
    )
    kept = [replace(row, ratio=None) if row.alone == "Too few events to tell" else row for row in singles]
    path = folder.scans / f"{scan.question.indicator}-{month_text(start)}.parquet"
    return _written({path: _parquet(scan, UNNAMED, kept)})[0]


def _parquet(scan: Scan, names: Any, rows: Any) -> bytes:
    columns = {name: pa.array([getattr(row, name) for row in rows], type=_kind(name)) for name in names}
    table = pa.table(columns).replace_schema_metadata({key: str(value) for key, value in _about(scan).items()})
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def _kind(name: str) -> pa.DataType:
    return pa.string() if name in _TEXTS else pa.int64() if name in _WHOLE else pa.float64()


def _about(scan: Scan) -> dict[str, str]:
    return {
        "dc:title": f"Scan of {scan.question.indicator}",
        "dc:description": f"{MAY} {MAY_NOT}",
        "dc:rights": USE,
        "stamp": scan.stamp,
    }


def _written(files: dict[Path, bytes]) -> list[Path]:
    for path, content in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_whole(path, content)
        except OSError as error:
            raise OutcomesError(f"{path} cannot be written: {error.strerror}", do="Choose another folder.") from error
    return list(files)
