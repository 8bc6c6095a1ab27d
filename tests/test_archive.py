"""The made-up archive that measurements are made with: the publisher's format, uneven, and the same every time."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.archive import RAILWAYS, falls_within, write_archive
from loaders.police_uk import CATEGORIES, HEADER
from store.folder import SHIPPED
from store.lookups import read_lookups


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("archive") / "2023-06.zip"
    write_archive(path, 20_000, months=2, last="2023-06", level=1)
    return path


def test_it_has_the_publisher_s_names_columns_and_words(archive: Path) -> None:
    lookups = read_lookups(SHIPPED / "lookups")
    forces = {*lookups.forces["police_force"], RAILWAYS}
    rows: list[list[str]] = []
    with zipfile.ZipFile(archive) as opened:
        assert {name.split("/")[1][8:-11] for name in opened.namelist()} == forces
        for name in opened.namelist():
            text = opened.read(name).decode("utf-8")
            assert text.startswith(",".join(HEADER) + "\n")
            assert text.endswith("\n")
            some = list(csv.reader(io.StringIO(text)))[1:]
            assert {row[1] for row in some} == {name[:7]}
            assert {row[3] for row in some} == {falls_within(name.split("/")[1][8:-11])}
            assert all(len(row) == len(HEADER) for row in some)
            rows += some
    assert len(rows) == 20_000
    assert {row[9] for row in rows} == set(CATEGORIES)
    assert {len(row[0]) for row in rows if row[9] == "Anti-social behaviour"} == {0}
    assert {len(row[0]) for row in rows if row[9] != "Anti-social behaviour"} == {64}
    nowhere = [row for row in rows if not row[7]]
    assert 0.03 < len(nowhere) / len(rows) < 0.05
    assert {(row[4], row[5], row[6], row[8]) for row in nowhere} == {("", "", "No Location", "")}
    for month, edition in (("2023-05", "lsoa11"), ("2023-06", "lsoa21")):
        assert {row[7] for row in rows if row[1] == month} - {""} <= set(lookups.exact_fit[edition])
    assert max(Counter(row[7] for row in rows if row[7]).values()) > 10


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(archive: Path, tmp_path: Path) -> None:
    for seed in (1, 2):
        write_archive(tmp_path / f"{seed}.zip", 20_000, seed=seed, months=2, last="2023-06", level=1)
    assert (tmp_path / "1.zip").read_bytes() == archive.read_bytes() != (tmp_path / "2.zip").read_bytes()
