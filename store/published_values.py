"""Values as they were published, for areas of any kind and periods of any length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from store.database import Store
from store.period import month_from_number
from store.reported import reported

# The stocks by which practices are weighed: patients by small area, and patients by practice.
PATIENTS_HERE, PATIENTS_OF_PRACTICES = "registered-patients-living-here", "registered-patients"
# Practices that look after fewer of the people here are not among those that serve the place.
LEAST_PRACTICE_SHARE = 0.05
_MONTH = "(year({0}.period_start) * 12 + month({0}.period_start) - 1)::INTEGER"
# So many areas are no place but those it is compared with.
_A_POOL = 100
# Kinds of area of which there are thousands.
_OF_MANY = ("stable", "data_zone", "practice", "school")
# How a place is found in the areas of each kind: the relations that lead there from its small areas.
_RELATIONS = {
    "council": ("in_council", "in_county"),
    "ward": ("in_ward",),
    "practice": ("patients",),
    "school": ("catchment",),
}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """What one published value covers: ``first`` is the first month's number, ``months`` how many (0 = on one day in it)."""

    first: int
    months: int

    @property
    def last(self) -> int:
        """The number of the last month."""
        return self.first + max(self.months, 1) - 1


@dataclass(frozen=True, slots=True)
class Parent:
    """An area of another kind in which a place lies: ``share`` of the place's residents (0–1)."""

    code: str
    name: str
    share: float


def reported_periods(store: Store, measures: Sequence[str]) -> pd.DataFrame:
    """Periods reported, single months and longer ones: ``measure, authority, first, months, state, file_id``, in order."""
    return reported(store).rows(measures)[["measure", "authority", "first", "months", "state", "file_id"]]


def periods_held(store: Store, measures: Sequence[str], kind: str) -> list[tuple[Period, int]]:
    """Every period for which something is held of areas of one ``kind``, with the number of figures, in order."""
    found = store.rows(
        f"SELECT {_MONTH.format('o')} AS first, o.period_months AS months, count(*) FROM observation o JOIN area a USING (area_id) "
        "JOIN measure m USING (measure_id) WHERE a.kind = ? AND m.name IN (SELECT unnest(?)) GROUP BY ALL ORDER BY ALL",
        [kind, list(measures)],
    )
    return [(Period(first, months), number) for first, months, number in found]


def slices_held(store: Store, measures: Sequence[str], kind: str, codes: Sequence[str] | None = None) -> pd.DataFrame:
    """Which files, authorities and periods stand behind the figures of areas of one ``kind`` (or of ``codes``): distinct
    ``file_id, authority, measure, first, months``, in no order."""
    if codes is not None:
        names = ["file_id", "authority", "measure", "first", "months"]
        return published(store, measures, kind, codes)[names].drop_duplicates()
    return store.frame(
        f"SELECT DISTINCT o.file_id, u.code AS authority, m.name AS measure, {_MONTH.format('o')} AS first, "
        "o.period_months AS months FROM observation o JOIN area a USING (area_id) JOIN measure m USING (measure_id) "
        "JOIN area u ON u.area_id = o.authority_id WHERE a.kind = ? AND m.name IN (SELECT unnest(?))",
        [kind, list(measures)],
    )


def is_published_in_periods(store: Store, measures: Sequence[str]) -> bool:
    """Whether all that is held of these measures is for longer periods than a month, or for single days."""
    return not reported(store).is_monthly(measures)


def published(store: Store, measures: Sequence[str], kind: str, codes: Sequence[str] | None = None) -> pd.DataFrame:
    """What is held for areas of one ``kind``: all of them, or ``codes``.

    Columns ``code, measure, first, months, numerator, denominator, value, status, low, high, authority, file_id``, in
    order; an event count that a reported period has no row for is not among them.
    """
    if kind in _OF_MANY:
        return _published_of_many(store, kind, measures, codes)
    # What one council publishes is soon asked of the next, and one measure after the other: all of it takes no longer
    # to read than a part.
    every = store.once(("published", kind), lambda: dict(list(_published(store, kind).groupby("measure"))))
    parts = [every[name] for name in sorted(set(measures)) if name in every]
    if not parts:
        return _published(store, kind, measures, codes)
    rows = (
        parts[0]
        if len(parts) == 1
        else pd.concat(parts).sort_values(["code", "measure", "first", "months", "authority"])
    )
    return rows if codes is None else rows[rows["code"].isin(codes)]


def _published_of_many(store: Store, kind: str, measures: Sequence[str], codes: Sequence[str] | None) -> pd.DataFrame:
    """Out of what a sitting has read of more areas before, if these are among them: a place is asked for after its pool."""
    if codes is None:
        return _published(store, kind, measures)
    held: dict[frozenset[str], pd.DataFrame] = store.once(("published of", kind, tuple(measures)), dict)
    wanted = frozenset(codes)
    for among, rows in held.items():
        if wanted <= among:
            return rows[rows["code"].isin(wanted)].reset_index(drop=True)
    found = _published(store, kind, measures, codes)
    if len(wanted) > _A_POOL:
        held[wanted] = found
    return found


