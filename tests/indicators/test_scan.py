"""The scan says of every place what a study of it says, but for the control over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from indicators import discovery
from indicators.finding import Finding, Question
from indicators.questions import question_of
from indicators.scan import Part, ScanQuestion, checked, made_up, parts_of, scan_part, scan_saved
from indicators.scan_row import ScanRow, among_all
from indicators.study import study_all
from store.database import Store
from store.errors import BadQuestion
from store.period import parse_month, parse_window
from store.place import Place
from store.read_once import ReadOnce
from store.schema import ALL_AGES

TODAY = date(2026, 11, 22)
# A start with every verdict among the small areas of the sample.
ASKED = ScanQuestion("anti-social-behaviour", parse_month("2021-10"), None, None, TODAY)


def rows_of(store: Store, asked: ScanQuestion, codes: Sequence[str] | None = None) -> list[ScanRow]:
    parts, _ = parts_of(store, checked(store, asked), codes, 5000)
    return [row for part in parts for row in scan_part(store, asked, part)]


def studied(store: Store, asked: ScanQuestion, place: Place) -> Finding:
    """What the one door says of a place that stands among the others."""
    question = question_of(
        store.with_place(place), place, asked.indicator, today=TODAY, before=asked.before, after=asked.after, start=asked.start
    )  # fmt: skip
    return study_all(ReadOnce(store.with_place(place)), [question], otherwise=())[0].finding


def same(row: ScanRow, finding: Finding) -> None:
    question: Question = finding.question
    assert (row.before, row.after) == (str(question.before), str(question.after))
    assert row.small_areas == len(question.members)
    assert finding.before is not None
    assert finding.after is not None
    assert (row.before_count, row.after_count) == (finding.before.count, finding.after.count)
    assert (row.alone, row.because) == (finding.verdict, "; ".join(finding.verdict_because))
    compared = finding.comparison
    if compared is None:
        assert (row.similar_places, row.ratio, row.p) == (None, None, None)
        return
    assert row.similar_places == len(compared.areas)
    assert row.widened == "; ".join(compared.widened)
    assert row.placebo_at_least == compared.placebo_at_least
    numbers = (row.ratio, row.lower, row.upper, row.p, row.expected_after, row.detectable_percent)
    headline = compared.headline
    theirs = (headline.ratio, headline.lower, headline.upper, headline.p, compared.expected_after, finding.detectable_change_percent)  # fmt: skip
    assert numbers == pytest.approx(theirs, rel=1e-9, abs=1e-12)


@pytest.fixture(scope="module")
def scanned(sample_store: Store) -> list[ScanRow]:
    return rows_of(sample_store, ASKED)


def test_every_small_area_of_the_force_is_there_once(sample_store: Store, scanned: list[ScanRow]) -> None:
    areas = sample_store.small_areas()
    home = areas.index[areas["police_force"] == scanned[0].authority].to_list()
    assert [row.place for row in scanned] == home
    assert len(home) > 1000


def test_the_same_numbers_as_a_study_in_every_verdict(sample_store: Store, scanned: list[ScanRow]) -> None:
    by_verdict: dict[str, list[ScanRow]] = {}
    for row in scanned:
        by_verdict.setdefault(row.alone, []).append(row)
    assert len(by_verdict) >= 4
    assert {"Too few events to tell", "We cannot tell"} < set(by_verdict)
    for rows in by_verdict.values():
        for row in rows[:: max(1, len(rows) // 2)][:2]:
            same(row, studied(sample_store, ASKED, made_up(row.place)))


@pytest.mark.parametrize("name", ["burglary", "crime-five-categories"])
def test_the_same_numbers_with_windows_of_ones_own(sample_store: Store, scanned: list[ScanRow], name: str) -> None:
    asked = ScanQuestion(name, None, parse_window("2018-08:2020-07"), parse_window("2021-04:2023-03"), TODAY)
    taken = [code for place in sample_store.places for code in sample_store.stable_codes(place.small_areas).values()]
    areas = [row.place for row in scanned]
    codes = sorted({*taken[:1], *areas[::600]})
    rows = rows_of(sample_store, asked, codes)
    assert [row.place for row in rows] == [code for code in codes if code in areas]
    for row in rows:
        same(row, studied(sample_store, asked, made_up(row.place)))
    assert any(row.started for row in rows)


def test_a_part_says_the_same_as_the_whole(sample_store: Store, scanned: list[ScanRow]) -> None:
    some = scanned[500:503]
    part = Part(some[0].authority, "England", tuple(row.place for row in some))
    assert scan_part(sample_store, ASKED, part) == some


def test_saved_neighbourhoods_are_asked_with_the_scans_dates(sample_store: Store) -> None:
    rows = scan_saved(sample_store, ASKED, sample_store.places[:2])
    for row, place in zip(rows, sample_store.places[:2], strict=True):
        assert (row.kind, row.place, row.name) == ("saved", place.slug, place.name)
        alone = replace(place, settling_in_months=0, chosen_beforehand=(), before=None, after=None)
        same(row, studied(sample_store, ASKED, alone))


def test_no_whole_year_of_data_is_an_answer_with_its_reason(sample_store: Store) -> None:
    asked = replace(ASKED, start=parse_month("2018-01"))
    found = rows_of(sample_store, asked, ["E01015153"])
    assert [(row.alone, row.because) for row in found] == [
        ("Cannot be compared", "the data hold no whole year before the start")
    ]
    assert (found[0].before_count, found[0].ratio) == (None, None)


def test_a_window_without_any_month_has_no_count(sample_store: Store) -> None:
    asked = ScanQuestion("burglary", None, parse_window("2010-01:2010-12"), parse_window("2021-04:2023-03"), TODAY)
    (row,) = rows_of(sample_store, asked, ["E01015153"])
    assert row.before_count is None
    same(row, studied(sample_store, asked, made_up("E01015153")))


def test_the_control_runs_over_all_places(scanned: list[ScanRow]) -> None:
    alone = [row for row in scanned if row.alone.startswith(("Fell", "Rose"))]
    together = among_all(scanned)
    assert len(alone) > sum(row.is_finding for row in together)
    assert all(row.alone == before.alone and row.p == before.p for row, before in zip(together, scanned, strict=True))
    # One of them by itself, and a place without an answer beside it, which counts as p = 1.
    (kept,) = among_all([replace(alone[0], p=0.001)])
    assert kept.verdict == kept.alone
    assert among_all(()) == ()


def test_areas_whose_figures_are_not_loaded_are_counted_and_not_scanned(sample_store: Store) -> None:
    _, unloaded = parts_of(sample_store, checked(sample_store, ASKED), None, 5000)
    assert len(unloaded) == 42
    assert sum(unloaded.values()) > 30_000


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (replace(ASKED, indicator="house-prices"), "month by month"),
        (replace(ASKED, start=None), "dates"),
        (replace(ASKED, indicator="burglaries"), "no indicator"),
    ],
)
def test_what_cannot_be_scanned_is_refused(sample_store: Store, asked: ScanQuestion, words: str) -> None:
    with pytest.raises(BadQuestion, match=words):
        checked(sample_store, asked)


def test_places_with_suppressed_figures_are_asked_through_the_one_door(years_store: Store) -> None:
    """A month is hidden in one small area: everything is asked at both ends where it lies in a window."""
    windows = [("2018-10:2020-09", "2021-04:2023-03"), ("2019-10:2021-09", "2021-10:2023-09")]
    for before, after in windows:
        asked = ScanQuestion("burglary", None, parse_window(before), parse_window(after), TODAY)
        for row in rows_of(years_store, asked, ["E01015153", "E01015047"]):
            same(row, studied(years_store, asked, made_up(row.place)))


def test_a_place_beside_one_with_a_gap_of_its_own_has_the_same_answer(years_store: Store) -> None:
    """The hidden month lies in the baseline before both windows, so only those compared with that area are affected."""
    asked = ScanQuestion("burglary", None, parse_window("2021-04:2022-03"), parse_window("2022-04:2023-03"), TODAY)
    areas = years_store.small_areas()
    codes = areas.index[areas["council"] == "Plymouth"].to_list()[::80]
    for row in rows_of(years_store, asked, ["E01015153", *codes]):
        same(row, studied(years_store, asked, made_up(row.place)))
    # The affected area first: the pool is then anchored at another.
    for row in rows_of(years_store, asked, ["E01015153", "E01015155"]):
        same(row, studied(years_store, asked, made_up(row.place)))


def test_deprivation_that_is_not_loaded_is_said_once_for_all(
    sample_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store, "deprivation_editions", lambda _self, _country=None: {})
    found = rows_of(sample_store, ASKED, ["E01015153", "E01015155"])
    assert {row.alone for row in found} == {"Cannot be compared"}
    assert all(row.because.startswith("deprivation ranks are not loaded") for row in found)
    same(found[0], studied(sample_store, ASKED, made_up("E01015153")))


def test_a_refused_comparison_is_an_answer_with_its_reason(
    sample_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = BadQuestion("Nothing was counted in any similar place", do="Choose a more common kind of event.")
    monkeypatch.setattr("indicators.scan.weighted_baselines", lambda tables, _before: [error] * len(tables))
    (row,) = rows_of(sample_store, ASKED, ["E01015153"])
    assert (row.verdict, row.because) == ("Cannot be compared", "nothing was counted in any similar place")
    assert row.before_count is not None
    assert (row.ratio, row.similar_places) == (None, None)


def test_a_stock_is_a_mean_level(sample_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """No stock is counted month by month in the sample, so one is declared to be."""
    known = dict(discovery.all_indicators())
    known["burglary"] = replace(known["burglary"], kind="stock")
    monkeypatch.setattr(discovery, "all_indicators", lambda: known)
    asked = replace(ASKED, indicator="burglary")
    for row in rows_of(sample_store, asked, ["E01015153", "E01015023"]):
        same(row, studied(sample_store, asked, made_up(row.place)))


def test_too_few_similar_places_have_the_one_doors_words(sample_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("indicators.scan_pool", "indicators.asked"):
        monkeypatch.setattr(f"{module}.FEWEST_UNITS", 5000)
    (row,) = rows_of(sample_store, ASKED, ["E01015153"])
    assert (row.alone, row.similar_places) == ("Cannot be compared", None)
    assert row.because == "only 60 similar places can be made here, and 5000 are needed"


def test_a_place_without_residents_has_the_one_doors_words(
    sample_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    residents = Store.residents

    def without(store: Store, codes: Sequence[str], ages: tuple[int, int] = ALL_AGES) -> pd.DataFrame:
        found = residents(store, codes, ages)
        return found.mask(np.broadcast_to((found.index == "E01015153")[:, None], found.shape))

    monkeypatch.setattr(Store, "residents", without)
    row, other = rows_of(sample_store, ASKED, ["E01015153", "E01015155"])
    assert row.because == "residents or deprivation ranks of this place are not loaded"
    same(row, studied(sample_store, ASKED, made_up(row.place)))
    same(other, studied(sample_store, ASKED, made_up(other.place)))
