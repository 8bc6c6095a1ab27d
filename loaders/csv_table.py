"""Publishers' CSV files as frames of text, read strictly: every complaint names the file, the column and the rows."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

import pandas as pd

from store.errors import SourceChanged

_PARQUET = b"PAR1"
AGAIN = "Fetch the file again; if the publisher has changed its format, this loader must be changed first."


def read_table(path: Path, name: str) -> pd.DataFrame:
    """The file as text, one column a heading, indexed by line number (the heading is line 1).

    Raises SourceChanged for anything but UTF-8 (with or without a mark), for a row of another length than the heading
    (a file cut short), for a repeated heading, and for a file without rows.
    """
    return read_sheet(path, name, lambda row: True)[1]


def read_sheet(
    path: Path, name: str, is_heading: Callable[[Sequence[str]], bool]
) -> tuple[list[list[str]], pd.DataFrame]:
    """A sheet saved as CSV: the rows of notes above its headings, and its table as ``read_table`` gives it.

    ``is_heading`` tells the row of headings; raises SourceChanged where there is none.
    """
    rows = csv.reader(io.StringIO(_text(path, name), newline=""), strict=True)
    above: list[list[str]] = []
    header: list[str] = []
    lines: list[int] = []
    values: list[list[str]] = []
    try:
        for row in rows:
            if is_heading(row):
                header = [heading.strip() for heading in row]
                break
            above.append(row)
        for row in rows:
            if not row:
                continue
            if len(row) != len(header):
                raise SourceChanged(
                    f"A row has {len(row)} columns instead of {len(header)}: the file is damaged or cut short",
                    file=name, column=header[min(len(row), len(header)) - 1] if header else None, rows=[rows.line_num],
                    do=AGAIN,
                )  # fmt: skip
            lines.append(rows.line_num)
            values.append(row)
    except csv.Error as error:
        raise SourceChanged(
            "The file is damaged or cut short: a quoted text does not end", file=name, rows=[rows.line_num], do=AGAIN
        ) from error
    if above and not header:
        raise SourceChanged("The file has no row of column headings", file=name, do=AGAIN)
    repeated = [heading for number, heading in enumerate(header) if heading in header[:number]]
    if repeated:
        raise SourceChanged(
            f"Two columns are called “{repeated[0]}”", file=name, column=repeated[0], rows=[1], do=AGAIN
        )
    if not values:
        raise SourceChanged("The file holds no rows", file=name, do=AGAIN)
    table = pd.DataFrame(values, columns=header, index=lines, dtype="str")
    return above, table.assign(**{heading: table[heading].str.strip() for heading in header})


def _text(path: Path, name: str) -> str:
    content = path.read_bytes()
    if content.startswith(_PARQUET):
        raise SourceChanged(
            "This is a Parquet table, which no publisher of these figures ships",
            file=name, do="Import the publisher's own file, or let “python -m loaders refresh” fetch it.",
        )  # fmt: skip
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SourceChanged(
            "The file is not UTF-8 text: it was probably opened and saved in another program",
            file=name, rows=[line],
            do="Import the file as the publisher ships it, without opening it in a spreadsheet.",
        ) from error  # fmt: skip


def need(table: pd.DataFrame, columns: Collection[str], name: str, tidied: Mapping[str, Collection[str]]) -> None:
    """Raise SourceChanged unless ``table`` has all ``columns``; ``tidied`` as in ``absent``."""
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise absent(table, missing[0], name, tidied)


def absent(table: pd.DataFrame, column: str, name: str, tidied: Mapping[str, Collection[str]]) -> SourceChanged:
    """What to say of a table without this column.

    ``tidied`` are headings by which somebody's reworked extract is known, under what it is called: such a file is
    named as that, because fetching it again would not help.
    """
    for title, headings in tidied.items():
        if set(headings) <= set(table.columns):
            return SourceChanged(
                f"This is {title}, not the publisher's own file",
                file=name, column=column, rows=[1],
                do="Import the publisher's file as it was downloaded, or let “python -m loaders refresh” fetch it.",
            )  # fmt: skip
    near = difflib.get_close_matches(column, list(table.columns), 1, 0.7)
    return SourceChanged(
        f"The column “{column}” is not there" + (f"; “{near[0]}” stands where it was expected" if near else ""),
        file=name, column=column, rows=[1], do=AGAIN,
    )  # fmt: skip


def refuse(table: pd.DataFrame, bad: pd.Series, column: str, what: str, name: str, do: str = AGAIN) -> None:
    """Raise SourceChanged naming the rows where ``bad`` is true: "The file holds {what}, such as …"."""
    rows = table.index[bad.to_numpy(dtype=bool)]
    if len(rows):
        example = str(table[column].loc[rows[0]]) if column in table.columns else ""
        raise SourceChanged(
            f"The file holds {what}" + (f", such as “{example}”" if example else ""),
            file=name, column=column, rows=[int(row) for row in rows[:20]], do=do,
        )  # fmt: skip


def counts(table: pd.DataFrame, column: str, name: str) -> pd.Series:
    """The column as numbers: whole and not negative, anything else a SourceChanged."""
    bad = ~table[column].str.fullmatch(r"\d+")
    refuse(table, bad, column, "something that is not a whole number of zero or more", name)
    return pd.to_numeric(table[column]).astype(float)
