"""Schools and practices a place could name: which stand inside it or near, and which look after its people."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.building import build
from store.contribution import Contribution
from store.database import Store, open_store
from store.folder import Folder
from store.proposals import FARTHEST_KM, FEWEST, ProposedPractice, ProposedSchool, propose_practices, propose_schools
from store.school_phases import PHASES, school_phases
from tests.indicators.period_worlds import yearly
from tests.store.contributions import AREA, AT, MEASURES, SOURCE
from tests.store.test_other_areas import areas, brought, members

OTHER, POINT = "E01019970", "E01019971"
ENGLAND = "E92000001"
# The place is one degree-hundredth square from here on, in two halves, the western with a hole in it.
WEST, SOUTH, SIZE = -3.50, 50.70, 0.01
KM_NORTH = 6371.009 * math.pi / 180
HALVES = {AREA: (WEST, WEST + SIZE / 2), OTHER: (WEST + SIZE / 2, WEST + SIZE)}
HOLE = (WEST + 0.001, WEST + 0.003, SOUTH + 0.004, SOUTH + 0.006)
School = tuple[str, str, float, float]  # code, relation (empty: closed), longitude, latitude


def _ring(west: float, east: float, south: float, north: float) -> list[list[float]]:
    return [[west, south], [west, north], [east, north], [east, south], [west, south]]


def outlines() -> pd.DataFrame:
    """Both halves of the place; an area of which only the middle is known is not among them."""
    rings = {code: [_ring(west, east, SOUTH, SOUTH + SIZE)] for code, (west, east) in HALVES.items()}
    rings[AREA].append(_ring(*HOLE))
    return pd.DataFrame([
        {"stable": code, "outline": json.dumps({"type": "Polygon", "coordinates": ring}),
         "longitude": sum(HALVES[code]) / 2, "latitude": SOUTH + SIZE / 2}
        for code, ring in rings.items()
    ])  # fmt: skip


def in_phase(schools: Sequence[School]) -> pd.DataFrame:
    """England and each open school, by the relation of its phase."""
    return pd.DataFrame([
        {"parent_kind": "country", "parent_code": ENGLAND, "member_kind": "school", "member_code": code,
         "relation": relation, "share": 1.0, "basis": "the tests"}
        for code, relation, _, _ in schools if relation
    ])  # fmt: skip


def register(schools: Sequence[School], **also: pd.DataFrame) -> Contribution:
    """A register of these schools, with the place's outlines."""
    known = [("school", code, f"School {code}", (x, y)) for code, _, x, y in schools]
    return brought("register.csv", areas=areas(*known), members=in_phase(schools), **also)


@pytest.fixture
def with_schools(small_folder: Folder) -> Folder:
    """The small world with the place's outlines."""
    build(small_folder, [brought("lines.csv", outlines=outlines())], {SOURCE: MEASURES}, AT)
    return small_folder


def proposed(folder: Folder, *schools: School, codes: Sequence[str] = (AREA, OTHER)) -> tuple[ProposedSchool, ...]:
    build(folder, [register(schools)], {SOURCE: MEASURES}, AT.replace(minute=30))
    return propose_schools(open_store(folder), codes)


def north(kilometres: float) -> float:
    """The latitude so many kilometres north of the place's northern edge."""
    return SOUTH + SIZE + kilometres / KM_NORTH


MIDDLE = WEST + 0.007


def test_every_open_school_inside_and_the_nearest_outside(with_schools: Folder) -> None:
    found = proposed(
        with_schools,
        ("100001", "nursery_school", MIDDLE, SOUTH + 0.002), ("100002", "school_without_phase", MIDDLE, SOUTH + 0.003),
        ("100003", "primary_school", MIDDLE, SOUTH + 0.005),
        ("100004", "primary_school", MIDDLE, north(1)), ("100005", "primary_school", MIDDLE, north(1.1)),
        ("100006", "secondary_school", MIDDLE, north(4)), ("100007", "secondary_school", MIDDLE, north(3)),
        ("100008", "middle_school", MIDDLE, north(2)), ("100009", "nursery_school", MIDDLE, north(0.1)),
        ("100010", "school_from_16", MIDDLE, north(0.1)), ("100011", "school_without_phase", MIDDLE, north(0.1)),
        # Closed, and without a place: neither is proposed, however near.
        ("100012", "", MIDDLE, SOUTH + 0.005), ("100013", "primary_school", math.nan, math.nan),
    )  # fmt: skip
    assert [(school.code, school.phase, school.inside) for school in found] == [
        ("100001", "nursery", True), ("100002", "", True), ("100003", "primary", True), ("100004", "primary", False),
        ("100008", "middle", False), ("100007", "secondary", False),
    ]  # fmt: skip
    assert [school.kilometres for school in found] == pytest.approx([0, 0, 0, 1, 2, 3], rel=1e-4)
    assert found[0].name == "School 100001"


