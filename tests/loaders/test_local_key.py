"""A community's file is known by a hash that only this machine can make, the same at every import."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loaders import local_key
from loaders.local_key import KEY, under_key
from loaders.raw import Given, given

_NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Given:
    """A file of one figure."""
    path = tmp_path / "rows.csv"
    path.write_bytes(b"3\n")
    return given([path], path.name, _NOW)


def test_the_hash_is_the_same_here_and_another_elsewhere(file: Given, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    known = under_key(file, here)
    assert known.sha256 == under_key(file, here).sha256
    assert len(known.sha256) == len(file.sha256)
    assert known.sha256 not in {file.sha256, under_key(file, there).sha256}
    assert file.sha256 == hashlib.sha256(b"3\n").hexdigest()
    assert [path.name for path in here.iterdir()] == [KEY]
    assert (here / KEY).stat().st_mode & 0o077 == 0


def test_whoever_makes_the_key_first_decides(file: Given, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = tmp_path / KEY

    def meanwhile(number: int) -> bytes:
        key.write_bytes(b"theirs")
        return b"ours" * (number // 4)

    monkeypatch.setattr(local_key.secrets, "token_bytes", meanwhile)
    assert under_key(file, tmp_path).sha256 == under_key(file, tmp_path).sha256
    assert key.read_bytes() == b"theirs"
    assert not list(tmp_path.glob(f".{KEY}*"))
