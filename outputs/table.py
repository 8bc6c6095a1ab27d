"""The real table behind every chart, and its CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from outputs.markup import unmarked

Cell = str | float | int | None

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: Cell) -> Cell:
    """Text that a spreadsheet would run as a formula, made plain with a leading apostrophe; numbers stay numbers."""
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA_STARTS):
        return "'" + value
    return value


@dataclass(frozen=True, slots=True)
class Table:
    """Column names and rows of the same length; None is unknown and stays empty, never 0."""

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def csv(self) -> str:
        """The table as CSV text, one line a row, safe to open in a spreadsheet."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([safe_cell(name) for name in self.header])
        writer.writerows([["" if cell is None else safe_cell(cell) for cell in row] for row in self.rows])
        return text.getvalue()

    def records(self) -> list[dict[str, Cell]]:
        """One mapping a row, for a page's own grid."""
        return [dict(zip(self.header, row, strict=True)) for row in self.rows]

    def unmarked_records(self) -> list[dict[str, Cell]]:
        """One mapping a row, for a page's table that reads Markdown in texts and headings."""
        return [
            {unmarked(name): unmarked(cell) if isinstance(cell, str) else cell for name, cell in record.items()}
            for record in self.records()
        ]
