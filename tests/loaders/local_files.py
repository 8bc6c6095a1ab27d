"""Filled-in templates for tests."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from loaders import local
from loaders.local_template import write_rows
from loaders.reading import Context, Problem, Reading
from store.folder import Folder

PLACE = """schema = 1
name = "Stonehouse"
[place]
small_areas = ["E01015153", "E01015155"]
"""
VOLUNTEERS: Mapping[str, str] = {
    "indicator": "volunteers",
    "area": "stonehouse",
    "period_start": "2024-01",
    "count": "12",
}
MOTHERS: Mapping[str, str] = {
    "indicator": "postnatal-depression", "area": "stonehouse", "period_start": "2023/24", "count": "4", "out_of": "31",
    "source": "Health visitors",
}  # fmt: skip
METRIC: Mapping[str, str] = {
    "indicator": "swemwbs", "area": "stonehouse", "period_start": "2024-03", "kind": "mean score", "value": "22.4",
    "standard_deviation": "4.1", "people_answered": "120", "people_asked": "300",
}  # fmt: skip
OWN: Mapping[str, str] = {
    "indicator": "benches", "title": "Benches mended", "area": "stonehouse", "period_start": "2024", "kind": "count",
    "count": "3", "better": "higher", "about": "things", "unit": "benches",
}  # fmt: skip


def folder_with_a_place(root: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """An empty data folder in use that knows one neighbourhood, and nothing else."""
    folder = Folder(root / "data")
    folder.areas.mkdir(parents=True)
    (folder.areas / "stonehouse.toml").write_text(PLACE, encoding="utf-8")
    monkeypatch.setattr(local, "data_folder", lambda: folder)
    return folder


def filled(path: Path, *rows: Mapping[str, str]) -> Path:
    """A template with these rows, CSV or .xlsx by its name."""
    write_rows(rows, path, path.suffix[1:])
    return path


def raw(path: Path, header: Sequence[str], *rows: Sequence[str]) -> Path:
    """A CSV file with any headings."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def errors(path: Path, context: Context) -> list[tuple[str | None, tuple[int, ...], str]]:
    """(column, rows, sentence) of everything that is wrong; nothing may come out of such a file."""
    reading = local.read([path], context)
    assert reading.contributions == ()
    assert [account.state for account in reading.accounts] == ["refused"]
    account = reading.accounts[0]
    assert account.rows_read == account.rows_placed + account.rows_unlocated + account.rows_refused
    assert all(problem.do for problem in reading.problems)
    return [(problem.column, problem.rows, problem.message) for problem in reading.errors]


def only(reading: Reading) -> Problem:
    """The one problem of a reading."""
    (problem,) = reading.problems
    return problem
