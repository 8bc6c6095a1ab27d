"""Strict TOML."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.errors import BadPlace
from store.toml import Table, read_toml


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a = ", "not valid TOML"),
        (b"a = 1\na = 2", "not valid TOML"),
        (b"a = 2020-13-40", "not valid TOML"),
        (b"a = " + b"9" * 5000, "not valid TOML"),
        (b"a = " + b"[" * 5000 + b"]" * 5000, "not valid TOML"),
        (b'a = "caf\xe9"', "not UTF-8"),
        (b"#" * 1_000_001, "too large"),
    ],
)
def test_what_cannot_be_read_is_said_so(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(content)
    with pytest.raises(BadPlace, match=words) as error:
        read_toml(path)
    assert error.value.file == "x.toml"
    assert error.value.do


def test_a_file_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text('name = "Stöne"', encoding="utf-8")
    assert read_toml(path) == {"name": "Stöne"}


def test_an_unknown_key_names_the_nearest() -> None:
    with pytest.raises(BadPlace) as error:
        Table({"small_area": []}, ("small_areas", "wards"), "x.toml", "place")
    assert (
        str(error.value)
        == "“small_area” is not a key this file knows (x.toml; column place). Did you mean “small_areas”?"
    )


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda t: t.text("key"), 5),
        (lambda t: t.text("key", longest=3), "long"),
        (lambda t: t.text("key", needed=True), "  "),
        (lambda t: t.texts("key"), "not a list"),
        (lambda t: t.texts("key"), ["a", 1]),
        (lambda t: t.number("key", least=0, most=5, default=0), 6),
        (lambda t: t.number("key", least=0, most=5, default=0), True),
        (lambda t: t.number("key", least=0, most=5, default=0), 1.0),
        (lambda t: t.flag("key"), 1),
        (lambda t: t.table("key"), []),
        (lambda t: t.tables("key"), {}),
        (lambda t: t.tables("key"), [1]),
        (lambda t: t.tables("key", most=1), [{}, {}]),
    ],
)  # fmt: skip
def test_a_wrong_type_names_the_key(read: object, value: object) -> None:
    with pytest.raises(BadPlace, match=r"“place\.key” must be") as error:
        read(Table({"key": value}, ("key",), "x.toml", "place"))  # type: ignore[operator]
    assert error.value.column == "place.key"


def test_what_is_absent_has_a_default() -> None:
    table = Table({}, ("key",), "x.toml")
    assert (table.text("key"), table.texts("key"), table.flag("key")) == ("", (), False)
    assert (table.number("key", least=0, most=9, default=4), table.table("key"), table.tables("key")) == (4, {}, ())
    with pytest.raises(BadPlace, match="“key” must be text"):
        table.text("key", needed=True)
