"""Ranks of small areas in the indices of deprivation: England 2019 and 2025 (File 7), Wales 2019, Scotland 2020."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from loaders.csv_table import absent, counts, need, read_table, refuse
from loaders.deprivation_editions import (
    DOMAINS,
    EDITIONS,
    ENGLAND,
    TIDIED,
    ZONE_NAMES,
    ZONE_RESIDENTS,
    ZONE_RESIDENTS_IN,
    Edition,
)
from loaders.ods_rows import ods_rows
from loaders.one_by_one import Outcome, account_of, loaded_file, read_each
from loaders.raw import Given, find, given
from loaders.reading import Context, Problem, Reading
from loaders.session import Fetching
from loaders.stable_sums import incomplete, parts_of, sum_over_parts, unknown_codes
from loaders.workbook_reading import read_workbook
from store.contribution import Contribution
from store.errors import SourceChanged
from store.place_areas import SCOTLAND, is_data_zone
from store.schema import ALL_AGES

__all__ = ["DOMAINS", "EDITIONS", "SOURCE", "fetch", "read"]

SOURCE = ENGLAND
_LARGEST = 60_000_000
_MOST_ROWS = 40_000
# The publishers of Wales and Scotland vary capitals and spaces in these headings from file to file.
_HEADINGS = {
    heading.casefold(): heading
    for edition in EDITIONS
    if edition.country != "England"
    for heading in (*edition.code_columns, *edition.domains.values(), *ZONE_NAMES, *ZONE_RESIDENTS)
}


def read_ranks(path: Path, name: str) -> pd.DataFrame:
    """The table of ranks as text, indexed by line: a CSV file, or the sheet of a spreadsheet (.xlsx, .ods) that holds it."""
    if path.suffix.lower() == ".ods":
        return _below_heading(((row.line, row.cells) for row in ods_rows(path, name)), name)
    if path.suffix.lower() == ".xlsx":
        sheet = read_workbook(path.read_bytes(), name, _SHEETS, _MOST_ROWS)
        rows = (
            (line, [cells.get(at, "") for at in range(max(cells) + 1)]) for line, cells in sorted(sheet.cells.items())
        )
        return _below_heading(rows, name)
    table = read_table(path, name)
    return table.rename(columns={heading: _HEADINGS.get(heading.casefold(), heading) for heading in table.columns})


_SHEETS = ("SIMD 2020v2 DZ lookup data", "SIMD 2020v2 ranks", "WIMD_2019_ranks")


def _below_heading(rows: Iterable[tuple[int, Sequence[str]]], name: str) -> pd.DataFrame:
    """The rows below the line that holds a code heading, down to the next line without a code; titles stand above it."""
    codes = {heading.casefold() for edition in EDITIONS for heading in edition.code_columns}
    header: list[str] = []
    lines: list[int] = []
    found: list[list[str]] = []
    at = 0
    for line, cells in rows:
        if not header:
            at = next((number for number, cell in enumerate(cells) if cell.strip().casefold() in codes), -1)
            if at >= 0:
                header = [_HEADINGS.get(cell.strip().casefold(), cell.strip()) for cell in cells]
        elif at < len(cells) and cells[at]:
            lines.append(line)
            found.append([cell.strip() for cell in [*cells, *[""] * len(header)][: len(header)]])
        elif found:
            break
    if not found:
        raise absent(pd.DataFrame(), EDITIONS[-1].code_columns[-1], name, TIDIED)
    named = [number for number, heading in enumerate(header) if heading and heading not in header[:number]]
    return pd.DataFrame(found, columns=header, index=lines, dtype="str").iloc[:, named]


def edition_of(table: pd.DataFrame, name: str) -> tuple[Edition, str]:
    """The edition a table is of and its column of codes; SourceChanged where it is of none the project knows."""
    for edition in EDITIONS:
        code = next((column for column in edition.code_columns if column in table.columns), None)
        if code and edition.known_by in table.columns:
            return edition, code
    other = next((heading for heading in table.columns if heading.startswith("Local Authority District code (")), None)
    english = [edition for edition in EDITIONS if edition.source is ENGLAND]
    if other and any(edition.code_columns[0] in table.columns for edition in english):
        raise SourceChanged(
            f"This is an edition of the indices the project does not know: it has “{other}”",
            file=name, column=other, rows=[1], do="Import File 7 of the 2019 or the 2025 edition.",
        )  # fmt: skip
    known = next(
        (item for item in EDITIONS if item.known_by in table.columns or set(item.code_columns) & set(table.columns)),
        english[-1],
    )
    missing = known.known_by if set(known.code_columns) & set(table.columns) else known.code_columns[0]
    raise absent(table, missing, name, TIDIED)


def ranks(table: pd.DataFrame, edition: Edition, code: str, name: str) -> pd.DataFrame:
    """``code`` and the rank in each domain, indexed by line, checked against the number of areas ranked."""
    need(table, edition.domains.values(), name, TIDIED)
    rows = pd.DataFrame({"code": table[code]})
    refuse(table, rows["code"].duplicated(), code, "an area twice", name)
    for domain, column in edition.domains.items():
        rows[domain] = _halves(table, column, name) if edition.halves else counts(table, column, name)
        outside = ~rows[domain].between(1, edition.areas_ranked)
        refuse(table, outside, column, f"ranks that are not between 1 and {edition.areas_ranked:,}", name)
    return rows


def _halves(table: pd.DataFrame, column: str, name: str) -> pd.Series:
    bad = ~table[column].str.fullmatch(r"\d+(\.[05]0*)?")
    refuse(table, bad, column, "something that is not a rank", name)
    return pd.to_numeric(table[column]).astype(float)


def on_small_areas(rows: pd.DataFrame, edition: Edition, context: Context) -> tuple[pd.DataFrame, pd.Series]:
    """Rows of the deprivation table (store.contribution, file 0), and stable areas that lack a part.

    Where an area has several parts its rank is their mean, weighted by residents in 2021, or equally for the areas of
    2011, whose residents no lookup holds; rounded, halves up. A Data Zone stands for itself. The decile is
    ceil(10 × rank ÷ areas ranked).
    """
    domains = list(edition.domains)
    if edition.small_areas == "data_zone":
        sums = rows.rename(columns={"code": "stable"}).assign(weight=1.0)
        partial = pd.Series(dtype="str")
    else:
        parts = parts_of(context.lookups)
        parts = parts[parts["edition"] == edition.small_areas]
        weights = pd.Series(1.0, index=rows.index)
        if edition.small_areas == "2021":
            residents = context.lookups.residents.set_index("lsoa21")["residents"]
            weights = rows["code"].map(residents).fillna(1.0).astype(float)
        weighted = rows[domains].mul(weights, axis=0).assign(code=rows["code"], weight=weights)
        sums, unplaced = sum_over_parts(weighted, parts, [], ["weight", *domains])
        partial = unplaced["stable"]
    frames = []
    for domain in domains:
        rank = np.floor(sums[domain] / sums["weight"] + 0.5).astype(int)
        frames.append(pd.DataFrame({
            "file": 0, "stable": sums["stable"], "edition": edition.year, "domain": domain, "rank": rank,
            "decile": -(-10 * rank // edition.areas_ranked), "areas_ranked": edition.areas_ranked,
        }))  # fmt: skip
    return pd.concat(frames, ignore_index=True), partial


def _zones(table: pd.DataFrame, code: str, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Scottish Data Zones as areas, and their residents where the file has them."""
    named = next((column for column in ZONE_NAMES if column in table.columns), None)
    names = table[code] if named is None else table[named] + ("" if named == "DZname" else " (" + table[code] + ")")
    areas = pd.DataFrame({
        "kind": "data_zone", "code": table[code], "name": names, "country": SCOTLAND[1], "longitude": np.nan, "latitude": np.nan,
    })  # fmt: skip
    column = next((heading for heading in ZONE_RESIDENTS if heading in table.columns), None)
    people = pd.DataFrame()
    if column is not None:
        people = pd.DataFrame({
            "file": 0, "stable": table[code], "mid_year": ZONE_RESIDENTS_IN, "age_from": ALL_AGES[0], "age_to": ALL_AGES[1],
            "persons": counts(table, column, name),
        })  # fmt: skip
    return areas, people


