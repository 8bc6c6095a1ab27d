"""A notebook rebuilds its finding: run by a real kernel it prints what it holds, and its counts alone give the same."""

from __future__ import annotations

import json
from dataclasses import replace

import nbformat
import pytest
from nbclient import NotebookClient

from outputs.notebook import can_be_rebuilt, make, notebook_of
from outputs.pack import Pack, pack_of
from store.database import Store
from store.errors import BadQuestion
from store.folder import REPOSITORY, Folder
from tests.views.pages import TODAY


@pytest.fixture(scope="module")
def pack(sample_store: Store) -> Pack:
    """Two outcomes of the worked example."""
    place = next(item for item in sample_store.places if item.slug == "north-stonehouse")
    return pack_of(sample_store, place, today=TODAY, indicators=["burglary", "robbery"])


@pytest.fixture(autouse=True)
def _sample(sample_in_use: Folder) -> None:
    """Cells open the shared sample."""


def _printed(document: nbformat.NotebookNode) -> list[str]:
    return [
        "".join(out.text for out in cell.outputs if out.output_type == "stream")
        for cell in document.cells
        if cell.cell_type == "code"
    ]


def test_a_real_kernel_prints_what_the_notebook_holds(pack: Pack, sample_store: Store) -> None:
    document = nbformat.reads(make(pack, sample_store)[".ipynb"].decode(), as_version=4)
    held = _printed(document)
    assert "ratio 0.7269529451401967" in held[0]
    assert held[1] == "All 7 numbers are those of the finding, to the last digit.\n"
    assert held[3] == "All 6 numbers are those of the finding, to the last digit.\n"
    again = nbformat.reads(nbformat.writes(document), as_version=4)
    NotebookClient(again, timeout=120, resources={"metadata": {"path": str(REPOSITORY)}}).execute()
    assert _printed(again) == held


def test_a_wrong_number_stops_the_notebook(pack: Pack, sample_store: Store) -> None:
    finding = pack.findings[0]
    assert finding.before is not None
    wrong = replace(finding, before=replace(finding.before, count=79.0))
    with pytest.raises(AssertionError, match="before"):
        notebook_of(pack, sample_store, wrong)


def test_the_same_finding_gives_the_same_file(pack: Pack, sample_store: Store) -> None:
    assert make(pack, sample_store) == make(pack, sample_store)


def test_it_says_what_it_is_and_what_it_is_not_for(pack: Pack, sample_store: Store) -> None:
    odd = replace(pack, place=replace(pack.place, name="<b>Llŷn</b> *a* & $b$"))
    first = json.loads(make(odd, sample_store)[".ipynb"])["cells"][0]["source"]
    text = "".join(first)
    assert "&lt;b\\&gt;Llŷn" in text or "&lt;b&gt;Llŷn" in text
    assert "<b>" not in text
    for part in (pack.use, pack.drawn_by, pack.findings[0].plan_hash, "This is a sample", "Open Government Licence"):
        assert part in text.replace("\\", "")


def test_a_place_without_a_finding_says_so(sample_store: Store) -> None:
    place = next(item for item in sample_store.places if item.slug == "redruth-north")
    bare = pack_of(sample_store, place, today=TODAY, indicators=["burglary"])
    assert not can_be_rebuilt(bare.findings[0])
    with pytest.raises(BadQuestion, match="no finding to rebuild"):
        make(bare, sample_store)
