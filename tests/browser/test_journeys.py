"""Whole journeys: a resident with a postcode, a curious one with another start, somebody who draws their own streets."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import shapely
from playwright.sync_api import Page

from store.database import Store
from tests.browser.conftest import Visitor
from tests.browser.serving import PHONE, WIDE, Visit, settle
from tests.views.pages import postcode_in, spaced

# A browser on a busy machine can be late; what is wrong stays wrong three times.
pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=2)]

HERE = ("E01015153", "E01015155")
WARD = "St Peter and the Waterfront"


def fits_everybody(visit: Visit) -> None:
    """What is on the page now: nothing serious for axe, nothing wider than the window, nothing asked of anybody else."""
    assert visit.violations() == []
    assert visit.overflow() <= 1
    assert visit.outside() == []
    assert visit.complaints == []


def ask(visit: Visit, label: str, text: str) -> None:
    """Type into the search and press Enter."""
    box = visit.page.get_by_role("textbox", name=label, exact=True)
    box.fill(text)
    box.press("Enter")


def press(visit: Visit, button: str) -> None:
    """Press a button and wait for what follows."""
    visit.page.get_by_role("button", name=button).click()
    settle(visit.page)


def choose(page: Page, label: str, option: str) -> None:
    """Pick an option by typing it."""
    box = page.get_by_role("combobox", name=label, exact=True)
    box.click()
    box.fill(option)
    page.get_by_role("option", name=option).first.click()


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_a_resident_types_a_postcode_and_reads_the_story(visitor: Visitor, width: int) -> None:
    visit = visitor("your-area", "?area=redruth-north", width=width)
    ask(visit, "Postcode, or the name of a place", spaced(postcode_in(HERE[0])))
    visit.page.get_by_role("heading", level=1, name="Stronger North Stonehouse").wait_for()
    settle(visit.page)
    story = " ".join(visit.page.locator("p.lead").all_inner_texts())
    assert "78 in the two years before the programme and 34 in the two years after" in story
    assert "redruth" not in visit.page.url
    fits_everybody(visit)


def test_another_start_has_another_sentence_and_its_own_verdict(visitor: Visitor) -> None:
    visit = visitor("explore", "?indicator=burglary")
    lead, verdict = visit.page.locator("p.lead").first, visit.page.locator(".verdict").first
    was = lead.inner_text(), verdict.inner_text()
    assert "78 to 34" in was[0]
    choose(visit.page, "Start", "July 2019")
    visit.page.wait_for_url(lambda url: "start=2019-07" in urlsplit(url).query)
    settle(visit.page)
    assert "78 to 34" not in lead.inner_text()
    assert verdict.inner_text() != was[1]
    fits_everybody(visit)
    choose(visit.page, "Start", "As its file says")
    visit.page.wait_for_url(lambda url: "start=" not in urlsplit(url).query)
    settle(visit.page)
    assert (lead.inner_text(), verdict.inner_text()) == was


def chosen(page: Page) -> set[str]:
    """The codes of the small areas that the list says are chosen."""
    tags = page.locator(".st-key-add-small_areas [data-tag]").all_inner_texts()
    return {part for tag in tags for part in tag.split() if part.startswith("E01")}


_DOT = """(map, code) => {
  const plot = map.querySelector('.js-plotly-plot');
  const at = plot.data.find(trace => trace.customdata).customdata.indexOf(code);
  const box = map.querySelectorAll('.scatterlayer path.point')[at].getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2, box.width];
}"""


def tap(visit: Visit, code: str) -> None:
    """Tap the dot of a small area on the map."""
    drawn = visit.page.get_by_test_id("stPlotlyChart").first
    drawn.scroll_into_view_if_needed()
    x, y, width = drawn.evaluate(_DOT, code)
    assert width >= 20
    visit.page.mouse.click(x, y)


def wait_until_chosen(visit: Visit, code: str, there: bool) -> None:
    """Wait until the list holds this small area, or does so no longer."""
    tag = visit.page.locator(".st-key-add-small_areas [data-tag]", has_text=code)
    tag.wait_for(state="visible" if there else "detached")
    settle(visit.page)


def named(visit: Visit, name: str) -> None:
    """Give the drawing a name and a town."""
    for label, text in (("Name of the neighbourhood or project", name), ("Town", "Plymouth")):
        box = visit.page.get_by_role("textbox", name=label, exact=True)
        box.fill(text)
        box.press("Tab")
    settle(visit.page)


def begun(visit: Visit, month: str) -> None:
    """Say in which month it began."""
    visit.page.get_by_text("In one month", exact=True).click()
    choose(visit.page, "Month in which it began", month)
    settle(visit.page)


def is_the_draft(visit: Visit, name: str) -> None:
    """The page in sight is about the draft, and says that it is one."""
    place = visit.page.get_by_role("combobox", name="Place", exact=True)
    assert f"{name}, Plymouth (your draft)" in (place.input_value(), place.locator("xpath=../..").inner_text())


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_somebody_draws_their_streets_sees_the_figures_and_comes_back(
    visitor: Visitor, tmp_path: Path, width: int
) -> None:
    visit = visitor("add", width=width)
    ask(visit, "Postcode, ward, town or small-area code", WARD)
    visit.page.get_by_role("button", name=f"Add {WARD}, Plymouth").wait_for()
    fits_everybody(visit)
    press(visit, f"Add {WARD}, Plymouth")
    wait_until_chosen(visit, HERE[0], there=True)
    everything = chosen(visit.page)
    assert everything > set(HERE)
    tap(visit, HERE[0])
    wait_until_chosen(visit, HERE[0], there=False)
    assert chosen(visit.page) == everything - {HERE[0]}
    tap(visit, HERE[0])
    wait_until_chosen(visit, HERE[0], there=True)
    assert chosen(visit.page) == everything
    named(visit, "Our waterfront")
    begun(visit, "August 2020")
    fits_everybody(visit)
    with visit.page.expect_download() as waiting:
        visit.page.get_by_role("button", name="Download your file").click()
    assert waiting.value.suggested_filename == "our-waterfront.toml"
    waiting.value.save_as(tmp_path / "our-waterfront.toml")
    press(visit, "See what the figures say")
    visit.page.get_by_role("heading", level=1, name="Our waterfront").wait_for()
    settle(visit.page)
    is_the_draft(visit, "Our waterfront")
    assert "August 2020" in visit.page.locator("main, [data-testid=stMain]").first.inner_text()
    fits_everybody(visit)
    visit.go_to("board")
    visit.page.get_by_text("Board page · Our waterfront, Plymouth").wait_for()
    is_the_draft(visit, "Our waterfront")
    fits_everybody(visit)
    visit.go_to("add")
    assert chosen(visit.page) == everything
    later = visitor("add", width=width, fresh=True)
    later.page.get_by_text("Go on with a file you saved").click()
    later.page.locator(".st-key-add-upload input[type=file]").set_input_files(tmp_path / "our-waterfront.toml")
    press(later, "Open this file")
    wait_until_chosen(later, HERE[0], there=True)
    assert chosen(later.page) == everything
    assert later.page.get_by_role("textbox", name="Name of the neighbourhood").input_value() == "Our waterfront"
    fits_everybody(later)


def test_somebody_brings_a_line_and_sees_how_it_fits_and_the_findings(
    visitor: Visitor, sample_store: Store, tmp_path: Path
) -> None:
    together = shapely.union_all(shapely.from_geojson(list(sample_store.outlines(HERE).values())))
    file = tmp_path / "line.geojson"
    file.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(together)}))
    visit = visitor("add")
    visit.page.get_by_text("Take it from a line drawn elsewhere (GeoJSON)").click()
    visit.page.locator(".st-key-add-boundary input[type=file]").set_input_files(file)
    visit.page.get_by_text("of the people in the small areas used").wait_for()
    fits_everybody(visit)
    press(visit, "Use these small areas")
    wait_until_chosen(visit, HERE[0], there=True)
    assert chosen(visit.page) == set(HERE)
    named(visit, "Between the lines")
    press(visit, "See what the figures say")
    visit.page.get_by_role("heading", level=1, name="Between the lines").wait_for()
    settle(visit.page)
    is_the_draft(visit, "Between the lines")
    fits_everybody(visit)
