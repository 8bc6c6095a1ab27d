"""Pages with figures that people here brought themselves, one kind of them too small to be shown."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from loaders.importing import ensure_database, import_files
from store.folder import Folder, seed
from tests.views.pages import Open, bodies, chosen, drawn_well, open_page, table, told

_HEADER = ("indicator", "area", "period_start", "kind", "count", "out_of", "value", "standard_deviation",
           "people_answered", "source")  # fmt: skip
_PLACE = "north-stonehouse"
_ROWS = (
    *(("groups-active", _PLACE, str(year), "level", str(groups), "", "", "", "", "A register")
      for year, groups in ((2019, 11), (2020, 4), (2021, 12), (2022, 17))),
    ("hope", _PLACE, "2019-03", "mean", "", "", "6.1", "2.3", "62", "A survey"),
    ("hope", _PLACE, "2022-03", "mean", "", "", "6.8", "2.1", "74", "A survey"),
    *(("postnatal-depression", _PLACE, year, "out of", str(few), "33", "", "", "", "Health visitors")
      for year, few in (("2018/19", 4), ("2019/20", 3), ("2021/22", 5), ("2022/23", 2))),
)  # fmt: skip


@pytest.fixture(scope="module")
def local_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with local figures, one for all tests of this file."""
    folder = Folder(tmp_path_factory.mktemp("local") / "data")
    seed(folder.root)
    ensure_database(folder)
    rows = folder.root / "rows.csv"
    with rows.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows((_HEADER, *_ROWS))
    import_files(folder, "local", [rows])
    return folder.root


@pytest.fixture
def open_local(local_root: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open a page on the sample with local figures."""
    monkeypatch.setenv("OUTCOMES_DATA", str(local_root))
    return open_page


def test_the_residents_page_tells_what_people_count_and_no_small_number(open_local: Open) -> None:
    app = drawn_well(open_local("your-area"))
    text = told(app)
    assert "11 before, 17 after: rose 55 %. Nobody else counts this in the same way." in text
    assert "6.1 before, 6.8 after" in text
    # What has been brought is no longer asked for, and what is hidden is called so.
    assert "Feeling safe, belonging" in text
    assert "Mothers' low mood after birth" not in text
    assert "We do not show them, so that nobody can be picked out." in text
    assert "python -m" not in text


def test_the_board_has_a_row_for_each_and_the_next_step_is_to_keep_counting(open_local: Open) -> None:
    app = drawn_well(open_local("board"))
    head, *rows = table(app, "Numbers of the board")
    row = next(dict(zip(head, cells, strict=True)) for cells in rows if cells[0] == "Hope")
    assert row["What happened"].startswith("6.1 to 6.8")
    assert row["What next"].startswith("Keep counting")
    hidden = next(dict(zip(head, cells, strict=True)) for cells in rows if cells[0].startswith("Postnatal"))
    assert hidden["What happened"] == "too small to show"
    assert "counted by people here" in bodies(app)
    assert "Not loaded yet: vehicle crime (aim)" in told(app)


def test_each_can_be_explored_and_what_is_hidden_has_no_chart(open_local: Open) -> None:
    app = drawn_well(open_local("explore", area=_PLACE, indicator="local-hope"))
    assert table(app, "The numbers: Hope, each time it was counted")[1:] == [
        ["March 2019", "6.1"],
        ["March 2022", "6.8"],
    ]
    app = drawn_well(open_local("explore", area=_PLACE, indicator="local-postnatal-depression"))
    assert "There is nothing to draw: the figures are too small to be shown." in told(app)
    assert not app.get("plotly_chart")


def test_the_list_to_choose_from_is_in_groups(open_local: Open) -> None:
    box = chosen(open_local("explore", area=_PLACE), "indicator")
    words = list(box.options)
    assert words[0] == "Burglary"
    loaded = [word for word in words if "not loaded" not in word]
    around = [word for word in loaded if word.endswith("· council-wide")]
    assert around
    assert words[: len(loaded)] == loaded
    assert words.index("Hope") < words.index("House prices") < words.index(around[0])


def test_a_councils_figure_is_never_called_ours(open_local: Open) -> None:
    app = drawn_well(open_local("explore", area=_PLACE, indicator="anxiety"))
    assert app.title[0].value.endswith(": Plymouth")
    text = told(app)
    assert "The solid line is Plymouth. It is not our neighbourhood alone." in text
    head, *rows = table(app, next(name for name in _labels(app) if "every year" in name))
    assert head == ["When", "Plymouth"]
    assert rows[-1][0] == "2022/23"


def _labels(app: AppTest) -> list[str]:
    """The name of every region of the page that can be scrolled."""
    return re.findall(r'aria-label="([^"]*)"', bodies(app))
