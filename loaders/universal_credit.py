"""People on Universal Credit by small area and month, in and out of work (DWP, Stat-Xplore)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from loaders.csv_table import refuse
from loaders.long_rows import authority_of, coverage_rows, observation_rows
from loaders.one_by_one import Outcome, account_of, loaded_file, read_each
from loaders.raw import Given
from loaders.reading import Context, Problem, Reading
from loaders.session import Fetching
from loaders.stable_sums import not_known, over_whole_country, parts_of, sum_over_parts, unknown_codes
from loaders.stat_xplore import ADDRESS, TOTAL, Cube, dates_of, fetch_cube, ranged, read_cube, tables
from store.areas import COUNTRIES
from store.contribution import Contribution, Measure
from store.errors import BadQuestion
from store.period import month_number, month_text, window
from store.source import Source

SOURCE = Source(
    name="universal_credit",
    title="People on Universal Credit",
    publisher="Department for Work and Pensions, Stat-Xplore",
    landing_page="https://stat-xplore.dwp.gov.uk/",
    licence="Open Government Licence v3.0",
    attribution="Source: Department for Work and Pensions, Stat-Xplore. Open Government Licence v3.0.",
    geography="Lower layer super output areas of 2021, England and Wales",
    frequency="Monthly, about six weeks late; work one month later",
    caveats=(
        "Every count is changed a little at random, so counts of small areas do not add up to those of larger ones.",
        "Universal Credit took the place of other benefits, area by area, from 2013 on, and of most of the rest by 2026.",
        "People are counted in the small area where they live on the second Thursday of the month.",
    ),
    format_evidence="documented header",
    address=ADDRESS,
)

PEOPLE, IN_WORK, OUT_OF_WORK = (
    "people-on-universal-credit", "people-on-universal-credit-in-work", "people-on-universal-credit-out-of-work",
)  # fmt: skip
_UNIT = "people, changed at random by the publisher"
MEASURES = tuple(Measure(name, "stock", _UNIT) for name in (PEOPLE, IN_WORK, OUT_OF_WORK))
# Database, count, dates and the field of areas seen in several public projects of 2025 and 2026; the small areas' set of
# values in one that asks for them (Bristol, 2025); the employment field with its values 0, 1 and 99 (“Not in employment
# (PAYE) or self-employment”, “In employment …”, “Not available”) in another's tests of August 2026.
_WORK = "V_F_UC_CASELOAD_FULL:EMPLOYMENT_CODE"
CUBE = Cube(
    database="UC_Monthly",
    count="V_F_UC_CASELOAD_FULL",
    dates="F_UC_DATE:DATE_NAME",
    areas=("V_F_UC_CASELOAD_FULL:COA_CODE", "V_C_MASTERGEOG21_LSOA_TO_MSOA"),
    others=((_WORK, "C_UC_EMPLOYMENT_2023_BAND", ("0", "1", "99")),),
)
_MEASURE_OF = {TOTAL: PEOPLE, "1": IN_WORK, "0": OUT_OF_WORK}
_NOT_KNOWN = "99"
# The newest month comes without anybody's work; a month in which it is known of fewer is not reported by work.
_LEAST_KNOWN = 0.5
_DEFAULT_MONTHS = 36
_OTHER_CODES = "Ask for small areas of 2021 in England and Wales, as “python -m loaders refresh” does."


def tidy(answer: Given, context: Context) -> pd.DataFrame:
    """One row a cell: ``code, month (Timestamp), work, value``."""
    cells = read_cube(answer, CUBE).rename(columns={"area": "code", _WORK: "work"})
    months = pd.to_datetime(cells["date"], format="%Y%m", errors="coerce")
    cells = cells.assign(month=months)
    refuse(cells, months.isna(), "date", "something that is not a month", answer.name)
    late = months.dt.year * 12 + months.dt.month - 1 > month_number(context.now.date())
    refuse(cells, late, "date", "months that lie in the future", answer.name)
    refuse(
        cells,
        ~cells["work"].isin([*_MEASURE_OF, _NOT_KNOWN]),
        "work",
        "a kind of work the project does not know",
        answer.name,
    )
    refuse(
        cells,
        ~(cells["work"] == TOTAL).groupby(cells["month"]).transform("any"),
        "month",
        "months without a total",
        answer.name,
    )
    return cells[["code", "month", "work", "value"]]


def _without_work(rows: pd.DataFrame, name: str) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """``rows`` without the months whose work is not known yet, and what to say of that."""
    totals = rows.groupby(["month", "work"])["value"].sum().unstack(fill_value=0)
    unknown = totals.get(_NOT_KNOWN, pd.Series(0.0, index=totals.index)) > _LEAST_KNOWN * totals[TOTAL]
    months = list(totals.index[unknown])
    kept = rows[(rows["work"] == TOTAL) | (~rows["month"].isin(months) & (rows["work"] != _NOT_KNOWN))]
    if not months:
        return kept, ()
    return kept, (
        Problem(
            "warning", name, "work", (),
            f"Whether people are in work is not known yet for {', '.join(month_text(month.date()) for month in months)}",
            "Refresh again next month.",
        ),
    )  # fmt: skip


def observations_of(rows: pd.DataFrame, context: Context) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Observations and coverage (store.contribution, file 0) of tidied ``rows`` of known areas."""
    observations, coverage = [], []
    for work, part in rows.groupby("work"):
        given = ranged(part, "value")
        sums, partial = sum_over_parts(given, parts_of(context.lookups), ["month"], ["value", "low", "high"])
        found = over_whole_country(pd.concat([sums, partial]).rename(columns={"stable": "code"}), context, "month")
        fixed = {"measure": _MEASURE_OF[str(work)], "period_months": 1}
        observations.append(observation_rows(
            found.rename(columns={"code": "area_code", "month": "period_start", "value": "numerator"}).assign(
                status=found["value"].isna().map({True: "missing", False: "rounded"}),
                authority=authority_of(found["code"]),
            ),
            area_kind="stable", **fixed,
        ))  # fmt: skip
        placed = (
            part.assign(authority=authority_of(part["code"])).groupby(["authority", "month"], as_index=False).size()
        )
        coverage.append(
            coverage_rows(placed.rename(columns={"month": "period_start", "size": "rows_placed"}), **fixed)
        )  # fmt: skip
    return pd.concat(observations, ignore_index=True), pd.concat(coverage, ignore_index=True)


