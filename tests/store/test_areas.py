"""The area tables made from the lookups."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from store.areas import area_rows
from store.errors import SourceChanged
from store.folder import SHIPPED
from store.lookups import Lookups, force_name, read_lookups
from store.placing import placement


@pytest.fixture(scope="module")
def lookups() -> Lookups:
    return read_lookups(SHIPPED / "lookups")


@pytest.fixture(scope="module")
def members(lookups: Lookups) -> pd.DataFrame:
    return area_rows(lookups)[1]


def test_every_stable_area_has_one_ward_one_council_and_one_force(members: pd.DataFrame) -> None:
    for relation in ("in_ward", "in_council", "in_police_force"):
        part = members[members["relation"] == relation]
        assert part["member_code"].is_unique
        assert len(part) == 34_630
        assert part["share"].between(0, 1, inclusive="right").all()


def test_a_split_parent_across_wards_goes_where_most_of_its_residents_live(
    lookups: Lookups, members: pd.DataFrame
) -> None:
    wards = members[(members["relation"] == "in_ward") & (members["share"] < 1)].set_index("member_code")
    fit = lookups.exact_fit
    split = wards[wards.index.isin(fit["lsoa11"][fit["change"] == "S"])]
    assert len(split) == 190
    residents = lookups.residents.set_index("lsoa21")["residents"]
    ward_of = lookups.wards.set_index("lsoa21")["ward"]
    for code, row in split.head(40).iterrows():
        inside: dict[str, float] = {}
        for child in fit["lsoa21"][fit["lsoa11"] == code]:
            inside[ward_of[child]] = inside.get(ward_of[child], 0) + residents[child]
        assert inside[row["parent_code"]] == max(inside.values())
        assert row["share"] == pytest.approx(max(inside.values()) / sum(inside.values()))


def test_country_follows_the_code(lookups: Lookups) -> None:
    areas, _ = area_rows(lookups)
    stable = areas[areas["kind"] == "stable"]
    assert set(zip(stable["code"].str[0], stable["country"], strict=True)) == {("E", "England"), ("W", "Wales")}
    assert not areas.duplicated(["kind", "code", "edition"]).any()


def test_devon_and_cornwall_police_holds_its_councils(lookups: Lookups) -> None:
    where = placement(lookups)
    councils = {where.council[code] for code, force in where.force.items() if force == "devon-and-cornwall"}
    names = set(lookups.wards["council_name"][lookups.wards["council"].isin(councils)])
    assert {"Plymouth", "Cornwall", "Torbay", "Exeter", "Isles of Scilly"} <= names
    assert where.stable["E01034866"] == where.stable["E01018867"] == "E01018867"


def test_a_small_area_without_a_ward_is_refused(lookups: Lookups) -> None:
    with pytest.raises(SourceChanged, match="E01000001 has no ward"):
        area_rows(replace(lookups, wards=lookups.wards[lookups.wards["lsoa21"] != "E01000001"]))


def test_a_council_without_a_force_is_refused(lookups: Lookups) -> None:
    forces = lookups.forces[lookups.forces["council_name"] != "Hartlepool"]
    with pytest.raises(SourceChanged, match="Hartlepool") as error:
        area_rows(replace(lookups, forces=forces))
    assert error.value.file == "council_to_police_force.csv"


@pytest.mark.parametrize(
    ("slug", "name"),
    [
        ("btp", "British Transport Police"), ("dyfed-powys", "Dyfed-Powys"), ("avon-and-somerset", "Avon and Somerset"),
        ("city-of-london", "City of London"),
    ],
)  # fmt: skip
def test_a_force_is_called_by_its_name(slug: str, name: str) -> None:
    assert force_name(slug) == name
