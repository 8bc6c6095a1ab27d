"""The page in a single file, opened from the disk with the network off."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from outputs.offline_page import make
from outputs.site_index import Entry, index_page
from store.database import Store
from tests.browser.serving import HEIGHTS, PHONE, WIDE, Scheme, violations
from tests.outputs import packs

pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=2)]

_GROUND = {"light": "rgb(252, 250, 246)", "dark": "rgb(20, 26, 32)"}


@pytest.fixture(scope="module")
def file(sample_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of North Stonehouse on the disk."""
    path = tmp_path_factory.mktemp("offline") / "north-stonehouse.html"
    path.write_bytes(make(packs.pack(sample_store, "north-stonehouse"), sample_store)[".html"])
    return path


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody without a network, with every request and everything the console said."""

    page: Page
    requests: list[str]
    said: list[str]


def _reading(
    browser: Browser, file: Path, width: int = WIDE, scheme: Scheme = "light", *, script: bool = True
) -> Reader:
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": HEIGHTS[width]},
        color_scheme=scheme,
        offline=True,
        java_script_enabled=script,
        reduced_motion="reduce",
    )
    page = context.new_page()
    requests: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(file.as_uri())
    return Reader(page, requests, said)


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (PHONE, "light"), (WIDE, "dark")])
def test_it_needs_nothing_and_everybody_can_read_it(browser: Browser, file: Path, width: int, scheme: Scheme) -> None:
    reader = _reading(browser, file, width, scheme)
    page = reader.page
    page.evaluate("() => document.fonts.ready")
    assert reader.requests == [file.as_uri()]
    assert reader.said == []
    assert page.evaluate("() => document.scrollingElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == _GROUND[scheme]
    assert page.evaluate("() => document.fonts.check('18px \"Atkinson Hyperlegible Next\"')")
    assert violations(page) == []
    page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert violations(page) == []
    assert page.evaluate("() => document.scrollingElement.scrollWidth - innerWidth") <= 0
    page.context.close()


def test_without_a_script_everything_is_there_and_nothing_is_dead(browser: Browser, file: Path) -> None:
    reader = _reading(browser, file, PHONE, script=False)
    page = reader.page
    assert page.get_by_text("In Stronger North Stonehouse, break-ins more than halved.").is_visible()
    assert page.locator("figure[data-name] svg:visible").count() == page.locator("figure[data-name]").count() > 5
    assert page.locator("button, input").count() == 0
    page.get_by_text("Show the numbers").first.click()
    assert page.get_by_role("cell", name="14", exact=True).first.is_visible()
    page.context.close()


def test_a_chart_is_read_along_by_keyboard_and_by_pointer(browser: Browser, file: Path) -> None:
    page = _reading(browser, file).page
    figure = page.locator("figure[data-name]").first
    rows = figure.locator("tbody tr")
    slider = figure.get_by_role("slider")
    assert figure.locator(".reader span").inner_text().startswith("Newest: ")
    slider.focus()
    page.keyboard.press("Home")
    first = rows.first.locator("th").text_content()
    assert first
    assert (slider.get_attribute("aria-valuetext") or "").startswith(f"{first}. Stronger North Stonehouse: ")
    page.keyboard.press("ArrowRight")
    assert figure.locator(".reader span").inner_text().startswith(str(rows.nth(1).locator("th").text_content()))
    figure.locator("svg.main").hover(position={"x": 500, "y": 100})
    middle = int(slider.input_value())
    assert 5 < middle < rows.count() - 5
    assert figure.locator("svg.main .cursor").count() == 1
    page.context.close()


def test_similar_places_can_be_hidden_and_shown(browser: Browser, file: Path) -> None:
    page = _reading(browser, file).page
    figure = page.locator("figure[data-name]").first
    assert figure.locator("g.others").first.is_visible()
    page.get_by_role("button", name="Hide similar places").first.click()
    assert not figure.locator("g.others").first.is_visible()
    assert "similar places" not in figure.locator(".reader span").inner_text()
    page.get_by_role("button", name="Show similar places").last.click()
    assert figure.locator("g.others").first.is_visible()
    page.context.close()


def test_the_skip_link_leads_past_the_banner(browser: Browser, file: Path) -> None:
    page = _reading(browser, file).page
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "content"
    page.context.close()


def test_paper_has_the_charts_and_what_to_keep_in_mind(browser: Browser, file: Path) -> None:
    page = _reading(browser, file, PHONE, "dark").page
    page.emulate_media(media="print")
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    assert page.locator("svg.main").first.is_visible()
    assert not page.locator("nav, .reader, .switch").first.is_visible()
    assert page.locator("details li").first.is_visible()
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.context.close()


def test_the_list_of_places_finds_names_and_is_whole_without_a_script(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "index.html"
    listed = [Entry("a", "Tŷ-coch", "Swansea"), Entry("b", "St Peter’s Hill", "Exeter, Devon"), Entry("c", "Here", "")]
    path.write_text(index_page(listed, is_sample=True), encoding="utf-8")
    plain = _reading(browser, path, PHONE, script=False).page
    assert plain.locator(".places li:visible").count() == 3
    assert plain.locator("input").count() == 0
    plain.context.close()
    reader = _reading(browser, path, PHONE)
    page = reader.page
    field = page.get_by_label("Find a place by its name or town")
    for typed, names in (
        ("ty coch", ["Tŷ-coch"]),
        ("ST PETERS devon", ["St Peter’s Hill"]),
        ("", [one.name for one in listed]),
    ):
        field.fill(typed)
        assert page.locator(".places li:visible strong").all_inner_texts() == names
    field.fill("nowhere")
    assert page.get_by_role("status").inner_text() == "No place of this name has a page here."
    assert violations(page) == []
    assert (reader.requests, reader.said) == ([path.as_uri()], [])
    page.context.close()
