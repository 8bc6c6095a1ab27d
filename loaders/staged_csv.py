"""Columns of a large CSV that the publisher has called by more than one name, put into a table to be checked and counted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import duckdb
import pandas as pd

from loaders.csv_table import absent
from loaders.large_csv import first_row, stage


def heading_of(headings: Collection[str], names: Collection[str], file: str) -> str:
    """Whichever of ``names`` is among ``headings``; SourceChanged names the first of them where none is."""
    found = next((name for name in names if name in headings), None)
    if found is None:
        raise absent(pd.DataFrame(columns=list(headings)), next(iter(names)), file, {})
    return found


def stage_columns(
    connection: duckdb.DuckDBPyConnection, path: Path, name: str, columns: Mapping[str, Collection[str]], table: str
) -> dict[str, str]:
    """Read ``columns`` of the file into ``table`` and return the heading each was found under.

    ``columns`` are the table's, each with the headings the publisher has given it; they hold trimmed text beside
    ``line`` (the heading is line 1). Raises SourceChanged for a missing heading and as ``large_csv.stage`` does.
    """
    headings = [heading.strip() for heading in first_row(path, name)]
    found = {wanted: heading_of(headings, names, name) for wanted, names in columns.items()}
    keep = {wanted: 'trim("' + heading.replace('"', '""') + '")' for wanted, heading in found.items()}
    stage(connection, path, name, headings, True, table, keep)
    return found
