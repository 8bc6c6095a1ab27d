"""Practices and schools like those of a place: as large, at the same level, and with a figure in every period."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest

from indicators.published_series import PublishedSeries
from indicators.similar_providers import similar_providers
from store.database import Store
from store.published_values import Period, share_of_its_patients
from tests.indicators.period_worlds import OURS

PERIODS = tuple(Period(year * 12, 12) for year in (2018, 2019, 2020))


def providers(figures: dict[str, tuple[float, float, float]], sizes: dict[str, float]) -> PublishedSeries:
    """Code → three yearly figures; the size is alike in all years, and unknown where it is not given."""
    value = np.array([figures[code] for code in figures])
    size = np.array([[sizes.get(code, math.nan)] * 3 for code in figures])
    nothing = np.full(value.shape, math.nan)
    return PublishedSeries(
        tuple(figures), PERIODS, nothing, size, value, np.zeros(value.shape), np.zeros(value.shape, dtype=bool)
    )


def chosen(series: PublishedSeries, *ours: str, phases: Mapping[str, str] | None = None) -> list[str]:
    names = {code: f"Surgery {code}" for code in series.codes}
    found = similar_providers(series, ours, series.value, (0, 1), (2,), names, phases or {})
    assert [found.names[unit] for unit in found.units] == [f"Surgery {unit[0]}" for unit in found.units]
    return [unit[0] for unit in found.units]


def test_half_to_twice_the_size_with_a_figure_in_every_period_used() -> None:
    level = (10.0, 10.0, 10.0)
    series = providers(
        {"ours": level, "half": level, "twice": level, "small": level, "large": level, "gap": (10.0, math.nan, 10.0),
         "nought": (10.0, 10.0, 0.0), "unsized": level},
        {"ours": 1000, "half": 500, "twice": 2000, "small": 499, "large": 2001, "gap": 1000, "nought": 1000},
    )  # fmt: skip
    assert sorted(chosen(series, "ours")) == ["half", "twice"]


def test_the_nearest_in_level_and_size_come_first() -> None:
    series = providers(
        {
            "ours": (10.0, 10.0, 12.0),
            "near": (10.1, 10.1, 30.0),
            "far": (20.0, 20.0, 20.0),
            "apart": (10.1, 10.1, 9.0),
            "same": (10.0, 10.0, 1.0),
        },
        {"ours": 1000, "near": 1000, "far": 1000, "apart": 1900, "same": 1000},
    )
    # What came after the start is no reason to be chosen.
    found = chosen(series, "ours")
    assert found[:2] == ["same", "near"]
    assert set(found[2:]) == {"far", "apart"}


def test_where_sizes_are_unknown_the_level_alone_decides() -> None:
    series = providers({"ours": (10.0, 10.0, 1.0), "far": (30.0, 30.0, 1.0), "near": (11.0, 11.0, 1.0)}, {})
    assert chosen(series, "ours") == ["near", "far"]
    # Ours unknown: no size to hold the others to.
    assert chosen(providers({"ours": (10.0, 10.0, 1.0), "one": (10.0, 10.0, 1.0)}, {"one": 5.0}), "ours") == ["one"]


def test_none_of_ours_stands_for_others_and_nobody_is_nobody() -> None:
    series = providers({"a": (10.0, 10.0, 1.0), "b": (10.0, 10.0, 1.0)}, {"a": 100, "b": 100})
    assert chosen(series, "a", "b") == []


def test_at_most_sixty_in_a_fixed_order() -> None:
    figures = {f"L{number:03d}": (10.0, 10.0, 10.0) for number in range(80)}
    series = providers({"ours": (10.0, 10.0, 10.0), **figures}, dict.fromkeys(("ours", *figures), 100.0))
    assert chosen(series, "ours") == sorted(figures)[:60]


def test_schools_stand_beside_schools_of_the_same_phase_only() -> None:
    level = (10.0, 10.0, 10.0)
    codes = ("ours", "alike", "other", "closed")
    series = providers(dict.fromkeys(codes, level), dict.fromkeys(codes, 100.0))
    phases = {"ours": "primary", "alike": "primary", "other": "secondary"}
    assert chosen(series, "ours", phases=phases) == ["alike"]
    # A school that is in no register any more is like none of a known phase, and is set beside all when it is ours.
    assert sorted(chosen(series, "closed", phases=phases)) == ["alike", "other", "ours"]
    assert sorted(chosen(series, "ours", "closed", phases=phases)) == ["alike", "other"]


def test_the_schools_of_a_place_may_be_of_several_phases() -> None:
    level = (10.0, 10.0, 10.0)
    codes = ("first", "second", "primary", "secondary", "through", "special", "unknown")
    series = providers(dict.fromkeys(codes, level), dict.fromkeys(codes, 100.0))
    phases = {"first": "primary", "second": "secondary", "primary": "primary", "secondary": "secondary",
              "through": "all-through", "special": ""}  # fmt: skip
    assert sorted(chosen(series, "first", "second", phases=phases)) == ["primary", "secondary"]
    # Having no phase, as special schools, is something else than being unknown.
    assert chosen(series, "special", phases={**phases, "through": ""}) == ["through"]


def test_the_share_of_a_practices_patients_that_lives_here(years_store: Store) -> None:
    found = share_of_its_patients(years_store, OURS, ["L83000", "L83001", "L83002", "L83999"])
    # 40 % of 1,800 patients in each of two small areas, of 6,000 in all; nobody here is with the third; the fourth is unknown.
    assert found == {"L83000": pytest.approx(0.24), "L83001": pytest.approx(0.018), "L83002": 0.0}
