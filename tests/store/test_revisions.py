"""What a new database says otherwise than the one before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd

from store.building import build
from store.contribution import Contribution, Measure, Origin
from store.folder import Folder
from store.revisions import LARGEST_MOVES, Changes, changes
from tests.store.contributions import AREA, AT, MEASURES, SOURCE, counts

OTHER = "E01019969"


def put(folder: Folder, *contributions: Contribution, minutes: int = 0) -> tuple[Path | None, Path]:
    """Build, and return the databases from before and after."""
    before = folder.database() if folder.stamp() else None
    build(folder, contributions, {SOURCE: MEASURES}, AT + timedelta(minutes=minutes))
    return before, folder.database()


def test_the_first_database_is_all_new(small_folder: Folder) -> None:
    found = changes(*put(small_folder, counts({"2020-01": 20, "2020-03": 30})))
    assert found == Changes(
        changed=(
            {"source": "street_counts", "measure": "burglary", "first": "2020-01", "last": "2020-03", "new": 2,
             "revised": 0, "from_sample": 0},
        )
    )  # fmt: skip


def test_revised_figures_are_told_by_area_and_in_all(small_folder: Folder) -> None:
    put(small_folder, counts({"2020-01": 20, "2020-02": 5}))
    new = counts({"2020-01": 23, "2020-02": 5, "2020-03": 1}, name="new.csv", edition="2020-06")
    found = changes(*put(small_folder, new, minutes=1))
    assert found.changed == (
        {"source": "street_counts", "measure": "burglary", "first": "2020-01", "last": "2020-03", "new": 1, "revised": 2,
         "from_sample": 0},
    )  # fmt: skip
    assert found.revised == (
        {"source": "street_counts", "measure": "burglary", "period": "2020-01", "areas": 1, "before": 20, "after": 23},
    )
    (move,) = found.moves
    assert (move["area"], move["was"], move["is"], move["period"]) == (AREA, 20, 23, "2020-01")
    assert move["name"].startswith("Exeter")


def test_events_of_an_area_that_is_absent_are_none(small_folder: Folder) -> None:
    put(small_folder, counts({"2020-01": 4}))
    found = changes(*put(small_folder, counts({"2020-01": 6}, name="n", edition="2020-06", area=OTHER), minutes=1))
    assert [(row["area"], row["was"], row["is"]) for row in found.moves] == [(OTHER, 0, 6), (AREA, 4, 0)]
    assert found.revised[0]["areas"] == 2


def test_the_samples_figures_are_replaced_not_revised(small_folder: Folder) -> None:
    put(small_folder, counts({"2020-01": 4}, origin="sample"))
    found = changes(*put(small_folder, counts({"2020-01": 6}, name="n"), minutes=1))
    assert [(row["new"], row["revised"], row["from_sample"]) for row in found.changed] == [(0, 0, 1)]
    assert (found.revised, found.moves) == ((), ())


def test_what_a_community_says_itself_stays_out(small_folder: Folder) -> None:
    put(small_folder, counts({"2020-01": 4}, origin="local"))
    found = changes(*put(small_folder, counts({"2020-01": 6}, name="n", origin="local", edition="2020-06"), minutes=1))
    assert found == Changes()


def test_nothing_new_is_nothing_to_tell(small_folder: Folder) -> None:
    put(small_folder, counts({"2020-01": 4}))
    assert changes(*put(small_folder, minutes=1)) == Changes()


def test_levels_that_do_not_add_have_no_total(small_folder: Folder) -> None:
    def means(value: float | None, edition: str) -> Contribution:
        item = counts({"2020-01": 1}, edition=edition, name=edition)
        rows = item.observations.assign(
            measure="wage", numerator=float("nan"), value=float("nan") if value is None else value,
            status="missing" if value is None else "observed", period_months=12,
        )  # fmt: skip
        return replace(
            item, measures=(Measure("wage", "mean", "pounds"),), observations=rows,
            coverage=item.coverage.assign(measure="wage", period_months=12),
        )  # fmt: skip

    put(small_folder, means(10.5, "2020-01"))
    found = changes(*put(small_folder, means(11.0, "2020-02"), minutes=1))
    assert found.revised == (
        {"source": "street_counts", "measure": "wage", "period": "2020-01, 12 months", "areas": 1, "before": None, "after": None},
    )  # fmt: skip
    assert [(row["was"], row["is"]) for row in found.moves] == [(10.5, 11.0)]
    found = changes(*put(small_folder, means(None, "2020-03"), minutes=2))
    assert [(row["was"], row["is"]) for row in found.moves] == [(11.0, None)]


def test_only_the_largest_moves_of_a_measure_are_named(small_folder: Folder) -> None:
    areas = [f"E010199{n}" for n in range(68, 75)]

    def many(step: int, edition: str) -> Contribution:
        parts = [counts({"2020-01": 10 + n * step}, area=area) for n, area in enumerate(areas, start=1)]
        whole = counts({"2020-01": 500}, name=edition, edition=edition)
        return replace(whole, observations=pd.concat([part.observations for part in parts]))

    put(small_folder, many(0, "2020-01"))
    found = changes(*put(small_folder, many(1, "2020-02"), minutes=1))
    assert found.revised[0]["areas"] == len(areas)
    assert [row["area"] for row in found.moves] == list(reversed(areas))[:LARGEST_MOVES]


def test_residents_and_ranks_are_compared_too(small_folder: Folder) -> None:
    def both(persons: float, rank: int, edition: str, origin: Origin = "publisher") -> Contribution:
        item = counts({}, name=edition, edition=edition, origin=origin)
        file = replace(item.files[0], sha256=f"{persons}{rank}", fetched_at=datetime.fromisoformat(f"{edition}-01"))
        population = pd.DataFrame({
            "file": 0, "stable": [AREA, AREA, OTHER], "mid_year": 2021, "age_from": [0, 16, 0], "age_to": [120, 64, 120],
            "persons": [persons, persons - 500, 900.0],
        })  # fmt: skip
        ranks = pd.DataFrame({
            "file": 0, "stable": AREA, "edition": 2019, "domain": ["overall", "income"], "rank": rank, "decile": 1,
            "areas_ranked": 32844,
        })  # fmt: skip
        return replace(item, files=(file,), population=population, deprivation=ranks)

    put(small_folder, both(1500, 90, "2021-01"))
    found = changes(*put(small_folder, both(1520, 95, "2021-02"), minutes=1))
    assert found.revised == (
        {"source": "street_counts", "measure": "deprivation ranks", "period": "2019", "areas": 1, "before": None, "after": None},
        {"source": "street_counts", "measure": "residents", "period": "mid-2021", "areas": 1, "before": 2400.0, "after": 2420.0},
    )  # fmt: skip
    assert [(row["measure"], row["was"], row["is"]) for row in found.moves] == [
        ("deprivation ranks", 90, 95), ("residents", 1500, 1520),
    ]  # fmt: skip


def test_changes_one_after_the_other() -> None:
    one, two = Changes(({"a": 1},), ({"b": 1},), ({"c": 1},)), Changes(({"a": 2},), (), ({"c": 2},))
    assert one.and_then(two) == Changes(({"a": 1}, {"a": 2}), ({"b": 1},), ({"c": 1}, {"c": 2}))
