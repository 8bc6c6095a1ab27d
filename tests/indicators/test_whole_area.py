"""A place read as a whole: against loops over places and outcomes, by its properties, and on the sample."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student

from indicators import whole_area as room
from indicators.break_rules import BreakRuling
from indicators.discovery import indicator
from indicators.finding import Finding
from indicators.questions import board_indicators, question_of
from indicators.study import study_all
from indicators.units import Chosen
from indicators.weighted_baseline import weighted_baseline
from indicators.whole_area import OutcomeSeries, WholeArea, pool, whole_area
from store.database import Store
from store.period import Window, month_number

Array = npt.NDArray[np.float64]
BEFORE, AFTER = Window(date(2018, 1, 1), 24), Window(date(2020, 4, 1), 14)
MONTHS = list(range(month_number(date(2016, 2, 1)), month_number(date(2022, 1, 1))))
PLACES = 22
AREAS = tuple(((f"E{number:02d}",), f"Place {number}") for number in range(PLACES))
ask = partial(pool, months=MONTHS, before=BEFORE, after=AFTER, areas=AREAS)


def drawn(seed: int, name: str = "burglary", level: float = 12.0, effect: float = 1.0) -> OutcomeSeries:
    """Monthly counts of places that wander; ``effect`` multiplies the place's own later months."""
    random = np.random.default_rng(seed)
    wander = np.cumsum(random.normal(0, 0.03, (PLACES + 1, len(MONTHS))), axis=1)
    means = level * random.uniform(0.6, 1.6, (PLACES + 1, 1)) * np.exp(wander)
    means[0, np.array(MONTHS) >= AFTER.numbers[0]] *= effect
    counts = random.poisson(means).astype(float)
    return OutcomeSeries(name, counts[0], counts[1:])


THREE = [drawn(1), drawn(2, "robbery", 4.0), drawn(3, "violence", 40.0)]


def quarters(one: OutcomeSeries) -> tuple[Array, int]:
    """Counts by place and quarter, month by month: back from the end of before, forward from the start of after."""
    table = [one.ours, *one.units]
    end, first, blocks = BEFORE.numbers[-1], MONTHS[0], []
    while end - 2 >= first and len(blocks) < 20:
        blocks.insert(0, [end - 2, end - 1, end])
        end -= 3
    before = len(blocks)
    later = list(AFTER.numbers)
    blocks += [later[at : at + 3] for at in range(0, len(later), 3)]
    sums = [[sum(row[MONTHS.index(month)] for month in block) for block in blocks] for row in table]
    return np.array(sums), before


@pytest.mark.parametrize("chosen", [[0, 1], [0, 1, 2], [2, 1]])
def test_pooling_equals_sums_written_out(chosen: list[int]) -> None:
    series = [THREE[number] for number in chosen]
    parts = [weighted_baseline(*quarters(one)) for one in series]
    ours = sum(part.log_gap / part.spread**2 for part in parts)
    theirs = [sum(part.placebo_z[j] / part.spread for part in parts) for j in range(PLACES)]
    weight = sum(1 / part.spread**2 for part in parts)
    deviation = math.sqrt(sum(value * value for value in theirs) / (PLACES - 1))
    found = ask(series)
    assert found.reading is not None
    assert math.log(found.reading.ratio) == pytest.approx(ours / weight)
    half = student.ppf(0.975, PLACES - 1) * deviation / weight
    assert math.log(found.reading.lower) == pytest.approx(ours / weight - half)
    assert math.log(found.reading.upper) == pytest.approx(ours / weight + half)
    assert found.z == pytest.approx(ours / deviation)
    assert found.reading.p == pytest.approx(2 * student.sf(abs(ours / deviation), PLACES - 1))
    assert found.at_least == sum(abs(value) >= abs(ours) for value in theirs)
    for one, entered, part in zip(series, found.parts, parts, strict=True):
        assert entered.indicator == one.indicator
        assert entered.before == sum(one.ours[MONTHS.index(month)] for month in BEFORE.numbers)
        assert entered.after == sum(one.ours[MONTHS.index(month)] for month in AFTER.numbers)
        assert entered.ratio == pytest.approx(part.ratio)
        assert entered.share == pytest.approx(1 / part.spread**2 / weight)
    assert (found.months_before, found.months_after, found.areas, found.left_out) == (24, 14, AREAS, ())


def numbers(found: WholeArea) -> list[float]:
    assert found.reading is not None
    assert found.z is not None
    return [found.reading.ratio, found.reading.lower, found.reading.upper, found.reading.p, found.z, found.at_least]


@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
@settings(max_examples=10, deadline=None)
def test_neither_the_order_of_outcomes_nor_that_of_places_matters(seed: int, order: Any) -> None:
    series = [drawn(seed), drawn(seed + 1, "robbery", 5.0), drawn(seed + 2, "violence", 30.0)]
    shuffle = list(range(PLACES))
    order.shuffle(shuffle)
    turned = [OutcomeSeries(one.indicator, one.ours, one.units[shuffle]) for one in series[::-1]]
    np.testing.assert_allclose(numbers(ask(turned)), numbers(ask(series)), rtol=1e-7, atol=1e-9)


