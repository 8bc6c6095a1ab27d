"""A made-up police.uk archive of any size, in the publisher's exact format: no record in it ever happened.

    python -m benchmarks.archive --rows 16000000 --out archive.zip [--seed 1] [--months 36] [--last 2025-09]

Folders ``YYYY-MM/YYYY-MM-<force>-street.csv`` for the 43 forces of England and Wales and the railways' police, small-area
codes of the ONS lookups (the 2011 edition until May 2023, then that of 2021, as the publisher did), rows in the order of
small areas' names. Counts an area are as uneven as in the publisher's files of October 2018 (a tenth of areas has two
records a month or fewer, half eight, a tenth 25 or more), one record in 25 has no place, one in a thousand lies in another
force's area, and a row takes about 225 bytes. The same seed gives the same bytes.
"""

from __future__ import annotations

import argparse
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute

from loaders.police_uk import CATEGORIES, HEADER
from store.folder import SHIPPED
from store.lookups import read_lookups
from store.period import month_from_number, month_number, month_text, parse_month

_Array = np.ndarray[Any, np.dtype[Any]]
RAILWAYS = "btp"
_SWITCH = "2023-06"
_POINTS = 20
_WITHOUT_PLACE, _ELSEWHERE, _ON_RAILWAYS = 0.04, 0.001, 0.01
# Shares of crime types in two kinds of small area (where people live, and town centres), about as published.
_MIX = {
    "Anti-social behaviour": (0.25, 0.18), "Bicycle theft": (0.01, 0.03), "Burglary": (0.06, 0.03),
    "Criminal damage and arson": (0.10, 0.06), "Drugs": (0.03, 0.04), "Other crime": (0.02, 0.015),
    "Other theft": (0.06, 0.10), "Possession of weapons": (0.008, 0.01), "Public order": (0.07, 0.09),
    "Robbery": (0.01, 0.015), "Shoplifting": (0.03, 0.15), "Theft from the person": (0.006, 0.04),
    "Vehicle crime": (0.07, 0.03), "Violence and sexual offences": (0.276, 0.21),
}  # fmt: skip
_OUTCOMES = {
    "Unable to prosecute suspect": 0.36, "Investigation complete; no suspect identified": 0.34,
    "Status update unavailable": 0.12, "Court result unavailable": 0.04, "Local resolution": 0.03,
    "Awaiting court outcome": 0.03, "Offender given a caution": 0.02, "Under investigation": 0.02,
    "Further investigation is not in the public interest": 0.02, "Formal action is not in the public interest": 0.01,
    "Offender given community sentence": 0.005, "Offender sent to prison": 0.005,
}  # fmt: skip
_NAMES = {
    "devon-and-cornwall": "Devon & Cornwall Police", "metropolitan": "Metropolitan Police Service",
    RAILWAYS: "British Transport Police", "dyfed-powys": "Dyfed-Powys Police",
}  # fmt: skip
_CONSTABULARIES = (
    "avon-and-somerset", "cambridgeshire", "cheshire", "cumbria", "derbyshire", "durham", "gloucestershire",
    "hampshire", "hertfordshire", "lancashire", "norfolk", "suffolk",
)  # fmt: skip
_PLACES = ("Supermarket", "Parking Area", "Shopping Area", "Petrol Station", "Sports/Recreation Area", "Nightclub")
_STREETS = (
    "Church", "Station", "Victoria", "Green", "Manor", "Kings", "Queens", "Park", "Mill", "School", "North", "South",
    "York", "New", "Chapel", "Grange", "Windsor", "Albert", "Stanley", "Alexandra", "Highfield", "Springfield", "George",
    "Broadway", "Meadow", "Cedar", "Laburnum", "Hawthorn", "St Michael's", "Trevithick", "Wellington", "Nelson",
)  # fmt: skip
_KINDS = (
    "Road",
    "Street",
    "Lane",
    "Close",
    "Avenue",
    "Drive",
    "Way",
    "Terrace",
    "Court",
    "Crescent",
    "Gardens",
    "Hill",
)


@dataclass(frozen=True, slots=True)
class _Areas:
    """The small areas of one edition, in the order of their names; ``weight`` is how many records they draw."""

    code: pa.Array
    name: pa.Array
    longitude: pa.Array
    latitude: pa.Array
    location: pa.Array
    force: _Array
    weight: _Array
    centre: _Array


