"""Figures a community brought itself, for tests: two places of the small world, built once a module."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from loaders import local
from loaders.importing import import_files
from store.database import Store, open_store
from store.folder import Folder
from tests.loaders.local_files import filled
from tests.loaders.small_world import NOW

AREAS = {"one": ["E01019970"], "two": ["E01019968", "E01019970"], "else": ["E01019971"]}
YEARS = (2020, 2021, 2022, 2023)


def over_the_years(row: Mapping[str, str], **columns: Sequence[object]) -> list[dict[str, str]]:
    """The row once a year from 2020 on; None leaves a year out."""
    return [
        {**row, "period_start": str(year), **{name: str(values[at]) for name, values in columns.items()}}
        for at, year in enumerate(YEARS)
        if next(iter(columns.values()))[at] is not None
    ]


def local_store(small_world: Path, root: Path, *files: Sequence[Mapping[str, str]]) -> Store:
    """The small world with the places of ``AREAS`` and templates with these rows, brought one after the other."""
    shutil.copytree(small_world, root)
    folder = Folder(root)
    for slug, codes in AREAS.items():
        text = f'schema = 1\nname = "{slug}"\n[place]\nsmall_areas = {codes}\n'.replace("'", '"')
        (folder.areas / f"{slug}.toml").write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local, "data_folder", lambda: folder)
        for number, rows in enumerate(files):
            done = import_files(folder, "local", [filled(root / f"rows-{number}.csv", *rows)], now=NOW)
            assert [problem.message for problem in done.reading.problems] == []
    return open_store(folder)
