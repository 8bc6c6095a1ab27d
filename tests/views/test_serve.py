"""The first page is ready before anybody comes, and what is wrong with the data does not keep the server from starting."""

from __future__ import annotations

import logging
import sys
import threading
from pathlib import Path

import pytest
import streamlit.web.cli

from store.folder import Folder
from tests.views.pages import TODAY
from views import access, serve


def test_the_place_that_opens_first_is_studied_once_for_all(
    sample_in_use: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    studied: list[str] = []
    for name in ("_board", "_background", "_whole_area"):
        monkeypatch.setattr(
            access, name, lambda key, slug, day, _store, name=name: studied.append(f"{name} {slug} {day}")
        )
    serve.warm_up()
    assert studied == [
        f"{name} north-stonehouse {TODAY.isoformat()}" for name in ("_board", "_background", "_whole_area")
    ]


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
