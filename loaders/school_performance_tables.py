"""The older performance tables of schools (“Compare school performance”), one row a school, without a year inside."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from loaders.csv_table import need, refuse
from loaders.explore_education_cells import SYMBOLS
from loaders.explore_education_formats import ATTAINMENT, EXPECTED, Column
from store.errors import SourceChanged

# [K] Symbols of the tables' own list of abbreviations: suppressed; no entries or no eligible pupils; not applicable; not
# published; low coverage; new school; did not submit. Newer tables write those of Explore Education Statistics.
TABLE_SYMBOLS: Mapping[str, str] = {
    **SYMBOLS, "SUPP": "suppressed",
    **dict.fromkeys(("NE", "NA", "NP", "LOWCOV", "NEW", "DNS"), "missing"),
}  # fmt: skip
EXPECTED_IN_SCHOOLS = replace(EXPECTED, measure="key-stage-2-expected-standard-in-schools", numerator="")
ATTAINMENT_IN_SCHOOLS = replace(ATTAINMENT, measure="key-stage-4-attainment-8-in-schools")
# Which figure a table holds, and how many pupils it is of.
_FIGURES = (
    replace(EXPECTED_IN_SCHOOLS, denominator="TELIG", value="PTRWM_EXP"),
    replace(ATTAINMENT_IN_SCHOOLS, denominator="TPUP", value="ATT8SCR"),
)
_SCHOOL = ("URN", "SCHNAME", "LEA")
_YEARS = re.compile(r"(?<!\d)(20\d\d)-(?:20)?(\d\d)(?!\d)")
TIDIED = {
    "an extract tidied by somebody else, of key stage 2": ("URN", "avg_ks2_pass_rate"),
    "an extract tidied by somebody else, of key stage 4": ("URN", "avg_attainment_8"),
}


def table_rows(table: pd.DataFrame, path: Path, name: str) -> tuple[pd.DataFrame, Column, dict[str, int], pd.Series]:
    """A table's schools, its figure, how many rows of what else it holds, and the codes that are no school's.

    The rows have ``kind, code, area_name, period_start, period_months``, indexed by line, beside the table's own columns.
    Raises SourceChanged for a table of one council, which would take the place of all England's.
    """
    need(table, _SCHOOL, name, TIDIED)
    figure = next((item for item in _FIGURES if item.value in table.columns or item.denominator in table.columns), None)
    if figure is None:
        raise SourceChanged(
            "The table holds neither key stage 2 nor key stage 4 results", file=name, column=_FIGURES[0].value,
            do="Import the table called ks2 or ks4 “final” or “revised”.",
        )  # fmt: skip
    need(table, (figure.denominator, figure.value), name, {})
    schools = table[table["URN"] != ""]
    known = schools["URN"].str.fullmatch(r"\d{6}")
    part = schools[known]
    refuse(part, part["URN"].duplicated(), "URN", "a school twice", name)
    if part["LEA"].nunique() < 2:
        raise SourceChanged(
            "The table holds the schools of one council only", file=name, column="LEA",
            do="Download the table of all England: a newer table of a year takes the place of an older one.",
        )  # fmt: skip
    figures = {heading: part[heading].str.removesuffix("%") for heading in (figure.denominator, figure.value)}
    rows = part.assign(
        **figures, kind="school", code=part["URN"], area_name=part["SCHNAME"],
        period_start=pd.Timestamp(_first_year(path, name), 9, 1), period_months=12,
    )  # fmt: skip
    others = len(table) - len(schools)
    return rows, figure, {"of councils and England": others} if others else {}, schools["URN"][~known]


def _first_year(path: Path, name: str) -> int:
    """The year in which the school year began, which only the file's name or its folder's says."""
    for text in (path.name, path.parent.name):
        years = _YEARS.search(text)
        if years and (int(years[1]) + 1) % 100 == int(years[2]):
            return int(years[1])
    raise SourceChanged(
        "The table does not say of which school year it is", file=name,
        do="Keep the folder the publisher packs it in, such as 2022-2023, or begin the file's name with the years.",
    )  # fmt: skip
