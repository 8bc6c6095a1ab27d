"""A place without a start: its whole series beside similar places, and the one lasting shift, counted by hand."""

from __future__ import annotations

import importlib
import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from indicators.change_point import change_point
from indicators.discovery import indicator
from indicators.finding import Question
from indicators.quarter_series import calendar_counts, whole_series
from indicators.questions import question_of
from indicators.whole_series import WholeSeries, whole_series_of
from store.database import Store
from store.errors import BadQuestion
from store.folder import SHIPPED
from store.period import month_from_number, month_number, parse_month
from store.place import read_place

TODAY = date(2026, 11, 22)
FORCE = "devon-and-cornwall"
FIRST = month_number(date(2018, 1, 1))


def ask(store: Store, name: str, area: str = "redruth-north", **given: object) -> Question:
    return question_of(store, read_place(SHIPPED / "areas", area), name, today=TODAY, **given)  # type: ignore[arg-type]


def found(store: Store, question: Question) -> WholeSeries:
    (one,) = whole_series_of(store, [question])
    assert one is not None
    return one


@pytest.fixture(scope="module")
def damage(sample_store: Store) -> WholeSeries:
    return found(sample_store, ask(sample_store, "criminal-damage"))


# On the shipped sample -------------------------------------------------------------------------------------------


def test_similar_places_are_units_of_the_same_kind_that_stand_for_no_programme(
    sample_store: Store, damage: WholeSeries
) -> None:
    assert len(damage.areas) >= 19
    flat = [code for codes, _ in damage.areas for code in codes]
    assert len(flat) == len(set(flat)) == len(damage.areas)
    assert "E01018910" not in flat
    others = {code for place in sample_store.places for code in place.small_areas}
    programmes = {code for item in sample_store.programmes if {"criminal-damage", "crime"} & set(item.aims)
                  for spot in item.places for code in spot.small_areas}  # fmt: skip
    assert not set(flat) & others
    assert not set(flat) & programmes


def test_the_shift_is_the_change_point_of_the_counts(sample_store: Store, damage: WholeSeries) -> None:
    codes = ["E01018910", *(codes[0] for codes, _ in damage.areas)]
    panel = sample_store.monthly(("criminal-damage",), codes, FORCE)
    monthly = panel.loc[codes].to_numpy(dtype=float)
    quarters = monthly.shape[1] // 3
    counts = monthly[:, : quarters * 3].reshape(len(codes), quarters, 3).sum(axis=2)
    slow, shift = change_point(counts), damage.shift
    assert shift is not None
    assert int(panel.columns[0]) == FIRST
    assert shift.first == month_from_number(FIRST + 3 * (slow.earliest - 1))
    assert shift.last == month_from_number(FIRST + 3 * slow.latest + 2)
    assert (shift.before, shift.after) == (counts[0, : slow.at].mean(), counts[0, slow.at :].mean())
    assert shift.ratio == pytest.approx(math.exp(slow.size))
    assert shift.at_least == slow.at_least
    assert [name for name, _, _ in shift.units] == [name for _, name in damage.areas]
    np.testing.assert_allclose([ratio for _, ratio, _ in shift.units], np.exp(slow.unit_sizes))


def test_the_series_stands_beside_what_similar_places_change_would_have_made_of_it(damage: WholeSeries) -> None:
    series = damage.series
    assert series.periods[0] == date(2018, 1, 1)
    assert len(series.periods) == len(series.expected) == len(series.lower) == len(series.upper) == 30
    counts = [value for value in series.counts if value is not None]
    assert sum(value or 0 for value in series.expected) == pytest.approx(sum(counts))
    for low, middle, high in zip(series.lower, series.expected, series.upper, strict=True):
        assert low is not None
        assert middle is not None
        assert high is not None
        assert 0 <= low < middle < high


def test_a_known_start_or_nothing_loaded_has_no_whole_series(sample_store: Store) -> None:
    asked = [ask(sample_store, "burglary", "north-stonehouse"), ask(sample_store, "claimants"),
             ask(sample_store, "burglary", start=parse_month("2020-01"))]  # fmt: skip
    assert whole_series_of(sample_store, asked) == [None, None, None]


def test_questions_asked_together_are_the_same_as_alone(sample_store: Store, damage: WholeSeries) -> None:
    names = ("violence", "criminal-damage")
    together = whole_series_of(sample_store, [ask(sample_store, name) for name in names])
    assert together[1] == damage
    assert damage.question == ask(sample_store, "criminal-damage")


def test_too_few_events_have_no_shift_but_a_series(sample_store: Store) -> None:
    one = found(sample_store, ask(sample_store, "robbery"))
    assert (one.shift, one.cannot) == (None, "fewer than 25 were counted in all")
    assert len(one.series.expected) == 30


