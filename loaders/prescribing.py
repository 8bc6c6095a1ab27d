"""Antidepressants and reliever inhalers prescribed by each general practice and month (NHS Business Services Authority)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from loaders.csv_table import AGAIN, refuse
from loaders.large_csv import refuse_rows, workspace
from loaders.long_rows import ENGLAND, coverage_rows, observation_rows
from loaders.one_by_one import Outcome, loaded_file, read_each
from loaders.practices import PRACTICE_CODE, practice_areas
from loaders.raw import Given, find, given, what_of
from loaders.reading import Context, FileAccount, Problem, Reading
from loaders.session import Fetching
from loaders.staged_csv import stage_columns
from store.contribution import Contribution, Measure
from store.errors import SourceChanged
from store.period import month_number, month_text
from store.source import Source

SOURCE = Source(
    name="prescribing",
    title="Medicines prescribed by general practices",
    publisher="NHS Business Services Authority",
    landing_page="https://opendata.nhsbsa.net/dataset/english-prescribing-dataset-epd-with-snomed-code",
    licence="Open Government Licence v3.0",
    attribution="Source: NHS Business Services Authority, English Prescribing Dataset. Open Government Licence v3.0.",
    geography="General practices and other prescribers, England",
    frequency="Monthly, about two months late",
    caveats=(
        "An item is a line on a prescription: practices that prescribe for shorter spells have more items for the same care.",
        "Counted where the practice is, not where its patients live.",
        "Medicines bought, given in hospital or prescribed privately are not in it.",
    ),
    format_evidence="documented header",
    address="https://opendata.nhsbsa.net/api/3/action/",
)

ANTIDEPRESSANTS, RELIEVERS = "antidepressants", "reliever-inhalers"
MEASURES = tuple(Measure(name, "events", "items prescribed in a month") for name in (ANTIDEPRESSANTS, RELIEVERS))
# Section of the British National Formulary; salbutamol and terbutaline, of which only what is breathed in from a device
# counts: the same medicines come as tablets, syrup, injections and for nebulisers. “haler” is in inhaler, Accuhaler,
# Turbohaler, Easyhaler, Autohaler and Evohaler.
_ANTIDEPRESSANT_CODES, _RELIEVER_CODES = ("0403",), ("0301011R0", "0301011V0")
_RELIEVER_FORMS = ("haler", "inhalation powder", "novolizer")


@dataclass(frozen=True, slots=True)
class Layout:
    """What the publisher calls a month's table, and the medicine's code and name in it."""

    table: str
    code: str
    medicine: str


# Header of the retired file seen in a public project's tests: YEAR_MONTH,REGIONAL_OFFICE_NAME,…,PRACTICE_NAME,
# PRACTICE_CODE,…,BNF_CHEMICAL_SUBSTANCE,CHEMICAL_SUBSTANCE_BNF_DESCR,BNF_CODE,BNF_DESCRIPTION,BNF_CHAPTER_PLUS_CODE,
# QUANTITY,ITEMS,…; of the one with SNOMED codes in another's table template: …,BNF_PRESENTATION_CODE,
# BNF_PRESENTATION_NAME,…,QUANTITY,ITEMS,… A third measured the live service in September 2026: tables with SNOMED codes
# go back to November 2020, and columns and the form of YEAR_MONTH changed with March 2025.
_SNOMED_FROM, _RENAMED_FROM = date(2020, 11, 1), date(2025, 3, 1)
_COLUMNS = {
    "month": ("YEAR_MONTH",),
    "practice": ("PRACTICE_CODE",),
    "practice_name": ("PRACTICE_NAME",),
    "bnf": ("BNF_PRESENTATION_CODE", "BNF_CODE"),
    "medicine": ("BNF_PRESENTATION_NAME", "BNF_DESCRIPTION"),
    "items": ("ITEMS",),
}
_SNOMED_COLUMN = "SNOMED_CODE"
_PACKAGES = {"EPD_SNOMED_": "english-prescribing-dataset-epd-with-snomed-code", "EPD_": "english-prescribing-data-epd"}
_MONTH = r"(\d{4})-?(0[1-9]|1[0-2])"
_ANSWER_COLUMNS = ("YEAR_MONTH", "PRACTICE_CODE", "PRACTICE_NAME", "MEASURE", "ITEMS")
_USUAL_PRACTICES = 6_000
_LARGEST_ANSWER, _LARGEST_LIST = 40_000_000, 20_000_000
_DEFAULT_MONTHS = 36
_LIST = "list-"


def layout_of(month: date) -> Layout:
    """Where the publisher keeps a month. The files with SNOMED codes are taken from the first month they cover, so that
    the series changes its kind once, there, and not in 2025 when the other file ended."""
    if month < _SNOMED_FROM:
        return Layout(f"EPD_{month:%Y%m}", "BNF_CODE", "BNF_DESCRIPTION")
    if month < _RENAMED_FROM:
        return Layout(f"EPD_SNOMED_{month:%Y%m}", "BNF_CODE", "BNF_DESCRIPTION")
    return Layout(f"EPD_SNOMED_{month:%Y%m}", "BNF_PRESENTATION_CODE", "BNF_PRESENTATION_NAME")


def _tests(code: str, medicine: str) -> tuple[str, str]:
    """SQL that holds for antidepressants and for reliever inhalers."""

    def any_of(column: str, patterns: Sequence[str]) -> str:
        return "(" + " OR ".join(f"{column} LIKE '{pattern}'" for pattern in patterns) + ")"

    relievers = any_of(code, [f"{start}%" for start in _RELIEVER_CODES])
    forms = any_of(f"LOWER({medicine})", [f"%{form}%" for form in _RELIEVER_FORMS])
    return any_of(code, [f"{start}%" for start in _ANTIDEPRESSANT_CODES]), f"({relievers} AND {forms})"


def question(layout: Layout) -> str:
    """The sums of a month by practice, in the SQL of the publisher's service (BigQuery)."""
    antidepressants, relievers = _tests(layout.code, layout.medicine)
    return (
        "SELECT YEAR_MONTH, PRACTICE_CODE, MAX(PRACTICE_NAME) AS PRACTICE_NAME, "
        f"CASE WHEN {antidepressants} THEN '{ANTIDEPRESSANTS}' ELSE '{RELIEVERS}' END AS MEASURE, "
        f"SUM(CAST(ITEMS AS INT64)) AS ITEMS FROM `{layout.table}` WHERE {antidepressants} OR {relievers} "
        "GROUP BY YEAR_MONTH, PRACTICE_CODE, MEASURE ORDER BY PRACTICE_CODE, MEASURE"
    )


