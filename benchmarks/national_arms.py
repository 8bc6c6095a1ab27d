"""What is timed by ``benchmarks.national``: each arm runs in a process of its own and prints what it took."""

from __future__ import annotations

import resource
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from loaders import police_uk
from loaders.importing import sources
from loaders.reading import Context
from loaders.street_rows import COLUMNS, READ_CSV
from loaders.unpacking import pieces
from store.building import build
from store.folder import Folder, seed
from store.lookups import read_lookups
from store.merging import merge
from store.placing import placement
from store.schema import SCHEMA

NOW = datetime.fromisoformat("2026-11-22T12:00")
_NEEDED = ["Month", "Falls within", "LSOA code", "Crime type"]
_PLACES = 200
# One neighbourhood's ten series: two small areas, ten measures, every month.
PAGE = (
    "SELECT measure_id, period_start, sum(numerator) FROM observation WHERE area_id BETWEEN {0} AND {0} + 1 "
    "AND measure_id BETWEEN 1 AND 10 AND period_months = 1 GROUP BY ALL"
)
Arm = Callable[[Path], dict[str, Any]]


def prepare(work: Path) -> None:
    """A data folder whose database knows every area and nothing else, and the archive's files as plain CSVs."""
    folder = Folder(work / "data")
    if folder.stamp() is None:
        seed(folder.root)
        build(folder, (), sources(), NOW)
    plain = work / "plain"
    if not plain.is_dir():
        with zipfile.ZipFile(archive_of(work)) as archive:
            archive.extractall(plain)


def archive_of(work: Path) -> Path:
    """The archive that is measured with."""
    return work / "2025-09.zip"


def peak_megabytes() -> float:
    """The most memory this process (not those it started) has had; what its parent had before it started is not counted where Linux can tell."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _timed(does: Callable[[], dict[str, Any] | None]) -> dict[str, Any]:
    before, processor = time.perf_counter(), _processor_seconds()
    said = does() or {}
    return {
        "seconds": time.perf_counter() - before, "processor_seconds": _processor_seconds() - processor,
        "megabytes": peak_megabytes(), **said,
    }  # fmt: skip


def _processor_seconds() -> float:
    """Of this process and of those it started that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def inflating(work: Path) -> dict[str, Any]:
    """The zip inflated with ISA-L in one thread, and nothing else."""

    def does() -> dict[str, Any]:
        with zipfile.ZipFile(archive_of(work)) as archive:
            return {"bytes": sum(len(piece) for member in archive.infolist() for piece in pieces(archive, member))}

    return _timed(does)


def _to_table(work: Path, given: Path) -> dict[str, Any]:
    """From files to sorted cells with coverage in a database that knows all areas; lookups are in memory before."""
    folder = Folder(work / "data")
    lookups = read_lookups(folder.lookups)
    context = replace(Context(placement(lookups), NOW, lookups=lookups))
    target = work / ("table.duckdb" if given.is_file() else "table-from-folder.duckdb")
    target.write_bytes(folder.database().read_bytes())

    def does() -> dict[str, Any]:
        reading = police_uk.read([given], context)
        with duckdb.connect(str(target)) as connection:
            merge(connection, reading.contributions, {"police_uk": police_uk.MEASURES}, False)
            connection.execute("CHECKPOINT")
            (cells,) = connection.execute("SELECT count(*) FROM observation").fetchall()[0]
        return {"cells": cells, "rows": sum(item.rows_read for item in reading.accounts)}

    return _timed(does)


def from_zip(work: Path) -> dict[str, Any]:
    """Zip to table."""
    return _to_table(work, archive_of(work))


def from_folder(work: Path) -> dict[str, Any]:
    """The folder of CSV files to table."""
    return _to_table(work, work / "plain")


def counting(work: Path) -> dict[str, Any]:
    """DuckDB's own count(*) of the CSV files."""
    files = [str(path) for path in sorted((work / "plain").glob("*/*.csv"))]

    def does() -> dict[str, Any]:
        found = duckdb.connect().execute(f"SELECT count(*) FROM {READ_CSV})", {"files": files, "columns": COLUMNS})
        return {"rows": found.fetchall()[0][0]}

    return _timed(does)


def through_pandas(work: Path) -> dict[str, Any]:
    """A loop over the files with usecols, as it is commonly written, to counts by area, crime type and month."""

    def does() -> dict[str, Any]:
        parts = [pd.read_csv(path, usecols=_NEEDED) for path in sorted((work / "plain").glob("*/*.csv"))]
        table = pd.concat(parts, ignore_index=True).groupby(_NEEDED, dropna=False).size().reset_index(name="events")
        table = table.sort_values(["LSOA code", "Crime type", "Month"])
        return {"cells": len(table), "rows": int(table["events"].sum())}

    return _timed(does)


