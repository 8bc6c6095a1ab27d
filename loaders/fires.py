"""Fires and false alarms by small area and financial year, from fire and rescue services' incident records (England)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from loaders.csv_table import AGAIN, absent
from loaders.long_rows import ENGLAND, coverage_rows, observation_rows
from loaders.ods_rows import OdsRow, sheet_rows
from loaders.one_by_one import Outcome, loaded_file, read_each
from loaders.raw import Given, find, given
from loaders.reading import Context, FileAccount, Problem, Reading
from loaders.release_page import links_on
from loaders.session import Fetching
from loaders.stable_sums import unknown_codes
from store.contribution import Contribution, Measure
from store.errors import SourceChanged
from store.source import Source

SOURCE = Source(
    name="fires",
    title="Fires and false alarms attended by fire and rescue services",
    publisher="Ministry of Housing, Communities and Local Government (until March 2025 the Home Office)",
    landing_page="https://www.gov.uk/government/statistics/fire-statistics-incident-level-datasets",
    licence="Open Government Licence v3.0",
    attribution="Source: Ministry of Housing, Communities and Local Government and Home Office, fire statistics incident "
    "level datasets. Open Government Licence v3.0.",
    geography="Lower layer super output areas of 2011 or 2021, England",
    frequency="Yearly (financial years), about four months late",
    caveats=(
        "What a fire is called, and whether it was lit on purpose, is the judgement of the officer in charge.",
        "Counted where the fire was, not where people live.",
        "Incidents of which the place is not known cannot be counted in any neighbourhood.",
    ),
    format_evidence="documented header",
    address="https://www.gov.uk/government/statistics/",
)

FIRES, DELIBERATE, FALSE_ALARMS = "fires", "deliberate-secondary-fires", "false-alarms"
MEASURES = tuple(Measure(name, "events", "attended") for name in (FIRES, DELIBERATE, FALSE_ALARMS))
# Header seen as FRS_TERRITORY,E_CODE_TERRITORY,LSOA_CODE,LSOA_DESCRIPTION,FINANCIAL_YEAR,…,INCIDENT_TYPE,… in a public
# project that reads a sister file of the same page; LSOA_CODE, FINANCIAL_YEAR (2018/19) and INCIDENT_TYPE (“Primary fire
# - dwelling”) in two that read this one, of 2020 and 2026. The second found equal rows written once with a count, areas
# “Not known”, and most areas of a year in progress unknown; the first found codes in LSOA_DESCRIPTION in some sheets.
# The types are told apart by their words, as the page “Low level geography dataset guidance” lists them out of reach.
_COLUMNS = ("LSOA_CODE", "LSOA_DESCRIPTION", "FINANCIAL_YEAR", "INCIDENT_TYPE")
_CODE = re.compile(r"[EW]01\d{6}")
_WITHOUT_AREA = ("", "not known", "unknown")
_YEAR = re.compile(r"(\d{4})/(\d{2})")
_FIRE_WORDS = ("primary fire", "secondary fire", "chimney fire")
_NO_FIRE_WORDS = ("non-fire", "non fire", "not fire", "special service")
# A year of which fewer rows than this have a place is still being filled in.
_LEAST_LOCATED = 0.5
_PAGE = "fire-statistics-incident-level-datasets"
_LINK, _FILES_HOST = r"low[_-]level[_-]geography[_-]dataset.*\.ods$", "assets.publishing.service.gov.uk"
_LARGEST = 300_000_000


def measures_of(incident: str) -> tuple[str, ...] | None:
    """The measures an incident counts for, by its type; None where the type is not understood."""
    words = " ".join(incident.lower().replace("–", "-").split())
    if "false alarm" in words:
        return (FALSE_ALARMS,)
    if words.startswith("secondary fire"):
        deliberate, accidental = "deliberate" in words, "accidental" in words
        return None if deliberate == accidental else (FIRES, DELIBERATE) if deliberate else (FIRES,)
    if words.startswith(_FIRE_WORDS):
        return (FIRES,)
    return () if "fire" not in words or words.startswith(_NO_FIRE_WORDS) else None


@dataclass(frozen=True, slots=True)
class Incidents:
    """Rows of a file: by (code, year, measure), ``""`` the code where there is none; all rows by (code, year) with the
    first line of each code; and those of types that count for nothing here."""

    counts: Counter[tuple[str, str, str]]
    rows: Counter[tuple[str, str]]
    lines: dict[str, int]
    others: Counter[str]


def _records(rows: Iterable[OdsRow], name: str) -> Iterator[tuple[OdsRow, dict[str, str]]]:
    """Each row under its sheet's heading; sheets of notes, which have none, are passed over."""
    sheet, columns, found = None, None, False
    for row in rows:
        if row.sheet != sheet:
            sheet, columns = row.sheet, None
        if columns is None:
            cells = [cell.strip().upper() for cell in row.cells]
            if len(set(_COLUMNS) & set(cells)) > 1:
                missing = [column for column in _COLUMNS if column not in cells]
                if missing:
                    raise absent(pd.DataFrame(columns=cells), missing[0], name, {})
                columns, found = {column: cells.index(column) for column in _COLUMNS}, True
            continue
        yield row, {column: row.cells[at] if at < len(row.cells) else "" for column, at in columns.items()}
    if not found:
        raise SourceChanged(f"The column “{_COLUMNS[0]}” is not there", file=name, column=_COLUMNS[0], do=AGAIN)


