"""The raw folder: which files are read, and what their sidecars tell."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path

import pytest

from loaders.raw import find, given, newest_held, read_sidecar, what_of
from store.errors import SourceChanged

NOW = datetime.fromisoformat("2026-11-22")


def _raw(folder: Path, name: str, content: bytes = b"a\n1\n", **said: object) -> Path:
    path = folder / name
    path.write_bytes(content)
    (folder / (name + ".json")).write_text(json.dumps({"bytes": len(content), **said}), encoding="utf-8")
    return path


def test_a_folder_gives_the_newest_fetch_of_each_thing_without_sidecars(tmp_path: Path) -> None:
    _raw(tmp_path, "x__20260101T000000__aaaaaaaa.csv")
    new = _raw(tmp_path, "x__20260201T000000__00000000.csv")
    own = tmp_path / "my own.csv"
    own.write_bytes(b"a")
    other = tmp_path / "map.json"
    other.write_bytes(b"{}")
    assert sorted(find([tmp_path], (".csv", ".json"))) == sorted([new, own, other])
    assert find([own], (".zip",)) == [own]


def test_nothing_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceChanged, match="no such file"):
        find([tmp_path / "absent.csv"], (".csv",))
    with pytest.raises(SourceChanged, match=r"no \.csv or \.json file"):
        find([tmp_path], (".csv", ".json"))


def test_a_file_of_the_reader_s_own_has_no_provenance(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a\n")
    one = given([path], path.name, NOW)
    assert (one.sha256, one.bytes, one.url, one.fetched_at) == (hashlib.sha256(b"a\n").hexdigest(), 2, "", NOW)
    assert what_of(path) == ""


def test_pages_are_one_file_with_one_hash(tmp_path: Path) -> None:
    first = _raw(
        tmp_path, "x-1__20260101T000000__aaaaaaaa.csv", b"a\n1\n", url="https://e/", fetched_at="2026-01-01T00:00:00"
    )
    second = _raw(tmp_path, "x-2__20260101T000000__aaaaaaaa.csv", b"a\n2\n")
    both = given([first, second], "x", NOW)
    assert both.bytes == 8
    assert both.url == "https://e/"
    assert both.fetched_at == datetime.fromisoformat("2026-01-01")
    assert both.sha256 != given([second, first], "x", NOW).sha256 != given([first], "x", NOW).sha256


def test_only_whole_files_are_held(tmp_path: Path) -> None:
    old = _raw(tmp_path, "x__20260101T000000__aaaaaaaa.csv")
    _raw(tmp_path, "x__20260201T000000__bbbbbbbb.csv").write_bytes(b"cut")
    _raw(tmp_path, "x-more__20260301T000000__cccccccc.csv")
    assert newest_held(tmp_path, "x") == old
    assert newest_held(tmp_path, "y") is None


@pytest.mark.parametrize("content", [b"[1]", b"{", b""])
def test_a_spoiled_sidecar_says_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.csv"
    (tmp_path / "x.csv.json").write_bytes(content)
    assert read_sidecar(path) == {}
