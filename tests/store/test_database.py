"""Reading: the sample against the panel it came from, and many readers while a new database is built."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from loaders.importing import build_with
from loaders.reading import Reading
from store import holdings
from store.building import Built
from store.database import Store, files_key, open_store
from store.errors import BadQuestion, NoDatabase
from store.folder import Folder
from store.period import month_from_number, month_text

FORCE = "devon-and-cornwall"
SIX = {
    "Anti-social behaviour": "anti-social-behaviour", "Burglary": "burglary", "Criminal damage and arson": "criminal-damage",
    "Public order": "public-order", "Robbery": "robbery", "Violence and sexual offences": "violence",
}  # fmt: skip
# How many measures of yearly figures the sample holds of each source.
YEARLY = {"explore_education": 18, "fingertips": 5, "house_prices": 1, "personal_wellbeing": 4}


@pytest.fixture(scope="module")
def panel(published: Path) -> pd.DataFrame:
    """Monthly counts by published small area, as somebody else tidied them from the same files."""
    path = published / "data" / "police_uk" / "devon_cornwall_monthly" / "lsoa_monthly_crime_devon_cornwall.parquet"
    return pd.read_parquet(path).rename(columns=SIX)


@pytest.mark.published
def test_nothing_is_lost_or_doubled_on_the_way_to_stable_areas(sample_store: Store, panel: pd.DataFrame) -> None:
    codes = list(sample_store.small_areas(police_force=FORCE).index)
    for measure in SIX.values():
        ours = sample_store.monthly([measure], codes, FORCE).sum()
        ours.index = [month_text(month_from_number(int(number))) for number in ours.index]
        published_sums = panel.groupby("period")[measure].sum()
        reported = sample_store.rows(
            "SELECT strftime(c.period_start, '%Y-%m') FROM coverage c JOIN measure m USING (measure_id) "
            "WHERE m.name = ? AND c.state = 'reported'", [measure]
        )  # fmt: skip
        for (month,) in reported:
            assert ours[month] == published_sums[month], (measure, month)
        placed = dict(
            sample_store.rows(
                "SELECT strftime(c.period_start, '%Y-%m'), c.rows_placed FROM coverage c JOIN measure m USING (measure_id) "
                "WHERE m.name = ?", [measure]
            )
        )  # fmt: skip
        assert placed == published_sums.to_dict()
        stored = dict(
            sample_store.rows(
                "SELECT strftime(o.period_start, '%Y-%m'), sum(o.numerator) FROM observation o JOIN measure m "
                "USING (measure_id) WHERE m.name = ? GROUP BY 1", [measure]
            )
        )  # fmt: skip
        assert stored == published_sums.to_dict()


def test_cornwall_2018(sample_store: Store) -> None:
    codes = [
        row[0]
        for row in sample_store.rows(
            "SELECT s.code FROM area_member m JOIN area c ON c.area_id = m.parent_id JOIN area s ON s.area_id = m.member_id "
            "WHERE m.relation = 'in_council' AND s.kind = 'stable' AND c.name = 'Cornwall'"
        )
    ]
    counts = sample_store.monthly(sorted(SIX.values()), codes, FORCE)
    year = [number for number in counts.columns if number // 12 == 2018]
    assert len(year) == 12
    assert counts[year].to_numpy().sum() == 31_363


def test_codes_of_both_editions_find_their_stable_area(sample_store: Store) -> None:
    assert sample_store.stable_codes(["E01034866", "E01018867", "E01015153"]) == {
        "E01034866": "E01018867", "E01018867": "E01018867", "E01015153": "E01015153",
    }  # fmt: skip
    with pytest.raises(BadQuestion, match="E01999999 is in no lookup"):
        sample_store.stable_codes(["E01015153", "E01999999"])


def test_small_areas_know_where_they_lie(sample_store: Store) -> None:
    areas = sample_store.small_areas(codes=["E01015155", "E01015153"])
    assert list(areas.index) == ["E01015153", "E01015155"]
    row = areas.loc["E01015153"]
    assert (row["council"], row["police_force"], row["country"], row["has_outline"]) == (
        "Plymouth",
        FORCE,
        "England",
        True,
    )
    assert row["ward"] == "St Peter and the Waterfront"
    assert len(sample_store.small_areas()) == 34_630
    force = sample_store.small_areas(police_force=FORCE)
    assert set(force["police_force"]) == {FORCE}
    assert len(force) == 1_033


def test_neighbours_are_those_that_share_a_boundary_vertex(sample_store: Store) -> None:
    codes = list(sample_store.small_areas(police_force=FORCE).index)
    corners = sample_store.boundary_vertices(codes)
    near = sample_store.neighbours(codes)
    assert len(corners) == 1_032
    for code in codes[:60]:
        mine = corners.get(code, frozenset())
        assert near[code] == tuple(other for other in codes if other != code and mine & corners.get(other, frozenset()))
    for code, others in near.items():
        assert all(code in near[other] for other in others)


def test_what_is_loaded(sample_store: Store) -> None:
    measures = sample_store.measures()
    assert list(measures) == sorted(measures)
    held = {source: {name for name, of in measures.items() if of == source} for source in set(measures.values())}
    assert held.pop("police_uk") == set(SIX.values())
    assert {source: len(names) for source, names in held.items()} == YEARLY
    assert held["house_prices"] == {"house-price-median"}
    assert held["personal_wellbeing"] == {"anxiety", "happiness", "life-satisfaction", "worthwhile"}
    assert {"child-protection-plans", "children-in-need"} <= held["explore_education"]
    assert "recorded-depression" in held["fingertips"]
    assert sample_store.recorders(["burglary"]) == ("police_force",)
    assert sample_store.recorders(["house-price-median"]) == ("country",)
    assert sample_store.recorders(["claimants"]) == ()
    assert sample_store.declared_source("claimants") == "nomis_claimants"
    first, last = sample_store.months_loaded(["burglary", "robbery"]) or (None, None)
    assert (str(first), str(last)) == ("2018-01-01", "2025-08-01")
    assert sample_store.months_loaded(["burglary", "claimants"]) is None
    # Years are no months.
    assert sample_store.months_loaded(["house-price-median"]) is None
    assert sample_store.months_loaded(["burglary", "house-price-median"]) is None
    assert sample_store.is_sample()


def test_a_force_that_never_reported_has_no_counts(sample_store: Store) -> None:
    found = sample_store.monthly(["burglary"], ["E01015153"], "avon-and-somerset")
    assert found.shape == (1, 0)
    assert list(found.index) == ["E01015153"]


def test_residents_and_deprivation_keep_the_order_asked_for(sample_store: Store) -> None:
    codes = ["E01015155", "E01015153"]
    residents = sample_store.residents(codes)
    assert list(residents.index) == codes
    assert list(residents.columns) == list(range(2011, 2025))
    ranks = sample_store.deprivation(codes, 2019)
    assert list(ranks.index) == codes
    assert {"overall", "income", "crime"} <= set(ranks.columns)
    assert sample_store.deprivation_editions() == {2019: 32_844, 2025: 33_755}
    assert sample_store.residents(codes, (16, 64)).empty


def test_breaks_follow_authority_and_country(sample_store: Store) -> None:
    def names(measure: str, authority: str, country: str) -> set[str]:
        return {item.name for item in sample_store.breaks([measure], authority, country)}

    assert names("burglary", FORCE, "England") == {"devon-and-cornwall-recording", "burglary-definition-2017"}
    assert names("burglary", "greater-manchester", "England") == {
        "greater-manchester-recording",
        "burglary-definition-2017",
    }
    assert names("burglary", "police-scotland", "Scotland") == set()
    (step,) = sample_store.breaks(["violence"], "kent", "Wales")
    assert (step.name, step.months.months, step.is_step) == ("counting-rules-2023", 1, True)


def test_files_behind_the_figures(sample_store: Store) -> None:
    assert {year for year, _ in sample_store.files_of("population")} == {str(year) for year in range(2011, 2025)}
    assert {year for year, _ in sample_store.files_of("deprivation")} == {"2019", "2025"}
    with pytest.raises(ValueError, match="observation"):
        sample_store.files_of("observation")


def test_what_the_pages_list_is_what_is_loaded(sample_store: Store) -> None:
    listed = holdings.rows_of_coverage(sample_store)
    rows = {row.measure: row for row in listed}
    assert set(rows) == set(sample_store.measures())
    assert len(rows) == len(listed)
    titles = {row["name"]: row["title"] for row in holdings.sources(sample_store)}
    assert {row.measure for row in listed if row.source == titles["police_uk"]} == set(SIX.values())
    assert {row.authority for row in listed if row.measure not in SIX.values()} == {"England"}
    prices = rows["house-price-median"]
    assert (prices.first, prices.last, prices.reported, prices.absent) == ("2009-01", "2022-01", 14, 0)
    burglary = rows["burglary"]
    assert (burglary.first, burglary.last, burglary.absent) == ("2018-01", "2025-08", 0)
    assert burglary.reported + burglary.suspect == 92
    odd = holdings.odd_months(sample_store)
    assert len(odd) == sum(row.suspect + row.absent for row in rows.values())
    assert {row[0] for row in odd} == {"suspect"}
    assert {row[2] for row in odd} <= set(SIX.values())
    breaks = holdings.all_breaks(sample_store)
    assert ("2022-11", "2023-11") in {row[:2] for row in breaks}
    # Breaks of a measure that no source brings yet are not told.
    assert all("gp-patient-experience" not in row[2] for row in breaks)
    names = [row["name"] for row in holdings.sources(sample_store)]
    assert names == sorted(names)
    assert {"police_uk", "ons_population", "deprivation", "ons_geography", "nomis_claimants"} <= set(names)
    files = {row[1]: row for row in holdings.loaded_files(sample_store)}
    assert files["counts.parquet"][3] == "sample"
    # The sample does not hold rows without a place, so it cannot say how many there were.
    assert holdings.unlocated(sample_store) == []


def test_parts_of_areas_that_were_split_or_merged(sample_store: Store) -> None:
    assert sample_store.parts(["E01018867", "E01015153"]) == {"E01018867": (("E01034866", "E01034867"),)}


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NoDatabase, match="not there"):
        Store(tmp_path / "no.duckdb")


def test_a_path_with_a_quote_and_a_store_that_cannot_reach_out(sample_folder: Folder, tmp_path: Path) -> None:
    odd = tmp_path / "it's here"
    odd.mkdir()
    (odd / "x.duckdb").hardlink_to(sample_folder.database())
    store = Store(odd / "x.duckdb")
    assert store.stamp == "x.duckdb"
    for statement in (
        "DELETE FROM meta", "SELECT * FROM read_csv('/etc/hostname')", "ATTACH 'other.duckdb'", "SET enable_external_access = true",
    ):  # fmt: skip
        with pytest.raises(duckdb.Error):
            store.rows(statement)


def test_the_key_follows_the_neighbourhood_files(own_folder: Folder) -> None:
    before = open_store(own_folder)
    path = own_folder.areas / "redruth-north.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("Redruth North", "Redruth Far North", 1), encoding="utf-8")
    after = open_store(own_folder)
    assert after.stamp == before.stamp
    assert after.key != before.key
    assert after.key.endswith(files_key(own_folder))
    assert [p.name for p in after.places if p.slug == "redruth-north"] == ["Redruth Far North"]


def test_sixteen_readers_get_right_answers_while_a_new_database_takes_over(own_folder: Folder) -> None:
    store = open_store(own_folder)
    codes = list(store.small_areas(police_force=FORCE).index)[:200]
    asked = {
        "burglary": lambda s: float(np.nansum(s.monthly(["burglary"], codes, FORCE))),
        "robbery": lambda s: float(np.nansum(s.monthly(["robbery"], codes, FORCE))),
        "residents": lambda s: float(np.nansum(s.residents(codes))),
        "neighbours": lambda s: float(sum(len(other) for other in s.neighbours(codes).values())),
        "area": lambda s: s.rows("SELECT name FROM area WHERE code = ? AND kind = 'stable'", ["E01015153"])[0][0],
        "stable": lambda s: s.stable_codes(["E01034866"])["E01034866"],
    }
    right = {name: ask(store) for name, ask in asked.items()}

    def read(seed: int, built: Future[Built]) -> list[str]:
        choose = np.random.default_rng(seed)
        wrong = []

        def ask(of: Store) -> None:
            name = str(choose.choice(sorted(asked)))
            if (answer := asked[name](of)) != right[name]:
                wrong.append(f"{name}: {answer} instead of {right[name]}")

        for turn in range(8):
            # Every fourth question is put to whatever `current` names at that moment.
            ask(open_store(own_folder) if turn % 4 == 3 else store)
        # However fast they were: once more of the old one and of the new, which has taken over by then.
        assert built.result().stamp == own_folder.stamp()
        ask(store)
        ask(open_store(own_folder))
        return wrong

    with ThreadPoolExecutor(17) as pool:
        built = pool.submit(build_with, own_folder, Reading((), ()), datetime.fromisoformat("2027-01-01"))
        readers = [pool.submit(read, seed, built) for seed in range(16)]
        assert [wrong for reader in readers for wrong in reader.result()] == []
        stamp = built.result().stamp
    assert own_folder.stamp() == stamp != store.stamp
    assert asked["burglary"](store) == right["burglary"]
    assert asked["burglary"](open_store(own_folder)) == right["burglary"]
