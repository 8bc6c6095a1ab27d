"""A world of seven stable areas, read from the fixtures: enough for every kind of change between 2011 and 2021."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

import pandas as pd

from loaders.csv_table import read_table
from loaders.ons_lookups import exact_fit, wards
from loaders.reading import Context
from store.database import Store
from store.folder import Folder, seed
from store.lookups import EXACT_FIT, PROVENANCE, RESIDENTS, WARDS_AND_COUNCILS, Lookups
from store.placing import placement

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
NOW = datetime.fromisoformat("2026-11-22T09:30:00")
EXACT = FIXTURES / "ons_geography" / "exact_fit.csv"
WARDS = FIXTURES / "ons_geography" / "wards.csv"
CLAIMANTS = FIXTURES / "nomis_claimants" / "claimants_2011_areas.csv"


@cache
def small_lookups() -> Lookups:
    """The lookups of the small world; mid-2021 residents as published. Nobody changes them: they are kept for who asks next."""
    residents = {
        "E01015153": 1818, "E01015155": 1870, "E01034851": 1233, "E01034852": 1617, "E01034858": 2299,
        "E01035624": 1528, "E01035637": 1106, "W01000003": 2458,
    }  # fmt: skip
    forces = {
        "E06000026": "devon-and-cornwall", "E06000052": "devon-and-cornwall", "E08000037": "northumbria",
        "E06000057": "northumbria", "W06000001": "north-wales",
    }  # fmt: skip
    return Lookups(
        exact_fit=exact_fit(read_table(EXACT, "exact_fit.csv"), "exact_fit.csv"),
        wards=wards(read_table(WARDS, "wards.csv"), "wards.csv")[0],
        residents=pd.DataFrame({"lsoa21": list(residents), "residents": list(residents.values())}),
        forces=pd.DataFrame({"council_code": list(forces), "police_force": list(forces.values())}),
        counties=pd.DataFrame(columns=["council_code", "county_code", "county_name"]),
        provenance=(),
    )


def small_context(accept_refused: int = 0) -> Context:
    """What a loader is told in the small world, on 22 November 2026."""
    lookups = small_lookups()
    return Context(placement(lookups), NOW, accept_refused=accept_refused, lookups=lookups)


def holding(context: Context, *files: tuple[str, str]) -> Context:
    """``context`` with these (name, sha256) already held."""
    return replace(context, held=frozenset(files))


def rewritten(source: Path, target: Path, change: dict[str, str] | None = None, rows: slice = slice(None)) -> Path:
    """``source`` written to ``target`` with some headings renamed and only some of its rows."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.reader(file))
    header = [(change or {}).get(heading, heading) for heading in table[0]]
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *table[1:][rows]])
    return target


def with_cell(source: Path, target: Path, line: int, column: str, value: str) -> Path:
    """``source`` written to ``target`` with one cell replaced; the heading is line 1."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.reader(file))
    table[line - 1][table[0].index(column)] = value
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(table)
    return target


def small_data_folder(root: Path) -> Folder:
    """A data folder of the small world under ``root``: no neighbourhood, no break, nothing loaded; built in a moment."""
    seed(root)
    folder = Folder(root)
    lookups = small_lookups()
    lookups.exact_fit.to_parquet(folder.lookups / EXACT_FIT)
    lookups.wards.to_parquet(folder.lookups / WARDS_AND_COUNCILS)
    lookups.residents.to_parquet(folder.lookups / RESIDENTS)
    (folder.lookups / PROVENANCE).write_text("[]", encoding="utf-8")
    for path in [*folder.areas.glob("*.toml"), *folder.programmes.glob("*.toml"), *(root / "calibration").glob("*")]:
        path.unlink()
    folder.breaks.write_text("", encoding="utf-8")
    return folder


def figures_of(folder: Folder) -> str:
    """A hash of every figure in the database in use, whatever its files are called and whenever it was built."""
    if folder.stamp() is None:
        return "none"
    store = Store(folder.database())
    hasher = hashlib.sha256()
    area = "a.kind, a.code"
    for query in (
        f"SELECT m.name, {area}, u.code, o.period_start, o.period_months, o.numerator, o.denominator, o.value, o.status, "
        "o.low, o.high FROM observation o JOIN measure m USING (measure_id) JOIN area a USING (area_id) "
        "JOIN area u ON u.area_id = o.authority_id",
        "SELECT m.name, u.code, c.period_start, c.period_months, c.state, c.rows_placed, c.rows_unlocated FROM coverage c "
        "JOIN measure m USING (measure_id) JOIN area u ON u.area_id = c.authority_id",
        f"SELECT {area}, p.mid_year, p.age_from, p.age_to, p.persons FROM population p JOIN area a USING (area_id)",
        f"SELECT {area}, d.edition, d.domain, d.rank FROM deprivation d JOIN area a USING (area_id)",
        f"SELECT {area}, a.name, a.outline::VARCHAR FROM area a",
        "SELECT p.code, m.code, r.relation, r.share FROM area_member r JOIN area p ON p.area_id = r.parent_id "
        "JOIN area m ON m.area_id = r.member_id",
    ):
        hasher.update(repr(store.rows(f"{query} ORDER BY ALL")).encode())
    return hasher.hexdigest()
