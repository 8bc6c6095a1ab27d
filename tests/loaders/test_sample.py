"""The sample: read strictly, and written again from a database it was built into."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from loaders.sample import FOLDER, MANIFEST, read_sample, sample_months, write_sample
from store.building import build
from store.database import Store, open_store
from store.errors import SourceChanged
from store.folder import Folder
from store.period import parse_window

FORCE = "devon-and-cornwall"


def test_the_shipped_sample_is_what_its_manifest_says() -> None:
    reading = read_sample()
    entries = json.loads((FOLDER / MANIFEST).read_text(encoding="utf-8"))["files"]
    assert [(item.file, item.rows_read) for item in reading.accounts] == [(e["file"], e["rows"]) for e in entries]
    assert all(item.rows_read == item.rows_placed and item.state == "loaded" for item in reading.accounts)
    counts = reading.contributions[0]
    assert len(counts.coverage) == 6 * 92
    assert counts.coverage["rows_placed"].sum() == counts.observations["numerator"].sum()
    assert {file.origin for item in reading.contributions for file in item.files} == {"sample"}


def test_the_shipped_sample_names_real_addresses() -> None:
    for entry in json.loads((FOLDER / MANIFEST).read_text(encoding="utf-8"))["files"]:
        assert entry["publisher_address"].startswith("https://")
        assert "." in entry["publisher_address"].split("/")[2], entry["file"]


@pytest.mark.parametrize("harm", ["changed", "absent"])
def test_a_file_that_is_not_the_manifests_is_refused(tmp_path: Path, harm: str) -> None:
    shutil.copytree(FOLDER, tmp_path / "sample")
    path = tmp_path / "sample" / "population.parquet"
    if harm == "changed":
        path.write_bytes(path.read_bytes()[:-1])
    else:
        path.unlink()
    with pytest.raises(SourceChanged, match="not the one its manifest describes") as error:
        read_sample(tmp_path / "sample")
    assert error.value.file == "population.parquet"


@pytest.mark.parametrize("manifest", [None, "{", "{}", "[]"])
def test_a_manifest_that_cannot_be_read(tmp_path: Path, manifest: str | None) -> None:
    if manifest is not None:
        (tmp_path / MANIFEST).write_text(manifest, encoding="utf-8")
    with pytest.raises(SourceChanged, match="manifest cannot be read"):
        read_sample(tmp_path)


def test_compiling_the_sample_from_its_own_database_gives_the_same_figures(sample_store: Store, tmp_path: Path) -> None:
    months = sample_months(sample_store, FORCE)
    assert months == parse_window("2018-01:2025-08")
    paths = write_sample(sample_store, FORCE, months, tmp_path / "new", datetime.fromisoformat("2026-11-22"))
    assert {path.name for path in paths} == {path.name for path in FOLDER.iterdir()} - {
        "README.md",
        "postcodes.parquet",
    }
    for name, key in (
        ("counts", ["measure", "stable", "month"]),
        ("population", ["mid_year", "stable"]),
        ("deprivation", ["edition", "domain", "stable"]),
    ):
        ours = pd.read_parquet(tmp_path / "new" / f"{name}.parquet").sort_values(key, ignore_index=True)
        theirs = pd.read_parquet(FOLDER / f"{name}.parquet").sort_values(key, ignore_index=True)
        pd.testing.assert_frame_equal(ours, theirs, check_dtype=False)
    outlines = pd.read_parquet(tmp_path / "new" / "outlines.parquet").set_index("stable")["outline"]
    shipped = pd.read_parquet(FOLDER / "outlines.parquet").set_index("stable")["outline"]
    assert {code: json.loads(text) for code, text in outlines.items()} == {
        code: json.loads(text) for code, text in shipped.items()
    }
    again = read_sample(tmp_path / "new")
    assert [item.rows_read for item in again.accounts] == [item.rows_read for item in read_sample().accounts]


def test_fewer_months_and_whole_measures_only(sample_store: Store, tmp_path: Path) -> None:
    write_sample(sample_store, FORCE, parse_window("2019-01:2019-03"), tmp_path, datetime.fromisoformat("2026-11-22"))
    entry = json.loads((tmp_path / MANIFEST).read_text(encoding="utf-8"))["files"][0]
    assert (entry["edition"], entry["months"]) == ("2019-03", "2019-01:2019-03")
    assert set(pd.read_parquet(tmp_path / "counts.parquet")["month"]) == {201901, 201902, 201903}
    # Months outside what is held: no measure is there for every one of them.
    write_sample(sample_store, FORCE, parse_window("2017-12:2018-03"), tmp_path, datetime.fromisoformat("2026-11-22"))
    assert len(pd.read_parquet(tmp_path / "counts.parquet")) == 0


def test_a_force_that_is_not_loaded_has_no_sample(sample_store: Store, small_folder: Folder) -> None:
    with pytest.raises(SourceChanged, match="No counts of kent"):
        sample_months(sample_store, "kent")
    build(small_folder, (), {}, datetime.fromisoformat("2026-01-01"))
    with pytest.raises(SourceChanged):
        sample_months(open_store(small_folder), FORCE)
