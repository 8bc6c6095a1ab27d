"""The Beacon's claims of a fall as a chart of ranges, told figures and the country, and all claims as a table."""

from __future__ import annotations

from dataclasses import dataclass

from outputs import beacon_words as words
from outputs.table import Table
from outputs.words import listed, signed_percent
from store.beacon import Beacon, Claim

HEADER = (
    "Outcome", "Headline", "Other versions", "Counts and exact limits", "The country and elsewhere", "What can be known",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counted:
    """A change worked out from two counts with its limits, all in percent."""

    change: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class BeaconRow:
    """One claim: ``told`` in percent by any source, what the counts give, and the country as (label, percent)."""

    outcome: str
    under: str
    told: tuple[float, ...]
    counted: Counted | None
    country: tuple[tuple[str, float], ...]

    @property
    def words(self) -> str:
        """The row in one sentence."""
        parts = [f"told as {listed([signed_percent(one) for one in self.told])}"] if self.told else []
        if self.counted:
            found = self.counted
            parts.append(
                f"{self.under}: {signed_percent(found.change)}, limits {signed_percent(found.lower)} to "
                f"{signed_percent(found.upper)}"
            )
        else:
            parts.append(self.under)
        parts += [f"{label} {signed_percent(value)}" for label, value in self.country]
        return f"{self.outcome}: {'; '.join(parts)}."


@dataclass(frozen=True, slots=True)
class BeaconPlan:
    """The chart of the claims of a fall, and the table of all claims."""

    title: str
    sentence: str
    rows: tuple[BeaconRow, ...]
    table: Table

    @property
    def alt(self) -> str:
        """What the chart shows, for people who do not see it."""
        return "Chart of claimed falls on one axis, no change at the right. " + " ".join(row.words for row in self.rows)

    def csv(self) -> str:
        """The table as CSV text."""
        return self.table.csv()


def beacon_plan(beacon: Beacon) -> BeaconPlan:
    """The plan of every claim; nothing in it is a verdict."""
    return BeaconPlan(
        "The claims, their versions, and the country",
        "Open diamonds are what was told, by different sources. A dot with a line is worked out from two counts: the line is where "
        "the true change could be (95 in 100). Grey bars are the country over the nearest years on record, which are not the same "
        "years. Further left is a larger fall.",
        tuple(_row(claim) for claim in beacon.claims if claim.shape == "fall"),
        Table(HEADER, tuple(_cells(beacon, claim) for claim in beacon.claims)),
    )


def _row(claim: Claim) -> BeaconRow:
    told = [one for one in (claim.told, *(version.told for version in claim.versions)) if one is not None]
    country = [
        (one.label, moved)
        for one in claim.background
        if one.country and one.checked and (moved := words.background_change(one)) is not None
    ]
    counted, under = None, "no counts on record"
    for one in claim.counts[:1]:
        found = words.limits(one)
        under = f"{one.what}, {one.before} to {one.after}"
        if claim.parts:
            under = f"if {one.before} to {one.after} is a change"
        if found.change is not None and found.lower is not None and found.upper is not None:
            counted = Counted(100 * found.change, 100 * found.lower, 100 * found.upper)
    return BeaconRow(claim.outcome, under, tuple(dict.fromkeys(told)), counted, tuple(country))


def _cells(beacon: Beacon, claim: Claim) -> tuple[str, ...]:
    return (
        claim.outcome,
        words.headline_words(beacon, claim),
        words.versions_words(claim) or "none found",
        words.counts_words(claim) or "none on record",
        words.elsewhere_words(claim),
        claim.known,
    )
