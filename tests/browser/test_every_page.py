"""Every page at both widths and in both themes: nothing leaves the machine, nothing overflows, everybody can read it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.browser.conftest import Visitor
from tests.browser.serving import PAGES, PHONE, WIDE, Scheme, Visit, violations

# A browser on a busy machine can be late; what is wrong stays wrong three times.
pytestmark = [pytest.mark.browser, pytest.mark.flaky(reruns=2)]


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look at a page found."""

    outside: list[str]
    complaints: list[str]
    overflow: int
    violations: list[str]
    ground: str
    scheme: Scheme


_GROUND = {"light": "rgb(252, 250, 246)", "dark": "rgb(20, 26, 32)"}
_VIEWS: list[tuple[str, int, Scheme]] = [
    *((page, width, "light") for page in PAGES for width in (WIDE, PHONE)),
    # Tables and prose have the same colours everywhere; these have everything else there is.
    *((page, WIDE, "dark") for page in ("your-area", "board", "explore", "add")),
]


@pytest.fixture(scope="module")
def visits() -> dict[tuple[int, Scheme], Visit]:
    """The visits that have begun, one at each width and theme."""
    return {}


@pytest.fixture(params=_VIEWS, ids=lambda view: f"{view[0]}-{view[1]}-{view[2]}", scope="module")
def seen(request: pytest.FixtureRequest, visitor: Visitor, visits: dict[tuple[int, Scheme], Visit]) -> Seen:
    """One look at one page, to which the menu leads from the one before; every test of this file reads the same look."""
    page, width, scheme = request.param
    visit = visits.pop((width, scheme), None)
    if visit is None:
        visit = visitor(page, width=width, scheme=scheme, fresh=True)
    else:
        visit.go_to(page)
    ground = visit.page.evaluate(
        "() => getComputedStyle(document.querySelector('[data-testid=\"stApp\"]')).backgroundColor"
    )
    found = Seen(visit.outside(), [*visit.complaints], visit.overflow(), visit.violations(), ground, scheme)
    visits[width, scheme] = visit  # one that failed is not gone on with
    return found


def test_no_request_leaves_this_machine(seen: Seen) -> None:
    assert seen.outside == []


def test_the_console_is_quiet(seen: Seen) -> None:
    assert seen.complaints == []


def test_the_page_fits_its_window(seen: Seen) -> None:
    assert seen.overflow <= 1


def test_axe_finds_nothing_serious(seen: Seen) -> None:
    assert seen.violations == []


def test_the_theme_is_the_visitors(seen: Seen) -> None:
    assert seen.ground == _GROUND[seen.scheme]


def test_axe_finds_what_is_put_there_for_it(visitor: Visitor) -> None:
    page = visitor("methods").page
    page.set_content(
        '<html lang="en"><title>Bad</title><main><img src="data:,"><button></button>'
        '<p style="color:#bbb;background:#fff">Pale grey on white</p></main></html>'
    )
    found = " ".join(violations(page))
    page.close()
    for rule in ("image-alt", "button-name", "color-contrast"):
        assert rule in found
