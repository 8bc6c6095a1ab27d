"""People who claim benefits because they are out of work, by small area and month, from Nomis (NM_162_1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from loaders.csv_table import need, refuse
from loaders.nomis import answers, fetch_pages, read_answer, values
from loaders.one_by_one import Outcome, account_of, loaded_file, read_each
from loaders.raw import Given, find
from loaders.reading import Context, Reading
from loaders.session import Fetching
from loaders.stable_sums import not_known, over_whole_country, parts_of, sum_over_parts, unknown_codes
from store.areas import COUNTRIES
from store.contribution import Contribution, Measure
from store.errors import BadQuestion
from store.period import month_number, month_text, window
from store.source import Source

SOURCE = Source(
    name="nomis_claimants",
    title="Claimant count",
    publisher="Office for National Statistics and Department for Work and Pensions, Nomis",
    landing_page="https://www.nomisweb.co.uk/sources/cc",
    licence="Open Government Licence v3.0",
    attribution="Source: Office for National Statistics, Nomis. Open Government Licence v3.0.",
    geography="Lower layer super output areas of 2011 or 2021, wards and councils, England and Wales",
    frequency="Monthly, about one month late",
    caveats=(
        "Every count is rounded to 5.",
        "Universal Credit brought new groups into the count, area by area, from 2013 to 2018.",
        "The rules on who must look for work changed in 2020 and again later.",
    ),
    format_evidence="documented header",
    address="https://www.nomisweb.co.uk/api/v01/",
)

_UNIT = "claimants, rounded to 5"
# One measure a kind of area: slices are replaced whole, and a file of wards must not replace one of small areas.
MEASURE_OF = {"stable": "claimants", "ward": "claimants-in-wards", "council": "claimants-in-councils"}
MEASURES = tuple(Measure(name, "stock", _UNIT) for name in MEASURE_OF.values())
# A value rounded to the nearest 5 was up to 2 more or less.
_ROUNDED_BY = 2
_DATASET = "NM_162_1"
_FIXED = {
    "GENDER": ("0",), "GENDER_NAME": ("Total",), "SEX": ("0", "7"), "AGE": ("0",), "MEASURE": ("1",),
    "MEASURE_NAME": ("Claimant count",), "MEASURES": ("20100",), "MEASURES_NAME": ("Value", "value"),
}  # fmt: skip
TIDIED = {
    "an extract tidied by somebody else, with one row a date and area": ("date", "count", "rate"),
    "an extract tidied by somebody else, with columns date, measure and value": ("date", "measure", "value"),
    "an extract tidied by somebody else, for linked data": ("Geography", "Measure Type", "Value"),
    "an extract tidied by somebody else, with an indicator column": ("area_code", "period", "indicator", "value"),
}
_OTHER_CODES = (
    "Wards are known as they stood in the ward lookup in use, and their borders change nearly every year; leave out "
    "regions, countries and wards of other years, or ask Nomis for small areas instead."
)


def tidy(answer: Given, context: Context) -> pd.DataFrame:
    """One row an area and month, indexed by line: ``code, month (Timestamp), count`` (NaN: not published)."""
    table = read_answer(answer, ("GEOGRAPHY_CODE", "OBS_VALUE"), _FIXED, TIDIED)
    name = answer.name
    if "MEASURE" not in table.columns:
        need(table, ("MEASURE_NAME",), name, {})
    by_date = "DATE" in table.columns
    if not by_date:
        need(table, ("DATE_NAME",), name, {})
    column = "DATE" if by_date else "DATE_NAME"
    months = pd.to_datetime(table[column], format="%Y-%m" if by_date else "%B %Y", errors="coerce")
    refuse(table, months.isna(), column, "something that is not a month", name)
    today = month_number(context.now.date())
    refuse(table, months.dt.year * 12 + months.dt.month - 1 > today, column, "months that lie in the future", name,
           "Check this machine's date, and fetch the file again.")  # fmt: skip
    numbers = values(table, name)
    refuse(table, (numbers % 5).fillna(0) != 0, "OBS_VALUE", "counts that are not rounded to 5", name)
    rows = pd.DataFrame({"code": table["GEOGRAPHY_CODE"], "month": months, "count": numbers})
    refuse(table, rows.duplicated(["code", "month"]), "GEOGRAPHY_CODE", "an area twice in one month", name,
           "Ask Nomis for totals only, as “python -m loaders refresh” does.")  # fmt: skip
    return rows


def _by_kind(rows: pd.DataFrame, context: Context) -> pd.Series:
    kinds = pd.Series("", index=rows.index)
    kinds[rows["code"].isin(context.placement.stable.keys())] = "stable"
    kinds[rows["code"].isin(context.lookups.wards["ward"])] = "ward"
    kinds[rows["code"].isin(context.lookups.wards["council"])] = "council"
    return kinds


def _ranged(rows: pd.DataFrame) -> pd.DataFrame:
    """``rows`` with the least and the most each rounded count can stand for."""
    return rows.assign(low=(rows["count"] - _ROUNDED_BY).clip(lower=0), high=rows["count"] + _ROUNDED_BY)


def _stable(rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    sums, partial = sum_over_parts(_ranged(rows), parts_of(context.lookups), ["month"], ["count", "low", "high"])
    unsure = pd.concat([sums, partial]).rename(columns={"stable": "code"})
    return over_whole_country(unsure, context, "month")


def observations_of(rows: pd.DataFrame, context: Context) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Observations and coverage (store.contribution, file 0) of tidied ``rows`` that have a ``kind``."""
    letters = {letter: code for letter, (code, _) in COUNTRIES.items()}
    observations, coverage = [], []
    for kind, measure in MEASURE_OF.items():
        part = rows[rows["kind"] == kind]
        if part.empty:
            continue
        found = _stable(part, context) if kind == "stable" else _ranged(part)
        observations.append(
            pd.DataFrame(
                {
                    "file": 0,
                    "area_kind": kind,
                    "area_code": found["code"],
                    "measure": measure,
                    "period_start": found["month"],
                    "period_months": 1,
                    "numerator": found["count"],
                    "denominator": float("nan"),
                    "value": float("nan"),
                    "status": found["count"].isna().map({True: "missing", False: "rounded"}),
                    "low": found["low"],
                    "high": found["high"],
                    "authority_kind": "country",
                    "authority": found["code"].str[0].map(letters),
                }
            )
        )
        placed = part.assign(authority=part["code"].str[0].map(letters)).groupby(["authority", "month"], as_index=False)
        months = placed.size()
        coverage.append(pd.DataFrame({
            "file": 0, "measure": measure, "authority_kind": "country", "authority": months["authority"],
            "period_start": months["month"], "period_months": 1, "rows_placed": months["size"], "rows_unlocated": 0,
        }))  # fmt: skip
    return pd.concat(observations, ignore_index=True), pd.concat(coverage, ignore_index=True)


