"""Postcodes: found by reading one piece of the table, and never passed on."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import postcodes
from store.errors import OutcomesError
from store.folder import Folder
from store.postcodes import POSTCODES, PostcodeAnswer, find, normalise, table_in

# No postcode area is called ZZ or ZX: these belong to nobody.
ROWS = [
    ("ZX11AA", "E01000001", False),
    ("ZX11AB", "E01000001", True),
    ("ZX12AA", "E01000002", False),
    ("ZZ991AB", "E01000003", False),
    ("ZZ9A1AB", "W01000003", False),
]


def _table(folder: Path, **said: str) -> Folder:
    frame = pd.DataFrame(ROWS, columns=["postcode", "stable", "ended"])
    frame.attrs = {"edition": "May 2022", "covers": "the area of Nowhere", **said}
    (folder / "lookups").mkdir(parents=True, exist_ok=True)
    frame.to_parquet(folder / "lookups" / POSTCODES, index=False, compression="zstd", row_group_size=2)
    return Folder(folder)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ZX1 1AA", "ZX11AA"),
        (" zx11aa ", "ZX11AA"),
        ("z x 1 1 a a", "ZX11AA"),
        ("\tZZ9A\u00a01AB\n", "ZZ9A1AB"),
        ("ＺＸ１ １ＡＡ", "ZX11AA"),
        ("Z1 1AA", "Z11AA"),
        ("NPT 1AA", "NPT1AA"),
        ("", None),
        ("ZX1", None),
        ("ZX1 1A", None),
        ("ZX11 AAA", None),
        ("1ZX 1AA", None),
        ("ZX1-1AA", None),
        ("the house of my aunt", None),
        ("ZX1 1AA" + " " * 100, None),
    ],
)
def test_a_postcode_is_read_however_it_is_typed(typed: str, meant: str | None) -> None:
    assert normalise(typed) == meant


@pytest.mark.parametrize(("postcode", "stable", "ended"), ROWS)
def test_every_postcode_is_found(tmp_path: Path, postcode: str, stable: str, ended: bool) -> None:
    answer = find(_table(tmp_path), postcode.lower())
    assert answer.stable == stable
    assert ("no longer uses" in answer.sentence) == ended


@pytest.mark.parametrize("unknown", ["AA1 1AA", "ZX1 1AC", "ZX5 5AA", "ZZ99 9ZZ"])
def test_an_unknown_postcode_is_told_what_the_list_holds(tmp_path: Path, unknown: str) -> None:
    answer = find(_table(tmp_path), unknown)
    assert answer.stable is None
    assert "(the area of Nowhere, May 2022)" in answer.sentence


@pytest.mark.parametrize(
    ("typed", "said"), [("ZX1", "not a whole postcode"), ("BT1 1AA", "Northern Ireland"), ("bt99 9zz", "licence")]
)
def test_what_cannot_be_answered_is_said_plainly(tmp_path: Path, typed: str, said: str) -> None:
    answer = find(_table(tmp_path), typed)
    assert answer.stable is None
    assert said in answer.sentence


def test_without_a_table_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postcodes, "SHIPPED", tmp_path / "nothing")
    assert table_in(Folder(tmp_path)) is None
    assert find(Folder(tmp_path), "ZX1 1AA") == PostcodeAnswer(
        None, "There is no list of postcodes on this machine yet."
    )


def test_the_data_folder_s_own_table_comes_before_the_sample_s(tmp_path: Path) -> None:
    sample = table_in(Folder(tmp_path / "empty"))
    assert sample is not None
    assert sample.parent.name == "sample"
    assert table_in(_table(tmp_path)) == tmp_path / "lookups" / POSTCODES


def test_the_sample_places_devon_and_cornwall(tmp_path: Path) -> None:
    # As the ONS table of May 2022 has them: PL1 3AB in E01015158, TR14 8AA in E01018878.
    assert find(Folder(tmp_path), "PL1 3AB") == PostcodeAnswer("E01015158")
    assert find(Folder(tmp_path), "TR14 8AA") == PostcodeAnswer("E01018878")
    assert "Devon and Cornwall, May 2022" in find(Folder(tmp_path), "SW1A 1AA").sentence


def test_one_piece_is_read_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    original = pq.ParquetFile.read_row_group

    def noted(self: Any, piece: int, *args: Any, **more: Any) -> Any:
        read.append(piece)
        return original(self, piece, *args, **more)

    monkeypatch.setattr(pq.ParquetFile, "read_row_group", noted)
    folder = _table(tmp_path)
    for postcode, *_ in ROWS:
        find(folder, postcode)
    assert read == [0, 0, 1, 1, 2]


def test_a_new_table_is_read_as_a_new_one(tmp_path: Path) -> None:
    find(_table(tmp_path), "AA1 1AA")
    assert "August 2026" in find(_table(tmp_path, edition="August 2026 and on"), "AA1 1AA").sentence


@pytest.mark.parametrize("harm", ["cut", "another table", "no metadata", "metadata of another kind"])
def test_a_table_that_cannot_be_read_says_nothing_of_the_question(tmp_path: Path, harm: str) -> None:
    folder = _table(tmp_path)
    path = folder.lookups / POSTCODES
    if harm == "cut":
        path.write_bytes(path.read_bytes()[:-20])
    elif harm == "another table":
        frame = pd.DataFrame({"a": [1]})
        frame.attrs = {"edition": "x", "covers": "y"}
        frame.to_parquet(path)
    else:
        frame = pd.read_parquet(path)
        frame.attrs = {} if harm == "no metadata" else {"edition": 1}
        frame.to_parquet(path, index=False)
    with pytest.raises(OutcomesError, match="cannot be read") as error:
        find(folder, "ZX1 1AA")
    assert "ZX1" not in str(error.value)
    assert error.value.__cause__ is None
    assert error.value.__context__ is None


@given(st.from_regex(rf"\A{postcodes.PATTERN}\Z") | st.text(max_size=30))
def test_no_answer_holds_what_was_asked(text: str) -> None:
    answer = find(Folder(Path("nowhere")), text)
    plain = normalise(text)
    if plain is None:
        assert answer == find(Folder(Path("nowhere")), "")
    else:
        said = repr(answer).upper()
        assert plain not in said
        assert f"{plain[:-3]} {plain[-3:]}" not in said


def test_nothing_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        find(_table(tmp_path), "ZX1 1AA")
        find(_table(tmp_path), "AA1 1AA")
    assert caplog.records == []