def _published(
    store: Store, kind: str, measures: Sequence[str] | None = None, codes: Sequence[str] | None = None
) -> pd.DataFrame:
    return store.frame(
        f"SELECT a.code, m.name AS measure, {_MONTH.format('o')} AS first, o.period_months AS months, o.numerator, o.denominator, "
        "o.value, o.status, o.low, o.high, u.code AS authority, o.file_id FROM observation o JOIN area a USING (area_id) "
        "JOIN measure m USING (measure_id) JOIN area u ON u.area_id = o.authority_id WHERE a.kind = $1 "
        "AND ($2 IS NULL OR m.name IN (SELECT unnest($2))) AND ($3 IS NULL OR a.code IN (SELECT unnest($3))) "
        "ORDER BY a.code, m.name, o.period_start, o.period_months, u.code",
        [kind, *(list(names) if names is not None else None for names in (measures, codes))],
    )


def altered_measures(store: Store) -> frozenset[str]:
    """The measures of which anything held is not as it was counted: suppressed, rounded, inherited, or of low reliability."""
    if "altered_measures" not in store.kept_for_all:
        found = store.rows(
            "SELECT DISTINCT m.name FROM observation o JOIN measure m USING (measure_id) WHERE o.status <> 'observed'"
        )
        store.kept_for_all["altered_measures"] = frozenset(name for (name,) in found)
    kept: frozenset[str] = store.kept_for_all["altered_measures"]
    return kept


def parents_of(store: Store, members: Sequence[str], kind: str) -> tuple[Parent, ...]:
    """Councils (and counties), wards, practices or schools of a place of stable areas, the largest share first."""
    codes = list(dict.fromkeys(members))
    # Where nobody was counted every small area weighs the same.
    people = _newest(store.residents(codes))
    inside: dict[tuple[str, str], float] = {}
    for member, code, name, share in store.memberships(_RELATIONS[kind], codes):
        inside[code, name] = inside.get((code, name), 0.0) + people[member] * share
    found = (Parent(code, name, weight / sum(people.values())) for (code, name), weight in inside.items())
    return tuple(sorted(found, key=lambda parent: (-parent.share, parent.code)))


def _newest(residents: pd.DataFrame) -> dict[str, float]:
    """The newest estimate of each area; 1 where there is none."""
    if residents.columns.empty:
        return dict.fromkeys(residents.index, 1.0)
    newest = residents.sort_index(axis=1).ffill(axis=1).iloc[:, -1].fillna(1.0)
    return {str(code): float(persons) for code, persons in newest.items()}


def names_of(store: Store, kind: str, codes: Sequence[str]) -> dict[str, str]:
    """Name of each area of ``kind``."""
    return dict(
        store.rows(
            "SELECT code, name FROM area WHERE kind = ? AND code IN (SELECT unnest(?)) ORDER BY code",
            [kind, list(codes)],
        )
    )


def span_of_periods(store: Store, measures: Sequence[str]) -> tuple[date, date] | None:
    """First and last month covered by what is held of all these measures; None where one is not held."""
    found = reported(store).first_and_last(measures)
    return (month_from_number(found[0]), month_from_number(found[1])) if found else None


def member_shares(store: Store, members: Sequence[str], relation: str) -> list[tuple[str, str, float]]:
    """(parent, small area, share of the small area's people) of one relation, in order."""
    return store.rows(
        "SELECT p.code, a.code, m.share FROM area_member m JOIN area a ON a.area_id = m.member_id "
        "JOIN area p ON p.area_id = m.parent_id WHERE m.relation = ? AND a.kind = 'stable' "
        "AND a.code IN (SELECT unnest(?)) ORDER BY p.code, a.code",
        [relation, list(members)],
    )


def latest_stock(store: Store, measure: str, kind: str, codes: Sequence[str]) -> dict[str, float]:
    """The newest count of each area, where there is one."""
    return dict(
        store.rows(
            "SELECT a.code, max_by(o.numerator, o.period_start) FROM observation o JOIN area a USING (area_id) "
            "JOIN measure m USING (measure_id) WHERE m.name = ? AND a.kind = ? AND a.code IN (SELECT unnest(?)) "
            "AND o.numerator IS NOT NULL GROUP BY a.code ORDER BY a.code",
            [measure, kind, list(codes)],
        )
    )


def practices_of(store: Store, members: Sequence[str]) -> tuple[Parent, ...]:
    """The practices that serve a place of stable areas: those at least 5 in 100 of its people are with, the largest first."""
    return tuple(parent for parent in parents_of(store, members, "practice") if parent.share >= LEAST_PRACTICE_SHARE)


def share_of_its_patients(store: Store, members: Sequence[str], practices: Sequence[str]) -> Mapping[str, float]:
    """Of each practice's patients the share (0–1) that lives in ``members``; practices of unknown size are left out.

    A small area's patients with a practice are its share of that area's registered patients.
    """
    here = latest_stock(store, PATIENTS_HERE, "stable", members)
    sizes = latest_stock(store, PATIENTS_OF_PRACTICES, "practice", practices)
    patients: dict[str, float] = {}
    for practice, member, share in member_shares(store, members, "patients"):
        patients[practice] = patients.get(practice, 0.0) + share * here.get(member, 0.0)
    return {code: patients.get(code, 0.0) / sizes[code] for code in practices if sizes.get(code)}
