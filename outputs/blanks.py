"""What a page does not have, and why: blanks said in plain words, with what would help."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from indicators.finding import Finding
from indicators.ground import NOT_PUBLISHED
from indicators.local_indicators import MARK
from outputs import clauses, levels
from outputs.names import lower_first, upper_first
from outputs.words import listed


@dataclass(frozen=True, slots=True)
class OnlyLocal:
    """What no publisher offers for one neighbourhood: its parts, each with the local indicators that would fill it."""

    parts: tuple[tuple[str, tuple[str, ...]], ...]
    why: str
    help: str

    def missing(self, held: Collection[str]) -> str:
        """The parts of which nobody here has brought anything yet, as ``Hope, belonging``; empty where none is missing."""
        parts = [what for what, names in self.parts if not {MARK + name for name in names} & set(held)]
        return upper_first(", ".join(parts))


ONLY_LOCAL = (
    OnlyLocal(
        (("feeling safe", ()), ("hope", ("hope",)), ("belonging", ("belonging", "pulling-together"))),
        "Nobody has asked people here in a way we can count.",
        "Ask people, with short questions.",
    ),
    OnlyLocal(
        (("mothers' low mood after birth", ("postnatal-depression", "epds")),),
        "No open figures exist for a place this small.",
        "Ask the health visitors.",
    ),
    OnlyLocal(
        (("homes improved", ("homes-improved",)),),
        "Only people here know. Nobody has added it yet.",
        "Count them, and add the number.",
    ),
)


def only_local(findings: Sequence[Finding]) -> list[str]:
    """The outcomes that only people here can collect, and have not yet."""
    held = _held(findings)
    return [what for item in ONLY_LOCAL if (what := item.missing(held))]


def blanks(findings: Sequence[Finding]) -> list[tuple[str, str, str]]:
    """(what, why it is blank, what would help): what is not loaded in one row, what is hidden, what only people here know."""
    rows = []
    blank = [one for one in findings if one.verdict == "Not loaded"]
    not_loaded = [lower_first(one.title) for one in blank if not clauses.is_unpublished(one)]
    if not_loaded:
        rows.append(
            (
                upper_first(listed(not_loaded)),
                "Figures are published, but nobody has loaded them here yet.",
                "Ask whoever runs this page to load them. Explore says how, for each of them.",
            )
        )
    nowhere = [lower_first(one.title) for one in blank if clauses.is_unpublished(one)]
    if nowhere:
        rows.append(
            (upper_first(listed(nowhere)), f"{NOT_PUBLISHED}.", "Count something like it here, and add the numbers.")
        )
    hidden = [lower_first(one.title) for one in findings if levels.is_hidden(one) and clauses.pair(one) is None]
    if hidden:
        rows.append(
            (
                upper_first("; ".join(hidden)),
                "The numbers are small. We do not show them, so that nobody can be picked out.",
                "Keep counting: over more years there may be enough to show.",
            )
        )
    held = _held(findings)
    return [*rows, *((what, item.why, item.help) for item in ONLY_LOCAL if (what := item.missing(held)))]


def _held(findings: Sequence[Finding]) -> set[str]:
    return {one.question.indicator for one in findings}
