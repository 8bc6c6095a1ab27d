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

_COLUMNS = ["before", "after", "small_areas", "ratio", "alone"]
_CODE = re.compile(r"\b[EW]01\d{6}\b")
_TOO_FEW = "Too few events to tell"


@dataclass(frozen=True, slots=True)
class Spread:
    """Ratios of made-up neighbourhoods of one small area each, smallest first, and how many had too few events for one."""

    ratios: tuple[float, ...]
    too_few: int


def read_spread(folder: Folder, indicator: str, before: Window, after: Window) -> Spread | None:
    """What was kept of one indicator with these very windows; None where nothing was, or the file is not such a table."""
    found: list[tuple[float | None, str]] = []
    # The name is looked up among the files that exist: it is never joined into a path.
    for path in sorted(folder.scans.glob("*.parquet")):
        if path.stem.rsplit("-", 2)[0] != indicator:
            continue
        try:
            table = pq.read_table(path, columns=_COLUMNS)
        except (OSError, pa.ArrowException):
            continue
        if set(table.column_names) == set(_COLUMNS):
            found += [
                (row["ratio"], row["alone"])
                for row in table.to_pylist()
                if (row["before"], row["after"], row["small_areas"]) == (str(before), str(after), 1)
            ]
    if not found:
        return None
    ratios = sorted(ratio for ratio, said in found if ratio is not None and said != _TOO_FEW)
    return Spread(tuple(ratios), sum(said == _TOO_FEW for _, said in found))


def read_codes(path: Path) -> tuple[str, ...]:
    """Every code of a small area in a text file, in its order; BadQuestion where there is none."""
    try:
        codes = tuple(_CODE.findall(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise BadQuestion(f"{path} cannot be read", do="Name a text file with codes of small areas.") from error
    if not codes:
        raise BadQuestion(f"{path} holds no code of a small area", do="Write one a line, such as E01015153.")
    return codes
