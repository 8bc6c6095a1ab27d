"""Published values as arrays: which periods, what is nought, what is unknown, and several areas as one."""

from __future__ import annotations

import math
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from indicators.discovery import indicator
from indicators.indicator import Indicator, Kind
from indicators.published_series import PublishedSeries, series_of
from store.building import build
from store.database import Store, open_store
from store.folder import Folder
from store.period import parse_window
from store.published_values import Period
from tests.indicators.period_worlds import yearly

# Two small areas of Exeter and one of Bath.
HERE, NEAR, FAR = "E01019968", "E01019970", "E01014370"
EXETER = ("council", "E07000041")


def declared(kind: Kind, *measures: str) -> Indicator:
    return replace(
        indicator("house-sales"), measures=measures, kind=kind, per=100.0 if kind == "proportion" else 1000.0
    )


def rows(
    code: str, figures: dict[str, float | None], column: str = "numerator", **more: object
) -> list[dict[str, object]]:
    """Start → figure; None is said to be missing."""
    return [
        {"code": code, "start": start, **more, **({column: figure} if figure is not None else {"status": "missing"})}
        for start, figure in figures.items()
    ]


@pytest.fixture(scope="module")
def store(small_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    root = tmp_path_factory.mktemp("series") / "data"
    shutil.copytree(small_world, root)
    pooled = [{"code": HERE, "start": f"{year}-01", "value": float(year)} for year in range(2010, 2018)]
    level = [{"code": HERE, "start": "2018-01", "value": 50.0, "low": 48.04, "high": 51.96, "denominator": 30.0},
             {"code": NEAR, "start": "2018-01", "value": 60.0, "low": 58.04, "high": 61.96, "denominator": 90.0},
             {"code": HERE, "start": "2019-01", "value": 52.0}, {"code": NEAR, "start": "2019-01", "value": 62.0},
             {"code": HERE, "start": "2021-01", "value": 54.0, "status": "inherited"},
             {"code": NEAR, "start": "2021-01", "value": 64.0}]  # fmt: skip
    hidden = [{"code": HERE, "start": "2018-01", "status": "suppressed", "low": 1.0, "high": 4.0}]
    share = [*rows(HERE, {"2018-01": 30.0, "2019-01": 20.0}, denominator=60.0),
             {"code": NEAR, "start": "2018-01", "value": 45.0}, {"code": NEAR, "start": "2019-01", "numerator": 0.0, "denominator": 0.0}]  # fmt: skip
    given = [
        yearly("pooled", "mean", pooled, months=36),
        yearly("level", "mean", level),
        yearly("fires", "events", [*rows(HERE, {"2018-01": 3.0}), *rows(NEAR, {"2019-01": 5.0})]),
        yearly("accidents", "events", [*hidden, *rows(HERE, {"2019-01": 7.0}), *rows(NEAR, {"2019-01": None})]),
        yearly("counted-here", "events", rows(HERE, {"2018-01": 3.0, "2019-01": 4.0}), authority=EXETER),
        yearly("counted-in-wales", "events", rows(HERE, {"2018-01": 3.0}), authority=("country", "W92000004")),
        yearly("register", "proportion", share),
    ]  # fmt: skip
    folder = Folder(root)
    build(folder, given, {}, datetime.fromisoformat("2026-11-22T06:00"))
    return open_store(folder)


def numbers(table: np.ndarray) -> list[list[float | None]]:
    return [[None if math.isnan(value) else float(value) for value in row] for row in table]


def series(store: Store, kind: Kind, measure: str, codes: Sequence[str], *more: str) -> PublishedSeries:
    return series_of(store, declared(kind, measure, *more), "stable", codes)


def test_pooled_years_that_overlap_are_left_out_from_the_newest_back(store: Store) -> None:
    found = series(store, "mean", "pooled", [HERE])
    assert found.periods == (Period(2011 * 12, 36), Period(2014 * 12, 36), Period(2017 * 12, 36))
    assert numbers(found.value) == [[2011, 2014, 2017]]


def test_a_year_nobody_has_a_figure_for_stands_among_the_others_as_missing(store: Store) -> None:
    found = series(store, "mean", "level", [HERE, NEAR])
    assert [period.first // 12 for period in found.periods] == [2018, 2019, 2020, 2021]
    # 2021's figure of the first area is another area's.
    assert numbers(found.value) == [[50, 52, None, None], [60, 62, None, 64]]
    assert found.error[0, 0] == pytest.approx(1.0, rel=1e-4)
    assert found.error[0, 1] == 0
    assert found.figures("mean") is found.value
    assert found.inside(parse_window("2018-06:2020-12")) == (1, 2)
    assert found.inside(parse_window("2018-01:2018-11")) == ()


def test_events_without_a_row_are_nought_where_the_country_reported(store: Store) -> None:
    found = series(store, "events", "fires", [HERE, NEAR, FAR])
    assert numbers(found.numerator) == [[3, 0], [0, 5], [0, 0]]
    assert found.figures("events") is found.numerator


def test_nobody_s_report_of_elsewhere_makes_a_nought_here(store: Store) -> None:
    assert numbers(series(store, "events", "counted-here", [HERE, NEAR, FAR]).numerator) == [
        [3, 4],
        [None, None],
        [None, None],
    ]
    assert numbers(series(store, "events", "counted-in-wales", [HERE, NEAR]).numerator) == [[3], [None]]


def test_levels_and_other_kinds_of_area_are_never_nought_for_want_of_a_row(store: Store) -> None:
    assert numbers(series(store, "stock", "fires", [HERE, NEAR]).numerator) == [[3, None], [None, 5]]
    council = series_of(store, declared("events", "fires"), "council", ["E07000041"])
    assert numbers(council.numerator) == [[None, None]]


def test_a_suppressed_cell_is_unknown_or_at_either_end_and_says_so(store: Store) -> None:
    item = declared("events", "accidents")
    for ends, first in (("unknown", None), ("low", 1.0), ("high", 4.0)):
        found = series_of(store, item, "stable", [HERE, NEAR], ends)  # type: ignore[arg-type]
        assert numbers(found.numerator) == [[first, 7], [0, None]]
        assert found.hidden.tolist() == [[True, False], [False, False]]


def test_measures_are_added_up_and_unknown_where_one_of_them_is(store: Store) -> None:
    found = series(store, "events", "fires", [HERE, NEAR], "accidents")
    assert numbers(found.numerator) == [[None, 7], [0, None]]
    assert found.hidden[0, 0]


def test_a_share_is_that_of_its_counts_where_they_are_known(store: Store) -> None:
    found = series(store, "proportion", "register", [HERE, NEAR])
    assert numbers(found.value) == [[50, pytest.approx(100 / 3)], [45, None]]
    assert numbers(found.denominator) == [[60, 60], [None, 0]]


def test_several_areas_are_one_unit(store: Store) -> None:
    one = series(store, "mean", "level", [HERE, NEAR]).of([[HERE, NEAR], [NEAR]])
    assert one.codes == (HERE, NEAR)
    # 30 and 90 cases in 2018; in 2019 nobody says how many, so both weigh alike.
    assert one.value[0, 0] == pytest.approx((30 * 50 + 90 * 60) / 120)
    assert one.error[0, 0] == pytest.approx(math.hypot(30, 90) / 120, rel=1e-4)
    assert one.value[0, 1] == pytest.approx(57)
    assert (one.denominator[0, 0], one.value[1, 1]) == (120, 62)
    # A unit with an unknown part is unknown.
    assert math.isnan(one.value[0, 3])
    counts = series(store, "events", "accidents", [HERE, NEAR]).of([[NEAR, HERE]])
    assert numbers(counts.numerator) == [[None, None]]
    assert counts.hidden.tolist() == [[True, False]]
    assert numbers(series(store, "events", "fires", [HERE, NEAR]).of([[HERE, NEAR]]).numerator) == [[3, 5]]
    empty = series(store, "events", "fires", [HERE]).of([])
    assert (empty.numerator.shape, empty.value.shape, empty.hidden.shape) == ((0, 2), (0, 2), (0, 2))


def test_where_nothing_is_held_there_is_no_period(store: Store) -> None:
    found = series(store, "events", "never-counted", [HERE])
    assert found.periods == ()
    assert found.numerator.shape == (1, 0)
    assert found.inside(parse_window("2018-01:2018-12")) == ()
