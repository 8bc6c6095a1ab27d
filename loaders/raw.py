"""The raw folder: a publisher's bytes as they came, each file with a sidecar that says whence and when."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from loaders.reading import sha256_of
from store.errors import SourceChanged

SIDECAR = ".json"
_RAW_NAME = re.compile(r"([a-z0-9-]+)__(\d{8}T\d{6})__[0-9a-f]{8}\.[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Given:
    """One file of a publisher's, or the pages of one answer read as one file; ``fetched_at`` is UTC."""

    name: str
    paths: tuple[Path, ...]
    sha256: str
    bytes: int
    url: str
    fetched_at: datetime


def what_of(path: Path) -> str:
    """What a raw file holds, from its name; the empty string for a file that was not fetched by the project."""
    parts = _RAW_NAME.fullmatch(path.name)
    return parts[1] if parts else ""


def find(paths: Sequence[Path], suffixes: Sequence[str]) -> list[Path]:
    """The files of these endings among ``paths`` and in folders among them, sidecars and older fetches left out."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise SourceChanged("There is no such file or folder", file=str(path), do="Check the path.")
        if path.is_dir():
            inside = sorted(item for item in path.rglob("*") if item.suffix.lower() in suffixes)
            found += [item for item in inside if not _is_sidecar(item)]
        else:
            found.append(path)
    if not found:
        raise SourceChanged(
            f"There is no {' or '.join(suffixes)} file here",
            file=", ".join(str(path) for path in paths),
            do="Check the path.",
        )
    newest: dict[str, Path] = {}
    for path in found:
        key = what_of(path) or str(path)
        if key not in newest or path.name > newest[key].name:
            newest[key] = path
    return list(newest.values())


def _is_sidecar(path: Path) -> bool:
    return path.suffix == SIDECAR and path.with_name(path.name.removesuffix(SIDECAR)).is_file()


def given(paths: Sequence[Path], name: str, now: datetime) -> Given:
    """These files as one, with their hash and whatever their sidecars say; several files hash as the list of theirs."""
    hashes = [sha256_of(path) for path in paths]
    sidecar = read_sidecar(paths[0])
    return Given(
        name=name,
        paths=tuple(paths),
        sha256=hashes[0] if len(hashes) == 1 else hashlib.sha256("\n".join(hashes).encode()).hexdigest(),
        bytes=sum(path.stat().st_size for path in paths),
        url=str(sidecar.get("url", "")),
        fetched_at=datetime.fromisoformat(sidecar["fetched_at"]) if "fetched_at" in sidecar else now,
    )


def read_sidecar(path: Path) -> dict[str, Any]:
    """What the sidecar of a raw file says; empty where there is none."""
    try:
        said = json.loads(path.with_name(path.name + SIDECAR).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def newest_held(folder: Path, what: str) -> Path | None:
    """The newest whole raw file of this ``what``: one whose size is the one its sidecar recorded."""
    for path in sorted(folder.glob(f"{what}__*"), reverse=True):
        if what_of(path) == what and read_sidecar(path).get("bytes") == path.stat().st_size:
            return path
    return None


def keep(temporary: Path, folder: Path, what: str, extension: str, now: datetime, said: Mapping[str, Any]) -> Path:
    """Give a finished download its place and sidecar, or return the newest held file if that has the same bytes.

    ``said`` are the sidecar's ``url, etag, last_modified, status``. Both files appear by renaming, the sidecar first,
    so that a raw file is never without it; its bytes are on the disk before its name is.
    """
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())
    sha256 = sha256_of(temporary)
    held = newest_held(folder, what)
    if held is not None and read_sidecar(held).get("sha256") == sha256:
        temporary.unlink()
        return held
    target = folder / f"{what}__{now:%Y%m%dT%H%M%S}__{sha256[:8]}.{extension}"
    sidecar = {**said, "fetched_at": now.isoformat(), "sha256": sha256, "bytes": temporary.stat().st_size}
    beside = temporary.with_name(temporary.name + SIDECAR)
    beside.write_text(json.dumps(sidecar, indent=1, sort_keys=True), encoding="utf-8")
    os.replace(beside, target.with_name(target.name + SIDECAR))
    os.replace(temporary, target)
    return target
