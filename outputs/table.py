"""The real table behind every chart, and its CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from outputs.markup import escape

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

    def html(self, label: str) -> str:
        """The table as HTML, every cell plain text, in a region named ``label`` that a keyboard can reach and scroll."""
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in self.header)
        body = "".join(f"<tr>{''.join(_cell(at, cell) for at, cell in enumerate(row))}</tr>" for row in self.rows)
        return (
            f'<div class="scrolled" role="region" aria-label="{escape(label)}" tabindex="0"><table class="plain">'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )


def _cell(at: int, cell: Cell) -> str:
    shown = "" if cell is None else int(cell) if isinstance(cell, float) and cell.is_integer() else cell
    return f'<th scope="row">{escape(shown)}</th>' if at == 0 else f"<td>{escape(shown)}</td>"