def test_an_all_through_school_is_a_primary_and_a_secondary_school(with_schools: Folder) -> None:
    found = proposed(
        with_schools, ("100001", "all_through_school", MIDDLE, north(1)), ("100002", "secondary_school", MIDDLE, north(2)),
        ("100003", "primary_school", MIDDLE, north(2)), ("100004", "primary_school", MIDDLE, north(3)),
    )  # fmt: skip
    assert [school.code for school in found] == ["100001", "100003"]


def test_where_only_a_secondary_school_is_wanted_an_all_through_school_is_nearest_as_well(with_schools: Folder) -> None:
    found = proposed(
        with_schools, ("100005", "primary_school", MIDDLE, SOUTH + 0.001), ("100006", "primary_school", MIDDLE, SOUTH),
        ("100001", "all_through_school", MIDDLE, north(1)), ("100002", "secondary_school", MIDDLE, north(2)),
    )  # fmt: skip
    assert [school.code for school in found] == ["100005", "100006", "100001"]


@pytest.mark.parametrize(("longitude", "latitude", "kilometres"), [
    (MIDDLE, SOUTH, 0.0),
    (WEST - 0.01, SOUTH + 0.005, 0.01 * KM_NORTH * math.cos(math.radians(SOUTH + SIZE / 2))),
    # In the hole a school is outside, and near its edge.
    (WEST + 0.002, SOUTH + 0.005, 0.001 * KM_NORTH * math.cos(math.radians(SOUTH + SIZE / 2))),
    # From a corner.
    (WEST, SOUTH - 0.01, 0.01 * KM_NORTH),
])  # fmt: skip
def test_distance_is_from_the_nearest_edge(
    with_schools: Folder, longitude: float, latitude: float, kilometres: float
) -> None:
    (school,) = proposed(with_schools, ("100001", "primary_school", longitude, latitude))
    assert school.kilometres == pytest.approx(kilometres, rel=1e-4, abs=1e-9)
    assert school.inside == (kilometres == 0)


@pytest.mark.parametrize(("kilometres", "found"), [(FARTHEST_KM - 0.01, 1), (FARTHEST_KM + 0.01, 0)])
def test_a_school_too_far_away_is_not_proposed(with_schools: Folder, kilometres: float, found: int) -> None:
    assert len(proposed(with_schools, ("100001", "primary_school", MIDDLE, north(kilometres)))) == found


def test_nothing_is_proposed_where_nothing_is_known(with_schools: Folder) -> None:
    empty = open_store(with_schools)
    assert propose_schools(empty, [AREA]) == ()
    assert propose_practices(empty, [AREA]) == ()
    assert school_phases(empty) == {}
    # No outline and no middle: nobody can say what stands there.
    assert proposed(with_schools, ("100001", "primary_school", MIDDLE, SOUTH), codes=[POINT]) == ()


def test_an_area_without_an_outline_is_the_point_in_its_middle(with_schools: Folder) -> None:
    zone = "S01006506"
    (with_schools.areas / "culter.toml").write_text(
        f'schema = 1\nname = "Culter"\n[place]\nsmall_areas = ["{zone}"]\n', encoding="utf-8"
    )
    one = pd.DataFrame([("data_zone", zone, "Culter", "Scotland", WEST, SOUTH)], columns=list(areas().columns))
    build(with_schools, [brought("zones.csv", areas=one)], {SOURCE: MEASURES}, AT.replace(minute=20))
    found = proposed(with_schools, ("100001", "primary_school", WEST, SOUTH - 1 / KM_NORTH), codes=[zone])
    assert [(school.kilometres, school.inside) for school in found] == [(pytest.approx(1, rel=1e-4), False)]


def test_phases_stand_as_they_are_in_the_newest_register(with_schools: Folder) -> None:
    every: list[School] = [(f"2000{at:02d}", relation, MIDDLE, SOUTH) for at, relation in enumerate(PHASES)]
    proposed(with_schools, *every)
    assert list(school_phases(open_store(with_schools)).values()) == list(PHASES.values())
    closed = [(code, "" if code == "200001" else relation, x, y) for code, relation, x, y in every]
    build(with_schools, [register(closed)], {SOURCE: MEASURES}, AT.replace(minute=45))
    now = school_phases(open_store(with_schools))
    # The only primary school of this register closed, and no newer one names any.
    assert now["200000"] == "nursery"


