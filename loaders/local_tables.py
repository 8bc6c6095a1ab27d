"""Files communities bring – CSV or .xlsx – as text cells, bounded, with every complaint by row and column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from loaders.reading import Problem
from loaders.workbook_reading import read_workbook
from store.errors import SourceChanged

LARGEST = 5_000_000
MOST_ROWS = 5_000
LONGEST_CELL = 600
SHEET = "Rows"
_ROWS_A_PROBLEM = 20
_SAVE = "Save it as “CSV UTF-8” or as .xlsx and import that."
# What a spreadsheet program would take for the start of a formula when the figures are handed on as CSV.
_RISKY = ("=", "+", "-", "@", "\t", "\r")


_Found = dict[tuple[str | None, str, str], list[int]]


@dataclass(slots=True)
class Complaints:
    """Everything that is wrong with one file, gathered by column and sentence, in the order met.

    Of a file that looks like rows of people nothing else is said.
    """

    file: str
    _wrong: _Found = field(default_factory=dict)
    _people: _Found = field(default_factory=dict)

    def add(self, column: str | None, line: int | None, message: str, do: str) -> None:
        """Note what is wrong in a column and line. The sentence never repeats what the cell holds."""
        self._note(self._wrong, column, line, message, do)

    def person(self, column: str | None, line: int | None, message: str, do: str) -> None:
        """Note a sign that rows are people."""
        self._note(self._people, column, line, message, do)

    @staticmethod
    def _note(found: _Found, column: str | None, line: int | None, message: str, do: str) -> None:
        lines = found.setdefault((column, message, do), [])
        if line is not None:
            lines.append(line)

    @property
    def about_people(self) -> bool:
        """Whether anything looks like rows of people."""
        return bool(self._people)

    @property
    def lines(self) -> frozenset[int]:
        """Every line in which something is wrong."""
        return frozenset(line for lines in (self._people or self._wrong).values() for line in lines)

    def problems(self) -> tuple[Problem, ...]:
        """The problems, each with at most 20 rows: all rows are named, in as many problems as that takes."""
        found = []
        for (column, message, do), lines in (self._people or self._wrong).items():
            for at in range(0, max(len(lines), 1), _ROWS_A_PROBLEM):
                rows = tuple(lines[at : at + _ROWS_A_PROBLEM])
                found.append(Problem("error", self.file, column, rows, message, do))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class LocalTable:
    """Headings in lower case with underscores, and line → column (from 0) → text; empty cells are absent."""

    headings: tuple[str, ...]
    rows: Mapping[int, Mapping[int, str]]

    def column_name(self, column: int, known: Mapping[str, object]) -> str:
        """What to call a column in a complaint: a heading that is not ``known`` may itself say too much."""
        heading = self.headings[column] if column < len(self.headings) else ""
        return heading if heading in known else f"number {column + 1}"


def read_local_table(path: Path, complaints: Complaints) -> LocalTable:
    """The file's table. What is wrong with single cells goes to ``complaints``.

    SourceChanged where there is no table to read: no file, another format, another encoding, too large.
    """
    if not path.is_file():
        raise SourceChanged("There is no such file", file=path.name, do="Check the path.")
    if path.stat().st_size > LARGEST:
        raise SourceChanged("The file is larger than 5 MB", file=path.name,
                            do="It should hold a row for each figure, not for each person.")  # fmt: skip
    return local_table(path.read_bytes(), path.name, complaints)


def local_table(content: bytes, name: str, complaints: Complaints) -> LocalTable:
    """The table in these bytes, as ``read_local_table`` reads it; ``name`` is what the file is called in an error."""
    lines = _from_workbook(content, name, complaints) if content[:4] == b"PK\x03\x04" else _from_csv(content, name)
    if not lines:
        raise SourceChanged("The file holds no rows", file=name, do="Fill in the template and import it again.")
    first, head = next(iter(lines.items()))
    width = max(head) + 1
    headings = tuple(_heading(head.get(column, "")) for column in range(width))
    rows = {line: cells for line, cells in lines.items() if line != first}
    _check_cells(rows, complaints, LocalTable(headings, rows))
    return LocalTable(headings, rows)


def _heading(text: str) -> str:
    return re.sub(r"[\s_]+", "_", text.strip().lower())


def _from_workbook(content: bytes, name: str, complaints: Complaints) -> dict[int, Mapping[int, str]]:
    sheet = read_workbook(content, name, (SHEET,), MOST_ROWS)
    for line, column in sheet.formulas:
        complaints.add(
            f"number {column + 1}", line, "Formulas are not read", "Replace it by its value (paste as values)."
        )
    return dict(sorted(sheet.cells.items()))


def _from_csv(content: bytes, name: str) -> dict[int, Mapping[int, str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SourceChanged("The file is neither a spreadsheet nor UTF-8 text", file=name, rows=[line],
                            do=_SAVE) from error  # fmt: skip
    if "\0" in text:
        raise SourceChanged("The file is neither a spreadsheet nor a table of text", file=name, do=_SAVE)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: dict[int, Mapping[int, str]] = {}
    try:
        for row in reader:
            cells = {column: stripped for column, value in enumerate(row) if (stripped := value.strip())}
            if cells:
                lines[reader.line_num] = cells
            if len(lines) > MOST_ROWS + 1:
                raise SourceChanged(f"The file has more than {MOST_ROWS:,} rows", file=name,
                                    do="Import it in several files.")  # fmt: skip
    except csv.Error as error:
        raise SourceChanged("A quoted text does not end, or a cell is too long", file=name, rows=[reader.line_num],
                            do="Mend that row.") from error  # fmt: skip
    first = next(iter(lines.values()), {})
    if len(first) == 1 and re.search(r"[;\t]", first.get(0, "")):
        raise SourceChanged("The columns are not separated by commas", file=name, do=_SAVE)
    return lines


def _check_cells(rows: Mapping[int, Mapping[int, str]], complaints: Complaints, table: LocalTable) -> None:
    known = dict.fromkeys(table.headings)
    for line, cells in rows.items():
        for column, text in cells.items():
            name = table.column_name(column, known) if column < len(table.headings) else f"number {column + 1}"
            if len(text) > LONGEST_CELL:
                complaints.add(name, line, f"A cell holds more than {LONGEST_CELL} characters", "Shorten it.")
            if text[0] in _RISKY and not re.fullmatch(r"[+-]?[\d.,]+", text):
                complaints.add(
                    name, line, "A cell starts with a sign that a spreadsheet would take for a formula",
                    "Begin it with a letter or a number.",
                )  # fmt: skip
            if column >= len(table.headings):
                complaints.add(
                    name, line, "A row has more cells than there are headings", "Put texts with commas in quotes."
                )
