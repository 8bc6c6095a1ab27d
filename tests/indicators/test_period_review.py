"""Published periods: what a reader could add up, and what nobody should be able to."""

from __future__ import annotations

import gc
import math
import sys
import weakref
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indicators.exposure import monthly_residents
from indicators.finding import Finding, Question
from indicators.ground import Ground
from indicators.local_indicators import local_indicators
from indicators.many_indicators import surviving
from indicators.questions import question_of
from indicators.study import study, study_all
from indicators.value_gap import count_logs, level_logs, value_gap
from indicators.whole_series import whole_series_of
from loaders import local
from loaders.importing import import_files, sources
from outputs.finding_json import finding_as_json
from outputs.plans import compared_words, placebo_plan
from store.building import build
from store.contribution import Contribution
from store.database import Store, open_store
from store.folder import SHIPPED, Folder
from store.period import Window, parse_window
from store.place import read_place
from tests.indicators import period_worlds as worlds
from tests.indicators.period_worlds import OURS, PLYMOUTH, YEARS, yearly
from tests.loaders.local_files import OWN, filled
from tests.loaders.small_world import NOW
from views import access

BEFORE, AFTER = parse_window("2016-01:2020-12"), parse_window("2021-01:2023-12")
FAR = "E01000001"  # a small area in London


def fires(codes: Sequence[str]) -> Contribution:
    """Fires a year; in the place there was none in the first year and none in the last, so it has no row in either."""
    random = np.random.default_rng(1)
    return yearly("fires", "events", [
        {"code": code, "start": f"{year}-01", "numerator": float(random.poisson(20))}
        for code in codes for year in YEARS if not (code in OURS and year in (YEARS[0], YEARS[-1]))
    ])  # fmt: skip


def sales(codes: Sequence[str]) -> Contribution:
    """Homes sold: a third of them in the place from 2021 on; one year of its own is suppressed, and one in London."""
    random = np.random.default_rng(2)
    rows: list[dict[str, object]] = [{"code": FAR, "start": "2022-01", "status": "suppressed", "low": 1.0, "high": 4.0}]
    for code in codes:
        for year in YEARS:
            few = code in OURS and year > 2020
            cell: dict[str, object] = {"numerator": float(random.poisson(13 if few else 40))}
            if code == OURS[0] and year == 2022:
                cell = {"status": "suppressed", "low": 10.0, "high": 13.0}
            rows.append({"code": code, "start": f"{year}-01", **cell})
    return yearly("house-sales", "events", rows)


def alarms() -> Contribution:
    """False alarms in the place and nowhere else."""
    rows = [{"code": code, "start": f"{year}-01", "numerator": 30.0} for code in OURS for year in YEARS]
    return yearly(
        "false-alarms",
        "events",
        [*rows, {"code": FAR, "start": "2022-01", "status": "suppressed", "low": 1.0, "high": 4.0}],
    )


def poor(codes: Sequence[str]) -> Contribution:
    """Children in low-income families: 100 in every small area and year."""
    rows = [{"code": code, "start": f"{year}-04", "numerator": 100.0} for code in codes for year in range(2021, 2026)]
    return yearly("children-in-low-income-families", "stock", rows)


def claimants(codes: Sequence[str]) -> Contribution:
    """Fifty claimants in every small area and month."""
    months = [f"{year}-{month:02d}" for year in YEARS for month in range(1, 13)]
    rows = [{"code": code, "start": month, "numerator": 50.0} for code in codes for month in months]
    return yearly("claimants", "stock", rows, months=1)


def falls(codes: Sequence[str], rule: str) -> Contribution:
    """Falls that a community counted in every small area of Plymouth, a few of them under ten."""
    random = np.random.default_rng(3)
    rows = [{"code": code, "start": f"{year}-01", "numerator": float(random.poisson(43 if code in OURS else 18))}
            for code in codes for year in YEARS]  # fmt: skip
    return yearly(f"local-falls-{rule}", "events", rows, unit="people", authority=("council", PLYMOUTH), rule=rule)


