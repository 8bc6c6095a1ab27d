"""Programme files."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.errors import BadPlace
from store.folder import SHIPPED
from store.period import parse_window
from store.programme import read_programme, read_programmes

GOOD = """schema = 1
name = "A programme"
funder = "Home Office"
aims = ["burglary"]
from = "2020-08"
until = "2021-03"
source = "News"
[[place]]
name = "A street"
small_areas = ["E01015153"]
sure = "fairly sure"
"""


def test_every_shipped_programme_is_read() -> None:
    found = {item.slug: item for item in read_programmes(SHIPPED / "programmes")}
    assert len(found) == len(list((SHIPPED / "programmes").glob("*.toml"))) > 0
    first = found["safer-streets-1-north-stonehouse"]
    assert first.months == parse_window("2020-08:2021-03")
    assert "burglary" in first.aims
    assert all(item.places and item.source for item in found.values())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("2021-03", "2020-07", "months are wrong"),
        ("2021-03", "soon", "months are wrong"),
        ("schema = 1", "schema = 2", "schema"),
        ("funder =", "fundr =", "“fundr” is not a key"),
        ("sure =", "shure =", "“shure” is not a key"),
        ('aims = ["burglary"]', "aims = 5", "aims"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = tmp_path / "one.toml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(BadPlace, match=words) as error:
        read_programme(path)
    assert error.value.file == "one.toml"


def test_a_good_file(tmp_path: Path) -> None:
    path = tmp_path / "one.toml"
    path.write_text(GOOD, encoding="utf-8")
    (place,) = read_programme(path).places
    assert (place.name, place.small_areas, place.sure, place.why) == ("A street", ("E01015153",), "fairly sure", "")
