"""A filled-in template looked through before anybody imports it: the checks of the import, and nothing kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from loaders.local import checked_rows
from loaders.local_tables import Complaints, local_table
from loaders.reading import Context, Problem
from store.errors import OutcomesError

_NAME = "your file"  # what it is called on its maker's machine is nobody's business


@dataclass(frozen=True, slots=True)
class Checked:
    """How many figures a file holds, and what is wrong with it; with a problem the import would refuse the whole file."""

    figures: int
    problems: tuple[Problem, ...]


def check_local(content: bytes, places: Sequence[str], context: Context) -> Checked:
    """What importing these bytes would say, were there area files of the names ``places``."""
    complaints = Complaints(_NAME)
    try:
        rows = checked_rows(local_table(content, _NAME, complaints), places, complaints, context)
    except OutcomesError as error:
        return Checked(0, (Problem.of(error, _NAME),))
    return Checked(len(rows), complaints.problems())