def test_recording_breaks_are_said_and_left_out_where_asked(sample_store: Store, damage: WholeSeries) -> None:
    assert "recording break (November 2022 to November 2023)" in dict(damage.caveats)["break-shared"]
    without = found(sample_store, ask(sample_store, "criminal-damage", without_breaks=True))
    assert dict(without.caveats)["break-dropped"].startswith("Left out for all places alike")
    gone = [day for day, value in zip(without.series.periods, without.series.expected, strict=True) if value is None]
    assert gone == [date(2022, 10, 1), date(2023, 1, 1), date(2023, 4, 1), date(2023, 7, 1), date(2023, 10, 1)]
    assert without.shift is not None
    step = found(sample_store, ask(sample_store, "violence"))
    assert dict(step.caveats)["break-step"].startswith("The counting itself changed: ")


def test_a_break_outside_the_series_is_not_mentioned(sample_store: Store) -> None:
    assert "2017" not in " ".join(dict(found(sample_store, ask(sample_store, "burglary")).caveats).values())


def test_a_stock_is_told_by_its_mean_level(
    sample_store: Store, damage: WholeSeries, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock = replace(indicator("criminal-damage"), kind="stock")
    module = importlib.import_module("indicators.whole_series")
    monkeypatch.setattr(module, "declared", lambda *_: stock)
    monkeypatch.setattr(module, "TOO_FEW_BEFORE", 1)
    level = found(sample_store, ask(sample_store, "criminal-damage")).shift
    assert level is not None
    assert damage.shift is not None
    # Half an event weighs more beside a level than beside a sum, so the date may differ: the whole mean does not.
    assert (level.before, level.after) != (damage.shift.before, damage.shift.after)
    assert max(level.before, level.after) < min(damage.shift.before, damage.shift.after)


def test_a_place_too_large_for_nineteen_units_stands_alone(sample_store: Store) -> None:
    areas = sample_store.small_areas(police_force=FORCE)
    members = tuple(sorted(areas.index[areas["council"] == "Torbay"])[:40])
    one = found(sample_store, Question("large", members, "burglary", None, None))
    assert "and 19 are needed" in one.cannot
    assert (one.areas, one.shift, one.series.expected) == ((), None, ())
    assert len(one.series.counts) == 30


def test_a_place_redrawn_in_2021_stands_alone(sample_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    small = Store.small_areas
    monkeypatch.setattr(
        Store,
        "small_areas",
        lambda self, *a, **k: small(self, *a, **k).assign(comparable=lambda all_: ~all_.index.isin(["E01018910"])),
    )
    assert "redrawn in 2021" in found(sample_store, ask(sample_store, "criminal-damage")).cannot


def test_an_outcome_nobody_counted_has_no_shift(sample_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monthly = Store.monthly
    monkeypatch.setattr(Store, "monthly", lambda self, *a: monthly(self, *a) * 0)
    one = found(sample_store, ask(sample_store, "criminal-damage"))
    assert one.cannot == "events were counted in no more than one similar place"
    assert (one.shift, one.series.expected) == (None, ())


# The series alone ------------------------------------------------------------------------------------------------

MONTHS = tuple(range(FIRST, FIRST + 74))


def test_quarters_are_the_calendars_and_a_month_missing_anywhere_takes_its_quarter_from_the_comparison() -> None:
    random = np.random.default_rng(8)
    ours, units = random.poisson(5.0, 74).astype(float), random.poisson(5.0, (20, 74)).astype(float)
    ours[4] = np.nan
    units[3, 9] = np.nan
    quarters, counts = calendar_counts(ours, units, MONTHS)
    assert quarters == tuple(range(FIRST, FIRST + 72, 3))
    assert counts[0, 0] == ours[:3].sum()
    series = whole_series(quarters, counts)
    assert [at for at, value in enumerate(series.counts) if value is None] == [1]
    assert [at for at, value in enumerate(series.expected) if value is None] == [1, 3]
    kept = [at for at in range(24) if at not in (1, 3)]
    share = counts[0, kept].sum() / counts[1:, kept].sum()
    assert series.expected[5] == pytest.approx(share * counts[1:, 5].sum())


def test_the_room_for_chance_holds_most_quarters_where_nothing_happened() -> None:
    random = np.random.default_rng(9)
    counts = random.poisson(9.0, (41, 30)).astype(float)
    inside = 0
    for row in range(len(counts)):
        series = whole_series(range(FIRST, FIRST + 90, 3), np.roll(counts, -row, axis=0))
        inside += sum(
            low <= value <= high
            for value, low, high in zip(series.counts, series.lower, series.upper, strict=True)
            if value is not None and low is not None and high is not None
        )
    assert 0.92 <= inside / counts.size <= 0.98


def test_no_quarter_at_all_is_refused() -> None:
    quarters, counts = calendar_counts(np.ones(2), np.ones((20, 2)), MONTHS[:2])
    assert quarters == ()
    with pytest.raises(BadQuestion):
        whole_series(quarters, counts)