@pytest.fixture(scope="module")
def store(sample_folder: Folder, sample_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    codes = worlds.small_areas(sample_store)
    areas = sample_store.small_areas(police_force=worlds.FORCE)
    plymouth = list(areas.index[areas["council"] == "Plymouth"])
    given = [
        fires(codes),
        sales(codes),
        alarms(),
        poor(codes),
        claimants(plymouth),
        falls(plymouth, "local"),
        falls(plymouth, "local_sensitive"),
    ]
    return worlds.world(sample_folder, tmp_path_factory.mktemp("review") / "data", given)


def ask(store: Store, name: str, before: Window = BEFORE, after: Window = AFTER) -> Question:
    return replace(worlds.ask(store, name, before=before, after=after), family=())


@pytest.fixture(scope="module")
def burned(store: Store) -> Finding:
    return study(store, ask(store, "fires"))


def test_years_without_events_count_as_nought_at_both_ends_of_a_series(store: Store, burned: Finding) -> None:
    (studied,) = study_all(store, [ask(store, "fires")])
    assert studied.series is not None
    assert [day.year for day in studied.series.periods] == list(YEARS)
    assert (studied.series.counts[0], studied.series.counts[-1]) == (0.0, 0.0)
    assert burned.after is not None
    assert (burned.after.months_used, burned.after.months_missing) == (36, 0)


def test_similar_places_are_counted_over_the_very_years_of_the_place(store: Store, burned: Finding) -> None:
    assert burned.comparison is not None
    unit, counted = burned.comparison.areas[0][0], burned.comparison.unit_counts[0]
    for window, number in zip((BEFORE, AFTER), counted, strict=True):
        rows = store.rows(
            "SELECT sum(o.numerator) FROM observation o JOIN area a USING (area_id) JOIN measure m USING (measure_id) "
            "WHERE m.name = 'fires' AND a.code IN (SELECT unnest(?)) AND o.period_start BETWEEN ? AND ?",
            [list(unit), window.first, window.last],
        )
        assert rows[0][0] == number


def test_what_was_seen_over_what_was_expected_is_the_ratio(burned: Finding) -> None:
    compared, before, after = burned.comparison, burned.before, burned.after
    assert compared is not None and before is not None and after is not None  # noqa: PT018
    assert before.count is not None and after.count is not None  # noqa: PT018
    assert (after.count + 0.5) / (compared.expected_after + 0.5) == pytest.approx(compared.headline.ratio)
    # A year without any fire does not make three years' expectation of eight years' fires.
    as_they_did = before.count * 3 / 5 * (1 + compared.change_percent / 100)
    assert compared.expected_after == pytest.approx(as_they_did, rel=0.1)


def test_one_year_without_events_does_not_outweigh_the_others() -> None:
    counts = np.full((31, 6), 40.0)
    counts[0, 3:] = (60, 60, 0)
    found = value_gap(count_logs(counts, np.ones_like(counts), 3))
    assert found.ratio == pytest.approx(120.5 / 120.5)


def test_a_value_without_limits_is_no_surer_than_those_that_have_them() -> None:
    random = np.random.default_rng(8)
    values = 7.4 + random.normal(0, 0.05, (31, 2))
    errors = np.full((31, 2), 0.05)
    errors[0] = 0.0
    errors[5, 1] = 0.08
    known = value_gap(level_logs(values, np.where(errors > 0, errors, 0.08), None, 1))
    assert value_gap(level_logs(values, errors, None, 1)).spread == pytest.approx(known.spread, rel=0.02)


def test_each_window_has_the_residents_of_its_own_years(store: Store, burned: Finding) -> None:
    people = Ground(store, OURS, "country").residents.loc[list(OURS)]
    for level in (burned.before, burned.after):
        assert level is not None
        own = monthly_residents(people, list(level.window.numbers)).sum() / 12
        assert level.person_years == pytest.approx(own)


def test_rows_that_leave_a_year_out_say_what_was_counted_without_it(burned: Finding) -> None:
    rows = {str(row["change"]): row for row in burned.sensitivity}
    assert burned.before is not None
    assert burned.before.count is not None
    shorter = rows["without the earliest period before"]
    assert shorter["before_months"] == 48
    assert float(shorter["before"] or 0) < burned.before.count
    assert rows["without the first period after"]["after_months"] == 24


def test_what_england_reports_says_nothing_about_wales(store: Store) -> None:
    wales = [
        row[0]
        for row in store.rows("SELECT code FROM area WHERE kind = 'stable' AND country = 'Wales' ORDER BY code LIMIT 2")
    ]
    finding = study(store, Question("somewhere", tuple(wales), "fires", BEFORE, AFTER))
    assert finding.before is not None
    assert finding.before.count is None
    assert finding.verdict == "Cannot be compared"


def test_similar_places_in_which_nothing_was_counted_before(store: Store) -> None:
    finding = study(store, ask(store, "false-alarms"))
    assert finding.comparison is not None
    assert finding.comparison.before_count == 0
    assert math.isnan(finding.comparison.change_percent)
    document = finding_as_json(finding, area_name="here")
    assert document["comparison"]["change_percent"] is None
    # A figure suppressed in London has nothing to do with a place in Plymouth.
    assert not any(slug == "suppressed-range" for slug, _ in finding.caveats)


def test_only_the_figures_that_are_used_are_called_suppressed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float | None] = []

    def heard(values: Sequence[float | None]) -> tuple[bool, ...]:
        seen.extend(values)
        return surviving(values)

    monkeypatch.setattr(sys.modules["indicators.study"], "surviving", heard)
    finding = study(store, ask(store, "house-sales"))
    assert finding.verdict == "Fell more than in similar places"
    assert dict(finding.caveats)["suppressed-range"].startswith("1 figure is suppressed")
    # The rule about many indicators judges the p of the very question, at each of its ends.
    assert seen == [row["p"] for row in finding.sensitivity if row["group"] == "Suppressed figures"]


