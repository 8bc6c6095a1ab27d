"""What must not change an answer, statistic by statistic, beyond what each one's own tests ask.

Asked of each where it makes sense: another scale, labels exchanged, nothing counted, one comparison area, a month missing
everywhere, and areas that are all alike.
"""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators import rates, sensitivity
from indicators.before_after import change
from indicators.comparison import Comparison, compare
from indicators.gaps import gap
from indicators.interrupted_series import interrupted_counts, interrupted_levels
from indicators.many_indicators import surviving
from indicators.matching import Profile, decile_of, eligible, nearest
from indicators.neighbourhoods import Boundaries, grow_units, ring_of
from indicators.quarters import Blocks, blocks
from indicators.simplex_weights import penalised_mixtures, smallest_mixtures
from indicators.synthetic_did import synthetic_did, synthetic_differences
from indicators.together import SiteGap, together
from indicators.weighted_baseline import weighted_baseline
from store.errors import BadQuestion
from store.period import Window, month_from_number, month_number
from tests.indicators.test_neighbourhoods import grid

Array = npt.NDArray[np.float64]
SEEDS = st.integers(0, 10_000)


def drawn(seed: int, places: int = 20, quarters: int = 12, level: float = 30.0) -> Array:
    """Counts of places that drift apart; row 0 is ours."""
    random = np.random.default_rng(seed)
    wander = np.cumsum(random.normal(0, 0.06, (places + 1, quarters)), axis=1)
    return random.poisson(level * random.uniform(0.5, 2, (places + 1, 1)) * np.exp(wander)).astype(float)


# Rates ---------------------------------------------------------------------------------------------------------


@given(st.floats(10, 1e6), st.sampled_from([0.05, 0.002]))
@settings(deadline=None)
def test_byar_is_its_formula_written_out(count: float, alpha: float) -> None:
    z = {0.05: 1.959963984540054, 0.002: 3.090232306167813}[alpha]
    lower, upper = (float(limit) for limit in rates.byar_limits(count, alpha))
    assert lower == pytest.approx(count * (1 - 1 / (9 * count) - z / (3 * count**0.5)) ** 3, rel=1e-9)
    assert upper == pytest.approx(
        (count + 1) * (1 - 1 / (9 * (count + 1)) + z / (3 * (count + 1) ** 0.5)) ** 3, rel=1e-9
    )


@given(st.lists(st.floats(5, 500), min_size=2, max_size=5), st.floats(0.1, 50), st.floats(0.1, 50), SEEDS)
@settings(deadline=None)
def test_a_standardised_rate_knows_neither_the_standards_scale_nor_the_bands_order(
    counts: list[float], standard: float, people: float, seed: int
) -> None:
    random = np.random.default_rng(seed)
    persons, weights = random.uniform(500, 5000, (2, len(counts)))
    got = rates.directly_standardised_rate(counts, persons, weights)
    scaled = rates.directly_standardised_rate(counts, persons, weights * standard)
    turned = rates.directly_standardised_rate(counts[::-1], persons[::-1], weights[::-1])
    more_people = rates.directly_standardised_rate(counts, persons * people, weights)
    assert got is not None
    for other, factor in ((scaled, 1.0), (turned, 1.0), (more_people, people)):
        assert other is not None
        np.testing.assert_allclose(
            [other.value * factor, other.lower * factor, other.upper * factor],
            [got.value, got.lower, got.upper],
            rtol=1e-9,
        )


@given(st.floats(-100, 100), st.floats(0.1, 50), st.integers(2, 500), st.floats(0.1, 10), st.floats(-50, 50))
@settings(deadline=None)
def test_a_means_limits_follow_its_unit(mean: float, spread: float, number: int, scale: float, moved: float) -> None:
    got, other = (
        rates.mean_limits(mean, spread, number),
        rates.mean_limits(scale * mean + moved, scale * spread, number),
    )
    np.testing.assert_allclose(
        [other.lower, other.upper], [scale * limit + moved for limit in (got.lower, got.upper)], atol=1e-8
    )
    assert got.upper - mean == pytest.approx(mean - got.lower)
    still = rates.mean_limits(mean, 0.0, number)
    assert (still.lower, still.upper) == (mean, mean)


def test_equal_shares_differ_by_nothing_and_nothing_counted_is_no_error() -> None:
    same = rates.difference_of_proportions((12, 40), (12, 40))
    assert same.value == 0
    assert same.lower == pytest.approx(-same.upper)
    empty = rates.difference_of_proportions((0, 40), (0, 40))
    assert empty.lower < 0 < empty.upper


