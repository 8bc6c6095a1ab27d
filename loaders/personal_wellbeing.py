"""How people rate their own lives, by council and year: personal well-being estimates of the ONS.

Two of the publisher's tables are known: the data set of all years with its limits (download.ons.gov.uk), and the sheets
of the subnational indicators explorer of February 2022, saved as CSV, which hold one year's means without limits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from loaders.csv_table import AGAIN, need, read_sheet, read_table, refuse
from loaders.large_csv import first_row
from loaders.long_rows import coverage_rows, observation_rows
from loaders.one_by_one import Outcome, loaded_file, read_each
from loaders.raw import Given, find, given
from loaders.reading import Context, FileAccount, Problem, Reading
from loaders.session import Fetching
from loaders.stable_sums import unknown_codes
from store.contribution import AREA_COLUMNS, Contribution, Measure
from store.errors import SourceChanged
from store.source import Source

SOURCE = Source(
    name="personal_wellbeing",
    title="Personal well-being estimates by local authority",
    publisher="Office for National Statistics",
    landing_page="https://www.ons.gov.uk/datasets/wellbeing-local-authority/editions/time-series",
    licence="Open Government Licence v3.0",
    attribution="Source: Office for National Statistics, Annual Population Survey, personal well-being estimates. Open "
    "Government Licence v3.0.",
    geography="Councils, counties, regions and countries of the United Kingdom",
    frequency="Yearly; the newest year known is April 2022 to March 2023",
    caveats=(
        "A sample survey: in one council few people are asked, so the limits are wide.",
        "A council is far larger than a neighbourhood; these numbers are background and say nothing about one place.",
        "Happiness and anxiety are about the day before, life satisfaction and worthwhile about life as a whole.",
    ),
    format_evidence="documented header",
    address="https://download.ons.gov.uk/downloads/datasets/wellbeing-local-authority/editions/time-series/versions/",
)

# The newest version of the data set that is known; a later one comes as another number.
_VERSION = "4"
_UNIT = "points from 0 (not at all) to 10 (completely), mean"
QUESTIONS = ("life-satisfaction", "worthwhile", "happiness", "anxiety")
_ENDINGS = {"council": "", "region": "-in-regions", "country": "-in-countries"}
MEASURES = tuple(Measure(question + ending, "mean", _UNIT) for ending in _ENDINGS.values() for question in QUESTIONS)

# Columns of the data set as the publisher's own open code writes them (ONS-OpenData, cmd-transforms).
_CODE, _NAME, _PERIOD, _QUESTION = "administrative-geography", "Geography", "yyyy-yy", "measure-of-wellbeing"
_ESTIMATE, _MARK, _LIMITS = "wellbeing-estimate", "Data marking", ("Lower limit", "Upper limit")
# The value's column is called by how many columns of notes follow it: v4_3 has its mark and two limits.
_VALUE = re.compile(r"v4_\d", re.IGNORECASE)
_MEAN, _THRESHOLDS = "average-mean", ("poor", "fair", "good", "very-good")
# Stand where there is no estimate, mostly because too few people were asked; the publisher gives no range.
_NO_ESTIMATE = {"x": "missing", "[x]": "missing", "u": "missing", "[u]": "missing", "na": "missing", "": "missing",
                "c": "suppressed", "[c]": "suppressed"}  # fmt: skip
_UNRELIABLE = ("u", "[u]")
_KINDS = {
    "council": r"(E0[6-9]|E10|W06|S12|N09)\d{6}", "region": r"E12\d{6}", "country": r"(E92|W92|S92|N92|K02)\d{6}",
}  # fmt: skip
_NOT_HELD = r"(E11|E13|K03|K04)\d{6}"  # metropolitan counties, Inner and Outer London, Great Britain, England and Wales
_COUNTRIES = {
    "E": ("E92000001", "England"), "W": ("W92000004", "Wales"), "S": ("S92000003", "Scotland"),
    "N": ("N92000002", "Northern Ireland"), "K": ("K02000001", "United Kingdom"),
}  # fmt: skip
TIDIED = {
    "an extract tidied by somebody else, with names instead of area codes": ("Region", "Year", "Life_satisfaction"),
}
# The sheets of the explorer, by the name of the indicator above the table, and what its sheets of notes begin with.
_SHEET_MARK, _SHEET_DATE_MARK = "Indicator:", "Date:"
_NOTES = ("", "Metric data sources, explanation and geographies")
_SHEETS = {
    "Average life satisfaction rating": "life-satisfaction",
    "Average feeling that things done in life are worthwhile rating": "worthwhile",
    "Average happiness rating": "happiness",
    "Average anxiety rating": "anxiety",
}
_SHEET_CODE, _SHEET_NAME, _SHEET_NOTES = "Area Code", "Area", "Notes"
_SHEET_DATE = re.compile(r"04/(\d{4})-03/(\d{4})")
_LARGEST = 100_000_000


@dataclass(frozen=True, slots=True)
class Estimates:
    """What a file says: ``rows`` (``code, name, question, start, value, low, high, status``, indexed by line), how many
    rows it has, and how many of them are of thresholds, which are not used."""

    rows: pd.DataFrame
    rows_read: int
    thresholds: int


def _numbers(table: pd.DataFrame, column: str, name: str) -> pd.Series:
    """Estimates from 0 to 10; NaN where a sign stands instead. Anything else is a SourceChanged."""
    text = table[column]
    sign = text.str.lower().isin(_NO_ESTIMATE)
    refuse(table, ~sign & ~text.str.fullmatch(r"\d{1,2}(\.\d+)?"), column,
           "something that is neither an estimate nor a sign the project knows", name)  # fmt: skip
    numbers = pd.to_numeric(text.mask(sign), errors="coerce").astype(float)
    refuse(table, numbers > 10, column, "estimates above 10", name)
    return numbers


def _from_data_set(table: pd.DataFrame, name: str) -> Estimates:
    need(table, (_CODE, _NAME, _PERIOD, _QUESTION, _ESTIMATE, _MARK, *_LIMITS), name, TIDIED)
    value = next((heading for heading in table.columns if _VALUE.fullmatch(heading)), None)
    if value is None:
        need(table, ("v4_3",), name, TIDIED)
    kinds = table[_ESTIMATE]
    refuse(table, ~kinds.isin((_MEAN, *_THRESHOLDS)), _ESTIMATE, "a kind of estimate the project does not know", name)
    means = table[kinds == _MEAN]
    refuse(means, ~means[_QUESTION].isin(QUESTIONS), _QUESTION, "a question the project does not know", name)
    years = means[_PERIOD].str.extract(r"^(\d{4})-(\d{2})$").astype(float)
    follows = (years[0] + 1) % 100 == years[1]
    refuse(means, ~follows, _PERIOD, "something that is not a year from April to March", name)
    marks = means[_MARK].str.lower()
    refuse(means, ~marks.isin(_NO_ESTIMATE), _MARK, "a mark the project does not know", name)
    numbers = _numbers(means, str(value), name)
    low, high = (_numbers(means, column, name) for column in _LIMITS)
    outside = numbers.notna() & ((low > numbers) | (high < numbers))
    refuse(means, outside, str(value), "estimates outside their own limits", name)
    status = marks.map(_NO_ESTIMATE).where(numbers.isna(), "observed")
    status = status.mask(numbers.notna() & marks.isin(_UNRELIABLE), "low_reliability")
    rows = pd.DataFrame({
        "code": means[_CODE], "name": means[_NAME], "question": means[_QUESTION],
        "start": pd.to_datetime(years[0].astype(int).astype(str) + "-04-01"), "value": numbers,
        "low": low.where(numbers.notna()), "high": high.where(numbers.notna()), "status": status,
    })  # fmt: skip
    # Some areas stand in the data set twice with the same figures, being an area of two kinds.
    once = rows.drop_duplicates()
    again = once.duplicated(["code", "question", "start"])
    refuse(means.loc[once.index], again, _CODE, "an area twice, with different figures", name)
    return Estimates(once, len(table), len(table) - len(means))


def _from_sheet(above: Sequence[Sequence[str]], table: pd.DataFrame, question: str, name: str) -> Estimates:
    value = next((heading for heading in table.columns if heading.startswith("Mean ")), None)
    need(table, (_SHEET_CODE, _SHEET_NAME, _SHEET_NOTES), name, TIDIED)
    said = next((row[1].strip() for row in above if len(row) > 1 and row[0].strip() == _SHEET_DATE_MARK), "")
    dates = _SHEET_DATE.fullmatch(said)
    if value is None or dates is None or int(dates[2]) != int(dates[1]) + 1:
        raise SourceChanged(
            "The sheet does not say which year from April to March its means are of",
            file=name, column=_SHEET_DATE_MARK, rows=[2], do=AGAIN,
        )  # fmt: skip
    # The table ends where its codes do; rows of nothing follow in a sheet saved as CSV.
    table = table[(table[[_SHEET_CODE, _SHEET_NAME, value]] != "").any(axis=1)]
    refuse(table, table[_SHEET_CODE].duplicated(), _SHEET_CODE, "an area twice", name)
    numbers = _numbers(table, value, name)
    status = table[value].str.lower().map(_NO_ESTIMATE).where(numbers.isna(), "observed")
    rows = pd.DataFrame({
        "code": table[_SHEET_CODE], "name": table[_SHEET_NAME], "question": question,
        "start": pd.Timestamp(int(dates[1]), 4, 1), "value": numbers, "low": float("nan"), "high": float("nan"),
        "status": status,
    })  # fmt: skip
    return Estimates(rows, len(table), 0)


def _brought(rows: pd.DataFrame) -> pd.DataFrame:
    """Areas to bring along (AREA_COLUMNS): every area met, and every country that counts in one."""
    areas = pd.DataFrame({
        "kind": rows["kind"], "code": rows["code"], "name": rows["name"],
        "country": rows["code"].str[0].map({letter: name for letter, (_, name) in _COUNTRIES.items()}),
    })  # fmt: skip
    met = set(rows["code"].str[0])
    countries = pd.DataFrame(
        [("country", code, name, name) for letter, (code, name) in _COUNTRIES.items() if letter in met],
        columns=["kind", "code", "name", "country"],
    )
    together = pd.concat([areas, countries]).drop_duplicates(["kind", "code"])
    return together.assign(longitude=float("nan"), latitude=float("nan"))[list(AREA_COLUMNS)].reset_index(drop=True)


def _unused(name: str, found: Estimates, not_held: int) -> tuple[Problem, ...]:
    problems = []
    if found.thresholds:
        problems.append(Problem(
            "warning", name, _ESTIMATE, (),
            f"{found.thresholds:,} rows of shares of people by score are read and not used", "Nothing; means are used.",
        ))  # fmt: skip
    if not_held:
        problems.append(Problem(
            "warning", name, _CODE, (),
            f"{not_held:,} rows of kinds of area the project does not hold (such as metropolitan counties) are read and "
            "not used", "Nothing; their councils are there.",
        ))  # fmt: skip
    return tuple(problems)


def _read_one(file: Given, context: Context) -> Outcome:
    path = file.paths[0]
    first = [cell.strip() for cell in first_row(path, file.name)]
    if first[0] != _SHEET_MARK:
        if first[0] in _NOTES and not any(first[1:]):
            return _ignored(file, "notes")
        return _outcome(file, _from_data_set(read_table(path, file.name), file.name), context)
    indicator = first[1] if len(first) > 1 else ""
    if indicator not in _SHEETS:
        return _ignored(file, indicator)
    above, table = read_sheet(path, file.name, lambda row: _SHEET_CODE in row)
    return _outcome(file, _from_sheet(above, table, _SHEETS[indicator], file.name), context)


def _ignored(file: Given, about: str) -> Outcome:
    account = FileAccount(file.name, file.sha256, "", "", 0, 0, 0, 0, 0, "ignored")
    said = Problem(
        "warning", file.name, None, (), f"This sheet is about something else ({about}), so it was left alone",
        "Nothing, if it does not belong here.",
    )  # fmt: skip
    return Outcome(None, account, (said,))


def _outcome(file: Given, found: Estimates, context: Context) -> Outcome:
    rows = found.rows
    kinds = pd.Series("", index=rows.index)
    for kind, pattern in _KINDS.items():
        kinds[rows["code"].str.fullmatch(pattern)] = kind
    not_held = rows["code"].str.fullmatch(_NOT_HELD)
    unknown = rows["code"][(kinds == "") & ~not_held]
    problems = unknown_codes(file.name, _CODE, unknown, context, "Fetch the data set again.")
    rows = rows.assign(kind=kinds)[kinds != ""]
    state = "refused" if any(problem.level == "error" for problem in problems) else "loaded"
    first, last = found.rows["start"].min(), found.rows["start"].max()
    span = f"{first.year}-04:{last.year + 1}-03"
    placed = found.rows_read - len(unknown)
    letters = sorted(set(rows["code"].str[0]))
    account = FileAccount(
        file.name, file.sha256, span, ", ".join(_COUNTRIES[letter][0] for letter in letters), found.rows_read, placed, 0,
        len(unknown), 0, state,  # type: ignore[arg-type]
    )  # fmt: skip
    problems = (*problems, *_unused(file.name, found, int(not_held.sum())))
    if state == "refused" or rows.empty:
        return Outcome(None, account, problems)
    authority = rows["code"].str[0].map({letter: code for letter, (code, _) in _COUNTRIES.items()})
    measure = rows["question"] + rows["kind"].map(_ENDINGS)
    rows = rows.assign(authority=authority, measure=measure, period_start=rows["start"])
    observations = observation_rows(rows.rename(columns={"kind": "area_kind", "code": "area_code"}), period_months=12)
    slices = rows.groupby(["measure", "authority", "period_start"], as_index=False).size()
    coverage = coverage_rows(slices.rename(columns={"size": "rows_placed"}), period_months=12)
    newest: date = last.date()
    edition = f"{newest.year}-{(newest.year + 1) % 100:02d}"
    contribution = Contribution(
        SOURCE, (loaded_file(file, account, edition),), MEASURES, observations, coverage, areas=_brought(rows)
    )
    return Outcome(contribution, account, problems)


def read(paths: Sequence[Path], context: Context) -> Reading:
    """The data set as CSV, or sheets of the subnational indicators explorer; its other sheets are left alone."""
    files = [given([path], path.name, context.now) for path in find(paths, (".csv",))]
    return read_each(files, _read_one, context, "Reading well-being estimates")


def fetch(fetching: Fetching) -> list[Path]:
    """The data set whole: it is one file of all councils and years."""
    return [fetching.get(f"{_VERSION}.csv", what="wellbeing-local-authority", extension="csv", largest=_LARGEST)]
