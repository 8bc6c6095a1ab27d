"""What an indicator is called in a sentence: on a page for residents, and in the full sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Page = Literal["story", "not on the residents' page"]


@dataclass(frozen=True, slots=True)
class Name:
    """``formal`` opens the full sentence, ``plain`` is for residents, ``recorded_by`` says who counted.

    ``average`` is true where the number is an average over the window (people claiming, a price) and not a sum of
    events. ``page`` keeps sensitive things and house prices off the residents' first page.
    """

    formal: str
    plain: str
    recorded_by: str = "The records show"
    plural: bool = True
    average: bool = False
    page: Page = "story"


def _police(formal: str, plain: str, *, plural: bool = True) -> Name:
    return Name(formal, plain, "Police recorded", plural)


_OFF: Page = "not on the residents' page"

NAMES: dict[str, Name] = {
    "anti-social-behaviour": _police("Recorded anti-social behaviour", "anti-social behaviour", plural=False),
    "bicycle-theft": _police("Recorded bicycle theft", "bike thefts"),
    "burglary": _police("Recorded burglary", "break-ins"),
    "crime": _police("Recorded crime", "crimes"),
    "crime-five-categories": _police("Recorded crime of five kinds", "crimes of five kinds"),
    "criminal-damage": _police("Recorded criminal damage and arson", "damage and arson", plural=False),
    "drugs": _police("Recorded drug crime", "drug crimes"),
    "other-crime": _police("Recorded other crime", "other crimes"),
    "other-theft": _police("Recorded other theft", "other thefts"),
    "possession-of-weapons": _police("Recorded possession of weapons", "weapons offences"),
    "public-order": _police("Recorded public order crime", "public order offences"),
    "robbery": _police("Recorded robbery", "robberies"),
    "shoplifting": _police("Recorded shoplifting", "shoplifting", plural=False),
    "theft-from-the-person": _police("Recorded theft from the person", "thefts from people"),
    "vehicle-crime": _police("Recorded vehicle crime", "vehicle crimes"),
    "violence": _police("Recorded violence and sexual offences", "violent and sexual offences"),
    "claimants": Name(
        "The number of people claiming unemployment-related benefits",
        "people claiming unemployment-related benefits",
        "The records show an average of",
        average=True,
    ),
    "house-prices": Name("The middle house price", "house prices", average=True, page=_OFF),
    "child-protection": Name("The number of child protection plans", "child protection plans", page=_OFF),
    "teenage-conceptions": Name("The number of teenage conceptions", "teenage conceptions", page=_OFF),
    "self-harm": Name("The number of self-harm admissions", "self-harm admissions", page=_OFF),
    "deaths-at-home": Name("The number of deaths at home", "deaths at home", page=_OFF),
}


def lower_first(text: str) -> str:
    """``text`` with a small first letter, unless its first word is an acronym."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    """``text`` with a capital first letter."""
    return text[:1].upper() + text[1:]


def name_of(indicator: str, title: str) -> Name:
    """The name of an indicator; one the project has no words for is called by its title."""
    return NAMES.get(indicator) or Name(title, lower_first(title), plural=False)
