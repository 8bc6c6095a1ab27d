"""The pieces a board paper is made of: paragraphs, tables whose headers repeat, pictures with their alternative text."""

from __future__ import annotations

import io
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from outputs.office_text import LONGEST_ALT, one_line
from outputs.paper_styles import colour, width_of
from outputs.table import Table

_TWIPS = 567  # a centimetre in the unit of tables


def paragraph(made: Document, text: str, style: str = "Normal", *, together: bool = False) -> Paragraph:
    """A paragraph; ``together`` keeps it on one page with what follows."""
    written = made.add_paragraph(one_line(text), style=style)
    written.paragraph_format.keep_with_next = together or None
    return written


def heading(made: Document, text: str, level: int, *, new_page: bool = False) -> None:
    """A heading, numbered by Word; ``new_page`` begins one with it."""
    made.add_heading(one_line(text), level).paragraph_format.page_break_before = new_page or None


def verdict(made: Document, sign: bytes, words: str, key: str) -> None:
    """The verdict's sign and its words, bold and in its colour; the words say what the sign shows."""
    written = made.add_paragraph()
    written.paragraph_format.keep_with_next = True
    _described(written.add_run().add_picture(io.BytesIO(sign), width=Cm(1.1)), f"Sign: {words}")
    run = written.add_run(f"  {one_line(words)}")
    run.bold = True
    run.font.color.rgb = RGBColor.from_string(colour(key))


def picture(made: Document, content: bytes, wide: float, alt: str) -> None:
    """A picture ``wide`` centimetres wide, on one page with the words under it."""
    written = made.add_paragraph()
    written.paragraph_format.keep_with_next = True
    _described(written.add_run().add_picture(io.BytesIO(content), width=Cm(wide)), alt)


def _described(shape: object, alt: str) -> None:
    properties = shape._inline.docPr  # type: ignore[attr-defined]
    properties.set("descr", one_line(alt)[:LONGEST_ALT])


def table(made: Document, content: Table, widths: Sequence[float], title: str, *, head: bool = True) -> None:
    """A table over the whole width; its header is repeated on every page, and no row is split.

    ``widths`` are shares; ``title`` is read aloud before the cells. Without ``head`` the header is left out.
    """
    total = width_of(made.sections[-1]) * _TWIPS
    columns = [round(share * total) for share in widths]
    rows = [_row(row, columns, head=False) for row in content.rows]
    if head:
        rows.insert(0, _row(content.header, columns, head=True))
    rule = f'w:val="single" w:sz="4" w:space="0" w:color="{colour("hair")}"'
    told = quoteattr(f"{len(content.rows)} rows. Columns: {', '.join(map(one_line, content.header))}.")
    grid = "".join(f'<w:gridCol w:w="{wide}"/>' for wide in columns)
    body = made.element.body
    body.find(qn("w:sectPr")).addprevious(
        parse_xml(
            f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(columns)}" w:type="dxa"/><w:tblBorders><w:bottom {rule}/>'
            f'<w:insideH {rule}/></w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/>'
            f'<w:right w:w="140" w:type="dxa"/></w:tblCellMar><w:tblLook w:firstRow="{int(head)}" w:firstColumn="1" '
            f'w:lastRow="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/><w:tblCaption w:val={quoteattr(one_line(title))}/>'
            f"<w:tblDescription w:val={told}/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
        )
    )
    # Two tables that touch would become one, and a table may not end a document.
    gap = made.add_paragraph().paragraph_format
    gap.space_after, gap.line_spacing = Pt(0), Pt(10)


def _row(cells: Sequence[object], columns: Sequence[int], *, head: bool) -> str:
    repeated = "<w:tblHeader/>" if head else ""
    written = "".join(
        _cell("" if value is None else str(value), wide, head=head, bold=head or at == 0)
        for at, (value, wide) in enumerate(zip(cells, columns, strict=True))
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{written}</w:tr>"


def _cell(text: str, wide: int, *, head: bool, bold: bool) -> str:
    rule = f'<w:tcBorders><w:bottom w:val="single" w:sz="12" w:space="0" w:color="{colour("ink")}"/></w:tcBorders>'
    together = "<w:keepNext/>" if head else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/>{rule if head else ""}</w:tcPr><w:p><w:pPr>{together}'
        '<w:spacing w:before="40" w:after="40" w:line="240" w:lineRule="auto"/></w:pPr><w:r><w:rPr>'
        f'{"<w:b/>" if bold else ""}<w:sz w:val="19"/></w:rPr><w:t xml:space="preserve">{escape(one_line(text))}</w:t></w:r></w:p></w:tc>'
    )
