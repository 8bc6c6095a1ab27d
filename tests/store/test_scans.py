"""Reading what a host kept of a scan."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from store.errors import BadQuestion
from store.folder import Folder
from store.period import parse_window
from store.scans import Spread, read_codes, read_spread, scans_key

BEFORE, AFTER = parse_window("2018-08:2020-07"), parse_window("2021-04:2023-03")


def kept(folder: Folder, name: str, rows: list[tuple[str, str, int, float | None, str]]) -> None:
    folder.scans.mkdir(exist_ok=True)
    names = ("before", "after", "small_areas", "ratio", "alone")
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    pq.write_table(pa.table(columns), folder.scans / name)


def test_only_the_same_indicator_and_windows_and_single_areas(tmp_path: Path) -> None:
    folder, same = Folder(tmp_path), (str(BEFORE), str(AFTER))
    rows = [
        (*same, 1, 1.5, "We cannot tell"), (*same, 1, 0.5, "We cannot tell"), (*same, 1, None, "Too few events to tell"),
        (*same, 2, 0.7, "We cannot tell"), ("2018-08:2019-07", str(AFTER), 1, 0.1, "We cannot tell"),
    ]  # fmt: skip
    kept(folder, "burglary-2020-08.parquet", rows)
    kept(folder, "robbery-2020-08.parquet", [(*same, 1, 9.0, "We cannot tell")])
    assert read_spread(folder, "burglary", BEFORE, AFTER) == Spread((0.5, 1.5), 1)
    assert read_spread(folder, "burglary", AFTER, BEFORE) is None


def test_of_two_scans_with_the_same_windows_the_newest_counts(tmp_path: Path) -> None:
    folder, same = Folder(tmp_path), (str(BEFORE), str(AFTER))
    kept(folder, "burglary-2020-08.parquet", [(*same, 1, 0.5, "We cannot tell")])
    first = scans_key(folder)
    kept(folder, "burglary-2021-04.parquet", [(*same, 1, 0.7, "We cannot tell")])
    os.utime(folder.scans / "burglary-2020-08.parquet", ns=(1, 1))
    assert read_spread(folder, "burglary", BEFORE, AFTER) == Spread((0.7,), 0)
    assert scans_key(folder) != first


def test_nothing_kept_and_what_is_no_such_table_are_nothing(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    assert read_spread(folder, "burglary", BEFORE, AFTER) is None
    folder.scans.mkdir()
    (folder.scans / "burglary-2020-08.parquet").write_bytes(b"not a table")
    pq.write_table(pa.table({"ratio": [1.0]}), folder.scans / "burglary-2021-08.parquet")
    assert read_spread(folder, "burglary", BEFORE, AFTER) is None


def test_codes_stand_anywhere_in_a_text(tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    path.write_text("code,name\nE01015153,here\nW01000001\nXE01015153 E010151530", encoding="utf-8")
    assert read_codes(path) == ("E01015153", "W01000001")


@pytest.mark.parametrize("content", [b"nothing", b"\xff\xfe", None])
def test_a_file_without_codes_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "codes.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadQuestion, match=r"codes\.txt"):
        read_codes(path)
