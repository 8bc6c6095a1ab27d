"""Median prices of homes sold, as the ONS publishes them for small areas (House Price Statistics for Small Areas)."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from loaders.csv_table import AGAIN, read_sheet, refuse
from loaders.house_price_sales import MEDIANS as SALES_MEDIANS
from loaders.house_price_sales import start_of
from loaders.long_rows import authority_of, coverage_rows, observation_rows
from loaders.one_by_one import Outcome, account_of, loaded_file
from loaders.raw import Given
from loaders.reading import Context
from loaders.stable_sums import incomplete, parts_of, unknown_codes
from store.areas import COUNTRIES
from store.contribution import AREA_COLUMNS, Contribution, Measure
from store.errors import SourceChanged
from store.source import Source

# One measure a kind of area; the areas of a sheet are those of its last column of codes.
MEDIANS = {**SALES_MEDIANS, "ward": "house-price-median-in-wards", "msoa": "house-price-median-in-middle-areas"}
MEASURES = tuple(Measure(name, "median", "pounds") for name in MEDIANS.values())
_KINDS = {"LSOA code": "stable", "MSOA code": "msoa", "Ward code": "ward", "Local authority code": "council"}
_PATTERNS = {
    "stable": r"[EW]01\d{6}", "msoa": r"[EW]02\d{6}", "ward": r"[EW]05\d{6}", "council": r"(E0[6-9]|E10|W06)\d{6}",
}  # fmt: skip
_YEAR = re.compile(r"Year ending (Mar|Jun|Sep|Dec) (\d{4})")
# Stand where fewer than five homes were sold, none included: in the workbooks of small areas (to 2023) and in those
# made since, by the notes on their covers. An empty cell of a sheet saved as CSV was one of these.
SUPPRESSED = (":", "[x]", "")
_NOT_ALL_MEDIANS = (
    "mean", "quartile", "percentile", "number of", "count of", "detached", "terraced", "flat", "maisonette",
    "newly built", "new build", "existing",
)  # fmt: skip


def is_headings(row: Sequence[str]) -> bool:
    """Whether this row of a sheet is its headings: it names years."""
    return any(_YEAR.fullmatch(cell.strip()) for cell in row)


def _check_title(above: Sequence[Sequence[str]], name: str) -> None:
    """All sheets of the workbook look alike, so its title, or the file's name, has to say that these are medians."""
    title = " ".join(cell.strip() for row in above for cell in row if cell.strip())
    words = f"{title} {name}".lower()
    other = next((word for word in _NOT_ALL_MEDIANS if re.search(rf"\b{word}", words)), None)
    if "median" not in words or other:
        raise SourceChanged(
            f"Nothing says that this sheet holds median prices of all homes: it says “{other}”" if other else
            "Nothing says that this sheet holds median prices: its title is not there",
            file=name, rows=[1], do="Save the sheet “1a” of the workbook of medians as CSV, with the rows above its table.",
        )  # fmt: skip


def tidy(file: Given) -> tuple[pd.DataFrame, str, str]:
    """The medians of a sheet (``code, name, year, price``; NaN where under five were sold; indexed by line), the kind
    of its areas, and the newest year of the sheet as ``YYYY-MM``.

    Of the publisher's rolling years only those ending in December are taken: they are the calendar years. The others
    overlap, so whoever put them side by side would count most sales four times.
    """
    above, table = read_sheet(file.paths[0], file.name, is_headings)
    _check_title(above, file.name)
    years = {heading: found for heading in table.columns if (found := _YEAR.fullmatch(heading))}
    column = next((heading for heading in reversed(table.columns) if heading in _KINDS), None)
    if column is None:
        raise SourceChanged(
            "The sheet has no column of area codes the project knows", file=file.name, column="LSOA code", do=AGAIN
        )
    kind, codes = _KINDS[column], table[column]
    bad = ~codes.str.fullmatch(_PATTERNS[kind])
    refuse(table, bad, column, "something that is not a code of its kind", file.name)
    refuse(table, codes.duplicated(), column, "an area twice", file.name)
    label = column.replace(" code", " name")
    names = table[label] if label in table.columns else codes
    parts = []
    for heading, found in years.items():
        if found[1] != "Dec":
            continue
        text = table[heading].str.replace(",", "")
        hidden = text.isin(SUPPRESSED)
        wrong = ~hidden & ~text.str.fullmatch(r"[1-9]\d*(\.\d+)?")
        refuse(table, wrong, heading, "something that is neither a price nor a sign the project knows", file.name)
        price = pd.to_numeric(text.mask(hidden), errors="coerce").astype(float)
        parts.append(pd.DataFrame({"code": codes, "name": names, "year": int(found[2]), "price": price}))
    if not parts:
        raise SourceChanged(
            "The sheet has no year that ends in December", file=file.name, column=next(iter(years)), rows=[1],
            do="Import a sheet with calendar years.",
        )  # fmt: skip
    months = {"Mar": "03", "Jun": "06", "Sep": "09", "Dec": "12"}
    return pd.concat(parts), kind, max(f"{found[2]}-{months[found[1]]}" for found in years.values())


