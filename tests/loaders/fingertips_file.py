"""Files in the public health profiles' own format, made row by row."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from loaders.reading import Reading
from tests.loaders.small_world import FIXTURES

INJURIES = FIXTURES / "fingertips" / "injuries_councils.csv"
NAMES = {
    "90284": "Hospital admissions caused by unintentional and deliberate injuries in children (aged 0 to 14 years)",
    "93219": "Emergency hospital admissions for injuries in under 15 years old, crude rate",
    "90886": "Children on child protection plans: Rate per 10,000 children <18",
    "90803": "Children in care: rate per 10,000 population aged < 18",
    "20401": "Under 18s conception rate / 1,000",
    "22401": "Emergency hospital admissions due to falls in people aged 65 and over",
    "21001": "Emergency Hospital Admissions for Intentional Self-Harm",
    "93239": "Emergency hospital admissions for intentional self harm, standardised admission ratio",
    "90810": "Hospital admissions for asthma (under 19 years)",
    "93700": "Children in relative low income families (under 16s)",
    "90631": "School Readiness: percentage of children achieving a good level of development at the end of Reception",
    "90632": "School readiness: percentage of children with free school meal status achieving a good level of development "
    "at the end of Reception",
    "93476": "Percentage of deaths that occur at home (All ages)",
    "92727": "Percentage of deaths in usual place of residence among people aged 65 years and over",
    "848": "Depression: QOF prevalence (18+ yrs)",
    "241": "Diabetes: QOF prevalence (17+ yrs)",
    "90933": "Asthma: QOF prevalence (6+ yrs)",
    "253": "COPD: QOF prevalence (all ages)",
    "273": "CHD: QOF prevalence (all ages)",
}
COLUMNS = (
    "Indicator ID", "Indicator Name", "Parent Code", "Parent Name", "Area Code", "Area Name", "Area Type", "Sex", "Age",
    "Category Type", "Category", "Time period", "Value", "Lower CI 95.0 limit", "Upper CI 95.0 limit",
    "Lower CI 99.8 limit", "Upper CI 99.8 limit", "Count", "Denominator", "Value note", "Recent Trend",
    "Compared to England value or percentiles", "Compared to percentiles", "Time period Sortable", "New data",
    "Compared to goal", "Time period range",
)  # fmt: skip
UPPER_TYPE = "Counties & UAs (from Apr 2023)"
LOWER_TYPE = "Districts & UAs (from Apr 2023)"


def cells(number: str, code: str, period: str, value: object = "", count: object = "", of: object = "", **more: object) -> dict[str, str]:  # fmt: skip
    """A row's cells by heading; ``more`` are headings in lower case with underscores."""
    row = {
        "Indicator ID": number, "Indicator Name": NAMES.get(number, "Something else"), "Parent Code": "E92000001",
        "Parent Name": "England", "Area Code": code, "Area Name": f"Area {code}", "Area Type": UPPER_TYPE,
        "Sex": "Persons", "Age": "All ages", "Time period": period, "Value": str(value), "Count": str(count),
        "Denominator": str(of), "Time period Sortable": f"{period[:4]}0000",
    }  # fmt: skip
    by_key = {heading.lower().replace(" ", "_"): heading for heading in COLUMNS}
    return {**row, **{by_key[key]: str(cell) for key, cell in more.items()}}


def made(path: Path, rows: Sequence[Mapping[str, str]], columns: Sequence[str] = COLUMNS) -> Path:
    """``rows`` as a file of the profiles; cells not given are blank."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def one_problem(reading: Reading) -> tuple[str, str | None, tuple[int, ...], str]:
    """Message, column, rows and advice of the only error of a reading of which nothing is used."""
    assert [account.state for account in reading.accounts] == ["refused"]
    assert reading.contributions == ()
    (problem,) = reading.errors
    assert problem.do
    return problem.message, problem.column, problem.rows, problem.do