def _read_one(file: Given, context: Context) -> Outcome:
    table = read_ranks(file.paths[0], file.name)
    edition, code = edition_of(table, file.name)
    rows = ranks(table, edition, code, file.name)
    if edition.small_areas == "data_zone":
        known = rows["code"].map(is_data_zone).astype(bool)
    else:
        known = rows["code"].isin(context.placement.stable.keys())
    unknown = rows["code"][~known]
    problems = unknown_codes(file.name, code, unknown, context, "Import a newer ONS lookup.")
    account = account_of(file, str(edition.year), edition.country, len(rows), len(unknown), problems)
    if account.state == "refused" or not account.rows_placed:
        return Outcome(None, account, problems)
    frame, partial = on_small_areas(rows[known], edition, context)
    problems = (*problems, *incomplete(file.name, code, partial, "rank"))
    if len(rows) < edition.areas_ranked:
        problems = (*problems, Problem(
            "warning", file.name, code, (),
            f"The file holds {len(rows):,} of the {edition.areas_ranked:,} areas of the {edition.year} edition",
            "Import the whole file, if it was cut by mistake.",
        ))  # fmt: skip
    loaded = loaded_file(file, account, str(edition.year))
    contribution = Contribution(edition.source, (loaded,), deprivation=frame)
    if edition.small_areas == "data_zone":
        areas, people = _zones(table[known.to_numpy()], code, file.name)
        contribution = Contribution(edition.source, (loaded,), deprivation=frame, population=people, areas=areas)
    return Outcome(contribution, account, problems)


def read(paths: Sequence[Path], context: Context) -> Reading:
    """File 7 of the English indices as CSV; the Welsh ranks by small area and the Scottish ranks by Data Zone as
    spreadsheets or CSV."""
    files = [given([path], path.name, context.now) for path in find(paths, (".csv", ".xlsx", ".ods"))]
    return read_each(files, _read_one, context, "Reading ranks")


def fetch(fetching: Fetching) -> list[Path]:
    """File 7 of both English editions; neither changes any more, so they are asked for by their fixed addresses."""
    return [
        fetching.get(edition.path, what=f"file-7-{edition.year}", largest=_LARGEST, extension="csv")
        for edition in EDITIONS
        if edition.path is not None
    ]
