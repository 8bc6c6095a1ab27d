"""A postcode somebody types is used once: nothing keeps it, names it, or passes it on."""

from __future__ import annotations

import logging
import socket
from typing import Any

import pytest
from streamlit.runtime.caching import cache_utils, hashing
from streamlit.testing.v1 import AppTest

from tests.views.pages import Open, bodies, drawn_well, postcode_in, spaced, told, without_spaces

_ASKED_ON = {"your-area": "places", "add": "add"}


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything that enters the key of a cached function, in the order it does."""
    seen: list[str] = []
    update = hashing.update_hash

    def recorded(value: Any, *rest: Any, **options: Any) -> None:
        seen.append(repr(value))
        update(value, *rest, **options)

    monkeypatch.setattr(cache_utils, "update_hash", recorded)
    return seen


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every address that anything here asks for or connects to."""
    seen: list[object] = []
    connect, ask = socket.socket.connect, socket.getaddrinfo

    def connected(self: socket.socket, address: Any) -> None:
        seen.append(address)
        connect(self, address)

    def asked(*names: Any, **options: Any) -> Any:
        seen.append(names)
        return ask(*names, **options)

    monkeypatch.setattr(socket.socket, "connect", connected)
    monkeypatch.setattr(socket, "getaddrinfo", asked)
    return seen


def _typed(app: AppTest, page: str, text: str) -> AppTest:
    app.text_input(key=f"typed-{_ASKED_ON[page]}-0").set_value(text)
    return next(button for button in app.button if button.label == "Find").click().run()


@pytest.mark.parametrize("page", _ASKED_ON)
@pytest.mark.parametrize("written", [str.upper, str.lower, spaced], ids=["upper", "lower", "with a space"])
def test_a_postcode_is_in_no_key_state_link_page_or_record(
    open_page: Open, page: str, written: Any, keys: list[str], reached: list[object], caplog: pytest.LogCaptureFixture
) -> None:
    postcode = postcode_in("E01015153")
    app = open_page(page, area="redruth-north")
    with caplog.at_level(logging.DEBUG):
        app = drawn_well(_typed(app, page, written(postcode)))
    if page == "your-area":
        assert app.title[0].value == "Stronger North Stonehouse"
    else:
        assert any("where that postcode lies" in button.label for button in app.button)
    assert len(keys) > 10
    kept = {
        "keys": keys, "state": [repr(app.session_state), *map(repr, app.session_state.to_dict().values())],
        "link": [repr(app.query_params)], "page": [bodies(app), told(app), repr(app.main)],
        "records": [f"{record.getMessage()} {record.args}" for record in caplog.records],
    }  # fmt: skip
    assert "found-" in "".join(kept["state"]) or page == "your-area"
    for where, held in kept.items():
        assert not any(postcode in without_spaces(text) for text in held), where
    assert reached == []


def test_the_watch_on_keys_sees_what_enters_one(keys: list[str], reached: list[object]) -> None:
    import streamlit as st

    @st.cache_data
    def answered(asked: str, _aside: str) -> str:
        return asked

    answered("ZZ1 1ZZ", "YY1 1YY")
    assert "'ZZ1 1ZZ'" in keys
    assert "'YY1 1YY'" not in keys
    with socket.socket() as one, pytest.raises(ConnectionRefusedError):
        one.connect(("127.0.0.1", 1))
    assert reached == [("127.0.0.1", 1)]


@pytest.mark.parametrize("text", ["PL99 9ZZ", "BT1 1AA", "PL1", "PL1 3", "pl13gbx"])
def test_what_cannot_be_found_is_not_repeated_either(open_page: Open, text: str) -> None:
    app = _typed(open_page("add"), "add", text)
    assert not app.exception
    assert len(app.info) == 1
    assert text.replace(" ", "").upper() not in without_spaces(" ".join((app.info[0].value, repr(app.session_state))))
