"""Neighbourhoods as areas, in England, Wales and Scotland."""

from __future__ import annotations

import pandas as pd
import pytest

from store.building import build
from store.contribution import Contribution
from store.database import Store, open_store
from store.errors import BadPlace
from store.folder import Folder
from store.place_areas import is_data_zone
from tests.store.contributions import AT, MEASURES, SOURCE, counts

PLACE = """schema = 1
name = "{name}"
[place]
small_areas = {codes}
"""
ZONES = ["S01010269", "S01010270"]


def written(folder: Folder, slug: str, codes: list[str]) -> None:
    """An area file with these small areas."""
    (folder.areas / f"{slug}.toml").write_text(PLACE.format(name=slug.title(), codes=codes).replace("'", '"'), "utf-8")


def built(folder: Folder, *contributions: Contribution, minutes: int = 0) -> Store:
    """The store after a build with these contributions."""
    build(folder, contributions, {SOURCE: MEASURES}, AT.replace(minute=minutes))
    return open_store(folder)


@pytest.mark.parametrize(
    ("code", "is_one"),
    [("S01006506", True), ("S01013481", True), ("S01006505", False), ("S01013482", False), ("E01015153", False),
     ("S0100650", False), ("S0100650x", False)],
)  # fmt: skip
def test_data_zones_are_known_by_their_codes(code: str, is_one: bool) -> None:
    assert is_data_zone(code) == is_one


def test_a_scottish_place_builds(small_folder: Folder) -> None:
    written(small_folder, "possil", ZONES)
    store = built(small_folder, counts({"2020-01": 3}))
    inside = store.rows(
        "SELECT a.kind, a.code, a.country FROM area p JOIN area_member m ON m.parent_id = p.area_id JOIN area a "
        "ON a.area_id = m.member_id WHERE p.kind = 'place' AND p.code = 'possil' AND m.relation = 'contains' ORDER BY 2"
    )
    assert inside == [("data_zone", code, "Scotland") for code in ZONES]
    assert store.rows("SELECT country FROM area WHERE kind = 'place'") == [("Scotland",)]
    assert store.stable_codes(ZONES) == {code: code for code in ZONES}
    assert store.small_areas(codes=ZONES)["police_force"].isna().all()


def test_a_code_of_no_small_area_is_still_an_error(small_folder: Folder) -> None:
    written(small_folder, "possil", [ZONES[0], "S01999999"])
    with pytest.raises(BadPlace, match="S01999999") as caught:
        built(small_folder)
    assert "Data Zones of 2011" in (caught.value.do or "")


def test_a_place_has_the_shares_of_every_ward_council_and_force(small_folder: Folder) -> None:
    written(small_folder, "exeter-two", ["E01019968", "E01019970"])
    written(small_folder, "exeter-one", ["E01019970"])
    store = built(small_folder, counts({"2020-01": 3}))
    shares = store.rows(
        "SELECT p.code, m.relation, round(sum(m.share), 9) FROM area_member m JOIN area p ON p.area_id = m.member_id "
        "WHERE p.kind = 'place' GROUP BY ALL ORDER BY ALL"
    )
    assert {row[2] for row in shares} == {1.0}
    expected = [
        (place, f"in_{kind}")
        for place in ("exeter-one", "exeter-two")
        for kind in ("council", "county", "police_force", "ward")
    ]
    assert [row[:2] for row in shares] == expected


def test_a_data_zone_takes_its_name_once_a_source_brings_it_and_carries_ranks_and_residents(
    small_folder: Folder,
) -> None:
    written(small_folder, "possil", ZONES)
    built(small_folder, counts({"2020-01": 3}))
    file = counts({"2020-01": 3}, name="simd.csv", edition="2020").files
    ranks = pd.DataFrame([{"file": 0, "stable": ZONES[0], "edition": 2020, "domain": "overall", "rank": 389, "decile": 1,
                           "areas_ranked": 6976}])  # fmt: skip
    people = pd.DataFrame(
        [{"file": 0, "stable": ZONES[0], "mid_year": 2017, "age_from": 0, "age_to": 120, "persons": 812.0}]
    )
    areas = pd.DataFrame([("data_zone", ZONES[0], "Possil Park - 01", "Scotland", None, None)],
                         columns=["kind", "code", "name", "country", "longitude", "latitude"])  # fmt: skip
    brought = Contribution(SOURCE, file, deprivation=ranks, population=people, areas=areas)
    for minutes, contributions in ((1, [brought]), (2, [counts({"2020-02": 1}, name="later.csv")])):
        store = built(small_folder, *contributions, minutes=minutes)
        assert store.small_areas(codes=ZONES)["name"].to_list() == ["Possil Park - 01", ZONES[1]]
        assert store.deprivation([ZONES[0]], 2020).loc[ZONES[0], "overall"] == 389
        assert store.residents([ZONES[0]]).loc[ZONES[0], 2017] == 812
        assert store.deprivation_editions("Scotland") == {2020: 6976}
        assert store.deprivation_editions("England") == {}
        assert store.deprivation_editions() == {2020: 6976}
