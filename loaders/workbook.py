"""Writing spreadsheets (Office Open XML, .xlsx): plain text cells, nothing that computes.

The format's few parts are written with the standard library: the template needs no more, and a library for it would
be one more thing to install.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# Cell styles by number: 0 plain, 1 kept as text, 2 a heading, 3 wrapped.
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/>'
    '</fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf/><xf numFmtId="49" applyNumberFormat="1"/>'
    '<xf fontId="1" applyFont="1"/><xf applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf></cellXfs><cellStyles count="1">'
    '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
# A fixed moment, so that the same content always makes the same bytes.
_MOMENT = (2026, 1, 1, 0, 0, 0)


def write_workbook(
    sheets: Mapping[str, tuple[Sequence[Sequence[str]], Sequence[int]]], kept_as_text: Collection[str] = ()
) -> bytes:
    """A workbook of sheets: name → (rows of texts, the first a heading; column widths in characters).

    Columns whose heading is in ``kept_as_text`` hold whatever is typed into them as text: a spreadsheet would turn
    “2024-01” into a day of its own choosing.
    """
    parts = {
        "[Content_Types].xml": _content_types(len(sheets)),
        "_rels/.rels": _relationships({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": _workbook(list(sheets)),
        "xl/_rels/workbook.xml.rels": _relationships(
            {f"rId{number}": ("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(sheets) + 1)}
            | {"rId0": ("styles", "styles.xml")}
        ),
        "xl/styles.xml": _STYLES,
    }
    for number, (rows, widths) in enumerate(sheets.values(), start=1):
        parts[f"xl/worksheets/sheet{number}.xml"] = _sheet(rows, widths, kept_as_text)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), (_HEAD + text).encode("utf-8"), zipfile.ZIP_DEFLATED)
    return content.getvalue()


def _content_types(sheets: int) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    named = {"workbook": f"{kind}.sheet.main+xml", "styles": f"{kind}.styles+xml"}
    named |= {f"worksheets/sheet{number}": f"{kind}.worksheet+xml" for number in range(1, sheets + 1)}
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(f'<Override PartName="/xl/{part}.xml" ContentType="{value}"/>' for part, value in named.items())
        + "</Types>"
    )


def _relationships(targets: Mapping[str, tuple[str, str]]) -> str:
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(f'<Relationship Id="{key}" Type="{_DOCUMENT}/{kind}" Target="{target}"/>'
                  for key, (kind, target) in targets.items())
        + "</Relationships>"
    )  # fmt: skip


def _workbook(names: Sequence[str]) -> str:
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"><sheets>'
        + "".join(f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>'
                  for number, name in enumerate(names, start=1))
        + "</sheets></workbook>"
    )  # fmt: skip


def _sheet(rows: Sequence[Sequence[str]], widths: Sequence[int], kept_as_text: Collection[str]) -> str:
    style = [1 if heading in kept_as_text else 3 if width > 60 else 0
             for heading, width in zip(rows[0], widths, strict=True)]  # fmt: skip
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" style="{style[number - 1]}" customWidth="1"/>'
        for number, width in enumerate(widths, start=1)
    )
    body = []
    for line, row in enumerate(rows, start=1):
        cells = "".join(
            f'<c r="{column_letters(at)}{line}" s="{2 if line == 1 else style[at]}" t="inlineStr">'
            f'<is><t xml:space="preserve">{escape(text)}</t></is></c>'
            for at, text in enumerate(row)
            if text
        )
        body.append(f'<row r="{line}">{cells}</row>')
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>{''.join(body)}</sheetData></worksheet>"
    )


def column_letters(number: int) -> str:
    """The letters of a column counted from 0: A, B, … Z, AA."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
