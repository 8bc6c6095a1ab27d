"""A link may hold anything; the page still opens."""

from __future__ import annotations

import pytest

from tests.views.pages import Open, chosen, drawn_well, told


@pytest.mark.parametrize("area", ["unknown", "../../etc", "", "north-stonehouse\x00", "<script>alert(1)</script>"])
def test_an_unknown_place_opens_the_worked_example(open_page: Open, area: str) -> None:
    app = drawn_well(open_page("explore", area=area))
    assert app.title[0].value.endswith(" in Stronger North Stonehouse")
    assert "alert(1)" not in told(app)


@pytest.mark.parametrize(
    ("name", "value"),
    [("indicator", "nonsense"), ("indicator", "../burglary"), ("start", "9999-99"), ("start", "2020-13"),
     ("months", "abc"), ("months", "-24"), ("settling", "1e9"), ("breaks", "maybe"), ("start", "x" * 5000)],
)  # fmt: skip
def test_an_impossible_choice_is_left_aside(open_page: Open, name: str, value: str) -> None:
    app = drawn_well(open_page("explore", **{name: value}))
    assert "78 to 34" in told(app)


def test_a_link_restores_the_view(open_page: Open) -> None:
    app = drawn_well(open_page("explore", area="north-stonehouse", indicator="robbery", start="2021-01"))
    assert chosen(app, "indicator").value == "robbery"
    assert chosen(app, "start").value == "2021-01"
    assert "Robber" in app.title[0].value
