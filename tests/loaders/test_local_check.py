"""A community's file looked through before it is imported: the same words as the import, and nothing kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.local import read
from loaders.local_check import Checked, check_local
from loaders.local_template import rows_file, template_rows
from store.folder import Folder
from tests.loaders.local_files import MOTHERS, OWN, VOLUNTEERS, filled, folder_with_a_place
from tests.loaders.small_world import small_context

CONTEXT = small_context()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A data folder with one neighbourhood, for every test here."""
    return folder_with_a_place(tmp_path, monkeypatch)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_right_file_is_counted_and_nothing_is_written(folder: Folder, kind: str) -> None:
    before = sorted(path for path in folder.root.rglob("*"))
    assert check_local(rows_file([VOLUNTEERS, MOTHERS, OWN], kind), ["stonehouse"], CONTEXT) == Checked(3, ())
    assert sorted(path for path in folder.root.rglob("*")) == before


def test_what_is_wrong_is_told_as_the_import_tells_it(tmp_path: Path) -> None:
    wrong = {**VOLUNTEERS, "count": "twelve"}
    path = filled(tmp_path / "rows.csv", wrong, MOTHERS)
    told = check_local(path.read_bytes(), ["stonehouse"], CONTEXT).problems
    imported = read([path], CONTEXT).problems
    assert [(one.column, one.rows, one.message, one.do) for one in told] == [
        (one.column, one.rows, one.message, one.do) for one in imported
    ]
    assert told[0].rows == (2,)


def test_a_place_that_is_not_published_yet_may_be_named() -> None:
    content = rows_file([{**VOLUNTEERS, "area": "our-street"}], "csv")
    assert check_local(content, ["our-street"], CONTEXT).problems == ()
    assert check_local(content, ["stonehouse"], CONTEXT).problems[0].column == "area"


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 not a workbook", b"\xff\xfe", rows_file(template_rows(None), "csv")]
)
def test_what_is_no_filled_in_template_is_one_sentence(content: bytes) -> None:
    checked = check_local(content, ["stonehouse"], CONTEXT)
    assert checked.figures == 0
    assert len(checked.problems) == 1
    assert checked.problems[0].do
