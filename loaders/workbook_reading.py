"""Reading spreadsheets (Office Open XML, .xlsx) as plain text cells, bounded, with nothing computed.

A formula is never evaluated and its remembered result never taken: where one stands is reported instead.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

from store.errors import SourceChanged

_LARGEST_PART = 40_000_000
_MOST_PARTS = 2_000
MOST_COLUMNS = 200
# Number formats of Office Open XML that show a date, by their fixed numbers (ECMA-376 part 1, 18.8.30).
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_CELL = re.compile(r"([A-Z]{1,3})(\d+)")
_SAVE_AGAIN = "Open it in a spreadsheet program, save it as .xlsx (or as CSV UTF-8) and import that."


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's cells: line (from 1) → column (from 0) → text; empty cells are absent. ``formulas`` are (line, column)."""

    cells: Mapping[int, Mapping[int, str]]
    formulas: tuple[tuple[int, int], ...]


def read_workbook(content: bytes, name: str, sheets: Sequence[str], most_rows: int) -> Sheet:
    """The first sheet that bears one of these names, or the first of all where none does, as text.

    Dates become YYYY-MM-DD, whole numbers lose their decimals. SourceChanged for anything that is no workbook of this
    kind, that holds macros, or that is larger than ``most_rows`` rows or the bounds of this module.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if len(names) > _MOST_PARTS:
                raise SourceChanged("The workbook has too many parts", file=name, do=_SAVE_AGAIN)
            if any(part.lower().endswith("vbaproject.bin") for part in names):
                raise SourceChanged("The workbook holds macros", file=name, do=_SAVE_AGAIN)
            return _read(archive, name, sheets, most_rows)
    except (zipfile.BadZipFile, ET.ParseError, KeyError, IndexError, ValueError, NotImplementedError, EOFError,
            RuntimeError, zipfile.error, OSError) as error:  # fmt: skip
        raise SourceChanged("This is not a spreadsheet that can be read, or it is damaged or locked",
                            file=name, do=_SAVE_AGAIN) from error  # fmt: skip


def _read(archive: zipfile.ZipFile, name: str, wanted: Sequence[str], most_rows: int) -> Sheet:
    book = _tree(archive, "xl/workbook.xml", name)
    links = {item.get("Id"): item.get("Target", "") for item in _tree(archive, "xl/_rels/workbook.xml.rels", name)}
    sheets = [item for item in book.iter() if _tag(item) == "sheet"]
    names = [title.casefold() for title in wanted]
    chosen = next((item for item in sheets if item.get("name", "").casefold() in names), sheets[0])
    target = links[next(value for key, value in chosen.attrib.items() if _bare(key) == "id" and value in links)]
    part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    since_1904 = any(item.get("date1904") in ("1", "true") for item in book.iter() if _tag(item) == "workbookPr")
    return _Cells(
        _shared(archive, name), _date_styles(archive, name), datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)  # noqa: DTZ001
    ).read(_part(archive, part, name), name, most_rows)  # fmt: skip


def _part(archive: zipfile.ZipFile, part: str, name: str) -> bytes:
    with archive.open(part) as file:
        content = file.read(_LARGEST_PART + 1)
    if len(content) > _LARGEST_PART:
        raise SourceChanged("The workbook is too large", file=name, do="Keep only the rows of the template in it.")
    # A document type could define entities that grow without end; no spreadsheet program writes one.
    if any("<!DOCTYPE".encode(encoding) in content for encoding in ("utf-8", "utf-16-le", "utf-16-be")):
        raise SourceChanged("The workbook holds what no spreadsheet program writes", file=name, do=_SAVE_AGAIN)
    return content


def _tree(archive: zipfile.ZipFile, part: str, name: str) -> ET.Element:
    return ET.fromstring(_part(archive, part, name))  # noqa: S314 – document types are refused above


def _tag(element: ET.Element) -> str:
    return _bare(element.tag)


def _bare(name: str) -> str:
    return name.rpartition("}")[2]


def _text_of(element: ET.Element) -> str:
    """The text of a string item: its runs joined, what only says how to pronounce it left out."""
    found = []
    for child in element:
        if _tag(child) == "t":
            found.append(child.text or "")
        elif _tag(child) == "r":
            found += [part.text or "" for part in child if _tag(part) == "t"]
    return "".join(found)


def _shared(archive: zipfile.ZipFile, name: str) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    return [_text_of(item) for item in _tree(archive, "xl/sharedStrings.xml", name) if _tag(item) == "si"]


def _date_styles(archive: zipfile.ZipFile, name: str) -> frozenset[int]:
    """Numbers of the cell styles that show a date."""
    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    styles = _tree(archive, "xl/styles.xml", name)
    custom = {
        int(item.get("numFmtId", "-1"))
        for item in styles.iter()
        if _tag(item) == "numFmt" and _shows_date(item.get("formatCode", ""))
    }
    formats = [item for part in styles if _tag(part) == "cellXfs" for item in part]
    return frozenset(
        number
        for number, item in enumerate(formats)
        if int(item.get("numFmtId", "0")) in _DATE_FORMATS | custom
    )  # fmt: skip


def _shows_date(code: str) -> bool:
    bare = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.', "", code).lower()
    return bare != "general" and bool(re.search("[ymd]", bare))


class _Cells:
    """The reading of one sheet: what its cells point at, and how its days are counted."""

    def __init__(self, shared: list[str], date_styles: frozenset[int], day_zero: datetime) -> None:
        self.shared, self.date_styles, self.day_zero = shared, date_styles, day_zero

    def read(self, content: bytes, name: str, most_rows: int) -> Sheet:
        """The cells of the sheet's XML."""
        cells: dict[int, dict[int, str]] = {}
        formulas = []
        for line, column, cell in self._cells(content):
            if column >= MOST_COLUMNS:
                raise SourceChanged("The sheet has too many columns", file=name, rows=[line],
                                    do="Keep only the columns of the template in it.")  # fmt: skip
            if any(_tag(child) == "f" for child in cell):
                formulas.append((line, column))
            text = self._text(cell)
            if text:
                cells.setdefault(line, {})[column] = text
            if len(cells) > most_rows:
                raise SourceChanged(f"The sheet has more than {most_rows:,} rows", file=name,
                                    do="Import it in several files.")  # fmt: skip
        return Sheet(cells, tuple(formulas))

    @staticmethod
    def _cells(content: bytes) -> Iterator[tuple[int, int, ET.Element]]:
        """(line, column, element) of every cell, row by row; a row is let go once it has been read."""
        line = 0
        for _, element in ET.iterparse(io.BytesIO(content)):  # noqa: S314 – document types are refused above
            if _tag(element) != "row":
                continue
            line = int(element.get("r", line + 1))
            column = -1
            for cell in element:
                at = _CELL.fullmatch(cell.get("r", ""))
                column = _column(at[1]) if at else column + 1
                yield line, column, cell
            element.clear()

    def _text(self, cell: ET.Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return "".join(_text_of(child) for child in cell if _tag(child) == "is").strip()
        value = next((child.text or "" for child in cell if _tag(child) == "v"), "").strip()
        if kind == "s":
            return self.shared[int(value)].strip()
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        if kind != "n" or not value:
            return value
        number = float(value)
        if int(cell.get("s", "0")) in self.date_styles:
            return self._day(number)
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)

    def _day(self, number: float) -> str:
        try:
            moment = self.day_zero + timedelta(days=number)
        except OverflowError:
            return repr(number)
        return f"{moment:%Y-%m-%d}" if number.is_integer() else f"{moment:%Y-%m-%dT%H:%M}"


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1
