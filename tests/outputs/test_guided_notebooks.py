"""Every guided notebook, run by a real kernel on the sample, prints what is stored in it: text and code cannot drift apart."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError

from outputs.words import FORBIDDEN
from store.folder import REPOSITORY, Folder
from tests.docs import reading
from tests.outputs.guided_notebooks import FOLDER, executed, guided, read

REMEDY = "run “python -m tests.outputs.guided_notebooks” and read what has changed"
_WATCHED = (
    ".",
    "notebooks",
    "data",
    "data/areas",
    "data/calibration",
    "data/lookups",
    "data/programmes",
    "data/sample",
)


@pytest.fixture(params=guided(), ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    """Each notebook in turn."""
    found: Path = request.param
    return found


def _printed(document: nbformat.NotebookNode) -> list[str]:
    return ["".join(out.get("text", "") for out in cell.get("outputs", ())) for cell in document.cells]


def _names() -> set[Path]:
    """What lies in the repository's own folders. Tools keep hidden folders of their own, which are none of ours."""
    return {found for name in _WATCHED for found in (REPOSITORY / name).iterdir() if found.name[0] not in "._"}


def test_it_prints_what_is_stored_and_leaves_everything_as_it_was(
    path: Path, sample_in_use: Folder, untouched: Callable[[Folder], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:  # fmt: skip
    # What a developer has set up for their own notebooks changes nothing here.
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    untouched(sample_in_use)
    before = _names()
    assert _printed(executed(path)) == _printed(read(path)), REMEDY
    assert _names() == before


def test_only_text_is_stored_and_the_same_each_time(path: Path) -> None:
    document = read(path)
    nbformat.validate(document)
    assert [cell.id for cell in document.cells] == [f"cell-{at}" for at in range(1, len(document.cells) + 1)]
    outputs = [out for cell in document.cells for out in cell.get("outputs", ())]
    assert {(out.output_type, out.get("name")) for out in outputs} == {("stream", "stdout")}, REMEDY
    assert [cell.metadata for cell in document.cells if cell.metadata] == []
    text = path.read_text(encoding="utf-8")
    assert re.search(r"(?<![\w.])/(?:home|Users|root|tmp|work|mnt|var)/|[A-Z]:\\\\", text) is None


def test_every_cell_is_introduced_and_short(path: Path) -> None:
    cells = read(path).cells
    assert cells[0].cell_type == "markdown"
    assert "needs no internet" in cells[0].source
    lengths = {cell.id: len(cell.source.splitlines()) for cell in cells if cell.cell_type == "code"}
    assert max(lengths.values()) <= 45, lengths


def test_no_word_that_claims_or_hurts(path: Path) -> None:
    document = read(path)
    said = " ".join([*(cell.source for cell in document.cells), *_printed(document)])
    assert [word for word in FORBIDDEN if re.search(rf"\b{re.escape(word)}\b", said, re.IGNORECASE)] == []


def test_a_made_up_survey_says_that_it_is() -> None:
    document = read(FOLDER / "4-bringing-a-survey.ipynb")
    assert "**Every answer below is made up.**" in document.cells[0].source
    findings = [line for text in _printed(document) for line in text.splitlines() if line.startswith("local-")]
    assert len(findings) == 3
    assert all(", made up: " in line for line in findings)


def test_the_readme_names_every_notebook_in_order() -> None:
    named = [target for target in reading.links(reading.text("notebooks/README.md")) if target.endswith(".ipynb")]
    assert named == [path.name for path in guided()]
    assert [name[0] for name in named] == list("12345")


def test_a_notebook_that_would_leave_this_machine_is_stopped(tmp_path: Path) -> None:
    cell = nbformat.v4.new_code_cell("import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=5)")
    where = tmp_path / "away.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), where)
    with pytest.raises(CellExecutionError, match=r"a notebook tried to reach 192\.0\.2\.1"):
        executed(where)
