"""The spreadsheet, read back: cover and notes first, one named table a sheet, nothing merged, nothing blank, nothing run."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from outputs import open_data
from outputs.contact import contact_line
from outputs.open_data_columns import COLUMNS, MEASURES, ROWS, STATUSES, SYMBOLS
from outputs.pack import Pack
from outputs.scorecard import scorecard_table
from outputs.words import USE
from outputs.workbook import make
from store.database import Store
from store.place import Reply
from tests.outputs import packs

_TIDY = ("Numbers", "Series", "Similar places", "Background numbers")


@pytest.fixture(scope="module")
def pack(sample_store: Store) -> Pack:
    return packs.pack(sample_store, "north-stonehouse")


@pytest.fixture(scope="module")
def content(pack: Pack, sample_store: Store) -> bytes:
    return make(pack, sample_store)[".xlsx"]


@pytest.fixture(scope="module")
def book(content: bytes) -> Workbook:
    return opened(content)


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def table(sheet: Worksheet) -> list[dict[str, object]]:
    """The rows of a sheet's one table, by its headings."""
    (found,) = sheet.tables.values()
    cells = [[cell.value for cell in row] for row in sheet[found.ref]]
    return [dict(zip(cells[0], row, strict=True)) for row in cells[1:]]


def test_cover_and_notes_come_first_and_every_sheet_has_one_named_table(book: Workbook) -> None:
    assert book.sheetnames == [
        "Cover", "Notes", "Findings", "Numbers", "Series", "Similar places", "Background", "Background numbers", "Events",
        "Cautions", "Sources",
    ]  # fmt: skip
    for sheet in book.worksheets[1:]:
        (found,) = sheet.tables.values()
        assert found.displayName == sheet.title.replace(" ", "_")
        assert found.ref.startswith("A4:")
        assert sheet["A1"].value
        assert str(sheet["A3"].value).startswith("This sheet contains one table.")
        assert sheet.freeze_panes == "A5"
        assert not sheet.merged_cells.ranges
        assert all(cell.value is not None for row in sheet[found.ref] for cell in row), sheet.title
        assert {cell.fill.fill_type for row in sheet[found.ref] for cell in row} == {None}
    assert not book["Cover"].merged_cells.ranges


def test_the_cover_says_what_it_is_and_what_it_is_not_for(book: Workbook, pack: Pack) -> None:
    words = {str(row[0]) for row in book["Cover"].iter_rows(values_only=True)}
    for part in (
        pack.title,
        pack.drawn_by,
        USE,
        "This is a sample",
        "Made on 21 November 2026",
        contact_line(),
        pack.software,
    ):
        assert any(part in line for line in words), part
    assert "\n".join(pack.sources) in words
    links = {row[0].hyperlink.location for row in book["Cover"].iter_rows() if row[0].hyperlink}
    assert links == {f"'{name}'!A1" for name in book.sheetnames[1:]}


def test_the_notes_explain_every_column_name_and_symbol(book: Workbook) -> None:
    explained = {(str(row["What"]), str(row["Name"])) for row in table(book["Notes"])}
    wanted = {("Column", column.title) for column in COLUMNS} | {("Symbol", sign) for sign, _ in SYMBOLS.values()}
    wanted |= {
        (what, name) for what, names in (("Row", ROWS), ("Measure", MEASURES), ("Status", STATUSES)) for name in names
    }
    assert explained == wanted
    titles = {title for name in _TIDY for title in table(book[name])[0]}
    assert titles == {name for what, name in explained if what == "Column"}


def test_the_board_is_the_one_of_the_page(book: Workbook, pack: Pack) -> None:
    shown = scorecard_table(pack.findings)
    for row, cells in zip(table(book["Findings"]), shown.rows, strict=True):
        assert [row[name] for name in shown.header] == [cell or "[z]" for cell in cells]
    sentences = {row["In one sentence"] for row in table(book["Findings"])}
    assert {sheet.sentence for sheet in pack.loaded} <= sentences


