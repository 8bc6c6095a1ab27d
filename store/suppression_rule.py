"""Suppression rules: which counts are hidden or rounded, by source, from ``data/suppression.toml``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from store.errors import BadPlace
from store.toml import Table, read_toml

_MOST = 1000


@dataclass(frozen=True, slots=True)
class SuppressionRule:
    """Counts from ``low`` to ``high`` are hidden (both 0: none are), all others shown as multiples of ``rounding``."""

    source: str
    what: str
    low: int
    high: int
    rounding: int
    reason: str

    @property
    def hides(self) -> bool:
        """Whether the rule hides any count at all."""
        return self.high > 0

    def is_small(self, count: float) -> bool:
        """Whether a count lies in the range the rule hides."""
        return self.hides and self.low <= count <= self.high


def read_suppression(path: Path) -> dict[str, SuppressionRule]:
    """The rules by source; BadPlace names the row and key that is wrong."""
    found: dict[str, SuppressionRule] = {}
    for values in Table(read_toml(path), ("rule",), path.name).tables("rule"):
        table = Table(
            values, ("source", "what", "low", "high", "rounding", "replaces", "reason", "evidence"), path.name, "rule"
        )
        rule = SuppressionRule(
            source=table.text("source", needed=True),
            what=table.text("what", needed=True),
            low=table.number("low", least=0, most=_MOST, default=0),
            high=table.number("high", least=0, most=_MOST, default=0),
            rounding=table.number("rounding", least=1, most=_MOST, default=1),
            reason=table.text("reason", needed=True),
        )
        if rule.low > rule.high:
            raise table.wrong("low", "no more than “high”")
        if rule.source in found:
            raise BadPlace(f"There are two rules for {rule.source}", file=path.name, do="Join them, or rename one.")
        found[rule.source] = rule
    return found
