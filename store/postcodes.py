"""Which small area a postcode lies in, looked up on this machine.

A postcode can be somebody's own house, so it goes no further than the question: no answer, error or record here holds
one. The table is a parquet file sorted by ``postcode`` (capitals, no space), with ``stable`` (the stable area) and
``ended`` (no longer in use); what it says of itself stands in its metadata as ``edition`` and ``covers``.
"""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from store.errors import OutcomesError
from store.folder import SHIPPED, Folder

POSTCODES = "postcodes.parquet"
COLUMNS = ("postcode", "stable", "ended")
# Form of a postcode without its space (BS 7666): area and district, sector, unit. Newport's began
# with NPT once, and one bank had a district without a number; the published lists hold both.
PATTERN = r"([A-Z]{1,2}[0-9][0-9A-Z]?|NPT|GIR)[0-9][A-Z]{2}"
_FORM = re.compile(PATTERN)
_NORTHERN_IRELAND = re.compile(r"BT[0-9]")
# Longer than any postcode with spaces around and inside it; what is longer is not worth reading.
_LONGEST = 20
_NOT_WHOLE = "That is not a whole postcode. Write both halves, as on a letter."
_OTHER_RULES = "Postcodes of Northern Ireland are not in the list: their licence does not allow it."
_NO_LIST = "There is no list of postcodes on this machine yet."
_ENDED = "Royal Mail no longer uses this postcode; this is where it was."


@dataclass(frozen=True, slots=True)
class PostcodeAnswer:
    """What became of a question: ``stable`` is the small area, or None; ``sentence`` is for the person who asked.

    The sentence is empty where there is nothing to say. It never holds the postcode.
    """

    stable: str | None
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class _Table:
    """A table's metadata: what it says of itself, and the first postcode of each of its pieces."""

    footer: pq.FileMetaData
    firsts: tuple[str, ...]
    edition: str
    covers: str


def normalise(text: str) -> str | None:
    """The postcode as the table writes it (``EX11AA``), or None where the text is no whole postcode."""
    if len(text) > _LONGEST:
        return None
    plain = "".join(unicodedata.normalize("NFKC", text).upper().split())
    return plain if _FORM.fullmatch(plain) else None


def table_in(folder: Folder) -> Path | None:
    """The table in use: the data folder's own, else the one shipped with the sample; None where there is neither."""
    both = (folder.lookups / POSTCODES, SHIPPED / "sample" / POSTCODES)
    return next((path for path in both if path.is_file()), None)


def find(folder: Folder, text: str) -> PostcodeAnswer:
    """The small area in which a postcode typed by somebody lies.

    One piece of the table is read and nothing is kept of it. Raises OutcomesError where the table cannot be read.
    """
    postcode = normalise(text)
    if postcode is None:
        return PostcodeAnswer(None, _NOT_WHOLE)
    if _NORTHERN_IRELAND.match(postcode):
        return PostcodeAnswer(None, _OTHER_RULES)
    path = table_in(folder)
    if path is None:
        return PostcodeAnswer(None, _NO_LIST)
    found: tuple[str, bool] | None = None
    readable = True
    try:
        status = path.stat()
        table = _table(path, status.st_mtime_ns, status.st_size)
        found = _row(path, table, postcode)
    except (pa.ArrowException, OSError, KeyError, TypeError, ValueError):
        # What went wrong is left here: an error of the reader may quote what it was looking for.
        readable = False
    if not readable:
        raise OutcomesError(
            "The list of postcodes cannot be read", file=path.name, do="Import it again, or restore data/sample."
        )
    if found is None:
        return PostcodeAnswer(
            None,
            f"This postcode is not in the list used here ({table.covers}, {table.edition}). It may be newer than the "
            "list, or lie elsewhere.",
        )
    stable, ended = found
    return PostcodeAnswer(stable, _ENDED if ended else "")


@lru_cache(maxsize=4)
def _table(path: Path, changed: int, size: int) -> _Table:
    """The metadata of the table as it was when it was ``changed``; so a new table is never read by an old footer."""
    footer = pq.read_metadata(path)
    said = json.loads((footer.metadata or {})[b"PANDAS_ATTRS"])
    columns = footer.schema.names
    at = columns.index(COLUMNS[0])
    firsts = tuple(footer.row_group(piece).column(at).statistics.min for piece in range(footer.num_row_groups))
    return _Table(footer, firsts, str(said["edition"]), str(said["covers"]))


def _row(path: Path, table: _Table, postcode: str) -> tuple[str, bool] | None:
    piece = bisect_right(table.firsts, postcode) - 1
    if piece < 0:
        return None
    with pq.ParquetFile(path, metadata=table.footer) as file:
        rows = file.read_row_group(piece, columns=list(COLUMNS), use_threads=False)
    at = pc.index(rows["postcode"], value=postcode).as_py()
    if at < 0:
        return None
    return str(rows["stable"][at].as_py()), bool(rows["ended"][at].as_py())
