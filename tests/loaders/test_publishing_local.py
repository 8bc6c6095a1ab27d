"""What a community brought never leaves its machine with a snapshot, nor as Parquet."""

from __future__ import annotations

from pathlib import Path

import duckdb

from loaders.importing import import_files
from store.database import open_store
from store.folder import Folder
from store.local_details import local_figures
from store.snapshot import TABLES
from tests.loaders.local_files import filled
from tests.loaders.test_command_line import document, run

SECRET = 8305917
ROW = {
    "indicator": "benches", "title": "Zwischenzeit", "area": "north-stonehouse", "period_start": "2024", "kind": "count",
    "count": str(SECRET), "better": "higher", "about": "things", "unit": "benches", "source": "Geheimverein",
}  # fmt: skip
WORDS = ("Zwischenzeit", "Geheimverein", "geheim.csv", str(SECRET))


def test_exact_local_figures_stay_here(own_folder: Folder, tmp_path: Path) -> None:
    import_files(own_folder, "local", [filled(tmp_path / "geheim.csv", ROW)])
    assert local_figures(open_store(own_folder))["numerator"].to_list() == [SECRET]
    snapshot, parquet = tmp_path / "snapshot", tmp_path / "parquet"
    found = document(run("publish", "--to", snapshot, "--parquet", parquet, "--json"))
    assert found["snapshot"]["local_left_out"] == found["parquet"]["local_left_out"] == 1
    assert "1 figures that communities brought stay" in run("publish", "--to", tmp_path / "again").stdout
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{snapshot / found['snapshot']['name']}' AS copy (READ_ONLY)")
        tables = [connection.execute(f"SELECT * FROM copy.{table}").fetchall() for table in TABLES]
        files = [connection.execute(f"SELECT * FROM '{path}'").fetchall() for path in parquet.rglob("*.parquet")]
    for held in (repr(tables), repr(files)):
        assert "north-stonehouse" in held
        assert [word for word in (*WORDS, "benches") if word in held] == []
    for path in [*snapshot.iterdir(), *parquet.rglob("*.*")]:
        assert [word for word in WORDS if path.is_file() and word.encode() in path.read_bytes()] == [], path.name
