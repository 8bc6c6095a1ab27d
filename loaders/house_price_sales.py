"""Home sales by small area and calendar year, from HM Land Registry's Price Paid Data.

The file is of single homes at addresses. Only what is counted is taken from it – price, month, category and, by way of
the postcode, the small area; addresses and postcodes are neither kept nor named in any complaint.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median

import duckdb
import pandas as pd

from loaders.large_csv import refuse_rows, stage, workspace
from loaders.long_rows import authority_of, coverage_rows, observation_rows
from loaders.one_by_one import Outcome, loaded_file
from loaders.raw import Given
from loaders.reading import Context, FileAccount, Problem
from store.areas import COUNTRIES
from store.contribution import Contribution, Measure
from store.errors import SourceChanged
from store.folder import data_folder
from store.period import month_from_number, month_number, month_words
from store.postcodes import table_in
from store.source import Source

# The file has no headings. Order and meaning are those of gov.uk, “How to access HM Land Registry Price Paid Data”.
COLUMNS = (
    "transaction", "price", "transferred", "postcode", "property_type", "new", "tenure", "paon", "saon", "street",
    "locality", "town", "district", "county", "category", "status",
)  # fmt: skip
_NAMES = {
    "transaction": "Transaction unique identifier", "price": "Price", "transferred": "Date of Transfer",
    "property_type": "Property Type", "category": "PPD Category Type", "status": "Record Status",
}  # fmt: skip
IDENTIFIER = r"\{[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}"
# Standard entries: single homes sold at full market value. The others are repossessions, buy-to-lets, company sales.
_STANDARD = "A"
_FIRST_YEAR = 1995
# Sales are registered late: the publisher calls the two newest months of a file incomplete.
_INCOMPLETE_MONTHS = 2
# A December under this share of the year's usual month was still being registered when the file was made.
_WHOLE_MONTH = 0.6
# A median of fewer sales says what single doors fetched; data/suppression.toml, house_prices.
FEWEST_SALES = 5
# A year of the whole country has sales in nearly every small area; an extract would make zeros of all the others.
_FEWEST_AREAS, _FEWEST_PLACED = 0.5, 0.95
_ONLY_WHOLE = "Import pp-complete.csv or the file of a whole year (pp-2023.csv), as they were downloaded."
_REFRESH_POSTCODES = "Run “python -m loaders refresh postcodes”, or import the ONS Postcode Directory, and try again."
SALES = {"stable": "house-sales", "council": "house-sales-in-councils"}
MEDIANS = {"stable": "house-price-median", "council": "house-price-median-in-councils"}
MEASURES = (
    *(Measure(name, "median", "pounds") for name in MEDIANS.values()),
    *(Measure(name, "events", "homes sold") for name in SALES.values()),
)


def is_sales(row: Sequence[str]) -> bool:
    """Whether a file that begins with this row is Price Paid Data."""
    return len(row) == len(COLUMNS) and row[0].startswith("{")


def _postcodes(context: Context, name: str) -> Path:
    """The list of postcodes in use; SourceChanged unless it covers nearly every small area."""
    path = table_in(data_folder())
    areas = 0
    if path is not None:
        areas = int(duckdb.execute("SELECT count(DISTINCT stable) FROM read_parquet(?)", [str(path)]).fetchall()[0][0])
    wanted = len(set(context.placement.stable.values()))
    if path is None or areas < _FEWEST_PLACED * wanted:
        raise SourceChanged(
            f"The list of postcodes in use covers {areas:,} of {wanted:,} small areas, so most sales could not be placed",
            file=name, column="Postcode",
            do=_REFRESH_POSTCODES,
        )  # fmt: skip
    return path


def _stage(connection: duckdb.DuckDBPyConnection, file: Given, context: Context) -> int:
    """Read the file into table ``sale`` (``line, number, price, month, kind, category, status, stable``); rows read."""
    postcodes = _postcodes(context, file.name)
    keep = {
        # Sixteen bytes stand for the identifier: enough to find one that is there twice.
        "number": f'CASE WHEN regexp_full_match("transaction", \'{IDENTIFIER}\') THEN md5_number("transaction") END',
        "price": "try_cast(price AS INTEGER)",
        "month": "try_strptime(transferred, ['%Y-%m-%d %H:%M', '%Y-%m-%d'])::DATE",
        "kind": "property_type",
        "category": "category",
        "status": "status",
        "stable": "(SELECT p.stable FROM p WHERE p.postcode = upper(replace(source.postcode, ' ', '')))",
    }
    connection.execute(
        "CREATE VIEW p AS SELECT postcode, stable FROM read_parquet('" + str(postcodes).replace("'", "''") + "')"
    )
    rows = stage(connection, file.paths[0], file.name, COLUMNS, False, "sale", keep)
    _check(connection, file, context)
    return rows


def _check(connection: duckdb.DuckDBPyConnection, file: Given, context: Context) -> None:
    today = context.now.date().isoformat()
    for column, test, what, do in (
        ("transaction", "number IS NULL", "something that is not a transaction's identifier", ""),
        ("price", "price IS NULL OR price <= 0", "a price that is not a whole number of pounds", ""),
        ("transferred", f"month IS NULL OR year(month) < {_FIRST_YEAR}", "something that is not a day since 1995", ""),
        ("transferred", f"month > DATE '{today}'", "days that lie in the future", "Check this machine's date."),
        ("property_type", "kind NOT IN ('D', 'S', 'T', 'F', 'O')", "a type of property the project does not know", ""),
        ("category", "category NOT IN ('A', 'B')", "a category of sale the project does not know", ""),
        ("status", "status IN ('C', 'D')", "changes to single records, as a monthly update does", _ONLY_WHOLE),
        ("status", "status <> 'A'", "a record status the project does not know", ""),
    ):  # fmt: skip
        more = {"do": do} if do else {}
        refuse_rows(connection, "sale", test, _NAMES[column], what, file.name, **more)
    rows, distinct = connection.execute("SELECT count(*), count(DISTINCT number) FROM sale").fetchall()[0]
    if rows != distinct:
        raise SourceChanged(
            f"Sales are in the file more than once: {rows - distinct:,} of {rows:,} rows", file=file.name, column=_NAMES["transaction"],
            do=_ONLY_WHOLE,
        )  # fmt: skip


def whole_years(months: pd.DataFrame, now: int) -> list[int]:
    """The years of which every month is there and complete.

    ``months`` has ``month`` (number, store.period) and ``sales``, of one file; ``now`` is this month's number. A year
    is complete when the file goes on for the two incomplete months after it, or, in the file of that year alone, when
    three months have passed since and December is not thin beside the year's other months.
    """
    sales = dict(zip(months["month"].astype(int), months["sales"].astype(int), strict=True))
    newest = max(sales, default=0)
    years = []
    for year in sorted({number // 12 for number in sales}):
        numbers = range(year * 12, year * 12 + 12)
        december = numbers[-1]
        if not all(number in sales for number in numbers):
            continue
        usual = median(sales[number] for number in numbers[:-1])
        alone = newest == december and now > december + _INCOMPLETE_MONTHS + 1
        if newest >= december + _INCOMPLETE_MONTHS or (alone and sales[december] >= _WHOLE_MONTH * usual):
            years.append(year)
    return years


def _grouped(connection: duckdb.DuckDBPyConnection, kind: str, years: Sequence[int]) -> pd.DataFrame:
    """``code, country (letter), year, sales, middle`` of one kind of area, from table ``placed``; year by year, because
    a median needs all its prices at once."""
    found = [
        connection.execute(
            f"SELECT {kind} AS code, stable[1] AS country, year, count(*) AS sales, median(price) AS middle FROM placed "
            "WHERE year = ? GROUP BY ALL ORDER BY ALL",
            [year],
        ).df()
        for year in years
    ]
    return pd.concat(found, ignore_index=True)


def _check_extent(areas: pd.DataFrame, context: Context, name: str) -> None:
    """Raise SourceChanged for a year and country with sales in under half of the small areas: the file is an extract."""
    known = pd.Series(sorted(set(context.placement.stable.values()))).str[0].value_counts()
    reached = areas.groupby(["country", "year"], as_index=False).size()
    for country, year, size in reached.itertuples(index=False, name=None):
        if size < _FEWEST_AREAS * known[country]:
            raise SourceChanged(
                f"In {year} the file has sales in only {size:,} of the {known[country]:,} small areas of "
                f"{COUNTRIES[country][1]}, so it is an extract",
                file=name, column="Postcode", do=_ONLY_WHOLE,
            )  # fmt: skip


def _observations(found: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Sales and medians (store.contribution) of one kind of area."""
    sales, enough = found["sales"].astype(float), found["sales"] >= FEWEST_SALES
    rows = pd.DataFrame({
        "area_code": found["code"], "period_start": start_of(found["year"]),
        "authority": authority_of(found["country"]),
    })  # fmt: skip
    fixed = {"area_kind": kind, "period_months": 12}
    counts = observation_rows(rows.assign(numerator=sales), measure=SALES[kind], **fixed)
    status = enough.map({True: "observed", False: "suppressed"})
    medians = rows.assign(denominator=sales, value=found["middle"].where(enough), status=status)
    return pd.concat([counts, observation_rows(medians, measure=MEDIANS[kind], **fixed)], ignore_index=True)


