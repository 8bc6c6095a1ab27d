"""Hidden counts stay hidden: nothing small follows from what is shown, by whatever subtraction."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators import suppression
from indicators.suppression import FEWEST_CHOICES, Cell, Shown, suppress
from store.folder import SHIPPED
from store.suppression_rule import SuppressionRule, read_suppression

RULES = read_suppression(SHIPPED / "suppression.toml")
PEOPLE, SENSITIVE, THINGS = RULES["local"], RULES["local_sensitive"], RULES["local_things"]
YEAR = range(24_288, 24_300)
MOST = 36


def cell(areas: str, count: float, months: range = YEAR, groups: str = "y", hidden_most: float | None = None) -> Cell:
    """A cell whose small areas and groups are single letters."""
    return Cell(frozenset(areas), months, count, frozenset(groups), hidden_most)


def words(found: Sequence[Shown]) -> list[str]:
    """What is printed: the number, “few”, or “not”."""
    return [f"{item.value:g}" if item.value is not None else item.words[:3] for item in found]


def test_a_count_alone_is_hidden_only_where_it_is_small() -> None:
    assert words(suppress([cell("a", 9), cell("b", 10), cell("c", 0)], PEOPLE)) == ["few", "10", "0"]
    assert words(suppress([cell("a", 9), cell("b", 12), cell("c", 0)], SENSITIVE)) == ["few", "10", "few"]
    hidden = suppress([cell("a", 9)], PEOPLE)[0]
    assert (hidden.low, hidden.high, hidden.words) == (1, 9, "fewer than 10")
    assert suppress([cell("a", 0)], SENSITIVE)[0].low == 0


def test_things_are_never_hidden() -> None:
    assert words(suppress([cell("a", 3), cell("ab", 5), cell("c", 0)], THINGS)) == ["3", "5", "0"]


def test_rounding_says_how_far_it_may_be_off() -> None:
    ten, thirteen = suppress([cell("a", 11), cell("b", 13)], SENSITIVE)
    assert (ten.value, ten.low, ten.high) == (10, 10, 12)
    assert (thirteen.value, thirteen.low, thirteen.high) == (15, 13, 17)


def test_one_hidden_part_hides_the_next_smallest() -> None:
    assert words(suppress([cell("a", 4), cell("b", 30), cell("c", 20), cell("abc", 54)], PEOPLE)) == [
        "few",
        "30",
        "not",
        "54",
    ]


def test_a_nought_is_no_cover() -> None:
    assert words(suppress([cell("a", 4), cell("b", 0), cell("c", 40), cell("abc", 44)], PEOPLE)) == [
        "few",
        "0",
        "not",
        "44",
    ]


def test_two_small_parts_whose_total_gives_them_away_hide_the_total() -> None:
    assert words(suppress([cell("a", 9), cell("b", 9), cell("ab", 18)], PEOPLE)) == ["few", "few", "not"]


def test_nine_ones_do_not_say_so_together() -> None:
    ones = [cell(letter, 1) for letter in "abcdefghi"]
    found = suppress([*ones, cell("abcdefghi", 9)], PEOPLE)
    assert "not" in words(found)
    assert {item.value for item in found} == {None}


def test_a_place_and_all_but_one_of_its_areas_do_not_give_away_the_last() -> None:
    assert words(suppress([cell("a", 45), cell("ab", 50)], PEOPLE)) == ["not", "50"]
    assert words(suppress([cell("a", 45), cell("ab", 60)], PEOPLE)) == ["45", "60"]


def test_a_year_and_eleven_months_do_not_give_away_the_twelfth() -> None:
    months = [cell("a", 20, range(24_288 + at, 24_289 + at)) for at in range(11)]
    found = suppress([*months, cell("a", 223)], PEOPLE)
    assert words(found).count("not") == 1
    assert words(suppress([*months, cell("a", 223)], PEOPLE, adds_up=False)) == ["20"] * 11 + ["223"]


def test_nearly_everybody_is_as_telling_as_hardly_anybody() -> None:
    counted, all_asked = cell("a", 40), cell("a", 42, groups="yn")
    assert words(suppress([counted, all_asked], PEOPLE)) == ["not", "42"]


def test_what_a_service_has_hidden_stays_a_range() -> None:
    found = suppress([cell("a", math.nan, hidden_most=4), cell("b", 12), cell("ab", 14)], PEOPLE)
    assert found[0].words == "fewer than 5"
    assert words(found)[1:].count("not") == 1
    alone = suppress([cell("a", math.nan, hidden_most=4)], THINGS)[0]
    assert (alone.value, alone.low, alone.high) == (None, 0, 4)


def test_a_service_s_own_range_is_left_out_where_it_would_tell_too_much() -> None:
    alone = suppress([cell("a", math.nan, hidden_most=1), cell("b", math.nan, hidden_most=1)], PEOPLE)
    assert [item.words for item in alone] == ["fewer than 2", "fewer than 2"]
    nested = suppress([cell("a", math.nan, hidden_most=1), cell("ab", math.nan, hidden_most=1)], PEOPLE)
    assert words(nested) == ["not", "not"]
    assert [item.high for item in nested] == [math.inf, math.inf]


@pytest.mark.parametrize("rule", [PEOPLE, SENSITIVE])
def test_counts_that_contradict_one_another_are_shown_without_their_totals(rule: SuppressionRule) -> None:
    assert words(suppress([cell("a", 40), cell("b", 3), cell("ab", 30)], rule)) == ["40", "few", "not"]


def test_very_many_counts_that_hang_together_are_shown_without_their_totals() -> None:
    areas = [f"area {number}" for number in range(130)]
    cells = [Cell(frozenset({area}), YEAR, 20.0) for area in areas]
    whole = Cell(frozenset(areas), YEAR, 20.0 * 130)
    assert all(item.value is not None for item in suppress([*cells, whole], PEOPLE))
    with_few = [Cell(frozenset({areas[0]}), YEAR, 3.0), *cells[1:], whole]
    found = suppress(with_few, PEOPLE)
    assert words(found) == ["few", *["20"] * 129, "not"]
    implied = suppress([*cells[1:], Cell(frozenset(areas), YEAR, 20.0 * 129 + 3)], PEOPLE)
    assert words(implied) == [*["20"] * 129, "not"]


def _possible(cells: Sequence[Cell], found: Sequence[Shown]) -> tuple[np.ndarray, list[str]]:
    """Every way in which single areas can hold whole numbers that agree with all that is shown, counted out slowly."""
    letters = sorted({letter for one in cells for letter in one.areas})
    ways = np.array(list(itertools.product(range(MOST + 1), repeat=len(letters))))
    for one, shown in zip(cells, found, strict=True):
        total = ways[:, [letters.index(letter) for letter in one.areas]].sum(axis=1)
        ways = ways[(total >= shown.low) & (total <= shown.high)]
    return ways, letters


def _check_nothing_small_follows(cells: Sequence[Cell], rule: SuppressionRule, found: Sequence[Shown]) -> None:
    ways, letters = _possible(cells, found)
    assert len(ways), "what is shown must agree with the truth"
    for size in range(1, len(letters) + 1):
        for chosen in itertools.combinations(range(len(letters)), size):
            values = set(ways[:, list(chosen)].sum(axis=1).tolist())
            small = any(rule.is_small(value) for value in values)
            certain = max(values) <= rule.high
            assert not (small and certain) or len(values) >= FEWEST_CHOICES, (chosen, sorted(values), words(found))


counts = st.integers(0, 30)


@settings(max_examples=30, deadline=None)
@given(
    parts=st.lists(st.sampled_from([0, 1, 2, 4, 8, 9, 10, 11, 12, 15, 22, 30]), min_size=2, max_size=3),
    shapes=st.sets(st.integers(1, 7), min_size=1, max_size=5),
    sensitive=st.booleans(),
)
def test_no_small_count_can_be_recovered_whatever_is_shown(parts: list[int], shapes: set[int], sensitive: bool) -> None:
    """Areas, totals and overlapping unions of any shape, against counting out every possibility."""
    letters = "abc"[: len(parts)]
    rule = SENSITIVE if sensitive else PEOPLE
    cells = []
    for shape in sorted(shapes):
        inside = [at for at in range(len(parts)) if shape >> at & 1]
        if inside:
            cells.append(cell("".join(letters[at] for at in inside), sum(parts[at] for at in inside)))
    distinct = list({item.areas: item for item in cells}.values())
    if distinct:
        _check_nothing_small_follows(distinct, rule, suppress(distinct, rule))


@settings(max_examples=25, deadline=None)
@given(
    table=st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=2, max_size=3),
    sensitive=st.booleans(),
    whole_known=st.booleans(),
)
def test_no_small_count_can_be_recovered_across_areas_and_periods(
    table: list[list[int]], sensitive: bool, whole_known: bool
) -> None:
    """A table with both margins: linear bounds for every cell, from all that is shown, must stay wide."""
    from scipy.optimize import linprog

    rule = SENSITIVE if sensitive else PEOPLE
    values = np.array(table, dtype=float)
    areas, months = values.shape
    names = "abc"[:areas]
    cells = [cell(names[i], values[i, j], range(j, j + 1)) for i in range(areas) for j in range(months)]
    cells += [cell(names[i], values[i].sum(), range(months)) for i in range(areas)]
    cells += [cell(names, values[:, j].sum(), range(j, j + 1)) for j in range(months)]
    if whole_known:
        cells.append(cell(names, values.sum(), range(months)))
    found = suppress(cells, rule)
    rows, limits = [], []
    for one, shown in zip(cells, found, strict=True):
        row = np.array(
            [[float(names[i] in one.areas and j in one.months) for j in range(months)] for i in range(areas)]
        )
        rows.append(-row.ravel())
        limits.append(-shown.low)
        if math.isfinite(shown.high):
            rows.append(row.ravel())
            limits.append(shown.high)
    for at in range(areas * months):
        wanted = np.zeros(areas * months)
        wanted[at] = 1.0
        low = linprog(wanted, A_ub=np.array(rows), b_ub=limits, method="highs")
        high = linprog(-wanted, A_ub=np.array(rows), b_ub=limits, method="highs")
        assert low.status == 0
        if high.status == 3:
            continue
        least, most = math.ceil(low.fun - 1e-6), math.floor(-high.fun + 1e-6)
        assert least > rule.high or most < rule.low or most - least + 1 >= FEWEST_CHOICES


@settings(deadline=None)
@given(numbers=st.lists(counts, min_size=1, max_size=4), sensitive=st.booleans())
def test_what_is_shown_is_always_true(numbers: list[int], sensitive: bool) -> None:
    rule = SENSITIVE if sensitive else PEOPLE
    letters = "abcd"[: len(numbers)]
    cells = [cell(letter, number) for letter, number in zip(letters, numbers, strict=True)]
    cells.append(cell(letters + "z", sum(numbers)))
    for one, shown in zip(cells, suppress(cells, rule), strict=True):
        assert shown.low <= one.count <= shown.high
        if shown.value is not None:
            assert not rule.is_small(one.count)
            assert shown.value % rule.rounding == 0
            assert abs(shown.value - one.count) <= rule.rounding / 2


def test_the_order_of_the_cells_changes_nothing_that_is_hidden_for_being_small() -> None:
    cells = [cell("a", 4), cell("b", 30), cell("ab", 34), cell("c", 3)]
    one = dict(zip(cells, suppress(cells, PEOPLE), strict=True))
    other = dict(zip(cells[::-1], suppress(cells[::-1], PEOPLE), strict=True))
    assert one == other


@pytest.mark.parametrize("rule", [PEOPLE, SENSITIVE])
def test_no_cells_no_answers(rule: SuppressionRule) -> None:
    assert suppress([], rule) == ()
    assert suppression.NOT_SHOWN.startswith("not shown")
