"""Areas that no lookup holds: added, named, placed and carried over, and the people they look after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pandas as pd
import pytest

from store.building import build
from store.contribution import Contribution
from store.database import Store, open_store
from store.folder import Folder
from tests.store.contributions import AT, MEASURES, SOURCE, counts

AREAS = ["kind", "code", "name", "country", "longitude", "latitude"]
Place = tuple[float | None, float | None]


def areas(*rows: tuple[str, str, str, Place]) -> pd.DataFrame:
    """(kind, code, name, (longitude, latitude)) of each area."""
    return pd.DataFrame([(kind, code, name, "England", *place) for kind, code, name, place in rows], columns=AREAS)


def members(relation: str, shares: dict[tuple[str, str], float], kind: str = "practice") -> pd.DataFrame:
    """(practice, small area) → share of the small area's people."""
    return pd.DataFrame([
        {"parent_kind": kind, "parent_code": parent, "member_kind": "stable", "member_code": member,
         "relation": relation, "share": share, "basis": "the tests"}
        for (parent, member), share in shares.items()
    ])  # fmt: skip


def brought(name: str, **given: pd.DataFrame) -> Contribution:
    """A file that brings areas and memberships, and nothing else."""
    return Contribution(SOURCE, counts({"2020-01": 1}, name=name).files, **given)  # type: ignore[arg-type]


def built(folder: Folder, contributions: Sequence[Contribution], minutes: int) -> Store:
    build(folder, contributions, {SOURCE: MEASURES}, AT + timedelta(minutes=minutes))
    return open_store(folder)


def told(store: Store, kind: str = "practice") -> dict[str, tuple[str, Place]]:
    """Code → (name, place)."""
    rows = store.rows("SELECT code, name, longitude, latitude FROM area WHERE kind = ? ORDER BY code", [kind])
    return {code: (name, (longitude, latitude)) for code, name, longitude, latitude in rows}


def looked_after(store: Store) -> list[tuple[str, str, str, float]]:
    return store.rows(
        "SELECT m.relation, p.code, a.code, m.share FROM area_member m JOIN area p ON p.area_id = m.parent_id "
        "JOIN area a ON a.area_id = m.member_id WHERE p.kind IN ('practice', 'school') ORDER BY ALL"
    )


def test_areas_are_added_named_placed_and_carried_over(small_folder: Folder) -> None:
    first = brought(
        "first.csv",
        areas=areas(
            ("practice", "L83001", "Old Surgery", (-3.5, 50.7)), ("practice", "L83002", "Hill Surgery", (None, None)),
            ("school", "900001", "First School", (None, None)), ("council", "E07000041", "Another name", (None, None)),
        ),
        members=pd.concat([
            members("patients", {("L83001", "E01019968"): 0.5, ("L83002", "E01019968"): 0.25}),
            members("catchment", {("900001", "E01019970"): 0.75}, "school"),
        ]),
    )  # fmt: skip
    store = built(small_folder, [first], 1)
    assert told(store) == {
        "L83001": ("Old Surgery", (-3.5, 50.7)), "L83002": ("Hill Surgery", (None, None)),
    }  # fmt: skip
    # What the lookups name keeps its name, and stands once.
    assert told(store, "council")["E07000041"][0] == "Exeter"
    assert looked_after(store) == [
        ("catchment", "900001", "E01019970", 0.75), ("patients", "L83001", "E01019968", 0.5),
        ("patients", "L83002", "E01019968", 0.25),
    ]  # fmt: skip
    # Within one build a place that is known wins over one that is not, whatever the order.
    later = [
        brought("a.csv", areas=areas(("practice", "L83003", "Mill Surgery", (-3.4, 50.6)))),
        brought("b.csv", areas=areas(("practice", "L83003", "Mill Surgery", (None, None)),
                                     ("practice", "L83001", "New Surgery", (None, None))),
                members=members("patients", {("L83001", "E01019968"): 0.4, ("L83001", "E01999999"): 1.0})),
    ]  # fmt: skip
    store = built(small_folder, later, 2)
    expected = {
        "L83001": ("New Surgery", (-3.5, 50.7)), "L83002": ("Hill Surgery", (None, None)), "L83003": ("Mill Surgery", (-3.4, 50.6)),
    }  # fmt: skip
    assert told(store) == expected
    # Patients were brought again, so those of before are gone; catchments were not, and stand. A small area that the
    # lookups do not know is left out.
    carried = [("catchment", "900001", "E01019970", 0.75), ("patients", "L83001", "E01019968", 0.4)]
    assert looked_after(store) == carried
    store = built(small_folder, [counts({"2020-02": 2})], 3)
    assert told(store) == expected
    assert looked_after(store) == carried


def test_a_relation_that_only_the_project_makes_is_refused(small_folder: Folder) -> None:
    wrong = brought("wrong.csv", areas=areas(("practice", "L83001", "Surgery", (None, None))),
                    members=members("contains", {("L83001", "E01019968"): 1.0}))  # fmt: skip
    with pytest.raises(ValueError, match="may not bring the relation contains"):
        built(small_folder, [wrong], 1)
    assert small_folder.stamp() is None
