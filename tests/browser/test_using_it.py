"""What people do on the pages: read, choose, share a link, use the keyboard, take the numbers away, print."""

from __future__ import annotations

import zipfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import Visitor
from tests.browser.serving import PHONE, Visit, settle

# A browser on a busy machine can be late; what is wrong stays wrong three times.
pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=2)]


_SAID = """() => {
  const main = document.querySelector('[data-testid="stMain"]').cloneNode(true);
  const charts = [...main.querySelectorAll('[data-testid="stPlotlyChart"]')];
  const pictures = charts.flatMap(chart => [chart, ...chart.querySelectorAll('[aria-label]')])
    .map(part => part.getAttribute('aria-label')).filter(label => label && label.includes('chart'))
    .concat([...main.querySelectorAll('figure img')].map(picture => picture.alt));
  charts.forEach(chart => chart.remove());
  return [main.textContent, ...pictures];
}"""


def said(page: Page) -> list[str]:
    """The page's text, then what each chart says to people who do not see it."""
    found: list[str] = page.evaluate(_SAID)
    assert len(found) > 1, "no chart has a text of its own"
    return found


def choose(visit: Visit, label: str, option: str, in_link: str) -> None:
    """Pick an option of a choice by typing it, and wait until the link and then the page have followed."""
    box = visit.page.get_by_role("combobox", name=label, exact=True)
    box.click()
    box.fill(option)
    visit.page.get_by_role("option", name=option).first.click()
    visit.page.wait_for_url(lambda url: in_link in urlsplit(url).query.split("&"))
    settle(visit.page)


def link(page: Page) -> dict[str, list[str]]:
    """The choices that the page's address holds."""
    return parse_qs(urlsplit(page.url).query)


def test_the_first_screen_is_the_worked_example(visitor: Visitor) -> None:
    page = visitor(fresh=True).page
    assert page.get_by_role("heading", level=1).inner_text() == "Stronger North Stonehouse"
    story = page.locator("p.lead").all_inner_texts()
    assert any("78 in the two years before the programme and 34 in the two years after" in text for text in story)
    picture = page.locator("figure img:visible").first
    drawn = picture.bounding_box()
    assert drawn is not None
    assert drawn["width"] > 600
    assert "78" in (picture.get_attribute("alt") or "")
    # Pictures of the page are there, whole, and need no other script than the page itself.
    assert page.locator("figure img:visible").evaluate_all(
        "all => all.every(one => one.complete && one.naturalWidth > 0)"
    )
    assert page.locator('[data-testid="stPlotlyChart"]').count() == 0
    others = page.locator('.st-key-no-print-others a[href*="area=beacon-falmouth"]')
    assert others.count() == 1
    others.click()
    page.get_by_role("heading", level=1, name="Beacon").wait_for()
    settle(page)
    assert link(page) == {"area": ["beacon-falmouth"]}


def test_a_chosen_place_is_in_the_link_and_the_link_opens_it(visitor: Visitor) -> None:
    first = visitor("explore")
    choose(first, "Place", "Redruth North", "area=redruth-north")
    assert link(first.page)["area"] == ["redruth-north"]
    second = visitor("explore", "?" + urlsplit(first.page.url).query, fresh=True)
    assert second.page.get_by_role("heading", level=1).inner_text().endswith("Redruth North")
    assert said(second.page) == said(first.page)


def test_a_link_restores_exactly_the_view(visitor: Visitor) -> None:
    first = visitor("explore")
    choose(first, "Outcome", "Robbery", "indicator=robbery")
    choose(first, "Start", "January 2021", "start=2021-01")
    choose(first, "Months before and after", "12 months each", "months=12")
    query = urlsplit(first.page.url).query
    assert link(first.page) == {"indicator": ["robbery"], "start": ["2021-01"], "months": ["12"]}
    second = visitor("explore", f"?{query}", fresh=True)
    assert urlsplit(second.page.url).query == query
    assert said(second.page) == said(first.page)
    assert "two years each" not in said(second.page)[0]


_COUNT_DRAWINGS = """() => {
  window.drawings = new Map();
  const set = Element.prototype.setAttribute;
  Element.prototype.setAttribute = function (name, value) {
    if (name === "width" && this.classList.contains("main-svg")) drawings.set(this, (drawings.get(this) ?? 0) + 1);
    return set.call(this, name, value);
  };
}"""
_LINE = """() => document.querySelector('[class*="st-key-wide-explore"] .scatterlayer').innerHTML"""


def test_a_living_chart_is_drawn_once_and_again_when_its_figures_are_others(visitor: Visitor) -> None:
    visit = visitor("board", fresh=True)
    page = visit.page
    page.evaluate(_COUNT_DRAWINGS)
    page.get_by_role("link", name="Explore").first.click()
    page.locator('[class*="st-key-wide-explore"] .scatterlayer').wait_for()
    settle(page)
    page.wait_for_timeout(1000)  # a second drawing would come after the page is settled
    drawings = page.evaluate("[...drawings.values()]")
    assert len(drawings) == 3 * page.locator('[data-testid="stPlotlyChart"]').count() > 0
    assert set(drawings) == {1}
    before = page.evaluate(_LINE)
    choose(visit, "Outcome", "Robbery", "indicator=robbery")
    page.wait_for_function(f"before => ({_LINE})() !== before", arg=before)
    choose(visit, "Start", "January 2021", "start=2021-01")
    page.get_by_text("Start, January 2021").first.wait_for()


