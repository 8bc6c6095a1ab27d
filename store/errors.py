"""The project's one family of errors a person is meant to read.

Every message says what is wrong and what to do next; a command line prints it as one sentence, without a traceback.
"""

from __future__ import annotations

from collections.abc import Sequence


class OutcomesError(Exception):
    """Base of every error that is shown to a person.

    ``exit_code`` is the command line's (docs/commands.md): 1 input refused or question impossible, 2 wrong usage,
    3 partly done, 4 nothing reachable.
    """

    kind = "error"
    exit_code = 1

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        column: str | None = None,
        rows: Sequence[int] = (),
        do: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file = file
        self.column = column
        self.rows = tuple(rows)[:20]
        self.do = do

    def __str__(self) -> str:
        where = [part for part in (self.file, f"column {self.column}" if self.column else None) if part]
        if self.rows:
            where.append("rows " + ", ".join(str(row) for row in self.rows))
        place = f" ({'; '.join(where)})" if where else ""
        advice = f" {self.do}" if self.do else ""
        return f"{self.message}{place}.{advice}"

    def as_json(self) -> dict[str, object]:
        """The error as the ``error`` object of a command's JSON."""
        return {
            "kind": self.kind,
            "message": self.message,
            "file": self.file,
            "column": self.column,
            "rows": list(self.rows),
            "do": self.do,
        }


class SourceChanged(OutcomesError):
    """A publisher's file is not what the loader knows: nothing of it is used."""

    kind = "source-changed"


class BadQuestion(OutcomesError, ValueError):
    """A question that cannot be asked of these data, whatever they hold."""

    kind = "bad-question"


class BadPlace(OutcomesError):
    """A neighbourhood file that cannot be used as it stands."""

    kind = "bad-place"


class BadDrawing(OutcomesError):
    """A line drawn around a neighbourhood that cannot be used as it stands."""

    kind = "bad-drawing"


class NoDatabase(OutcomesError):
    """There is no database to read yet, or it was built by another version of the project."""

    kind = "no-database"


class TooSlow(OutcomesError):
    """A query of the database lasted longer than the host lets one."""

    kind = "too-slow"


class Unreachable(OutcomesError):
    """A publisher did not answer."""

    kind = "unreachable"
    exit_code = 4
