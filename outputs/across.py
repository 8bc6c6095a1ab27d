"""Communities side by side on one outcome: a row of words each, in alphabetical order and never ranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indicators.finding import Finding, Level
from indicators.local_indicators import MARK
from indicators.study import Studied
from outputs import clauses, plans, sentence
from outputs.markup import escape
from outputs.scorecard import range_alt
from outputs.starts_words import began
from outputs.table import Cell, Table
from outputs.timeline import when
from outputs.words import listed, signed_percent, small_number, span, tone_of, verdict_words
from store.period import month_words
from store.place import Place

NOT_A_LEAGUE_TABLE = (
    "This is not a league table. The communities differ in size, in when they began and in who records what happens "
    "there, so nothing here says that one did better than another. Each is set beside its own similar places only, and "
    "they stand in alphabetical order."
)
CHARTS = (
    "Each chart has its own scale. The solid line is the community. The dashed line is what would have been seen had it "
    "changed as its similar places did, and the pale band is the room for chance."
)
ASK = "Numbers do not show what a visit does: ask what people tried, what was hard, and what they would do again."


@dataclass(frozen=True, slots=True)
class Community:
    """A place and its answer on the outcome; ``studied`` is None where its file makes no question, and ``refused`` says why."""

    place: Place
    studied: Studied | None
    refused: str = ""

    @property
    def finding(self) -> Finding | None:
        """The answer, where there is one."""
        return self.studied.finding if self.studied else None

    @property
    def dated(self) -> bool:
        """Whether it has counts before and after a start of its own."""
        return self.finding is not None and clauses.pair(self.finding) is not None

    @property
    def counted(self) -> bool:
        """Whether anything is counted there."""
        return self.studied is not None and self.studied.series is not None


def in_order(communities: Sequence[Community]) -> tuple[Community, ...]:
    """By name and then by short name, whatever the answers are."""
    return tuple(sorted(communities, key=lambda one: (one.place.name.casefold(), one.place.slug)))


def row_words(community: Community) -> str:
    """What changed, how far by chance alone, and beside what; or in one sentence why nothing can be said."""
    finding = community.finding
    if finding is None:
        return community.refused
    compared = finding.comparison
    if compared is None or tone_of(finding) in ("cannot_be_compared", "not_loaded"):
        return sentence.of(finding)
    parts = (
        clauses.changed(finding),
        _chance(finding),
        clauses.missing_months(finding),
        clauses.similar_changed(finding, compared),
        f"Set beside them: {range_alt(finding)}.",
        clauses.bad_year(finding),
    )
    return " ".join(part for part in parts if part)


def dates_words(finding: Finding | None) -> str:
    """``Before: August 2018 to July 2020. After: April 2021 to March 2023.``; empty where there is no before and after."""
    if finding is None or finding.before is None or finding.after is None:
        return ""
    return f"Before: {_months(finding.before)}. After: {_months(finding.after)}."


def did_html(place: Place) -> str:
    """What the community's file says was done: its summary, its own dated steps, and who wrote it."""
    steps = "".join(
        f"<li><strong>{escape(when(drawn))}</strong>: {escape(own.text)}{f' (step {own.step} of seven)' if own.step else ''}</li>"
        for own, drawn in zip(place.milestones, plans.milestones(place), strict=True)
        if own.lane != "else"
    )
    parts = (
        f"<p>{escape(place.summary)}</p>" if place.summary else "",
        f"<ul>{steps}</ul>" if steps else "<p>No dated step is on record yet.</p>",
        f"<p>Drawn by {escape(place.drawn_by)}.</p>" if place.drawn_by else "",
    )
    return "".join(parts)


def visits(communities: Sequence[Community], outcome: str) -> str:
    """Who might visit whom: communities that counted the same outcome, by name; ``outcome`` as residents call it."""
    dated = [one.place.name for one in communities if one.dated]
    counted = [one.place.name for one in communities if one.counted and not one.dated]
    chosen = [one.place.name for one in communities if _chose(one)]
    if len(dated) > 1:
        first = (
            f"{listed(dated)} have counts of {outcome} before and after a start of their own, so they can tell each other "
            "what they did and what they saw."
        )
    elif dated:
        first = f"Only {dated[0]} has counts of {outcome} before and after a start of its own."
    else:
        first = f"No community here has counts of {outcome} before and after a start of its own yet."
    said = [first]
    if counted:
        has = "has" if len(counted) == 1 else "have"
        said.append(f"{listed(counted)} {has} counts of the same, without a before and after.")
    if chosen:
        aim = "its" if len(chosen) == 1 else "their"
        said.append(f"{listed(chosen)} chose this outcome beforehand as {aim} own.")
    return " ".join([*said, ASK])


def across_table(communities: Sequence[Community]) -> Table:
    """One row a community, in the order given."""
    header = (
        "Community", "Town", "Start", "Before", "After", "Change a month", "Range of the change, by chance alone",
        "Similar places", "Set beside them", "Answer",
    )  # fmt: skip
    return Table(header, tuple(_cells(one) for one in communities))


def sentence_on_top(communities: Sequence[Community], outcome: str) -> str:
    """How many communities there are, and how many of them can be set beside similar places on this outcome."""
    number = len(communities)
    compared = sum(one.finding is not None and one.finding.comparison is not None for one in communities)
    if not number:
        return "No community has written its file yet."
    many = f"{small_number(number)} communities" if number > 1 else "one community"
    able = "none" if not compared else small_number(compared)
    return f"Of {many} here, {able} can be set beside similar places on {outcome}. Every row says what is missing."


def _cells(community: Community) -> tuple[Cell, ...]:
    place, finding = community.place, community.finding
    head = (place.name, place.town, began(place))
    if finding is None:
        return (*head, "", "", "", "", "", "", community.refused)
    numbers, compared = clauses.pair(finding), finding.comparison
    before = after = change = ""
    if numbers and finding.before and finding.after:
        before, after = (
            f"{shown} in {span(months)} ({_months(level)})"
            for shown, months, level in zip(numbers.shown, numbers.months, (finding.before, finding.after), strict=True)
        )
        change = (
            signed_percent(finding.change_percent)
            if finding.kind != "proportion"
            else clauses.how_moved(finding, numbers)
        )
    usable = compared is not None and tone_of(finding) != "cannot_be_compared"
    theirs = clauses.similar_changed(finding, compared) if compared is not None and usable else ""
    why = clauses.reasons(finding)
    answer = verdict_words(finding) + (f": {why}" if why else "")
    return (*head, before, after, change, _limits(finding), theirs, range_alt(finding) if usable else "", answer)


def _chance(finding: Finding) -> str:
    limits = _limits(finding)
    return f"By chance alone, counts of this size leave that change a range of {limits}." if limits else ""


def _limits(finding: Finding) -> str:
    """``−72 % to −34 %``; empty where there is none, and for shares, whose percentages of percentages mislead."""
    if finding.change_lower is None or finding.change_upper is None or finding.kind == "proportion":
        return ""
    return f"{signed_percent(finding.change_lower)} to {signed_percent(finding.change_upper)}"


def _months(level: Level) -> str:
    return f"{month_words(level.window.first)} to {month_words(level.window.last)}"


def _chose(community: Community) -> bool:
    finding = community.finding
    if finding is None:
        return False
    name = finding.question.indicator
    return name in community.place.chosen_beforehand or (name.startswith(MARK) and community.counted)
