"""What every loader is given and what it hands back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from store.contribution import Contribution
from store.errors import OutcomesError
from store.folder import data_folder
from store.lookups import Lookups, read_lookups
from store.placing import Placement

State = Literal["loaded", "unchanged", "superseded", "ignored", "refused"]
# What is being done, in words; a function where the words change on the way.
Label = str | Callable[[], str]
Progress = Callable[[Iterable[Any], Label, int | None], Iterable[Any]]


def no_progress(items: Iterable[Any], label: Label, length: int | None) -> Iterable[Any]:
    """The items as they are, for callers without a screen."""
    return items


def lookups_in_use() -> Lookups:
    """The lookups of the data folder in use."""
    return read_lookups(data_folder().lookups)


@dataclass(frozen=True, slots=True)
class Context:
    """What a loader may know besides its files.

    ``held`` are (original name, sha256) already in the database; ``now`` is UTC; ``accept_refused`` is how many rows
    with unknown codes a file may hold and still be used; ``lookups`` are those ``placement`` was made from. ``accepted``
    are files in the database that were used without so many of their rows: a newer lookup may know those codes.
    ``staged`` is a folder for what was read but is not yet in a database, so that an interrupted import goes on there.
    """

    placement: Placement
    now: datetime
    held: frozenset[tuple[str, str]] = frozenset()
    accept_refused: int = 0
    progress: Progress = no_progress
    lookups: Lookups = field(default_factory=lookups_in_use)
    accepted: Mapping[tuple[str, str], int] = field(default_factory=dict)
    staged: Path | None = None

    def for_file(self, name: str, sha256: str) -> Context:
        """The context in which to read this file: what was accepted of it once is accepted still."""
        before = self.accepted.get((name, sha256), 0)
        return replace(self, accept_refused=max(self.accept_refused, before))

    def is_as_before(self, name: str, sha256: str, rows_refused: int) -> bool:
        """Whether this file is in the database already, with as many rows refused."""
        return self.accepted.get((name, sha256)) == rows_refused


@dataclass(frozen=True, slots=True)
class FileAccount:
    """The row account of one file: ``rows_read = rows_placed + rows_unlocated + rows_refused``."""

    file: str
    sha256: str
    period: str
    authority: str
    rows_read: int
    rows_placed: int
    rows_unlocated: int
    rows_refused: int
    rows_outside_authority: int
    state: State


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person should know about a file; an error is a reason why it was not used."""

    level: Literal["error", "warning"]
    file: str
    column: str | None
    rows: tuple[int, ...]
    message: str
    do: str

    @staticmethod
    def of(error: OutcomesError, file: str) -> Problem:
        """The problem an error amounts to."""
        return Problem("error", error.file or file, error.column, error.rows, error.message, error.do or "")


@dataclass(frozen=True, slots=True)
class LookupFile:
    """A lookup to put in the data folder: its file name there, its rows, and where they came from."""

    name: str
    frame: pd.DataFrame
    provenance: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: contributions and lookups (none when nothing is new), an account per file, and problems."""

    contributions: tuple[Contribution, ...]
    accounts: tuple[FileAccount, ...]
    problems: tuple[Problem, ...] = ()
    lookups: tuple[LookupFile, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that stop the import."""
        return tuple(problem for problem in self.problems if problem.level == "error")

    def as_json(self, source: str, superseded: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
        """The report of an import, as contracts.md states it (docs/commands.md)."""
        files = [asdict(account) for account in self.accounts]
        for row in files:
            if row["state"] == "loaded" and (row["file"], row["sha256"]) in superseded:
                row["state"] = "superseded"
        totals = {
            name: sum(row[name] for row in files)
            for name in ("rows_read", "rows_placed", "rows_unlocated", "rows_refused")
        }
        problems = [{**asdict(problem), "rows": list(problem.rows)} for problem in self.problems]
        return {
            "schema_version": 1, "source": source, "files": len(files), **totals, "by_file": files, "problems": problems,
        }  # fmt: skip


def sha256_of(path: Path) -> str:
    """The file's sha256, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
