"""A release is held against what is held: slices, areas, periods, and what may go without a word."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest

from store.building import build
from store.completeness import Fewer, fewer_than_held, in_words, period_words
from store.contribution import Contribution, LoadedFile, Measure, Origin
from store.folder import Folder
from store.source import Source

SOURCE = Source(
    name="levels", title="Levels", publisher="The tests", landing_page="https://example.org/", licence="OGL",
    attribution="The tests.", geography="Small areas", frequency="Monthly", caveats=(), format_evidence="documented header",
)  # fmt: skip
MEASURES = (
    Measure("level", "stock", "people"),
    Measure("theft", "events", "recorded"),
    Measure("fire", "events", "recorded"),
)
AREAS = ("E01019968", "E01019969", "E01019970", "E01019971")
AT = date(2026, 1, 1)
ENGLAND = "E92000001"
Cells = dict[tuple[str, str, str], float | None]  # measure, month, area → figure; None: published as missing


def release(
    cells: Cells, *, edition: str = "2020-01", day: int = 0, origin: Origin = "publisher", months: int = 1,
    authority: tuple[str, str] = ("country", ENGLAND), name: str = "file.csv",
) -> Contribution:  # fmt: skip
    """One file with these figures."""
    rows = pd.DataFrame(
        [(measure, pd.Timestamp(f"{month}-01"), area, figure) for (measure, month, area), figure in cells.items()],
        columns=["measure", "period_start", "area_code", "numerator"],
    ).astype({"numerator": float})
    shared = {"file": 0, "period_months": months, "authority_kind": authority[0], "authority": authority[1]}
    observations = rows.assign(
        **shared, area_kind="stable", denominator=float("nan"), value=float("nan"), low=float("nan"), high=float("nan"),
        status=rows["numerator"].isna().map({True: "missing", False: "observed"}),
    )  # fmt: skip
    coverage = rows.groupby(["measure", "period_start"], as_index=False)["numerator"].sum()
    coverage = coverage.rename(columns={"numerator": "rows_placed"}).astype({"rows_placed": int})
    at = pd.Timestamp(AT) + timedelta(days=day)
    sha256 = f"{abs(hash((edition, day, tuple(cells.items())))):064x}"
    file = LoadedFile(name, sha256, 1, "", at.to_pydatetime(), edition, origin, 1, 1)
    return Contribution(
        SOURCE, (file,), MEASURES, observations[observations["numerator"] != 0], coverage.assign(**shared, rows_unlocated=0)
    )  # fmt: skip


def level(*months: str, areas: tuple[str, ...] = AREAS, figure: float | None = 7.0) -> Cells:
    return {("level", month, area): figure for month in months for area in areas}


def hold(folder: Folder, *contributions: Contribution) -> None:
    build(folder, contributions, {SOURCE: MEASURES}, pd.Timestamp(AT).to_pydatetime())


def test_nothing_is_less_than_nothing(small_folder: Folder) -> None:
    assert fewer_than_held(None, [release(level("2020-01"))], whole=True) == ()
    hold(small_folder)
    assert fewer_than_held(small_folder.database(), [release(level("2020-01"))], whole=True) == ()
    assert fewer_than_held(small_folder.database(), [], whole=True) == ()


def test_an_area_that_is_gone_or_no_longer_published_is_named(small_folder: Folder) -> None:
    hold(small_folder, release(level("2020-01", "2020-02")))
    gone = release(level("2020-01", "2020-02", areas=AREAS[1:]), day=1)
    rows = fewer_than_held(small_folder.database(), [gone])
    assert rows == (
        Fewer("level", ENGLAND, "2020-01", "areas", 4, 3, ("E01019968",)),
        Fewer("level", ENGLAND, "2020-02", "areas", 4, 3, ("E01019968",)),
    )
    missing = release(level("2020-01") | level("2020-01", areas=AREAS[:2], figure=None), day=1)
    (row,) = fewer_than_held(small_folder.database(), [missing])
    assert row.codes == AREAS[:2]
    assert str(row) == f"level, {ENGLAND}, 2020-01: 2 areas where 4 are held, without E01019968, E01019969"
    assert row.as_json() == {
        "what": "areas", "measure": "level", "authority": ENGLAND, "period": "2020-01", "held": 4, "now": 2,
        "areas": list(AREAS[:2]),
    }  # fmt: skip


def test_more_or_the_same_is_not_less(small_folder: Folder) -> None:
    hold(small_folder, release(level("2020-01", areas=AREAS[:2]) | level("2020-01", areas=AREAS[2:], figure=None)))
    for cells in (level("2020-01"), level("2020-01", areas=AREAS[:2]), level("2020-01", "2020-02", figure=1.0)):
        assert fewer_than_held(small_folder.database(), [release(cells, day=1)], whole=True) == ()


def test_a_cell_may_become_suppressed_and_a_suppressed_one_may_go(small_folder: Folder) -> None:
    def hidden(item: Contribution, area: str) -> Contribution:
        rows = item.observations
        here = rows["area_code"] == area
        return replace(item, observations=rows.assign(
            numerator=rows["numerator"].mask(here), status=rows["status"].mask(here, "suppressed")
        ))  # fmt: skip

    hold(small_folder, hidden(release(level("2020-01")), AREAS[0]))
    less = release(level("2020-01", areas=AREAS[1:]), day=1)
    assert fewer_than_held(small_folder.database(), [less]) == ()
    assert fewer_than_held(small_folder.database(), [hidden(less, AREAS[1])]) == ()


def test_an_older_edition_that_would_not_be_used_takes_nothing_away(small_folder: Folder) -> None:
    hold(small_folder, release(level("2020-01"), edition="2020-06"))
    old = release(level("2020-01", areas=AREAS[:1]), edition="2020-03", day=5)
    assert fewer_than_held(small_folder.database(), [old]) == ()
    early = release(level("2020-01", areas=AREAS[:1]), edition="2020-06", day=-1)
    assert fewer_than_held(small_folder.database(), [early]) == ()


@pytest.mark.parametrize(("held", "comes"), [("sample", "publisher"), ("publisher", "sample"), ("local", "local")])
def test_only_a_publishers_figures_are_held_against_a_publishers(
    small_folder: Folder, held: Origin, comes: Origin
) -> None:
    hold(small_folder, release(level("2020-01"), origin=held))
    less = release(level("2020-01", areas=AREAS[:1]), day=1, origin=comes)
    assert fewer_than_held(small_folder.database(), [less], whole=True) == ()


def test_a_newest_period_that_is_older_and_a_hole_in_the_middle(small_folder: Folder) -> None:
    hold(small_folder, release(level("2019-11", "2020-01", "2020-02", "2020-03")))
    comes = release(level("2020-01", "2020-03"), day=1)
    (hole,) = fewer_than_held(small_folder.database(), [comes], whole=True)
    assert (hole.what, hole.period) == ("period", "2020-02")
    assert str(hole) == f"level, {ENGLAND}, 2020-02: not there"
    ends = fewer_than_held(small_folder.database(), [release(level("2020-01"), day=1)], whole=True)
    assert [row.period for row in ends] == ["2020-02", "2020-03"]
    # Single files may be imported as they come, and a release may begin later than what is held.
    assert fewer_than_held(small_folder.database(), [release(level("2020-01"), day=1)]) == ()
    assert fewer_than_held(small_folder.database(), [release(level("2020-03", "2020-04"), day=1)], whole=True) == ()


def test_files_of_a_release_that_are_held_already_count_as_there(small_folder: Folder) -> None:
    first, second = release(level("2020-01", "2020-02"), name="a.csv"), release(level("2020-03"), name="b.csv")
    hold(small_folder, first, second)
    unchanged = {(item.files[0].original_name, item.files[0].sha256) for item in (first, second)}
    new = release(level("2020-02", figure=8.0), day=1, name="c.csv")
    assert fewer_than_held(small_folder.database(), [new], whole=True, unchanged=unchanged) == ()
    assert fewer_than_held(small_folder.database(), [], whole=True, unchanged=unchanged) == ()
    # The newest file is not in the release any more, though every other is as it was.
    (row,) = fewer_than_held(small_folder.database(), [], whole=True, unchanged={sorted(unchanged)[0]})
    assert (row.period, row.what) == ("2020-03", "period")


def test_other_councils_than_those_asked_for_are_not_looked_for(small_folder: Folder) -> None:
    exeter, bath = ("council", "E07000041"), ("council", "E06000022")
    hold(
        small_folder,
        release(level("2020-01", areas=AREAS[:2]), authority=exeter),
        release(level("2020-01", areas=AREAS[2:]), authority=bath, name="b.csv"),
    )
    comes = release(level("2020-01", areas=AREAS[:2], figure=1.0), authority=exeter, day=1)
    assert fewer_than_held(small_folder.database(), [comes], whole=True, councils={"E07000041"}) == ()
    (row,) = fewer_than_held(small_folder.database(), [comes], whole=True)
    assert (row.authority, row.what) == ("E06000022", "period")


def events(counts: dict[str, float], measure: str = "theft") -> Cells:
    return {(measure, "2020-01", area): count for area, count in counts.items()}


def test_events_may_move_and_small_counts_may_go(small_folder: Folder) -> None:
    hold(small_folder, release(events(dict(zip(AREAS, (4.0, 1.0, 30.0, 20.0), strict=True)))))
    revised = release(events(dict(zip(AREAS, (0.0, 0.0, 29.0, 21.0), strict=True))), day=1)
    assert fewer_than_held(small_folder.database(), [revised], whole=True) == ()


def test_an_area_with_many_events_does_not_fall_silent_unnoticed(small_folder: Folder) -> None:
    held = events(dict.fromkeys(AREAS, 3.0)) | events(dict.fromkeys(AREAS, 2.0), "fire")
    hold(small_folder, release(held))
    # One kind may go where the other stays …
    stays = release(events(dict.fromkeys(AREAS, 4.0)) | events(dict.fromkeys(AREAS[1:], 2.0), "fire"), day=1)
    assert fewer_than_held(small_folder.database(), [stays]) == ()
    gone = release(events(dict.fromkeys(AREAS[1:], 3.0)) | events(dict.fromkeys(AREAS[1:], 2.0), "fire"), day=1)
    (row,) = fewer_than_held(small_folder.database(), [gone])
    assert row == Fewer("records of any kind", ENGLAND, "2020-01", "areas", 4, 3, AREAS[:1])


def test_half_a_month_of_events_is_less(small_folder: Folder) -> None:
    hold(small_folder, release(events(dict.fromkeys(AREAS, 25.0))))
    (row,) = fewer_than_held(small_folder.database(), [release(events(dict.fromkeys(AREAS, 14.0)), day=1)])
    assert row == Fewer("theft", ENGLAND, "2020-01", "records", 100, 56)
    assert str(row) == f"theft, {ENGLAND}, 2020-01: 56 records where 100 are held"
    assert fewer_than_held(small_folder.database(), [release(events(dict.fromkeys(AREAS, 15.0)), day=1)]) == ()


def keyed(table: str, years: dict[int, tuple[str, ...]], day: int = 0) -> Contribution:
    item = release({}, day=day, edition=str(max(years)))
    rows = [(0, area, year) for year, areas in years.items() for area in areas]
    if table == "population":
        frame = pd.DataFrame(rows, columns=["file", "stable", "mid_year"])
        return replace(item, population=frame.assign(age_from=0, age_to=120, persons=1000.0))
    frame = pd.DataFrame(rows, columns=["file", "stable", "edition"])
    return replace(item, deprivation=frame.assign(domain="overall", rank=5, decile=1, areas_ranked=100))


@pytest.mark.parametrize(("table", "name"), [("population", "residents"), ("deprivation", "deprivation ranks")])
def test_residents_and_ranks_are_compared_year_by_year(small_folder: Folder, table: str, name: str) -> None:
    held = keyed(table, {2019: AREAS, 2021: AREAS, 2022: AREAS})
    hold(small_folder, held)
    database = small_folder.database()
    fewer = keyed(table, {2021: AREAS[1:], 2022: AREAS}, day=1)
    (row,) = fewer_than_held(database, [fewer], whole=True)
    assert row == Fewer(name, "", "2021", "areas", 4, 3, AREAS[:1])
    assert str(row) == f"{name}, 2021: 3 areas where 4 are held, without E01019968"
    (row,) = fewer_than_held(database, [keyed(table, {2021: AREAS}, day=1)], whole=True)
    assert row == Fewer(name, "", "2022", "period", 4, 0)
    # They stand row by row, so an import of a part takes nothing away; nor does a refresh of other areas.
    assert fewer_than_held(database, [fewer]) == ()
    assert fewer_than_held(database, [fewer], whole=True, areas=AREAS[1:]) == ()
    unchanged = {(held.files[0].original_name, held.files[0].sha256)}
    assert fewer_than_held(database, [fewer], whole=True, unchanged=unchanged) == ()


def test_links_of_a_relation_are_replaced_whole(small_folder: Folder) -> None:
    def links(areas: tuple[str, ...], day: int) -> Contribution:
        practices = pd.DataFrame([("practice", "L83000", "A practice", "England", None, None)], columns=[
            "kind", "code", "name", "country", "longitude", "latitude"])  # fmt: skip
        members = pd.DataFrame({
            "parent_kind": "practice", "parent_code": "L83000", "member_kind": "stable", "member_code": list(areas),
            "relation": "patients", "share": 0.5, "basis": "patients",
        })  # fmt: skip
        return replace(release({}, day=day), areas=practices, members=members)

    hold(small_folder, links(AREAS, 0))
    (row,) = fewer_than_held(small_folder.database(), [links(AREAS[2:], 1)])
    assert row == Fewer("patients", "", "", "areas", 4, 2, AREAS[:2])
    assert fewer_than_held(small_folder.database(), [links(AREAS, 1)]) == ()


def test_periods_in_words() -> None:
    assert period_words(date(2024, 3, 31), 0) == "2024-03-31"
    assert period_words(date(2024, 3, 1), 1) == "2024-03"
    assert period_words(date(2023, 4, 1), 12) == "2023-04, 12 months"


def test_twenty_are_named_and_the_rest_counted() -> None:
    rows = [Fewer("level", ENGLAND, f"20{n}-01", "areas", 50, 10, ("E01",) * 20) for n in range(10, 35)]
    assert str(rows[0]).endswith("E01 and 20 more")
    words = in_words(rows)
    assert words.count("are held") == 20
    assert words.endswith("; and 5 more")
    assert in_words(rows[:1]) == str(rows[0])
