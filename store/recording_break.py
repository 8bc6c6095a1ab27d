"""Recording breaks: months in which a series changed because the counting did."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from store.errors import BadPlace, BadQuestion
from store.period import Window, parse_month, window
from store.toml import Table, read_toml

_SHARED = ("authority", "everyone", "unequally")


@dataclass(frozen=True, slots=True)
class RecordingBreak:
    """A gap (months recorded badly) or a step (the level moves for good), and who shares it.

    ``authority`` is the slug or code of the one authority it concerns, or empty for all. A step not shared equally by
    the comparison areas, and a gap not shared equally, are both treated as a step.
    """

    name: str
    authority: str
    country: str
    measures: tuple[str, ...]
    months: Window
    kind: str
    shared_by: str
    reason: str
    evidence: str

    @property
    def is_step(self) -> bool:
        """Whether the level after the break cannot be set against the level before it."""
        return self.kind == "step" or self.shared_by == "unequally"


def read_breaks(path: Path) -> tuple[RecordingBreak, ...]:
    """The table of breaks; BadPlace names the row and key that is wrong."""
    found = []
    for values in Table(read_toml(path), ("break",), path.name).tables("break"):
        known = (
            "name",
            "authority",
            "country",
            "measures",
            "starts",
            "ends",
            "kind",
            "shared_by",
            "reason",
            "evidence",
        )
        table = Table(values, known, path.name, "break")
        name = table.text("name", needed=True)
        try:
            months = window(
                parse_month(table.text("starts", needed=True)), parse_month(table.text("ends", needed=True))
            )
        except BadQuestion as error:
            raise BadPlace(f"The months of break {name} are wrong: {error.message}", file=path.name) from error
        kind, shared_by = table.text("kind", needed=True), table.text("shared_by", needed=True)
        if kind not in ("gap", "step"):
            raise table.wrong("kind", "“gap” or “step”")
        if shared_by not in _SHARED:
            raise table.wrong("shared_by", "one of " + ", ".join(_SHARED))
        found.append(
            RecordingBreak(
                name=name,
                authority=table.text("authority"),
                country=table.text("country"),
                measures=table.texts("measures"),
                months=months,
                kind=kind,
                shared_by=shared_by,
                reason=table.text("reason", needed=True),
                evidence=table.text("evidence", needed=True),
            )
        )
    return tuple(found)
