"""Months of an archive that were read already, kept until they are in a database: an interrupted import goes on there."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from loaders.street_counting import Counted
from loaders.street_files import StreetFile
from store.placing import Placement

# Raised when what is kept changes its meaning.
_VERSION = 1
_FILES = b"files"
_Files = Sequence[tuple[str, int, Counted]]


class StagedStreets:
    """The groups kept in ``folder`` (None: nothing is kept), as they were placed by ``placement``.

    A group is known by its members' names, editions, sizes and check sums: another archive, or one whose month was
    published anew, finds nothing here. Plain files are read again, which takes no unpacking.
    """

    def __init__(self, folder: Path | None, placement: Placement) -> None:
        self._folder = folder
        self._members: dict[Path, dict[str, tuple[int, int, int]]] = {}
        self._placed = ""
        if folder is not None:
            text = json.dumps([_VERSION, placement.stable, placement.force], sort_keys=True)
            self._placed = hashlib.sha256(text.encode()).hexdigest()

    def read(self, group: Sequence[StreetFile]) -> tuple[list[tuple[str, int, Counted]], pa.Table] | None:
        """Sha256, size and account of each file of the group, and its cells; None where it has to be read."""
        path = self._path(group)
        if path is None or not path.is_file():
            return None
        try:
            table = pyarrow.parquet.read_table(path)
            files = json.loads(table.schema.metadata[_FILES])
        except (OSError, ValueError, KeyError, TypeError):
            return None  # half written when the power went: it is read again
        counted = [
            (sha256, size, Counted(tuple(said["placed"]), tuple(said["unlocated"]), said["rows_outside"]))
            for sha256, size, said in files
        ]
        return counted, table.replace_schema_metadata(None)

    def write(self, group: Sequence[StreetFile], files: _Files, cells: pa.Table) -> None:
        """Keep a group."""
        path = self._path(group)
        if path is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        said = json.dumps([(sha256, size, asdict(counted)) for sha256, size, counted in files])
        beside = path.with_suffix(f".{os.getpid()}")
        pyarrow.parquet.write_table(cells.replace_schema_metadata({_FILES: said.encode()}), beside, compression="zstd")
        os.replace(beside, path)

    def _path(self, group: Sequence[StreetFile]) -> Path | None:
        if self._folder is None or not group[0].member:
            return None
        archive = group[0].path
        if archive not in self._members:
            with zipfile.ZipFile(archive) as opened:
                self._members[archive] = {m.filename: (m.CRC, m.file_size, m.compress_size) for m in opened.infolist()}
        said = [(item.name, item.edition, self._members[archive][item.member]) for item in group]
        key = hashlib.sha256(json.dumps([self._placed, said]).encode()).hexdigest()
        return self._folder / f"{key[:32]}.parquet"
