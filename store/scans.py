"""What a scan reads besides the database: codes of small areas from a file, and how answers spread, as a host may keep it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from store.errors import BadQuestion
from store.folder import Folder
from store.period import Window

_CODE = re.compile(r"\b[EW]01\d{6}\b")
_TOO_FEW = "Too few events to tell"


@dataclass(frozen=True, slots=True)
class Spread:
    """Ratios of made-up neighbourhoods of one small area each, smallest first, and how many had too few events for one."""

    ratios: tuple[float, ...]
    too_few: int


def read_spread(folder: Folder, indicator: str, before: Window, after: Window) -> Spread | None:
    """What was kept of one indicator with these very windows, of several scans the newest; None where nothing was, or the
    file is not such a table."""
    # The name is looked up among the files that exist: it is never joined into a path.
    held = [path for path in folder.scans.glob("*.parquet") if path.stem.rsplit("-", 2)[0] == indicator]
    for path in sorted(held, key=lambda one: (one.stat().st_mtime_ns, one.name), reverse=True):
        asked = [("before", "==", str(before)), ("after", "==", str(after)), ("small_areas", "==", 1)]
        try:
            table = pq.read_table(path, columns=["ratio", "alone"], filters=asked)
        except (OSError, pa.ArrowException):
            continue
        if table.num_rows:
            answers = list(zip(*(table[name].to_pylist() for name in ("ratio", "alone")), strict=True))
            ratios = sorted(ratio for ratio, said in answers if ratio is not None and said != _TOO_FEW)
            return Spread(tuple(ratios), sum(said == _TOO_FEW for _, said in answers))
    return None


def scans_key(folder: Folder) -> str:
    """What tells whether any scan is another than a moment ago."""
    found = [(path.name, path.stat()) for path in sorted(folder.scans.glob("*.parquet"))]
    return " ".join(f"{name}/{seen.st_mtime_ns}/{seen.st_size}" for name, seen in found)


def read_codes(path: Path) -> tuple[str, ...]:
    """Every code of a small area in a text file, in its order; BadQuestion where there is none."""
    try:
        codes = tuple(_CODE.findall(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise BadQuestion(f"{path} cannot be read", do="Name a text file with codes of small areas.") from error
    if not codes:
        raise BadQuestion(f"{path} holds no code of a small area", do="Write one a line, such as E01015153.")
    return codes