def _coverage(found: pd.DataFrame, kind: str) -> pd.DataFrame:
    placed = found.groupby(["country", "year"], as_index=False)["sales"].sum()
    rows = pd.DataFrame({
        "authority": authority_of(placed["country"]), "period_start": start_of(placed["year"]),
        "rows_placed": placed["sales"],
    })  # fmt: skip
    # Which country a sale without a known postcode belongs to is not known either.
    each = [
        coverage_rows(rows, measure=measure, period_months=12, rows_unlocated=None)
        for measure in (SALES[kind], MEDIANS[kind])
    ]
    return pd.concat(each, ignore_index=True)


def start_of(years: pd.Series) -> pd.Series:
    """The first day of each calendar year."""
    return pd.to_datetime(years.astype(str) + "-01-01")


def _unused(name: str, others: int, early: int, left_out: Sequence[int]) -> tuple[Problem, ...]:
    problems = []
    if others:
        problems.append(Problem(
            "warning", name, _NAMES["category"], (),
            f"{others:,} sales of category B (repossessions, homes bought to let, sales between companies) are read and "
            "not used", "Nothing; only standard sales of single homes are counted.",
        ))  # fmt: skip
    if early:
        problems.append(Problem(
            "warning", name, _NAMES["transferred"], (),
            f"{early:,} sales of {', '.join(str(year) for year in left_out)} are read and not used, because a year is "
            "counted once it is whole and its last months are complete",
            "Import the file again later in the year.",
        ))  # fmt: skip
    return tuple(problems)


