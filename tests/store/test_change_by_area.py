"""Before and after in every area: nought where nothing happened, nothing where nobody reported."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from store import numbered
from store.building import build
from store.change_by_area import change_by_area
from store.database import Store, open_store
from store.folder import Folder
from store.period import Window
from tests.store.contributions import AREA, AT, FORCE, MEASURES, SOURCE, counts, months

BEFORE, AFTER = Window(date(2020, 1, 1), 6), Window(date(2021, 1, 1), 6)
QUIET, ELSEWHERE = "E01019970", "E01014370"


def area_by_area(
    store: Store, measures: list[str], windows: tuple[Window, Window], authority: str | None
) -> pd.DataFrame:
    """The same question asked of ``Store.monthly``, area by area: NaN as soon as one month has none."""
    found = {}
    areas = store.small_areas(police_force=authority)
    # Asking takes a while: every fifth area, and those in which anything was recorded.
    looked_at = areas[areas.index.isin([*areas.index[::5], AREA, QUIET, ELSEWHERE])]
    for code, row in looked_at.iterrows():
        panel = store.monthly(measures, [str(code)], row["police_force"]) if row["police_force"] else pd.DataFrame()
        sums = []
        for window in windows:
            wanted = [window.first.year * 12 + window.first.month - 1 + step for step in range(window.months)]
            held = panel.reindex(columns=wanted)
            sums.append(held.iloc[0].sum(skipna=False) if len(held) else float("nan"))
        found[str(code)] = sums
    return pd.DataFrame.from_dict(found, orient="index", columns=["before", "after"]).rename_axis("code").sort_index()


@pytest.fixture
def store(small_folder: Folder) -> Store:
    """Burglary whole in one area, robbery only afterwards; a month of burglary is missing in the summer of 2020."""
    burglary = {**dict.fromkeys(months("2020-01", 6), 2), **dict.fromkeys(months("2020-08", 11), 0)}
    burglary[f"{date(2021, 3, 1):%Y-%m}"] = 0
    robbery = {**dict.fromkeys(months("2020-01", 12), 0), **dict.fromkeys(months("2021-01", 6), 1)}
    build(
        small_folder,
        [counts(burglary), counts(robbery, measure="robbery", area=QUIET, name="robbery.csv")],
        {SOURCE: MEASURES}, AT,
    )  # fmt: skip
    return open_store(small_folder)


@pytest.mark.parametrize("measures", [["burglary"], ["robbery"], ["burglary", "robbery"], ["burglary", "burglary"]])
@pytest.mark.parametrize(
    "windows", [(BEFORE, AFTER), (Window(date(2020, 5, 1), 6), AFTER), (BEFORE, Window(date(2021, 5, 1), 6))]
)
def test_it_agrees_with_asking_area_by_area(store: Store, measures: list[str], windows: tuple[Window, Window]) -> None:
    for authority in (FORCE, "avon-and-somerset"):
        fast = change_by_area(store, measures, *windows, authority)
        slow = area_by_area(store, list(dict.fromkeys(measures)), windows, authority)
        assert len(fast) == len(store.small_areas(police_force=authority))
        assert len(slow) > 3
        pd.testing.assert_frame_equal(fast.loc[slow.index], slow, check_dtype=False)


def test_a_window_without_an_event_is_nought_where_a_plain_difference_of_sums_is_nothing(store: Store) -> None:
    trap = store.rows(
        "SELECT sum(numerator) FILTER (period_start >= DATE '2021-01-01') - sum(numerator) FILTER (period_start < DATE '2020-07-01') "
        "FROM observation o JOIN area a USING (area_id) JOIN measure m USING (measure_id) WHERE a.code = ? AND m.name = 'robbery'",
        [QUIET],
    )
    assert trap == [(None,)]
    found = change_by_area(store, ["robbery"], BEFORE, AFTER)
    assert tuple(found.loc[QUIET]) == (0.0, 6.0)
    assert tuple(found.loc[AREA]) == (0.0, 0.0)
    # The neighbouring force sent nothing at all: that is not nought.
    assert found.loc[ELSEWHERE].isna().all()


def test_a_missing_month_leaves_its_window_empty_and_the_other_one_whole(store: Store) -> None:
    found = change_by_area(store, ["burglary"], Window(date(2020, 6, 1), 3), AFTER)
    assert found["before"].isna().all()
    assert found.loc[AREA, "after"] == 0


def test_a_measure_that_is_not_loaded_is_empty_everywhere(store: Store) -> None:
    found = change_by_area(store, ["burglary", "arson"], BEFORE, AFTER)
    assert len(found) == len(store.small_areas())
    assert found.isna().all(axis=None)


def test_monthly_counts_are_the_same_however_their_areas_are_looked_for(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = [str(code) for code in store.small_areas(police_force=FORCE).index]
    whole = store.monthly(["burglary"], codes, FORCE)
    assert whole.loc[AREA].sum() == 12
    for some in (codes[::2], codes[1::3], [AREA], ["E01999999", AREA]):
        ranges = store.monthly(["burglary"], some, FORCE)
        monkeypatch.setattr(numbered, "_MOST_RANGES", 0)
        listed = store.monthly(["burglary"], some, FORCE)
        monkeypatch.undo()
        pd.testing.assert_frame_equal(ranges, listed)
        known = [code for code in some if code in whole.index]
        pd.testing.assert_frame_equal(ranges.loc[known], whole.loc[known])
    twice = store.monthly(["burglary"], [AREA, codes[0], AREA], FORCE)
    pd.testing.assert_frame_equal(twice, whole.loc[[AREA, codes[0], AREA]])
