"""Schools and GP practices that a place could name: schools by where they stand, practices by where their patients live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
import shapely

from store.database import Store
from store.published_values import practices_of, share_of_its_patients
from store.school_phases import PHASES

# Three miles: children of eight and over may be expected to walk that far to school (Education Act 1996, section 444).
FARTHEST_KM = 4.8
# How many schools a place is to have, by phase, where so many stand near enough. An all-through school is both.
FEWEST: Mapping[str, int] = MappingProxyType({"primary": 2, "middle": 1, "secondary": 1})
_TEACHES: Mapping[str, tuple[str, ...]] = MappingProxyType({"all-through": ("primary", "secondary")})
# A degree of latitude on a sphere of the Earth's mean radius, 6,371.009 km.
_KM_PER_DEGREE = 111.195


@dataclass(frozen=True, slots=True)
class ProposedSchool:
    """An open school in or near a place: ``kilometres`` in a straight line from the place's edge, nought inside.

    ``phase`` is one of the words of PHASES, empty where the register gives none (special and independent schools).
    """

    code: str
    name: str
    phase: str
    kilometres: float
    inside: bool


@dataclass(frozen=True, slots=True)
class ProposedPractice:
    """A GP practice of a place, with both shares (0–1).

    ``of_people_here`` is the share of the people of the place who are with it, ``of_its_patients`` the share of its
    patients who live in the place; None where the number of its patients is not known.
    """

    code: str
    name: str
    of_people_here: float
    of_its_patients: float | None


def propose_schools(
    store: Store, stable_codes: Sequence[str], within_km: float = FARTHEST_KM
) -> tuple[ProposedSchool, ...]:
    """Open schools inside a place, and the nearest outside until it has two primary schools, a middle and a secondary one.

    A school outside is at most ``within_km`` from the place's edge, in a straight line; a small area without an outline
    is the point in its middle. In order of distance, then code. Empty where no register of schools is loaded, or where
    nothing says where the place lies. Which children go to which school is published nowhere: whoever shows these
    schools says that children here may go elsewhere.
    """
    ground = _ground(store, stable_codes)
    if ground is None:
        return ()
    near = _open_schools(store, ground, within_km)
    near = near[near["kilometres"] <= within_km].sort_values(["kilometres", "code"])
    wanted = dict(FEWEST)
    chosen = []
    for code, name, relation, kilometres in near.itertuples(index=False):
        phase = PHASES[relation]
        fills = [taught for taught in _TEACHES.get(phase, (phase,)) if wanted.get(taught, 0) > 0]
        if kilometres == 0 or fills:
            chosen.append(ProposedSchool(code, name, phase, kilometres, kilometres == 0))
            wanted |= {taught: wanted[taught] - 1 for taught in fills}
    return tuple(chosen)


def _ground(store: Store, stable_codes: Sequence[str]) -> shapely.Geometry | None:
    """The outlines of the small areas, or the points in the middle of those without one; None where neither is known."""
    outlines = store.outlines(stable_codes)
    middles = store.small_areas(codes=stable_codes)[["longitude", "latitude"]].dropna()
    shapes = [shapely.from_geojson(outline) for outline in outlines.values()]
    shapes += [shapely.Point(x, y) for code, x, y in middles.itertuples() if code not in outlines]
    return shapely.GeometryCollection(shapes) if shapes else None


def _open_schools(store: Store, ground: shapely.Geometry, within_km: float) -> pd.DataFrame:
    """``code, name, relation, kilometres`` (from the ground's edge, nought inside) of every open school in the box around
    it, wider on each side by ``within_km``; some of them are farther away than that."""
    west, south, east, north = shapely.bounds(ground).tolist()
    # The Earth is taken to be flat around the place: over ten kilometres that is wrong by metres.
    scale = _KM_PER_DEGREE * np.array([np.cos(np.radians((south + north) / 2)), 1.0])
    wider = within_km / scale
    found = store.frame(
        "SELECT a.code, a.name, m.relation, a.longitude, a.latitude FROM area a JOIN area_member m ON m.member_id = a.area_id "
        "WHERE a.kind = 'school' AND m.relation IN (SELECT unnest(?)) AND a.longitude BETWEEN ? AND ? "
        "AND a.latitude BETWEEN ? AND ? ORDER BY a.code",
        [list(PHASES), west - wider[0], east + wider[0], south - wider[1], north + wider[1]],
    )
    points = shapely.points(found[["longitude", "latitude"]].to_numpy(dtype=np.float64) * scale)
    flat = shapely.transform(ground, lambda degrees: degrees * scale)
    return found[["code", "name", "relation"]].assign(kilometres=shapely.distance(points, flat))


def propose_practices(store: Store, stable_codes: Sequence[str]) -> tuple[ProposedPractice, ...]:
    """The practices that at least 5 in 100 people of a place are with, the one most of them are with first.

    Empty where no file of patients by small area is loaded.
    """
    found = practices_of(store, stable_codes)
    theirs = share_of_its_patients(store, stable_codes, [practice.code for practice in found])
    return tuple(
        ProposedPractice(practice.code, practice.name, practice.share, theirs.get(practice.code)) for practice in found
    )
