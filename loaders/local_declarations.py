"""Local indicators the project knows, from ``data/local_indicators.toml``, and how any local indicator may be declared."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from store.contribution import Measure, MeasureKind
from store.errors import BadPlace
from store.folder import SHIPPED
from store.toml import Table, read_toml

PATH = SHIPPED / "local_indicators.toml"
# Local measures carry this mark, so that no name a community chooses can run into a publisher's measure.
MARK = "local-"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,49}")
KINDS: Mapping[str, MeasureKind] = MappingProxyType(
    {"count": "events", "level": "stock", "out of": "proportion", "mean": "mean", "median": "median"}
)
DIRECTIONS = ("lower", "higher", "neither")
# What the figures are about → the rule of data/suppression.toml.
RULES: Mapping[str, str] = MappingProxyType(
    {"people": "local", "children or health": "local_sensitive", "things": "local_things"}
)


@dataclass(frozen=True, slots=True)
class LocalIndicator:
    """A local indicator: ``kind`` is one of KINDS, ``better`` of DIRECTIONS, ``about`` of RULES.

    ``lowest`` and ``highest`` are the ends of an average's scale (None: open); ``survey`` says that people are asked. ``question`` is there in full where its
    licence allows; ``counted`` names the answers that count.
    """

    name: str
    title: str
    kind: str
    unit: str
    better: str
    about: str
    lowest: float | None = None
    highest: float | None = None
    survey: bool = False
    question: str = ""
    answers: str = ""
    counted: str = ""
    licence: str = ""
    source: str = ""
    note: str = ""

    @property
    def measure(self) -> Measure:
        """The store's measure of this indicator."""
        return Measure(MARK + self.name, KINDS[self.kind], self.unit)


def _ends(table: Table) -> tuple[float | None, float | None]:
    found = []
    for key in ("lowest", "highest"):
        value = table.values.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise table.wrong(key, "a number")
        found.append(None if value is None else float(value))
    return found[0], found[1]


def read_declarations(path: Path) -> dict[str, LocalIndicator]:
    """The declarations by name, in the order of the file; BadPlace names the row and key that is wrong."""
    known = ("name", "title", "kind", "unit", "better", "about", "lowest", "highest", "survey", "question", "answers", "counted",
             "licence", "source", "note")  # fmt: skip
    found: dict[str, LocalIndicator] = {}
    for values in Table(read_toml(path), ("indicator",), path.name).tables("indicator"):
        table = Table(values, known, path.name, "indicator")
        name = table.text("name", needed=True)
        if not NAME.fullmatch(name) or name in found:
            raise BadPlace(f"“{name}” is not a name of its own", file=path.name, column="indicator.name",
                           do="Use 2 to 50 of a–z, 0–9 and hyphens, each name once.")  # fmt: skip
        for key, allowed in (("kind", KINDS), ("better", DIRECTIONS), ("about", RULES)):
            if table.text(key, needed=True) not in allowed:
                raise table.wrong(key, "one of " + ", ".join(allowed))
        lowest, highest = _ends(table)
        found[name] = LocalIndicator(
            name, table.text("title", needed=True), table.text("kind"), table.text("unit", needed=True), table.text("better"),
            table.text("about"), lowest, highest, table.flag("survey") or "question" in values,
            *(table.text(key) for key in ("question", "answers", "counted", "licence", "source", "note")),
        )  # fmt: skip
    return found


@functools.cache
def known_indicators() -> Mapping[str, LocalIndicator]:
    """The local indicators the project ships, by name."""
    return MappingProxyType(read_declarations(PATH))
