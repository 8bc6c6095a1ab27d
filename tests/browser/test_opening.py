"""The story is there before the page's program, for everybody, and gives way to the page without a jump."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, Route

from outputs.opening import LATE, WAIT
from tests.browser.conftest import Visitor
from tests.browser.serving import PHONE, WIDE, Scheme, settle, violations, visitor_of

pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=2)]

STORY = "78 in the two years before the programme and 34 in the two years after"


@pytest.fixture(autouse=True, scope="module")
def _made(visitor: Visitor) -> None:
    """Somebody has opened the page since the server started."""
    visitor()


@pytest.fixture
def held_back(browser: Browser, address: str) -> Page:
    """A new visitor's page whose program has not come yet."""
    page = visitor_of(browser).new_page()
    page.route("**/static/js/**", lambda route: route.abort())
    page.goto(address)
    return page


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (PHONE, "light"), (PHONE, "dark")])
def test_before_the_program_everybody_can_read_the_story(held_back: Page, width: int, scheme: Scheme) -> None:
    held_back.set_viewport_size({"width": width, "height": 900})
    held_back.emulate_media(color_scheme=scheme)
    assert held_back.get_by_role("heading", level=1).inner_text() == "Stronger North Stonehouse"
    assert held_back.get_by_text(STORY).is_visible()
    assert held_back.locator("#opening svg[role=img]:visible").count() == 1
    background = held_back.locator("#opening").evaluate("part => getComputedStyle(part).backgroundColor")
    assert background == ("rgb(20, 26, 32)" if scheme == "dark" else "rgb(252, 250, 246)")
    assert held_back.locator("#opening").evaluate("part => part.scrollWidth - innerWidth") <= 0
    assert violations(held_back) == []
    held_back.context.close()


def test_where_the_program_never_comes_the_story_stays_and_says_what_to_do(browser: Browser, address: str) -> None:
    page = visitor_of(browser).new_page()
    page.clock.install()
    page.route("**/static/js/**", lambda route: route.abort())
    page.goto(address)
    assert page.get_by_role("status").inner_text() == WAIT
    page.clock.fast_forward(31_000)
    assert page.get_by_role("status").inner_text() == LATE
    assert page.get_by_text(STORY).is_visible()
    page.context.close()


def test_without_javascript_the_story_can_be_read_and_says_so(browser: Browser, address: str) -> None:
    person = browser.new_context(java_script_enabled=False)
    page = person.new_page()
    page.goto(address)
    assert page.get_by_text(STORY).is_visible()
    # A browser that only plays at having no JavaScript shows nothing of a <noscript>.
    assert "<noscript><p><strong>Without JavaScript this is where the page ends." in page.content()
    page.goto(f"{address}/board")
    assert "<noscript><p>These pages need JavaScript." in page.content()
    person.close()


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_it_gives_way_to_the_page_at_the_line_being_read(browser: Browser, address: str, width: int) -> None:
    page = visitor_of(browser, width).new_page()
    waiting: list[Route] | None = []

    def hold(route: Route) -> None:
        waiting.append(route) if waiting is not None else route.continue_()

    page.route("**/static/js/**", hold)
    page.goto(address, wait_until="commit")
    story = page.locator("p.lead", has_text=STORY)
    story.wait_for()
    page.locator("#opening").evaluate("part => part.scrollTo(0, 400)")
    before = story.bounding_box()
    held, waiting = waiting, None
    for route in held:
        route.continue_()
    page.wait_for_selector("#opening", state="detached")
    settle(page)
    after = story.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(after["y"] - before["y"]) < 80  # pixels: two or three lines
    # The browser itself may move a little further, to keep the line where it is.
    assert page.locator('[data-testid="stMain"]').evaluate("part => part.scrollTop") >= 400
    page.context.close()
