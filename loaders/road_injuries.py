"""People hurt on roads, by small area and calendar year, from police records of collisions (Department for Transport)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from loaders.large_csv import first_row, refuse_rows, workspace
from loaders.long_rows import authority_of, coverage_rows, observation_rows
from loaders.one_by_one import Outcome, loaded_file, read_each
from loaders.raw import Given, find, given
from loaders.reading import Context, FileAccount, Problem, Reading
from loaders.session import Fetching
from loaders.stable_sums import unknown_codes
from loaders.staged_csv import stage_columns
from store.areas import COUNTRIES
from store.contribution import Contribution, Measure
from store.errors import SourceChanged
from store.source import Source

SOURCE = Source(
    name="road_injuries",
    title="People hurt in road collisions (STATS19)",
    publisher="Department for Transport",
    landing_page="https://www.data.gov.uk/dataset/cb7ae6f0-4be6-4935-9277-47e5ce24a11f/road-safety-data",
    licence="Open Government Licence v3.0",
    attribution="Source: Department for Transport, road safety open data. Open Government Licence v3.0.",
    geography="Lower layer super output areas in which collisions happened, England and Wales",
    frequency="Yearly (calendar years), about nine months late",
    caveats=(
        "Only collisions that the police were told of.",
        "Counted where the collision was, not where people live.",
        "How injuries are graded changed force by force since 2016; counts of all injuries are the safer ones.",
    ),
    format_evidence="documented header",
    address="https://data.dft.gov.uk/road-accidents-safety-data/",
)

ALL, SERIOUS = "road-casualties", "road-casualties-killed-or-seriously-injured"
MEASURES = (
    Measure(ALL, "events", "people hurt or killed"),
    Measure(SERIOUS, "events", "people killed or seriously injured"),
)
# Headers seen as accident_index,accident_year,accident_reference,…,date,…,lsoa_of_accident_location and accident_index,…,
# casualty_severity,… in a public project's copy of those of 2021; as collision_index,collision_year,collision_ref_no,…,
# casualty_severity in another's tests of all vintages of file names. lsoa_of_collision_location is what the publisher's
# data guide calls the column (“Road Safety Open Data Guide”). -1 stands for nothing known; dates are 05/01/2023.
_COLLISIONS = {
    "collision": ("collision_index", "accident_index"),
    "year": ("collision_year", "accident_year"),
    "day": ("date",),
    "code": ("lsoa_of_accident_location", "lsoa_of_collision_location"),
}
_CASUALTIES = {
    "collision": ("collision_index", "accident_index"),
    "severity": ("casualty_severity",),
}
_KIND = re.compile(r"(collision|accident|casualty)(?=-)")
_WITHOUT_AREA = ("-1", "")
_FATAL, _SERIOUS, _SLIGHT = "1", "2", "3"
_SPANS = ("last-5-years", "1979-latest-published-year")
_LARGEST = 4_000_000_000


def _is_casualties(headings: Sequence[str]) -> bool:
    return "casualty_severity" in headings


def _pairs(paths: Sequence[Path], context: Context) -> list[Given]:
    """Files of the same years put together: that of collisions, which has the places, and that of casualties."""
    groups: dict[str, dict[bool, Path]] = {}
    for path in find(paths, (".csv",)):
        headings = [heading.strip() for heading in first_row(path, path.name)]
        years = _KIND.sub("", path.name.partition("__")[0].removesuffix(".csv"))
        groups.setdefault(years, {})[_is_casualties(headings)] = path
    found = []
    for members in groups.values():
        whole = [members[kind] for kind in (False, True) if kind in members]
        found.append(given(whole, " and ".join(path.name for path in whole), context.now))
    return found


@dataclass(frozen=True, slots=True)
class Casualties:
    """People hurt (``code, year, all_hurt, serious, line``, an empty code for no place) and rows of both files."""

    hurt: pd.DataFrame
    collisions: int
    casualties: int


def tidy(collisions: Path, casualties: Path) -> Casualties:
    """The casualties of a pair of files, each at the place of its collision."""
    with workspace() as connection:
        where = stage_columns(connection, collisions, collisions.name, _COLLISIONS, "collisions")
        who = stage_columns(connection, casualties, casualties.name, _CASUALTIES, "casualties")
        _check(connection, where, who, collisions.name, casualties.name)
        without = ", ".join(f"'{code}'" for code in _WITHOUT_AREA)
        hurt = connection.execute(
            f"SELECT CASE WHEN code IN ({without}) OR code LIKE 'S%' THEN '' ELSE code END AS code, year::INTEGER AS year, "
            "count(*) AS all_hurt, count(*) FILTER (severity IN (?, ?)) AS serious, min(collisions.line) AS line "
            "FROM casualties JOIN collisions USING (collision) GROUP BY ALL ORDER BY ALL",
            [_FATAL, _SERIOUS],
        ).df()
        rows = [
            connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in ("collisions", "casualties")
        ]
    return Casualties(hurt, int(rows[0]), int(rows[1]))


def _check(
    connection: duckdb.DuckDBPyConnection, where: dict[str, str], who: dict[str, str], collisions: str, casualties: str
) -> None:
    without = ", ".join(f"'{code}'" for code in _WITHOUT_AREA)
    for column, test, what in (
        ("year", "NOT regexp_full_match(year, '(19|20)\\d\\d')", "something that is not a year"),
        ("day", "NOT regexp_full_match(day, '\\d\\d/\\d\\d/' || year)", "days of another year, or that are none"),
        ("code", f"NOT regexp_full_match(code, '[EWS]\\d{{8}}') AND code NOT IN ({without})",
         "something that is not a small-area code"),
        ("collision", "line IN (SELECT max(line) FROM collisions GROUP BY collision HAVING count(*) > 1)",
         "a collision twice"),
    ):  # fmt: skip
        refuse_rows(connection, "collisions", test, where[column], what, collisions)
    for column, test, what in (
        (
            "severity",
            f"severity NOT IN ('{_FATAL}', '{_SERIOUS}', '{_SLIGHT}')",
            "a severity the project does not know",
        ),
        (
            "collision",
            "collision NOT IN (SELECT collision FROM collisions)",
            "people of collisions that the other file lacks",
        ),
    ):
        refuse_rows(connection, "casualties", test, who[column], what, casualties)


def _read_one(file: Given, context: Context) -> Outcome:
    if len(file.paths) < 2:
        casualties = _is_casualties([heading.strip() for heading in first_row(file.paths[0], file.name)])
        raise SourceChanged(
            f"The file of {'collisions' if casualties else 'casualties'} of the same years is not beside it",
            file=file.name, do="Import both together, under the publisher's own names.",
        )  # fmt: skip
    found = tidy(file.paths[0], file.paths[1])
    hurt = found.hurt.assign(stable=found.hurt["code"].map(context.placement.stable))
    late = hurt[hurt["year"] >= context.now.year]
    if len(late):
        raise SourceChanged(
            f"The file holds {late['year'].iloc[0]}, a year that is not over", file=file.name, column="collision_year",
            do="Import the final files only; the publisher's mid-year files are provisional.",
        )  # fmt: skip
    blank, unknown = hurt["code"] == "", hurt[(hurt["code"] != "") & hurt["stable"].isna()]
    codes = unknown.loc[unknown.index.repeat(unknown["all_hurt"])].set_index("line")["code"]
    problems = unknown_codes(file.name, _COLLISIONS["code"][0], codes, context, "Import a newer ONS lookup.")
    refused = any(problem.level == "error" for problem in problems)
    rows, lost = found.collisions + found.casualties, int(hurt["all_hurt"][blank].sum())
    years = sorted(hurt["year"].unique())
    account = FileAccount(
        file.name, file.sha256, ", ".join(str(year) for year in years), ", ".join(code for code, _ in COUNTRIES.values()),
        rows, rows - lost - len(codes), lost, len(codes), 0, "refused" if refused else "loaded",
    )  # fmt: skip
    if refused or hurt["stable"].isna().all():
        return Outcome(None, account, problems)
    problems += (Problem(
        "warning", file.name, None, (),
        f"{found.collisions:,} of the rows are collisions: they say where people were hurt and are not counted themselves",
        "Nothing.",
    ),)  # fmt: skip
    placed = hurt.dropna(subset="stable").melt(
        ["stable", "year"], ["all_hurt", "serious"], var_name="measure", value_name="numerator"
    )
    placed["measure"] = placed["measure"].map({"all_hurt": ALL, "serious": SERIOUS})
    placed = placed.assign(
        authority=authority_of(placed["stable"]), period_start=pd.to_datetime(placed["year"].astype(str))
    )
    key = ["measure", "authority", "period_start"]
    sums = placed.groupby([*key, "stable"], as_index=False).agg(numerator=("numerator", "sum"))
    contribution = Contribution(
        SOURCE, (loaded_file(file, account, str(years[-1])),), MEASURES,
        observation_rows(
            sums[sums["numerator"] > 0].rename(columns={"stable": "area_code"}).astype({"numerator": float}),
            area_kind="stable", period_months=12,
        ),
        # People hurt at unknown places may have been anywhere in Great Britain, so no country's slice counts them.
        coverage_rows(sums.groupby(key, as_index=False).agg(rows_placed=("numerator", "sum")), period_months=12),
    )  # fmt: skip
    return Outcome(contribution, account, problems)


def read(paths: Sequence[Path], context: Context) -> Reading:
    """Pairs of files, collisions and casualties of the same years, as the publisher ships them."""
    return read_each(_pairs(paths, context), _read_one, context, "Reading road injuries")


def fetch(fetching: Fetching) -> list[Path]:
    """The files of the last five years, or those of all years where an earlier month is asked for."""
    early = fetching.since is not None and fetching.since.year < fetching.now.year - 5
    span = _SPANS[1 if early else 0]
    return [
        fetching.get(
            f"dft-road-casualty-statistics-{kind}-{span}.csv", what=f"{kind}-{span}", extension="csv", largest=_LARGEST
        )
        for kind in ("collision", "casualty")
    ]
