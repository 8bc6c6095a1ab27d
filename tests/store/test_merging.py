"""Which figures stand: newest edition first, slices replaced whole, missing never zero."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from store.building import Built, build
from store.contribution import Contribution
from store.database import Store, open_store
from store.folder import Folder
from store.period import month_number, parse_month
from tests.store.contributions import AREA, AT, FORCE, MEASURES, SOURCE, counts, months

YEAR = months("2020-01", 12)


def put(folder: Folder, *contributions: Contribution, minutes: int = 0) -> tuple[Store, Built]:
    built = build(folder, contributions, {SOURCE: MEASURES}, AT + timedelta(minutes=minutes))
    return open_store(folder), built


def series(store: Store, area: str = AREA, measures: tuple[str, ...] = ("burglary",)) -> dict[str, float]:
    row = store.monthly(list(measures), [area], FORCE).iloc[0]
    return {f"{number // 12}-{number % 12 + 1:02d}": float(value) for number, value in row.items()}  # type: ignore[operator, call-overload]


def test_a_newer_edition_replaces_the_older_and_records_what_moved(small_folder: Folder) -> None:
    put(small_folder, counts({"2020-01": 20, "2020-02": 20}))
    newer = counts({"2020-02": 25, "2020-03": 30}, name="new.csv", edition="2020-06")
    store, built = put(small_folder, newer, minutes=1)
    assert series(store) == {"2020-01": 20, "2020-02": 25, "2020-03": 30}
    assert built.revisions == (
        {
            "source": "street_counts",
            "measure": "burglary",
            "authority": FORCE,
            "period": "2020-02",
            "was": 20,
            "is": 25,
        },
    )
    assert built.superseded == ()
    # The revision stays on record when nothing new comes.
    store, built = put(small_folder, minutes=2)
    assert store.rows("SELECT was, became FROM revision") == [(20.0, 25.0)]
    assert built.revisions == ()


def test_a_slice_is_replaced_whole_and_never_added_to(small_folder: Folder) -> None:
    put(small_folder, counts({"2020-01": 10}, area="E01019969"))
    store, _ = put(small_folder, counts({"2020-01": 4}, name="new.csv", edition="2020-06"), minutes=1)
    assert series(store) == {"2020-01": 4}
    assert series(store, "E01019969") == {"2020-01": 0}


def test_an_older_edition_that_comes_late_is_superseded(small_folder: Folder) -> None:
    put(small_folder, counts({"2020-01": 10}, edition="2020-06"))
    late = counts({"2020-01": 9}, name="late.csv", edition="2020-03")
    store, built = put(small_folder, late, minutes=1)
    assert series(store) == {"2020-01": 10}
    assert built.superseded == (("late.csv", late.files[0].sha256),)
    assert built.revisions == ()
    assert store.rows("SELECT superseded_by IS NOT NULL FROM fetched_file ORDER BY file_id") == [(False,), (True,)]


def test_the_order_of_two_editions_in_one_import_changes_nothing(small_folder: Folder) -> None:
    old, new = counts({"2020-01": 9}), counts({"2020-01": 10}, name="new.csv", edition="2020-06")
    store, built = put(small_folder, new, old)
    assert series(store) == {"2020-01": 10}
    assert [name for name, _ in built.superseded] == ["file.csv"]


def test_the_publisher_replaces_the_sample_whole_whatever_the_edition(small_folder: Folder) -> None:
    sample = counts({"2020-01": 7, "2020-02": 7}, name="sample", edition="2025-08", origin="sample")
    store, _ = put(small_folder, sample)
    assert store.is_sample()
    store, _ = put(small_folder, counts({"2020-01": 10}, area="E01019969"), minutes=1)
    assert series(store) == {"2020-01": 0, "2020-02": 7}
    assert series(store, "E01019969") == {"2020-01": 10, "2020-02": 0}
    assert store.is_sample()
    store, _ = put(small_folder, counts({"2020-02": 1}, name="b.csv"), minutes=2)
    assert not store.is_sample()
    store, built = put(
        small_folder, counts({"2020-02": 9}, name="again", edition="2026-08", origin="sample"), minutes=3
    )
    assert series(store)["2020-02"] == 1
    assert [name for name, _ in built.superseded] == ["again"]


def test_a_month_without_a_file_is_missing_and_never_zero(small_folder: Folder) -> None:
    cells = {month: 20.0 for month in YEAR if month != "2020-05"}
    store, _ = put(small_folder, counts(cells | {"2020-07": 20.0}))
    found = series(store)
    assert list(found) == YEAR
    assert np.isnan(found["2020-05"])
    assert {month: value for month, value in found.items() if month != "2020-05"} == cells
    absent = store.coverage(["burglary"], FORCE).query("state == 'absent'")
    assert absent["month"].tolist() == [month_number(parse_month("2020-05"))]
    assert absent["reason"].tolist() == ["No file for this month"]
    # When its file comes, it is reported.
    store, _ = put(small_folder, counts({"2020-05": 18}, name="late.csv"), minutes=1)
    assert series(store)["2020-05"] == 18
    assert set(store.coverage(["burglary"], FORCE)["state"]) == {"reported"}


def test_a_reported_month_without_events_is_zero(small_folder: Folder) -> None:
    store, _ = put(
        small_folder, counts({"2020-01": 2, "2020-02": 2}), counts({"2020-01": 0}, name="r", measure="robbery")
    )
    assert series(store, measures=("robbery",)) == {"2020-01": 0}
    # An indicator of several categories is missing where any one is.
    both = series(store, measures=("burglary", "robbery"))
    assert both["2020-01"] == 2
    assert np.isnan(both["2020-02"])


@pytest.mark.parametrize(
    ("share", "state"), [(0.33, "suspect"), (0.59, "suspect"), (0.60, "reported"), (1.8, "reported")]
)
def test_a_month_under_six_tenths_of_its_neighbours_is_suspect(small_folder: Folder, share: float, state: str) -> None:
    cells = dict.fromkeys(YEAR, 100.0) | {"2020-06": 100 * share}
    store, _ = put(small_folder, counts(cells))
    row = store.coverage(["burglary"], FORCE).query("state != 'reported'")
    assert row["state"].tolist() == [state] * (state == "suspect")
    assert np.isnan(series(store)["2020-06"]) == (state == "suspect")
    if state == "suspect":
        assert row["reason"].tolist() == [f"Only {100 * share:.0f} recorded, where the months around it have about 100"]
    assert store.rows("SELECT sum(numerator) FROM observation")[0][0] == pytest.approx(1100 + 100 * share)


def test_a_month_that_stops_being_suspect_loses_its_reason(small_folder: Folder) -> None:
    put(small_folder, counts(dict.fromkeys(YEAR, 100.0) | {"2020-06": 40.0}))
    store, _ = put(small_folder, counts(dict.fromkeys(months("2020-01", 5), 50.0) | dict.fromkeys(months("2020-07", 6), 50.0),
                                        name="new.csv", edition="2020-12"), minutes=1)  # fmt: skip
    june = store.coverage(["burglary"], FORCE).query("month == 24245")
    assert june["state"].tolist() == ["reported"]
    assert june["reason"].isna().all()


def test_two_lonely_months_are_never_suspect(small_folder: Folder) -> None:
    store, _ = put(small_folder, counts({"2020-01": 100, "2020-02": 1}))
    assert set(store.coverage(["burglary"], FORCE)["state"]) == {"reported"}


def test_files_keep_their_numbers_and_their_account(small_folder: Folder) -> None:
    put(small_folder, counts({"2020-01": 3}, name="a"))
    store, _ = put(small_folder, counts({"2020-02": 4}, name="b", edition="2020-02"), minutes=1)
    files = store.files([1, 2])
    assert files["original_name"].tolist() == ["a", "b"]
    assert files["source"].tolist() == ["street_counts", "street_counts"]
    assert store.rows("SELECT rows_read, rows_placed FROM fetched_file ORDER BY file_id") == [(3, 3), (4, 4)]
    assert set(store.coverage(["burglary"], FORCE)["file_id"]) == {1, 2}


def test_a_file_that_is_read_anew_takes_the_place_of_its_first_reading(small_folder: Folder) -> None:
    first = counts({"2020-01": 10, "2020-02": 9}, name="read-twice")
    other = counts({"2019-12": 7}, name="other")
    late = counts({"2020-01": 3}, name="late", edition="2019-06")
    put(small_folder, other, first)
    put(small_folder, late, minutes=1)
    again = replace(
        counts({"2020-01": 12, "2020-02": 9}, name="read-twice"), files=(replace(first.files[0], rows_read=21, rows_placed=21),)
    )  # fmt: skip
    store, built = put(small_folder, again, minutes=2)
    assert series(store) == {"2019-12": 7, "2020-01": 12, "2020-02": 9}
    assert [(row["period"], row["was"], row["is"]) for row in built.revisions] == [("2020-01", 10, 12)]
    files = store.rows(
        "SELECT original_name, rows_placed, superseded_by IS NULL FROM fetched_file ORDER BY original_name"
    )
    assert files == [("late", 3, False), ("other", 7, True), ("read-twice", 21, True)]
    # What the first reading had superseded now points at the second.
    assert store.rows(
        "SELECT n.original_name FROM fetched_file f JOIN fetched_file n ON n.file_id = f.superseded_by"
    ) == [("read-twice",)]


def test_the_first_source_that_names_a_measure_has_it(small_folder: Folder) -> None:
    other = replace(SOURCE, name="other_source")
    build(small_folder, (), {SOURCE: MEASURES, other: MEASURES}, AT)
    store = open_store(small_folder)
    assert store.declared_source("burglary") == SOURCE.name
    assert store.rows("SELECT measure_id, name FROM measure ORDER BY measure_id") == [(1, "burglary"), (2, "robbery")]


def test_a_contribution_without_measures_adds_none(small_folder: Folder) -> None:
    outlines = replace(counts({}), measures=(), observations=counts({}).observations.iloc[:0])
    build(small_folder, (outlines,), {SOURCE: ()}, AT)
    assert open_store(small_folder).rows("SELECT count(*) FROM measure") == [(0,)]
