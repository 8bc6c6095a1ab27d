"""The shipped sample: real figures of one police force area, in a compact form the project writes and reads itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from loaders.reading import FileAccount, Reading, sha256_of
from loaders.sample_values import HOLDS, values_by_source, values_contribution
from store.contribution import Contribution, LoadedFile, Measure
from store.database import Store
from store.errors import SourceChanged
from store.folder import SHIPPED
from store.period import Window, month_from_number, month_number, month_text, parse_window
from store.schema import ALL_AGES
from store.source import Source

if TYPE_CHECKING:
    from loaders.discovery import Loader

FOLDER = SHIPPED / "sample"
MANIFEST = "manifest.json"


def _loaders() -> Mapping[str, Loader]:
    # Found when asked: discovery goes through every module of this room, this one among them.
    from loaders.discovery import all_loaders

    return all_loaders()


def _frame(folder: Path, entry: Mapping[str, Any]) -> pd.DataFrame:
    path = folder / entry["file"]
    if not path.is_file() or sha256_of(path) != entry["sha256"]:
        raise SourceChanged(
            "The sample's file is not the one its manifest describes", file=entry["file"],
            do="Restore data/sample from the project, or compile it again.",
        )  # fmt: skip
    return pd.read_parquet(path)


def _file(entry: Mapping[str, Any], rows: int, folder: Path) -> LoadedFile:
    return LoadedFile(
        original_name=entry["file"],
        sha256=entry["sha256"],
        bytes=(folder / entry["file"]).stat().st_size,
        url=entry["publisher_address"],
        fetched_at=datetime.fromisoformat(entry["compiled_on"]),
        edition=entry["edition"],
        origin="sample",
        rows_read=rows,
        rows_placed=rows,
    )


def _counts(entry: Mapping[str, Any], frame: pd.DataFrame, file: LoadedFile) -> Contribution:
    """Counts: ``stable, measure, month (YYYYMM), count``, non-zero only; the months reported stand in the manifest."""
    months = parse_window(entry["months"])
    starts = pd.to_datetime(frame["month"].astype(str), format="%Y%m")
    observations = pd.DataFrame({
        "file": 0, "area_kind": "stable", "area_code": frame["stable"], "measure": frame["measure"], "period_start": starts,
        "period_months": 1, "numerator": frame["count"].astype(float), "denominator": float("nan"), "value": float("nan"),
        "status": "observed", "low": float("nan"), "high": float("nan"), "authority_kind": "police_force",
        "authority": entry["authority"],
    })  # fmt: skip
    grid = pd.MultiIndex.from_product(
        [entry["measures"], [pd.Timestamp(month_from_number(number)) for number in months.numbers]],
        names=["measure", "period_start"],
    )
    totals = (
        frame.assign(period_start=starts)
        .groupby(["measure", "period_start"])["count"]
        .sum()
        .reindex(grid, fill_value=0)
    )
    coverage = totals.rename("rows_placed").reset_index().assign(
        file=0, authority_kind="police_force", authority=entry["authority"], period_months=1, rows_unlocated=None
    )  # fmt: skip
    measures = tuple(Measure(name, "events", "recorded") for name in entry["measures"])
    return Contribution(_loaders()[entry["source"]].SOURCE, (file,), measures, observations, coverage)


def _others(holds: str, source: Source, file: LoadedFile, frame: pd.DataFrame) -> Contribution:
    if holds == "population":
        return Contribution(source, (file,), population=frame.assign(file=0))
    if holds == "deprivation":
        return Contribution(source, (file,), deprivation=frame.assign(file=0))
    return Contribution(source, (file,), outlines=frame)


def read_sample(folder: Path = FOLDER) -> Reading:
    """The sample in ``folder``; SourceChanged where a file is not what the manifest says."""
    try:
        entries = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceChanged("The sample's manifest cannot be read", file=MANIFEST, do="Restore data/sample.") from error
    contributions = []
    accounts = []
    for entry in entries:
        frame = _frame(folder, entry)
        file = _file(entry, len(frame), folder)
        source = _loaders()[entry["source"]].SOURCE
        if entry["holds"] == "counts":
            contributions.append(_counts(entry, frame, file))
        elif entry["holds"] == HOLDS:
            known = {measure.name: measure for measure in getattr(_loaders()[entry["source"]], "MEASURES", ())}
            contributions.append(values_contribution(source, known, entry, frame, file))
        else:
            contributions.append(_others(entry["holds"], source, file, frame))
        accounts.append(
            FileAccount(file.original_name, file.sha256, entry["edition"], entry.get("authority", ""), len(frame), len(frame),
                        0, 0, 0, "loaded")
        )  # fmt: skip
    return Reading(tuple(contributions), tuple(accounts))


def write_sample(store: Store, authority: str, months: Window, folder: Path, compiled_on: datetime) -> list[Path]:
    """Compile the sample of one police force area from a database into ``folder``; returns the files written.

    Only figures that are in ``store`` enter it, so the sample can be rebuilt from the publishers by anybody.
    """
    folder.mkdir(parents=True, exist_ok=True)
    codes = list(store.small_areas(police_force=authority).index)
    frames = {
        "counts": _counts_of(store, authority, months),
        "population": _population_of(store, codes),
        "deprivation": _deprivation_of(store, codes),
        "outlines": _outlines_of(store, codes),
    }
    sources = {
        "counts": "police_uk",
        "population": "ons_population",
        "deprivation": "deprivation",
        "outlines": "ons_geography",
    }
    parts = [(holds, holds, sources[holds], frame) for holds, frame in frames.items()]
    parts += [
        (f"{HOLDS}-{source}", HOLDS, source, frame) for source, frame in values_by_source(store, authority).items()
    ]
    entries = []
    for name, holds, source, frame in parts:
        path = folder / f"{name}.parquet"
        frame.to_parquet(path, index=False, compression="zstd", compression_level=19)
        entry: dict[str, Any] = {
            "file": path.name, "holds": holds, "source": source, "sha256": sha256_of(path), "rows": len(frame),
            "publisher_address": _loaders()[source].SOURCE.address or "", "compiled_on": compiled_on.date().isoformat(),
            "edition": _edition(holds, frame, months),
        }  # fmt: skip
        if holds == "counts":
            entry |= {"authority": authority, "months": str(months)}
        if holds in ("counts", HOLDS):
            entry |= {"measures": sorted(frame["measure"].unique())}
        entries.append(entry)
    text = json.dumps(
        {"what": f"Sample of the {authority} police force area", "files": entries}, indent=1, ensure_ascii=False
    )
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return [folder / MANIFEST, *(folder / entry["file"] for entry in entries)]


def _edition(holds: str, frame: pd.DataFrame, months: Window) -> str:
    if holds == "counts":
        return month_text(months.last)
    if holds == "population":
        return f"mid-{frame['mid_year'].max()}"
    if holds == "deprivation":
        return str(frame["edition"].max())
    if holds == HOLDS:
        return f"{frame['period_start'].max():%Y-%m}"
    return "2011"


def _counts_of(store: Store, authority: str, months: Window) -> pd.DataFrame:
    frame = store.frame(
        "SELECT a.code AS stable, m.name AS measure, "
        "CAST(year(o.period_start) * 100 + month(o.period_start) AS INTEGER) AS month, "
        "CAST(o.numerator AS SMALLINT) AS count FROM observation o JOIN area a USING (area_id) JOIN measure m USING (measure_id) "
        "JOIN area p ON p.area_id = o.authority_id WHERE p.code = ? AND o.period_months = 1 "
        "AND o.period_start BETWEEN ? AND ? AND m.kind = 'events' ORDER BY m.name, a.code, o.period_start",
        [authority, months.first, months.last],
    )
    whole = store.frame(
        "SELECT m.name FROM coverage c JOIN measure m USING (measure_id) JOIN area p ON p.area_id = c.authority_id "
        "WHERE p.code = ? AND c.period_start BETWEEN ? AND ? AND c.state <> 'absent' GROUP BY m.name HAVING count(*) = ?",
        [authority, months.first, months.last, months.months],
    )
    # A measure that is not there for every month would look like zero in the compact form.
    return frame[frame["measure"].isin(whole["name"])].reset_index(drop=True)


def _population_of(store: Store, codes: list[str]) -> pd.DataFrame:
    return store.frame(
        "SELECT a.code AS stable, p.mid_year, p.age_from, p.age_to, CAST(p.persons AS INTEGER) AS persons FROM population p "
        "JOIN area a USING (area_id) WHERE a.code IN (SELECT unnest(?)) AND p.age_from = ? AND p.age_to = ? "
        "ORDER BY p.mid_year, a.code",
        [codes, *ALL_AGES],
    )


def _deprivation_of(store: Store, codes: list[str]) -> pd.DataFrame:
    return store.frame(
        "SELECT a.code AS stable, d.edition, d.domain, d.rank, d.decile, d.areas_ranked FROM deprivation d "
        "JOIN area a USING (area_id) WHERE a.code IN (SELECT unnest(?)) ORDER BY d.edition, d.domain, a.code",
        [codes],
    )


def _outlines_of(store: Store, codes: list[str]) -> pd.DataFrame:
    return store.frame(
        "SELECT code AS stable, outline::VARCHAR AS outline, longitude, latitude FROM area "
        "WHERE kind = 'stable' AND outline IS NOT NULL AND code IN (SELECT unnest(?)) ORDER BY code",
        [codes],
    )


def sample_months(store: Store, authority: str) -> Window:
    """The months for which this force's counts are held, from first to last."""
    first, last = store.rows(
        "SELECT min(period_start), max(period_start) FROM coverage c JOIN area p ON p.area_id = c.authority_id "
        "WHERE p.code = ? AND c.period_months = 1",
        [authority],
    )[0]
    if first is None:
        raise SourceChanged(
            f"No counts of {authority} are loaded", do="Run “python -m loaders refresh police_uk” first."
        )
    return Window(first, month_number(last) - month_number(first) + 1)