@given(st.integers(0, 10_000), st.floats(0.3, 3))
@settings(max_examples=10, deadline=None)
def test_larger_places_with_the_same_course_have_the_same_reading(seed: int, larger: float) -> None:
    series = [drawn(seed, level=1e7), drawn(seed + 1, "robbery", 1e7)]
    grown = [OutcomeSeries(one.indicator, one.ours * larger, one.units) for one in series]
    np.testing.assert_allclose(numbers(ask(grown))[:5], numbers(ask(series))[:5], rtol=1e-2, atol=1e-3)


def test_a_fall_in_every_outcome_shows_together_where_none_shows_alone() -> None:
    series = [drawn(40 + n, f"outcome {n}", 25.0, effect=0.72) for n in range(5)]
    alone = [weighted_baseline(*quarters(one)).p for one in series]
    found = ask(series)
    assert found.reading is not None
    assert found.reading.p < min(alone)
    assert found.reading.ratio == pytest.approx(0.72, abs=0.1)
    assert found.stands_out


def test_one_outcome_twice_is_no_surer_than_once() -> None:
    once = weighted_baseline(*quarters(THREE[0]))
    found = ask([THREE[0], replace(THREE[0], indicator="robbery")])
    assert found.reading is not None
    assert found.reading.ratio == pytest.approx(once.ratio)
    assert found.z == pytest.approx(once.z / math.sqrt(sum(once.placebo_z**2) / (PLACES - 1)))


def test_a_month_missing_here_in_one_outcome_is_left_out_of_all() -> None:
    gone = MONTHS.index(BEFORE.numbers[3])
    ours = THREE[0].ours.copy()
    ours[gone] = np.nan
    found = ask([replace(THREE[0], ours=ours), THREE[1]])
    both = [replace(one, ours=np.where(np.arange(len(MONTHS)) == gone, np.nan, one.ours)) for one in THREE[:2]]
    assert numbers(found) == numbers(ask(both))
    assert (found.months_before, found.parts[1].before) == (23, ask(THREE).parts[1].before - THREE[1].ours[gone])


def test_a_similar_place_that_misses_a_month_is_left_out_of_all() -> None:
    units = THREE[0].units.copy()
    units[4, MONTHS.index(AFTER.numbers[2])] = np.nan
    found = ask([replace(THREE[0], units=units), THREE[1]])
    fewer = [replace(one, units=np.delete(one.units, 4, axis=0)) for one in THREE[:2]]
    assert numbers(found) == numbers(ask(fewer, areas=[area for area in AREAS if area[1] != "Place 4"]))
    assert "Place 4" not in [name for _, name in found.areas]


def test_an_outcome_too_rare_to_compare_is_named_and_left_out() -> None:
    rare = OutcomeSeries("drugs", THREE[0].ours * 0, THREE[0].units * 0)
    found = ask([*THREE, rare], left_out=[("claimants", "it is a level")])
    assert numbers(found) == numbers(ask(THREE))
    assert found.left_out == (("claimants", "it is a level"), ("drugs", "nothing was counted in any similar place"))
    nothing = ask([THREE[0], rare])
    assert nothing.because.startswith("fewer than two")
    assert nothing.left_out[0][0] == "drugs"


def test_a_place_with_nothing_counted_is_answered_with_a_wide_range() -> None:
    found = ask([replace(one, ours=one.ours * 0) for one in THREE])
    assert found.reading is not None
    assert found.reading.lower < 0.5 < 2 < found.reading.upper


def alike(level: float) -> OutcomeSeries:
    return OutcomeSeries(f"level {level}", np.full(len(MONTHS), level), np.full((PLACES, len(MONTHS)), level))


@pytest.mark.parametrize(
    ("series", "says"),
    [
        ([alike(3.0), alike(8.0)], "the similar places do not differ at all"),
        ([replace(one, units=one.units[:1]) for one in THREE], "only 1 similar places can be compared in all"),
        ([replace(one, units=one.units[:18]) for one in THREE], "only 18 similar places"),
        ([THREE[0], replace(THREE[1], ours=np.full(len(MONTHS), np.nan))], "fewer than 12 months on a side"),
        (THREE[:1], "fewer than two of them"),
    ],
    ids=["identical places", "one comparison place", "eighteen places", "all months missing", "one outcome"],
)
def test_what_cannot_be_taken_together_says_why(series: list[OutcomeSeries], says: str) -> None:
    found = ask(series, areas=AREAS[: len(series[0].units)])
    assert found.because.startswith(says)
    assert (found.reading, found.z, found.parts, found.areas, found.before) == (None, None, (), (), None)
    assert not found.stands_out


