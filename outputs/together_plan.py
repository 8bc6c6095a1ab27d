"""Several communities' evidence as a chart of ranges with the pooled one below, and its tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indicators.communities import Communities, Site, left_out_because
from indicators.together import FEWEST_SITES
from outputs import clauses
from outputs.across import Community
from outputs.chart_plan import RangePlan, RangeRow
from outputs.names import lower_first
from outputs.sensitivity_plan import main_row
from outputs.table import Cell, Table
from outputs.together_words import sentence
from outputs.words import listed, number, range_words, ratio_words, small_number, span, verdict_words
from store.period import month_words


@dataclass(frozen=True, slots=True)
class TogetherPlan:
    """Each community's range and the pooled one, drawn as ``ranges``; ``table`` has everybody who was invited.

    ``without`` is the pooled ratio when one community is left out, None with two.
    """

    title: str
    sentence: str
    ranges: RangePlan
    table: Table
    without: Table | None

    @property
    def alt(self) -> str:
        """What the chart shows, for people who do not see it."""
        return self.ranges.alt

    def csv(self) -> str:
        """The table as CSV text."""
        return self.table.csv()


def together_plan(found: Communities, names: Mapping[str, str]) -> TogetherPlan:
    """The plan of what communities say together; ``names`` gives each community's name by its short one."""
    pair, first = clauses.comparatives(found.pooled_sites[0].finding), found.pooled_sites[0].finding
    pooled, together = found.together.pooled, _together(found)
    title = f"{clauses.name(first).formal}: each community, and {lower_first(together)}"
    rows = [_row(site, names[site.area]) for site in found.sites]
    # Grey even where it stands out: blue and orange belong to verdicts, and the pooled reading is none.
    rows.append(
        RangeRow(
            together, pooled.ratio, pooled.lower, pooled.upper,
            "different" if found.stands_out else "cannot_tell", "Put together", bold=True,
        )
    )  # fmt: skip
    said = sentence(found)
    ranges = RangePlan(title, said, first.better, tuple(rows), pair)
    return TogetherPlan(title, said, ranges, _table(found, names, pair), _without(found, names, pair))


def reasons(communities: Sequence[Community]) -> tuple[tuple[str, str], ...]:
    """The name of every community with why it cannot be put together with others, empty where it can."""
    return tuple((one.place.name, left_out_because(one.finding) if one.finding else one.refused) for one in communities)


def what_is_needed(communities: Sequence[Community]) -> str:
    """What has to be there before anything can be put together, and who has it already."""
    able = [name for name, why in reasons(communities) if not why]
    here = f"{listed(able)} {'has' if len(able) == 1 else 'have'} that" if able else "none has that yet"
    return (
        f"Putting counts together needs at least {small_number(FEWEST_SITES)} communities that counted the same outcome, "
        f"each with a start of its own and with similar places to be set beside. Of those here, {here}. A community "
        "joins by writing its start into its file: one month, several, or a range. If nobody knows the date, ask people "
        "when it began to feel different."
    )


def _together(found: Communities) -> str:
    number_of = len(found.pooled_sites)
    return "Both together" if number_of == 2 else f"All {small_number(number_of)} together"


def _row(site: Site, name: str) -> RangeRow:
    if site.because:
        return RangeRow(name, None, None, None, "cannot_be_compared", "Each by itself", reason="not put together")
    row = main_row(site.finding, name, bold=False)
    return RangeRow(
        name, row.ratio, row.lower, row.upper, row.tone, "Each by itself", row.counts, reason="not put together"
    )


def _table(found: Communities, names: Mapping[str, str], pair: tuple[str, str]) -> Table:
    header = (
        "Community", "Before", "After", "Best estimate", "Range", "Answer by itself", "Weight, parts of 100",
        "Together without it", "Range without it", "Why it is not put together",
    )  # fmt: skip
    pooled = found.together.pooled
    last: tuple[Cell, ...] = (
        _together(found), "", "", ratio_words(pooled.ratio, pair),
        range_words(pooled.lower, pooled.upper, pair), "", "100", "", "", "",
    )  # fmt: skip
    return Table(header, (*(_cells(site, found, names[site.area], pair) for site in found.sites), last))


def _cells(site: Site, found: Communities, name: str, pair: tuple[str, str]) -> tuple[Cell, ...]:
    finding, numbers = site.finding, clauses.pair(site.finding)
    counts = ["", ""]
    if numbers and finding.before and finding.after:
        counts = [
            f"{shown} in {span(months)} ({month_words(level.window.first)} to {month_words(level.window.last)})"
            for shown, months, level in zip(numbers.shown, numbers.months, (finding.before, finding.after), strict=True)
        ]
    if site.because:
        return (name, *counts, "", "", verdict_words(finding), "", "", "", site.because)
    row, rest = main_row(finding), found.together.without.get(site.area)
    others = (ratio_words(rest.ratio, pair), range_words(rest.lower, rest.upper, pair)) if rest else ("", "")
    share = number(100 * found.together.shares[site.area])
    return (name, *counts, row.words(pair), row.limits(pair), verdict_words(finding), share, *others, "")


def _without(found: Communities, names: Mapping[str, str], pair: tuple[str, str]) -> Table | None:
    ratios = found.together.without
    if not ratios:
        return None
    rows = tuple(
        (names[site.area], ratio_words(one.ratio, pair), range_words(one.lower, one.upper, pair))
        for site in found.pooled_sites
        for one in (ratios[site.area],)
    )
    return Table(("Left out", "The others together", "Range"), rows)
