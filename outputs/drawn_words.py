"""What a visitor's own area is made of, in plain words: people, councils and wards, how a line fits, who serves it."""

from __future__ import annotations

from collections.abc import Sequence

from outputs.words import listed, number, percent, small_number
from store.database import Store
from store.drawn_area import DrawnFit
from store.proposals import ProposedPractice, ProposedSchool
from store.residents import newest_residents


def drawn_words(store: Store, codes: Sequence[str]) -> str:
    """How many small areas and people, and in which wards and councils."""
    areas, people = store.small_areas(codes=codes), newest_residents(store, codes)
    size = f"{small_number(len(codes))} small area{'' if len(codes) == 1 else 's'}".capitalize()
    living = f", about {number(round(sum(people.values()), -2))} people" if len(people) == len(codes) else ""
    wards, councils = (sorted(areas[kind].dropna().unique()) for kind in ("ward", "council"))
    where = f", in {listed(councils)}" if councils else ""
    return f"{size}{living}{where}." + (f" Wards: {listed(wards)}." if wards else "")


def fit_words(fit: DrawnFit) -> str:
    """How a drawn line fits, both ways round: the people of the areas used, and the land that was drawn."""
    if not fit.used:
        return fit.sentence
    return f"{fit.sentence} The small areas used cover {percent(100 * fit.share_of_line)} of the land you drew, as far as it lies in small areas known here."


def fit_rows(fit: DrawnFit) -> tuple[tuple[str, str, str, str], ...]:
    """One row a small area that a drawn line touches: name, code, share of its ground inside, whether it is used."""
    return tuple(
        (one.name, one.code, percent(100 * one.share_inside), "yes" if one in fit.used else "no")
        for one in (*fit.used, *fit.left)
    )


def school_words(school: ProposedSchool) -> str:
    """A school with its phase and how far it is."""
    phase = f", {school.phase}" if school.phase else ""
    where = "in the neighbourhood" if school.inside else f"{number(school.kilometres, 1)} km away"
    return f"{school.name}{phase} · {where}"


def practice_words(practice: ProposedPractice) -> str:
    """A surgery with both shares: of the people here, and of its patients."""
    ours = f"{percent(100 * practice.of_people_here)} of people here are with it"
    theirs = (
        f"; {percent(100 * practice.of_its_patients)} of its patients live here"
        if practice.of_its_patients is not None
        else ""
    )
    return f"{practice.name} · {ours}{theirs}"
