"""Values as published: which area stands for a place, what is held of it, and cells whose number nobody may know."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from store.building import build
from store.contribution import Contribution
from store.database import Store, open_store
from store.errors import BadQuestion
from store.folder import Folder
from store.period import month_number, parse_month
from store.published_values import (
    Parent,
    Period,
    is_published_in_periods,
    latest_stock,
    member_shares,
    names_of,
    parents_of,
    published,
    reported_periods,
    span_of_periods,
)
from tests.indicators.period_worlds import ENGLAND, yearly
from tests.store.contributions import AREA, AT, FORCE, MEASURES, SOURCE, counts
from tests.store.test_other_areas import areas, members

OTHER = "E01019970"
JANUARY = 2020 * 12


def people(persons: dict[tuple[str, int], float]) -> Contribution:
    """(small area, year) → residents."""
    rows = pd.DataFrame([
        {"file": 0, "stable": code, "mid_year": year, "age_from": 0, "age_to": 120, "persons": number}
        for (code, year), number in persons.items()
    ])  # fmt: skip
    return Contribution(SOURCE, counts({"2020-01": 1}, name="people.csv").files, population=rows)


def some_hidden() -> Contribution:
    """Burglaries of three months in one area; February's is hidden, from 1 to 9."""
    given = counts({"2020-01": 7, "2020-02": 6, "2020-03": 5})
    rows = given.observations.copy()
    hidden = rows["period_start"] == pd.Timestamp("2020-02-01")
    rows.loc[hidden, ["numerator", "status", "low", "high"]] = [np.nan, "suppressed", 1.0, 9.0]
    return Contribution(SOURCE, given.files, MEASURES, rows, given.coverage)