# Many schools at once, beside a slow count ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crowded(small_world: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, list[School]]:
    random = np.random.default_rng(7)
    schools: list[School] = [
        (f"3000{at:02d}", str(random.choice(list(PHASES))), float(random.uniform(WEST - 0.08, WEST + 0.09)),
         float(random.uniform(SOUTH - 0.05, SOUTH + 0.06)))
        for at in range(80)
    ]  # fmt: skip
    root = tmp_path_factory.mktemp("crowded") / "data"
    shutil.copytree(small_world, root)
    folder = Folder(root)
    build(folder, [register(schools, outlines=outlines())], {SOURCE: MEASURES}, AT)
    return open_store(folder), schools


def _apart(longitude: float, latitude: float) -> float:
    """Kilometres on a sphere to the nearest of many points on the place's edge; nought inside."""
    inside = WEST <= longitude <= WEST + SIZE and SOUTH <= latitude <= SOUTH + SIZE
    if inside and not (HOLE[0] < longitude < HOLE[1] and HOLE[2] < latitude < HOLE[3]):
        return 0.0
    steps = np.linspace(0, 1, 400)
    lines = [*pairwise(_ring(WEST, WEST + SIZE, SOUTH, SOUTH + SIZE)), *pairwise(_ring(*HOLE))]
    x = np.concatenate([one[0] + steps * (other[0] - one[0]) for one, other in lines])
    y = np.concatenate([one[1] + steps * (other[1] - one[1]) for one, other in lines])
    a, b = np.radians(y), math.radians(latitude)
    across = np.sin((a - b) / 2) ** 2 + np.cos(a) * math.cos(b) * np.sin(np.radians(x - longitude) / 2) ** 2
    return float((2 * 6371.009 * np.arcsin(np.sqrt(across))).min())


@given(within=st.floats(0.05, 6))
def test_no_nearer_school_is_passed_over(crowded: tuple[Store, list[School]], within: float) -> None:
    store, schools = crowded
    found = propose_schools(store, (AREA, OTHER), within)
    slow = {code: _apart(x, y) for code, _, x, y in schools}
    assert {school.code: school.kilometres for school in found} == {
        school.code: pytest.approx(slow[school.code], abs=0.01) for school in found
    }
    assert list(found) == sorted(found, key=lambda school: (school.kilometres, school.code))
    assert {school.code for school in found if school.inside} == {code for code, apart in slow.items() if apart == 0}
    assert all(school.kilometres <= within for school in found)
    taught = {"primary": ("primary", "all-through"), "middle": ("middle",), "secondary": ("secondary", "all-through")}
    for phase, fewest in FEWEST.items():
        nearest = sorted(slow[code] for code, relation, _, _ in schools if PHASES[relation] in taught[phase])
        there = sorted(school.kilometres for school in found if school.phase in taught[phase])
        within_reach = [apart for apart in nearest if apart <= within - 0.01][:fewest]
        assert there[: len(within_reach)] == pytest.approx(within_reach, abs=0.01)


# Practices -----------------------------------------------------------------------------------------------------------


def test_practices_stand_with_both_shares(small_folder: Folder) -> None:
    surgeries = areas(*(("practice", f"L8300{at}", f"Surgery {at}", (None, None)) for at in range(1, 5)))
    shares = {("L83001", AREA): 0.6, ("L83001", OTHER): 0.2, ("L83002", AREA): 0.1, ("L83003", OTHER): 0.09,
              ("L83004", OTHER): 0.5}  # fmt: skip
    sizes = [
        {"code": code, "start": "2024-01", "numerator": size} for code, size in (("L83001", 4_000.0), ("L83002", 500.0))
    ]
    here = [{"code": code, "start": "2024-01", "numerator": 1_000.0} for code in (AREA, OTHER)]
    given_here = [
        yearly("registered-patients", "stock", sizes, area_kind="practice", months=0, areas=surgeries,
               members=members("patients", shares)),
        yearly("registered-patients-living-here", "stock", here, months=0),
    ]  # fmt: skip
    build(small_folder, given_here, {SOURCE: MEASURES}, AT)
    store = open_store(small_folder)
    # Both areas have as many residents as far as anybody knows: 4.5 % of the people are with the third.
    assert propose_practices(store, [AREA, OTHER]) == (
        ProposedPractice("L83001", "Surgery 1", pytest.approx(0.4), pytest.approx(0.2)),
        ProposedPractice("L83004", "Surgery 4", pytest.approx(0.25), None),
        ProposedPractice("L83002", "Surgery 2", pytest.approx(0.05), pytest.approx(0.2)),
    )
