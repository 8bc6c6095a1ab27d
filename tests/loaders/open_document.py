"""Spreadsheets in the Open Document format, made for tests in the way publishers' own files are written."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

_BEGIN = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
)
_END = "</office:spreadsheet></office:body></office:document-content>"

Cell = str | float | None
Row = Sequence[Cell]


def _cell(value: Cell) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value:.0f}</text:p></table:table-cell>'


def row(cells: Row, times: int = 1) -> str:
    """A row of a sheet, written once for ``times``; the last cell is padded to the width of the sheet."""
    repeat = f' table:number-rows-repeated="{times}"' if times > 1 else ""
    padding = '<table:table-cell table:number-columns-repeated="16370"/>'
    return f"<table:table-row{repeat}>{''.join(_cell(cell) for cell in cells)}{padding}</table:table-row>"


def write_ods(path: Path, sheets: Mapping[str, Sequence[str]]) -> Path:
    """An ODS file of ``sheets``: each a name and its rows as ``row`` gives them."""
    return write_document(
        path,
        "".join(
            f'<table:table table:name="{escape(name)}">{"".join(rows)}</table:table>' for name, rows in sheets.items()
        ),
    )


def write_document(path: Path, body: str) -> Path:
    """An ODS file with this inside its spreadsheet element."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", _BEGIN + body + _END)
    return path
