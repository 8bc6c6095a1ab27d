"""What the Beacon Project and COIN name, and what the tool can say of it at two places: one row an item and indicator."""

from __future__ import annotations

import numpy as np

from indicators.discovery import indicator
from indicators.ground import Ground
from indicators.period_asked import PeriodAsked
from indicators.questions import question_of
from loaders.local_declarations import known_indicators
from store.database import Store
from store.period import month_from_number, month_text
from store.published_values import reported_periods
from tests.docs.today import TODAY

# Item → who names it, and its indicators; local ones are what people here would have to count themselves.
ITEMS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "crime": ("Beacon, COIN", ("crime-five-categories", "crime", "burglary"), ()),
    "unemployment": ("Beacon, COIN", ("claimants", "universal-credit-out-of-work"), ()),
    "homes improved": ("Beacon", (), ("homes-improved",)),
    "educational achievement": (
        "Beacon, COIN",
        ("key-stage-2", "key-stage-4", "key-stage-2-in-need", "school-key-stage-2"),
        (),
    ),
    "child protection": ("Beacon", ("child-protection", "children-in-need"), ()),
    "postnatal depression": ("Beacon, COIN", (), ("postnatal-depression",)),
    "childhood asthma": ("Beacon", ("asthma-admissions", "reliever-inhalers"), ()),
    "child accidents": ("Beacon", ("child-injury-admissions",), ()),
    "teenage pregnancy": ("Beacon", ("teenage-conceptions",), ()),
    "hope": ("COIN", ("life-satisfaction", "worthwhile"), ("hope",)),
    "stress": ("COIN", ("anxiety", "antidepressants", "recorded-depression"), ("stress",)),
    "dying at home": ("COIN", ("deaths-at-home", "deaths-in-usual-place"), ()),
    "hospital admissions": ("COIN", ("child-injury-admissions", "falls-admissions", "self-harm-admissions"), ()),
    "chronic diseases": ("COIN", ("depression", "diabetes", "asthma", "copd", "coronary-heart-disease"), ()),
}
PLACES = ("north-stonehouse", "beacon-falmouth")
HEADER = ["item", "named by", "indicator", "source", "North Stonehouse", "Beacon & Old Hill, Falmouth", "in the sample"]


def table(store: Store, source_of: dict[str, str]) -> list[list[str]]:
    """The rows of the table in docs/indicators.md, from what is declared and what the sample holds."""
    rows = []
    for item, (named_by, official, local) in ITEMS.items():
        for name in official:
            declared = indicator(name)
            units = [_unit(store, name, area) for area in PLACES]
            rows.append(
                [item, named_by, f"`{name}`", f"`{source_of[declared.measures[0]]}`", *units, _period(store, name)]
            )
        for name in local:
            assert name in known_indicators(), name
            rows.append(
                [
                    item,
                    named_by,
                    f"`{name}` (local)",
                    "`local`",
                    *["counted by people here"] * 2,
                    "no: nobody publishes it",
                ]
            )
    return rows


def _unit(store: Store, name: str, area: str) -> str:
    declared = indicator(name)
    place = next(item for item in store.places if item.slug == area)
    if declared.smallest_area == "stable":
        return f"its {len(set(store.stable_codes(place.small_areas).values()))} small areas"
    question = question_of(store, place, name, today=TODAY)
    asked = PeriodAsked(question, declared, Ground(store, question.members, "country"))
    if asked.not_loaded:
        return {"council": "council-wide", "practice": "its GP practices", "school": "the schools named in its file"}[
            declared.smallest_area
        ]
    if not asked.parents:
        return (
            "none: the council's figure is another area's" if declared.smallest_area == "council" else "not known yet"
        )
    return f"council-wide: {asked.parents[0].name}"


def _period(store: Store, name: str) -> str:
    declared = indicator(name)
    found = reported_periods(store, declared.measures)
    if set(found["measure"]) != set(declared.measures):
        return "no"
    first, last = int(found["first"].min()), int((found["first"] + np.maximum(found["months"], 1) - 1).max())
    return f"{month_text(month_from_number(first))} to {month_text(month_from_number(last))}"
