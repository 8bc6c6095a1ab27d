"""Programmes of the same kind elsewhere: places that must not stand for "no programme"."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from store.errors import BadPlace, BadQuestion
from store.period import Window, parse_month, window
from store.toml import Table, read_toml


@dataclass(frozen=True, slots=True)
class ProgrammePlace:
    """Where a programme worked, with how sure that is."""

    name: str
    small_areas: tuple[str, ...]
    sure: str
    why: str


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme: its months, the indicators it aimed at, and its places."""

    slug: str
    name: str
    funder: str
    aims: tuple[str, ...]
    months: Window
    source: str
    places: tuple[ProgrammePlace, ...]


def read_programme(path: Path) -> Programme:
    """One programme file; BadPlace names the key that is wrong."""
    top = Table(read_toml(path), ("schema", "name", "funder", "aims", "from", "until", "source", "place"), path.name)
    top.number("schema", least=1, most=1, default=0)
    try:
        months = window(parse_month(top.text("from", needed=True)), parse_month(top.text("until", needed=True)))
    except BadQuestion as error:
        raise BadPlace(f"The programme's months are wrong: {error.message}", file=path.name, do=error.do) from error
    places = []
    for values in top.tables("place"):
        table = Table(values, ("name", "small_areas", "sure", "why"), path.name, "place")
        places.append(
            ProgrammePlace(
                name=table.text("name", needed=True),
                small_areas=table.texts("small_areas"),
                sure=table.text("sure", needed=True),
                why=table.text("why"),
            )
        )
    return Programme(
        slug=path.stem,
        name=top.text("name", needed=True),
        funder=top.text("funder", needed=True),
        aims=top.texts("aims"),
        months=months,
        source=top.text("source", needed=True),
        places=tuple(places),
    )


def read_programmes(folder: Path) -> tuple[Programme, ...]:
    """Every programme in ``folder``, by name."""
    return tuple(read_programme(path) for path in sorted(folder.glob("*.toml")))
