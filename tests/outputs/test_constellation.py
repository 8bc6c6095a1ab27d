"""What a community has: every thing in its ring, named, and as a table; never a name as markup."""

from __future__ import annotations

import math
import re

from lxml import etree

from outputs.constellation import (
    ABSENT,
    RINGS,
    ConstellationPlan,
    constellation_html,
    constellation_svg,
    ring_of,
    strong_words,
)
from store.place import Asset

_ASSETS = (
    Asset("Community café", "place"),
    Asset("Lunch club", "group"),
    Asset("People who mend bicycles", "skill"),
    Asset("Sparks fund", "money"),
    Asset("Health visitors", "service", "services"),
    Asset("Exchange with the next valley", "group", "communities"),
)
_PLAN = ConstellationPlan("Hilltop", _ASSETS)


def test_every_thing_has_a_ring() -> None:
    assert [ring_of(one) for one in _ASSETS] == ["us", "us", "us", "services", "services", "communities"]
    assert ring_of(Asset("x", "service", "us")) == "us"


def _marks(plan: ConstellationPlan) -> list[tuple[str, float, float]]:
    """Shape and place of every mark."""
    found = re.findall(
        r'class="mark" d="([^"]+)" transform="translate\(([-\d.]+) ([-\d.]+)\)"', constellation_svg(plan)
    )
    return [(shape, float(x), float(y)) for shape, x, y in found]


def _texts(plan: ConstellationPlan) -> list[str]:
    """Every text drawn, its lines joined."""
    root = etree.fromstring(constellation_svg(plan))
    return [" ".join(str(line.text) for line in text) for text in root.iter("{http://www.w3.org/2000/svg}text")]


def test_the_picture_has_a_mark_for_every_thing_on_its_ring() -> None:
    marks = _marks(_PLAN)
    assert len(marks) == len(set(marks)) == len(_ASSETS)
    distances = sorted({round(math.hypot(x - 516, y - 280)) for _, x, y in marks})
    assert len(distances) == len(RINGS)
    assert {one.name for one in _ASSETS} <= set(_texts(_PLAN))
    assert len({shape for shape, _, _ in marks}) == 5


def test_nothing_is_drawn_outside_the_picture() -> None:
    long = ConstellationPlan(
        "Hilltop", tuple(Asset("Neighbours of the long lane " * 2, "group", "communities") for _ in range(9))
    )
    for plan in (_PLAN, long):
        assert all(8 <= x <= 1024 and 8 <= y <= 552 for _, x, y in _marks(plan))


def test_the_picture_is_told_and_brings_its_letters() -> None:
    html = constellation_html(_PLAN)
    assert "Constellation of Hilltop in three rings" in html
    assert 'src="data:image/svg+xml;base64,' in html


def test_the_table_holds_them_all_and_the_words_say_what_absence_means() -> None:
    assert [row[0] for row in _PLAN.table.rows] == [one.name for one in _ASSETS]
    assert _PLAN.csv().count("\n") == len(_ASSETS) + 1
    assert "six things" in _PLAN.sentence
    assert ABSENT in _PLAN.sentence
    for one in _ASSETS:
        assert one.name in _PLAN.alt


def test_a_long_list_is_cut_in_the_picture_and_says_so() -> None:
    many = ConstellationPlan("Hilltop", tuple(Asset(f"Group {n}", "group") for n in range(50)))
    assert len(_marks(many)) == 36
    assert "shows the first 36" in many.sentence
    assert len(many.table.rows) == 50
    assert strong_words(many.assets) == "Group 0, Group 1, Group 2, Group 3, Group 4 and 45 more below."


def test_a_long_name_is_broken_and_not_cut() -> None:
    name = "Plymouth Cathedral, where neighbours meet on Tuesdays"
    written = _texts(ConstellationPlan("Stronger North Stonehouse", (Asset(name, "place"),)))
    assert name in written
    assert "Stronger North Stonehouse" in written


def test_strengths_in_one_sentence() -> None:
    assert strong_words(()) == ""
    assert strong_words(_ASSETS[:2]) == "Community café and Lunch club."


def test_a_name_is_never_markup() -> None:
    drawn = constellation_svg(ConstellationPlan("<b>x</b>", (Asset("<a href='x'>y</a>", "place"),)))
    assert "<a href" not in drawn
    assert "<b>x</b>" not in drawn
