"""Which places are similar, against loops."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.matching import (
    DOMAINS,
    MOST_UNITS,
    Profile,
    balance,
    decile_of,
    edition_for,
    eligible,
    nearest,
    nearest_rows,
)


def profiles(count: int, seed: int = 0, **fixed: float) -> Profile:
    random = np.random.default_rng(seed)
    values = {
        "events": random.poisson(60, count).astype(float),
        "person_years": random.uniform(3000, 9000, count),
        "residents": random.uniform(1500, 3500, count),
        "rank": random.uniform(1, 32_844, count),
        "domains": random.uniform(1, 32_844, (count, 7)),
    }
    for name, value in fixed.items():
        if name in values:
            values[name] = np.full(count, value)
    decile = np.full(count, fixed["decile"]) if "decile" in fixed else decile_of(values["rank"], 32_844)
    return Profile(**values, decile=decile)


def slow_order(place: Profile, units: Profile, fits: list[bool], names: list[str]) -> list[int]:
    """Distances by loops over units and variables."""
    inside = [row for row in range(len(fits)) if fits[row]]

    def features(of: Profile, row: int) -> list[float]:
        return [
            math.log((of.events[row] + 0.5) / of.person_years[row]), of.rank[row], math.log(of.residents[row]), *of.domains[row],
        ]  # fmt: skip

    table = [features(units, row) for row in inside]
    weights = [1.0, 1.0, 1.0] + [1 / 7] * 7
    spreads = []
    for column in range(10):
        values = [line[column] for line in table]
        mean = sum(values) / len(values)
        spreads.append(math.sqrt(sum((value - mean) ** 2 for value in values) / len(values)) or 1.0)
    ours = features(place, 0)
    ranked = []
    for row, line in zip(inside, table, strict=True):
        distance = sum(
            weight * ((value - own) / spread) ** 2
            for weight, value, own, spread in zip(weights, line, ours, spreads, strict=True)
        )
        ranked.append((round(distance, 9), names[row], row))
    return [row for _, _, row in sorted(ranked)[:60]]


@pytest.mark.parametrize("seed", range(5))
def test_the_nearest_are_those_of_a_slow_search(seed: int) -> None:
    place, units = profiles(1, seed + 100), profiles(150, seed)
    fits = np.random.default_rng(seed).random(150) < 0.7
    names = [f"name {number:03d}" for number in range(150)]
    found = nearest(place, units, fits, names)
    assert found == slow_order(place, units, list(fits), names)
    assert len(found) == MOST_UNITS


def test_alike_in_everything_ties_go_by_name() -> None:
    place = profiles(1, 1)
    units = Profile(*(np.repeat(getattr(place, name), 4, axis=0) for name in Profile.__slots__))
    assert nearest(place, units, np.array([True, True, False, True]), ["d", "b", "a", "c"]) == [1, 3, 0]


@pytest.mark.parametrize(
    ("rank", "decile"), [(1, 1), (3284, 1), (3285, 2), (3284.4, 1), (32_844, 10), (32_000, 10), (0.5, 1)]
)
def test_deciles_are_tenths_of_the_areas_ranked(rank: float, decile: int) -> None:
    assert decile_of(np.array([rank]), 32_844).tolist() == [decile]


@pytest.mark.parametrize(
    ("start", "held", "expected"),
    [
        (date(2020, 8, 1), [2019, 2025], (2019, True)),
        (date(2025, 11, 1), [2025, 2019], (2025, True)),
        (date(2025, 10, 1), [2019, 2025], (2019, True)),
        (date(2019, 9, 1), [2019, 2025], (2019, False)),
        (date(2020, 8, 1), [2025], (2025, False)),
        (date(2030, 1, 1), [2019, 2031], (2019, True)),
        (None, [2025, 2019], (2019, False)),
    ],
)
def test_only_what_was_published_before_the_start_is_known(
    start: date, held: list[int], expected: tuple[int, bool]
) -> None:
    assert edition_for(start, held) == expected


def crowd(deciles: dict[int, int], residents: float = 2000.0) -> Profile:
    parts = [profiles(count, decile, decile=float(decile), residents=residents) for decile, count in deciles.items()]
    return Profile(*(np.concatenate([getattr(part, name) for part in parts]) for name in Profile.__slots__))


@pytest.mark.parametrize(
    ("deciles", "number", "widened"),
    [
        ({3: 15, 4: 10, 5: 5, 6: 40, 9: 50}, 30, ()),
        ({3: 15, 4: 10, 5: 4, 6: 40}, 69, ("deprivation ±2 deciles",)),
        ({2: 2, 1: 10, 7: 20, 8: 40}, 32, ("deprivation ±3 deciles",)),
        ({4: 5, 8: 90}, 5, ("deprivation ±3 deciles", "any number of residents")),
    ],
)
def test_the_rule_is_widened_step_by_step_until_thirty_fit(
    deciles: dict[int, int], number: int, widened: tuple[str, ...]
) -> None:
    place = profiles(1, 9, decile=4.0, residents=2000.0)
    fits, said = eligible(place, crowd(deciles))
    assert (int(fits.sum()), said) == (number, widened)


def test_residents_from_half_to_twice_are_asked_for_last() -> None:
    place = profiles(1, 9, decile=4.0, residents=2000.0)
    for residents, fitting in ((999.0, False), (1000.0, True), (4000.0, True), (4001.0, False)):
        fits, said = eligible(place, crowd({4: 40}, residents))
        assert ("any number of residents" in said) is not fitting
        assert fits.all()


def test_a_unit_of_which_something_is_not_known_is_never_similar() -> None:
    place, units = profiles(1, 9, decile=4.0, residents=2000.0), crowd({4: 40})
    units.rank[0] = units.events[1] = units.residents[2] = np.nan
    units.residents[3] = 0
    fits, _ = eligible(place, units)
    assert np.flatnonzero(~fits).tolist() == [0, 1, 2, 3]


def test_balance_shows_place_similar_and_all() -> None:
    place, units = profiles(1, 1), profiles(80, 2)
    chosen = units.take([3, 5])
    table = {str(row["what"]): row for row in balance(place, chosen, units, "per 1,000 residents a year", 1000.0)}
    assert len(table) == 3 + len(DOMAINS)
    rate = table["rate before, per 1,000 residents a year"]
    assert rate["place"] == pytest.approx(1000 * place.events[0] / place.person_years[0])
    assert rate["similar"] == pytest.approx(np.mean([1000 * units.events[i] / units.person_years[i] for i in (3, 5)]))
    assert table["residents"]["all"] == pytest.approx(units.residents.mean())
    assert table["crime rank"]["place"] == pytest.approx(place.domains[0, 4])


@given(st.integers(0, 1000), st.integers(1, 200), st.sampled_from([0, 3, 100]))
def test_the_nearest_are_those_of_a_plain_sort(seed: int, number: int, kinds: int) -> None:
    """``kinds`` of places alike to the last digit (or nearly) make ties, which go by name; a place unlike any has none."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(number, 4))
    if kinds:
        values = values[random.integers(0, min(kinds, number), size=number)] + random.choice(
            [0, 1e-11], size=(number, 1)
        )
    rows = np.sort(random.choice(500, number, replace=False))
    names = [f"E{code:03d}" for code in random.permutation(500)]
    ours, weights = random.normal(size=4), np.array([1.0, 1.0, 0.5, 0.1])
    spread = values.std(axis=0)
    spread[spread == 0] = 1.0
    distance = ((((values - ours) / spread) ** 2) * weights).sum(axis=1)
    plain = sorted(range(number), key=lambda at: (round(float(distance[at]), 9), names[rows[at]]))
    assert nearest_rows(rows, values, ours, weights, names) == [int(rows[at]) for at in plain[:60]]
