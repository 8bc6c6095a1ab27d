"""What the columns of the open data mean, and the words they use: the source of the data dictionary, the metadata of the
CSV and the notes of the spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``datatype`` as CSV on the Web names it, ``required`` where no row leaves it empty, ``separator``
    between several values in one cell."""

    name: str
    title: str
    datatype: str
    meaning: str
    required: bool = False
    separator: str = ""


COLUMNS: tuple[Column, ...] = (
    Column("area", "Area", "string", "Short name of the neighbourhood's file.", required=True),
    Column("area_name", "Area name", "string", "Name of the neighbourhood.", required=True),
    Column("indicator", "Indicator", "string", "Short name of the outcome.", required=True),
    Column("title", "Outcome", "string", "What the outcome is called on the pages.", required=True),
    Column("row", "Row", "string", "What the row is, by one of the fixed names of rows.", required=True),
    Column("measure", "Measure", "string", "What the figure is, by one of the fixed names of measures.", required=True),
    Column("whose", "Whose figure", "string", "The neighbourhood, or the council, schools, surgeries or similar places the figure is for.", required=True),
    Column("small_areas", "Small areas", "string", "Codes of the small areas the figure is for; empty where it is for another kind of area.", separator=" "),
    Column("measured_at", "Measured", "string", "Where the figure was measured: in the neighbourhood, or only further away.", required=True),
    Column("period_from", "From", "gYearMonth", "First month of the period."),
    Column("period_to", "To", "gYearMonth", "Last month of the period, inside it."),
    Column("months", "Months", "integer", "How many months the figure is made of; of what is counted on single days, how many counts."),
    Column("months_missing", "Months missing", "integer", "How many months of the period are not known. They are not counted as zero."),
    Column("figure", "Figure", "number", "The number. Empty where it is not known or not shown; an empty cell is never zero."),
    Column("lower", "Lower limit", "number", "Lower end of the 95 % range; empty where there is none."),
    Column("upper", "Upper limit", "number", "Upper end of the 95 % range; empty where there is none."),
    Column("unit", "Unit", "string", "What the figure counts or measures.", required=True),
    Column("status", "Status", "string", "How the figure came about, or why there is none, by one of the fixed names of statuses.", required=True),
    Column("verdict", "Verdict", "string", "What the comparison with similar places says; in rows “difference” only."),
    Column("note", "Note", "string", "The finding in words; in rows “difference” only."),
    Column("source", "Source", "string", "Who published or counted what the figure rests on; empty where nothing is loaded."),
    Column("licence", "Licence", "string", "Licence of the source; empty where nothing is loaded."),
    Column("data_to", "Data to", "gYearMonth", "Newest month the source's data hold; empty where nothing is loaded."),
    Column("fetched_on", "Fetched on", "date", "Day on which the newest file of the source was fetched; empty where nothing is loaded."),
    Column("plan_hash", "Plan hash", "string", "Stands for everything that was decided about the question; the same plan gives the same hash.", required=True),
    Column("data_hash", "Data hash", "string", "Stands for the data the finding was computed from.", required=True),
    Column("software_version", "Software version", "string", "Version of the software that computed the finding.", required=True),
)  # fmt: skip

ROWS: Mapping[str, str] = MappingProxyType({
    "series": "What was counted or measured in one period.",
    "expected series": "What it would have been in that period had the neighbourhood changed as similar places did; the limits are the room for chance.",
    "before": "All of the period before the start.",
    "after": "All of the period after the start.",
    "change": "From before to after, in the neighbourhood alone.",
    "similar places before": "All similar places together, before: their sum, of levels their average.",
    "similar places after": "All similar places together, after: their sum, of levels their average.",
    "similar places change": "From before to after, in all similar places together.",
    "similar place before": "One similar place, before.",
    "similar place after": "One similar place, after.",
    "expected after": "What it would have been after the start had the neighbourhood changed as similar places did.",
    "difference": "What was seen for each one expected: 1 is no difference from similar places. There is one such row for every outcome.",
    "difference by a second method": "The same by another method, as a check.",
    "gaps as unusual": "In how many of the similar places, which had no programme, the gap was at least as unusual for their size.",
    "smallest change that would show": "The smallest change that this comparison would usually show (8 times in 10).",
})  # fmt: skip

MEASURES: Mapping[str, str] = MappingProxyType({
    "count": "How many; of what is counted on single days their average.",
    "out of": "The total of which a share is a share.",
    "cases": "How many answers or events an average or middle value was worked out from.",
    "rate": "Events for so many people, as the unit says.",
    "level": "A share, an average or a middle value, as the unit says.",
    "percentage change": "Per cent of the period before: above zero more, below zero fewer.",
    "ratio": "Seen for each one expected.",
    "places": "A number of similar places.",
})  # fmt: skip

STATUSES: Mapping[str, str] = MappingProxyType({
    "observed": "As it was counted or published.",
    "rounded": "Rounded, by the publisher or to protect people.",
    "low reliability": "As it was published, with the publisher's warning that it is uncertain.",
    "worked out": "Computed from counted or published figures.",
    "partly suppressed": "Some of what it is made of is suppressed by the publisher, and was taken at one end of what it can stand for.",
    "suppressed": "Too small to be shown, or kept back so that a smaller number cannot be worked out. Not zero.",
    "missing": "Nobody counted it, or it was not published. Not zero.",
    "too few events": "There are too few events for a best estimate; only its range is given.",
    "not compared": "There is no comparison; the note says why.",
    "not loaded": "Nothing has been loaded for this outcome; the note says why.",
})  # fmt: skip

# What stands in a cell of the spreadsheet that has no number, in the manner of official statistics.
SYMBOLS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "suppressed": ("[c]", "Confidential: the figure is there and is not shown. It is not zero."),
    "missing": ("[x]", "Not available: nobody knows the figure. It is not zero."),
    "": ("[z]", "Not applicable: there is no such figure here."),
})  # fmt: skip


def symbol(status: str) -> str:
    """What stands in place of a figure of this status."""
    return SYMBOLS.get(status, SYMBOLS[""])[0]
