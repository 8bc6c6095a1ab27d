"""What a visit leaves in a browser is what docs/hosting/cookies.md tells visitors, and the main part shows its focus."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import Visitor
from tests.browser.serving import PHONE, WIDE
from tests.docs import reading

pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=2)]

_KEPT = "() => [Object.keys(localStorage), Object.keys(sessionStorage)]"
_ELSEWHERE = "async () => [await indexedDB.databases(), window.caches ? await caches.keys() : []]"


def told() -> dict[str, str]:
    """What the document names, each with what it calls it."""
    page = reading.text("docs/hosting/cookies.md").split("## How this was found")[0]
    return {row[0].strip("`"): row[1] for row in reading.rows(page)}


@pytest.mark.parametrize(("page", "width"), [("your-area", WIDE), ("board", PHONE), ("add", WIDE)])
def test_nothing_is_kept_that_visitors_are_not_told_of(visitor: Visitor, page: str, width: int) -> None:
    seen = visitor(page, width=width, fresh=True).page
    cookies = seen.context.cookies()
    local, session = seen.evaluate(_KEPT)
    named = told()
    assert {cookie.get("name") for cookie in cookies} == {name for name, what in named.items() if "cookie" in what}
    assert all(cookie.get("expires") == -1 for cookie in cookies), "it outlives the browser"
    stored = [name.removesuffix("…") for name, what in named.items() if "localStorage" in what]
    assert local
    assert [name for name in local if not name.startswith(tuple(stored))] == []
    assert session == []
    assert seen.evaluate(_ELSEWHERE) == [[], []]


def test_the_keyboard_s_way_into_the_page_can_be_seen(visitor: Visitor) -> None:
    page = visitor("board", fresh=True).page
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.matches('[data-testid=\"stMain\"]')"):
            break
    else:
        pytest.fail("Tab never came to the main part")
    outline = page.evaluate("() => getComputedStyle(document.activeElement).outline")
    assert re.search(r"\bsolid\b", outline), outline
