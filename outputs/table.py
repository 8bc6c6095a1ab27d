"""The real table behind every chart, and its CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from outputs.markup import escape

Cell = str | float | int | None
_WORDY = 90  # letters in the longest row
_MANY = 30  # rows

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

    @property
    def is_wordy(self) -> bool:
        """True where cells are too long to stand side by side on a phone, which shows each row as a card instead.

        Not of a long table with rows that nearly fit: as cards it would be longer than anybody scrolls.
        """
        widest = max((sum(len(str(_shown(cell))) for cell in row) for row in self.rows), default=0)
        return widest > (_WORDY if len(self.rows) <= _MANY else 2 * _WORDY)

    def html(self, label: str, *, captioned: bool = False) -> str:
        """The table as HTML, every cell plain text, in a region named ``label`` that a keyboard can reach and scroll.

        ``captioned`` shows the label above the table too, where no heading stands there.
        """
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in self.header)
        # Only a card needs to say in each cell which column it is.
        names = self.header if self.is_wordy else ("",) * len(self.header)
        body = "".join(
            f"<tr>{''.join(_cell(at, name, cell) for at, (name, cell) in enumerate(zip(names, row, strict=True)))}</tr>"
            for row in self.rows
        )
        kind = "plain cards" if self.is_wordy else "plain"
        caption = f"<caption>{escape(label)}</caption>" if captioned else ""
        return (
            f'<div class="scrolled" role="region" aria-label="{escape(label)}" tabindex="0"><table class="{kind}">'
            f"{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )


def _shown(cell: Cell) -> str | int | float:
    return "" if cell is None else int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _cell(at: int, name: str, cell: Cell) -> str:
    shown = escape(_shown(cell))
    if at == 0:
        return f'<th scope="row">{shown}</th>'
    return f'<td data-label="{escape(name)}">{shown}</td>' if name else f"<td>{shown}</td>"
