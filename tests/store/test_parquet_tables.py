"""The same tables as Parquet: the same rows, laid out by measure and area."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from store import parquet_tables
from store.errors import OutcomesError
from store.folder import Folder
from store.parquet_tables import write_parquet
from store.snapshot import TABLES
from tests.store.test_snapshot import rows


@pytest.fixture(scope="module")
def written(sample_folder: Folder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample as Parquet; it has no local figures."""
    target = tmp_path_factory.mktemp("parquet") / "tables"
    write_parquet(sample_folder.database(), target)
    return target


def read(path: str, query: str = "SELECT * FROM t ORDER BY ALL") -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW t AS SELECT * FROM read_parquet('{path}', hive_partitioning = true)")
        return connection.execute(query).fetchall()


@pytest.mark.parametrize("table", [table for table in TABLES if table != "observation"])
def test_every_table_is_there_row_for_row(sample_folder: Folder, written: Path, table: str) -> None:
    columns = "* REPLACE (outline::VARCHAR AS outline)" if table == "area" else "*"
    expected = rows(sample_folder.database(), f"SELECT {columns} FROM {table} ORDER BY ALL")
    assert read(f"{written}/{table}.parquet") == expected


def test_every_observation_is_there_once(sample_folder: Folder, written: Path) -> None:
    columns = "area_id, measure_id, period_start, period_months, numerator, denominator, value, status, low, high, authority_id, file_id"
    expected = rows(sample_folder.database(), f"SELECT {columns} FROM observation ORDER BY ALL")
    assert len(expected) > 10_000
    assert read(f"{written}/observation/*/*.parquet", f"SELECT {columns} FROM t ORDER BY ALL") == expected


def test_a_measure_lies_in_its_own_folder_sorted_by_area(sample_folder: Folder, written: Path) -> None:
    parts = sorted(written.glob("observation/*/*"))
    held = rows(sample_folder.database(), "SELECT DISTINCT measure_id FROM observation")
    assert {path.parent.name for path in parts} == {f"measure_id={measure}" for (measure,) in held}
    for path in parts:
        table = pq.read_table(path)
        cells = list(zip(table["area_id"].to_pylist(), table["period_start"].to_pylist(), strict=True))
        assert cells == sorted(cells)
        assert "measure_id" not in pq.ParquetFile(path).schema_arrow.names
        group = pq.ParquetFile(path).metadata.row_group(0)
        assert {group.column(number).compression for number in range(group.num_columns)} == {"ZSTD"}


def test_the_readme_tells_nought_from_missing_and_names_the_licences(written: Path) -> None:
    words = (written / "README.md").read_text(encoding="utf-8")
    assert "`coverage.state` is `reported`" in words
    assert "Contains public sector information licensed under the Open Government Licence v3.0. Source: data.police.uk." in words  # fmt: skip


def test_a_new_export_takes_the_place_of_the_old_one(
    sample_folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "tables"
    old = target / "observation" / "measure_id=999"
    old.mkdir(parents=True)
    (old / "part-0.parquet").write_bytes(b"old")

    def stop(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(parquet_tables, "_readme", stop)
        with pytest.raises(KeyboardInterrupt):
            write_parquet(sample_folder.database(), target)
    assert (old / "part-0.parquet").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["tables"]
    write_parquet(sample_folder.database(), target)
    assert not old.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["tables"]


def test_a_folder_with_other_things_is_left_alone(sample_folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(OutcomesError, match="holds other things"):
        write_parquet(sample_folder.database(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


@pytest.mark.parametrize("name", ["snapshot.json", "notes.parquet", "observation/letters.txt", "observation/measure_id=1/mine.parquet", "empty/"])  # fmt: skip
def test_an_export_with_other_things_beside_it_is_left_alone(sample_folder: Folder, tmp_path: Path, name: str) -> None:
    part = tmp_path / "observation" / "measure_id=1" / "part-0.parquet"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"old")
    mine = tmp_path / name
    if name.endswith("/"):
        mine.mkdir()
    else:
        mine.write_text("mine")
    with pytest.raises(OutcomesError, match="holds other things"):
        write_parquet(sample_folder.database(), tmp_path)
    assert mine.exists()
    assert part.read_bytes() == b"old"


def test_an_export_that_cannot_take_its_place_leaves_the_one_before(
    sample_folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "tables"
    (target / "observation").mkdir(parents=True)
    (target / "README.md").write_text("the one before")
    rename = Path.rename

    def refusing(path: Path, to: Path) -> Path:
        if path.name.endswith(".new"):
            raise PermissionError
        return rename(path, to)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", refusing)
        with pytest.raises(PermissionError):
            write_parquet(sample_folder.database(), target)
    assert (target / "README.md").read_text() == "the one before"
    assert [path.name for path in tmp_path.iterdir()] == ["tables"]
    write_parquet(sample_folder.database(), target)
    assert "## Nought" in (target / "README.md").read_text()


def test_the_folder_one_stands_in_can_be_named_by_a_dot(
    sample_folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "tables"
    target.mkdir()
    monkeypatch.chdir(target)
    write_parquet(sample_folder.database(), Path())
    assert (target / "README.md").is_file()
