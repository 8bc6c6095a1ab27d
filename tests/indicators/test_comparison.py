"""The numerical front door: counts in, a comparison out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from indicators.before_after import change
from indicators.comparison import compare
from store.errors import BadQuestion

BEFORE, AFTER = ("2018-01", "2019-12"), ("2020-04", "2021-03")
MONTHS = pd.period_range("2016-01", "2021-12", freq="M")


def table(places: int = 25, seed: int = 1, effect: float = 1.0, mean: float = 12.0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    size = random.uniform(0.6, 1.6, places)[:, None] * mean
    season = 1 + 0.2 * np.sin(np.arange(len(MONTHS)) / 2)
    means = (
        size
        * season
        * np.where(np.asarray(MONTHS.year >= 2020), np.where(np.arange(places) == 0, effect, 1.0)[:, None], 1.0)
    )
    return pd.DataFrame(random.poisson(means).astype(float), index=[f"p{n:02d}" for n in range(places)], columns=MONTHS)


def window_sum(counts: pd.DataFrame, label: str, months: tuple[str, str]) -> float:
    return float(counts.loc[label, pd.Period(months[0]) : pd.Period(months[1])].sum())


def test_counts_change_and_places_are_those_of_the_table() -> None:
    counts = table()
    found = compare(counts, ["p00"], BEFORE, AFTER)
    assert (found.before, found.after) == (window_sum(counts, "p00", BEFORE), window_sum(counts, "p00", AFTER))
    assert found.areas == [[f"p{n:02d}"] for n in range(1, 25)]
    assert found.dropped == []
    rows = found.table()
    assert rows["before"].tolist() == [window_sum(counts, label, BEFORE) for label in counts.index]
    assert rows["change_percent"].iloc[0] == pytest.approx(
        100 * (change(found.before, 24, found.after, 12).change or 0.0)
    )
    assert found.rank == int(rows["at_least_as_unusual"].iloc[1:].sum())
    rows["before"] = 0
    assert found.table()["before"].iloc[0] == found.before


def test_a_large_fall_is_found_and_none_is_not_made_up() -> None:
    fell = compare(table(40, 3, effect=0.4), ["p00"], BEFORE, AFTER)
    assert fell.verdict == "Fell more than in similar places"
    assert fell.ratio == pytest.approx(0.4, abs=0.12)
    assert fell.lower is not None
    assert fell.upper is not None
    assert fell.lower < 0.4 < fell.upper
    assert fell.expected == pytest.approx(fell.after / (fell.ratio or 1), rel=0.02)
    assert fell.second is not None
    assert fell.second.ratio < 1
    rose = compare(table(40, 4, effect=2.2), ["p00"], BEFORE, AFTER)
    assert rose.verdict == "Rose more than in similar places"
    still = compare(table(40, 5), ["p00"], BEFORE, AFTER)
    assert still.verdict in ("We cannot tell", "About the same as similar places")


def test_the_order_of_the_rows_changes_nothing() -> None:
    counts = table()
    first, second = compare(counts, ["p00"], BEFORE, AFTER), compare(counts[::-1], ["p00"], BEFORE, AFTER)
    assert second.ratio == pytest.approx(first.ratio, rel=1e-9)
    assert second.p == pytest.approx(first.p, rel=1e-9)
    assert sorted(second.areas) == first.areas


def test_several_rows_make_one_place_with_units_of_as_many() -> None:
    counts = table(50)
    units = [[f"p{n:02d}", f"p{n + 1:02d}"] for n in range(2, 50, 2)]
    found = compare(counts, ["p00", "p01"], BEFORE, AFTER, units=units)
    assert found.before == window_sum(counts, "p00", BEFORE) + window_sum(counts, "p01", BEFORE)
    assert found.areas == units
    summed = pd.DataFrame({"ours": counts.loc[["p00", "p01"]].sum(), **{u[0]: counts.loc[u].sum() for u in units}}).T
    summed.columns = MONTHS
    whole = compare(summed, ["ours"], BEFORE, AFTER)
    assert found.ratio == pytest.approx(whole.ratio)


def test_a_month_missing_here_is_dropped_for_all_and_a_place_missing_one_is_named() -> None:
    counts = table(30)
    counts.loc["p00", "2020-06"] = np.nan
    counts.loc["p07", "2020-06"] = np.nan  # not used, because ours is missing too
    counts.loc["p08", "2018-06"] = np.nan
    counts.loc["p09", "2021-12"] = np.nan  # outside both windows
    found = compare(counts, ["p00"], BEFORE, AFTER)
    assert found.dropped == ["p08"]
    assert ["p07"] in found.areas
    assert ["p09"] in found.areas
    assert found.after == float(counts.loc["p00", "2020-04":"2021-03"].sum())  # type: ignore[misc]
    same = compare(counts.drop(index="p08"), ["p00"], BEFORE, AFTER)
    assert found.ratio == pytest.approx(same.ratio)


def test_columns_that_are_absent_are_missing_months() -> None:
    counts = table(30)
    gone = compare(counts.drop(columns=[pd.Period("2020-06")]), ["p00"], BEFORE, AFTER)
    missing = counts.copy()
    missing[pd.Period("2020-06")] = np.nan
    assert gone.ratio == pytest.approx(compare(missing, ["p00"], BEFORE, AFTER).ratio)


@pytest.mark.parametrize(
    ("places", "ratio", "limits"),
    [(20, True, True), (19, True, False), (4, True, False), (3, False, False), (1, False, False)],
)
def test_fewer_than_nineteen_places_state_no_limits(places: int, ratio: bool, limits: bool) -> None:
    found = compare(table(places), ["p00"], BEFORE, AFTER)
    assert (found.ratio is not None, found.lower is not None) == (ratio, limits)
    assert (found.p is not None, found.detectable_change is not None, found.rank is not None) == (
        limits,
        limits,
        limits,
    )
    if not limits:
        assert found.verdict == "Cannot be compared"
        assert found.because == (f"only {places - 1} similar places, and 19 are needed",)
    assert len(found.table()) == places


def test_too_few_events_are_said_so_and_hide_nothing() -> None:
    found = compare(table(30, mean=0.5), ["p00"], BEFORE, AFTER)
    assert found.verdict == "Too few events to tell"
    assert found.too_few
    assert found.detectable_change is not None
    assert found.detectable_change < 0


def test_residents_are_the_second_methods_exposure() -> None:
    counts = table(30)
    residents = pd.Series(1000.0, index=counts.index)
    plain = compare(counts, ["p00"], BEFORE, AFTER)
    level = compare(counts, ["p00"], BEFORE, AFTER, population=residents[::-1])
    monthly = compare(counts, ["p00"], BEFORE, AFTER, population=pd.DataFrame(1000.0, counts.index, MONTHS))
    assert plain.second is not None
    assert level.second is not None
    assert monthly.second is not None
    assert monthly.second.ratio == pytest.approx(level.second.ratio)
    assert level.ratio == plain.ratio
    grown = pd.DataFrame(1000.0, counts.index, MONTHS)
    grown.loc["p00", grown.columns >= pd.Period("2020-01")] = 2000.0
    doubled = compare(counts, ["p00"], BEFORE, AFTER, population=grown)
    assert doubled.second is not None
    assert doubled.second.ratio < 0.75 * level.second.ratio


GOOD = table(25)
BAD: dict[str, dict[str, Any]] = {
    "not a frame": {"counts": [[1, 2]]},
    "empty": {"counts": GOOD.iloc[:0]},
    "columns that are texts": {"counts": GOOD.set_axis(GOOD.columns.astype(str), axis=1)},
    "quarters": {"counts": GOOD.iloc[:, :8].set_axis(pd.period_range("2018Q1", periods=8, freq="Q"), axis=1)},
    "a row twice": {"counts": pd.concat([GOOD, GOOD.iloc[:1]])},
    "months out of order": {"counts": GOOD.iloc[:, ::-1]},
    "a month twice": {"counts": pd.concat([GOOD.iloc[:, :1], GOOD], axis=1)},
    "texts": {"counts": GOOD.astype(object).replace(GOOD.iloc[0, 0], "many")},
    "negative": {"counts": GOOD - 100},
    "infinite": {"counts": GOOD.replace(GOOD.iloc[3, 3], np.inf)},
    "nobody treated": {"treated": []},
    "treated twice": {"treated": ["p00", "p00"]},
    "unknown treated": {"treated": ["nowhere"]},
    "several without units": {"treated": ["p00", "p01"]},
    "only missing": {"counts": GOOD.mul([np.nan] + [1.0] * 24, axis=0)},
    "overlapping units": {"units": [["p01"], ["p01"]]},
    "a unit with a treated row": {"units": [["p00"]]},
    "an unknown unit": {"units": [["p99"]]},
    "a unit of another size": {"units": [["p01", "p02"]]},
    "after before before": {"before": AFTER, "after": BEFORE},
    "overlapping windows": {"after": ("2019-12", "2020-12")},
    "a window backwards": {"before": ("2019-12", "2018-01")},
    "no month": {"before": ("2018", "2019")},
    "one month": {"before": "2018-01"},
    "a window outside the data": {"after": ("2030-01", "2030-12")},
    "no direction": {"better": "cheaper"},
    "a list in place of a label": {"treated": [["p00"]]},
    "a list of people": {"population": [1500] * 25},
    "people of other rows": {"population": pd.Series(1.0, index=["p00"])},
    "people of more rows": {"population": pd.Series(1.0, index=[*GOOD.index, "p99"])},
    "no people": {"population": pd.Series(0.0, index=GOOD.index)},
    "people of other months": {"population": pd.DataFrame(1.0, GOOD.index, MONTHS[:5])},
}


@pytest.mark.parametrize("kind", list(BAD))
def test_what_makes_no_question_is_a_value_error_that_says_what_to_do(kind: str) -> None:
    given = {"counts": GOOD, "treated": ["p00"], "before": BEFORE, "after": AFTER} | BAD[kind]
    with pytest.raises(BadQuestion) as error:
        compare(**given)
    assert isinstance(error.value, ValueError)
    assert error.value.do


def test_units_left_empty_are_no_comparison() -> None:
    found = compare(GOOD, ["p00"], BEFORE, AFTER, units=[])
    assert (found.ratio, found.verdict, found.areas) == (None, "Cannot be compared", [])