def _on_stable_areas(rows: pd.DataFrame, context: Context) -> tuple[pd.DataFrame, pd.Series]:
    """``code, year, price, status`` of stable areas, and those of several parts, for which nothing can be said.

    A median of the whole cannot be had from the medians of its parts, and how many were sold in each is not published
    with them; so only an area that is one published area in some edition has a figure.
    """
    given = rows.merge(parts_of(context.lookups), on="code")
    single = given[given["parts"] == 1].drop_duplicates(["stable", "year"])
    asked = given[["stable", "year"]].drop_duplicates()
    found = asked.merge(single[["stable", "year", "price"]], on=["stable", "year"], how="left", indicator=True)
    known = found["_merge"] == "both"
    status = found["price"].isna().map({True: "suppressed", False: "observed"}).where(known, "missing")
    out = pd.DataFrame({"code": found["stable"], "year": found["year"], "price": found["price"], "status": status})
    return out, found["stable"][~known]


def _areas(rows: pd.DataFrame, kind: str, context: Context) -> tuple[pd.DataFrame, pd.Series]:
    """Areas to bring along (AREA_COLUMNS), and the codes, by line, that can be neither placed nor brought."""
    first = rows.drop_duplicates("code")
    if kind in ("stable", "ward"):
        known = context.placement.stable.keys() if kind == "stable" else context.lookups.wards["ward"]
        return pd.DataFrame(columns=list(AREA_COLUMNS)), first["code"][~first["code"].isin(known)]
    country = first["code"].str[0].map({letter: name for letter, (_, name) in COUNTRIES.items()})
    brought = pd.DataFrame({
        "kind": kind, "code": first["code"], "name": first["name"], "country": country,
        "longitude": float("nan"), "latitude": float("nan"),
    })  # fmt: skip
    return brought, first["code"].iloc[:0]


def read_medians(file: Given, context: Context, source: Source) -> Outcome:
    """One sheet of medians, saved as CSV."""
    rows, kind, newest = tidy(file)
    brought, unknown = _areas(rows, kind, context)
    column = next(heading for heading, found in _KINDS.items() if found == kind)
    problems = unknown_codes(
        file.name, column, unknown, context, "Import a newer ONS lookup; wards are known as they stood in one year."
    )
    letters = sorted(set(rows["code"].str[0]))
    areas = rows["code"].nunique()
    span = f"{rows['year'].min()}:{rows['year'].max()}"
    countries = ", ".join(COUNTRIES[letter][0] for letter in letters)
    account = account_of(file, span, countries, areas, len(unknown), problems)
    if account.state == "refused" or not account.rows_placed:
        return Outcome(None, account, problems)
    rows = rows[~rows["code"].isin(unknown)]
    if kind == "stable":
        found, partial = _on_stable_areas(rows, context)
        problems = (*problems, *incomplete(file.name, column, partial, "median price"))
    else:
        found = rows.assign(status=rows["price"].isna().map({True: "suppressed", False: "observed"}))
    observations = observation_rows(
        pd.DataFrame({
            "area_code": found["code"], "value": found["price"], "status": found["status"],
            "period_start": start_of(found["year"]), "authority": authority_of(found["code"]),
        }),
        measure=MEDIANS[kind], area_kind=kind, period_months=12,
    )  # fmt: skip
    placed = rows.assign(authority=authority_of(rows["code"])).groupby(["authority", "year"], as_index=False).size()
    coverage = coverage_rows(
        pd.DataFrame({
            "authority": placed["authority"], "period_start": start_of(placed["year"]), "rows_placed": placed["size"],
        }),
        measure=MEDIANS[kind], period_months=12,
    )  # fmt: skip
    loaded = loaded_file(file, account, newest)
    return Outcome(
        Contribution(source, (loaded,), MEASURES, observations, coverage, areas=brought),
        account,
        problems,
    )
