"""Schools in England: where they stand, their phase, their pupils, and how many of those may have free school meals.

From the register Get Information about Schools, its daily file of all establishments.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from loaders.csv_table import need, refuse
from loaders.explore_education_cells import cells
from loaders.explore_education_files import SUFFIXES, read_published
from loaders.explore_education_formats import Column
from loaders.explore_education_observations import account_of_rows, coverage_of, figures_of, long_rows_of, not_used
from loaders.long_rows import ENGLAND
from loaders.one_by_one import Outcome, loaded_file, newest_members_only, read_each
from loaders.raw import Given, find, given
from loaders.reading import Context, Reading
from loaders.school_performance_tables import TABLE_SYMBOLS
from loaders.schools_national_grid import WIDEST, longitude_latitude
from loaders.session import Fetching
from loaders.stable_sums import unknown_codes
from store.contribution import AREA_COLUMNS, MEMBER_COLUMNS, Contribution
from store.errors import SourceChanged
from store.period import window
from store.source import Source

SOURCE = Source(
    name="schools_register",
    title="Get Information about Schools",
    publisher="Department for Education",
    landing_page="https://get-information-schools.service.gov.uk/Downloads",
    licence="Open Government Licence v3.0",
    attribution="Source: Department for Education, Get Information about Schools. Open Government Licence v3.0.",
    geography="Schools in England",
    frequency="Daily; pupils are those of the latest school census",
    caveats=(
        "A school is drawn to within about five metres.",
        "Children who live here may go to other schools, and children from elsewhere come to this one.",
        "Free school meals: pupils who had them since 2018 kept them, so the share grew without more need.",
    ),
    format_evidence="documented header",
    # [K] The address behind the register's download page; the file's name ends in the day it was made.
    address="https://ea-edubase-api-prod.azurewebsites.net/edubase/downloads/public/",
)

FIGURES = (
    Column("pupils-in-schools", "stock", "pupils on roll on the day of the school census", "NumberOfPupils"),
    Column(
        "free-school-meals-in-schools", "proportion", "pupils known to be eligible for free school meals", "FSM",
        "NumberOfPupils", "PercentageFSM", most=100,
    ),
)  # fmt: skip
MEASURES = tuple(item.measure_of("") for item in FIGURES)
_COLUMNS = (
    "URN", "EstablishmentName", "EstablishmentTypeGroup (name)", "EstablishmentStatus (name)", "CloseDate",
    "PhaseOfEducation (name)", "CensusDate", "NumberOfPupils", "PercentageFSM", "FSM", "Easting", "Northing",
)  # fmt: skip
# The register also holds universities, colleges, children's centres, schools in Wales and others.
_GROUPS = (
    "Academies", "Free Schools", "Local authority maintained schools", "Special schools", "Independent schools",
)  # fmt: skip
_OPEN = ("Open", "Open, but proposed to close")
_CLOSED = ("Closed", "Proposed to open")
# The register's words without capitals and hyphens, which its extracts do not all write alike → relation of PHASES.
_PHASES = {
    "nursery": "nursery_school", "primary": "primary_school", "middle deemed primary": "middle_school",
    "middle deemed secondary": "middle_school", "secondary": "secondary_school", "all through": "all_through_school",
    "16 plus": "school_from_16", "not applicable": "school_without_phase", "": "school_without_phase",
}  # fmt: skip
# Results of single schools are comparable from this school year on; a school closed before it has none.
_SINCE = pd.Timestamp(2015, 9, 1)
_DAY = "%d-%m-%Y"
_FILE_DAY = re.compile(r"(20\d{6})")
# The file of a day appears in the morning; at night the newest is the day before's.
_DAYS_BACK = 3
_LARGEST = 500_000_000
TIDIED = {"an extract tidied by somebody else": ("urn", "name", "postcode")}


def _days(table: pd.DataFrame, column: str, name: str) -> pd.Series:
    """The column as Timestamps, NaT where it is empty."""
    days = pd.to_datetime(table[column], format=_DAY, errors="coerce")
    refuse(table, (table[column] != "") & days.isna(), column, "something that is not a day", name)
    return days


def schools_of(table: pd.DataFrame, name: str) -> tuple[pd.DataFrame, dict[str, int], pd.Series]:
    """The schools of the register, how many rows of what else it holds, and the numbers that are no school's.

    Rows by line: ``kind, code, name, country, longitude, latitude``, beside the register's own columns. Raises
    SourceChanged for a status that is not known, a school twice, or a place outside the National Grid.
    """
    need(table, _COLUMNS, name, TIDIED)
    status = table["EstablishmentStatus (name)"]
    refuse(table, ~status.isin([*_OPEN, *_CLOSED]), "EstablishmentStatus (name)", "a status that is not known", name)
    group = table["EstablishmentTypeGroup (name)"].isin(list(_GROUPS))
    closed = _days(table, "CloseDate", name)
    there = status.isin(list(_OPEN)) | ((status == "Closed") & (closed >= _SINCE))
    known = table["URN"].str.fullmatch(r"\d{5,6}")
    left = {
        "of establishments that are no schools in England": int((known & ~group).sum()),
        "of schools closed long ago or not yet open": int((known & group & ~there).sum()),
    }
    part = table[known & group & there]
    if part.empty:
        raise SourceChanged(
            "The file holds no school", file=name, column="EstablishmentTypeGroup (name)",
            do="Import the file of all establishments (edubasealldata).",
        )  # fmt: skip
    refuse(part, part["URN"].duplicated(), "URN", "a school twice", name)
    longitude, latitude = _places(part, name)
    schools = part.assign(
        kind="school", code=part["URN"], name=part["EstablishmentName"], country="England", longitude=longitude,
        latitude=latitude,
    )  # fmt: skip
    return schools, {what: number for what, number in left.items() if number}, table["URN"][~known]


def _places(part: pd.DataFrame, name: str) -> tuple[pd.Series, pd.Series]:
    """Degrees of every school; NaN where the register gives no grid reference (blank or nought)."""
    metres = {}
    for column, widest in zip(("Easting", "Northing"), WIDEST, strict=True):
        number = cells(part, column, name, widest)["number"]
        metres[column] = number.mask(number == 0)
    nowhere = metres["Easting"].isna() | metres["Northing"].isna()
    east, north = (metres[column].mask(nowhere).to_numpy(dtype=np.float64) for column in metres)
    longitude, latitude = longitude_latitude(east, north)
    return pd.Series(longitude, index=part.index), pd.Series(latitude, index=part.index)


def phases_of(schools: pd.DataFrame, name: str) -> pd.DataFrame:
    """Rows of MEMBER_COLUMNS: England and each open school, by the relation of the school's phase.

    Raises SourceChanged for a phase that is not known.
    """
    phases = schools["PhaseOfEducation (name)"].str.casefold().str.replace("-", " ")
    refuse(schools, ~phases.isin(list(_PHASES)), "PhaseOfEducation (name)", "a phase that is not known", name)
    there = schools["EstablishmentStatus (name)"].isin(list(_OPEN))
    return pd.DataFrame({
        "parent_kind": "country", "parent_code": ENGLAND, "member_kind": "school", "member_code": schools["code"][there],
        "relation": phases[there].map(_PHASES), "share": 1.0, "basis": f"open schools in {name}",
    }, columns=list(MEMBER_COLUMNS)).sort_values("member_code", ignore_index=True)  # fmt: skip


def observations_of(schools: pd.DataFrame, name: str, now: datetime) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pupils and free school meals of schools open on the commonest census day: observations and coverage."""
    day = _days(schools, "CensusDate", name)
    refuse(schools, day > pd.Timestamp(now), "CensusDate", "days that lie in the future", name,
           "Check this machine's date, and fetch the file again.")  # fmt: skip
    there = schools["EstablishmentStatus (name)"].isin(list(_OPEN))
    # A few schools stand there with an older census; their rows would take the place of that year's whole release.
    commonest = day[there].mode().max()
    # One that has closed since had its pupils on that day all the same.
    counted = schools[(there | (_days(schools, "CloseDate", name) > commonest)) & (day == commonest)]
    counted = counted.assign(period_start=day.loc[counted.index], period_months=0)
    nowhere = pd.DataFrame(columns=["period_start", "period_months"])
    return (
        pd.concat(
            [
                long_rows_of(counted, figures_of(counted, item, name, symbols=TABLE_SYMBOLS), item.measure)
                for item in FIGURES
            ],
            ignore_index=True,
        ),
        pd.concat([coverage_of(counted, item.measure, nowhere) for item in FIGURES], ignore_index=True),
    )