# Before and after ----------------------------------------------------------------------------------------------


@given(st.integers(1, 2000), st.floats(1, 1000))
@settings(deadline=None)
def test_the_same_twice_is_no_change(count: int, months: float) -> None:
    got = change(count, months, count, months)
    assert got.change == 0
    assert got.lower is not None
    assert got.upper is not None
    assert got.lower < 0 < got.upper
    assert (1 + got.lower) * (1 + got.upper) == pytest.approx(1)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(1, 50))
@settings(deadline=None)
def test_more_events_later_never_lower_the_limits(before: int, after: int, more: int) -> None:
    got, raised = change(before, 12, after, 12), change(before, 12, after + more, 12)
    for low, high in ((got.lower, raised.lower), (got.upper, raised.upper)):
        if low is not None and high is not None:
            assert low <= high + 1e-12


# The weighted baseline ------------------------------------------------------------------------------------------


@given(SEEDS, st.sampled_from(["learned", "equal"]))
@settings(max_examples=15, deadline=None)
def test_exchanging_the_place_and_its_comparison_turns_the_ratio_over(seed: int, weights: Any) -> None:
    random = np.random.default_rng(seed)
    ours, theirs = random.uniform(0.5, 2, (2, 10)) * 1e9
    there = weighted_baseline(np.vstack([ours, *[theirs / 4] * 4]), 6, weights="equal")
    back = weighted_baseline(np.vstack([theirs, *[ours / 4] * 4]), 6, weights="equal")
    assert there.baseline_expected == pytest.approx(ours[:6].sum() * theirs[6:].sum() / theirs[:6].sum(), rel=1e-6)
    assert there.log_gap == pytest.approx(-back.log_gap, abs=1e-6)
    level = weighted_baseline(np.vstack([ours, *[ours * size for size in (0.5, 1, 2)]]), 6, weights=weights)
    assert level.ratio == pytest.approx(1, abs=1e-6)


@given(SEEDS)
@settings(max_examples=15, deadline=None)
def test_a_place_added_twice_is_weighed_as_two(seed: int) -> None:
    counts = drawn(seed, places=8)
    twice = weighted_baseline(np.vstack([counts, counts[3]]), 8)
    assert twice.placebo_z[2] == pytest.approx(twice.placebo_z[-1])
    assert twice.units == 9


# Synthetic difference-in-differences ------------------------------------------------------------------------------


@given(SEEDS, st.floats(0.1, 20))
@settings(max_examples=20, deadline=None)
def test_synthetic_differences_follow_the_unit_and_the_sign(seed: int, scale: float) -> None:
    panel = np.random.default_rng(seed).normal(0, 1, (9, 9)).cumsum(axis=1)
    got = synthetic_differences(panel, 6)
    for factor in (scale, -scale):
        other = synthetic_differences(panel * factor, 6)
        np.testing.assert_allclose(other.gaps, got.gaps * factor, atol=1e-6 * max(1, scale))
        np.testing.assert_allclose(other.place_weights, got.place_weights, atol=1e-6)


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_neither_levels_of_places_nor_shared_seasons_move_synthetic_differences(seed: int) -> None:
    random = np.random.default_rng(seed)
    panel = random.normal(0, 1, (9, 9)).cumsum(axis=1)
    levels, seasons = random.normal(0, 3, (9, 1)), random.normal(0, 1, 9)
    got = synthetic_differences(panel, 6)
    np.testing.assert_allclose(synthetic_differences(panel + levels, 6).gaps, got.gaps, atol=1e-5)
    # A season moves the step from quarter to quarter that the penalty is measured by, so only the plain part is exact.
    shared = synthetic_differences(np.tile(seasons, (9, 1)), 6)
    np.testing.assert_allclose(shared.gaps, 0, atol=1e-9)


def test_one_comparison_area_is_refused_by_both_methods() -> None:
    for method in (weighted_baseline, synthetic_did):
        with pytest.raises(BadQuestion, match="There are 1 similar places"):
            method(drawn(1)[:2], 8)


# Weights on a simplex -------------------------------------------------------------------------------------------


