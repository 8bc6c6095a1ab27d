"""The ground a question stands on: the place, what lies around it, and who may stand for “no programme”."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from indicators.exposure import monthly_residents
from indicators.finding import Question
from indicators.matching import DOMAINS
from indicators.neighbourhoods import Boundaries, grow_units, ring_of, unit_name
from store.database import Store
from store.errors import BadQuestion
from store.outline import Point
from store.period import Window
from store.schema import ALL_AGES

Marks = npt.NDArray[np.bool_]

_COUNTRY_CODES = {"England": "E92000001", "Wales": "W92000004", "Scotland": "S92000003"}
NOT_PUBLISHED = "The source of these figures does not exist for Scotland"


@dataclass(frozen=True)
class Ground:
    """A place and its pool of small areas, for one kind of authority; shared by all questions about the place.

    ``authority`` is the code of the authority whose reports the series rest on: the police force of most of the
    place's small areas, or the country where one national system counts.
    """

    store: Store
    members: tuple[str, ...]
    kind: str

    @cached_property
    def home(self) -> pd.DataFrame:
        """The place's own small areas."""
        found = self.store.small_areas(codes=self.members)
        if len(found) != len(self.members):
            raise BadQuestion("The place has small areas that no lookup knows", do="Use stable codes.")
        return found

    @cached_property
    def country(self) -> str:
        """The country most of the place lies in."""
        return self._most("country")

    def _most(self, column: str) -> str:
        """Where most of the place's small areas lie, as ``column`` of ``home`` says."""
        key = "most of a place", self.members, column
        return self.store.once(key, lambda: str(self.home[column].mode().iloc[0]))

    @property
    def not_published(self) -> str:
        """Why no publisher's figures can be had here, whatever is loaded; empty where they can.

        Every source so far covers England, or England and Wales.
        """
        return NOT_PUBLISHED if self.country == "Scotland" else ""

    @cached_property
    def authority(self) -> str:
        """The code of the authority that reports."""
        if self.kind == "country" or self.not_published:
            return _COUNTRY_CODES[self.country]
        return self._most("police_force")

    @cached_property
    def pool(self) -> pd.DataFrame:
        """All small areas of the same country and authority, the place's own among them."""
        force = self.authority if self.kind == "police_force" else None

        def of_country() -> pd.DataFrame:
            areas = self.store.small_areas(police_force=force)
            return areas[areas["country"] == self.country]

        return self.store.once(("pool", force, self.country), of_country)

    @cached_property
    def within(self) -> Mapping[str, int]:
        """The small areas of the pool in order, each with its row."""
        key = "rows of a pool", self.kind, self.authority, self.country
        # A list first: walking through an index of text goes a hundred times slower.
        return self.store.once(key, lambda: {code: row for row, code in enumerate(self.pool.index.to_list())})

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The small areas of the pool and the place, sorted."""
        key = (
            "codes",
            self.kind,
            self.authority,
            self.country,
            tuple(code for code in self.members if code not in self.within),
        )
        return self.store.once(key, lambda: tuple(sorted({*self.within, *self.members})))

    @cached_property
    def vertices(self) -> Mapping[str, frozenset[Point]]:
        """Boundary vertices of the pool."""
        return self.store.boundary_vertices(tuple(self.within))

    @cached_property
    def neighbours(self) -> Mapping[str, tuple[str, ...]]:
        """Who touches whom in the pool, and around the place."""
        return self.store.neighbours(self.codes)

    @cached_property
    def ring(self) -> tuple[str, ...]:
        """Areas that touch the place."""
        return ring_of(self.members, self.neighbours)

    @cached_property
    def residents(self) -> pd.DataFrame:
        """Mid-year residents of the pool and the place."""
        return self.store.residents(self.codes, ALL_AGES)

    @cached_property
    def _people(self) -> dict[tuple[int, ...], pd.DataFrame]:
        return {}

    def half_taken(self, area: str) -> tuple[str, ...]:
        """Published codes in the place's file that are only part of a small area of which the whole is used."""
        given = {code for place in self.store.places if place.slug == area for code in place.small_areas}
        editions = [parts for found in self.store.parts(self.members).values() for parts in found]
        return tuple(sorted(code for parts in editions if not set(parts) <= given for code in parts if code in given))

    def monthly_people(self, months: tuple[int, ...]) -> pd.DataFrame:
        """Residents at the middle of each month, one row a small area of the pool and the place."""
        if months not in self._people:
            values = monthly_residents(self.residents, months)
            self._people[months] = pd.DataFrame(values, index=self.residents.index, columns=list(months))
        return self._people[months]

    def matched_on(self, months: tuple[int, ...], inside: Marks, usable: Marks, edition: int) -> pd.DataFrame:
        """What small areas add to the profile of their unit, one row an area as in ``residents``: its weight, its
        person-years over the ``usable`` of ``months``, and its deprivation ranks times the weight.

        The weight of a small area in its unit is its residents over the months ``inside``, or over all where none are.
        """
        key = months, inside.tobytes(), usable.tobytes(), edition
        if key not in self._matched_on:
            people = self.monthly_people(months).to_numpy()
            weights = people[:, inside].mean(axis=1) if inside.any() else people.mean(axis=1)
            years = people[:, usable].sum(axis=1) / 12
            ranks = self.ranks(edition).to_numpy(dtype=float)
            table = np.column_stack([weights, years, ranks * weights[:, None]])
            self._matched_on[key] = pd.DataFrame(table, index=self.residents.index)
        return self._matched_on[key]

    @cached_property
    def _matched_on(self) -> dict[tuple[tuple[int, ...], bytes, bytes, int], pd.DataFrame]:
        return {}

    @cached_property
    def _ranks(self) -> dict[int, pd.DataFrame]:
        return {}

    def ranks(self, edition: int) -> pd.DataFrame:
        """Deprivation ranks of one edition, one row a small area as in ``residents``, the whole index first."""
        if edition not in self._ranks:
            codes = list(self.residents.index)
            self._ranks[edition] = self.store.deprivation(codes, edition).reindex(columns=["overall", *DOMAINS])
        return self._ranks[edition]

    def left_out(self, question: Question, measures: Collection[str], *, programmes: bool) -> dict[str, str]:
        """Areas that may not stand for “no programme”, each with the reason, in the order of the codes.

        ``programmes`` says whether programmes that overlap the windows on the same outcome are among them.
        """
        found = self.taken(question, measures, programmes=programmes)
        found |= dict.fromkeys(self.ring, "touches the place, where change could spill over")
        within = self.within
        return {code: found[code] for code in sorted(found) if code not in self.members and code in within}

    def taken(self, question: Question, measures: Collection[str], *, programmes: bool) -> dict[str, str]:
        """The same wherever the place lies: areas with a programme or a page of their own, and those its file leaves out."""
        found: dict[str, str] = {}
        if programmes and question.before is not None and question.after is not None:
            aims = {question.indicator, *measures}
            for item in self.store.programmes:
                if aims & set(item.aims) and _overlap(item.months, question.before, question.after):
                    for spot in item.places:
                        found |= dict.fromkeys(
                            self.store.stable_codes(spot.small_areas).values(),
                            f"{item.name}: {spot.name} ({spot.sure})",
                        )
        for slug, name, codes in self._places:
            if slug != question.area:
                found |= dict.fromkeys(codes, f"part of {name}, which has its own page")
        if question.exclude:
            found |= dict.fromkeys(
                self.store.stable_codes(question.exclude).values(), "left out by the neighbourhood's own file"
            )
        return found

    @property
    def _places(self) -> Sequence[tuple[str, str, tuple[str, ...]]]:
        """Every place that has a page: its slug, its name and its small areas."""
        store = self.store
        return store.once(
            ("places", store.key),
            lambda: [(one.slug, one.name, tuple(store.stable_codes(one.small_areas).values())) for one in store.places],
        )

    def units(self, left_out: Collection[str]) -> tuple[tuple[str, ...], ...]:
        """Comparison units of as many small areas as the place has, grown over what is left of the pool."""
        key = frozenset(left_out)
        if key not in self._grown:
            size = len(self.members)
            taken = key.union(self.members)
            free = [code for code in self._comparable if code not in taken and (size == 1 or code in self.vertices)]
            self._grown[key] = grow_units(free, size, self._boundaries)
        return self._grown[key]

    @cached_property
    def _boundaries(self) -> Boundaries:
        key = "boundaries", self.kind, self.authority, self.country
        return self.store.once(key, lambda: Boundaries(self.neighbours, self.vertices))

    @cached_property
    def _comparable(self) -> Sequence[str]:
        """The small areas of the pool that are the same in both editions."""
        key = "comparable", self.kind, self.authority, self.country
        return self.store.once(key, lambda: self.pool.index[self.pool["comparable"]].to_list())

    @cached_property
    def _grown(self) -> dict[frozenset[str], tuple[tuple[str, ...], ...]]:
        # Outcomes whose programmes are the same leave out the same areas, and growth knows nothing of the outcome.
        return {}

    @cached_property
    def _called(self) -> tuple[dict[str, str], dict[str, str]]:
        """Name and council of every small area of the pool."""

        def called() -> tuple[dict[str, str], dict[str, str]]:
            names, councils = (self.pool[column].to_list() for column in ("name", "council"))
            return dict(zip(self.within, names, strict=True)), dict(zip(self.within, councils, strict=True))

        return self.store.once(("called", self.kind, self.authority, self.country), called)

    def names(self, units: Collection[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
        """The name of each unit."""
        return {unit: unit_name(unit, *self._called) for unit in units}


def _overlap(months: Window, before: Window, after: Window) -> bool:
    """Whether some of ``months`` lie in one of the two windows."""
    return any(months.first <= span.last and span.first <= months.last for span in (before, after))