def read_sales(file: Given, context: Context, source: Source) -> Outcome:
    """One file of Price Paid Data, whole (pp-complete) or of a year: sales and median prices of its whole years."""
    with workspace() as connection:
        rows = _stage(connection, file, context)
        months = connection.execute(
            "SELECT year(month) * 12 + month(month) - 1 AS month, count(*) AS sales FROM sale "
            f"WHERE category = '{_STANDARD}' GROUP BY 1 ORDER BY 1"
        ).df()
        years = whole_years(months, month_number(context.now.date()))
        if not years:
            raise SourceChanged(
                "The file has no whole year of standard sales", file=file.name, column=_NAMES["transferred"],
                do=_ONLY_WHOLE,
            )  # fmt: skip
        connection.register(
            "councils_in", pd.DataFrame(context.placement.council.items(), columns=["stable", "council"])
        )
        connection.execute(
            "CREATE TABLE placed AS SELECT s.stable, c.council, year(s.month) AS year, s.price FROM sale s "
            f"JOIN councils_in c USING (stable) WHERE s.category = '{_STANDARD}' AND year(s.month) IN (SELECT unnest(?))",
            [years],
        )
        in_years = months["month"] // 12
        wanted = int(months["sales"][in_years.isin(years)].sum())
        unlocated = wanted - int(connection.execute("SELECT count(*) FROM placed").fetchall()[0][0])
        found = {kind: _grouped(connection, kind, years) for kind in SALES}
    standard = int(months["sales"].sum())
    left_out = sorted(set(in_years.astype(int)) - set(years))
    problems = _unused(file.name, rows - standard, standard - wanted, left_out)
    if found["stable"].empty:
        raise SourceChanged(
            "No sale in the file has a postcode that is in the list in use", file=file.name, column="Postcode",
            do=_REFRESH_POSTCODES,
        )  # fmt: skip
    _check_extent(found["stable"], context, file.name)
    letters = sorted(set(found["stable"]["country"]))
    account = FileAccount(
        file.name, file.sha256, f"{years[0]}:{years[-1]}", ", ".join(COUNTRIES[letter][0] for letter in letters), rows,
        rows - unlocated, unlocated, 0, 0, "loaded",
    )  # fmt: skip
    observations = pd.concat([_observations(part, kind) for kind, part in found.items()], ignore_index=True)
    coverage = pd.concat([_coverage(part, kind) for kind, part in found.items()], ignore_index=True)
    # Every file is published anew each month, that of a past year too; so its edition is when it was fetched.
    edition = f"{file.fetched_at:%Y-%m}"
    newest = month_words(month_from_number(int(months["month"].max())))
    told = (*problems, *_without_place(file.name, unlocated, wanted, newest))
    contribution = Contribution(source, (loaded_file(file, account, edition),), MEASURES, observations, coverage)
    return Outcome(contribution, account, told)


def _without_place(name: str, unlocated: int, wanted: int, newest: str) -> tuple[Problem, ...]:
    if not unlocated:
        return ()
    return (
        Problem(
            "warning", name, "Postcode", (),
            f"{unlocated:,} of {wanted:,} sales (up to {newest}) have no postcode, or one that is not in the list in use",
            "Refresh the list of postcodes first, if it is older than the sales.",
        ),
    )  # fmt: skip