def falls_within(force: str) -> str:
    """What the publisher calls a force in its rows."""
    words = force.replace("-", " ").title().replace(" And ", " and ").replace(" Of ", " of ")
    return _NAMES.get(force) or f"{words} {'Constabulary' if force in _CONSTABULARIES else 'Police'}"


def _areas(seed: int) -> tuple[dict[str, _Areas], list[str]]:
    """Small areas by edition, and the forces."""
    lookups = read_lookups(SHIPPED / "lookups")
    forces = dict(zip(lookups.forces["council_code"], lookups.forces["police_force"], strict=True))
    new = lookups.wards.merge(lookups.residents, on="lsoa21").sort_values("lsoa21")
    random = np.random.default_rng([seed, 1])
    slugs = sorted(set(forces.values()))
    of_force = new["council"].map(forces)
    level = dict(zip(slugs, random.lognormal(0, 0.2, len(slugs)), strict=True))
    weight = new["residents"] * random.lognormal(0, 0.9, len(new)) * of_force.map(level)
    new = pd.DataFrame(
        {"lsoa21": new["lsoa21"], "force": of_force, "weight": weight, "centre": random.random(len(new)) < 0.1}
    )
    pairs = lookups.exact_fit.merge(new, on="lsoa21").sort_values(["lsoa11", "lsoa21"])
    pairs["weight"] /= pairs.groupby("lsoa21")["lsoa21"].transform("size")
    editions = {}
    for edition, key in (("2011", "lsoa11"), ("2021", "lsoa21")):
        each = pairs.groupby(key, as_index=False).agg(
            name=(f"{key}_name", "first"),
            force=("force", "first"),
            weight=("weight", "sum"),
            centre=("centre", "first"),
        )
        editions[edition] = _with_points(each.sort_values(["name", key]), key, slugs, np.random.default_rng([seed, 2]))
    return editions, slugs


def _with_points(each: pd.DataFrame, key: str, slugs: list[str], random: np.random.Generator) -> _Areas:
    number = len(each) * _POINTS
    streets = [f"On or near {street} {kind}" for street, kind in product(_STREETS, _KINDS)]
    named = np.where(random.random(number) < 0.25, random.integers(0, len(_PLACES), number),
                     len(_PLACES) + random.integers(0, len(streets), number))  # fmt: skip
    around = [np.repeat(random.uniform(low, high, len(each)), _POINTS) for low, high in ((-5.2, 1.4), (50.1, 55.2))]
    longitude, latitude = (pa.array(np.char.mod("%.6f", middle + random.normal(0, 0.004, number))) for middle in around)
    return _Areas(
        code=pa.array(each[key].tolist()),
        name=pa.array([f'"{name}"' if "," in name else name for name in each["name"]]), longitude=longitude, latitude=latitude,
        location=pa.array([*(f"On or near {place}" for place in _PLACES), *streets]).take(pa.array(named)),
        force=each["force"].map({slug: number for number, slug in enumerate(slugs)}).to_numpy(),
        weight=each["weight"].to_numpy(), centre=each["centre"].to_numpy(),
    )  # fmt: skip


def _draw(weight: _Array, number: int, random: np.random.Generator) -> _Array:
    total = np.cumsum(weight)
    return np.minimum(np.searchsorted(total, random.random(number) * total[-1], side="right"), len(weight) - 1)


def _identifiers(known: _Array, random: np.random.Generator) -> pa.Array:
    """64 hexadecimal digits for each record that has any; anti-social behaviour has none."""
    offsets = np.concatenate([[0], np.cumsum(np.where(known, 64, 0))]).astype(np.int32)
    digits = random.bytes(int(known.sum()) * 32).hex().encode()
    return pa.StringArray.from_buffers(len(known), pa.py_buffer(offsets), pa.py_buffer(digits))


