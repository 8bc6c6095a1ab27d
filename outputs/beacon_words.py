"""The Beacon's claims in plain words: every version with its source, limits where counts are on record, no verdict."""

from __future__ import annotations

from indicators.before_after import Change, change
from indicators.rates import chance_of_none
from outputs.names import lower_first, upper_first
from outputs.story import Paragraph
from outputs.words import count, listed, number, signed_percent, small_number
from store.beacon import Background, Beacon, Claim, Counts, Part
from store.period import month_words

YEARS_NOT_STATED = "years not stated"
_IN_100 = "in 100"
LIMITS_NOTE = (
    "The limits are exact for two counts of separate people, in periods of equal length with as many people. Brothers and "
    "sisters are often registered together, and sources may have counted differently, so the true room for chance is wider."
)
CAN_SHOW = (
    "That two counts differ by more than chance easily gives, if they were taken in the same way. That homes were warmed, with "
    "an energy rating taken before and after. That most residents asked said they felt safe (87 %; how many were asked is not "
    "on record here). The work people did is real whatever the numbers show."
)
CANNOT_TELL = (
    "Whether things changed more here than in places like it: no records of small areas from those years were found to set "
    "beside these. Nor which part of the work did what, for several things were done at once, and the country was changing too. "
    "Reports and counts from those years would help most."
)


def limits(counts: Counts) -> Change:
    """The change with exact 95 % limits, over periods of equal length with as many people."""
    return change(counts.before, 1, counts.after, 1)


def when(beacon: Beacon) -> str:
    """Where and in which months."""
    return f"{beacon.place} · {month_words(beacon.months.first)} to {month_words(beacon.months.last)}"


def headline_words(beacon: Beacon, claim: Claim) -> str:
    """The headline with its source and years."""
    if not claim.headline:
        return "not in the headline list"
    return f"{claim.headline} ({beacon.headline_source}; {beacon.headline_years or YEARS_NOT_STATED})"


def whose_headlines(beacon: Beacon) -> str:
    """How to read the list of claims: whose headlines they are, and what is said of their years."""
    note = f" ({beacon.headline_note})" if beacon.headline_note else ""
    return f"Where sources disagree, every version stands; none of them is ours. Headlines: {beacon.headline_source}{note}."


def versions_words(claim: Claim) -> str:
    """Every other version with its source; empty where there is none."""
    return "; ".join(f"{one.says} ({one.source})" for one in claim.versions)


def counts_words(claim: Claim) -> str:
    """Counts with their limits, another reading of them, and how easily chance gives a nought; empty without any."""
    said = [_counted(one) for one in claim.counts] + [_part(one) for one in claim.parts]
    if claim.expected is not None:
        said.append(
            f"where {count(claim.expected)} would be expected, none at all happens by chance "
            f"{number(100 * chance_of_none(claim.expected))} times in 100 ({claim.expected_source})"
        )
    return ". ".join(upper_first(one) for one in said)


def _counted(one: Counts) -> str:
    found = limits(one)
    ends = [signed_percent(None if end is None else 100 * end) for end in (found.change, found.lower, found.upper)]
    years = one.years or YEARS_NOT_STATED
    return (
        f"{one.what}, {count(one.before)} to {count(one.after)} ({years}; {one.source}): {ends[0]} "
        f"(95 % limits {ends[1]} to {ends[2]})"
    )


def _part(one: Part) -> str:
    rest = count(one.whole - one.part)
    return (
        f"another reading: {one.part} of {one.whole} {one.what} were here in {one.year} ({one.source}); {one.whole} less "
        f"{one.part} is {rest}, so the {rest} may be those elsewhere, and then no change is told at all"
    )


