"""Homes sold and what they fetched: HM Land Registry's sales, counted here, and the medians the ONS makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from loaders import house_price_medians, house_price_sales
from loaders.csv_table import absent, read_table
from loaders.house_price_medians import read_medians
from loaders.house_price_sales import is_sales, read_sales
from loaders.large_csv import first_row
from loaders.one_by_one import Outcome, read_each
from loaders.raw import Given, find, given
from loaders.reading import Context, Reading
from loaders.session import Fetching
from store.errors import BadQuestion, SourceChanged
from store.source import Source

SOURCE = Source(
    name="house_prices",
    title="Homes sold and median prices",
    publisher="HM Land Registry; Office for National Statistics",
    landing_page="https://www.gov.uk/government/statistical-data-sets/price-paid-data-downloads",
    licence="Open Government Licence v3.0",
    attribution="Contains HM Land Registry data © Crown copyright and database right 2026. This data is licensed under the "
    "Open Government Licence v3.0. Source of published medians: Office for National Statistics.",
    geography="Postcodes, placed in small areas; lower and middle layer super output areas, wards and councils; England and Wales",
    frequency="Sales monthly, counted here by whole calendar years",
    caveats=(
        "Which homes are sold changes from year to year, so a median can move without any home changing its price.",
        "No median is given of fewer than five sales.",
        "Sales are registered weeks or months later; a year is counted once its last months are complete.",
        "Only standard sales of single homes are counted, and only those whose postcode is known.",
    ),
    format_evidence="documented header",
    address="https://price-paid-data.publicdata.landregistry.gov.uk/",
)
MEASURES = tuple(dict.fromkeys((*house_price_sales.MEASURES, *house_price_medians.MEASURES)))
TIDIED = {
    "an extract tidied by somebody else, with one row an area": ("area_code", "median_price", "transactions"),
    "an extract tidied by somebody else, with one row a date and area": ("area_code", "date", "median_house_price"),
    "an extract of the publisher's search page, with headings": ("unique_id", "price_paid"),
}
# What other kinds of file begin with, and what to say of them.
_PARQUET, _WORKBOOK, _ZIP = b"PAR1", b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
_YEARS_BACK = 10
_LARGEST = 1_000_000_000


def _refuse_other_files(file: Given) -> None:
    with file.paths[0].open("rb") as opened:
        first = opened.read(4)
    if first == _PARQUET:
        raise SourceChanged(
            "This is an extract tidied by somebody else, a parquet table, not the publisher's own file",
            file=file.name, do="Import the publisher's file as it was downloaded.",
        )  # fmt: skip
    if first in (_WORKBOOK, _ZIP):
        raise SourceChanged(
            "This is a workbook or an archive, which the project cannot open", file=file.name,
            do="Open it in a spreadsheet and save its sheet “1a” as CSV (UTF-8), with the rows above its table.",
        )  # fmt: skip


def _read_one(file: Given, context: Context) -> Outcome:
    _refuse_other_files(file)
    path = file.paths[0]
    if is_sales(first_row(path, file.name)):
        return read_sales(file, context, SOURCE)
    heading = first_row(path, file.name)
    if any(set(found) <= set(heading) for found in TIDIED.values()):
        raise absent(read_table(path, file.name), "LSOA code", file.name, TIDIED)
    return read_medians(file, context, SOURCE)


def read(paths: Sequence[Path], context: Context) -> Reading:
    """Price Paid Data (pp-complete or a year's file), or sheet “1a” of the ONS medians saved as CSV."""
    found = find(paths, (".csv", ".txt", ".parquet", ".xls", ".xlsx"))
    return read_each(
        [given([path], path.name, context.now) for path in found], _read_one, context, "Reading home sales"
    )


def fetch(fetching: Fetching) -> list[Path]:
    """The files of the last ten years that can be whole by now, or of those since the month asked for."""
    # December and the two months after it have to be over, and then published.
    last = fetching.now.year - (1 if fetching.now.month > 3 else 2)
    first = last - _YEARS_BACK + 1 if fetching.since is None else fetching.since.year
    if first > last:
        raise BadQuestion(
            f"There is no whole year of sales since {first} yet", do=f"Give --since {last}-01 or earlier."
        )
    return [
        fetching.get(f"pp-{year}.csv", what=f"pp-{year}", extension="csv", largest=_LARGEST)
        for year in range(first, last + 1)
    ]
