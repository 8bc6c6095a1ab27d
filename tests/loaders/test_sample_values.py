"""The sample's yearly values: which enter it, and that they come out of it as they went in."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from loaders.reading import sha256_of
from loaders.sample import FOLDER, read_sample
from loaders.sample_values import values_by_source, values_contribution
from store.building import build
from store.contribution import LoadedFile, Measure
from store.database import Store, open_store
from store.folder import Folder
from store.published_values import published
from tests.indicators.period_worlds import ENGLAND, FORCE, SOURCE, yearly
from tests.store.contributions import counts
from tests.store.test_other_areas import areas

EXETER, BATH, DEVON = "E07000041", "E06000022", "E10000008"
HERE, BATHS = "E01019968", "E01014370"
WEST, EAST = "E12000009", "E12000006"
KEY = ["measure", "area_kind", "area_code", "period_start"]


@pytest.fixture(scope="module")
def store(small_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    root = tmp_path_factory.mktemp("values") / "data"
    shutil.copytree(small_world, root)

    def rows(*codes: str) -> list[dict[str, object]]:
        return [
            {"code": code, "start": "2020-04", "numerator": 5.0, "denominator": 10.0, "value": 50.0} for code in codes
        ]

    regions = areas(("region", WEST, "South West", (None, None)), ("region", EAST, "East of England", (None, None)))
    schools = areas(("school", "900001", "First School", (None, None)))
    given = [
        counts({"2020-01": 3}),
        yearly("price", "median", rows(HERE, BATHS)),
        yearly("fires", "events", rows(HERE)), yearly("on-benefits", "stock", rows(HERE)),
        yearly("of-councils", "events", rows(EXETER, DEVON, BATH), area_kind="council"),
        yearly("of-regions", "proportion", rows(WEST, EAST), area_kind="region", areas=regions),
        yearly("of-countries", "mean", rows(ENGLAND, "W92000004"), area_kind="country"),
        yearly("of-schools", "mean", rows("900001"), area_kind="school", areas=schools),
        yearly("local-scores", "mean", rows(HERE), rule="local"),
    ]  # fmt: skip
    folder = Folder(root)
    build(folder, given, {}, datetime.fromisoformat("2026-11-22T06:00"))
    return open_store(folder)


def test_only_what_lies_in_or_around_the_force_enters_and_nothing_a_community_brought(store: Store) -> None:
    (found,) = values_by_source(store, FORCE).values()
    assert list(zip(found["measure"], found["area_kind"], found["area_code"], strict=True)) == [
        ("of-councils", "council", EXETER), ("of-councils", "council", DEVON),
        ("of-countries", "country", ENGLAND), ("of-regions", "region", WEST), ("price", "stable", HERE),
    ]  # fmt: skip
    row = found.set_index("measure").loc["of-regions"]
    assert (row["area_name"], row["country"], row["authority_kind"], row["authority"]) == (
        "South West", "England", "country", ENGLAND,
    )  # fmt: skip
    assert (row["numerator"], row["denominator"], row["value"], row["status"]) == (5, 10, 50, "observed")


def test_another_force_has_its_own(store: Store) -> None:
    (found,) = values_by_source(store, "avon-and-somerset").values()
    assert set(found["area_code"]) == {BATH, BATHS, ENGLAND, WEST}


def test_a_file_of_values_is_a_contribution_that_cannot_say_what_had_no_place(store: Store) -> None:
    frame = values_by_source(store, FORCE)[SOURCE.name]
    known = {name: Measure(name, "mean", "points") for name in ("price", "of-regions", "of-councils", "of-countries")}
    file = LoadedFile(
        "values.parquet",
        "0" * 64,
        1,
        "",
        datetime.fromisoformat("2026-01-01"),
        "2020-04",
        "sample",
        len(frame),
        len(frame),
    )
    entry = {"measures": ["of-councils", "price"]}
    found = values_contribution(SOURCE, known, entry, frame, file)
    assert (found.source, found.files, found.measures) == (SOURCE, (file,), (known["of-councils"], known["price"]))
    assert len(found.observations) == len(frame)
    assert set(found.observations.columns).isdisjoint({"area_name", "country"})
    placed = found.coverage.set_index("measure")["rows_placed"].to_dict()
    assert placed == {"of-councils": 2, "of-countries": 1, "of-regions": 1, "price": 1}
    assert found.coverage["rows_unlocated"].isna().all()
    # Small areas come from the lookups; all others are named here.
    assert sorted(zip(found.areas["kind"], found.areas["code"], strict=True)) == [
        ("council", EXETER), ("council", DEVON), ("country", ENGLAND), ("region", WEST),
    ]  # fmt: skip
    assert found.areas["longitude"].isna().all()


def test_the_shipped_values_are_in_the_database_as_they_are_in_the_files(sample_store: Store) -> None:
    found = values_by_source(sample_store, FORCE)
    paths = {path.stem.removeprefix("values-"): path for path in FOLDER.glob("values-*.parquet")}
    assert set(found) == set(paths) == {"explore_education", "fingertips", "house_prices", "personal_wellbeing"}
    for source, path in paths.items():
        ours, theirs = (part.sort_values(KEY, ignore_index=True) for part in (found[source], pd.read_parquet(path)))
        pd.testing.assert_frame_equal(ours, theirs[list(ours.columns)], check_dtype=False)
        assert not theirs.duplicated(KEY).any()


def test_the_shipped_files_name_their_sources_and_measures(sample_store: Store) -> None:
    held = {
        item.source.name: item
        for item in read_sample().contributions
        if item.files[0].original_name.startswith("values-")
    }
    assert {name: len(item.measures) for name, item in held.items()} == {
        "explore_education": 18, "fingertips": 5, "house_prices": 1, "personal_wellbeing": 4,
    }  # fmt: skip
    for item in held.values():
        assert item.files[0].sha256 == sha256_of(FOLDER / item.files[0].original_name)
        assert {measure.name for measure in item.measures} == set(item.observations["measure"])
        assert item.coverage["rows_placed"].sum() == len(item.observations)
    # They are years, whatever else the sample holds by month.
    assert published(sample_store, ["happiness"], "council", ["E06000026"])["months"].unique().tolist() == [12]