def through_pandas_frugally(work: Path) -> dict[str, Any]:
    """The same loop with each file counted before the next is read."""

    def does() -> dict[str, Any]:
        parts = [pd.read_csv(path, usecols=_NEEDED).groupby(_NEEDED, dropna=False).size().reset_index(name="events")
                 for path in sorted((work / "plain").glob("*/*.csv"))]  # fmt: skip
        table = pd.concat(parts, ignore_index=True).sort_values(["LSOA code", "Crime type", "Month"])
        return {"cells": len(table), "rows": int(table["events"].sum())}

    return _timed(does)


def through_polars(work: Path) -> dict[str, Any]:
    """The same lazily in polars, where it is installed; ImportError where not."""
    import polars as pl  # type: ignore[import-not-found, unused-ignore]

    def does() -> dict[str, Any]:
        lazy = pl.scan_csv(sorted((work / "plain").glob("*/*.csv")), infer_schema=False).select(_NEEDED)
        table = (
            lazy.group_by(_NEEDED).len("events").sort("LSOA code", "Crime type", "Month").collect(engine="streaming")
        )
        return {"cells": len(table), "rows": int(table["events"].sum())}

    return _timed(does)


def grow(work: Path, name: str, rows: int, order: str) -> None:
    """A database of at least so many observations: the months measured, again and again further back, in that order."""
    target = work / f"{name}.duckdb"
    if target.exists():
        return
    with duckdb.connect(str(target)) as connection:
        connection.execute(f"ATTACH '{work / 'table.duckdb'}' AS measured (READ_ONLY)")
        connection.execute(f"SET memory_limit = '4GB'; {SCHEMA}")
        held, first, last = connection.execute(
            "SELECT count(*), min(area_id), max(area_id) FROM measured.observation"
        ).fetchall()[0]
        pieces_of = 1 if order != "sorted" else 8
        for piece in range(pieces_of):
            low, high = (first + (last + 1 - first) * step // pieces_of for step in (piece, piece + 1))
            connection.execute(
                "INSERT INTO observation SELECT area_id, measure_id, (period_start - to_months((36 * back)::INTEGER))::DATE AS "
                "period_start, period_months, numerator, denominator, value, status, low, high, authority_id, file_id "
                f"FROM measured.observation, range({-(-rows // held)}) AS again(back) WHERE area_id >= {low} AND area_id < {high} "
                + (
                    "ORDER BY area_id, measure_id, period_start, authority_id"
                    if order == "sorted"
                    else f"ORDER BY {order}"
                )
            )
        connection.execute("CHECKPOINT")


def _places(work: Path, name: str) -> Iterator[int]:
    with duckdb.connect(str(work / f"{name}.duckdb"), read_only=True) as connection:
        first, last = connection.execute("SELECT min(area_id), max(area_id) - 1 FROM observation").fetchall()[0]
    yield from np.random.default_rng(1).integers(first, last, _PLACES)


def _page(work: Path, name: str) -> dict[str, Any]:
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{work / f'{name}.duckdb'}' AS outcomes (READ_ONLY)")
        connection.execute("USE outcomes")
        held = connection.execute("SELECT count(*) FROM observation").fetchall()[0][0]

        def ask(area: int) -> int:
            return len(connection.execute(PAGE.format(area)).fetchnumpy()["period_start"])

        return _asked(work, name, ask) | {
            "observations": held,
            "file_megabytes": (work / f"{name}.duckdb").stat().st_size / 1e6,
        }


def _asked(work: Path, name: str, ask: Callable[[int], int]) -> dict[str, Any]:
    took = []
    for area in _places(work, name):
        before = time.perf_counter()
        ask(int(area))
        took.append(time.perf_counter() - before)
    # The first ones fill caches.
    middle, most = np.percentile(took[_PLACES // 10 :], [50, 95])
    return {"seconds": float(most), "median": float(middle), "megabytes": peak_megabytes()}


def page_sorted(work: Path) -> dict[str, Any]:
    """One neighbourhood's ten series from the table as it is shipped (95th percentile of 200 places)."""
    return _page(work, "sorted")


def page_unsorted(work: Path) -> dict[str, Any]:
    """The same from the same rows as they come, month by month."""
    return _page(work, "unsorted")


def page_pandas(work: Path) -> dict[str, Any]:
    """The same from a frame in memory, with small integers."""
    with duckdb.connect(str(work / "sorted.duckdb"), read_only=True) as connection:
        frame = connection.execute(
            "SELECT area_id, measure_id, period_start, numerator::FLOAT AS numerator FROM observation"
        ).df()

    def ask(area: int) -> int:
        mine = frame[frame["area_id"].between(area, area + 1) & frame["measure_id"].between(1, 10)]
        return len(mine.groupby(["measure_id", "period_start"])["numerator"].sum())

    return _asked(work, "sorted", ask)


ARMS: dict[str, Arm] = {
    "inflating": inflating, "zip": from_zip, "counting": counting, "folder": from_folder, "pandas": through_pandas,
    "pandas, frugally": through_pandas_frugally, "polars": through_polars, "page, sorted": page_sorted,
    "page, unsorted": page_unsorted, "page, pandas": page_pandas,
}  # fmt: skip