def _read_one(file: Given, context: Context) -> Outcome:
    table = read_published(file.paths[0], file.name, "cp1252")
    schools, unused, unknown = schools_of(table, file.name)
    problems = (
        *unknown_codes(file.name, "URN", unknown, context, "A school's number has five or six digits."),
        *not_used(file.name, unused),
    )
    observations, coverage = observations_of(schools, file.name, context.now)
    members = phases_of(schools, file.name)
    days = observations["period_start"]
    span = str(window(days.min().date(), days.max().date())) if len(days) else ""
    account = account_of_rows(file, span, len(table), 0, len(unknown), problems)
    if account.state == "refused":
        return Outcome(None, account, problems)
    loaded = loaded_file(file, account, _edition(file))
    areas = schools[list(AREA_COLUMNS)].sort_values("code", ignore_index=True)
    contribution = Contribution(SOURCE, (loaded,), MEASURES, observations, coverage, areas=areas, members=members)
    return Outcome(contribution, account, problems)


def _edition(file: Given) -> str:
    """The day the file was made: the one in its name, or the day it was fetched."""
    day = _FILE_DAY.search(file.paths[0].name)
    return day[1] if day else f"{file.fetched_at:%Y%m%d}"


def read(paths: Sequence[Path], context: Context) -> Reading:
    """The register's CSV of all establishments, as downloaded."""
    files = [given([path], path.name, context.now) for path in find(paths, SUFFIXES)]
    return newest_members_only(read_each(files, _read_one, context, "Reading the register of schools"))


def fetch(fetching: Fetching) -> list[Path]:
    """Today's file of all establishments, or that of one of the days before."""
    names = [f"edubasealldata{fetching.now - timedelta(days=back):%Y%m%d}.csv" for back in range(_DAYS_BACK)]
    for name in names[:-1]:
        with contextlib.suppress(SourceChanged):
            return [fetching.get(name, what="edubasealldata", largest=_LARGEST)]
    return [fetching.get(names[-1], what="edubasealldata", largest=_LARGEST)]
