"""What adults say of loneliness, belonging, trust, influence and volunteering, by council (Community Life Survey)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from loaders.csv_table import AGAIN
from loaders.long_rows import ENGLAND, coverage_rows, observation_rows
from loaders.ods_rows import OdsRow, sheet_rows
from loaders.one_by_one import Outcome, loaded_file, read_each
from loaders.raw import Given, find, given
from loaders.reading import Context, FileAccount, Problem, Reading
from loaders.release_page import PageMissing, links_on
from loaders.session import Fetching
from store.contribution import AREA_COLUMNS, Contribution, Measure
from store.errors import SourceChanged
from store.source import Source

SOURCE = Source(
    name="community_life",
    title="Community Life Survey",
    publisher="Department for Culture, Media and Sport",
    landing_page="https://www.gov.uk/government/collections/community-life-survey--2",
    licence="Open Government Licence v3.0",
    attribution="Source: Department for Culture, Media and Sport, Community Life Survey. Open Government Licence v3.0.",
    geography="Councils, England",
    frequency="Yearly (October to March); by council in 2023/24 and 2024/25 only",
    caveats=(
        "Answers of a sample of people aged 16 and over: a council's figure comes with limits and cannot show one neighbourhood.",
        "Only in 2023/24 and 2024/25 were enough people asked for figures by council.",
    ),
    format_evidence="documented header",
    address="https://www.gov.uk/government/statistics/",
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the publisher's by council: the words of its title that no other has, and what it is called here."""

    measure: str
    title: str


# Titles, and the heading Question, Response Breakdown, 2023/24 Percentage (%), 2023/24 Lower Estimate percentage (%),
# 2023/24 Upper Estimate percentage (%), 2023/24 Number of respondents, 2023/24 Unweighted Base - number of people aged 16
# and over, LAD23 Code, … seen in a public project that reads “Community Life Survey 2023/24 Annual tables”; the tables of
# 2024/25 are an ODS on the page “Community Life Survey 2024/25 annual publication”.
TABLES = (
    Table("feeling-lonely-often-or-always", "frequency of feelings of loneliness"),
    Table("belonging-to-the-neighbourhood", "strength of feelings of belonging to immediate neighbourhood"),
    Table("neighbourhood-pulls-together", "pull together to improve the neighbourhood"),
    Table("neighbours-can-be-trusted", "people in the neighbourhood can be trusted"),
    Table("can-influence-local-decisions", "you can personally influence decisions affecting the local area"),
    Table("volunteering-once-a-month", "any volunteering at least once a month"),
)
MEASURES = tuple(Measure(table.measure, "proportion", "% of people aged 16 and over") for table in TABLES)
_BY_COUNCIL = "by local authority"
_FIRST_HEADINGS = ("question", "response breakdown")
_CODE_HEADING = re.compile(r"lad\d\d code|local authority code")
# The three numbers and the base of one survey year, as they stand in its headings.
_NUMBERS = {
    "value": re.compile(r"(\d{4}/\d{2}) percentage \(%\)"),
    "low": re.compile(r"(\d{4}/\d{2}) lower estimate percentage \(%\)"),
    "high": re.compile(r"(\d{4}/\d{2}) upper estimate percentage \(%\)"),
    "base": re.compile(r"(\d{4}/\d{2}) unweighted base.*"),
}
_COUNCIL = re.compile(r"E0[6-9]\d{6}")
# Shorthand of the Government Statistical Service: confidential, not available, not applicable, low reliability.
_SYMBOLS = {"[c]": "suppressed", "[x]": "missing", "[z]": "missing", "[u]": "missing", "": "missing"}
# Interviews are from October to March.
_FIRST_MONTH, _MONTHS = 10, 6
_FIRST_YEAR = 2023
_LINK = r"community[_-]life[_-]survey.*tables.*\.ods$"
_FILES_HOST = "assets.publishing.service.gov.uk"
_LARGEST = 100_000_000


@dataclass(slots=True)
class _Sheet:
    """One sheet on its way: what was read above its heading, then where its columns are."""

    title: str = ""
    measure: str | None = None
    heading_seen: bool = False
    columns: dict[str, dict[str, int]] = field(default_factory=dict)
    name_column: int = 0
    code_column: int = 0