@given(SEEDS, st.integers(2, 7), st.floats(0.01, 100), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_weights_follow_their_donors_and_know_no_scale(seed: int, donors: int, scale: float, order: Any) -> None:
    random = np.random.default_rng(seed)
    targets, rows = random.normal(0, 1, (2, 5)), random.normal(0, 1, (donors, 5))
    allowed, penalty = np.ones((2, donors), dtype=bool), np.full(2, 0.5)
    got = penalised_mixtures(targets, rows, allowed, penalty)
    turned = list(range(donors))
    order.shuffle(turned)
    np.testing.assert_allclose(penalised_mixtures(targets, rows[turned], allowed, penalty), got[:, turned], atol=1e-8)
    np.testing.assert_allclose(
        penalised_mixtures(targets * scale, rows * scale, allowed, penalty * scale**2), got, atol=1e-7
    )
    gram = rows @ rows.T + 0.1 * np.eye(donors)
    weights = smallest_mixtures(gram[None])[0]
    np.testing.assert_allclose(smallest_mixtures(gram[np.ix_(turned, turned)][None])[0], weights[turned], atol=1e-8)


# Many indicators ------------------------------------------------------------------------------------------------


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.integers(0, 7), st.floats(0, 1))
@settings(deadline=None)
def test_a_smaller_p_never_costs_a_survivor(p_values: list[float], at: int, part: float) -> None:
    lowered = list(p_values)
    lowered[at % len(lowered)] *= part
    before, after = surviving(p_values), surviving(lowered)
    assert all(kept for was, kept in zip(before, after, strict=True) if was)
    assert len(set(surviving([p_values[0]] * len(p_values)))) == 1


# Communities together ---------------------------------------------------------------------------------------------

SITES = st.lists(st.tuples(st.floats(-1, 1), st.floats(0.05, 0.6)), min_size=2, max_size=6)


@given(SITES, st.floats(0.2, 5))
@settings(max_examples=30, deadline=None)
def test_pooling_follows_sign_and_scale_and_not_names(sites: list[tuple[float, float]], scale: float) -> None:
    got = together({f"s{n}": SiteGap(*one) for n, one in enumerate(sites)})
    renamed = together({f"z{len(sites) - n}": SiteGap(*one) for n, one in enumerate(sites)})
    turned = together({f"s{n}": SiteGap(-value, spread) for n, (value, spread) in enumerate(sites)})
    scaled = together({f"s{n}": SiteGap(scale * value, scale * spread) for n, (value, spread) in enumerate(sites)})
    middle = math.log(got.pooled.ratio)
    assert math.log(renamed.pooled.ratio) == pytest.approx(middle, abs=1e-9)
    assert math.log(turned.pooled.ratio) == pytest.approx(-middle, abs=1e-9)
    assert turned.pooled.lower == pytest.approx(1 / got.pooled.upper)
    assert math.log(scaled.pooled.ratio) == pytest.approx(scale * middle, abs=1e-7)
    assert scaled.pooled.p == pytest.approx(got.pooled.p, abs=1e-7)
    assert scaled.between == pytest.approx(scale * got.between, abs=1e-6)


@given(st.floats(-1, 1), st.floats(0.05, 0.6), st.integers(2, 6))
@settings(deadline=None)
def test_sites_all_alike_have_nothing_between_them_and_weigh_the_same(value: float, spread: float, number: int) -> None:
    got = together({f"s{n}": SiteGap(value, spread) for n in range(number)})
    assert got.between == 0
    assert list(got.shares.values()) == pytest.approx([1 / number] * number)
    assert math.log(got.pooled.upper / got.pooled.ratio) == pytest.approx(
        1.959964 * spread / math.sqrt(number), rel=1e-6
    )


# Interrupted series -----------------------------------------------------------------------------------------------


def series(seed: int, months: int = 60) -> tuple[Array, list[int]]:
    time = np.arange(months)
    counts = np.random.default_rng(seed).poisson(40 * np.exp(0.2 * np.sin(2 * np.pi * time / 12) - 0.3 * (time >= 36)))
    return counts.astype(float), [24_000 + int(t) for t in time]


@given(st.integers(0, 1000), st.integers(2, 50), st.integers(-5, 5))
@settings(max_examples=8, deadline=None)
def test_neither_the_scale_of_counts_nor_the_year_matters(seed: int, larger: int, years: int) -> None:
    counts, months = series(seed)
    got = interrupted_counts(counts, 5000, months, months[36])
    scaled = interrupted_counts(counts * larger, 5000, months, months[36])
    later = interrupted_counts(counts, 5000, [month + 12 * years for month in months], months[36] + 12 * years)
    for other in (scaled, later):
        assert other.level.ratio == pytest.approx(got.level.ratio, rel=1e-6)
        assert other.level.lower == pytest.approx(got.level.lower, rel=1e-5)
    assert scaled.dispersion == pytest.approx(larger * got.dispersion, rel=1e-5)


