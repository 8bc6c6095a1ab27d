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


def _share(formal: str, plain: str, *, plural: bool = True, page: Page = "story") -> Name:
    return Name(formal, plain, plural=plural, average=True, page=page)


def _stock(formal: str, plain: str, *, page: Page = "story") -> Name:
    return Name(formal, plain, "The records show an average of", average=True, page=page)


NAMES: dict[str, Name] = {
    "anti-social-behaviour": _police("Recorded anti-social behaviour", "anti-social behaviour", plural=False),
    "bicycle-theft": _police("Recorded bicycle theft", "bike thefts"),
    "burglary": _police("Recorded burglary", "break-ins"),
    "crime": _police("Recorded crime", "crimes of all kinds"),
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
    "house-sales": Name("The number of homes sold", "homes sold", page=_OFF),
    "child-protection": _stock(
        "The number of children on a protection plan", "children on a protection plan", page=_OFF
    ),
    "children-in-need": _stock("The number of children in need", "children in need", page=_OFF),
    "children-in-care": _stock("The number of children in care", "children in care", page=_OFF),
    "teenage-conceptions": Name("The number of conceptions under 18", "conceptions under 18", page=_OFF),
    "self-harm-admissions": Name("The number of admissions after self-harm", "admissions after self-harm", page=_OFF),
    "deaths-at-home": _share("The share of people who died at home", "people who died at home", page=_OFF),
    "child-injury-admissions": Name("The number of children admitted for injuries", "children admitted for injuries"),
    "asthma-admissions": Name("The number of children admitted for asthma", "children admitted for asthma"),
    "falls-admissions": Name("The number of older people admitted after a fall", "older people admitted after a fall"),
    "low-income-families-council-wide": _share(
        "The share of children in families with a low income", "children in low-income families", page=_OFF
    ),
    "school-readiness": _share("The share of children who are ready for school", "children who are ready for school"),
    "depression": _share(
        "The share of patients with recorded depression", "patients with recorded depression", page=_OFF
    ),
    "diabetes": _share("The share of patients with recorded diabetes", "patients with recorded diabetes"),
    "asthma": _share("The share of patients with recorded asthma", "patients with recorded asthma"),
    "copd": _share("The share of patients with recorded lung disease", "patients with recorded lung disease"),
    "coronary-heart-disease": _share(
        "The share of patients with recorded heart disease", "patients with recorded heart disease"
    ),
    "key-stage-2": _share(
        "The share of children who reach the standard at 11", "children who reach the standard at 11"
    ),
    "key-stage-4": Name("The average exam score at 16", "exam scores at 16", average=True),
    "school-absence": _share("The share of school that was missed", "school missed", plural=False),
    "persistent-absence": _share("The share of pupils who are often away", "pupils who are often away"),
    "free-school-meals": _share(
        "The share of pupils with free school meals", "pupils with free school meals", page=_OFF
    ),
    "school-readiness-free-meals": _share(
        "The share of children with free meals who are ready for school",
        "children with free meals who are ready for school",
    ),
    "key-stage-2-in-need": _share(
        "The share of children in need who reach the standard at 11",
        "children in need who reach the standard at 11",
        page=_OFF,
    ),
    "key-stage-4-in-need": Name(
        "The average exam score of children in need", "exam scores of children in need", average=True, page=_OFF
    ),
    "absence-in-need": _share(
        "The share of school children in need missed", "school missed by children in need", page=_OFF
    ),
    "school-key-stage-2": _share(
        "The share of children there who reach the standard at 11", "children there who reach the standard at 11"
    ),
    "school-key-stage-4": Name("The average exam score there", "exam scores there", average=True),
    "life-satisfaction": Name("Satisfaction with life", "satisfaction with life", plural=False, average=True),
    "worthwhile": Name(
        "The feeling that life is worthwhile", "the feeling that life is worthwhile", plural=False, average=True
    ),
    "happiness": Name("Happiness", "happiness", plural=False, average=True),
    "anxiety": Name("Anxiety", "anxiety", plural=False, average=True),
    "deaths-in-usual-place": _share(
        "The share of older people who died where they lived", "older people who died where they lived", page=_OFF
    ),
    "recorded-depression": _share(
        "The share of adults with recorded depression", "adults with recorded depression", page=_OFF
    ),
    "low-income-families": _stock(
        "The number of children in low-income families", "children in low-income families", page=_OFF
    ),
    "universal-credit": _stock("The number of people on Universal Credit", "people on Universal Credit"),
    "universal-credit-out-of-work": _stock(
        "The number of people on Universal Credit without work", "people on Universal Credit without work"
    ),
    "fires": Name("The number of fires", "fires", "The fire service went to"),
    "deliberate-fires": Name(
        "The number of small fires set on purpose", "small fires set on purpose", "The fire service went to"
    ),
    "false-alarms": Name("The number of false fire alarms", "false fire alarms", "The fire service went to"),
    "road-injuries": Name("The number of people hurt on the road", "people hurt on the road"),
    "antidepressants": Name("The number of antidepressant items", "antidepressant items", page=_OFF),
    "reliever-inhalers": Name("The number of reliever inhalers", "reliever inhalers"),
    "loneliness": _share("The share of people who are often lonely", "people who are often lonely"),
    "belonging": _share("The share of people who feel they belong", "people who feel they belong"),
    "pulling-together": _share(
        "The share of people who see others pull together", "people who see others pull together"
    ),
    "trust-in-neighbours": _share(
        "The share of people who trust their neighbours", "people who trust their neighbours"
    ),
    "influence": _share("The share of people who feel they have a say", "people who feel they have a say"),
    "volunteering": _share("The share of people who volunteer", "people who volunteer"),
    "suspensions": Name("The number of suspensions from school", "suspensions from school"),
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
