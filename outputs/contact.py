"""Whom to tell when a number looks wrong: said on every page and in every file, which is read far from its page."""

from __future__ import annotations

import os

_VARIABLE = "OUTCOMES_CONTACT"
_LONGEST = 200


def contact_line(otherwise: str = "Tell the people who gave you this file") -> str:
    """Where to write, as the people who run this copy have set it in ``OUTCOMES_CONTACT``; without it ``otherwise``, whom to ask."""
    told = " ".join(os.environ.get(_VARIABLE, "").split())[:_LONGEST]
    where = f"Write to {told}" if told else otherwise
    return f"Something looks wrong or is missing? {where}."
