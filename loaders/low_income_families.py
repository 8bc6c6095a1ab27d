"""Children in low-income families by small area, ward and middle-layer area, and financial year (DWP, Stat-Xplore)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from loaders.csv_table import refuse
from loaders.long_rows import authority_of, coverage_rows, observation_rows
from loaders.one_by_one import Outcome, account_of, loaded_file, read_each
from loaders.raw import Given
from loaders.reading import Context, Reading
from loaders.session import Fetching
from loaders.stable_sums import not_known, over_whole_country, parts_of, sum_over_parts, unknown_codes
from loaders.stat_xplore import ADDRESS, Cube, databases_of, dates_of, fetch_cube, ranged, read_cube, tables
from store.areas import COUNTRIES
from store.contribution import AREA_COLUMNS, Contribution, Measure
from store.errors import BadQuestion, SourceChanged
from store.source import Source

SOURCE = Source(
    name="low_income_families",
    title="Children in low-income families",
    publisher="Department for Work and Pensions, Stat-Xplore",
    landing_page="https://www.gov.uk/government/collections/children-in-low-income-families-local-area-statistics",
    licence="Open Government Licence v3.0",
    attribution="Source: Department for Work and Pensions, Stat-Xplore, Children in low income families: local area "
    "statistics. Open Government Licence v3.0.",
    geography="Lower and middle layer super output areas of 2021, wards, England and Wales",
    frequency="Yearly (financial years), about one year late",
    caveats=(
        "Every count is changed a little at random, so counts of small areas do not add up to those of larger ones.",
        "A family's income is low when it is under 60 % of the middle family's of that year, and it had some benefit.",
        "Years before 2021/22 were worked out in another way and are not loaded.",
    ),
    format_evidence="documented header",
    address=ADDRESS,
)

# The name of the count of children of the income before housing costs, and after.
_BEFORE, _AFTER = "children-in-low-income-families", "children-in-low-income-families-after-housing-costs"
_IN_KIND = {"stable": "", "ward": "-in-wards", "msoa": "-in-middle-layer-areas"}
_UNIT = "children, changed at random by the publisher"
MEASURES = tuple(Measure(name + kind, "stock", _UNIT) for name in (_BEFORE, _AFTER) for kind in _IN_KIND.values())
# Databases, counts and dates seen in public projects: CILIF_REL in several of 2020 to 2025 (asked for by ward), CILIF_AHC
# in one of 2026 (asked for by council, V_C_MASTERGEOG21_LA_TO_REGION_NI). That both know small areas under the names
# below is read off the other names and not confirmed: where it is wrong the service answers 400 and nothing is loaded.
_AREAS = ("UK_COA_CODE", "V_C_MASTERGEOG21_LSOA_TO_MSOA_NI")
CUBES = {
    _BEFORE: Cube("CILIF_REL", "V_F_CILIF_REL", "F_CILIF_DATE:DATE_NAME", (f"V_F_CILIF_REL:{_AREAS[0]}", _AREAS[1])),
    _AFTER: Cube("CILIF_AHC", "V_F_CILIF_AHC", "F_CILIF_DATE_AHC:DATE_NAME", (f"V_F_CILIF_AHC:{_AREAS[0]}", _AREAS[1])),
}
# A year stands for the financial year that ends in it. The publisher worked out all years from this one on anew.
_FIRST_YEAR = 2022
_OTHER_CODES = (
    "Ask for small areas, as “python -m loaders refresh” does: councils come from the public health profiles."
)


def tidy(answer: Given, context: Context) -> tuple[str, pd.DataFrame]:
    """What is counted, and one row a cell: ``code, year`` (in which the financial year ends) ``, value``."""
    databases = databases_of(answer)
    found = [name for name, cube in CUBES.items() if databases == {cube.database}]
    if not found:
        raise SourceChanged(
            f"The answer is of the database {', '.join(sorted(databases))}", file=answer.name, column="database",
            do="Ask for children in low-income families, as “python -m loaders refresh” does.",
        )  # fmt: skip
    cells = read_cube(answer, CUBES[found[0]]).rename(columns={"area": "code"})
    refuse(cells, ~cells["date"].str.fullmatch(r"20\d\d"), "date", "something that is not a year", answer.name)
    years = cells["date"].astype(int)
    refuse(cells, years < _FIRST_YEAR, "date", "years that were worked out in another way", answer.name,
           f"Ask for years from {_FIRST_YEAR} on.")  # fmt: skip
    refuse(cells, years > context.now.year, "date", "years that lie in the future", answer.name)
    return found[0], cells.assign(year=years)[["code", "year", "value"]]


def _kinds(codes: pd.Series, context: Context) -> pd.Series:
    kinds = pd.Series("", index=codes.index)
    kinds[codes.isin(context.placement.stable.keys())] = "stable"
    kinds[codes.isin(context.lookups.wards["ward"])] = "ward"
    kinds[codes.str.fullmatch(r"[EW]02\d{6}")] = "msoa"
    return kinds


def observations_of(measure: str, rows: pd.DataFrame, context: Context) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Observations and coverage (store.contribution, file 0) of tidied ``rows`` that have a ``kind``."""
    observations, coverage = [], []
    for kind, part in rows.groupby("kind"):
        found = ranged(part, "value")
        if kind == "stable":
            sums, partial = sum_over_parts(found, parts_of(context.lookups), ["year"], ["value", "low", "high"])
            found = over_whole_country(pd.concat([sums, partial]).rename(columns={"stable": "code"}), context, "year")
        fixed = {"measure": measure + _IN_KIND[str(kind)], "period_months": 12}
        observations.append(observation_rows(
            found.rename(columns={"code": "area_code", "value": "numerator"}).assign(
                status=found["value"].isna().map({True: "missing", False: "rounded"}),
                authority=authority_of(found["code"]),
                period_start=_starts(found["year"]),
            ),
            area_kind=kind, **fixed,
        ))  # fmt: skip
        placed = part.assign(authority=authority_of(part["code"])).groupby(["authority", "year"], as_index=False).size()
        coverage.append(coverage_rows(
            placed.rename(columns={"size": "rows_placed"}).assign(period_start=_starts(placed["year"])), **fixed
        ))  # fmt: skip
    return pd.concat(observations, ignore_index=True), pd.concat(coverage, ignore_index=True)


