"""What an area chosen by a visitor must be, so that no small group of people can be told from it."""

from __future__ import annotations

from collections.abc import Sequence

from store.database import Store
from store.errors import BadQuestion
from store.place import Place
from store.residents import newest_residents

MOST_SMALL_AREAS = 60
FEWEST_RESIDENTS = 1000
# Figures of two areas that differ by fewer people would tell these people's figures.
FEWEST_BETWEEN = 500


def check_drawn(store: Store, codes: Sequence[str], places: Sequence[Place]) -> str:
    """One sentence that refuses these small areas beside the saved ``places``; the empty text where they may be used.

    Refused: more than 60 small areas, fewer than 1,000 residents, and fewer than 500 residents between them and a saved
    area that is not the same (those in one and not in the other). Where residents are not known, their number refuses
    nothing.
    """
    try:
        mine = frozenset(store.stable_codes(codes).values())
    except BadQuestion as error:
        return str(error)
    if not mine:
        return "Choose at least one small area."
    if len(mine) > MOST_SMALL_AREAS:
        return (
            f"These are {len(mine)} small areas, and a neighbourhood here has at most {MOST_SMALL_AREAS}: choose fewer."
        )
    people = _residents(store, mine)
    if people is not None and people < FEWEST_RESIDENTS:
        return (
            f"About {people:,.0f} people live here, and figures of fewer than {FEWEST_RESIDENTS:,} could tell about single "
            "people: add a small area."
        )
    for place in places:
        saved = _stable(store, place)
        between = _residents(store, mine ^ saved) if saved and mine & saved and mine != saved else None
        if between is not None and between < FEWEST_BETWEEN:
            return (
                f"Only about {between:,.0f} people live in this area and not in “{place.name}”, or the other way round, so "
                f"the two together could tell about fewer than {FEWEST_BETWEEN} people: choose the same small areas, or "
                "others."
            )
    return ""


def _stable(store: Store, place: Place) -> frozenset[str]:
    """The stable areas of a saved place; none where this database does not know them, so that nothing of it is shown."""
    try:
        return frozenset(store.stable_codes(place.small_areas).values())
    except BadQuestion:
        return frozenset()


def _residents(store: Store, codes: frozenset[str]) -> float | None:
    """Residents of these small areas in the newest year; None where those of any are not known."""
    known = newest_residents(store, sorted(codes))
    return sum(known.values()) if len(known) == len(codes) else None
