"""A place in words: its name and town, what it chose beforehand, who drew it, and whether people there have seen it."""

from __future__ import annotations

from store.period import month_words
from store.place import Place

_NOT_YET = "not yet discussed with people here"


def titled(place: Place) -> str:
    """The place with its town, where it has one."""
    return ", ".join(part for part in (place.name, place.town) if part)


def chosen_words(place: Place) -> str:
    """``3 outcomes chosen beforehand, on 21 November 2026``: a choice made late is no secret."""
    number, day = len(place.chosen_beforehand), place.chosen_on
    if not number:
        return "no outcomes chosen beforehand"
    when = f"on {day.day} {month_words(day)}" if day else "with no date on record"
    return f"{number} outcome{'' if number == 1 else 's'} chosen beforehand, {when}"


def drawn_by(place: Place) -> str:
    """``Drawn by two residents. This page has not yet been discussed with people here.``"""
    if place.consulted != "not yet":
        seen = f" People here saw and discussed this page: {place.consulted}."
    else:
        # Some files say it themselves, and once is enough.
        seen = "" if _NOT_YET in place.drawn_by else " This page has not yet been discussed with people here."
    return f"Drawn by {place.drawn_by or 'the project'}.{seen}"
