"""Ranks of small areas in the English indices of deprivation 2019 and 2025 (File 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from loaders.csv_table import absent, counts, need, read_table, refuse
from loaders.one_by_one import Outcome, account_of, loaded_file, read_each
from loaders.raw import Given, find, given
from loaders.reading import Context, Problem, Reading
from loaders.session import Fetching
from loaders.stable_sums import incomplete, parts_of, sum_over_parts, unknown_codes
from store.contribution import Contribution
from store.errors import SourceChanged
from store.source import Source

SOURCE = Source(
    name="deprivation",
    title="English indices of deprivation",
    publisher="Ministry of Housing, Communities and Local Government",
    landing_page="https://www.gov.uk/government/collections/english-indices-of-deprivation",
    licence="Open Government Licence v3.0",
    attribution="Source: English indices of deprivation 2019 and 2025, Ministry of Housing, Communities and Local "
    "Government. Open Government Licence v3.0.",
    geography="Lower layer super output areas of 2011 (2019 edition) and 2021 (2025 edition), England",
    frequency="Every few years",
    caveats=(
        "Ranks order the small areas of England in one edition; they do not show change from one edition to the next.",
        "They are used here only to find similar areas.",
    ),
    format_evidence="documented header",
    address="https://assets.publishing.service.gov.uk/media/",
)


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition of the indices: its columns, how many areas it ranks, and where its File 7 lies."""

    year: int
    code_column: str
    council_column: str
    small_areas: str
    areas_ranked: int
    path: str


EDITIONS = (
    Edition(
        2019, "LSOA code (2011)", "Local Authority District code (2019)", "2011", 32_844,
        "5dc407b440f0b6379a7acc8d/File_7_-_All_IoD2019_Scores__Ranks__Deciles_and_Population_Denominators_3.csv",
    ),
    Edition(
        2025, "LSOA code (2021)", "Local Authority District code (2024)", "2021", 33_755,
        "691ded56d140bbbaa59a2a7d/File_7_IoD2025_All_Ranks_Scores_Deciles_Population_Denominators.csv",
    ),
)  # fmt: skip
_RANK = "Rank (where 1 is most deprived)"
DOMAINS: Mapping[str, str] = {
    "overall": f"Index of Multiple Deprivation (IMD) {_RANK}",
    "income": f"Income {_RANK}",
    "employment": f"Employment {_RANK}",
    "education": f"Education, Skills and Training {_RANK}",
    "health": f"Health Deprivation and Disability {_RANK}",
    "crime": f"Crime {_RANK}",
    "housing": f"Barriers to Housing and Services {_RANK}",
    "environment": f"Living Environment {_RANK}",
}
TIDIED = {
    "an extract of the 2019 edition tidied by somebody else": ("lsoa11_code", "IMD_rank"),
    "an extract of the 2025 edition tidied by somebody else": ("lsoa21_code", "IMD_rank"),
}
_LARGEST = 60_000_000


def edition_of(table: pd.DataFrame, name: str) -> Edition:
    """The edition this File 7 is of, by its columns; SourceChanged where it is of none the project knows."""
    for edition in EDITIONS:
        if {edition.code_column, edition.council_column} <= set(table.columns):
            return edition
    other = next((heading for heading in table.columns if heading.startswith("Local Authority District code (")), None)
    if other and any(edition.code_column in table.columns for edition in EDITIONS):
        raise SourceChanged(
            f"This is an edition of the indices the project does not know: it has “{other}”",
            file=name, column=other, rows=[1], do="Import File 7 of the 2019 or the 2025 edition.",
        )  # fmt: skip
    newest = EDITIONS[-1]
    missing = newest.code_column if newest.code_column not in table.columns else newest.council_column
    raise absent(table, missing, name, TIDIED)


def ranks(table: pd.DataFrame, edition: Edition, name: str) -> pd.DataFrame:
    """``code`` and the rank in each domain, indexed by line, checked against the number of areas ranked."""
    need(table, DOMAINS.values(), name, TIDIED)
    rows = pd.DataFrame({"code": table[edition.code_column]})
    refuse(table, rows["code"].duplicated(), edition.code_column, "an area twice", name)
    for domain, column in DOMAINS.items():
        rows[domain] = counts(table, column, name)
        outside = ~rows[domain].between(1, edition.areas_ranked)
        refuse(table, outside, column, f"ranks that are not between 1 and {edition.areas_ranked:,}", name)
    return rows


def on_stable_areas(rows: pd.DataFrame, edition: Edition, context: Context) -> tuple[pd.DataFrame, pd.Series]:
    """Rows of the deprivation table (store.contribution, file 0), and stable areas that lack a part.

    Where an area has several parts its rank is their mean, weighted by residents in 2021, or equally for the areas of
    2011, whose residents no lookup holds; rounded, halves up. The decile is ceil(10 × rank ÷ areas ranked).
    """
    parts = parts_of(context.lookups)
    parts = parts[parts["edition"] == edition.small_areas]
    weights = pd.Series(1.0, index=rows.index)
    if edition.small_areas == "2021":
        residents = context.lookups.residents.set_index("lsoa21")["residents"]
        weights = rows["code"].map(residents).fillna(1.0).astype(float)
    weighted = rows[list(DOMAINS)].mul(weights, axis=0).assign(code=rows["code"], weight=weights)
    sums, partial = sum_over_parts(weighted, parts, [], ["weight", *DOMAINS])
    frames = []
    for domain in DOMAINS:
        rank = np.floor(sums[domain] / sums["weight"] + 0.5).astype(int)
        frames.append(pd.DataFrame({
            "file": 0, "stable": sums["stable"], "edition": edition.year, "domain": domain, "rank": rank,
            "decile": -(-10 * rank // edition.areas_ranked), "areas_ranked": edition.areas_ranked,
        }))  # fmt: skip
    return pd.concat(frames, ignore_index=True), partial["stable"]


def _read_one(file: Given, context: Context) -> Outcome:
    table = read_table(file.paths[0], file.name)
    edition = edition_of(table, file.name)
    rows = ranks(table, edition, file.name)
    known = rows["code"].isin(context.placement.stable.keys())
    unknown = rows["code"][~known]
    problems = unknown_codes(file.name, edition.code_column, unknown, context, "Import a newer ONS lookup.")
    account = account_of(file, str(edition.year), "England", len(rows), len(unknown), problems)
    if account.state == "refused" or not account.rows_placed:
        return Outcome(None, account, problems)
    frame, partial = on_stable_areas(rows[known], edition, context)
    problems = (*problems, *incomplete(file.name, edition.code_column, partial, "rank"))
    if len(rows) < edition.areas_ranked:
        problems = (*problems, Problem(
            "warning", file.name, edition.code_column, (),
            f"The file holds {len(rows):,} of the {edition.areas_ranked:,} areas of the {edition.year} edition",
            "Import the whole File 7, if it was cut by mistake.",
        ))  # fmt: skip
    loaded = loaded_file(file, account, str(edition.year))
    return Outcome(Contribution(SOURCE, (loaded,), deprivation=frame), account, problems)


def read(paths: Sequence[Path], context: Context) -> Reading:
    """File 7 of the English indices of deprivation 2019 or 2025, as CSV."""
    files = [given([path], path.name, context.now) for path in find(paths, (".csv",))]
    return read_each(files, _read_one, context, "Reading ranks")


def fetch(fetching: Fetching) -> list[Path]:
    """File 7 of both editions; neither changes any more, so they are asked for by their fixed addresses."""
    return [
        fetching.get(edition.path, what=f"file-7-{edition.year}", largest=_LARGEST, extension="csv")
        for edition in EDITIONS
    ]