def _plain(cell: str) -> str:
    return " ".join(cell.lower().split())


def _columns(row: OdsRow, sheet: _Sheet, name: str) -> None:
    """Find the columns of a heading row; SourceChanged where a table known by its title lacks one."""
    headings = [_plain(cell) for cell in row.cells]
    sheet.name_column = headings.index(_FIRST_HEADINGS[1])
    codes = [at for at, heading in enumerate(headings) if _CODE_HEADING.fullmatch(heading)]
    if not codes:
        raise _changed(row, name, "LAD23 Code", "The column “LAD23 Code” is not there")
    sheet.code_column = codes[0]
    for what, pattern in _NUMBERS.items():
        for at, heading in enumerate(headings):
            if found := pattern.fullmatch(heading):
                sheet.columns.setdefault(found[1], {})[what] = at
    years = [year for year, columns in sheet.columns.items() if "value" in columns]
    if not years:
        raise _changed(row, name, "Percentage (%)", "The column “Percentage (%)” is not there")
    for year in years:
        lacking = [what for what in _NUMBERS if what not in sheet.columns[year]]
        if lacking:
            raise _changed(row, name, lacking[0], f"The {lacking[0]} column of {year} is not there")


def _changed(row: OdsRow, name: str, column: str, message: str) -> SourceChanged:
    return SourceChanged(
        message, file=f"{name}, sheet {row.sheet}" if row.sheet else name, column=column, rows=[row.line], do=AGAIN
    )


def _number(row: OdsRow, at: int, name: str, column: str, most: float) -> tuple[float, str]:
    """A cell's number and what its symbol means ("" for a number)."""
    text = (row.cells[at] if at < len(row.cells) else "").strip().rstrip("%").lower()
    if text in _SYMBOLS:
        return float("nan"), _SYMBOLS[text]
    number = pd.to_numeric(pd.Series([text.replace(",", "")]), errors="coerce").iloc[0]
    if pd.isna(number) or not 0 <= number <= most:
        raise _changed(row, name, column, f"The file holds something that is no such number, such as “{row.cells[at]}”")
    return float(number), ""


def tidy(path: Path, name: str) -> tuple[pd.DataFrame, int, int]:
    """Figures by council, and rows without a council's code, and how many tables are not used.

    The frame has ``measure, code, name, year ("2023/24"), value, low, high, base, status``; percentages are 0–100.
    """
    return _figures(sheet_rows(path, name), name)


def _figures(rows: Iterable[OdsRow], name: str) -> tuple[pd.DataFrame, int, int]:
    found: list[tuple[object, ...]] = []
    sheets: dict[str, _Sheet] = {}
    elsewhere = 0
    for row in rows:
        sheet = sheets.setdefault(row.sheet, _Sheet())
        if not sheet.heading_seen:
            cells = [_plain(cell) for cell in row.cells]
            if cells[0] == _FIRST_HEADINGS[0] and _FIRST_HEADINGS[1] in cells and _BY_COUNCIL in sheet.title:
                sheet.heading_seen = True
                known = [table.measure for table in TABLES if table.title in sheet.title]
                if len(known) == 1:
                    sheet.measure = known[0]
                    _columns(row, sheet, name)
            else:
                sheet.title += " " + " ".join(cells)
            continue
        code = row.cells[sheet.code_column].strip() if sheet.code_column < len(row.cells) else ""
        for year, columns in sheet.columns.items():
            value, status = _number(row, columns["value"], name, "Percentage (%)", 100)
            low, high = (
                _number(row, columns[what], name, f"{what} percentage (%)", 100)[0] for what in ("low", "high")
            )
            base = _number(row, columns["base"], name, "Unweighted Base", 1e7)[0]
            if _COUNCIL.fullmatch(code):
                if not status and not (low <= value <= high):
                    raise _changed(row, name, "Percentage (%)", "A percentage lies outside its own limits, or has none")
                found.append(
                    (sheet.measure, code, row.cells[sheet.name_column].strip(), year, value, low, high, base, status)
                )
            elif not status:
                elsewhere += row.times
    frame = pd.DataFrame(found, columns=["measure", "code", "name", "year", "value", "low", "high", "base", "status"])
    if frame.empty:
        raise SourceChanged(
            "No table by council that the project knows is in it", file=name,
            do="Import the annual data tables (ODS) of 2023/24 or later.",
        )  # fmt: skip
    if frame.duplicated(["measure", "code", "year"]).any():
        twice = frame[frame.duplicated(["measure", "code", "year"])].iloc[0]
        raise SourceChanged(f"{twice['code']} stands twice in one table", file=name, column="LAD23 Code", do=AGAIN)
    if frame["value"].max() <= 1:
        raise SourceChanged("The percentages are given as parts of one", file=name, column="Percentage (%)", do=AGAIN)
    unused = sum(1 for sheet in sheets.values() if sheet.heading_seen and sheet.measure is None)
    return frame, elsewhere, unused


