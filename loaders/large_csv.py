"""CSV files too large to be held whole, read by the database engine; no complaint quotes what stands in them.

Some of these files are of addresses. So a complaint names file, column and line, never the words of a row, and the
engine's own errors, which do quote rows, are not passed on.
"""

from __future__ import annotations

import contextlib
import csv
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import duckdb

from loaders.csv_table import AGAIN
from store.errors import SourceChanged

_MEMORY = "1GB"


@contextlib.contextmanager
def workspace() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database for as long as the block lasts, kept in a folder of its own so that memory stays bounded."""
    with tempfile.TemporaryDirectory(prefix="outcomes-") as folder:
        connection = duckdb.connect(str(Path(folder) / "work.duckdb"))
        try:
            connection.execute(f"SET memory_limit = '{_MEMORY}'")
            yield connection
        finally:
            connection.close()


def first_row(path: Path, name: str) -> list[str]:
    """The file's first row; SourceChanged where it is not UTF-8 text or there is none."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            row = next(csv.reader(file), [])
    except (UnicodeDecodeError, csv.Error):
        raise SourceChanged("The file is not CSV in UTF-8", file=name, rows=[1], do=AGAIN) from None
    if not row:
        raise SourceChanged("The file holds no rows", file=name, do=AGAIN)
    return row


def stage(
    connection: duckdb.DuckDBPyConnection, path: Path, name: str, columns: Sequence[str], header: bool,
    table: str, keep: Mapping[str, str],
) -> int:  # fmt: skip
    """Read the file into ``table`` and return how many rows it has.

    ``columns`` are all the file's columns in order, read as text (an empty cell is an empty text); ``keep`` maps the
    table's columns to SQL over them. ``line`` is added: the row's number, the heading being line 1. Raises SourceChanged
    where a row has another length, a quoted text does not end, or the file is not UTF-8.
    """
    wanted = ", ".join(f"{sql} AS {column}" for column, sql in keep.items())
    stumbled = False
    try:
        connection.execute(
            f"CREATE TABLE {table} AS SELECT line, {wanted} FROM (SELECT *, row_number() OVER () + $first AS line "
            "FROM read_csv($path, columns = $columns, header = $header, delim = ',', quote = '\"', escape = '\"', "
            "auto_detect = false, strict_mode = true, encoding = 'utf-8', force_not_null = $names)) AS source",
            {
                "path": str(path), "columns": dict.fromkeys(columns, "VARCHAR"), "header": header,
                "names": list(columns), "first": 1 if header else 0,
            },
        )  # fmt: skip
    except duckdb.Error:
        # Raised outside, so that the engine's error is not even the context of the project's.
        stumbled = True
    if stumbled:
        raise _diagnosis(path, name, len(columns))
    rows = int(connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])
    if not rows:
        raise SourceChanged("The file holds no rows", file=name, do=AGAIN)
    return rows


def refuse_rows(
    connection: duckdb.DuckDBPyConnection, table: str, test: str, column: str, what: str, name: str, do: str = AGAIN
) -> None:
    """Raise SourceChanged naming the lines of ``table`` for which the SQL ``test`` is not false."""
    lines = connection.execute(
        f"SELECT line FROM {table} WHERE ({test}) IS DISTINCT FROM false ORDER BY line LIMIT 20"
    ).fetchall()
    if lines:
        raise SourceChanged(
            f"The file holds {what}", file=name, column=column, rows=[int(line[0]) for line in lines], do=do
        )


def _diagnosis(path: Path, name: str, width: int) -> SourceChanged:
    """Which row the engine stumbled over, found by reading the file once more."""
    line = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            for row in rows:
                line = rows.line_num
                if len(row) != width:
                    return SourceChanged(
                        f"A row has {len(row)} columns instead of {width}: the file is damaged or cut short",
                        file=name, rows=[line], do=AGAIN,
                    )  # fmt: skip
    except UnicodeDecodeError:
        return SourceChanged("The file is not UTF-8 text", file=name, rows=[_first_other_text(path)], do=AGAIN)
    except csv.Error:
        return SourceChanged(
            "The file is damaged or cut short: a quoted text does not end", file=name, rows=[line + 1], do=AGAIN
        )
    return SourceChanged("The file is not the CSV its publisher ships", file=name, do=AGAIN)


def _first_other_text(path: Path) -> int:
    """The first line that is not UTF-8; found in bytes, because text is decoded in blocks of many lines."""
    number = 0
    with path.open("rb") as file:
        for line in file:
            number += 1
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                break
    return number