def test_its_figures_are_those_of_the_csv(book: Workbook, pack: Pack, sample_store: Store) -> None:
    text = open_data.make(pack, sample_store)[".csv"].decode("utf-8-sig")
    wanted = [tuple(_plain(value) for value in row.values()) for row in csv.DictReader(io.StringIO(text))]
    found = [tuple(_plain(value) for value in row.values()) for name in _TIDY for row in table(book[name])]
    assert sorted(found) == sorted(wanted)


def _plain(value: object) -> str:
    """A cell of either file: a number as a number, a sign for nothing as nothing."""
    if value in ("[c]", "[x]", "[z]"):
        return ""
    try:
        return str(float(str(value)))
    except ValueError:
        return str(value)


def test_numbers_are_numbers_and_what_is_missing_has_its_sign(book: Workbook) -> None:
    for row in (row for name in _TIDY for row in table(book[name])):
        if row["Status"] == "missing":
            assert row["Figure"] == "[x]"
        elif row["Status"] in ("too few events", "not compared", "not loaded"):
            assert row["Figure"] == "[z]"
        else:
            assert isinstance(row["Figure"], (int, float)), row


def test_what_is_hidden_has_its_own_sign() -> None:
    assert SYMBOLS["suppressed"][0] == "[c]"
    assert len({sign for sign, _ in SYMBOLS.values()}) == len(SYMBOLS)


def test_sources_and_events_are_complete(book: Workbook, pack: Pack) -> None:
    used = {source["sha256"] for finding in pack.findings for source in finding.sources}
    assert used <= {row["SHA-256"] for row in table(book["Sources"])}
    assert [row["What happened"] for row in table(book["Events"])] == [item.text for item in pack.place.milestones]
    said = {row["Words"] for row in table(book["Cautions"])}
    assert {text for finding in pack.findings for _, text in finding.caveats} <= said


def test_what_people_here_answer_stands_beside_the_finding(pack: Pack, sample_store: Store) -> None:
    replies = tuple(
        Reply(name, "It is quieter on our stairs.", "a resident", "said yes", date(2026, 11, 1))
        for name in ("burglary", "gone")
    )
    small = replace(packs.one(pack), place=replace(pack.place, replies=replies))
    answered = opened(make(small, sample_store)[".xlsx"])
    assert "quieter" in str(table(answered["Findings"])[0]["People here answer"])
    others = [row["Outcome"] for row in table(answered["Cautions"]) if row["What"] == "People here answer"]
    assert others == ["Burglary", "gone"]


def test_the_same_pack_gives_the_same_bytes(pack: Pack, sample_store: Store) -> None:
    small = packs.one(pack)
    assert make(small, sample_store) == make(small, sample_store)


def test_text_that_looks_like_a_formula_is_text(pack: Pack, sample_store: Store) -> None:
    place = replace(pack.place, name='=HYPERLINK("http://x")', town="", summary="+1", drawn_by="https://example.org/")
    odd = opened(make(replace(packs.one(pack), place=place), sample_store)[".xlsx"])
    cells = [cell for sheet in odd for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert '\'=HYPERLINK("http://x")' in {cell.value for cell in odd["Series"]["B"]}
    assert not [cell for cell in cells if cell.hyperlink and cell.parent.title != "Cover"]


def test_hard_packs_can_be_written(pack: Pack, sample_store: Store) -> None:
    empty = opened(make(replace(packs.none(pack), place=replace(pack.place, milestones=())), sample_store)[".xlsx"])
    assert empty.sheetnames == ["Cover", "Notes"]
    long = packs.long_names(packs.one(pack))
    written = opened(make(long, sample_store)[".xlsx"])
    assert long.place.name in {cell.value for cell in written["Series"]["B"]}
    heights = [row.height or 15 for sheet in written for row in sheet.row_dimensions.values()]
    assert max(heights) <= 409
