"""What a community has: every thing in its ring, named, and as a table; never a name as markup."""

from __future__ import annotations

import math

from outputs.constellation import ABSENT, RINGS, ConstellationPlan, constellation_figure, ring_of, strong_words
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


def test_the_picture_has_a_mark_for_every_thing_on_its_ring() -> None:
    figure = constellation_figure(_PLAN)
    marks = [(trace.x[0], trace.y[0]) for trace in figure.data]
    assert len(marks) == len(_ASSETS)
    assert len(set(marks)) == len(marks)
    distances = sorted({round(math.hypot(x, y), 6) for x, y in marks})
    assert len(distances) == len(RINGS)
    written = " ".join(str(one.text) for one in figure.layout.annotations).replace("<br>", " ")
    for asset in _ASSETS:
        assert asset.name in written
    assert {trace.marker.symbol for trace in figure.data} >= {"square", "circle", "diamond", "triangle-up", "cross"}


def test_the_table_holds_them_all_and_the_words_say_what_absence_means() -> None:
    assert [row[0] for row in _PLAN.table.rows] == [one.name for one in _ASSETS]
    assert _PLAN.csv().count("\n") == len(_ASSETS) + 1
    assert "six things" in _PLAN.sentence
    assert ABSENT in _PLAN.sentence
    for one in _ASSETS:
        assert one.name in _PLAN.alt


def test_a_long_list_is_cut_in_the_picture_and_says_so() -> None:
    many = ConstellationPlan("Hilltop", tuple(Asset(f"Group {n}", "group") for n in range(50)))
    assert len(constellation_figure(many).data) == 36
    assert "shows the first 36" in many.sentence
    assert len(many.table.rows) == 50
    assert strong_words(many.assets) == "Group 0, Group 1, Group 2, Group 3, Group 4 and 45 more below."


def test_a_long_name_is_broken_and_not_cut() -> None:
    name = "Plymouth Cathedral, where neighbours meet on Tuesdays"
    figure = constellation_figure(ConstellationPlan("Stronger North Stonehouse", (Asset(name, "place"),)))
    written = [str(one.text).replace("<br>", " ") for one in figure.layout.annotations]
    assert name in written
    assert "<b>Stronger North Stonehouse</b>" in written
    assert figure.layout.annotations[-1].xanchor == "center"


def test_strengths_in_one_sentence() -> None:
    assert strong_words(()) == ""
    assert strong_words(_ASSETS[:2]) == "Community café and Lunch club."


def test_a_name_is_never_markup() -> None:
    figure = constellation_figure(ConstellationPlan("<b>x</b>", (Asset("<a href='x'>y</a>", "place"),)))
    assert "<a href" not in figure.to_json()
    assert "<b>x</b>" not in figure.to_json().replace("&lt;b&gt;", "")
