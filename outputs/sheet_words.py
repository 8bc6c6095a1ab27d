"""Words and tables that slides, papers and pages share about the sheets of a pack."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from indicators.finding import Finding, Level
from outputs import clauses, sentence
from outputs.chart_plan import SeriesPlan
from outputs.levels import LEVELS, level_shown, level_words
from outputs.newest import newest
from outputs.pack import Pack, Sheet
from outputs.scorecard import scorecard_table
from outputs.table import Table
from outputs.words import count, listed
from store.period import month_words

HOW_TO_READ = (
    "Aim: chosen beforehand. The difference says how far we moved from what similar places did, with the range in which the "
    "true difference could be (95 in 100). At least as unusual: in so many places with no programme the gap was as unusual."
)
SAMPLE = (
    "This is a sample: real figures for Devon and Cornwall, mostly police records from January 2018 to August 2025."
)
QUESTION = "What changed here, more than in places like it? And how sure can we be?"
NO_FIGURES = "No figures are loaded for this place yet."


def made_on(pack: Pack) -> str:
    """``Made on 22 November 2026``."""
    return f"Made on {pack.made_on.day} {month_words(pack.made_on)}"


def title_of_sheet(sheet: Sheet) -> str:
    """What happened, in one sentence with its counts; where there is no before and after, why nothing can be compared."""
    return clauses.changed(sheet.finding) or sentence.of(sheet.finding)


def distinct(titles: Iterable[str]) -> list[str]:
    """The titles with a number behind those that were there before, because a title is how a page is found."""
    seen: dict[str, int] = {}
    out = []
    for title in titles:
        seen[title] = seen.get(title, 0) + 1
        out.append(title if seen[title] == 1 else f"{title} ({seen[title]})")
    return out


def scorecard(findings: Sequence[Finding]) -> Table:
    """The board's rows in six columns, without what is not loaded; what was chosen beforehand is marked as an aim."""
    whole = scorecard_table([one for one in findings if one.verdict != "Not loaded"])
    rows = tuple(
        (f"{row[0]} (aim)" if row[1] == "yes" else row[0], row[2], row[3], row[4],
         f"{row[5]}. At least as unusual: {row[6]}." if row[6] else row[5], row[7])
        for row in whole.rows
    )  # fmt: skip
    return Table((whole.header[0], *whole.header[2:6], whole.header[7]), rows)


def figure_of(finding: Finding, level: Level) -> str:
    """The figure of one period as it is written everywhere, a share with the counts behind it."""
    if finding.kind in LEVELS and level.rate is not None:
        return level_words(finding, level)
    return level_shown(finding, level) or count(level.count)


def counts_table(sheet: Sheet) -> Table:
    """Both periods with their months and figures; without them the newest figure there is."""
    finding = sheet.finding
    rows = [
        (when, f"{month_words(level.window.first)} to {month_words(level.window.last)}", level.months_used,
         level.months_missing, figure_of(finding, level))
        for level, when in ((finding.before, "Before"), (finding.after, "After"))
        if level is not None
    ]  # fmt: skip
    if rows:
        return Table(("Period", "Months asked about", "Months used", "Months missing", "Figure"), tuple(rows))
    last = newest(finding, sheet.studied.series)
    return Table(("Period", "Figure"), (("Newest", last or "not known"),))


def caveats_table(sheets: Sequence[Sheet]) -> Table:
    """What to keep in mind, a row a caveat; the same words about several outcomes stand once."""
    about: dict[str, list[str]] = {}
    for sheet in sheets:
        for _, text in sheet.finding.caveats:
            outcomes = about.setdefault(text, [])
            if sheet.finding.title not in outcomes:
                outcomes.append(sheet.finding.title)
    # Titles have an “and” of their own: semicolons keep them apart.
    return Table(("Concerns", "What to keep in mind"), tuple(("; ".join(names), text) for text, names in about.items()))


def check_line(finding: Finding) -> str:
    """What anybody needs to check a number."""
    return (
        f"Plan {finding.plan_hash}, data {finding.data_hash[:16]}, software {finding.software_version}: the same plan on the same data "
        "gives the same numbers."
    )


def checks_table(findings: Sequence[Finding]) -> Table:
    """The plan, the data and the software behind every number: the same three give the same numbers."""
    rows = tuple((one.title, one.plan_hash, one.data_hash[:16], one.software_version) for one in findings)
    return Table(("Outcome", "Plan", "Data", "Software"), rows)


def blanks_table(pack: Pack) -> Table:
    """What is not there, why, and what would help."""
    return Table(("What", "Why it is blank", "What would help"), tuple(pack.blanks))


def breaks_words(plan: SeriesPlan) -> str:
    """What the hatched months of a chart are; empty where none is hatched."""
    spans = [f"{one.reason.lower()}, {month_words(one.first)} to {month_words(one.last)}" for one in plan.breaks]
    return f"Hatched: {listed(spans)}." if spans else ""