def tidy(path: Path, name: str) -> Incidents:
    """The incidents of an ODS file, or of one of its sheets saved as CSV; SourceChanged for anything not understood."""
    found = Incidents(Counter(), Counter(), {}, Counter())
    for row, cells in _records(sheet_rows(path, name), name):
        code, year, incident = (
            cells["LSOA_CODE"].strip(),
            cells["FINANCIAL_YEAR"].strip(),
            cells["INCIDENT_TYPE"].strip(),
        )
        if not _CODE.fullmatch(code):
            described = cells["LSOA_DESCRIPTION"].strip()
            if _CODE.fullmatch(described):
                code = described
            elif code.lower() in _WITHOUT_AREA:
                code = ""
            else:
                raise _refused(row, "LSOA_CODE", "something that is not a small-area code", code, name)
        parts = _YEAR.fullmatch(year)
        if parts is None or (int(parts[1]) + 1) % 100 != int(parts[2]):
            raise _refused(row, "FINANCIAL_YEAR", "something that is not a financial year", year, name)
        measures = measures_of(incident)
        if measures is None:
            raise _refused(row, "INCIDENT_TYPE", "a type of incident the project does not know", incident, name)
        for measure in measures:
            found.counts[code, year, measure] += row.times
        if not measures:
            found.others[incident] += row.times
        found.rows[code, year] += row.times
        found.lines.setdefault(code, row.line)
    if not found.rows:
        raise SourceChanged("The file holds no rows", file=name, do=AGAIN)
    return found


def _refused(row: OdsRow, column: str, what: str, example: str, name: str) -> SourceChanged:
    where = f"{name}, sheet {row.sheet}" if row.sheet else name
    return SourceChanged(
        f"The file holds {what}" + (f", such as “{example}”" if example else ""),
        file=where, column=column, rows=[row.line], do=AGAIN,
    )  # fmt: skip


def _first_day(year: str) -> date:
    return date(int(year[:4]), 4, 1)


def _years(found: Incidents, context: Context, name: str) -> tuple[list[str], tuple[Problem, ...]]:
    """The years that can be reported, and why another one cannot."""
    totals: Counter[str] = Counter()
    located: Counter[str] = Counter()
    for (code, year), rows in found.rows.items():
        totals[year] += rows
        located[year] += rows if code else 0
    whole, problems = [], []
    for year in sorted(totals):
        over = context.now.date() >= _first_day(f"{int(year[:4]) + 1}")
        if over and located[year] >= _LEAST_LOCATED * totals[year]:
            whole.append(year)
            continue
        why = "most of its incidents have no small area yet" if over else "it is not over"
        problems.append(Problem(
            "warning", name, "FINANCIAL_YEAR", (), f"{year} is left out ({totals[year]:,} rows): {why}",
            "Import the file that the publisher brings out next year.",
        ))  # fmt: skip
    return whole, tuple(problems)