def test_another_comparison_set_is_told_and_in_the_link(visitor: Visitor) -> None:
    first = visitor("explore", "?indicator=violence")
    choose(first, "Compared with", "Only the 30 most alike", "compare=nearest")
    assert link(first.page) == {"indicator": ["violence"], "compare": ["nearest"]}
    assert first.page.get_by_text("This is with another comparison set than the one chosen beforehand").is_visible()
    second = visitor("explore", f"?{urlsplit(first.page.url).query}", fresh=True)
    assert said(second.page) == said(first.page)


def test_the_place_survives_a_change_of_page(visitor: Visitor) -> None:
    visit = visitor("explore", "?area=redruth-north")
    visit.page.get_by_role("link", name="Board page").click()
    visit.page.get_by_text("Board page · Redruth North").wait_for()
    settle(visit.page)
    assert link(visit.page) == {"area": ["redruth-north"]}


def _tabs_until_focused(page: Page, target: Locator) -> int:
    """How often Tab was pressed until ``target`` had the focus; 0 when it never had."""
    for number in range(1, 60):
        page.keyboard.press("Tab")
        if target.evaluate("part => part === document.activeElement"):
            return number
    return 0


def test_the_keyboard_reaches_the_place_and_the_numbers(visitor: Visitor) -> None:
    page = visitor("explore").page
    place = page.get_by_role("combobox", name="Place")
    summary = page.locator("summary", has_text="Show the numbers").first
    reached = [_tabs_until_focused(page, target) for target in (place, summary)]
    assert 0 < reached[0] < 20
    assert 0 < reached[1] < 40
    region = page.get_by_role("region", name="The numbers: Break-ins, every three months")
    assert not region.is_visible()
    page.keyboard.press("Enter")
    region.wait_for()


def test_the_numbers_can_be_read_and_taken_away(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor("board").page
    page.get_by_text("Show the numbers").click()
    region = page.get_by_role("region", name="Numbers of the board")
    region.wait_for()
    row = region.get_by_role("row").filter(has_text="Burglary").inner_text()
    assert "78 to 34" in row
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download this table (CSV)").click()
    assert waiting.value.suggested_filename == "north-stonehouse-board.csv"
    waiting.value.save_as(tmp_path / "board.csv")
    lines = (tmp_path / "board.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("Outcome,")
    assert any(line.startswith("Burglary") and "78 to 34" in line for line in lines)


def test_a_file_is_made_when_somebody_asks_for_it(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor("board").page
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Open data (CSV with its metadata)").click()
    assert waiting.value.suggested_filename == "north-stonehouse-csv.zip"
    waiting.value.save_as(tmp_path / "open.zip")
    with zipfile.ZipFile(tmp_path / "open.zip") as archive:
        assert any("Burglary" in archive.read(name).decode("utf-8-sig", "replace") for name in archive.namelist())


def sideways(page: Page) -> int:
    """Pixels of the board's table that do not fit its own width."""
    return int(page.locator(".scorecard").evaluate("table => table.scrollWidth - table.clientWidth"))


def test_every_column_of_the_board_is_in_sight_on_the_screen_and_on_a_sheet_lying_on_its_side(visitor: Visitor) -> None:
    page = visitor("board").page
    assert sideways(page) == 0
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1047, "height": 718})  # A4, less a margin of a centimetre
    assert sideways(page) == 0
    last = page.locator(".scorecard tbody tr").first.locator("td").last.bounding_box()
    assert last is not None
    assert last["x"] + last["width"] <= 1047
    page.close()


def test_paper_shows_the_findings_and_no_controls(visitor: Visitor) -> None:
    page = visitor("explore").page
    controls = [
        '[data-testid="stHeader"]',
        ".st-key-controls-place",
        ".st-key-controls-question",
        '[class*="st-key-no-print"]',
    ]
    for selector in controls:
        assert page.locator(selector).first.is_visible(), selector
    page.emulate_media(media="print")
    for selector in controls:
        assert not page.locator(selector).first.is_visible(), selector
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.locator('[data-testid="stPlotlyChart"], figure img').first.is_visible()
    page.close()


_MENU_LEFT = "() => document.querySelector('[data-testid=\"stSidebar\"]').getBoundingClientRect().x"


def test_a_phones_menu_folds_again_when_a_page_was_chosen(visitor: Visitor) -> None:
    page = visitor("board", width=PHONE, fresh=True).page
    assert page.evaluate(_MENU_LEFT) < 0
    page.get_by_test_id("stExpandSidebarButton").click()
    page.wait_for_function(f"() => ({_MENU_LEFT})() === 0")
    page.get_by_role("link", name="Explore").first.click()
    page.wait_for_url(lambda url: urlsplit(url).path == "/explore")
    page.wait_for_function(f"() => ({_MENU_LEFT})() < 0")
    # Unfolded and left so: the next visit begins with the page, not with the menu.
    page.get_by_test_id("stExpandSidebarButton").click()
    page.wait_for_function(f"() => ({_MENU_LEFT})() === 0")
    page.reload()
    settle(page)
    assert page.evaluate(_MENU_LEFT) < 0


_CUT = """() => [...document.querySelectorAll('.scrolled')].filter(one => one.checkVisibility() && one.scrollHeight > one.clientHeight + 1)
  .map(one => [one.getAttribute('aria-label'), one.querySelectorAll('tbody tr').length])"""


def test_a_short_table_is_shown_whole_and_only_a_long_one_scrolls(visitor: Visitor) -> None:
    page = visitor("explore", width=PHONE).page
    assert page.locator('.scrolled[aria-label="What was checked"] tbody tr').count() > 5
    assert page.evaluate(_CUT) == []
    page.get_by_text("Name all", exact=False).first.click()
    page.wait_for_function(f"() => ({_CUT})().length > 0")
    assert all(rows > 15 for _, rows in page.evaluate(_CUT))
