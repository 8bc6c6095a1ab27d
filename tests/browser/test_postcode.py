"""A postcode typed into a real browser: in no address, no request, no record of the server, and nowhere in the browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocket

from tests.browser.conftest import Newcomer
from tests.browser.serving import Visit, settle
from tests.views.pages import postcode_in, spaced, without_spaces

pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=2)]

_KEPT = "() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, history.state, document.title])"
_FILLED = "() => [...document.querySelectorAll('input, textarea')].map(box => box.value)"


def _typed(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name="Postcode, or the name of a place")
    box.fill(text)
    box.press("Enter")


@pytest.mark.parametrize("written", [spaced, str.lower], ids=["with a space", "lower"])
def test_a_postcode_goes_to_this_machine_once_and_stays_nowhere(
    newcomer: Newcomer, address: str, server_log: Path, written: object
) -> None:
    assert callable(written)
    postcode = postcode_in("E01015153")
    page = newcomer()
    sockets: list[str] = []
    answers: list[str | bytes] = []

    def opened(socket: WebSocket) -> None:
        sockets.append(socket.url)
        socket.on("framereceived", lambda frame: answers.append(frame))

    page.on("websocket", opened)
    visit = Visit(page, address, "explore", "?area=redruth-north")
    page.get_by_role("link", name="Your area", exact=True).click()
    page.get_by_role("heading", level=1, name="Redruth North").wait_for()
    settle(page)
    _typed(page, written(postcode))
    page.get_by_role("heading", level=1, name="Stronger North Stonehouse").wait_for()
    settle(page)
    assert visit.outside() == []
    assert sockets
    assert answers
    for url in (page.url, *visit.requests, *sockets):
        assert postcode not in without_spaces(url)
    sent = [answer.decode("latin-1") if isinstance(answer, bytes) else answer for answer in answers]
    # Taken as they are: pictures are sent as letters and signs, in which anything may stand once their case is lost.
    for form in (postcode, postcode.lower(), spaced(postcode), spaced(postcode).lower()):
        assert not any(form in text for text in (*sent, page.content()))
    assert postcode not in without_spaces(" ".join((page.evaluate(_KEPT), *page.evaluate(_FILLED))))
    page.go_back()
    settle(page)
    assert postcode not in without_spaces(page.url)
    page.close()
    said = server_log.read_text(encoding="utf-8", errors="replace")
    assert address in said
    assert postcode not in without_spaces(said)
