"""A community's own figures through the one door: small counts hidden, and nothing told that rests on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from indicators.finding import Finding
from indicators.quarter_series import QuarterSeries
from indicators.questions import question_of
from indicators.study import Studied, study_all
from outputs.clauses import changed
from store.database import Store
from store.period import Window, parse_window
from tests.indicators.local_world import local_store, over_the_years
from tests.loaders.local_files import METRIC, MOTHERS, OWN, VOLUNTEERS

TODAY = date(2026, 11, 22)
BEFORE, AFTER = parse_window("2020-01:2021-12"), parse_window("2022-01:2023-12")
LED = {**VOLUNTEERS, "indicator": "led-for-the-first-time", "area": "one"}
VISITS = {
    **OWN,
    "indicator": "clinic-visits",
    "title": "Visits to the clinic",
    "unit": "visits",
    "about": "children or health",
    "area": "one",
}
SCORES = {**METRIC, "indicator": "epds", "area": "one"}
DRIVES = {**LED, "indicator": "attendance"}


@pytest.fixture(scope="module")
def store(small_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    rows = [
        *over_the_years({**VOLUNTEERS, "area": "one"}, count=[24, 30, 12, 7]),
        *over_the_years(LED, count=[20, 25, 30, 36]),
        *over_the_years({**MOTHERS, "area": "one"}, count=[13, 14, 22, 23], out_of=[41, 42, 41, 43]),
        *over_the_years({**MOTHERS, "area": "else"}, count=[13, 4, 22, 23], out_of=[41, 42, 41, 43]),
        *over_the_years(VISITS, count=[13, 14, 31, 32]),
        *over_the_years(SCORES, value=[9.5, 9.1, 8.2, 8.0], people_answered=[33, 34, 41, 42]),
        *over_the_years({**METRIC, "area": "one"}, value=[21.0, 22.0, 23.0, 24.0], people_answered=[33, 34, 41, 8]),
        *over_the_years({**OWN, "area": "one"}, count=[3, 4, 0, 1]),
        *over_the_years(DRIVES, count=[40, None, 50, 60]),
    ]  # fmt: skip
    return local_store(small_world, tmp_path_factory.mktemp("shown") / "data", rows)


def ask(
    store: Store, name: str, area: str = "one", before: Window | None = BEFORE, after: Window | None = AFTER
) -> Studied:
    place = next(item for item in store.places if item.slug == area)
    question = question_of(store, place, f"local-{name}", today=TODAY, before=before, after=after)
    return study_all(store, [replace(question, family=())])[0]


def counts(finding: Finding) -> tuple[float | None, float | None]:
    assert finding.before is not None
    assert finding.after is not None
    return finding.before.count, finding.after.count


def line(studied: Studied) -> QuarterSeries:
    assert studied.series is not None
    return studied.series


def test_a_window_with_a_hidden_year_is_not_told_and_nothing_that_rests_on_it_is(store: Store) -> None:
    studied = ask(store, "volunteers")
    finding = studied.finding
    assert counts(finding) == (27, None)
    assert finding.after is not None
    assert (finding.after.months_used, finding.after.rate, finding.after.base) == (24, None, None)
    assert (finding.verdict, finding.verdict_because) == (
        "Cannot be compared", ("the figures are too small to be shown",),
    )  # fmt: skip
    assert (finding.change_percent, finding.change_lower, finding.change_upper) == (None, None, None)
    assert (finding.comparison, finding.second_method, finding.detectable_change_percent) == (None, None, None)
    assert finding.sensitivity == ()
    slug, words = finding.caveats[0]
    assert slug == "local-hidden"
    assert words.startswith("Figures of fewer than 10 people are kept on this machine and not shown")
    assert line(studied).counts == (24, 30, 12, None)
    assert (line(studied).expected, line(studied).months_each) == ((), 12)
    assert changed(finding).endswith("the rest is not shown, because the numbers are small.")


def test_the_years_that_may_be_shown_are_told_where_the_hidden_one_lies_in_neither_window(store: Store) -> None:
    studied = ask(store, "volunteers", after=parse_window("2022-01:2022-12"))
    assert counts(studied.finding) == (27, 12)
    assert studied.finding.change_percent == pytest.approx(100 * (12 / 27 - 1))
    assert studied.finding.verdict_because == ("nobody else counts this in the same way",)
    # The series still says that a year of it is hidden.
    assert studied.finding.caveats[0][0] == "local-hidden"
    assert line(studied).counts[-1] is None


def test_counts_large_enough_are_told_as_they_are(store: Store) -> None:
    studied = ask(store, "led-for-the-first-time")
    finding = studied.finding
    assert counts(finding) == (45, 66)
    assert finding.change_percent == pytest.approx(100 * (66 / 45 - 1))
    assert finding.change_lower is not None
    assert (finding.verdict, finding.verdict_because) == (
        "Cannot be compared", ("nobody else counts this in the same way",),
    )  # fmt: skip
    assert all(slug != "local-hidden" for slug, _ in finding.caveats)
    assert line(studied).counts == (20, 25, 30, 36)
    assert finding.measured_at == "in your neighbourhood, counted by people here"


def test_a_year_nobody_counted_is_missing_and_not_nought(store: Store) -> None:
    studied = ask(store, "attendance")
    assert line(studied).counts == (40, None, 50, 60)
    assert counts(studied.finding) == (40, 110)
    assert studied.finding.before is not None
    assert (studied.finding.before.months_used, studied.finding.before.months_missing) == (12, 12)


def test_sensitive_counts_are_rounded_and_so_is_all_that_follows_from_them(store: Store) -> None:
    studied = ask(store, "clinic-visits")
    finding = studied.finding
    # 27 and 63 visits.
    assert counts(finding) == (25, 65)
    assert finding.change_percent == pytest.approx(160)
    assert (finding.change_lower, finding.change_upper) == (None, None)
    assert line(studied).counts == (15, 15, 30, 30)
    unequal = ask(store, "clinic-visits", after=parse_window("2022-01:2022-12")).finding
    # A change is of events a month: 25 in two years to 30 in one.
    assert unequal.change_percent == pytest.approx(140)


def test_a_sensitive_share_is_the_share_of_rounded_counts_without_limits(store: Store) -> None:
    studied = ask(store, "postnatal-depression")
    finding = studied.finding
    assert finding.before is not None
    assert finding.after is not None
    # 27 of 83 and 45 of 84.
    assert (finding.before.count, finding.before.base, finding.after.count, finding.after.base) == (25, 85, 45, 85)
    assert finding.before.rate == pytest.approx(100 * 25 / 85)
    assert (finding.before.lower, finding.before.upper) == (None, None)
    assert finding.change_percent == pytest.approx(80)
    assert line(studied).counts == pytest.approx((37.5, 37.5, 50, 100 * 25 / 45))


def test_a_sensitive_share_with_a_hidden_year_is_not_told(store: Store) -> None:
    finding = ask(store, "postnatal-depression", "else").finding
    assert finding.before is not None
    assert (finding.before.count, finding.before.rate, finding.before.base) == (None, None, None)
    assert counts(finding)[1] == 45
    assert finding.change_percent is None


def test_averages_stand_and_what_they_are_averages_of_is_rounded_where_it_is_sensitive(store: Store) -> None:
    scores = ask(store, "epds").finding
    assert scores.before is not None
    assert scores.before.rate == pytest.approx(9.3)
    # 33 and 34 mothers answered.
    assert (scores.before.count, scores.before.base) == (None, 65)
    assert scores.change_percent == pytest.approx(100 * (8.1 / 9.3 - 1))
    well = ask(store, "swemwbs", after=parse_window("2022-01:2022-12")).finding
    assert well.before is not None
    assert well.before.base == 67


def test_an_average_of_few_is_not_told(store: Store) -> None:
    studied = ask(store, "swemwbs")
    assert studied.finding.after is not None
    assert (studied.finding.after.rate, studied.finding.after.base) == (None, None)
    assert line(studied).counts == (21.0, 22.0, 23.0, None)


def test_things_are_never_hidden(store: Store) -> None:
    studied = ask(store, "benches")
    assert counts(studied.finding) == (7, 1)
    assert line(studied).counts == (3, 4, 0, 1)


def test_without_a_start_there_is_a_series_without_what_is_hidden(store: Store) -> None:
    studied = ask(store, "volunteers", before=None, after=None)
    finding = studied.finding
    assert (finding.before, finding.after, finding.change_percent) == (None, None, None)
    assert finding.verdict_because == ("no start date is known",)
    assert line(studied).counts == (24, 30, 12, None)
    assert finding.caveats[0][0] == "local-hidden"
    sensitive = ask(store, "clinic-visits", before=None, after=None)
    assert sensitive.finding.change_percent is None
    assert line(sensitive).counts == (15, 15, 30, 30)


def test_where_nothing_is_held_of_a_place_there_is_nothing_to_show(store: Store) -> None:
    studied = ask(store, "clinic-visits", "two")
    assert studied.series is None
    assert studied.finding.verdict == "Cannot be compared"
