"""Commands as people run them: whatever file system or damaged file stops one is told as every other error is, in a sentence."""

from __future__ import annotations

import json
import sys
from typing import Any, NoReturn

import click
import duckdb
import pyarrow as pa

from store.errors import OutcomesError

_DAMAGED = (duckdb.IOException, duckdb.SerializationException, pa.ArrowException)


def fail(error: OutcomesError, as_json: bool, **more: Any) -> NoReturn:
    """End the command with the error's exit code: a sentence on stderr, and with ``as_json`` a document (with ``more``) on stdout."""
    click.echo(f"Error: {error}", err=True)
    if as_json:
        click.echo(json.dumps({"error": error.as_json(), **more}, ensure_ascii=False, default=str))
    sys.exit(error.exit_code)


class _Command(click.Command):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # whoever was reading has gone: click ends quietly
        except (OSError, *_DAMAGED) as error:
            fail(_in_words(error), bool(ctx.params.get("as_json")))


class Commands(click.Group):
    """A group of commands none of which ends in a traceback because of a file."""

    command_class = _Command


def _in_words(error: Exception) -> OutcomesError:
    if isinstance(error, OSError) and not isinstance(error, _DAMAGED):
        return OutcomesError(
            f"A file or folder cannot be used: {error.strerror or error}",
            file=str(error.filename) if error.filename else None,
            do="Look whether it is there, is what it should be, and may be read and written.",
        )
    return OutcomesError(
        f"A file is damaged or cut short: {str(error).splitlines()[0]}",
        do="Where it is the database, move the folder “outcomes” away and import the sources again.",
    )
