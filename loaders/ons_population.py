"""Residents of small areas at mid-year: Nomis NM_2014_1, and the ONS table of population density as CSV."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from loaders.csv_table import counts, need, read_table, refuse
from loaders.nomis import answers, fetch_pages, read_answer, values
from loaders.one_by_one import Outcome, account_of, loaded_file, read_each
from loaders.raw import Given, find
from loaders.reading import Context, Reading
from loaders.session import Fetching
from loaders.stable_sums import incomplete, parts_of, sum_over_parts, unknown_codes
from store.contribution import Contribution
from store.errors import SourceChanged
from store.schema import ALL_AGES, WORKING_AGE
from store.source import Source

SOURCE = Source(
    name="ons_population",
    title="Small area population estimates",
    publisher="Office for National Statistics",
    landing_page="https://www.nomisweb.co.uk/datasets/pestoa2021",
    licence="Open Government Licence v3.0",
    attribution="Source: Office for National Statistics. Open Government Licence v3.0.",
    geography="Lower layer super output areas of 2021, England and Wales",
    frequency="Yearly, about a year and a half late",
    caveats=(
        "These are estimates; those of years between censuses are revised after the next one.",
        "Students and soldiers are counted where they live in term time or are stationed.",
    ),
    format_evidence="documented header",
    address="https://www.nomisweb.co.uk/api/v01/",
)

DENSITY_CODE = "LSOA 2021 Code"
_DENSITY_YEAR = re.compile(r"Mid-(\d{4}): Population")
_DATASET = "NM_2014_1"
_FIXED = {
    "GENDER": ("0",), "GENDER_NAME": ("Total",), "MEASURES": ("20100",), "MEASURES_NAME": ("Value", "value"),
}  # fmt: skip
# Nomis's own codes of age: 101 is under one year old, 191 is 90 and over, 200 is everybody, 203 is 16 to 64.
_AGE_NAMES = {"all ages": "200", "aged 16 to 64": "203", "aged 16-64": "203"}
_SINGLE_NAME = re.compile(r"(?:aged?|age) (\d{1,2})\+?")
_YOUNGEST, _OLDEST = 101, 191
TIDIED = {
    "an extract by single year of age tidied by somebody else": ("lsoa11_code", "total_population"),
    "an extract tidied by somebody else": ("area_code", "year", "population"),
}


def _singles(ages: tuple[int, int]) -> set[str]:
    first, last = ages
    return {str(code) for code in range(_YOUNGEST + first, min(_YOUNGEST + last, _OLDEST) + 1)}


# Which codes of age make up a band the project holds: the publisher's own band, or every single year of it.
BANDS = {ALL_AGES: ("200", _singles(ALL_AGES)), WORKING_AGE: ("203", _singles(WORKING_AGE))}


def _age_codes(table: pd.DataFrame, name: str) -> pd.Series:
    if "C_AGE" not in table.columns:
        need(table, ("C_AGE_NAME",), name, TIDIED)
    named = pd.Series("", index=table.index)
    if "C_AGE_NAME" in table.columns:
        lower = table["C_AGE_NAME"].str.lower()
        single = lower.str.extract(_SINGLE_NAME.pattern + "$", expand=False)
        named = lower.map(_AGE_NAMES).fillna((pd.to_numeric(single) + _YOUNGEST).astype("Int64").astype("str"))
        named = named.where(named.str.fullmatch(r"\d+").fillna(False), "")
    if "C_AGE" not in table.columns:
        return named
    codes = table["C_AGE"]
    refuse(table, ~codes.str.fullmatch(r"\d{3}"), "C_AGE", "something that is not a code of age", name)
    known = codes.isin(["200", "203"]) & ("C_AGE_NAME" in table.columns)
    refuse(table, known & (named != codes), "C_AGE_NAME", "a code of age that means something new", name)
    return codes


def _from_nomis(answer: Given) -> tuple[pd.DataFrame, pd.Series]:
    table = read_answer(answer, ("DATE", "GEOGRAPHY_CODE", "OBS_VALUE"), _FIXED, TIDIED)
    refuse(table, ~table["DATE"].str.fullmatch(r"\d{4}"), "DATE", "something that is not a year", answer.name)
    rows = pd.DataFrame({
        "code": table["GEOGRAPHY_CODE"], "mid_year": table["DATE"].astype(int), "age": _age_codes(table, answer.name),
        "persons": values(table, answer.name),
    })  # fmt: skip
    repeated = rows.duplicated(["code", "mid_year", "age"]) & (rows["age"] != "")
    refuse(table, repeated, "GEOGRAPHY_CODE", "an area twice in one year and age", answer.name)
    found = []
    for (first, last), (band, singles) in BANDS.items():
        ready = rows[rows["age"] == band][["code", "mid_year", "persons"]]
        inside = rows[rows["age"].isin(singles) & rows["persons"].notna()].groupby(["code", "mid_year"], as_index=False)
        added = inside.agg(persons=("persons", "sum"), ages=("age", "count"))
        added = added[added["ages"] == len(singles)][["code", "mid_year", "persons"]]
        both = pd.concat([ready, added]).drop_duplicates(["code", "mid_year"])
        found.append(both.assign(age_from=first, age_to=last))
    return pd.concat(found, ignore_index=True), rows["code"]


def _from_density(file: Given, table: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    years = {heading: int(found[1]) for heading in table.columns if (found := _DENSITY_YEAR.fullmatch(heading))}
    if not years:
        need(table, ("Mid-2022: Population",), file.name, {})
    codes = table[DENSITY_CODE]
    refuse(table, codes.duplicated(), DENSITY_CODE, "an area twice", file.name)
    tables = [
        pd.DataFrame({"code": codes, "mid_year": year, "persons": counts(table, heading, file.name)})
        for heading, year in years.items()
    ]
    return pd.concat(tables, ignore_index=True).assign(age_from=ALL_AGES[0], age_to=ALL_AGES[1]), codes


def persons_of(file: Given) -> tuple[pd.DataFrame, pd.Series]:
    """What a file says, in either format: ``code, mid_year, persons, age_from, age_to``, and the code of every row.

    Raises SourceChanged naming file, column and rows where the file is of neither format.
    """
    first = read_table(file.paths[0], file.paths[0].name)
    if DENSITY_CODE in first.columns:
        return _from_density(file, first)
    return _from_nomis(file)


def _read_one(file: Given, context: Context) -> Outcome:
    persons, codes = persons_of(file)
    if persons.empty:
        raise SourceChanged(
            "The file has neither all ages nor every single year of age", file=file.name, column="C_AGE",
            do="Ask Nomis for c_age=200,203, as “python -m loaders refresh” does.",
        )  # fmt: skip
    latest = int(persons["mid_year"].max())
    if latest > context.now.year:
        raise SourceChanged(
            f"The file holds estimates for {latest}, which is in the future", file=file.name, column="DATE",
            do="Check this machine's date, and fetch the file again.",
        )  # fmt: skip
    unknown = codes[~codes.isin(context.placement.stable.keys())]
    problems = unknown_codes(
        file.name, "GEOGRAPHY_CODE", unknown, context, "Give small areas only, or import a newer ONS lookup."
    )
    span = f"{persons['mid_year'].min()}:{latest}"
    account = account_of(file, span, "England and Wales", len(codes), len(unknown), problems)
    if account.state == "refused" or not account.rows_placed:
        return Outcome(None, account, problems)
    by = ["mid_year", "age_from", "age_to"]
    sums, partial = sum_over_parts(persons, parts_of(context.lookups), by, ["persons"])
    frame = sums.assign(file=0)[["file", "stable", *by, "persons"]]
    loaded = loaded_file(file, account, f"mid-{latest}")
    return Outcome(
        Contribution(SOURCE, (loaded,), population=frame),
        account,
        (*problems, *incomplete(file.name, "GEOGRAPHY_CODE", partial["stable"], "residents in some year")),
    )


def read(paths: Sequence[Path], context: Context) -> Reading:
    """Answers of Nomis NM_2014_1 or the ONS density table, as CSV; pages of one question are read as one file."""
    return read_each(answers(find(paths, (".csv",)), context), _read_one, context, "Reading residents")


def fetch(fetching: Fetching) -> list[Path]:
    """Everybody and those aged 16 to 64, every year there is, or from the year asked for."""
    first = "first" if fetching.since is None else str(fetching.since.year)
    question = {
        "time": f"{first},latest", "gender": "0", "c_age": "200,203", "measures": "20100",
        "select": "date,geography_code,gender,c_age,c_age_name,measures,obs_value,obs_status,record_offset,"
        "record_count",
    }  # fmt: skip
    return fetch_pages(fetching, _DATASET, "residents", question)
