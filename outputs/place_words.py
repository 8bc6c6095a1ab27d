"""Who drew a place, and whether the people there have seen it."""

from __future__ import annotations

from store.place import Place

_NOT_YET = "not yet discussed with people here"


def drawn_by(place: Place) -> str:
    """``Drawn by two residents. This page has not yet been discussed with people here.``"""
    if place.consulted != "not yet":
        seen = f" People here saw and discussed this page: {place.consulted}."
    else:
        # Some files say it themselves, and once is enough.
        seen = "" if _NOT_YET in place.drawn_by else " This page has not yet been discussed with people here."
    return f"Drawn by {place.drawn_by or 'the project'}.{seen}"
