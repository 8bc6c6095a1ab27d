"""A copy of the database that may leave this machine: without the exact figures that communities brought."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb

from store.schema import SCHEMA, SCHEMA_VERSION

TABLES: tuple[str, ...] = tuple(re.findall(r"CREATE TABLE (\w+)\(", SCHEMA))
# A figure is local by its file or by its measure: a revision has only the second, residents only the first.
_LOCAL_FILES = "SELECT file_id FROM old.fetched_file WHERE origin = 'local'"
_LOCAL_MEASURES = "SELECT measure_id FROM old.measure JOIN old.source USING (source_id) WHERE source.name = 'local'"
_BY_FILE = f"(file_id IS NULL OR file_id NOT IN ({_LOCAL_FILES}))"
_BY_MEASURE = f"measure_id NOT IN ({_LOCAL_MEASURES})"
_KEPT = {
    "fetched_file": "origin <> 'local'",
    "measure": f"({_BY_MEASURE} OR name IN (SELECT unnest($declared)))",
    "observation": f"{_BY_FILE} AND {_BY_MEASURE}",
    "coverage": f"{_BY_FILE} AND {_BY_MEASURE}",
    "revision": f"{_BY_FILE} AND {_BY_MEASURE}",
    "population": _BY_FILE,
    "deprivation": _BY_FILE,
    "local_detail": "false",
}


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy holds: the database's own account of itself, and how many local figures were left out."""

    software_version: str
    built_at: str
    is_sample: bool
    local_left_out: int


def copy_without_local(database: Path, target: Path, declared: Collection[str]) -> Copied:
    """Write ``database`` anew as ``target``, which must not exist, without anything that a community brought.

    Row by row into a new file, never a copied file with rows deleted from it: what is deleted stays in the file's free
    blocks. ``declared`` are measures the project itself names; a local measure of any other name is a community's own
    words, and stays behind too.
    """
    connection = duckdb.connect(str(target))
    try:
        connection.execute(SCHEMA)
        connection.execute(f"ATTACH '{str(database).replace(chr(39), chr(39) * 2)}' AS old (READ_ONLY)")
        for table in TABLES:
            _copy(connection, table, declared)
        left_out = _count(connection, "old.observation") - _count(connection, "observation")
        (row,) = connection.execute(
            "SELECT software_version, built_at, is_sample, content_sha256 FROM old.meta"
        ).fetchall()
        content = hashlib.sha256(f"{row[3]}|without local figures".encode()).hexdigest() if left_out else row[3]
        connection.execute("UPDATE meta SET schema_version = ?, content_sha256 = ?", [SCHEMA_VERSION, content])
        connection.execute("DETACH old")
        connection.execute("CHECKPOINT")
        return Copied(row[0], row[1].isoformat(timespec="seconds"), row[2], left_out)
    except BaseException:
        connection.close()
        target.unlink(missing_ok=True)
        raise
    finally:
        connection.close()
        with contextlib.suppress(OSError):
            target.with_name(target.name + ".wal").unlink()


def _copy(connection: duckdb.DuckDBPyConnection, table: str, declared: Collection[str]) -> None:
    """The rows that may leave, in their order. A database of an earlier schema lacks tables and columns added since."""
    columns = [row[0] for row in connection.execute(
        "SELECT column_name FROM duckdb_columns() WHERE database_name = 'old' AND table_name = $table ORDER BY column_index",
        {"table": table},
    ).fetchall()]  # fmt: skip
    if columns:
        values = {"declared": list(declared)} if table == "measure" else None
        connection.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns)} FROM old.{table} WHERE {_KEPT.get(table, 'true')}",
            values,
        )


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])
