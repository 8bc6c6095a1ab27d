"""Finding a neighbourhood, ward, council or small area by what people type."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from store.database import Store
from store.plain_text import folded
from store.postcodes import normalise

HitKind: TypeAlias = Literal["place", "ward", "council", "small area"]

_LONGEST = 60
_SHORTEST = 2
_CODE = re.compile(r"[ewsn]\d{2,8}")
_ORDER: dict[HitKind, int] = {"place": 0, "council": 1, "ward": 2, "small area": 3}
_NOWHERE = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: ``code`` is a place's slug or a published code; ``note`` says where it lies, where that helps."""

    kind: HitKind
    code: str
    name: str
    note: str


def search(store: Store, text: str, limit: int = 12) -> tuple[Hit, ...]:
    """What bears a name or code like the first 60 characters of ``text``, blind to case, accents and punctuation.

    Neighbourhoods come first, by name or town; then names that begin with it, names with a word that does, and others.
    A whole postcode is looked for nowhere here (``store.postcodes`` does): it may be somebody's house.
    """
    if normalise(text) is not None:
        return ()
    wanted = folded(text[:_LONGEST])
    if len(wanted) < _SHORTEST:
        return ()
    ranked = [(_rank(wanted, plain), hit) for hit, plain in _named(store) if wanted in plain]
    ranked += [
        (min(_rank(wanted, folded(place.name)), _rank(wanted, folded(place.town))),
         Hit("place", place.slug, place.name, place.town)) for place in store.places
    ]  # fmt: skip
    if _CODE.fullmatch(wanted):
        codes = _of_published(store, wanted.upper())
        ranked += [(0, hit) for hit, _ in _named(store) if hit.code in codes and hit.kind == "small area"]
    found = [(rank, hit) for rank, hit in ranked if rank < _NOWHERE]
    found.sort(key=lambda one: (one[1].kind != "place", one[0], _ORDER[one[1].kind], one[1].name, one[1].code))
    return tuple(hit for _, hit in found[:limit])


def _rank(wanted: str, name: str) -> int:
    """0 where ``name`` begins with it, 1 where a word in it does, 2 where it stands inside one, 3 where nowhere."""
    if wanted not in name:
        return _NOWHERE
    return 0 if name.startswith(wanted) else 1 if f" {wanted}" in name else 2


def _named(store: Store) -> list[tuple[Hit, str]]:
    """Every ward, council and small area with its folded name; read once for a database."""
    if "names" not in store.kept_for_all:
        areas = store.small_areas().reset_index()
        columns = (areas[column].fillna("") for column in ("code", "name", "ward", "council"))
        hits = [
            Hit("small area", code, name, ", ".join(part for part in (ward, council) if part))
            for code, name, ward, council in zip(*columns, strict=True)
        ]
        # A ward's members lie in one council; where a county council stands above it, its district is named.
        hits += _hits(store.rows(
            "SELECT 'ward', w.code, w.name, coalesce(min(c.name), '') FROM area w "
            "JOIN area_member m ON m.parent_id = w.area_id AND m.relation = 'in_ward' "
            "LEFT JOIN area_member o ON o.member_id = m.member_id AND o.relation = 'in_council' "
            "LEFT JOIN area c ON c.area_id = o.parent_id WHERE w.kind = 'ward' GROUP BY w.code, w.name "
            "UNION ALL SELECT 'council', code, min(name), '' FROM area WHERE kind = 'council' GROUP BY code"
        ))  # fmt: skip
        store.kept_for_all["names"] = [(hit, folded(hit.name)) for hit in hits]
    found: list[tuple[Hit, str]] = store.kept_for_all["names"]
    return found


def _hits(rows: Iterable[tuple[HitKind, str, str, str]]) -> list[Hit]:
    return [Hit(*row) for row in rows]


def _of_published(store: Store, start: str) -> frozenset[str]:
    """Small areas of the published codes, of either edition, that begin like this."""
    found = store.rows(
        "SELECT DISTINCT s.code FROM area l JOIN area_member m ON m.member_id = l.area_id AND m.relation = 'contains' "
        "JOIN area s ON s.area_id = m.parent_id AND s.kind = 'stable' WHERE l.kind = 'lsoa' AND starts_with(l.code, $1) "
        "UNION SELECT code FROM area WHERE kind = 'data_zone' AND starts_with(code, $1)",
        [start],
    )
    return frozenset(row[0] for row in found)


def small_areas_of(store: Store, hit_kind: str, code: str) -> tuple[str, ...]:
    """The stable small areas of what was found, sorted; none where nobody knows it.

    Raises BadQuestion where a neighbourhood's file names small areas that this database does not know.
    """
    if hit_kind == "place":
        listed = [published for place in store.places if place.slug == code for published in place.small_areas]
        return tuple(sorted(set(store.stable_codes(listed).values())))
    if hit_kind == "small area":
        found = store.rows("SELECT code FROM area WHERE kind IN ('stable', 'data_zone') AND code = ?", [code])
    else:
        found = store.rows(
            "SELECT DISTINCT s.code FROM area p JOIN area_member m ON m.parent_id = p.area_id "
            "AND m.relation IN ('in_ward', 'in_council', 'in_county') JOIN area s ON s.area_id = m.member_id "
            "WHERE p.kind IN ('ward', 'council') AND p.kind = ? AND p.code = ? AND s.kind IN ('stable', 'data_zone') "
            "ORDER BY s.code",
            [hit_kind, code],
        )
    return tuple(row[0] for row in found)