@pytest.mark.parametrize(
    ("name", "windows", "people"),
    [
        ("low-income-families", ("2021-04:2023-03", "2023-04:2025-03"), 200),
        ("claimants", ("2016-01:2020-12", "2021-01:2023-12"), 100),
    ],
)
def test_a_level_s_rate_is_not_twelve_times_itself(
    store: Store, name: str, windows: tuple[str, str], people: int
) -> None:
    finding = study(store, ask(store, name, *map(parse_window, windows)))
    assert finding.comparison is not None
    rate, residents = (row["place"] for row in finding.comparison.balance[:2])
    assert rate == pytest.approx(100 * people / float(residents), rel=0.05)


def test_a_quarter_of_people_counted_each_month_is_their_mean_and_no_sum(store: Store) -> None:
    windows = map(parse_window, ("2016-01:2020-12", "2021-01:2023-12"))
    question = ask(store, "claimants", *windows)
    (compared,) = study_all(store, [question])
    assert compared.series is not None
    known = [count for count in compared.series.counts if count is not None]
    assert known
    assert set(known) == {100}
    assert compared.finding.before is not None
    assert compared.finding.before.count == 100
    assert compared.series.expected
    assert [line for line in compared.series.expected if line is not None] == pytest.approx([100] * len(known))
    (whole,) = whole_series_of(store, [replace(question, before=None, after=None)])
    assert whole is not None
    assert {count for count in whole.series.counts if count is not None} == {100}


def test_a_year_left_out_for_a_break_was_published(sample_store: Store) -> None:
    finding = study(sample_store, worlds.ask(sample_store, "key-stage-4-in-need"))
    assert finding.verdict_because == (
        "what was published of the months after the start touches a break in the recording",
    )


@pytest.fixture(scope="module", params=["local", "local_sensitive"])
def counted_here(request: pytest.FixtureRequest, store: Store) -> Finding:
    return study(store, ask(store, f"local-falls-{request.param}"))


def test_a_community_s_counts_are_compared_with_those_of_areas_it_counted(store: Store, counted_here: Finding) -> None:
    assert counted_here.comparison is not None
    areas = store.small_areas(codes=[code for unit, _ in counted_here.comparison.areas for code in unit])
    assert set(areas["council"]) == {"Plymouth"}
    assert counted_here.before is not None
    assert counted_here.before.rate is None


def test_nothing_is_told_of_single_similar_places(counted_here: Finding) -> None:
    compared = counted_here.comparison
    assert compared is not None
    assert all(math.isnan(number) for pair in compared.unit_counts for number in pair)
    assert compared.unit_gaps == ()
    assert compared.before_count % 5 == 0
    assert compared.after_count % 5 == 0
    assert compared.change_percent == pytest.approx(100 * (compared.after_count / compared.before_count * 5 / 3 - 1))
    assert not any(str(row["what"]).startswith("rate") for row in compared.balance)
    assert not any(str(row["change"]).startswith("without Plymouth") for row in counted_here.sensitivity)
    place = read_place(SHIPPED / "areas", "north-stonehouse")
    assert placebo_plan(counted_here, place) is None
    assert finding_as_json(counted_here, area_name="here")["comparison"]["areas"][0]["before"] is None


def test_similar_places_are_called_what_they_are(burned: Finding) -> None:
    assert "police force" not in compared_words(burned)
    caveats = (("comparison-chosen", "By hand."), *burned.caveats)
    by_hand = compared_words(replace(burned, caveats=caveats))
    assert "chosen by hand" in by_hand
    surgeries = compared_words(replace(burned, measured_at="at your GP practices"))
    assert "GP practices" in surgeries
    assert "small areas" not in surgeries


def test_a_store_goes_when_nobody_uses_it_any_more(sample_folder: Folder) -> None:
    opened = open_store(sample_folder)
    assert local_indicators(opened) == {}
    gone = weakref.ref(opened)
    del opened
    gc.collect()
    assert gone() is None


def test_a_scottish_community_s_own_figures(
    small_folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zones = ["S01006506", "S01006507"]
    text = f'schema = 1\nname = "Culter"\n[place]\nsmall_areas = {zones}\n[project]\nstart = "2020-01"\n'
    (small_folder.areas / "culter.toml").write_text(text.replace("'", '"'), encoding="utf-8")
    monkeypatch.setattr(local, "data_folder", lambda: small_folder)
    build(small_folder, [], sources(), NOW)
    rows = [
        {**OWN, "area": zone, "count": "20", "period_start": str(year)} for zone in zones for year in range(2017, 2024)
    ]
    import_files(small_folder, "local", [filled(tmp_path / "rows.csv", *rows)], now=NOW)
    store = open_store(small_folder)
    finding = study(store, question_of(store, store.places[0], "local-benches", today=worlds.TODAY))
    assert finding.before is not None
    assert (finding.before.count, finding.verdict) == (120, "Cannot be compared")
    monkeypatch.setattr(access, "store", lambda: store)
    assert access.breaks_of(finding) == ()