def _street_file(areas: _Areas, force: int, slug: str, month: str, number: int, random: np.random.Generator) -> bytes:
    """One street file of ``number`` rows."""
    inside = np.flatnonzero(areas.force == force) if slug != RAILWAYS else np.flatnonzero(areas.centre)
    area = inside[_draw(areas.weight[inside], number, random)]
    elsewhere = random.random(number) < _ELSEWHERE
    area[elsewhere] = random.integers(0, len(areas.code), int(elsewhere.sum()))
    kind = np.zeros(number, dtype=np.int64)
    for centre in (0, 1):
        mine = areas.centre[area] == bool(centre)
        kind[mine] = _draw(np.array([shares[centre] for shares in _MIX.values()]), int(mine.sum()), random)
    nowhere = random.random(number) < _WITHOUT_PLACE
    order = np.lexsort((kind, area, nowhere))
    area, kind, nowhere = area[order], kind[order], nowhere[order]
    point = area * _POINTS + (random.random(number) ** 2 * _POINTS).astype(np.int64)
    crime = kind != 0
    outcome = _draw(np.array([*_OUTCOMES.values()]), number, random)
    within = pa.array([falls_within(slug)]).take(pa.array(np.zeros(number, dtype=np.int64)))
    blank = pa.array(nowhere)

    def placed(words: pa.Array, at: _Array, instead: str) -> pa.Array:
        return pa.compute.if_else(blank, pa.scalar(instead), words.take(pa.array(at)))

    columns = (
        _identifiers(crime, random), pa.array([month]).take(pa.array(np.zeros(number, dtype=np.int64))), within, within,
        placed(areas.longitude, point, ""), placed(areas.latitude, point, ""), placed(areas.location, point, "No Location"),
        placed(areas.code, area, ""), placed(areas.name, area, ""), pa.array([*_MIX]).take(pa.array(kind)),
        pa.compute.if_else(pa.array(crime), pa.array([*_OUTCOMES]).take(pa.array(outcome)), pa.scalar("")),
        pa.scalar("\n"),
    )  # fmt: skip
    # The rows of one text column lie behind one another in memory: joined they are the file.
    lines = pa.compute.binary_join_element_wise(*columns, ",")
    return ",".join(HEADER).encode() + b"\n" + (lines.buffers()[2].to_pybytes() if number else b"")


def street_files(rows: int, seed: int = 1, months: int = 36, last: str = "2025-09") -> Iterator[tuple[str, bytes]]:
    """Name and content of every file, ``rows`` in all; each file is drawn by itself, so order and number of cores do not matter."""
    if tuple(_MIX) != tuple(CATEGORIES):
        raise AssertionError("the publisher's crime types and those drawn here differ")
    editions, slugs = _areas(seed)
    newest = month_number(parse_month(last))
    shares = np.bincount(editions["2021"].force, weights=editions["2021"].weight)
    shares = np.append(shares / shares.sum() * (1 - _ON_RAILWAYS), _ON_RAILWAYS)
    season = 1 + 0.1 * np.sin(np.arange(newest - months + 1, newest + 1) * np.pi / 6)
    until = np.round(np.cumsum(np.outer(season / season.sum(), shares).ravel()) * rows).astype(int)
    numbers = np.diff(until, prepend=0).reshape(months, len(shares))

    def made(at: tuple[int, int]) -> tuple[str, bytes]:
        month, force = at
        text = month_text(month_from_number(newest - months + 1 + month))
        slug = [*slugs, RAILWAYS][force]
        random = np.random.default_rng([seed, 3, month, force])
        edition = editions["2011" if text < _SWITCH else "2021"]
        return f"{text}/{text}-{slug}-street.csv", _street_file(edition, force, slug, text, int(numbers[at]), random)

    wanted = [at for at in product(range(months), range(len(shares))) if numbers[at]]
    with ThreadPoolExecutor(2) as pool:
        for first in range(0, len(wanted), 8):
            yield from pool.map(made, wanted[first : first + 8])


def write_archive(path: Path, rows: int, seed: int = 1, months: int = 36, last: str = "2025-09", level: int = 6) -> int:
    """Write the archive and return how many bytes its files have when unpacked."""
    size = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in street_files(rows, seed, months, last):
            entry = zipfile.ZipInfo(name, (2025, 11, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, compresslevel=level)
            size += len(content)
    return size


def main() -> None:
    """Write an archive and say what it holds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=16_000_000)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--last", default="2025-09")
    parser.add_argument(
        "--level", type=int, default=6, help="how hard zlib tries, 1 to 9; the publisher's files look like 6"
    )
    given = parser.parse_args()
    size = write_archive(given.out, given.rows, given.seed, given.months, given.last, given.level)
    print(
        f"{given.out}: {given.rows:,} rows, {size / given.rows:.0f} bytes each, {given.out.stat().st_size / 1e6:,.0f} MB zipped"
    )


if __name__ == "__main__":
    main()