def background_words(one: Background) -> str:
    """What happened elsewhere, with years, both figures and the source."""
    unchecked = "" if one.checked else "; the first figure is not checked"
    years = f", {one.first_years} to {one.last_years}" if one.first_years else ""
    if one.first is None or one.last is None:
        told = one.words or f"{signed_percent(one.told)}{years}"
        return f"{one.place}, {one.what}: {told} ({one.source}{unchecked})"
    if one.unit == _IN_100:
        first, last, moved = f"{count(one.first)} in 100", f"{count(one.last)} in 100", ""
    else:
        first, last = count(one.first), count(one.last)
        moved = f", {signed_percent(background_change(one))}"
    return f"{one.place}, {one.what}: {first} ({one.first_years}) to {last} ({one.last_years}){moved} ({one.source}{unchecked})"


def background_change(one: Background) -> float | None:
    """The change elsewhere in percent; None where there are only words."""
    if one.first is None or one.last is None:
        return one.told
    return 100 * (one.last / one.first - 1)


def elsewhere_words(claim: Claim) -> str:
    """Everything on record about the country and about studies elsewhere."""
    said = "; ".join(background_words(one) for one in claim.background)
    return upper_first(said) or "No national series was found."


def at_a_glance(beacon: Beacon) -> tuple[tuple[str, int], ...]:
    """How many claims rest on what; every claim is counted once."""
    kinds = [_rests_on(claim) for claim in beacon.claims]
    return tuple((kind, kinds.count(kind)) for kind in dict.fromkeys((*_KINDS, *kinds)))


_KINDS = (
    "Two counts, so limits can be drawn",
    "Two counts that can be read in two ways",
    "Only a percentage",
    "A number of another kind",
    "A zero, in a small place",
)


def _rests_on(claim: Claim) -> str:
    if claim.counts:
        return _KINDS[1] if claim.parts else _KINDS[0]
    if claim.expected is not None:
        return _KINDS[4]
    return _KINDS[3] if claim.shape == "number" else _KINDS[2]


def story(beacon: Beacon) -> tuple[Paragraph, ...]:
    """What was done, what the counts on record say, what the percentages cannot say, and the country."""
    counted = [claim for claim in beacon.claims if claim.counts]
    bare = [claim for claim in beacon.claims if _rests_on(claim) == _KINDS[2]]
    told = [
        f"{count(one.before)} to {count(one.after)} {one.what} ({lower_first(claim.outcome)})"
        for claim in counted
        for one in claim.counts
    ]
    country = [lower_first(claim.outcome) for claim in beacon.claims if _fell_in_the_country(claim)]
    paragraphs = [Paragraph("Several things were done at once.", " ".join(f"{one.what}." for one in beacon.works))]
    if told:
        doubt = " One of them can be read in another way." if any(claim.parts for claim in counted) else ""
        paragraphs.append(
            Paragraph(
                f"For {small_number(len(told))} of the {small_number(len(beacon.claims))} claims two counts are on record.",
                f"They are {listed(told)}. Taken as they stand, the falls are larger than chance easily gives. That is not the "
                f"same as knowing why.{doubt}",
            )
        )
    if bare:
        paragraphs.append(
            Paragraph(
                f"For {small_number(len(bare))} only a percentage is on record,",
                "sometimes in several versions. Without the counts nobody can say how sure to be.",
            )
        )
    if country:
        paragraphs.append(
            Paragraph(
                "The country was changing too.",
                f"There, too, figures for {listed(country)} fell over the nearest years. Which of that would have come here "
                "anyway is not known.",
            )
        )
    return tuple(paragraphs)


def _fell_in_the_country(claim: Claim) -> bool:
    return any(
        one.country and one.checked and (moved := background_change(one)) is not None and moved < 0
        for one in claim.background
    )


def sources(beacon: Beacon) -> tuple[str, ...]:
    """Every source named, once each, in the order it is met."""
    found = [beacon.headline_source, *(work.source for work in beacon.works)]
    for claim in beacon.claims:
        found += [
            one.source for group in (claim.versions, claim.counts, claim.parts, claim.background) for one in group
        ]
    return tuple(dict.fromkeys(found))
