"""Compact cells mean the same as long rows, all the way into the database."""

from __future__ import annotations

import itertools
from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from store import series_merging
from store.building import build
from store.cells import CELL_TYPES, Cells
from store.completeness import fewer_than_held
from store.contribution import OBSERVATION_COLUMNS, Contribution
from store.database import Store, open_store
from store.errors import OutcomesError
from store.folder import Folder
from tests.store.contributions import AREA, AT, FORCE, MEASURES, SOURCE, counts

OTHER = "E01019970"


def compactly(contribution: Contribution) -> Contribution:
    """The same contribution with its observations as cells."""
    rows = contribution.observations
    areas, measures = sorted(rows["area_code"].unique()), sorted(rows["measure"].unique())
    table = pa.table([
        [0] * len(rows), [areas.index(code) for code in rows["area_code"]],
        [measures.index(name) for name in rows["measure"]], [int(number) for number in rows["numerator"]],
    ], names=CELL_TYPES.names).cast(CELL_TYPES)  # fmt: skip
    (month,) = {day.date() for day in rows["period_start"]}
    cells = Cells(table, tuple(areas), tuple(measures), (month,), (FORCE,))
    return replace(contribution, observations=rows.iloc[:0], cells=cells)


def built(folder: Folder, *contributions: Contribution) -> Store:
    build(folder, contributions, {SOURCE: MEASURES}, AT)
    return open_store(folder)


def everything(store: Store) -> list[tuple[object, ...]]:
    return store.rows("SELECT * EXCLUDE file_id FROM observation ORDER BY ALL")


def test_cells_are_written_as_the_same_rows_would_be(small_folder: Folder) -> None:
    long = [counts({"2020-01": 3}), counts({"2020-02": 5}, name="next.csv", area=OTHER)]
    rows = everything(built(small_folder, *long))
    assert len(rows) == 2
    assert [row[4] for row in rows] == [3.0, 5.0] or [row[4] for row in rows] == [5.0, 3.0]
    (small_folder.pointer).unlink()
    compact = built(small_folder, *map(compactly, long))
    assert everything(compact) == rows
    assert compact.rows("SELECT count(DISTINCT file_id) FROM observation") == [(2,)]


def test_rows_are_the_observations_however_they_are_carried() -> None:
    long = counts({"2020-01": 3})
    compact = compactly(long)
    assert compact.cells is not None
    assert tuple(compact.cells.frame().columns) == OBSERVATION_COLUMNS
    pd.testing.assert_frame_equal(
        compact.rows()[list(OBSERVATION_COLUMNS)], long.rows()[list(OBSERVATION_COLUMNS)], check_dtype=False
    )
    both = replace(compact, observations=long.observations)
    assert len(both.rows()) == 2


