"""Whom to tell when a number looks wrong: said in every file, because a file is read far from the page it came from."""

from __future__ import annotations

import os

_VARIABLE = "OUTCOMES_CONTACT"
_LONGEST = 200


def contact_line() -> str:
    """Where to write, as the people who run this copy have set it in ``OUTCOMES_CONTACT``; without it, whom to ask."""
    told = " ".join(os.environ.get(_VARIABLE, "").split())[:_LONGEST]
    where = f"Write to {told}" if told else "Tell the people who gave you this file"
    return f"Something looks wrong or is missing? {where}."
