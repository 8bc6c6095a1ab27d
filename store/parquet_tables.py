"""The database as Parquet files, for engines that read many files from object storage."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from pathlib import Path

import duckdb

from store.errors import OutcomesError
from store.snapshot import TABLES

_ROWS_IN_A_GROUP = 100_000
_AS = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROWS_IN_A_GROUP}"
# Within a measure by area, so that a neighbourhood lies in one row group of each (docs/scaling.md has the figures).
_ORDER = "area_id, period_start, period_months, authority_id"
_WRITTEN = re.compile(rf"observation(/measure_id=\d+(/part-0\.parquet)?)?|README\.md|({'|'.join(TABLES)})\.parquet")
_README = """# Neighbourhood outcomes as Parquet

The tables of the database, one file each; `observation` has a folder for each measure (`measure_id=…`), sorted by area and
month, {rows:,} rows a group, zstd. Read it with hive partitioning. Keys are small numbers: `area` and `measure` hold the words.
Schema version {schema_version}; software version {software_version}; built at {built_at} (UTC).

## Nought, missing, hidden

- **Only counts that are not nought are stored.** A missing row is nought where `coverage.state` is `reported` for that
  measure, authority and period; everywhere else it is unknown. `sum()` over rows alone tells neither, and a difference of two
  such sums is NULL where one window is empty.
- The authority of an area is its home force (`area_member`, relation `in_police_force`), or its country for figures that one
  national system counts. Rows of another authority in the area are added and never create coverage.
- `suspect` months are held and kept out of windows; `absent` months did not come.
- Where `status` is `suppressed` or `missing` there is no `numerator`: the count is unknown, between `low` and `high` where these
  are given. It is never nought, and a sum with such a cell is unknown. `rounded` counts are as published.
- `recording_break` names months in which the counting changed.
- `period_months` is 0 for a level on one day, 1 for a month. Add `events`; average `stock`; never add the other kinds.

Exact figures that communities brought are not here: they stay on the machine they were brought to.

## What it may not be used for

Not for decisions about a person, household, street, school or practice, and not for insurance, valuation or lending. A figure
of an area says nothing about anybody who lives there.

## Sources and licences

{sources}
"""


def write_parquet(database: Path, target: Path) -> None:
    """Write every table of ``database`` into the folder ``target``, in the place of what an earlier call wrote there:
    observations in a folder a measure, every other table in one file, and how nought and missing are told apart.

    ``database`` is a copy that may leave this machine (``copy_without_local``). Raises OutcomesError where ``target``
    holds anything else.
    """
    target = target.resolve()
    if target.exists() and any(target.iterdir()) and not _is_an_export(target):
        raise OutcomesError("This folder holds other things", file=str(target), do="Name a new or empty folder.")
    beside, old = (target.with_name(f".{target.name}.{os.getpid()}.{what}") for what in ("new", "old"))
    try:
        shutil.rmtree(beside, ignore_errors=True)
        (beside / "observation").mkdir(parents=True)
        with contextlib.closing(duckdb.connect()) as connection:
            connection.execute(f"ATTACH '{_quoted(database)}' AS given (READ_ONLY)")
            connection.execute("USE given")
            _write_tables(connection, beside)
            (beside / "README.md").write_text(_readme(connection), encoding="utf-8")
        if target.exists():
            target.rename(old)
        beside.rename(target)
    except BaseException:
        if old.exists() and not target.exists():
            old.rename(target)
        raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def _is_an_export(folder: Path) -> bool:
    """Whether this is what an earlier call wrote, and nothing besides: it will be taken away whole."""
    held = (path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    return (folder / "observation").is_dir() and all(_WRITTEN.fullmatch(name) for name in held)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _write_tables(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    for table in TABLES:
        if table != "observation":
            # JSON is a text with a mark that not every engine knows.
            columns = "* REPLACE (outline::VARCHAR AS outline)" if table == "area" else "*"
            connection.execute(f"COPY (SELECT {columns} FROM {table}) TO '{_quoted(folder / table)}.parquet' ({_AS})")
    for (measure,) in connection.execute("SELECT DISTINCT measure_id FROM observation ORDER BY 1").fetchall():
        part = folder / "observation" / f"measure_id={measure}"
        part.mkdir()
        connection.execute(
            f"COPY (SELECT * EXCLUDE (measure_id) FROM observation WHERE measure_id = {measure} ORDER BY {_ORDER}) "
            f"TO '{_quoted(part / 'part-0.parquet')}' ({_AS})"
        )


def _readme(connection: duckdb.DuckDBPyConnection) -> str:
    (meta,) = connection.execute("SELECT schema_version, software_version, built_at FROM meta").fetchall()
    used = connection.execute(
        "SELECT DISTINCT s.title, s.attribution, s.licence FROM source s JOIN fetched_file f USING (source_id) ORDER BY ALL"
    ).fetchall()
    lines = "\n".join(f"- {title}: {attribution} ({licence})" for title, attribution, licence in used)
    return _README.format(
        rows=_ROWS_IN_A_GROUP, schema_version=meta[0], software_version=meta[1], built_at=meta[2].isoformat(timespec="seconds"),
        sources=lines or "None is loaded.",
    )  # fmt: skip
