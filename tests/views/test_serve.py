"""The first page is ready before anybody comes, and what is wrong with the data does not keep the server from starting."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit.web.cli

from store.folder import Folder
from store.place import Place
from views import access, serve


def test_the_place_that_opens_first_is_studied_once_for_all(
    sample_in_use: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    studied: list[str] = []

    def noted(name: str, ask: Callable[[Place], object]) -> Callable[[Place], object]:
        def study(place: Place) -> object:
            studied.append(f"{name} {place.slug}")
            return ask(place)

        return study

    for name in ("board", "background", "whole"):
        monkeypatch.setattr(access, name, noted(name, getattr(access, name)))
    serve.warm_up()
    assert studied == [f"{name} north-stonehouse" for name in ("board", "background", "whole")]
    # What the pictures and the map need is read as well: the first visitor's page asks the database for nothing of it.
    first = access.places()["north-stonehouse"]
    finding = next(item.finding for item in access.board(first) if item.finding.comparison is not None)
    monkeypatch.setattr(access.surroundings_of, "breaks_of", lambda *_given: pytest.fail("breaks were read again"))
    monkeypatch.setattr(
        access.surroundings_of, "council_around", lambda *_given: pytest.fail("outlines were read again")
    )
    assert access.breaks_of(finding)
    assert access.surroundings(finding)[0] == "Plymouth"


def test_without_the_worked_example_nothing_is_studied(own_folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    (own_folder.areas / "north-stonehouse.toml").unlink()
    monkeypatch.setattr(access, "_board", lambda *_given: pytest.fail("a board was studied"))
    serve.warm_up()


def test_a_broken_file_is_left_for_the_pages_to_say(own_folder: Folder, caplog: pytest.LogCaptureFixture) -> None:
    (own_folder.areas / "broken.toml").write_text("name = 3", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        serve.warm_up()
    assert "could not be made ready" in caplog.text
    assert "broken.toml" in caplog.text


def test_the_server_gets_streamlits_own_options(monkeypatch: pytest.MonkeyPatch) -> None:
    warmed, given = threading.Event(), []
    monkeypatch.setattr(serve, "warm_up", warmed.set)
    monkeypatch.setattr(streamlit.web.cli, "main", lambda: given.extend(sys.argv))
    monkeypatch.setattr(sys, "argv", ["serve", "--server.port=1"])
    serve.main()
    assert warmed.wait(10)
    assert [Path(part).name for part in given] == ["streamlit", "run", "app.py", "--server.port=1"]
