"""The data folder: where everything lies, and the pointer to the database in use."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from store.errors import NoDatabase

REPOSITORY = Path(__file__).resolve().parent.parent
SHIPPED = REPOSITORY / "data"
_SEEDED_FOLDERS = ("lookups", "areas", "programmes", "calibration")
_SEEDED_FILES = ("breaks.toml", "suppression.toml")


@dataclass(frozen=True, slots=True)
class Folder:
    """A data folder: ``areas/ programmes/ lookups/ raw/ outcomes/`` and the two tables of breaks and suppression."""

    root: Path

    @property
    def areas(self) -> Path:
        """One TOML file per neighbourhood."""
        return self.root / "areas"

    @property
    def programmes(self) -> Path:
        """One TOML file per programme of the same kind."""
        return self.root / "programmes"

    @property
    def lookups(self) -> Path:
        """The small-area lookups."""
        return self.root / "lookups"

    @property
    def raw(self) -> Path:
        """What was fetched, untouched."""
        return self.root / "raw"

    @property
    def outcomes(self) -> Path:
        """The databases and the pointer to the one in use."""
        return self.root / "outcomes"

    @property
    def staged(self) -> Path:
        """What an import has read that is not yet in a database."""
        return self.outcomes / "staged"

    @property
    def breaks(self) -> Path:
        """The table of recording breaks."""
        return self.root / "breaks.toml"

    @property
    def pointer(self) -> Path:
        """The one-line file that names the database in use."""
        return self.outcomes / "current"

    def stamp(self) -> str | None:
        """The name of the database in use, or None before the first build."""
        try:
            return self.pointer.read_text(encoding="ascii", errors="replace").strip() or None
        except FileNotFoundError:
            return None

    def database(self) -> Path:
        """The database in use; NoDatabase when there is none."""
        stamp = self.stamp()
        if stamp is None or Path(stamp).name != stamp or not (self.outcomes / stamp).is_file():
            raise NoDatabase(
                "There is no database yet",
                file=f"{self.outcomes.name}/{self.pointer.name}",
                do="Run “python3 run.py setup”, or “python -m loaders import sample”.",
            )
        return self.outcomes / stamp


def is_shipped_folder() -> bool:
    """Whether the project's own data folder is in use (``OUTCOMES_DATA`` is not set)."""
    return not os.environ.get("OUTCOMES_DATA")


def data_folder() -> Folder:
    """The folder of ``OUTCOMES_DATA`` (default: the project's ``data``), seeded with what the project ships.

    An empty folder is given the lookups, areas, programmes, breaks and suppression rules, never the sample's figures.
    """
    root = Path(os.environ.get("OUTCOMES_DATA") or SHIPPED).resolve()
    if root != SHIPPED:
        seed(root)
    return Folder(root)


def seed(root: Path) -> None:
    """Give ``root`` every shipped folder and file it lacks; nothing that is there is touched."""
    root.mkdir(parents=True, exist_ok=True)
    for name in _SEEDED_FOLDERS:
        if not (root / name).exists() and (SHIPPED / name).is_dir():
            # Copied beside and renamed, so that a cut in the middle leaves no half-filled folder in use.
            beside = root / f".{name}.{os.getpid()}"
            shutil.copytree(SHIPPED / name, beside)
            try:
                beside.rename(root / name)
            except OSError:
                # Another process that started at the same time was quicker; what it put there is the same.
                shutil.rmtree(beside)
                if not (root / name).is_dir():
                    raise
    # A folder of an earlier release lacks the lookups that were added since.
    lookups = [f"lookups/{path.name}" for path in sorted((SHIPPED / "lookups").glob("*.csv"))]
    for name in (*_SEEDED_FILES, *lookups):
        if not (root / name).exists() and (SHIPPED / name).is_file():
            beside = (root / name).with_name(f".{Path(name).name}.{os.getpid()}")
            shutil.copyfile(SHIPPED / name, beside)
            beside.replace(root / name)


def replace_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place and rename it there, so that nobody ever reads half of it."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