def _read_one(file: Given, context: Context) -> Outcome:
    frame, elsewhere, unused = tidy(file.paths[0], file.name)
    late = frame[frame["year"].str[:4].astype(int) + 1 > context.now.year]
    if len(late):
        raise SourceChanged(
            f"The file says it holds {late['year'].iloc[0]}, which is in the future", file=file.name, do=AGAIN
        )
    years = sorted(set(frame["year"]))
    account = FileAccount(
        file.name, file.sha256, ", ".join(years), ENGLAND, len(frame) + elsewhere, len(frame), elsewhere, 0, 0, "loaded"
    )
    starts = pd.to_datetime(frame["year"].str[:4] + f"-{_FIRST_MONTH:02d}-01")
    rows = frame.assign(
        period_start=starts, area_code=frame["code"], denominator=frame["base"],
        status=frame["status"].replace("", "observed"),
    )  # fmt: skip
    # The range of a hidden percentage is anything at all.
    hidden = rows["status"] == "suppressed"
    rows["low"], rows["high"] = rows["low"].mask(hidden, 0.0), rows["high"].mask(hidden, 100.0)
    reported = rows.groupby(["measure", "period_start"], as_index=False).size().rename(columns={"size": "rows_placed"})
    councils = frame.drop_duplicates("code").assign(
        kind="council", country="England", longitude=float("nan"), latitude=float("nan")
    )
    problems = (
        (
            Problem(
                "warning",
                file.name,
                None,
                (),
                f"{unused} other tables by council were read and are not used",
                "Nothing.",
            ),
        )
        if unused
        else ()
    )
    contribution = Contribution(
        SOURCE, (loaded_file(file, account, years[-1]),), MEASURES,
        observation_rows(rows, area_kind="council", period_months=_MONTHS, authority=ENGLAND),
        coverage_rows(reported, period_months=_MONTHS, authority=ENGLAND, rows_unlocated=0),
        areas=councils[list(AREA_COLUMNS)],
    )  # fmt: skip
    return Outcome(contribution, account, problems)


def read(paths: Sequence[Path], context: Context) -> Reading:
    """Annual data tables as the publisher ships them (ODS), or their sheets as CSV."""
    files = [given([path], path.name, context.now) for path in find(paths, (".ods", ".csv"))]
    return read_each(files, _read_one, context, "Reading the Community Life Survey")


def fetch(fetching: Fetching) -> list[Path]:
    """The annual tables of every survey year by council, found on the release pages."""
    paths = []
    for year in range(_FIRST_YEAR, fetching.now.year + 1):
        label = f"{year}{(year + 1) % 100:02d}"
        page = f"community-life-survey-{label}-annual-publication"
        try:
            links = links_on(fetching, page, f"page-{label}", _LINK, (_FILES_HOST,))
        except PageMissing:
            continue
        paths += [
            fetching.get(link, what=f"tables-{label}-{number}", extension="ods", largest=_LARGEST)
            for number, link in enumerate(links)
        ]
    if not paths:
        raise SourceChanged(
            "No release page links to annual tables of the Community Life Survey as ODS",
            file=fetching.address, do="Download them by hand and import the file.",
        )  # fmt: skip
    return paths
