"""Results of single schools in England: key stage 2 and Attainment 8, by school and school year."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from loaders.explore_education_api import fetch_formats
from loaders.explore_education_files import SUFFIXES, read_published
from loaders.explore_education_formats import RWM, Format, format_of
from loaders.explore_education_observations import (
    account_of_rows,
    areas_of,
    coverage_of,
    figures_of,
    long_rows_of,
    not_used,
    outcome_of,
)
from loaders.one_by_one import Outcome, loaded_file, read_each
from loaders.raw import Given, find, given
from loaders.reading import Context, Reading
from loaders.school_performance_tables import (
    ATTAINMENT_IN_SCHOOLS,
    EXPECTED_IN_SCHOOLS,
    TABLE_SYMBOLS,
    table_rows,
)
from loaders.session import Fetching
from loaders.stable_sums import unknown_codes
from store.contribution import Contribution
from store.errors import SourceChanged
from store.period import month_from_number, month_number, month_text, window
from store.source import Source

SOURCE = Source(
    name="school_performance",
    title="School performance tables",
    publisher="Department for Education",
    landing_page="https://www.compare-school-performance.service.gov.uk/download-data",
    licence="Open Government Licence v3.0",
    attribution="Source: Department for Education, school and college performance tables. Open Government Licence v3.0.",
    geography="Schools in England",
    frequency="Yearly, four to nine months after the school year",
    caveats=(
        "Children who live here may go to other schools, and children from elsewhere come to this one.",
        "Results of small year groups are hidden.",
        "No results of single primary schools exist for 2019/20, 2020/21 and 2021/22.",
        "Grades of 2020 and 2021 were set by teachers, those of 2022 midway between 2019 and 2021.",
        "A school that became an academy has a new number from then on.",
    ),
    format_evidence="documented header",
    address="https://api.education.gov.uk/statistics/v1/",
)

MEASURES = (EXPECTED_IN_SCHOOLS.measure_of(""), ATTAINMENT_IN_SCHOOLS.measure_of(""))
_SCHOOLS = {"School": ("school", "school_urn", "school_name")}
# [K] The school tables of Explore Education Statistics from 2022/23 on, by the columns others' code reads from them.
FORMATS = (
    Format(
        "key-stage-2-schools", "key stage 2 results of schools", "Key stage 2 attainment",
        ("school_urn", "subject", "expected_standard_pupil_percent"), (EXPECTED_IN_SCHOOLS,), kept=RWM, grouped=False,
        levels=_SCHOOLS, smallest="School", optional=("eligible_pupil_count",), in_api=True,
    ),
    Format(
        "key-stage-4-schools", "key stage 4 results of schools", "Key stage 4 performance",
        ("school_urn", "attainment8_average", "pupil_count"), (ATTAINMENT_IN_SCHOOLS,), grouped=False, levels=_SCHOOLS,
        smallest="School", in_api=True,
    ),
)  # fmt: skip


def _read_table(file: Given, table: pd.DataFrame, context: Context) -> Outcome:
    """One of the older tables."""
    rows, figure, unused, unknown = table_rows(table, file.paths[0], file.name)
    problems = (
        *unknown_codes(file.name, "URN", unknown, context, "A school's number has six digits."),
        *not_used(file.name, unused),
    )
    first = rows["period_start"].iloc[0].date()
    if first > context.now.date():
        raise SourceChanged(
            f"The table's name says it is of the school year from {month_text(first)}, which lies in the future",
            file=file.name, do="Check the file's name and this machine's date.",
        )  # fmt: skip
    span = window(first, month_from_number(month_number(first) + 11))
    account = account_of_rows(file, str(span), len(table), 0, len(unknown), problems)
    if account.state == "refused":
        return Outcome(None, account, problems)
    figures = figures_of(rows, figure, file.name, symbols=TABLE_SYMBOLS)
    nowhere = pd.DataFrame(columns=["period_start", "period_months"])
    contribution = Contribution(
        SOURCE,
        (loaded_file(file, account, month_text(span.last)),),
        (figure.measure_of(""),),
        long_rows_of(rows, figures, figure.measure),
        coverage_of(rows, figure.measure, nowhere),
        areas=areas_of(rows),
    )
    return Outcome(contribution, account, problems)


def _read_one(file: Given, context: Context) -> Outcome:
    table = read_published(file.paths[0], file.name)
    if "school_urn" not in table.columns:
        return _read_table(file, table, context)
    declared = format_of(table, file.name, FORMATS)
    if declared is None:
        raise SourceChanged(
            "The file holds neither key stage 2 nor key stage 4 results of schools", file=file.name, column="school_urn",
            do="Import the file of school results of one of these releases.",
        )  # fmt: skip
    return outcome_of(file, table, declared, SOURCE, context)


def read(paths: Sequence[Path], context: Context) -> Reading:
    """The ks2 and ks4 tables as CSV, each in the folder named after its school year, or the releases' school files."""
    files = [given([path], _name(path), context.now) for path in find(paths, SUFFIXES)]
    return read_each(files, _read_one, context, "Reading school results")


def _name(path: Path) -> str:
    """The file's name, with its folder's where that holds the year: all years' tables are called the same."""
    return f"{path.parent.name}/{path.name}" if path.parent.name[:4].isdigit() else path.name


def fetch(fetching: Fetching) -> list[Path]:
    """The newest school files that are in the publisher's API; the older tables are downloaded by hand."""
    return fetch_formats(fetching, FORMATS)
