"""The template communities fill in: its columns, what each means, and files that hold it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from loaders.local_declarations import LocalIndicator, known_indicators
from loaders.workbook import write_workbook
from store.errors import BadQuestion
from store.folder import replace_whole

COLUMNS: Mapping[str, str] = MappingProxyType({
    "indicator": "A short name: 2 to 50 of a–z, 0–9 and hyphens. One of those in this template, or your own.",
    "title": "What people read. Needed for your own indicator; left blank it is the project's.",
    "area": "The name of your area file, such as north-stonehouse, for the whole place; or the code of one small area (E01…, W01…, S01…).",
    "period_start": "When: a month 2024-01, a day 2024-03-31, a calendar year 2024, or a financial year 2024/25.",
    "period_months": "How many months from then on. Blank for a month or a year as written; 0 for a single day.",
    "kind": "count (how many times), level (how many there are), out of (so many out of so many), mean, or median.",
    "count": "For count, level and out of: a whole number. 0 for none. <10 where you were only told “fewer than 10”. Leave the row out where nobody knows.",
    "out_of": "For out of: the total.",
    "value": "For mean and median: the average itself.",
    "standard_deviation": "For mean: how far the answers spread. Without it no range can be given.",
    "people_answered": "For mean and median: of how many answers (or events) it is the average. For a survey: how many answered.",
    "people_asked": "For a survey: how many were asked, so that the response rate can be shown.",
    "design_effect": "For a survey: 1 where everybody was asked, otherwise what the survey's maker says. Blank: 1.5 for a survey, 1 for a service's own counts.",
    "better": "lower, higher or neither. Needed for your own indicator.",
    "about": "people, children or health, or things. Needed for your own indicator; people and children or health are hidden where they are few.",
    "unit": "What is counted, or the scale. Needed for your own indicator.",
    "source": "Who counted or asked: a service, a group, a survey. Never a person's name.",
    "note": "What a reader must know: how it was counted, what changed.",
})  # fmt: skip
FORMATS = ("csv", "xlsx")
# Given by the project, so a row that holds nothing else has not been filled in.
PREFILLED = ("indicator", "title", "kind", "better", "about", "unit", "note")
_WIDTHS = {"title": 40, "note": 60, "source": 30, "unit": 30, "indicator": 28, "area": 22}


def template_rows(name: str | None) -> list[dict[str, str]]:
    """A row to fill in for every known indicator, or for the one named (a community's own as well)."""
    known = known_indicators()
    chosen = list(known.values()) if name is None else [known[name]] if name in known else []
    if name is not None and not chosen:
        return [{"indicator": name}]
    return [_prefilled(item) for item in chosen]


def _prefilled(item: LocalIndicator) -> dict[str, str]:
    return {
        "indicator": item.name, "title": item.title, "kind": item.kind, "better": item.better, "about": item.about,
        "unit": item.unit,
    }  # fmt: skip


def _explanations() -> list[list[str]]:
    lines = [["Column", "What to write"], *([name, words] for name, words in COLUMNS.items()), ["", ""]]
    lines.append(["Indicator", "Question, answers and where they come from"])
    for item in known_indicators().values():
        parts = [
            f"“{item.question}”" if item.question else "", f"Answers: {item.answers}." if item.answers else "",
            f"Counted: {item.counted}." if item.counted else "", item.note,
            f"Source: {item.source}." if item.source else "", f"{item.licence}." if item.licence else "",
        ]  # fmt: skip
        lines.append([item.name, " ".join(part for part in parts if part) or item.unit])
    return lines


def write_rows(rows: Sequence[Mapping[str, str]], path: Path, kind: str) -> None:
    """Write rows under the template's columns to a new file; BadQuestion where ``path`` is taken or has no folder."""
    if path.exists():
        raise BadQuestion("That file is there already, and may hold figures", do="Give another name after --out.")
    if not path.parent.is_dir():
        raise BadQuestion("There is no such folder to write to", do="Give a path in a folder that is there.")
    replace_whole(path, rows_file(rows, kind))


def rows_file(rows: Sequence[Mapping[str, str]], kind: str) -> bytes:
    """Rows under the template's columns as a file of that kind (``FORMATS``)."""
    table = [list(COLUMNS), *([row.get(column, "") for column in COLUMNS] for row in rows)]
    if kind == "xlsx":
        widths = [_WIDTHS.get(column, 16) for column in COLUMNS]
        return write_workbook(
            {"Rows": (table, widths), "How to fill in": (_explanations(), [28, 120])}, ("period_start",)
        )
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(table)
    # The mark tells a spreadsheet that the file is UTF-8.
    return text.getvalue().encode("utf-8-sig")
