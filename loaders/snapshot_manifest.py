"""What is said about a published snapshot: the database by its hash, and the small files that belong to it."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from store.errors import OutcomesError, SourceChanged
from store.folder import Folder
from store.place import read_places
from store.programme import read_programmes
from store.recording_break import read_breaks
from store.schema import READABLE_VERSIONS
from store.suppression_rule import read_suppression

MANIFEST = "snapshot.json"
MANIFEST_VERSION = 1
LARGEST_MANIFEST = 20_000_000
_HASH = re.compile(r"[0-9a-f]{64}")
_FILE = re.compile(r"(?:(?:areas|programmes)/[a-z0-9-]{2,60}|breaks|suppression)\.toml")
_AGAIN = "The database in use stays as it is; publish the snapshot again."


@dataclass(frozen=True, slots=True)
class Manifest:
    """One snapshot. ``sha256`` and ``bytes`` are the database file's, which is called after its hash; ``stamp`` is the
    database it was made from; ``built_at`` is UTC; ``files`` are texts by their names in the data folder."""

    sha256: str
    bytes: int
    schema_version: int
    software_version: str
    built_at: str
    is_sample: bool
    stamp: str
    files: Mapping[str, str]
    manifest_version: int = MANIFEST_VERSION

    @property
    def name(self) -> str:
        """What the database file is called where it is published."""
        return f"{self.sha256}.duckdb"

    @property
    def own_stamp(self) -> str:
        """What the database is called where it is put to use: by its own hash, so that another never has its name."""
        return f"outcomes-{datetime.fromisoformat(self.built_at):%Y%m%dT%H%M%S}-{self.sha256[:8]}.duckdb"

    def written(self) -> str:
        """The manifest as it is published."""
        files = [
            {"name": name, "sha256": hash_of(words), "bytes": len(words.encode()), "text": words}
            for name, words in sorted(self.files.items())
        ]
        said = {"name": self.name, **asdict(self), "files": files}
        return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def hash_of(words: str) -> str:
    """The sha256 of a text's bytes."""
    return hashlib.sha256(words.encode()).hexdigest()


def small_files(folder: Folder) -> dict[str, str]:
    """The texts that go with a database, by their names in the data folder: areas, programmes, breaks and rules.
    OutcomesError where one is not UTF-8 text."""
    paths = {path.relative_to(folder.root).as_posix(): path for path in _small_paths(folder)}
    return {name: _text(path, name) for name, path in paths.items()}


def _small_paths(folder: Folder) -> Iterator[Path]:
    yield from sorted(folder.areas.glob("*.toml"))
    yield from sorted(folder.programmes.glob("*.toml"))
    yield from (path for path in (folder.breaks, folder.root / "suppression.toml") if path.is_file())


def _text(path: Path, name: str) -> str:
    # Line ends as they are: the hash is over the very bytes.
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise OutcomesError("This file is not UTF-8 text", file=name, do="Save it as UTF-8.") from error


def read_manifest(path: Path) -> Manifest:
    """The manifest, checked in all its parts; SourceChanged says what is wrong with it."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        manifest = _manifest(said)
        named = said["name"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _wrong("The manifest of the snapshot cannot be read") from error
    if manifest.manifest_version != MANIFEST_VERSION or manifest.schema_version not in READABLE_VERSIONS:
        raise SourceChanged(
            f"The snapshot was published by version {manifest.software_version}, with schema version "
            f"{manifest.schema_version}, which this software does not read",
            file=MANIFEST, do="Bring publisher and replica to the same version; until then the database in use stays.",
        )  # fmt: skip
    if named != manifest.name or not _HASH.fullmatch(manifest.sha256) or manifest.bytes <= 0:
        raise _wrong("The manifest does not name a database by its hash")
    return manifest


def _manifest(said: dict[str, Any]) -> Manifest:
    files: dict[str, str] = {}
    for item in said["files"]:
        if not _FILE.fullmatch(item["name"]):
            raise _wrong("The manifest names a file that belongs to no snapshot")
        if hash_of(item["text"]) != item["sha256"]:
            raise _wrong(f"{item['name']} is not as it was published")
        files[item["name"]] = item["text"]
    names = [field.name for field in fields(Manifest) if field.name != "files"]
    manifest = Manifest(**{name: said[name] for name in names}, files=files)
    words = (manifest.sha256, manifest.software_version, manifest.built_at, manifest.stamp)
    if not all(isinstance(value, int) for value in (manifest.bytes, manifest.schema_version)):
        raise TypeError
    if not all(isinstance(value, str) for value in words):
        raise TypeError
    datetime.fromisoformat(manifest.built_at)
    return manifest


def _wrong(message: str) -> SourceChanged:
    return SourceChanged(message, file=MANIFEST, do=_AGAIN)


def check_small_files(manifest: Manifest) -> None:
    """Raise what a replica would stumble over: a name it does not take, or an area, programme, break or rule that this
    software cannot read."""
    for name in manifest.files:
        if not _FILE.fullmatch(name):
            raise OutcomesError(
                "A replica takes no file of this name",
                file=name, do="Rename it: 2 to 60 small letters, digits and hyphens.",
            )  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        trial = Folder(Path(name))
        for path in (trial.areas, trial.programmes):
            path.mkdir()
        for file, words in manifest.files.items():
            (trial.root / file).write_bytes(words.encode())
        try:
            read_places(trial.areas)
            read_programmes(trial.programmes)
            read_breaks(trial.breaks)
            read_suppression(trial.root / "suppression.toml")
        except (OutcomesError, OSError) as error:
            raise _wrong(f"A file of the snapshot cannot be used: {str(error).rstrip('.')}") from error
