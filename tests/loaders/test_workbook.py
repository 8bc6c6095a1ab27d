"""Spreadsheets written and read with the standard library: text in, text out, nothing computed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.workbook import column_letters, write_workbook
from loaders.workbook_reading import MOST_COLUMNS, read_workbook
from store.errors import SourceChanged

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = (
    f'<styleSheet {MAIN}><numFmts><numFmt numFmtId="164" formatCode="dd\\/mm\\/yyyy"/>'
    '<numFmt numFmtId="165" formatCode="0 &quot;days&quot;"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="22"/></cellXfs></styleSheet>'
)


def book(rows: str, parts: Mapping[str, str | bytes | None] | None = None, properties: str = "") -> bytes:
    """A workbook as other programs write it, with these rows on its only sheet; parts may be added, changed or left out."""
    contents: dict[str, str | bytes | None] = {
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{DOCUMENT}">{properties}<sheets><sheet name="Sheet1" sheetId="1" '
        'r:id="rId7"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships {RELATIONS}><Relationship Id="rId7" Type="x" Target="/xl/worksheets/one.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f"<sst {MAIN}><si><t>plain</t></si><si><r><t>in </t></r><r><rPr/><t>runs</t></r>"
        "<rPh><t>said so</t></rPh></si></sst>",
        "xl/worksheets/one.xml": f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>",
        **(parts or {}),
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in contents.items():
            if text is not None:
                archive.writestr(name, text)
    return content.getvalue()


def cells(content: bytes, **more: object) -> dict[int, dict[int, str]]:
    """All cells of the sheet."""
    return {line: dict(row) for line, row in read_workbook(content, "x.xlsx", ("Rows",), 100).cells.items()}


texts = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=12).map(str.strip)


@given(st.lists(st.lists(texts, min_size=2, max_size=2), min_size=1, max_size=5))
def test_what_is_written_is_read_back(rows: list[list[str]]) -> None:
    content = write_workbook({"Other": ([["x"]], [10]), "Rows": ([["a", "b"], *rows], [10, 80])}, ("a",))
    expected = {
        line: {at: text for at, text in enumerate(row) if text}
        for line, row in enumerate([["a", "b"], *rows], start=1)
        if any(row)
    }
    assert cells(content) == expected


def test_the_same_content_makes_the_same_bytes() -> None:
    sheets = {"Rows": ([["a"], ["1"]], [10])}
    assert write_workbook(sheets) == write_workbook(sheets)


def test_a_typed_column_stays_text_and_the_heading_stays_in_sight() -> None:
    with zipfile.ZipFile(io.BytesIO(write_workbook({"Rows": ([["a", "b"]], [10, 12])}, ("b",)))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    assert '<col min="2" max="2" width="12" style="1"' in sheet
    assert 'state="frozen"' in sheet
    assert 'numFmtId="49"' in styles


@pytest.mark.parametrize(("number", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_letters(number: int, letters: str) -> None:
    assert column_letters(number) == letters


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="A1" t="s"><v>0</v></c>', "plain"),
        ('<c r="A1" t="s"><v>1</v></c>', "in runs"),
        ('<c r="A1" t="inlineStr"><is><t> inside </t></is></c>', "inside"),
        ('<c r="A1"><v>12.0</v></c>', "12"),
        ('<c r="A1"><v>5.2000000000000002</v></c>', "5.2"),
        ('<c r="A1"><v>1E3</v></c>', "1000"),
        ('<c r="A1" t="b"><v>1</v></c>', "TRUE"),
        ('<c r="A1" t="b"><v>0</v></c>', "FALSE"),
        ('<c r="A1" t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c r="A1" s="1"><v>45382</v></c>', "2024-03-31"),
        ('<c r="A1" s="2"><v>45382</v></c>', "2024-03-31"),
        ('<c r="A1" s="3"><v>45382</v></c>', "45382"),
        ('<c r="A1" s="4"><v>45382.5</v></c>', "2024-03-31T12:00"),
        ('<c r="A1" s="1"><v>1E12</v></c>', "1000000000000.0"),
        ("<c><v>7</v></c>", "7"),
    ],
)
def test_cells_of_every_kind_are_read_as_text(cell: str, text: str) -> None:
    assert cells(book(f"<row>{cell}</row>")) == {1: {0: text}}


def test_days_of_the_other_calendar_are_counted_from_1904() -> None:
    found = cells(book('<row r="3"><c r="B3" s="1"><v>43920</v></c></row>', properties='<workbookPr date1904="1"/>'))
    assert found == {3: {1: "2024-03-31"}}


def test_a_book_without_styles_or_shared_texts_is_read() -> None:
    found = cells(book("<row><c><v>1</v></c></row>", {"xl/styles.xml": None, "xl/sharedStrings.xml": None}))
    assert found == {1: {0: "1"}}


def test_a_formula_is_pointed_out() -> None:
    sheet = read_workbook(book('<row r="2"><c r="C2"><f>1+1</f><v>2</v></c></row>'), "x.xlsx", (), 10)
    assert sheet.formulas == ((2, 2),)


def _many_parts() -> bytes:
    return book("", {f"junk/{number}": "" for number in range(2001)})


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: b"PK\x03\x04 and nothing", "not a spreadsheet"),
        (lambda: book("")[:-30], "not a spreadsheet"),
        (lambda: book("<row><c><v>1</v></c>"), "not a spreadsheet"),
        (lambda: book('<row><c t="s"><v>99</v></c></row>'), "not a spreadsheet"),
        (lambda: book('<row><c t="s"><v>x</v></c></row>'), "not a spreadsheet"),
        (lambda: book("", {"xl/workbook.xml": None}), "not a spreadsheet"),
        (lambda: book("", {"xl/workbook.xml": f"<workbook {MAIN}><sheets/></workbook>"}), "not a spreadsheet"),
        (lambda: book("", {"xl/vbaProject.bin": b"x"}), "macros"),
        (_many_parts, "too many parts"),
        (lambda: book("", {"xl/worksheets/one.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x/>'}), "no spreadsheet program"),
        (lambda: book("", {"xl/styles.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode("utf-16-le")}), "no spreadsheet program"),
        (lambda: book("".join(f"<row><c><v>{number}</v></c></row>" for number in range(12))), "more than 10 rows"),
        (lambda: book(f'<row><c r="{column_letters(MOST_COLUMNS)}1"><v>1</v></c></row>'), "too many columns"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_safely_is_refused(make: Callable[[], bytes], words: str) -> None:
    with pytest.raises(SourceChanged, match=words) as caught:
        read_workbook(make(), "x.xlsx", (), 10)
    assert caught.value.do


def test_a_part_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loaders.workbook_reading._LARGEST_PART", 1000)
    with pytest.raises(SourceChanged, match="too large"):
        read_workbook(book("<row/>" * 2000), "x.xlsx", (), 10)


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_read_or_refused(junk: bytes) -> None:
    with pytest.raises(SourceChanged):
        read_workbook(b"PK\x03\x04" + junk, "x.xlsx", (), 10)