def _starts(years: pd.Series) -> pd.Series:
    return pd.to_datetime(pd.DataFrame({"year": years - 1, "month": 4, "day": 1}))


def _middle_areas(rows: pd.DataFrame) -> pd.DataFrame:
    """Middle-layer areas, which no lookup holds; the service names them in its own way, so the code stands for the name."""
    codes = pd.Series(sorted(set(rows["code"][rows["kind"] == "msoa"])), dtype="str")
    countries = {letter: name for letter, (_, name) in COUNTRIES.items()}
    return pd.DataFrame({
        "kind": "msoa", "code": codes, "name": codes, "country": codes.str[:1].map(countries),
        "longitude": float("nan"), "latitude": float("nan"),
    }, columns=list(AREA_COLUMNS))  # fmt: skip


def _read_one(answer: Given, context: Context) -> Outcome:
    measure, cells = tidy(answer, context)
    cells = cells.assign(kind=_kinds(cells["code"], context))
    unknown = cells["code"][cells["kind"] == ""]
    problems = unknown_codes(answer.name, "area", unknown, context, _OTHER_CODES)
    rows = cells[cells["kind"] != ""]
    years = sorted(set(cells["year"]))
    countries = sorted({COUNTRIES[code[0]][0] for code in rows["code"]})
    period = ", ".join(f"{year - 1}/{year % 100:02d}" for year in years)
    account = account_of(answer, period, ", ".join(countries), len(cells), len(unknown), problems)
    if account.state == "refused" or rows.empty:
        return Outcome(None, account, problems)
    observations, coverage = observations_of(measure, rows, context)
    problems = (*problems, *not_known(observations, answer.name, "area"))
    file = loaded_file(answer, account, str(years[-1]))
    contribution = Contribution(SOURCE, (file,), MEASURES, observations, coverage, areas=_middle_areas(rows))
    return Outcome(contribution, account, problems)


def read(paths: Sequence[Path], context: Context) -> Reading:
    """Answers of Stat-Xplore as JSON; the tables of one question are read as one file."""
    return read_each(tables(paths, context), _read_one, context, "Reading children in low-income families")


def fetch(fetching: Fetching) -> list[Path]:
    """Small areas' counts of every year worked out in the present way, or since the month asked for."""
    first = max(_FIRST_YEAR, fetching.since.year if fetching.since else 0)
    paths: list[Path] = []
    for what, cube in (("low-income", CUBES[_BEFORE]), ("low-income-after-housing", CUBES[_AFTER])):
        dates = [date for date in dates_of(fetching, cube, what) if date.rpartition(":")[2] >= str(first)]
        if not dates:
            raise BadQuestion(f"Stat-Xplore has no year as late as {first}", do="Ask for an earlier month.")
        paths += fetch_cube(fetching, cube, dates, what)
    return paths
