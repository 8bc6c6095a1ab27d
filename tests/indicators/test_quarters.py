"""Quarters: where blocks begin and end, month by month."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.quarters import Blocks, blocks
from store.errors import BadQuestion
from store.period import Window, month_number

START = month_number(date(2015, 1, 1))


def month(position: int) -> date:
    number = START + position
    return date(number // 12, number % 12 + 1, 1)


def window(first: int, months: int) -> Window:
    return Window(month(first), months)


def all_usable(number: int) -> tuple[list[int], list[bool]]:
    return list(range(START, START + number)), [True] * number


def test_counted_back_from_the_end_of_before_and_forward_from_the_start_of_after() -> None:
    months, usable = all_usable(20)
    got = blocks(months, usable, window(6, 4), window(12, 8))
    # Before ends with month 9: quarters 7–9, 4–6, 1–3; a fourth would start before month 0.
    assert got.before == ((1, 2, 3), (4, 5, 6), (7, 8, 9))
    assert got.after == ((12, 13, 14), (15, 16, 17), (18, 19))


def test_at_most_twenty_quarters_before() -> None:
    months, usable = all_usable(90)
    got = blocks(months, usable, window(36, 36), window(72, 12))
    assert len(got.before) == 20
    assert got.before[0] == (12, 13, 14)
    assert len(blocks(months, usable, window(36, 36), window(72, 12), most=4).before) == 4


def test_unusable_months_leave_their_block_and_empty_blocks_go() -> None:
    months, usable = all_usable(18)
    for position in (3, 4, 5, 7, 14, 15, 16, 17):
        usable[position] = False
    got = blocks(months, usable, window(6, 6), window(12, 6))
    assert got.before == ((0, 1, 2), (6, 8), (9, 10, 11))
    assert got.after == ((12, 13),)


def test_a_month_absent_from_the_series_is_as_good_as_unusable() -> None:
    months, usable = all_usable(12)
    del months[7], usable[7]
    got = blocks(months, usable, window(0, 9), window(9, 3))
    assert got == Blocks(((0, 1, 2), (3, 4, 5), (6, 7)), ((8, 9, 10),))


def test_leading_unusable_months_are_before_the_data_begin() -> None:
    months, usable = all_usable(12)
    usable[0] = False
    assert blocks(months, usable, window(3, 6), window(9, 3)).before == ((3, 4, 5), (6, 7, 8))


def test_sums_add_the_months_of_each_block_and_keep_a_missing_one_missing() -> None:
    counts = np.arange(24, dtype=float).reshape(2, 12)
    counts[1, 2] = np.nan
    got = Blocks(((0, 1), (2, 3)), ((9,),)).sums(counts)
    np.testing.assert_array_equal(got, [[1, 5, 9], [25, np.nan, 21]])


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_blocks_equal_a_walk_over_the_calendar(data: st.DataObject) -> None:
    number = data.draw(st.integers(6, 90))
    usable = data.draw(st.lists(st.booleans(), min_size=number, max_size=number))
    cut = data.draw(st.integers(1, number - 1))
    gap = data.draw(st.integers(0, 4))
    length = data.draw(st.integers(1, 40))
    before_blocks: list[list[int]] = []
    first_usable = usable.index(True) if any(usable) else number
    last = cut - 1
    while last - 2 >= first_usable and len(before_blocks) < 20:
        before_blocks.insert(0, [m for m in (last - 2, last - 1, last) if usable[m]])
        last -= 3
    after_blocks: list[list[int]] = []
    for step in range(length):
        if step % 3 == 0:
            after_blocks.append([])
        position = cut + gap + step
        if position < number and usable[position]:
            after_blocks[-1].append(position)
    expected_before = [block for block in before_blocks if block]
    expected_after = [block for block in after_blocks if block]
    months = list(range(START, START + number))
    before, after = window(cut - 1, 1), window(cut + gap, length)
    if not expected_before or not expected_after:
        with pytest.raises(BadQuestion):
            blocks(months, usable, before, after)
        return
    got = blocks(months, usable, before, after)
    assert [list(block) for block in got.before] == expected_before
    assert [list(block) for block in got.after] == expected_after


@pytest.mark.parametrize(
    ("months", "usable", "before", "after"),
    [
        ([START, START], [True, True], window(0, 6), window(6, 6)),
        ([START], [True, True], window(0, 6), window(6, 6)),
        ([], [], window(0, 6), window(6, 6)),
        (*all_usable(12), window(0, 7), window(6, 6)),
        (*all_usable(12), window(0, 2), window(6, 6)),
        (*all_usable(6), window(0, 6), window(6, 6)),
    ],
)
def test_impossible_questions_are_refused(months: list[int], usable: list[bool], before: Window, after: Window) -> None:
    with pytest.raises(BadQuestion):
        blocks(months, usable, before, after)
