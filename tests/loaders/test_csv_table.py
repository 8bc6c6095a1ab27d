"""Strict reading of publishers' CSV: every way a file can be spoiled on its way here."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from loaders.csv_table import counts, need, read_table, refuse
from store.errors import SourceChanged


def _file(folder: Path, content: bytes) -> Path:
    path = folder / "x.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "content", [b"a,b\n1,2\n\n3,4", b"\xef\xbb\xbfa, b\r\n1,2 \r\n\r\n3,4\r\n", b'"a","b"\n"1","2"\n\n"3",4\n']
)
def test_marks_line_ends_and_quotes_do_not_matter(tmp_path: Path, content: bytes) -> None:
    table = read_table(_file(tmp_path, content), "x.csv")
    assert table.to_dict("list") == {"a": ["1", "3"], "b": ["2", "4"]}
    assert list(table.index) == [2, 4]


@pytest.mark.parametrize(
    ("content", "message", "rows"),
    [
        ("a,b\n1,2\nYnys Môn,4\n".encode("latin-1"), "not UTF-8", (3,)),
        ("a,b\n1,2\n".encode("utf-16"), "not UTF-8", (1,)),
        (b"a,b\n1,2\n3\n", "1 columns instead of 2", (3,)),
        (b"a,b\n1,2,3\n", "3 columns instead of 2", (2,)),
        (b'a,b\n1,"2\n', "quoted text", (2,)),
        (b"a,a\n1,2\n", "Two columns", (1,)),
        (b"a,b\n", "no rows", ()),
        (b"", "no rows", ()),
        (b"\n1,2\n", "2 columns instead of 0", (2,)),
    ],
)
def test_a_spoiled_file_is_refused_by_row(tmp_path: Path, content: bytes, message: str, rows: tuple[int, ...]) -> None:
    with pytest.raises(SourceChanged, match=message) as caught:
        read_table(_file(tmp_path, content), "x.csv")
    assert caught.value.rows == rows
    assert caught.value.file == "x.csv"
    assert caught.value.do


def test_a_renamed_column_is_named_with_what_stands_there() -> None:
    table = pd.DataFrame({"GEOGRAPHY_CODES": ["x"]}, index=[2])
    with pytest.raises(SourceChanged, match="“GEOGRAPHY_CODES” stands where") as caught:
        need(table, ("GEOGRAPHY_CODE",), "x.csv", {})
    assert caught.value.column == "GEOGRAPHY_CODE"
    with pytest.raises(SourceChanged, match="“ZZZ” is not there"):
        need(table, ("ZZZ",), "x.csv", {"an extract": ("other",)})


def test_an_extract_is_named_as_one() -> None:
    table = pd.DataFrame({"date": ["x"], "count": ["1"], "more": [""]}, index=[2])
    with pytest.raises(SourceChanged, match="This is an extract, not the publisher's own file") as caught:
        need(table, ("DATE",), "x.csv", {"an extract": ("date", "count")})
    assert "refresh" in str(caught.value)


def test_bad_rows_are_named_up_to_twenty() -> None:
    table = pd.DataFrame({"v": ["7"] * 30}, index=range(2, 32))
    with pytest.raises(SourceChanged, match="The file holds sevens, such as “7”") as caught:
        refuse(table, table["v"] == "7", "v", "sevens", "x.csv")
    assert caught.value.rows == tuple(range(2, 22))
    refuse(table, table["v"] == "8", "v", "eights", "x.csv")


@pytest.mark.parametrize("value", ["-5", "1.5", "", "x", "1,000", "1e3"])
def test_a_count_is_whole_and_not_negative(value: str) -> None:
    with pytest.raises(SourceChanged, match="whole number") as caught:
        counts(pd.DataFrame({"v": ["1", value]}, index=[2, 3]), "v", "x.csv")
    assert caught.value.rows == (3,)


def test_counts_are_numbers() -> None:
    assert counts(pd.DataFrame({"v": ["0", "12"]}, index=[2, 3]), "v", "x.csv").tolist() == [0.0, 12.0]


def test_a_parquet_table_is_named_as_one(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    path.write_bytes(b"PAR1\x15\x04\x15\x80")
    with pytest.raises(SourceChanged, match="Parquet table, which no publisher") as error:
        read_table(path, "table.parquet")
    assert error.value.file == "table.parquet"
