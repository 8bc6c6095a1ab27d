"""How levels are told: shares with their counts, middle prices in pounds, means plainly, each with its similar places."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indicators.finding import Finding, Level
from indicators.indicator import Kind
from outputs import clauses, scorecard, sentence
from outputs.board_words import headline_for_board
from tests.outputs.examples import burglary, cannot_tell


def levels(
    kind: Kind,
    unit: str,
    before: tuple[float | None, float, float | None],
    after: tuple[float | None, float, float | None],
) -> Finding:
    found = cannot_tell()
    assert found.before is not None
    assert found.after is not None
    assert found.comparison is not None
    windows = [
        Level(level.window, count, 12, 0, None, rate, None, None, base)
        for level, (count, rate, base) in ((found.before, before), (found.after, after))
    ]
    change = 100 * (after[1] / before[1] - 1)
    compared = replace(
        found.comparison, before_count=before[1], after_count=after[1] * 1.1, expected_after=after[1] * 1.05
    )
    return replace(
        found, kind=kind, unit=unit, before=windows[0], after=windows[1], change_percent=change, comparison=compared
    )


def test_a_share_is_told_with_its_counts_and_without_a_percentage_of_a_percentage() -> None:
    share = levels("proportion", "% of pupils", (120.0, 57.142857, 210.0), (150.0, 75.0, 200.0))
    text = sentence.of(share)
    assert "rose from 120 of 210 (57.1 %) to 150 of 200 (75.0 %), one year each." in text
    assert "rose, on average from 57.1 % to 82.5 %" in text
    assert "it would have been about 78.8 %; it was 150 of 200 (75.0 %)" in text
    assert "rose 31 %" not in text


def test_a_price_is_told_in_pounds_and_a_mean_as_it_is() -> None:
    price = levels("median", "pounds", (None, 137_575.0, None), (None, 162_997.5, None))
    assert "rose 18 % from £137,575 to £162,998, one year each." in sentence.of(price)
    mean = levels("mean", "points", (None, 45.25, None), (None, 46.0, None))
    assert "rose 2 % from 45.3 to 46.0" in sentence.of(mean)
    assert scorecard._happened(mean) == ("45.3 to 46.0", "rose 2 %")
    assert scorecard._similar(price)[1] == "£137,575 to £179,297"


def test_windows_of_unequal_length_say_how_long_each_is() -> None:
    share = levels("proportion", "% of pupils", (120.0, 57.142857, 210.0), (150.0, 75.0, 200.0))
    assert share.after is not None
    longer = replace(share, after=replace(share.after, months_used=24))
    assert "(57.1 %) in one year to 150 of 200 (75.0 %) in two years." in sentence.of(longer)
    numbers = clauses.pair(longer)
    assert numbers is not None
    assert clauses.how_moved(longer, numbers) == "rose"


@pytest.mark.parametrize(
    "measured_at", ["council-wide (it cannot show your neighbourhood by itself)", "at your GP practices"]
)
def test_the_headline_leaves_out_what_is_not_measured_here(measured_at: str) -> None:
    assert headline_for_board([replace(burglary(), measured_at=measured_at)]) == "Nothing here can be compared yet."
