"""A neighbourhood in Scotland on the pages: what nobody publishes there is said so, and what people count is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.importing import ensure_database, import_files
from store.folder import Folder, seed
from tests.views.pages import Open, drawn_well, open_page, told

_PLACE = """schema = 1
name = "Culter"
town = "Aberdeen"
[place]
small_areas = ["S01006506", "S01006507"]
[project]
start = "2020-01"
"""
_HEADER = "indicator,area,period_start,kind,count,out_of,value,standard_deviation,people_answered,source"
_GROUPS = ((2018, 11), (2019, 10), (2021, 12), (2022, 17))


@pytest.fixture(scope="module")
def scottish_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with a Scottish place and what people there count, one for all tests of this file."""
    folder = Folder(tmp_path_factory.mktemp("scottish") / "data")
    seed(folder.root)
    (folder.areas / "culter.toml").write_text(_PLACE, encoding="utf-8")
    ensure_database(folder)
    rows = folder.root / "rows.csv"
    lines = [f"groups-active,culter,{year},level,{groups},,,,,A register" for year, groups in _GROUPS]
    rows.write_text("\n".join((_HEADER, *lines, "")), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        # Whoever reads local figures looks among the places of the data folder in use.
        patch.setenv("OUTCOMES_DATA", str(folder.root))
        assert import_files(folder, "local", [rows]).built is not None
    return folder.root


@pytest.fixture
def open_scottish(scottish_root: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open a page on the sample with a Scottish place."""
    monkeypatch.setenv("OUTCOMES_DATA", str(scottish_root))
    return open_page


@pytest.mark.parametrize("page", ["your-area", "board"])
def test_what_people_count_is_shown_and_what_nobody_publishes_is_said(open_scottish: Open, page: str) -> None:
    text = told(drawn_well(open_scottish(page, area="culter")))
    assert "Groups active" in text
    assert "nobody else counts this in the same way" in text.lower()
    assert "The source of these figures does not exist for Scotland" in text
    assert "are not published here" in text
    # Nothing sends people after data that cannot be had.
    assert "not loaded yet" not in text.lower()
    assert "nobody has loaded them" not in text
    assert "or load the data" not in text
