"""What an office file says of itself: title, language and dates, the same for the same pack."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from outputs.office_text import LANGUAGE, one_line
from outputs.pack import Pack

_MAKER = "Neighbourhood outcomes"
_LONGEST = 255  # what the format allows


def set_properties(properties: Any, pack: Pack) -> None:
    """Fill in the core properties of a presentation or a document; nothing in them comes from the clock."""
    day = datetime.combine(pack.made_on, time())
    properties.title = one_line(f"Outcomes of {pack.title}")[:_LONGEST]
    properties.subject = "What changed in a neighbourhood, beside places like it"
    properties.author = properties.last_modified_by = _MAKER
    properties.comments = one_line(pack.use)[:_LONGEST]
    properties.keywords = properties.category = ""
    properties.language = LANGUAGE
    properties.version = pack.software
    properties.revision = 1
    properties.created = properties.modified = day
