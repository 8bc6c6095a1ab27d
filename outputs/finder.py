"""A postcode or a name somebody typed, answered with small areas and neighbourhoods; never with the postcode."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from store.database import Store
from store.folder import Folder
from store.place import Place
from store.place_search import Hit, search
from store.postcodes import find, normalise

# The first half of a postcode, with or without a start of the second (BS 7666).
_HALF = re.compile(r"[A-Za-z]{1,2}[0-9][0-9A-Za-z]?( ?[0-9][A-Za-z]?)?")
_NOTHING = "Nothing here has that name. Try a postcode, a ward or a council, or pick from the list."


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found: a ``sentence`` for the person who asked, the small area of a postcode (``code``, ``name``), the
    neighbourhoods drawn around it, and whatever has the name they typed.
    """

    sentence: str = ""
    code: str = ""
    name: str = ""
    places: tuple[Place, ...] = ()
    hits: tuple[Hit, ...] = ()


def answer(store: Store, folder: Folder, text: str, known: Sequence[Place]) -> Answer:
    """Answer what somebody typed; ``known`` are the neighbourhoods they may open.

    Raises OutcomesError where the list of postcodes cannot be read.
    """
    typed = text.strip()
    if normalise(typed) is not None or _HALF.fullmatch(typed):
        found = find(folder, typed)
        return Answer(found.sentence) if found.stable is None else _around(store, found.stable, found.sentence, known)
    hits = search(store, typed)
    return Answer("" if hits else _NOTHING, hits=hits)


def _around(store: Store, code: str, sentence: str, known: Sequence[Place]) -> Answer:
    areas = store.small_areas(codes=[code])
    if areas.empty:
        return Answer("That postcode lies in a small area this copy knows nothing about.")
    drawn = tuple(place for place in known if code in store.stable_codes(place.small_areas).values())
    return Answer(sentence, code, str(areas.at[code, "name"]), drawn)
