"""Spreadsheets in the Open Document format (ODS), row by row as text, without holding them whole.

An ODS file is a zip with one XML document; equal rows and cells that follow one another are written once with a count.
Element and attribute names are those of OASIS OpenDocument 1.3, part 3.
"""

from __future__ import annotations

import csv
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from loaders.csv_table import AGAIN
from store.errors import SourceChanged

_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_ROW, _SHEET = _TABLE + "table-row", _TABLE + "table"
_CELLS = (_TABLE + "table-cell", _TABLE + "covered-table-cell")
# A cell's number is read from its value, not from what the sheet displays of it, which may be rounded.
_NUMBERS = ("float", "currency", "percentage")
_MOST_COLUMNS = 200
_LARGEST_DOCUMENT = 8_000_000_000
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class OdsRow:
    """A row that is not empty: its sheet, its number there (the first is 1), its cells, and how often it is repeated."""

    sheet: str
    line: int
    cells: tuple[str, ...]
    times: int


@dataclass(slots=True)
class _Reader:
    """What expat has told so far; finished rows are put into ``rows``."""

    name: str
    rows: list[OdsRow] = field(default_factory=list)
    sheet: str = ""
    line: int = 0
    times: int = 1
    cells: list[str] | None = None
    text: list[str] | None = None
    value: str | None = None
    columns: int = 1
    empty: int = 0  # empty cells since the last one that was not
    notes: int = 0  # how deep inside a comment on a cell

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == _SHEET:
            self.sheet, self.line = attributes.get(_TABLE + "name", ""), 0
        elif tag == _ROW:
            self.cells, self.empty, self.times = [], 0, self._count(attributes, "number-rows-repeated")
        elif tag in _CELLS and self.cells is not None and not self.notes:
            self.text, self.columns = [], self._count(attributes, "number-columns-repeated")
            number = attributes.get(_OFFICE + "value-type") in _NUMBERS
            self.value = attributes.get(_OFFICE + "value") if number else None
        elif tag == _OFFICE + "annotation":
            self.notes += 1
        elif tag == _TEXT + "p" and self.text:
            self.text.append("\n")
        elif tag == _TEXT + "s" and self.text is not None:
            self.text.append(" " * self._count(attributes, "c", _TEXT))

    def said(self, text: str) -> None:
        if self.text is not None and not self.notes:
            self.text.append(text)

    def end(self, tag: str) -> None:
        if tag == _OFFICE + "annotation":
            self.notes -= 1
        elif tag in _CELLS and self.cells is not None and self.text is not None and not self.notes:
            content = (self.value if self.value is not None else "".join(self.text)).strip()
            if not content:
                # The last cell of a row is padded to the width of the sheet, thousands of times.
                self.empty += self.columns
            elif len(self.cells) + self.empty + self.columns > _MOST_COLUMNS:
                raise self.damaged("A row has more columns than any table of this kind")
            else:
                self.cells += [""] * self.empty + [content] * self.columns
                self.empty = 0
            self.text = None
        elif tag == _ROW and self.cells is not None:
            if self.cells:
                self.rows.append(OdsRow(self.sheet, self.line + 1, tuple(self.cells), self.times))
            self.line += self.times
            self.cells = None

    def _count(self, attributes: dict[str, str], what: str, space: str = _TABLE) -> int:
        said = attributes.get(space + what, "1")
        if not said.isdecimal() or not int(said):
            raise self.damaged(f"A count of repeated cells is “{said}”")
        return int(said)

    def entity(self, *_: object) -> None:
        raise self.damaged("The document defines words of its own, which no spreadsheet does")

    def damaged(self, message: str) -> SourceChanged:
        return SourceChanged(message, file=self.name, rows=[self.line + 1], do=AGAIN)


def ods_rows(path: Path, name: str) -> Iterator[OdsRow]:
    """The rows of every sheet that hold something, in order; SourceChanged where the file is no whole ODS."""
    reader = _Reader(name)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.said
    parser.EntityDeclHandler = reader.entity
    try:
        with zipfile.ZipFile(path) as archive, archive.open("content.xml") as document:
            if archive.getinfo("content.xml").file_size > _LARGEST_DOCUMENT:
                raise reader.damaged("The document is larger than any spreadsheet")
            while piece := document.read(_PIECE):
                parser.Parse(piece, False)
                yield from reader.rows
                reader.rows.clear()
            parser.Parse(b"", True)
    except (zipfile.BadZipFile, KeyError, expat.ExpatError, zlib.error, EOFError, OSError) as error:
        raise SourceChanged(
            "The file is no ODS spreadsheet, or it is cut short",
            file=name,
            do="Download it again as the publisher ships it.",
        ) from error


def sheet_rows(path: Path, name: str) -> Iterator[OdsRow]:
    """The rows of an ODS file, or of one of its sheets saved as CSV; SourceChanged where it is neither."""
    return ods_rows(path, name) if path.suffix.lower() == ".ods" else _csv_rows(path, name)


def _csv_rows(path: Path, name: str) -> Iterator[OdsRow]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            width = 0
            for cells in reader:
                width = width or len(cells)
                if cells and len(cells) != width:
                    raise SourceChanged(
                        f"A row has {len(cells)} columns instead of {width}: the file is damaged or cut short",
                        file=name, rows=[reader.line_num], do=AGAIN,
                    )  # fmt: skip
                yield OdsRow("", reader.line_num, tuple(cells), 1)
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceChanged("The file is not the CSV its publisher ships", file=name, do=AGAIN) from error
