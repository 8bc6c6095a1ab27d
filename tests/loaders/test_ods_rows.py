"""Open Document spreadsheets: what is written once and meant many times, and what is no spreadsheet."""

from __future__ import annotations

import contextlib
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders import ods_rows as reading_ods
from loaders.ods_rows import OdsRow, ods_rows
from store.errors import SourceChanged
from tests.loaders.open_document import row, write_document, write_ods


def _rows(path: Path) -> list[OdsRow]:
    return list(ods_rows(path, "x.ods"))


def test_rows_of_all_sheets_come_with_their_place_and_number(tmp_path: Path) -> None:
    path = write_ods(
        tmp_path / "x.ods",
        {
            "Notes": [row(["A note"]), row([], 1_000_000)],
            "202021": [row([], 3), row(["a", None, 7.25, "b & c"], 4), row(["d"])],
        },
    )
    assert _rows(path) == [
        OdsRow("Notes", 1, ("A note",), 1),
        OdsRow("202021", 4, ("a", "", "7.25", "b & c"), 4),
        OdsRow("202021", 8, ("d",), 1),
    ]


def test_comments_spaces_paragraphs_and_covered_cells(tmp_path: Path) -> None:
    body = (
        '<table:table table:name="S"><table:table-row>'
        '<table:table-cell office:value-type="string"><office:annotation><text:p>a comment</text:p></office:annotation>'
        '<text:p>one<text:s text:c="2"/><text:span>two</text:span></text:p><text:p>three</text:p></table:table-cell>'
        '<table:covered-table-cell/><table:table-cell office:value-type="percentage" office:value="0.5"><text:p>50%</text:p>'
        '</table:table-cell><table:table-cell office:value-type="string" table:number-columns-repeated="2"><text:p>x</text:p>'
        "</table:table-cell></table:table-row></table:table>"
    )
    assert _rows(write_document(tmp_path / "x.ods", body)) == [
        OdsRow("S", 1, ("one  two\nthree", "", "0.5", "x", "x"), 1)
    ]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<table:table>", "no ODS spreadsheet"),
        ('<table:table table:name="S"><table:table-row table:number-rows-repeated="many"/></table:table>', "repeated cells"),
        ('<table:table table:name="S"><table:table-row table:number-rows-repeated="0"/></table:table>', "repeated cells"),
        ('<table:table table:name="S"><table:table-row><table:table-cell office:value-type="string" '
         'table:number-columns-repeated="5000"><text:p>x</text:p></table:table-cell></table:table-row></table:table>',
         "more columns"),
    ],
)  # fmt: skip
def test_a_damaged_document_is_refused(tmp_path: Path, body: str, message: str) -> None:
    with pytest.raises(SourceChanged, match=message):
        _rows(write_document(tmp_path / "x.ods", body))


def test_words_defined_in_the_document_are_not_unfolded(tmp_path: Path) -> None:
    path = tmp_path / "x.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ccc">]><a>&b;</a>')
    with pytest.raises(SourceChanged, match="words of its own"):
        _rows(path)


@pytest.mark.parametrize("content", [b"", b"<!doctype html><html></html>", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.ods"
    path.write_bytes(content)
    with pytest.raises(SourceChanged, match="no ODS spreadsheet"):
        _rows(path)


def test_an_archive_without_a_document_or_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("styles.xml", "<a/>")
    with pytest.raises(SourceChanged, match="no ODS spreadsheet"):
        _rows(path)
    whole = write_ods(path, {"S": [row([str(number)]) for number in range(500)]}).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceChanged, match="no ODS spreadsheet"):
        _rows(path)


def test_a_document_larger_than_any_spreadsheet_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_ods(tmp_path / "x.ods", {"S": [row(["a"])]})
    monkeypatch.setattr(reading_ods, "_LARGEST_DOCUMENT", 10)
    with pytest.raises(SourceChanged, match="larger than any"):
        _rows(path)


@settings(max_examples=40, deadline=None)
@given(body=st.text(alphabet="<>/= \"'abct:", max_size=60))
def test_whatever_the_document_holds_only_a_plain_refusal_comes_out(
    body: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with contextlib.suppress(SourceChanged):
        assert _rows(write_document(tmp_path_factory.mktemp("fuzz") / "x.ods", body)) == []
