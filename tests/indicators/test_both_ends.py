"""Suppressed figures: two findings, one at each end of what they can be, become the one that says no more than both."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indicators.both_ends import at_both_ends
from indicators.finding import Finding, Level
from tests.outputs.examples import AFTER, burglary, cannot_tell, fell_more, level, no_start, not_comparable, same


def counted(finding: Finding, before: float, after: float) -> Finding:
    """The finding with other counts."""
    assert finding.before is not None
    assert finding.after is not None
    return replace(finding, before=replace(finding.before, count=before), after=replace(finding.after, count=after))


def test_where_both_ends_agree_the_less_certain_one_is_told() -> None:
    sure = fell_more()
    assert sure.comparison is not None
    unsure = replace(
        sure, comparison=replace(sure.comparison, headline=replace(sure.comparison.headline, ratio=0.7, p=0.04))
    )
    for low, high in ((sure, unsure), (unsure, sure)):
        found = at_both_ends(low, high, 3)
        assert (found.verdict, found.verdict_because) == (sure.verdict, sure.verdict_because)
        assert found.comparison == unsure.comparison
        ends = found.sensitivity[:2]
        assert [row["change"] for row in ends] == [
            "suppressed figures at their lowest", "suppressed figures at their highest",
        ]  # fmt: skip
        assert [row["p"] for row in ends] == [one.comparison.headline.p for one in (low, high) if one.comparison]
        assert {row["group"] for row in ends} == {"Suppressed figures"}
        assert found.sensitivity[2:] == sure.sensitivity


@pytest.mark.parametrize("swapped", [False, True])
def test_where_the_ends_disagree_we_cannot_tell(swapped: bool) -> None:
    ends = (same(), fell_more()) if swapped else (fell_more(), same())
    found = at_both_ends(*ends, 1)
    assert found.verdict == "We cannot tell"
    assert found.verdict_because == ("the answer depends on what the suppressed figures are",)
    # The numbers are those of the less certain end.
    assert found.comparison == same().comparison


@pytest.mark.parametrize(
    ("one", "other", "stands"),
    [
        (fell_more(), burglary(), "Too few events to tell"),
        (burglary(), not_comparable(), "Cannot be compared"),
        (not_comparable(), cannot_tell(), "Cannot be compared"),
    ],
)
def test_what_stands_in_the_way_at_one_end_stands(one: Finding, other: Finding, stands: str) -> None:
    for low, high in ((one, other), (other, one)):
        found = at_both_ends(low, high, 1)
        assert found.verdict == stands
        assert found.verdict_because == next(item.verdict_because for item in (one, other) if item.verdict == stands)


def test_an_end_without_a_comparison_has_no_row() -> None:
    found = at_both_ends(not_comparable(), not_comparable(), 1)
    assert found.sensitivity == ()
    one = at_both_ends(not_comparable(), burglary(), 1)
    assert [row["change"] for row in one.sensitivity if row.get("group")] == ["suppressed figures at their highest"]
    undated = at_both_ends(no_start(), no_start(), 1)
    assert (undated.sensitivity, undated.verdict) == ((), "Cannot be compared")


def test_rows_hold_counts_or_levels_where_there_are_none() -> None:
    share = replace(
        same(),
        before=Level(AFTER, None, 24, 0, None, 12.5, None, None),
        after=Level(AFTER, None, 12, 0, None, 14.0, None, None),
    )
    row = at_both_ends(share, share, 2).sensitivity[0]
    assert (row["before"], row["after"], row["before_months"], row["after_months"]) == (12.5, 14.0, 24, 12)
    counts = at_both_ends(same(), same(), 2).sensitivity[1]
    assert (counts["before"], counts["after"], counts["verdict"]) == (957, 857, "About the same as similar places")


def test_the_caveat_says_how_many_and_between_what() -> None:
    low, high = counted(cannot_tell(), 70, 34), counted(cannot_tell(), 78, 40)
    slug, words = at_both_ends(low, high, 2).caveats[0]
    assert slug == "suppressed-range"
    assert words == (
        "2 figures are suppressed by the publisher. The question was asked with all of them at their lowest and at their "
        "highest: before between 70 and 78 and after between 34 and 40 here."
    )
    only_after = at_both_ends(counted(low, 70, 34), counted(low, 70, 36), 1).caveats[0][1]
    assert only_after.endswith("highest: after between 34 and 36 here.")
    assert only_after.startswith("1 figure is suppressed")
    # None of them lies in the place itself.
    assert at_both_ends(low, low, 5).caveats[0][1].endswith("at their lowest and at their highest.")
    unknown = replace(low, before=level(AFTER, None))
    assert "before between" not in at_both_ends(unknown, high, 1).caveats[0][1]
    assert at_both_ends(low, high, 2).caveats[1:] == low.caveats