@pytest.fixture(scope="module")
def store(small_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    root = tmp_path_factory.mktemp("published") / "data"
    shutil.copytree(small_world, root)
    surgeries = areas(
        ("practice", "L83001", "Hill Surgery", (None, None)), ("practice", "L83002", "Mill Surgery", (None, None))
    )
    shares = {("L83001", AREA): 0.5, ("L83001", OTHER): 0.1, ("L83002", OTHER): 0.6}
    prices = [
        {"code": code, "start": f"{year}-01", "value": float(year)} for code in (AREA, OTHER) for year in (2018, 2019)
    ]
    sizes = [{"code": "L83001", "start": f"{year}-04", "numerator": 1_000.0 + year} for year in (2019, 2021, 2020)]
    unknown = [{"code": "L83002", "start": "2021-04", "status": "missing"}]
    given = [
        people({(AREA, 2019): 9_000, (AREA, 2021): 1_000, (OTHER, 2021): 3_000}), some_hidden(),
        yearly("price", "median", prices),
        yearly("patients", "stock", [*sizes, *unknown], area_kind="practice", months=0, areas=surgeries, members=members("patients", shares)),
    ]  # fmt: skip
    folder = Folder(root)
    build(folder, given, {SOURCE: MEASURES}, AT)
    return open_store(folder)


def test_a_place_lies_in_its_council_and_county_and_with_practices_by_its_residents(store: Store) -> None:
    assert parents_of(store, [AREA, OTHER], "council") == (
        Parent("E07000041", "Exeter", 1.0),
        Parent("E10000008", "Devon", 1.0),
    )
    # The newest residents weigh: 1,000 and 3,000.
    near, far = parents_of(store, [AREA, OTHER], "practice")
    assert (near.code, near.name, near.share) == ("L83002", "Mill Surgery", pytest.approx(3_000 * 0.6 / 4_000))
    assert (far.code, far.share) == ("L83001", pytest.approx((1_000 * 0.5 + 3_000 * 0.1) / 4_000))
    # Where nobody knows how many live there, small areas weigh alike.
    unknown = "E01019969"
    (parent,) = parents_of(store, [AREA, unknown], "practice")
    assert parent.share == pytest.approx(1_000 * 0.5 / 1_001)
    assert parents_of(store, [AREA], "school") == ()
    assert member_shares(store, [AREA, OTHER], "patients") == [
        ("L83001", AREA, 0.5), ("L83001", OTHER, 0.1), ("L83002", OTHER, 0.6),
    ]  # fmt: skip
    assert names_of(store, "practice", ["L83002", "L83001", "nobody"]) == {
        "L83001": "Hill Surgery", "L83002": "Mill Surgery",
    }  # fmt: skip


def test_the_newest_stock_that_is_known(store: Store) -> None:
    assert latest_stock(store, "patients", "practice", ["L83001", "L83002"]) == {"L83001": 3_021.0}


def test_what_is_published_and_for_when(store: Store) -> None:
    found = published(store, ["price"], "stable", [OTHER])
    assert found["code"].to_list() == [OTHER, OTHER]
    assert found["value"].to_list() == [2018.0, 2019.0]
    assert (found["first"].to_list(), found["months"].to_list()) == ([2018 * 12, 2019 * 12], [12, 12])
    assert len(published(store, ["price"], "stable")) == 4
    assert published(store, ["price"], "council").empty
    reported = reported_periods(store, ["price"])
    assert reported[["authority", "first", "months", "state"]].to_numpy().tolist() == [
        [ENGLAND, 2018 * 12, 12, "reported"], [ENGLAND, 2019 * 12, 12, "reported"],
    ]  # fmt: skip
    assert span_of_periods(store, ["price"]) == (date(2018, 1, 1), date(2019, 12, 1))
    # A single day lies in its month.
    assert span_of_periods(store, ["patients"]) == (date(2019, 4, 1), date(2021, 4, 1))
    assert span_of_periods(store, ["price", "patients"]) == (date(2019, 4, 1), date(2019, 12, 1))
    assert span_of_periods(store, ["price", "nothing"]) is None
    assert (Period(JANUARY, 12).last, Period(JANUARY, 0).last) == (JANUARY + 11, JANUARY)


def test_several_measures_come_together_in_order(sample_store: Store) -> None:
    names = [name for name in sorted(sample_store.measures()) if len(published(sample_store, [name], "council"))][:3]
    assert len(names) == 3
    alone = pd.concat([published(sample_store, [name], "council") for name in names])
    alone = alone.sort_values(["code", "measure", "first", "months", "authority"], ignore_index=True)
    together = published(sample_store, names, "council").reset_index(drop=True)
    pd.testing.assert_frame_equal(together, alone)


def test_periods_are_longer_than_a_month_or_single_days(store: Store) -> None:
    assert is_published_in_periods(store, ["price"])
    assert is_published_in_periods(store, ["patients"])
    assert not is_published_in_periods(store, ["burglary"])
    assert not is_published_in_periods(store, ["price", "burglary"])
    assert not is_published_in_periods(store, ["nothing"])


# Suppressed monthly cells -------------------------------------------------------------------------------------------


def test_a_suppressed_month_is_unknown_or_the_least_or_the_most_it_can_be(store: Store) -> None:
    for ends, february in (("unknown", None), ("low", 1.0), ("high", 9.0)):
        row = store.monthly(["burglary"], [AREA], FORCE, ends).loc[AREA]  # type: ignore[arg-type]
        assert row[JANUARY] == 7
        assert row[JANUARY + 2] == 5
        assert pd.isna(row[JANUARY + 1]) if february is None else row[JANUARY + 1] == february
    # Nought elsewhere: the month was reported, and nothing is hidden there.
    assert store.monthly(["burglary"], [OTHER], FORCE).loc[OTHER].to_list() == [0, 0, 0]


def test_suppressed_cells_are_counted_where_they_lie(store: Store) -> None:
    months = [month_number(parse_month(month)) for month in ("2020-01", "2020-02", "2020-03")]
    assert store.suppressed(["burglary"], [AREA, OTHER], months) == 1
    assert store.suppressed(["burglary"], [AREA], [months[0], months[2]]) == 0
    assert store.suppressed(["burglary"], [OTHER], months) == 0
    assert store.suppressed(["robbery"], [AREA], months) == 0


def test_a_code_nobody_knows_has_no_figure(store: Store) -> None:
    with pytest.raises(BadQuestion):
        store.stable_codes(["E01999999"])
    assert published(store, ["price"], "stable", ["E01999999"]).empty
