"""What was told of the Beacon in Falmouth, 1995 to 1999: every version with its source, as facts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from store.errors import BadPlace, BadQuestion
from store.folder import SHIPPED
from store.period import Window, parse_month, window
from store.toml import Table, read_toml

PATH = SHIPPED / "beacon.toml"
Shape = Literal["fall", "rise", "number"]

_TOP = (
    "schema",
    "place",
    "area",
    "from",
    "until",
    "headline_source",
    "headline_years",
    "headline_note",
    "work",
    "claim",
)
_CLAIM = (
    "slug", "outcome", "headline", "told", "shape", "known", "expected", "expected_source", "version", "counts", "part",
    "background",
)  # fmt: skip
_BACKGROUND = (
    "what", "label", "place", "country", "unchecked", "first", "last", "unit", "first_years", "last_years", "told",
    "words", "source",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Work:
    """Something that was done, with who says so."""

    what: str
    source: str


@dataclass(frozen=True, slots=True)
class Version:
    """How one source tells a claim; ``told`` is its change in percent where it is of the headline's own measure."""

    says: str
    told: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Two counts of ``what``, before and after; ``years`` is empty where the source states none."""

    what: str
    before: int
    after: int
    years: str
    source: str


@dataclass(frozen=True, slots=True)
class Part:
    """``part`` of ``whole`` counted in one year: another reading of two counts, in which nothing changed over time."""

    what: str
    part: int
    whole: int
    year: str
    source: str


@dataclass(frozen=True, slots=True)
class Background:
    """What happened elsewhere: two figures with their years, or a change ``told`` in percent, or words alone.

    ``country`` where it is the country over the nearest years, ``checked`` where its source has been seen.
    """

    what: str
    label: str
    place: str
    country: bool
    checked: bool
    first: float | None
    last: float | None
    unit: str
    first_years: str
    last_years: str
    told: float | None
    words: str
    source: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One outcome: the headline, its other versions, its counts, what happened elsewhere, and what can be known."""

    slug: str
    outcome: str
    headline: str
    told: float | None
    shape: Shape
    known: str
    expected: float | None
    expected_source: str
    versions: tuple[Version, ...]
    counts: tuple[Counts, ...]
    parts: tuple[Part, ...]
    background: tuple[Background, ...]


@dataclass(frozen=True, slots=True)
class Beacon:
    """The place, its months, what was done, and every claim; ``area`` is the short name of its neighbourhood file."""

    place: str
    area: str
    months: Window
    headline_source: str
    headline_years: str
    headline_note: str
    works: tuple[Work, ...]
    claims: tuple[Claim, ...]


def read_beacon(path: Path = PATH) -> Beacon:
    """The claims of ``path``; BadPlace names the key that is wrong."""
    top = Table(read_toml(path), _TOP, path.name)
    top.number("schema", least=1, most=1, default=0)
    try:
        months = window(parse_month(top.text("from", needed=True)), parse_month(top.text("until", needed=True)))
    except BadQuestion as error:
        raise BadPlace(f"The project's months are wrong: {error.message}", file=path.name, do=error.do) from error
    works = [Table(values, ("what", "source"), path.name, "work") for values in top.tables("work")]
    claims = tuple(_claim(Table(values, _CLAIM, path.name, "claim")) for values in top.tables("claim"))
    twice = {claim.slug for claim in claims if [one.slug for one in claims].count(claim.slug) > 1}
    if twice:
        raise top.wrong("claim", f"a list in which {min(twice)} stands once")
    return Beacon(
        place=top.text("place", needed=True),
        area=top.text("area", needed=True),
        months=months,
        headline_source=top.text("headline_source", needed=True),
        headline_years=top.text("headline_years"),
        headline_note=top.text("headline_note"),
        works=tuple(Work(table.text("what", needed=True), table.text("source", needed=True)) for table in works),
        claims=claims,
    )


def _claim(table: Table) -> Claim:
    shape = table.text("shape", needed=True)
    if shape not in get_args(Shape):
        raise table.wrong("shape", "one of " + ", ".join(get_args(Shape)))
    expected = _figure(table, "expected", least=0)
    return Claim(
        slug=table.text("slug", needed=True),
        outcome=table.text("outcome", needed=True),
        headline=table.text("headline"),
        told=_figure(table, "told"),
        shape=cast(Shape, shape),
        known=table.text("known", needed=True),
        expected=expected,
        expected_source=table.text("expected_source", needed=expected is not None),
        versions=tuple(_version(one) for one in _inner(table, "version", ("says", "told", "source"))),
        counts=tuple(_counts(one) for one in _inner(table, "counts", ("what", "before", "after", "years", "source"))),
        parts=tuple(_part(one) for one in _inner(table, "part", ("what", "part", "whole", "year", "source"))),
        background=tuple(_background(one) for one in _inner(table, "background", _BACKGROUND)),
    )


def _inner(table: Table, key: str, known: tuple[str, ...]) -> list[Table]:
    found: tuple[Mapping[str, Any], ...] = table.tables(key)
    return [Table(values, known, table.file, f"claim.{key}") for values in found]


def _version(table: Table) -> Version:
    return Version(table.text("says", needed=True), _figure(table, "told"), table.text("source", needed=True))


def _counts(table: Table) -> Counts:
    return Counts(
        what=table.text("what", needed=True),
        before=_count(table, "before"),
        after=_count(table, "after"),
        years=table.text("years"),
        source=table.text("source", needed=True),
    )


def _part(table: Table) -> Part:
    found = Part(
        what=table.text("what", needed=True),
        part=_count(table, "part"),
        whole=_count(table, "whole"),
        year=table.text("year", needed=True),
        source=table.text("source", needed=True),
    )
    if found.part > found.whole:
        raise table.wrong("part", "no more than the whole")
    return found


def _background(table: Table) -> Background:
    first, last, told = _figure(table, "first", least=0), _figure(table, "last", least=0), _figure(table, "told")
    words = table.text("words")
    kinds = [first is not None and last is not None, told is not None, bool(words)]
    if kinds.count(True) != 1 or (first is None) != (last is None) or first == 0:
        raise table.wrong(
            "first", "above nought and given with “last”, or else leave it out and give “told” or “words”"
        )
    return Background(
        what=table.text("what", needed=True),
        label=table.text("label", longest=12),
        place=table.text("place", needed=True),
        country=table.flag("country"),
        checked=not table.flag("unchecked"),
        first=first,
        last=last,
        unit=table.text("unit", needed=first is not None),
        first_years=table.text("first_years", needed=first is not None),
        last_years=table.text("last_years", needed=first is not None),
        told=told,
        words=words,
        source=table.text("source", needed=True),
    )


def _count(table: Table, key: str) -> int:
    # Left out it is below what is allowed: a missing count is not a count of nought.
    return table.number(key, least=0, most=1_000_000, default=-1)


def _figure(table: Table, key: str, *, least: float = -100) -> float | None:
    """A figure that may have decimals; None where it is left out. A fall of more than 100 % does not exist."""
    value = table.values.get(key)
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value) or value < least:
        raise table.wrong(key, f"a number of at least {least:g}")
    return float(value)