# On the sample ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def board(sample_store: Store) -> list[Finding]:
    place = next(item for item in sample_store.places if item.slug == "north-stonehouse")
    names = board_indicators(place)
    questions = [question_of(sample_store, place, name, today=date(2026, 11, 22)) for name in names]
    return [item.finding for item in study_all(sample_store, questions)]


def test_every_outcome_of_the_board_enters_or_is_left_out_with_a_reason(
    sample_store: Store, board: list[Finding]
) -> None:
    found = whole_area(sample_store, board)
    assert [part.indicator for part in found.parts] == [
        "burglary", "robbery", "criminal-damage", "public-order", "violence",
    ]  # fmt: skip
    why = dict(found.left_out)
    assert set(why) == {item.question.indicator for item in board} - {part.indicator for part in found.parts}
    assert why["crime-five-categories"] == "it is a total, and its parts are counted already"
    assert why["vehicle-crime"] == "no data are loaded"
    assert "the start lies inside" in why["anti-social-behaviour"]
    assert found.reading is not None
    assert sum(part.share for part in found.parts) == pytest.approx(1)


def test_similar_places_are_common_and_none_is_left_out_by_any_outcome(
    sample_store: Store, board: list[Finding]
) -> None:
    found = whole_area(sample_store, board)
    entered = {part.indicator for part in found.parts}
    excluded = {
        code
        for item in board
        if item.question.indicator in entered and item.comparison
        for code, _ in item.comparison.left_out
    }
    codes = [code for unit, _ in found.areas for code in unit]
    assert len(found.areas) >= 19
    assert len(codes) == len(set(codes)) == 2 * len(found.areas)
    assert not set(codes) & (excluded | set(board[0].question.members))


def test_counts_are_those_of_the_store_without_the_months_that_any_outcome_misses(
    sample_store: Store, board: list[Finding]
) -> None:
    found = whole_area(sample_store, board)
    members = list(board[0].question.members)
    panels = {
        part.indicator: sample_store.monthly(indicator(part.indicator).measures, members, "devon-and-cornwall")
        for part in found.parts
    }
    assert found.before is not None
    kept = [month for month in found.before.numbers if all(panel[month].notna().all() for panel in panels.values())]
    assert len(kept) == found.months_before == 23
    for part in found.parts:
        assert part.before == float(panels[part.indicator][kept].sum().sum())


def test_a_place_without_dates_has_no_reading(sample_store: Store) -> None:
    place = next(item for item in sample_store.places if item.slug == "redruth-north")
    questions = [question_of(sample_store, place, name, today=date(2026, 11, 22)) for name in ("burglary", "robbery")]
    found = whole_area(sample_store, [item.finding for item in study_all(sample_store, questions)])
    assert found.because.startswith("fewer than two of them")
    assert found.left_out == (("burglary", "no start date is known"), ("robbery", "no start date is known"))
    assert whole_area(sample_store, []).left_out == ()


def left_out(store: Store, board: list[Finding], name: str) -> str:
    return dict(whole_area(store, board).left_out).get(name, "")


@pytest.mark.parametrize(
    ("declared", "says"),
    [
        ({"kind": "stock"}, "it is a level"),
        ({"better": "higher"}, "more of it is better"),
        ({"smallest_area": "council"}, "it is not counted month by month in this neighbourhood"),
        ({"measures": ("crime/none",)}, "it is not counted month by month in this neighbourhood"),
    ],
)
def test_outcomes_that_cannot_be_added_up_are_left_out(
    sample_store: Store, board: list[Finding], monkeypatch: pytest.MonkeyPatch, declared: dict[str, Any], says: str
) -> None:
    monkeypatch.setattr(
        room.local_indicators,
        "declared",
        lambda _, name: replace(indicator(name), **declared) if name == "violence" else indicator(name),
    )
    assert left_out(sample_store, board, "violence").startswith(says)


def test_a_step_in_the_recording_leaves_an_outcome_out(
    sample_store: Store, board: list[Finding], monkeypatch: pytest.MonkeyPatch
) -> None:
    stepped = BreakRuling(frozenset(), (), "", "the definition was changed")
    monkeypatch.setattr(room, "judge", lambda *given, **more: stepped)
    found = whole_area(sample_store, board)
    assert found.reading is None
    assert ("violence", "the counting changed between the two periods: the definition was changed") in found.left_out


def test_an_outcome_of_other_months_is_left_out(sample_store: Store, board: list[Finding]) -> None:
    moved = [
        replace(item, question=replace(item.question, after=Window(date(2022, 4, 1), 12)))
        if item.question.indicator == "violence"
        else item
        for item in board
    ]
    assert left_out(sample_store, moved, "violence").startswith("it is asked over other months")


def test_without_similar_places_there_is_no_reading(
    sample_store: Store, board: list[Finding], monkeypatch: pytest.MonkeyPatch
) -> None:
    none = Chosen((), {}, np.empty((0, 0)), {}, (), (), (), "no neighbourhood is similar enough")
    monkeypatch.setattr(room, "choose", lambda *given, **more: none)
    assert whole_area(sample_store, board).because == "no neighbourhood is similar enough"