def test_every_month_alike_is_no_step() -> None:
    got = interrupted_counts(np.full(60, 20.0), 5000, list(range(24_000, 24_060)), 24_036)
    assert got.level.ratio == pytest.approx(1, abs=1e-6)
    assert got.dispersion == pytest.approx(0, abs=1e-9)
    assert interrupted_levels([4.0] * 12, 6).level.value == pytest.approx(0, abs=1e-9)


# Quarters ---------------------------------------------------------------------------------------------------------


@given(st.lists(st.booleans(), min_size=24, max_size=80), st.integers(-600, 600))
@settings(max_examples=25, deadline=None)
def test_blocks_do_not_know_the_year(usable: list[bool], moved: int) -> None:
    def asked(shift: int) -> Blocks | str:
        first = 24_000 + shift
        before, after = (Window(month_from_number(first + at), 9) for at in (2, 12))
        try:
            return blocks(list(range(first, first + len(usable))), usable, before, after)
        except BadQuestion as error:
            return error.message.split(" in ")[0]

    assert asked(moved) == asked(0)


# Similar places ---------------------------------------------------------------------------------------------------


def profile(seed: int, number: int) -> Profile:
    random = np.random.default_rng(seed)
    rank = random.uniform(1, 32_844, number)
    return Profile(
        events=random.poisson(60, number).astype(float), person_years=random.uniform(3000, 9000, number),
        residents=random.uniform(1000, 5000, number), rank=rank, domains=random.uniform(1, 32_844, (number, 7)),
        decile=decile_of(rank, 32_844),
    )  # fmt: skip


def slow_eligible(place: Profile, units: Profile) -> tuple[list[int], tuple[str, ...]]:
    """The rule as it is written down, unit by unit and step by step."""
    steps = [(1, False, ()), (2, False, ("deprivation ±2 deciles",)), (3, False, ("deprivation ±3 deciles",)),
             (3, True, ("deprivation ±3 deciles", "any number of residents"))]  # fmt: skip
    fitting: list[int] = []
    words: tuple[str, ...] = ()
    for decile, anybody, said in steps:
        words = said
        fitting = [
            row
            for row in range(len(units.rank))
            if abs(units.decile[row] - place.decile[0]) <= decile
            and (anybody or place.residents[0] / 2 <= units.residents[row] <= 2 * place.residents[0])
        ]
        if len(fitting) >= 30:
            break
    return fitting, words


@given(SEEDS, st.integers(5, 250))
@settings(max_examples=25, deadline=None)
def test_eligible_units_are_those_of_the_rule_step_by_step(seed: int, number: int) -> None:
    place, units = profile(seed + 1, 1), profile(seed, number)
    fits, said = eligible(place, units)
    assert (np.flatnonzero(fits).tolist(), said) == slow_eligible(place, units)


def scaled_profile(of: Profile, ranks: float, people: float) -> Profile:
    return Profile(
        of.events, of.person_years * people, of.residents * people, of.rank * ranks, of.domains * ranks, of.decile
    )  # fmt: skip


