"""Files to take away: offered for what can be made, made only when asked for, and called by their kind."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st

from outputs.formats import FORMATS
from tests.views.pages import Open, drawn_well

Offered = dict[str, dict[str, Any]]


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> Offered:
    """What every download button of the page would send, by its label."""
    found: Offered = {}

    def button(label: str, data: object, **options: Any) -> bool:
        found[label] = {"data": data, **options}
        return False

    monkeypatch.setattr(st, "download_button", button)
    return found


def _made(offer: dict[str, Any]) -> bytes:
    make: Callable[[], bytes] = offer["data"]
    return make()


def test_every_form_is_offered_and_made_only_when_asked_for(open_page: Open, offered: Offered) -> None:
    drawn_well(open_page("board"))
    assert {form.words for form in FORMATS.values()} <= offered.keys()
    assert all(callable(offered[form.words]["data"]) for form in FORMATS.values())
    archive = offered[FORMATS["csv"].words]
    assert (archive["file_name"], archive["mime"]) == ("north-stonehouse-csv.zip", "application/zip")
    with zipfile.ZipFile(io.BytesIO(_made(archive))) as files:
        assert files.namelist() == ["north-stonehouse-csv.csv", "north-stonehouse-csv.csv-metadata.json"]
        assert json.loads(files.read("north-stonehouse-csv.csv-metadata.json"))["url"] == "north-stonehouse-csv.csv"
    assert _made(archive) == _made(archive)
    assert json.loads(_made(offered[FORMATS["notebook"].words]))["nbformat"] == 4


def test_a_place_with_nothing_to_rebuild_is_offered_no_notebook(open_page: Open, offered: Offered) -> None:
    drawn_well(open_page("board", area="redruth-north"))
    assert FORMATS["notebook"].words not in offered
    assert FORMATS["xlsx"].words in offered
    drawn_well(open_page("explore", area="redruth-north"))
    assert not [label for label in offered if "rebuilds this number" in label]


def test_explore_offers_the_notebook_of_its_outcome(open_page: Open, offered: Offered) -> None:
    drawn_well(open_page("explore", indicator="robbery"))
    offer = offered["Download the notebook that rebuilds this number"]
    assert offer["file_name"] == "north-stonehouse-robbery.ipynb"
    assert "Robbery" in json.loads(_made(offer))["cells"][0]["source"][0]
