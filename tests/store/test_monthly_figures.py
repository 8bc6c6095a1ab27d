"""Monthly figures as arrays: the same sums as the tables give, and a figure without a number is never nought."""

from __future__ import annotations

from dataclasses import fields
from typing import cast

import numpy as np
import pandas as pd
import pytest

from store.database import Store
from store.monthly_figures import _read, monthly_figures, read_ahead
from store.read_once import ReadOnce

FORCE = "devon-and-cornwall"


class _Told:
    """A store that answers with figures typed here."""

    def __init__(self, rows: list[tuple[int, int, float | None, bool, float | None, float | None, int, int]]) -> None:
        names = ["area_id", "month", "numerator", "suppressed", "low", "high", "authority_id", "file_id"]
        # A measure that this store has no number for.
        self.table = pd.DataFrame(rows, columns=names).assign(measure_id=-1)

    def frame(self, *_: object) -> pd.DataFrame:
        return self.table.copy()

    def once(self, key: str | tuple[str, tuple[str, ...]], _make: object) -> object:
        return {} if isinstance(key, str) else range(len(key[1]))


# Area 0: two authorities in January; area 1: one hidden figure beside a known one in March, one merely missing in April.
ROWS: list[tuple[int, int, float | None, bool, float | None, float | None, int, int]] = [
    (0, 100, 4.0, False, None, None, 7, 1),
    (0, 100, 2.0, False, None, None, 8, 2),
    (1, 102, 5.0, False, None, None, 7, 1),
    (1, 102, None, True, 1.0, 9.0, 8, 2),
    (1, 103, None, False, None, None, 7, 1),
]


@pytest.mark.parametrize(("ends", "march"), [("unknown", np.nan), ("low", 6.0), ("high", 14.0)])
def test_figures_are_added_up_and_what_is_not_known_stays_so(ends: str, march: float) -> None:
    found = _read(cast(Store, _Told(ROWS)), ["burglary"], ["A", "B"])["burglary"]
    expected = np.zeros((2, 6))
    expected[0, 1], expected[1, 3], expected[1, 4] = 6.0, march, np.nan
    np.testing.assert_array_equal(found.between(range(99, 105), ends), expected)
    np.testing.assert_array_equal(found.between(range(102, 103), ends), [[0.0], [march]])
    np.testing.assert_array_equal(found.between(range(200, 202), ends), np.zeros((2, 2)))


def test_hidden_figures_are_counted_and_each_authority_keeps_its_own() -> None:
    found = _read(cast(Store, _Told(ROWS)), ["burglary"], ["A", "B"])["burglary"]
    assert (found.hidden([102, 103]), found.hidden([103]), found.hidden([])) == (1, 0, 0)
    told = found.by_authority.replace({np.nan: None}).to_numpy().tolist()
    assert told == [[7, 100, 1, 4.0], [7, 102, 1, 5.0], [7, 103, 1, None], [8, 100, 2, 2.0], [8, 102, 2, None]]


def test_nothing_held_is_a_table_of_noughts(sample_store: Store) -> None:
    found = monthly_figures(sample_store, "claimants", ["E01015153"])
    np.testing.assert_array_equal(found.between(range(24_000, 24_002), "unknown"), np.zeros((1, 2)))
    assert found.hidden([24_000]) == 0


def test_sums_are_those_of_the_table(sample_store: Store) -> None:
    codes = list(sample_store.small_areas(police_force=FORCE).index[:40])
    panel = sample_store.monthly(["burglary", "robbery"], codes, FORCE)
    asked = {
        (code, month): number
        for code, month, number in sample_store.rows(
            "SELECT a.code, year(o.period_start) * 12 + month(o.period_start) - 1 AS month, sum(o.numerator) "
            "FROM observation o JOIN area a USING (area_id) JOIN measure m USING (measure_id) "
            "WHERE m.name IN ('burglary', 'robbery') AND a.kind = 'stable' AND o.period_months = 1 "
            "AND a.code IN (SELECT unnest(?)) GROUP BY ALL",
            [codes],
        )
    }
    told = {cell: number for cell, number in panel.stack().items() if np.isfinite(number)}
    assert told == {cell: asked.get(cell, 0.0) for cell in told}
    assert sum(told.values()) > 1_000


def test_other_authorities_figures_are_those_of_the_table(sample_store: Store) -> None:
    codes = list(sample_store.small_areas(police_force=FORCE).index)
    measures = ["burglary", "violence"]
    asked = sample_store.rows(
        "SELECT u.code, m.name, year(o.period_start) * 12 + month(o.period_start) - 1 AS month, o.file_id, sum(o.numerator) "
        "FROM observation o JOIN area a ON a.area_id = o.area_id JOIN measure m USING (measure_id) "
        "JOIN area u ON u.area_id = o.authority_id WHERE o.period_months = 1 AND a.kind = 'stable' AND u.code <> 'kent' "
        "AND m.name IN (SELECT unnest($1)) AND a.code IN (SELECT unnest($2)) GROUP BY ALL ORDER BY ALL",
        [measures, codes],
    )
    found = sample_store.other_reports(measures, codes, "kent")
    assert list(found.itertuples(index=False, name=None)) == asked
    assert len(asked) > 100
    assert FORCE not in set(sample_store.other_reports(measures, codes, FORCE)["authority"])


def test_a_sitting_reads_them_once_and_nobody_changes_them(sample_store: Store) -> None:
    once = ReadOnce(sample_store)
    codes = ["E01015153", "E01015155"]
    first = monthly_figures(once, "burglary", codes)
    once.other_reports(["burglary"], codes, FORCE)
    own = once.monthly(["burglary"], codes, FORCE)
    own.iloc[:, :] = -1
    assert monthly_figures(once, "burglary", codes) is first
    assert list(first.by_authority.columns) == ["authority_id", "month", "file_id", "events"]
    assert float(first.known.min()) >= 0


def test_what_is_read_ahead_is_what_each_would_have_read(sample_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    once = ReadOnce(sample_store)
    codes = ["E01015155", "E01015153", "E01999999"]
    measures = ["burglary", "robbery", "claimants", "nobody-counts-this"]
    read_ahead(once, [*measures, "burglary"], codes)
    alone = {name: monthly_figures(sample_store, name, codes) for name in measures}
    monkeypatch.setattr(Store, "frame", None)
    read_ahead(once, measures[:2], codes)
    for name in measures:
        found = monthly_figures(once, name, codes)
        for field in fields(found):
            mine, theirs = getattr(found, field.name), getattr(alone[name], field.name)
            if isinstance(mine, pd.DataFrame):
                pd.testing.assert_frame_equal(mine, theirs)
            else:
                np.testing.assert_array_equal(mine, theirs)
