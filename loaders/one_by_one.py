"""Reading files one by one: what is wrong with one is said, and the rest is read all the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from loaders.raw import Given
from loaders.reading import Context, FileAccount, Problem, Reading
from store.contribution import Contribution, LoadedFile
from store.errors import OutcomesError


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file; ``contribution`` is None where it was not used."""

    contribution: Contribution | None
    account: FileAccount
    problems: tuple[Problem, ...] = ()


def account_of(
    file: Given, period: str, authority: str, rows: int, refused: int, problems: Sequence[Problem]
) -> FileAccount:
    """The row account of a file of areas: a row is placed or refused, and an error among ``problems`` refuses all."""
    state = "refused" if any(problem.level == "error" for problem in problems) else "loaded"
    return FileAccount(
        file.name, file.sha256, period, authority, rows, rows - refused, 0, refused, 0, state  # type: ignore[arg-type]
    )  # fmt: skip


def loaded_file(file: Given, account: FileAccount, edition: str) -> LoadedFile:
    """The store's record of a publisher's file."""
    return LoadedFile(
        file.name, file.sha256, file.bytes, file.url, file.fetched_at, edition, "publisher",
        account.rows_read, account.rows_placed, account.rows_unlocated, account.rows_refused,
    )  # fmt: skip


def refused(file: Given, error: OutcomesError) -> Outcome:
    """The outcome of a file that is not what the loader knows."""
    account = FileAccount(file.name, file.sha256, "", "", 0, 0, 0, 0, 0, "refused")
    return Outcome(None, account, (Problem.of(error, file.name),))


def unchanged(file: Given) -> Outcome:
    """The outcome of a file that is in the database already."""
    return Outcome(None, FileAccount(file.name, file.sha256, "", "", 0, 0, 0, 0, 0, "unchanged"))


def read_each(
    files: Sequence[Given], read_one: Callable[[Given, Context], Outcome], context: Context, label: str
) -> Reading:
    """Read every file with ``read_one``, those held already left out; an error stands for its file only."""
    outcomes: list[Outcome] = []
    for file in context.progress(files, label, len(files)):
        if (file.name, file.sha256) in context.held:
            outcomes.append(unchanged(file))
            continue
        try:
            outcome = read_one(file, context.for_file(file.name, file.sha256))
        except OutcomesError as error:
            outcome = refused(file, error)
        as_before = context.is_as_before(file.name, file.sha256, outcome.account.rows_refused)
        outcomes.append(unchanged(file) if as_before else outcome)
    return Reading(
        tuple(item.contribution for item in outcomes if item.contribution is not None),
        tuple(item.account for item in outcomes),
        tuple(problem for item in outcomes for problem in item.problems),
    )


def newest_members_only(reading: Reading) -> Reading:
    """Memberships that a source brings are held as they are now, so only those of its newest file are handed on."""
    newest = max((item.files[0].edition for item in reading.contributions), default="")
    kept: list[Contribution] = []
    for item in reversed(reading.contributions):
        newer = item.files[0].edition == newest and not any(len(other.members) for other in kept)
        kept.append(item if newer else replace(item, members=item.members.iloc[:0]))
    return replace(reading, contributions=tuple(reversed(kept)))
