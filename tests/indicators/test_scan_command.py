"""``python -m indicators scan``: one document, files that carry the use statement, and what the pages may show."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from indicators import __main__ as command_line
from indicators import scan_workers
from indicators.scan import ScanQuestion
from indicators.scan_row import ScanRow
from indicators.scan_summary import summary_of
from indicators.scan_workers import Scan, scan
from outputs.scan_file import UNNAMED, save_unnamed, write_scan
from outputs.words import USE
from store.database import Store, open_store
from store.errors import BadQuestion, OutcomesError
from store.folder import Folder
from store.period import parse_month, parse_window
from store.scans import read_spread

TODAY = date(2026, 11, 22)
ASKED = ScanQuestion("anti-social-behaviour", parse_month("2021-10"), None, None, TODAY)
ROOT = Path(__file__).resolve().parents[2]
CODES = ("E01015153", "E01015155", "E01015023", "E01015024")


@pytest.fixture(autouse=True)
def _one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command_line, "_today", lambda: TODAY)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command_line.main, ["scan", "--indicator", "anti-social-behaviour", *arguments])


@pytest.fixture(scope="module")
def scanned(sample_folder: Folder) -> Scan:
    return scan(sample_folder, ASKED, codes=CODES, which=("single", "saved"), workers=1)


def test_small_areas_by_code_and_then_saved_neighbourhoods_by_name(sample_folder: Folder, scanned: Scan) -> None:
    slugs = [place.slug for place in open_store(sample_folder).places]
    assert [row.place for row in scanned.rows] == [*sorted(CODES), *slugs]
    assert scanned.unloaded == {}


def test_one_document(sample_in_use: Folder, tmp_path: Path) -> None:
    (tmp_path / "codes.txt").write_text("E01015023 and\nE01015024\n", encoding="utf-8")
    result = run("--start", "2021-10", "--places", str(tmp_path / "codes.txt"), "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert [row["place"] for row in found["rows"]] == ["E01015023", "E01015024"]
    assert found["use"] == USE
    assert found["summary"]["scanned"] == 2
    assert "2 of 2 small areas" in result.stderr


def test_words_say_what_it_is_not_for(sample_in_use: Folder) -> None:
    result = run("--before", "2018-10:2020-09", "--after", "2021-10:2023-09", "--places", "saved")
    assert result.exit_code == 0, result.output
    assert "6 places scanned" in result.stdout
    assert USE in result.stdout
    assert "not for putting places in order" in result.stdout


def test_written_and_saved(own_folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "codes.txt").write_text("\n".join(CODES), encoding="utf-8")
    out = tmp_path / "scan.csv"
    result = run("--start", "2021-10", "--places", str(tmp_path / "codes.txt"), "--out", str(out), "--save")
    assert result.exit_code == 0, result.output
    assert f"Written: {out}" in result.stdout
    assert (own_folder.scans / "anti-social-behaviour-2021-10.parquet").is_file()


def test_a_csv_has_every_number_and_its_metadata_the_use_statement(scanned: Scan, tmp_path: Path) -> None:
    paths = write_scan(scanned, tmp_path / "folder" / "scan.csv")
    assert [path.name for path in paths] == ["scan.csv", "scan.csv-metadata.json"]
    with paths[0].open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert list(rows[0]) == [field.name for field in fields(ScanRow)]
    for row, told in zip(scanned.rows, rows, strict=True):
        assert told["ratio"] == ("" if row.ratio is None else repr(row.ratio))
        assert (told["place"], told["verdict"]) == (row.place, row.verdict)
    assert json.loads(paths[1].read_text(encoding="utf-8"))["dc:rights"] == USE


def test_a_parquet_file_has_the_use_statement_inside(scanned: Scan, tmp_path: Path) -> None:
    (path,) = write_scan(scanned, tmp_path / "scan.parquet")
    table = pq.read_table(path)
    assert table.column("place").to_pylist() == [row.place for row in scanned.rows]
    assert table.column("p").to_pylist() == [row.p for row in scanned.rows]
    assert table.schema.metadata[b"dc:rights"].decode() == USE


def test_what_the_pages_get_names_nobody(scanned: Scan, tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    path = save_unnamed(scanned, folder)
    table = pq.read_table(path)
    assert table.column_names == list(UNNAMED)
    row = scanned.rows[0]
    kept = read_spread(folder, "anti-social-behaviour", parse_window(row.before), parse_window(row.after))
    assert kept is not None
    shown = [one for one in scanned.rows if one.kind == "single" and not one.started]
    few = [one for one in shown if one.alone == "Too few events to tell"]
    assert kept.too_few == len(few)
    assert list(kept.ratios) == sorted(one.ratio for one in shown if one not in few and one.ratio is not None)
    windows = Scan(ScanQuestion("anti-social-behaviour", None, parse_window(row.before), parse_window(row.after), TODAY), "", scanned.rows, {})  # fmt: skip
    assert save_unnamed(windows, folder) == path


def test_a_file_of_another_kind_or_in_the_way_is_refused(scanned: Scan, tmp_path: Path) -> None:
    with pytest.raises(BadQuestion, match="neither CSV nor Parquet"):
        write_scan(scanned, tmp_path / "scan.xlsx")
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(OutcomesError, match="cannot be written"):
        write_scan(scanned, tmp_path / "taken" / "scan.csv")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--start", "2021-10", "--places", "no-such-file"), "cannot be read"),
        (("--places", "saved"), "A scan needs dates"),
        (("--start", "2021-13"), "is not a month"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_sentence(
    sample_in_use: Folder, arguments: tuple[str, ...], words: str
) -> None:
    result = run(*arguments, "--json")
    assert result.exit_code == 1
    assert words in json.loads(result.stdout)["error"]["message"]


def test_a_file_without_a_code_is_refused(sample_in_use: Folder, tmp_path: Path) -> None:
    (tmp_path / "codes.txt").write_text("nothing", encoding="utf-8")
    result = run("--start", "2021-10", "--places", str(tmp_path / "codes.txt"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "holds no code" in result.stderr


def test_nothing_loaded_is_refused(sample_folder: Folder) -> None:
    with pytest.raises(BadQuestion, match="Nothing is loaded"):
        scan(sample_folder, ScanQuestion("shoplifting", parse_month("2021-10"), None, None, TODAY), workers=1)


_IN_PROCESSES = """
from datetime import date
from indicators import scan_workers
from indicators.scan import ScanQuestion
from store.folder import data_folder
scan_workers.LARGEST_PART, scan_workers._ALONE = 2, 0
asked = ScanQuestion("anti-social-behaviour", date(2021, 10, 1), None, None, date(2026, 11, 22))
found = scan_workers.scan(data_folder(), asked, codes=CODES, which=("single",), workers=2, heard=print)
print([row.ratio for row in found.rows])
"""


def test_several_processes_say_what_one_says(sample_in_use: Folder, scanned: Scan) -> None:
    """In a process of its own: workers start from whatever a test before this one has made the main module."""
    code = _IN_PROCESSES.replace("CODES", repr(CODES))
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.splitlines() == ["2 4", "4 4", repr([row.ratio for row in scanned.rows[:4]])]


class _Threads(ThreadPoolExecutor):
    """Workers in this process."""

    def __init__(self, number: int, mp_context: object, **values: Any) -> None:
        super().__init__(number, **values)


@pytest.fixture
def _in_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_workers, "LARGEST_PART", 2)
    monkeypatch.setattr(scan_workers, "_ALONE", 0)
    monkeypatch.setattr(scan_workers, "ProcessPoolExecutor", _Threads)


@pytest.mark.usefixtures("_in_threads")
def test_a_database_built_anew_during_a_scan_is_noticed(sample_folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Store] = []

    def open_store_once_older(folder: Folder) -> Store:
        store = open_store(folder)
        opened.append(store)
        if len(opened) == 1:
            store.stamp = "an older one"
        return store

    monkeypatch.setattr(scan_workers, "open_store", open_store_once_older)
    with pytest.raises(BadQuestion, match="built anew during the scan"):
        scan(sample_folder, ASKED, codes=CODES, which=("single",), workers=2)


@pytest.mark.usefixtures("_in_threads")
def test_workers_answer_part_by_part(sample_folder: Folder, scanned: Scan) -> None:
    found = scan(sample_folder, ASKED, codes=CODES, which=("single",), workers=1)
    assert found.rows == scan(sample_folder, ASKED, codes=CODES, which=("single",), workers=2).rows


def test_the_summary_counts_places(scanned: Scan) -> None:
    found = summary_of(scanned.rows)
    assert found.scanned == sum(found.alone.values()) == sum(found.verdicts.values()) == len(scanned.rows)
    assert found.untouched == sum(row.kind == "single" and not row.started for row in scanned.rows)
    assert found.compared == found.untouched
    assert found.answered + sum(row.alone == "Too few events to tell" for row in scanned.rows if row.kind == "single" and not row.started) == found.untouched  # fmt: skip