def _read_one(answer: Given, context: Context) -> Outcome:
    rows = tidy(answer, context)
    rows = rows.assign(kind=_by_kind(rows, context))
    unknown = rows["code"][rows["kind"] == ""]
    problems = unknown_codes(answer.name, "GEOGRAPHY_CODE", unknown, context, _OTHER_CODES)
    span = window(rows["month"].min().date(), rows["month"].max().date())
    countries = sorted({COUNTRIES[code[0]][0] for code in rows["code"][rows["kind"] != ""]})
    account = account_of(answer, str(span), ", ".join(countries), len(rows), len(unknown), problems)
    if account.state == "refused" or not account.rows_placed:
        return Outcome(None, account, problems)
    observations, coverage = observations_of(rows, context)
    file = loaded_file(answer, account, month_text(span.last))
    contribution = Contribution(SOURCE, (file,), MEASURES, observations, coverage)
    return Outcome(contribution, account, (*problems, *not_known(observations, answer.name, "GEOGRAPHY_CODE")))


def read(paths: Sequence[Path], context: Context) -> Reading:
    """Answers of Nomis as CSV, in the publisher's column names; pages of one question are read as one file."""
    return read_each(answers(find(paths, (".csv",)), context), _read_one, context, "Reading claimant counts")


def fetch(fetching: Fetching) -> list[Path]:
    """Small areas' counts of the last 36 months, or since the month asked for."""
    since: date | None = fetching.since
    if since is not None and month_number(since) > month_number(fetching.now.date()):
        raise BadQuestion(f"{month_text(since)} lies in the future", do="Give --since a month that has passed.")
    question = {
        "gender": "0", "age": "0", "measure": "1", "measures": "20100",
        "select": "date,geography_code,gender,age,measure,measures,obs_value,obs_status,record_offset,record_count",
    }  # fmt: skip
    times = {"time": f"{month_text(since)},latest"} if since is not None else {"date": "latestMINUS35-latest"}
    return fetch_pages(fetching, _DATASET, "claimants", {**question, **times})
