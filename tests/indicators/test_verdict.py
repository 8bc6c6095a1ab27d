"""The ladder, rung by rung."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indicators.finding import Ratio
from indicators.verdict import too_few, verdict

CLEAR = Ratio(0.6, 0.45, 0.8, 0.001)
LEANS = Ratio(0.8, 0.6, 1.05, 0.1)


def words(
    before: float = 100.0, headline: Ratio = CLEAR, second: Ratio | None = LEANS, detectable: float = -40.0, **more: str
) -> str:
    return verdict(before, headline, second, detectable, **more)[0]


def test_findings_need_both_methods() -> None:
    assert words() == "Fell more than in similar places"
    up = Ratio(1.7, 1.2, 2.4, 0.002)
    assert words(headline=up, second=Ratio(1.2, 0.9, 1.6, 0.2)) == "Rose more than in similar places"
    assert verdict(100, CLEAR, LEANS, -40.0)[1] == ("headline p 0.001", "second method p 0.100")


@pytest.mark.parametrize(
    ("second", "because"),
    [
        (None, "the second method has not been run"),
        (Ratio(1.1, 0.8, 1.4, 0.1), "the second method does not lean the same way"),
        (Ratio(0.9, 0.6, 1.4, 0.21), "the second method does not lean the same way"),
    ],
)
def test_without_the_second_method_there_is_no_finding(second: Ratio | None, because: str) -> None:
    assert verdict(100, CLEAR, second, -40.0) == ("We cannot tell", (because,))


@pytest.mark.parametrize(("p", "found"), [(0.04, True), (0.0401, False)])
def test_the_headline_needs_p_of_at_most_four_in_a_hundred(p: float, found: bool) -> None:
    assert words(headline=replace(CLEAR, p=p)).startswith("Fell") is found


@pytest.mark.parametrize(
    ("before", "detectable", "reasons"),
    [
        (24, -40.0, ("fewer than 25 counted before",)),
        (25, -60.0, ()),
        (25, -60.1, ("detectable change worse than -60 %",)),
        (3, -90.0, ("fewer than 25 counted before", "detectable change worse than -60 %")),
    ],
)
def test_too_few_comes_before_any_finding(before: float, detectable: float, reasons: tuple[str, ...]) -> None:
    assert too_few(before, detectable) == reasons
    expected = ("Too few events to tell", reasons) if reasons else None
    assert (verdict(before, CLEAR, LEANS, detectable, capped="a step") == expected) is bool(reasons)


def test_a_step_in_the_counting_caps_everything_that_stands() -> None:
    assert verdict(100, CLEAR, LEANS, -40.0, capped="new rules") == (
        "We cannot tell", ("the counting changed between the two periods: new rules",),
    )  # fmt: skip
    assert words(headline=Ratio(1.0, 0.95, 1.05, 0.9), capped="new rules") == "We cannot tell"


@pytest.mark.parametrize(
    ("lower", "upper", "same"),
    [(1 / 1.15, 1.15, True), (0.869, 1.1, False), (0.9, 1.151, False), (0.9, 1.1, True)],
)
def test_about_the_same_needs_a_range_within_fifteen_percent(lower: float, upper: float, same: bool) -> None:
    assert words(headline=Ratio(1.0, lower, upper, 0.5)) == (
        "About the same as similar places" if same else "We cannot tell"
    )