def _read_one(answer: Given, context: Context) -> Outcome:
    cells = tidy(answer, context)
    known = cells["code"].isin(context.placement.stable.keys())
    problems = unknown_codes(answer.name, "area", cells["code"][~known], context, _OTHER_CODES)
    rows, said = _without_work(cells[known], answer.name) if known.any() else (cells[known], ())
    problems += said
    span = window(cells["month"].min().date(), cells["month"].max().date())
    countries = sorted({COUNTRIES[code[0]][0] for code in cells["code"][known]})
    account = account_of(answer, str(span), ", ".join(countries), len(cells), int((~known).sum()), problems)
    if account.state == "refused" or rows.empty:
        return Outcome(None, account, problems)
    unused = int(known.sum()) - len(rows)
    if unused:
        problems += (Problem(
            "warning", answer.name, "work", (),
            f"{unused:,} cells of people whose work is not known, or of months in which it is not, are not used",
            "Nothing: they are within the counts of all people.",
        ),)  # fmt: skip
    observations, coverage = observations_of(rows, context)
    problems = (*problems, *not_known(observations, answer.name, "area"))
    file = loaded_file(answer, account, month_text(span.last))
    return Outcome(Contribution(SOURCE, (file,), MEASURES, observations, coverage), account, problems)


def read(paths: Sequence[Path], context: Context) -> Reading:
    """Answers of Stat-Xplore as JSON; the tables of one question are read as one file."""
    return read_each(tables(paths, context), _read_one, context, "Reading Universal Credit")


def fetch(fetching: Fetching) -> list[Path]:
    """Small areas' counts of the last 36 months, or since the month asked for."""
    dates = dates_of(fetching, CUBE, "universal-credit")
    if fetching.since is None:
        wanted = dates[-_DEFAULT_MONTHS:]
    else:
        wanted = [date for date in dates if date.rpartition(":")[2] >= f"{fetching.since:%Y%m}"]
    if not wanted:
        raise BadQuestion("Stat-Xplore has no month as late as the one asked for", do="Ask for an earlier month.")
    return fetch_cube(fetching, CUBE, wanted, "universal-credit")
