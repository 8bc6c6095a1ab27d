"""The lookups the project ships: which small area lies where."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from store.errors import NoDatabase
from store.folder import replace_whole

EXACT_FIT = "exact_fit.parquet"
WARDS_AND_COUNCILS = "wards_and_councils.parquet"
RESIDENTS = "residents_2021.parquet"
FORCES = "council_to_police_force.csv"
COUNTIES = "council_to_county.csv"
PROVENANCE = "provenance.json"
_FILES = (EXACT_FIT, WARDS_AND_COUNCILS, RESIDENTS, FORCES, COUNTIES, PROVENANCE)
# Rows in a piece of a lookup's file: one postcode is found by reading one piece, not the whole.
ROWS_IN_A_PIECE = 10_000
# Forces that police railways, not places: their rows are added to an area's, and never create coverage.
FORCES_WITHOUT_COUNCILS = ("btp",)
_FORCE_NAMES = {"btp": "British Transport Police", "dyfed-powys": "Dyfed-Powys"}


# Compared by identity, so that what is worked out from it can be kept with it; nobody changes its frames.
@dataclass(frozen=True, eq=False)
class Lookups:
    """All lookups, as frames: ``exact_fit``, ``wards`` (LSOA 2021 → ward, council), ``residents`` (mid-2021), ``forces``, ``counties``.

    ``counties`` (``council_code, county_code, county_name``) has a row for each district of a county council.
    """

    exact_fit: pd.DataFrame
    wards: pd.DataFrame
    residents: pd.DataFrame
    forces: pd.DataFrame
    counties: pd.DataFrame
    provenance: tuple[dict[str, str | int], ...]


def force_name(slug: str) -> str:
    """A police force's name from its slug in police.uk file names."""
    return _FORCE_NAMES.get(slug, slug.replace("-", " ").title().replace(" And ", " and ").replace(" Of ", " of "))


def read_lookups(folder: Path) -> Lookups:
    """The lookups in ``folder``; NoDatabase where one is absent."""
    for name in _FILES:
        if not (folder / name).is_file():
            raise NoDatabase(
                "The lookups of small areas are not there",
                file=str(folder / name),
                do="Empty the data folder, or copy data/lookups from the project into it.",
            )
    return _parsed(*((folder / name).read_bytes() for name in _FILES))


@lru_cache(maxsize=2)
def _parsed(
    exact_fit: bytes, wards: bytes, residents: bytes, forces: bytes, counties: bytes, provenance: bytes
) -> Lookups:
    # The same files are asked for many times while one source after the other is read.
    return Lookups(
        exact_fit=pd.read_parquet(io.BytesIO(exact_fit)),
        wards=pd.read_parquet(io.BytesIO(wards)),
        residents=pd.read_parquet(io.BytesIO(residents)),
        forces=_csv(forces),
        counties=_csv(counties),
        provenance=tuple(json.loads(provenance)),
    )


def _csv(content: bytes) -> pd.DataFrame:
    return pd.DataFrame(list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))))


def write_lookup(folder: Path, name: str, frame: pd.DataFrame, provenance: dict[str, str | int]) -> None:
    """Replace one lookup and its line of provenance."""
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False, compression="zstd", row_group_size=ROWS_IN_A_PIECE)
    lines = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))
    kept = [line for line in lines if line["file"] != name]
    replace_whole(folder / name, buffer.getvalue())
    text = json.dumps([*kept, {"file": name, **provenance}], indent=1, ensure_ascii=False)
    replace_whole(folder / PROVENANCE, text.encode("utf-8"))