def _records(path: Path, name: str) -> pd.DataFrame:
    """The rows of an answer of the service as text; SourceChanged where it was capped or is no answer."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        result = said["result"]
        records = result.get("result", result)["records"] if said["success"] is True else None
        truncated = str(result.get("records_truncated", "")).lower() == "true"
    except (ValueError, KeyError, TypeError, AttributeError):
        records, truncated = None, False
    if truncated:
        raise SourceChanged(
            "The answer was capped: the service gave a link to a file in place of the rows",
            file=name,
            do="Fetch it again.",
        )
    if not isinstance(records, list) or not records or not all(isinstance(row, dict) for row in records):
        raise SourceChanged("The file is no answer of the prescribing service", file=name, do=AGAIN)
    missing = [column for column in _ANSWER_COLUMNS if any(column not in row for row in records)]
    if missing:
        raise SourceChanged(f"The column “{missing[0]}” is not there", file=name, column=missing[0], do=AGAIN)
    table = pd.DataFrame(records)[list(_ANSWER_COLUMNS)]
    return table.map(lambda cell: "" if cell is None else str(cell).strip()).set_axis(range(1, len(table) + 1))


@dataclass(frozen=True, slots=True)
class Month:
    """A month's items: ``items`` has ``practice, name, measure, items``, one row a practice and measure; the rest are rows
    of the file, all of them, those of other medicines, and those of no practice."""

    month: date
    items: pd.DataFrame
    rows: int
    other_medicines: int
    unlocated: int
    with_snomed: bool


def _from_answer(path: Path, name: str) -> Month:
    table = _records(path, name)
    refuse(table, ~table["YEAR_MONTH"].str.fullmatch(_MONTH), "YEAR_MONTH", "something that is not a month", name)
    refuse(table, table["YEAR_MONTH"] != table["YEAR_MONTH"].iloc[0], "YEAR_MONTH", "two months", name)
    known = table["MEASURE"].isin([ANTIDEPRESSANTS, RELIEVERS])
    refuse(table, ~known, "MEASURE", "something that was not asked for", name)
    refuse(table, ~table["ITEMS"].str.fullmatch(r"\d+(\.0)?"), "ITEMS", "something that is not a number of items", name)
    refuse(table, table.duplicated(["PRACTICE_CODE", "MEASURE"]), "PRACTICE_CODE", "a practice twice", name)
    practices = table["PRACTICE_CODE"].str.fullmatch(PRACTICE_CODE)
    items = pd.DataFrame({
        "practice": table["PRACTICE_CODE"], "name": table["PRACTICE_NAME"], "measure": table["MEASURE"],
        "items": pd.to_numeric(table["ITEMS"]).astype(float),
    })[practices]  # fmt: skip
    month = _month(table["YEAR_MONTH"].iloc[0])
    return Month(month, items, len(table), 0, int((~practices).sum()), month >= _SNOMED_FROM)


def _from_month_file(path: Path, name: str) -> Month:
    antidepressants, relievers = _tests("bnf", "medicine")
    with workspace() as connection:
        headings = stage_columns(connection, path, name, _COLUMNS, "every_row")
        rows = int(connection.execute("SELECT count(*) FROM every_row").fetchall()[0][0])
        months = connection.execute("SELECT month, min(line) FROM every_row GROUP BY ALL ORDER BY 2 LIMIT 2").fetchall()
        column = headings["month"]
        refuse_rows(
            connection,
            "every_row",
            f"NOT regexp_full_match(month, '{_MONTH}')",
            column,
            "something that is not a month",
            name,
        )
        if len(months) > 1:
            raise SourceChanged("The file holds two months", file=name, column=column, rows=[months[1][1]], do=AGAIN)
        connection.execute(
            f"CREATE TABLE wanted AS SELECT *, CASE WHEN {antidepressants} THEN '{ANTIDEPRESSANTS}' ELSE '{RELIEVERS}' END "
            f"AS measure, regexp_full_match(practice, '{PRACTICE_CODE}') AS is_practice FROM every_row "
            f"WHERE {antidepressants} OR {relievers}"
        )
        refuse_rows(connection, "wanted", "NOT regexp_full_match(items, '\\d{1,9}')", headings["items"],
                    "something that is not a number of items", name)  # fmt: skip
        items = connection.execute(
            "SELECT practice, max(practice_name) AS name, measure, sum(items::BIGINT)::DOUBLE AS items FROM wanted "
            "WHERE is_practice GROUP BY practice, measure ORDER BY practice, measure"
        ).df()
        kept, lost = connection.execute("SELECT count(*), count(*) FILTER (NOT is_practice) FROM wanted").fetchall()[0]
    with path.open(encoding="utf-8-sig") as file:
        with_snomed = _SNOMED_COLUMN in file.readline()
    return Month(_month(months[0][0]), items, rows, rows - int(kept), int(lost), with_snomed)


def _month(text: str) -> date:
    found = re.fullmatch(_MONTH, text)
    assert found is not None
    return date(int(found[1]), int(found[2]), 1)


def tidy(path: Path, name: str) -> Month:
    """A month's items by practice, from an answer of the service or from the publisher's whole file of a month."""
    return _from_answer(path, name) if path.suffix.lower() == ".json" else _from_month_file(path, name)


def _problems(found: Month, name: str) -> tuple[Problem, ...]:
    said: list[tuple[str, str]] = []
    if found.other_medicines:
        said.append((
            f"{found.other_medicines:,} rows of other medicines were read and are not used",
            "Nothing: only antidepressants and reliever inhalers are counted.",
        ))  # fmt: skip
    practices = found.items["practice"].nunique()
    if practices < _USUAL_PRACTICES:
        said.append((
            f"Only {practices:,} practices are in {month_text(found.month)}; England has more than {_USUAL_PRACTICES:,}",
            "Import the whole month, if this is a part of it: a newer file takes the place of an older one.",
        ))  # fmt: skip
    if found.month >= _SNOMED_FROM and not found.with_snomed:
        said.append((
            f"{month_text(found.month)} comes from the file that ended in June 2025; the one with SNOMED codes has it too",
            "Let “python -m loaders refresh prescribing” fetch it, so that all months since November 2020 are of one kind.",
        ))  # fmt: skip
    return tuple(Problem("warning", name, None, (), message, do) for message, do in said)


def _read_one(file: Given, context: Context) -> Outcome:
    found = tidy(file.paths[0], file.name)
    if month_number(found.month) > month_number(context.now.date()):
        raise SourceChanged(
            f"The file says it holds {month_text(found.month)}, which is in the future", file=file.name,
            column="YEAR_MONTH", do="Check this machine's date, and fetch the file again.",
        )  # fmt: skip
    absent = sorted({ANTIDEPRESSANTS, RELIEVERS} - set(found.items["measure"]))
    if absent:
        raise SourceChanged(
            f"No {absent[0].replace('-', ' ')} at all are in it, which cannot be", file=file.name, do=AGAIN
        )  # fmt: skip
    account = FileAccount(
        file.name, file.sha256, month_text(found.month), ENGLAND, found.rows, found.rows - found.unlocated,
        found.unlocated, 0, 0, "loaded",
    )  # fmt: skip
    when = {"period_start": pd.Timestamp(found.month), "period_months": 1, "authority": ENGLAND}
    items = found.items.rename(columns={"practice": "area_code", "items": "numerator"})
    reported = items.groupby("measure", as_index=False).size().rename(columns={"size": "rows_placed"})
    contribution = Contribution(
        SOURCE, (loaded_file(file, account, month_text(found.month)),), MEASURES,
        observation_rows(items[items["numerator"] > 0], area_kind="practice", **when),
        coverage_rows(reported, rows_unlocated=found.unlocated, **when),
        areas=practice_areas(items.rename(columns={"area_code": "code"})),
    )  # fmt: skip
    return Outcome(contribution, account, _problems(found, file.name))


def read(paths: Sequence[Path], context: Context) -> Reading:
    """Answers of the service, or whole monthly files (unpacked CSV of about 6 GB)."""
    found = [path for path in find(paths, (".json", ".csv")) if not what_of(path).startswith(_LIST)]
    files = [given([path], path.name, context.now) for path in found]
    return read_each(files, _read_one, context, "Reading prescriptions")


def _months_of(fetching: Fetching, prefix: str) -> list[date]:
    """The months the publisher has tables of, oldest first."""
    what = _LIST + prefix.rstrip("_").lower().replace("_", "-")
    path = fetching.get("package_show", what=what, params={"id": _PACKAGES[prefix]}, extension="json",
                        largest=_LARGEST_LIST)  # fmt: skip
    try:
        resources: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["result"]["resources"]
        names = [str(item.get("name", "")) for item in resources]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceChanged("The publisher's list of months cannot be read", file=path.name, do=AGAIN) from error
    found = [re.fullmatch(re.escape(prefix) + r"(\d{4})(0[1-9]|1[0-2])", name) for name in names]
    months = sorted({date(int(item[1]), int(item[2]), 1) for item in found if item})
    if not months:
        raise SourceChanged(f"The publisher's list names no table {prefix}YYYYMM", file=path.name, do=AGAIN)
    return months


def fetch(fetching: Fetching) -> list[Path]:
    """Sums by practice of the last 36 months there are, or of all since the month asked for; one question a month."""
    months = _months_of(fetching, "EPD_SNOMED_")
    if fetching.since is None:
        months = months[-_DEFAULT_MONTHS:]
    else:
        first = fetching.since.replace(day=1)
        older = _months_of(fetching, "EPD_") if first < _SNOMED_FROM else []
        months = [month for month in [*(m for m in older if m < _SNOMED_FROM), *months] if month >= first]
    paths = []
    for month in fetching.progress(months, "Fetching prescriptions", len(months)):
        layout = layout_of(month)
        paths.append(fetching.get(
            "datastore_search_sql", what=f"items-{month:%Y%m}", extension="json", largest=_LARGEST_ANSWER,
            params={"resource_id": layout.table, "sql": question(layout)},
        ))  # fmt: skip
    if not paths:
        raise SourceChanged("The publisher has no month as late as the one asked for", do="Ask for an earlier month.")
    return paths
