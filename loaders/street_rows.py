"""One street file read row by row, by itself: what the fast way falls back to, and the one that names columns and rows."""

from __future__ import annotations

import contextlib
import csv
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from store.errors import SourceChanged
from store.period import month_text

HEADER = (
    "Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code", "LSOA name",
    "Crime type", "Last outcome category", "Context",
)  # fmt: skip
CATEGORIES = {
    "Anti-social behaviour": "anti-social-behaviour",
    "Bicycle theft": "bicycle-theft",
    "Burglary": "burglary",
    "Criminal damage and arson": "criminal-damage",
    "Drugs": "drugs",
    "Other crime": "other-crime",
    "Other theft": "other-theft",
    "Possession of weapons": "possession-of-weapons",
    "Public order": "public-order",
    "Robbery": "robbery",
    "Shoplifting": "shoplifting",
    "Theft from the person": "theft-from-the-person",
    "Vehicle crime": "vehicle-crime",
    "Violence and sexual offences": "violence",
}
_NAMED_OTHERWISE = {"btp": "british-transport"}
# The publisher's files as the engine is told to read them: every column text, an empty cell nothing.
READ_CSV = (
    "read_csv($files, columns = $columns, header = true, delim = ',', quote = '\"', escape = '\"', "
    "auto_detect = false, strict_mode = true, encoding = 'utf-8'"
)
COLUMNS = dict.fromkeys(HEADER, "VARCHAR")
# A force as its rows name it, turned into what the file's name should hold.
FORCE_IN_ROWS = "replace(replace(lower(coalesce(\"Falls within\", '')), '&', 'and'), ' ', '-')"


def force_in_rows(force: str) -> str:
    """What a row's force must contain once it is written as file names are."""
    return _NAMED_OTHERWISE.get(force, force)


def _check_header(path: Path, name: str) -> None:
    with path.open("rb") as file:
        first = file.readline(4096)
    try:
        header = next(csv.reader([first.decode("utf-8-sig")]), [])
    except UnicodeDecodeError as error:
        raise SourceChanged(
            "The file is not UTF-8 text", file=name, rows=[1], do="Fetch it again from data.police.uk."
        ) from error
    header = [column.strip() for column in header]
    if tuple(header) != HEADER:
        expected = next((column for column in HEADER if column not in header), None)
        added = next((column for column in header if column not in HEADER), None)
        raise SourceChanged(
            "The header is not that of a police.uk street file"
            + (f": “{added}” stands where “{expected}” was expected" if added and expected else ""),
            file=name,
            column=expected or added or "Crime ID",
            rows=[1],
            do="Fetch the file again; if the publisher has changed its format, this loader must be changed first.",
        )


def tidy(path: Path, name: str, month: date, force: str) -> pd.DataFrame:
    """Counts of one street file by published code and category: ``code`` (empty = no place), ``category, rows, lines``.

    ``lines`` are those of the first 20 of these rows; the header is line 1.

    Raises SourceChanged naming file, column and rows for any row that is not what the file's name says.
    """
    _check_header(path, name)
    with contextlib.closing(duckdb.connect()) as connection:
        try:
            connection.execute(
                f"CREATE TEMP TABLE street AS SELECT *, row_number() OVER () + 1 AS line FROM {READ_CSV})",
                {"files": [str(path)], "columns": COLUMNS},
            )
        except duckdb.Error as error:
            raise _diagnosis(path, name) from error
        if connection.execute("SELECT count(*) FROM street").fetchall()[0][0] == 0:
            raise SourceChanged("The file holds no rows", file=name, do="Fetch it again from data.police.uk.")
        for column, test, values, problem in (
            ("Month", '"Month" IS DISTINCT FROM ?', [month_text(month)], f"rows of another month than {month_text(month)}"),
            ("Falls within", f"NOT contains({FORCE_IN_ROWS}, ?)", [force_in_rows(force)],
             f"rows of another force than {force}"),
            ("Crime type", '"Crime type" IS NULL OR "Crime type" NOT IN (SELECT unnest(?))', [list(CATEGORIES)],
             "a crime type the project does not know"),
            ("LSOA code", '"LSOA code" IS NOT NULL AND NOT regexp_full_match("LSOA code", \'[A-Z][0-9]{8}|[0-9A-Z]{8,9}\')', [],
             "something that is not a small-area code"),
        ):  # fmt: skip
            bad = connection.execute(
                f'SELECT line, "{column}" FROM street WHERE {test} ORDER BY line LIMIT 20', values
            ).fetchall()
            if bad:
                raise SourceChanged(
                    f"The file holds {problem}, such as “{bad[0][1]}”",
                    file=name,
                    column=column,
                    rows=[row[0] for row in bad],
                    do="Fetch the file again; if the publisher has changed its format, this loader must be changed first.",
                )
        return connection.execute(
            'SELECT coalesce("LSOA code", \'\') AS code, "Crime type" AS category, count(*) AS rows, '
            "list_slice(list(line ORDER BY line), 1, 20) AS lines FROM street GROUP BY ALL ORDER BY ALL"
        ).df()


def _diagnosis(path: Path, name: str) -> SourceChanged:
    """Which row the CSV reader stumbled over, in words."""
    advice = "Fetch the file again from data.police.uk."
    line = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for line, row in enumerate(csv.reader(file), start=1):
                if len(row) != len(HEADER):
                    return SourceChanged(
                        f"A row has {len(row)} columns instead of {len(HEADER)}: the file is damaged or cut short",
                        file=name, column=HEADER[min(len(row), len(HEADER)) - 1] if row else HEADER[0], rows=[line], do=advice,
                    )  # fmt: skip
    except UnicodeDecodeError:
        with path.open("rb") as raw:
            for number, piece in enumerate(raw, start=1):
                line = number
                try:
                    piece.decode("utf-8")
                except UnicodeDecodeError:
                    break
        return SourceChanged("The file is not UTF-8 text", file=name, column="Location", rows=[line], do=advice)
    except csv.Error:
        pass
    return SourceChanged("The file is not the CSV that data.police.uk publishes", file=name, rows=[line], do=advice)