def _read_one(file: Given, context: Context) -> Outcome:
    found = tidy(file.paths[0], file.name)
    years, problems = _years(found, context, file.name)
    rows = pd.DataFrame(
        [(code, year, times) for (code, year), times in found.rows.items()], columns=["code", "year", "rows"]
    )
    rows["stable"] = [context.placement.stable.get(code) if code[:1] == "E" else None for code in rows["code"]]
    blank, unknown = rows["code"] == "", rows[(rows["code"] != "") & rows["stable"].isna()]
    codes = unknown.loc[unknown.index.repeat(unknown["rows"]), "code"]
    codes.index = pd.Index([found.lines[code] for code in codes])
    problems += unknown_codes(file.name, "LSOA_CODE", codes, context, "Import a newer ONS lookup.")
    if found.others:
        problems += (Problem(
            "warning", file.name, "INCIDENT_TYPE", (),
            f"{found.others.total():,} rows of {len(found.others):,} other types of incident, such as "
            f"“{min(found.others)}”, were read and are not used", "Nothing: only fires and false alarms are counted.",
        ),)  # fmt: skip
    refused = any(problem.level == "error" for problem in problems)
    total, lost = int(rows["rows"].sum()), int(rows["rows"][blank].sum())
    account = FileAccount(
        file.name, file.sha256, ", ".join(years), ENGLAND, total, total - lost - len(codes), lost, len(codes), 0,
        "refused" if refused else "loaded",
    )  # fmt: skip
    if refused or not years:
        return Outcome(None, account, problems)
    counts = pd.DataFrame(
        [(code, year, measure, float(times)) for (code, year, measure), times in found.counts.items() if year in years],
        columns=["code", "year", "measure", "numerator"],
    )
    counts["area_code"] = [context.placement.stable.get(code) if code[:1] == "E" else None for code in counts["code"]]
    counts["period_start"] = pd.to_datetime([_first_day(year) for year in counts["year"]])
    key = ["measure", "period_start"]
    placed = (
        counts.dropna(subset="area_code")
        .groupby([*key, "area_code"], as_index=False)
        .agg(numerator=("numerator", "sum"))
    )
    slices = pd.MultiIndex.from_product(
        [[item.name for item in MEASURES], [pd.Timestamp(_first_day(year)) for year in years]]
    )
    reported = pd.DataFrame({
        "rows_placed": placed.groupby(key)["numerator"].sum().reindex(slices, fill_value=0).astype(int),
        "rows_unlocated": counts[counts["code"] == ""].groupby(key)["numerator"].sum().reindex(slices, fill_value=0).astype(int),
    }).rename_axis(key).reset_index()  # fmt: skip
    contribution = Contribution(
        SOURCE, (loaded_file(file, account, years[-1]),), MEASURES,
        observation_rows(placed, area_kind="stable", period_months=12, authority=ENGLAND),
        coverage_rows(reported, period_months=12, authority=ENGLAND),
    )  # fmt: skip
    return Outcome(contribution, account, problems)


def read(paths: Sequence[Path], context: Context) -> Reading:
    """Low-level geography datasets as the publisher ships them (ODS), or their sheets as CSV."""
    files = [given([path], path.name, context.now) for path in find(paths, (".ods", ".csv"))]
    return read_each(files, _read_one, context, "Reading fires")


def fetch(fetching: Fetching) -> list[Path]:
    """All low-level geography datasets linked on the publisher's page; their addresses change with every release."""
    links = links_on(fetching, _PAGE, "page", _LINK, (_FILES_HOST,))
    if not links:
        raise SourceChanged(
            "The publisher's page no longer links to the low-level geography dataset",
            file=fetching.address + _PAGE, do="Download it by hand and import the file.",
        )  # fmt: skip
    names = [re.sub(r"[^a-z0-9]+", "-", link.rpartition("/")[2].removesuffix(".ods").lower()) for link in links]
    return [
        fetching.get(link, what=name, extension="ods", largest=_LARGEST)
        for link, name in zip(links, names, strict=True)
    ]
