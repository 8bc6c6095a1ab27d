"""The department's files as they come: CSV in UTF-8, packed with gzip, or in the encoding of Windows."""

from __future__ import annotations

import contextlib
import gzip
import tempfile
import zlib
from pathlib import Path

import pandas as pd

from loaders.csv_table import AGAIN, read_table
from store.errors import SourceChanged

SUFFIXES = (".csv", ".gz", ".parquet")
_GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"


def read_published(path: Path, name: str, fallback: str = "") -> pd.DataFrame:
    """The file as ``csv_table.read_table`` gives it; ``fallback`` is the encoding of a file that is not UTF-8.

    Raises SourceChanged as that does, for a packed file that cannot be unpacked, and for Parquet, which no publisher
    of these figures ships.
    """
    content = path.read_bytes()
    if content.startswith(_PARQUET):
        raise SourceChanged(
            "This is an extract tidied by somebody else and saved as Parquet, not the publisher's own file",
            file=name, do="Import the publisher's CSV file as it was downloaded.",
        )  # fmt: skip
    plain = _unpacked(content, name)
    if fallback:
        plain = _as_utf8(plain, fallback)
    if plain is content:
        return read_table(path, name)
    with tempfile.TemporaryDirectory(prefix="outcomes-") as folder:
        copy = Path(folder) / "plain.csv"
        copy.write_bytes(plain)
        return read_table(copy, name)


def _unpacked(content: bytes, name: str) -> bytes:
    if not content.startswith(_GZIP):
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceChanged("The file cannot be unpacked: it is damaged or cut short", file=name, do=AGAIN) from error


def _as_utf8(content: bytes, fallback: str) -> bytes:
    """Text of the other encoding as UTF-8, and anything else as it was, so that reading it says what is wrong."""
    with contextlib.suppress(UnicodeDecodeError):
        content.decode("utf-8")
        return content
    with contextlib.suppress(UnicodeDecodeError):
        return content.decode(fallback).encode("utf-8")
    return content