def test_large_amounts_are_written_in_slices_of_areas_that_leave_nothing_out(
    small_folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(series_merging, "_ROWS_AT_ONCE", 2)
    areas = ["E01019968", "E01019969", "E01019970", "E01014370", "E01014371", "E01014372"]
    # One slice (measure, authority, month) is one file's: give each area a month of its own.
    parts = [counts({f"20{10 + number}-01": 1}, area=area, name=f"{area}.csv") for number, area in enumerate(areas)]
    store = built(small_folder, *map(compactly, parts))
    order = store.rows("SELECT area_id, measure_id, period_start FROM observation")
    assert len(order) == len(areas)
    assert order == sorted(order)


def test_one_loaders_cells_alone_stand_in_order_whatever_order_they_came_in(
    small_folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(series_merging, "_ROWS_AT_ONCE", 7)
    areas = ("E01019970", "E01014370", "E01019968", "E01014372", "E01019969", "E01014371")
    names = tuple(measure.name for measure in MEASURES)
    months = [f"2020-{number:02}" for number in (3, 1, 2)]
    parts = [compactly(counts({month: 1}, name=f"{month}.csv")) for month in months]
    every = list(itertools.product(range(len(months)), range(len(areas)), range(len(names))))
    np.random.default_rng(1).shuffle(every)
    columns = [*zip(*every, strict=True), range(1, len(every) + 1)]
    cells = Cells(
        pa.table([list(column) for column in columns], names=CELL_TYPES.names).cast(CELL_TYPES), areas, names,
        tuple(part.cells.periods[0] for part in parts if part.cells), (FORCE,) * len(months),
    )  # fmt: skip
    coverage = [part.coverage.assign(file=place, measure=name) for place, part in enumerate(parts) for name in names]
    alone = replace(
        parts[0], cells=cells, files=tuple(file for part in parts for file in part.files), coverage=pd.concat(coverage)
    )
    store = built(small_folder, alone)
    rows = store.rows("SELECT area_id, measure_id, period_start, numerator FROM observation")
    assert len(rows) == len(every)
    assert rows == sorted(rows)
    assert {row[3] for row in rows} == set(range(1, len(every) + 1))


def test_cells_of_slices_that_give_way_are_left_out_and_the_others_stand_in_order_among_rows(
    small_folder: Folder,
) -> None:
    first = counts({"2020-01": 10, "2020-02": 20, "2020-03": 30}, edition="2020-06")
    built(small_folder, first)
    newer = compactly(counts({"2020-02": 25}, name="newer.csv", edition="2020-12"))
    older = compactly(counts({"2020-03": 1}, name="older.csv", edition="2020-03"))
    elsewhere = counts({"2020-01": 7}, name="other.csv", area=OTHER, measure="robbery")
    store = built(small_folder, newer, older, elsewhere)
    rows = store.rows("SELECT area_id, measure_id, period_start, numerator FROM observation")
    assert [row[3] for row in rows] == [10, 25, 30, 7]
    assert rows == sorted(rows)


def test_a_contribution_may_hold_no_cell_at_all(small_folder: Folder) -> None:
    full = compactly(counts({"2020-01": 3}))
    assert full.cells is not None
    none = replace(full, cells=replace(full.cells, table=CELL_TYPES.empty_table()))
    store = built(small_folder, none)
    assert everything(store) == []
    assert store.rows("SELECT count(*) FROM coverage") == [(1,)]


def test_an_observation_that_stands_twice_stops_the_build(small_folder: Folder) -> None:
    store = built(small_folder, counts({"2020-01": 3}))
    twice = compactly(counts({"2020-02": 5}))
    assert twice.cells is not None
    doubled = replace(twice, cells=replace(twice.cells, table=pa.concat_tables([twice.cells.table] * 2)))
    with pytest.raises(OutcomesError, match=f"Two figures of burglary for {AREA} in 2020-02"):
        build(small_folder, [doubled], {SOURCE: MEASURES}, AT)
    assert open_store(small_folder).stamp == store.stamp


def test_fewer_records_are_noticed_in_cells_too(small_folder: Folder) -> None:
    areas = ["E01019968", "E01019969", "E01019970"]
    held = counts({"2020-01": 20})
    rows = pd.concat([held.observations.assign(area_code=area) for area in areas])
    held = replace(held, observations=rows, coverage=held.coverage.assign(rows_placed=60))
    store = built(small_folder, held)
    path = small_folder.outcomes / store.stamp
    less = compactly(counts({"2020-01": 60}, edition="2020-02"))
    (silent,) = fewer_than_held(path, [less])
    assert (silent.what, silent.held, silent.now, silent.codes) == ("areas", 3, 1, ("E01019969", "E01019970"))
    assert fewer_than_held(path, [compactly(replace(held, files=less.files))]) == ()


def test_the_view_in_words_says_what_the_numbers_mean(small_folder: Folder) -> None:
    store = built(small_folder, counts({"2020-01": 3}))
    assert store.rows(
        "SELECT area_kind, area, measure, period_start::VARCHAR, numerator, status, authority, source, file FROM observation_in_words"
    ) == [("stable", AREA, "burglary", "2020-01-01", 3.0, "observed", FORCE, "street_counts", "file.csv")]


@pytest.mark.parametrize("version", [1, 2])
def test_a_database_with_the_former_index_is_carried_over(small_folder: Folder, version: int) -> None:
    store = built(small_folder, counts({"2020-01": 3}))
    path = small_folder.outcomes / store.stamp
    del store
    with duckdb.connect(str(path)) as connection:
        connection.execute("DROP VIEW observation_in_words")
        connection.execute(
            "CREATE UNIQUE INDEX was_primary ON observation (area_id, measure_id, period_start, period_months, authority_id)"
        )
        connection.execute("UPDATE meta SET schema_version = ?", [version])
    after = built(small_folder, counts({"2020-02": 4}, name="next.csv"))
    assert after.rows("SELECT numerator FROM observation ORDER BY period_start") == [(3.0,), (4.0,)]
    assert after.rows("SELECT schema_version FROM meta") == [(3,)]