@given(SEEDS, st.floats(0.01, 100), st.floats(0.1, 10), st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_distance_knows_neither_the_unit_of_ranks_and_residents_nor_the_order(
    seed: int, ranks: float, people: float, order: Any
) -> None:
    place, units = profile(seed + 1, 1), profile(seed, 90)
    fits, names = np.ones(90, dtype=bool), [f"{n:03d}" for n in range(90)]
    got = [names[row] for row in nearest(place, units, fits, names)]
    scaled = nearest(scaled_profile(place, ranks, people), scaled_profile(units, ranks, people), fits, names)
    assert [names[row] for row in scaled] == got
    turned = list(range(90))
    order.shuffle(turned)
    again = nearest(place, units.take(turned), fits, [names[row] for row in turned])
    assert [names[turned[row]] for row in again] == got


@pytest.mark.parametrize("size", [1, 2, 4])
def test_growth_knows_neither_the_unit_nor_the_origin_of_the_map(size: int) -> None:
    corners, near = grid(5, 5)
    moved = {code: frozenset((3.5 * x - 7, 3.5 * y + 2) for x, y in points) for code, points in corners.items()}
    assert grow_units(corners, size, Boundaries(near, moved)) == grow_units(corners, size, Boundaries(near, corners))
    assert ring_of(list(corners), near) == ()


# The same question asked differently --------------------------------------------------------------------------------

MONTHS = tuple(range(month_number(date(2014, 1, 1)), month_number(date(2021, 1, 1))))
BEFORE, AFTER = Window(date(2016, 1, 1), 36), Window(date(2019, 4, 1), 18)
NAMES = tuple(f"Place {number}" for number in range(25))


def setting(seed: int = 11, **changed: Any) -> sensitivity.Setting:
    random = np.random.default_rng(seed)
    values: dict[str, Any] = {
        "ours": random.poisson(9, len(MONTHS)).astype(float), "units": random.poisson(9, (25, len(MONTHS))).astype(float),
        "months": MONTHS, "before": BEFORE, "after": AFTER, "dropped": frozenset(),
    }  # fmt: skip
    return sensitivity.Setting(**(values | changed))


def asked(one: sensitivity.Setting, names: tuple[str, ...] = NAMES, **given_also: Any) -> dict[str, sensitivity.Row]:
    main = gap(one.ours, one.units, one.months, one.before, one.after, one.dropped)
    values: dict[str, Any] = {
        "break_months": set(), "settling_in_months": 3, "members": {}, "ring": None, "programmes_back": None,
        "unit_names": names,
    }  # fmt: skip
    return {str(row["change"]): row for row in sensitivity.rows(one, main, **(values | given_also))}


def ratio(ours: Array, units: Array, before: Window = BEFORE, after: Window = AFTER, dropped: Any = ()) -> float:
    found = gap(ours, units, MONTHS, before, after, dropped)
    assert found.headline is not None
    return found.headline.ratio


def test_every_way_to_ask_is_its_own_question() -> None:
    one, broken = setting(), {MONTHS[40], MONTHS[66]}
    ring, member, more = (
        one.units[3] + one.units[4],
        np.minimum(one.ours, 2.0),
        np.vstack([one.units, one.units[0] + 1]),
    )
    found = asked(one, break_months=broken, ring=ring, members={"E1": member}, programmes_back=more)
    later = Window(date(2019, 7, 1), 18)
    assert found["without break months"]["ratio"] == ratio(one.ours, one.units, dropped=broken)
    assert (found["without break months"]["before_months"], found["without break months"]["after_months"]) == (35, 17)
    assert found["the later period three months later"]["ratio"] == ratio(one.ours, one.units, after=later)
    assert found["the areas that touch it"]["ratio"] == ratio(ring, one.units)
    assert found["without E1"]["ratio"] == ratio(one.ours - member, one.units)
    assert found["with programme places put back"]["ratio"] == ratio(one.ours, more)
    assert found["with programme places put back"]["areas"] == 26
    main = gap(one.ours, one.units, MONTHS, BEFORE, AFTER)
    assert main.equal_weights is not None
    assert found["all earlier months counted alike"]["ratio"] == main.equal_weights.ratio


def test_a_way_that_makes_no_question_has_no_row() -> None:
    found = asked(setting(after=Window(date(2020, 10, 1), 3)))
    assert "the later period three months later" not in found
    assert "a made-up start a year earlier" in found


@given(st.randoms(use_true_random=False))
@settings(max_examples=5, deadline=None)
def test_the_order_of_similar_places_changes_no_row(order: Any) -> None:
    one = setting()
    turned = list(range(25))
    order.shuffle(turned)
    first = asked(one)
    again = asked(setting(units=one.units[turned]), tuple(NAMES[row] for row in turned))
    assert list(again) == list(first)
    for name, row in first.items():
        assert again[name]["ratio"] == pytest.approx(row["ratio"], rel=1e-7)


def test_a_month_missing_everywhere_is_left_out_of_every_row() -> None:
    one = setting()
    holed = np.where(np.array(MONTHS) == MONTHS[50], np.nan, one.ours)
    dropped = asked(setting(dropped=frozenset({MONTHS[50]})))
    for name, row in asked(setting(ours=holed)).items():
        assert row["ratio"] == dropped[name]["ratio"], name


def test_places_all_alike_and_a_place_with_nothing_counted_keep_every_row_finite() -> None:
    alike = setting(ours=np.full(len(MONTHS), 6.0), units=np.full((25, len(MONTHS)), 6.0))
    for row in asked(alike).values():
        assert row["ratio"] == pytest.approx(1)
    for row in asked(setting(ours=np.zeros(len(MONTHS)))).values():
        assert all(math.isfinite(value) for value in row.values() if isinstance(value, float))


# Garbage at the numerical front door ----------------------------------------------------------------------------------

PERIODS = pd.period_range("2016-01", "2021-12", freq="M")
WINDOWS = {"before": ("2018-01", "2019-12"), "after": ("2020-04", "2021-03")}


def frame(values: Array) -> pd.DataFrame:
    return pd.DataFrame(values, index=[f"p{n:02d}" for n in range(len(values))], columns=PERIODS)


def poisson(places: int, seed: int = 1) -> Array:
    return np.random.default_rng(seed).poisson(12, (places, len(PERIODS))).astype(float)


GARBAGE: dict[str, tuple[pd.DataFrame, dict[str, Any]]] = {
    "missing everywhere": (frame(np.full((25, len(PERIODS)), np.nan)), {}),
    "nothing counted anywhere": (frame(np.zeros((25, len(PERIODS)))), {}),
    "nothing counted in similar places": (frame(np.vstack([poisson(1), np.zeros((24, len(PERIODS)))])), {}),
    "treated area unknown": (frame(poisson(25)), {"treated": ["p99"]}),
    "before after after": (frame(poisson(25)), {"before": WINDOWS["after"], "after": WINDOWS["before"]}),
    "negative counts": (frame(-poisson(25) - 1), {}),
    "one negative count": (frame(np.where(np.arange(72) == 5, -1.0, poisson(25))), {}),
    "missing in the whole period before": (frame(np.where(PERIODS.year < 2020, np.nan, poisson(25))), {}),
    "missing in the whole period after": (frame(np.where(PERIODS.year >= 2020, np.nan, poisson(25))), {}),
}


@pytest.mark.parametrize("kind", list(GARBAGE))
def test_garbage_is_a_clear_error_and_never_a_number(kind: str) -> None:
    counts, changed = GARBAGE[kind]
    with pytest.raises(BadQuestion) as error:
        compare(**({"counts": counts, "treated": ["p00"], **WINDOWS} | changed))
    assert error.value.message
    assert error.value.do


def no_limits(found: Comparison) -> None:
    assert (found.lower, found.upper, found.p, found.rank, found.detectable_change) == (None,) * 5
    assert found.verdict == "Cannot be compared"


@pytest.mark.parametrize("places", [1, 2, 3, 4])
def test_three_areas_or_fewer_cannot_be_compared(places: int) -> None:
    no_limits(compare(frame(poisson(places)), ["p00"], **WINDOWS))


def test_similar_places_that_miss_a_month_each_leave_nothing_to_compare() -> None:
    counts = poisson(25)
    counts[1:, 40] = np.nan
    found = compare(frame(counts), ["p00"], **WINDOWS)
    no_limits(found)
    assert (found.ratio, found.expected, found.areas, len(found.dropped)) == (None, None, [], 24)


def test_a_month_missing_everywhere_is_as_if_it_had_not_been() -> None:
    counts = poisson(25)
    counts[:, 53] = np.nan
    found = compare(frame(counts), ["p00"], **WINDOWS)
    assert found.dropped == []
    assert found.ratio == compare(frame(counts).drop(columns=[PERIODS[53]]), ["p00"], **WINDOWS).ratio
    assert found.after == np.nansum(counts[0, 51:63])


def test_areas_all_alike_are_about_the_same() -> None:
    found = compare(frame(np.full((40, len(PERIODS)), 900.0)), ["p00"], **WINDOWS)
    assert found.ratio == pytest.approx(1)
    assert (found.verdict, found.rank) == ("About the same as similar places", 39)


@given(
    SEEDS, st.integers(1, 30), st.floats(0, 0.3), st.sampled_from([0.0, 0.0, 0.001]), st.sampled_from([0.0, 0.3, 5.0, 1e6]),
)  # fmt: skip
@settings(max_examples=30, deadline=None)
def test_anything_at_all_is_an_error_in_words_or_finite_numbers(
    seed: int, places: int, missing: float, negative: float, level: float
) -> None:
    random = np.random.default_rng(seed)
    values = random.poisson(level, (places, len(PERIODS))).astype(float)
    values[random.random(values.shape) < missing * random.random()] = np.nan
    values[random.random(values.shape) < negative] = -1.0
    try:
        found = compare(frame(values), ["p00"], **WINDOWS)
    except BadQuestion:
        return
    assert not (values < 0).any()
    shown = [
        found.before,
        found.after,
        found.expected,
        found.ratio,
        found.lower,
        found.upper,
        found.p,
        found.detectable_change,
    ]
    assert all(math.isfinite(value) for value in shown if value is not None)
    if len(found.areas) < 19:
        no_limits(found)
