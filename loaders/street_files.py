"""Finding police.uk's files: in folders, in archives, or by themselves."""

from __future__ import annotations

import contextlib
import errno
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from store.errors import OutcomesError, SourceChanged

FILE_NAME = re.compile(r"(\d{4}-\d{2})-([a-z-]+)-(street|outcomes|stop-and-search)\.csv")
_ARCHIVE = re.compile(r"(\d{4}-\d{2})\.zip")
_LARGEST_MEMBER = 2_000_000_000
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class StreetFile:
    """A CSV of the publisher's, in a folder or still inside an archive."""

    name: str
    path: Path
    member: str
    edition: str

    @property
    def parts(self) -> re.Match[str] | None:
        """Month, force and kind, as the file's name states them; None where it is no name of the publisher's."""
        return FILE_NAME.fullmatch(Path(self.name).name)


def find(path: Path) -> list[StreetFile]:
    """Every CSV at ``path``: the file itself, or those of a folder and of the archives in it."""
    if not path.exists():
        raise SourceChanged("There is no such file or folder", file=str(path), do="Check the path.")
    if path.is_dir():
        files = sorted(item for item in path.rglob("*") if item.suffix.lower() in (".csv", ".zip"))
        found = [
            StreetFile(str(item.relative_to(path).as_posix()), item, "", "")
            for item in files
            if item.suffix.lower() == ".csv"
        ]
        newest = max((item.parts[1] for item in found if item.parts), default="")
        found = [StreetFile(item.name, item.path, "", newest) for item in found]
        return found + [inner for item in files if item.suffix.lower() == ".zip" for inner in find(item)]
    if path.suffix.lower() == ".zip":
        return find_inside(path)
    parts = FILE_NAME.fullmatch(path.name)
    return [StreetFile(path.name, path, "", parts[1] if parts else "")]


def find_inside(path: Path) -> list[StreetFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [item for item in archive.infolist() if item.filename.lower().endswith(".csv")]
    except (zipfile.BadZipFile, OSError) as error:
        raise SourceChanged(
            "The archive cannot be opened: it is cut short, or not a zip", file=path.name, do="Download it again."
        ) from error
    named = _ARCHIVE.fullmatch(path.name)
    months = [parts[1] for item in members if (parts := FILE_NAME.fullmatch(Path(item.filename).name))]
    edition = named[1] if named else max(months, default="")
    for item in members:
        if item.file_size > _LARGEST_MEMBER:
            raise SourceChanged(
                f"{item.filename} is larger than any street file", file=path.name, do="Check the archive."
            )
    return [
        StreetFile(item.filename, path, item.filename, edition) for item in sorted(members, key=lambda m: m.filename)
    ]


@contextlib.contextmanager
def on_disk(found: StreetFile) -> Iterator[Path]:
    """The file as a plain path; a member of an archive is unpacked for as long as it is read."""
    if not found.member:
        yield found.path
        return
    with tempfile.TemporaryDirectory(prefix="outcomes-") as folder:
        target = Path(folder) / "member.csv"
        try:
            with zipfile.ZipFile(found.path) as archive, archive.open(found.member) as inside, target.open("wb") as out:
                while piece := inside.read(1 << 20):
                    out.write(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            if isinstance(error, OSError) and error.errno in _NO_ROOM:
                raise OutcomesError(
                    "There is no room on this disk to unpack the archive", file=found.path.name,
                    do="Make room where this machine keeps temporary files and import it again.",
                ) from error  # fmt: skip
            raise SourceChanged(
                f"{found.member} cannot be unpacked: the archive is cut short or damaged",
                file=found.path.name,
                do="Download it again.",
            ) from error
        yield target
