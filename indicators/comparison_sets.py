"""Other sets of similar places than the one chosen beforehand, each a part of it found by one fixed rule.

Parts of the set, and never other places: whoever looks for an answer among all places finds one. They show whether the
answer hangs on who is compared. None looks at what happened after the start.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, get_args

from indicators.asked import Asked
from indicators.discovery import indicator
from indicators.finding import Question
from indicators.ground import Ground
from indicators.local_indicators import declared, in_periods
from store.database import Store

ComparisonSet = Literal["chosen", "nearest", "same-council", "other-councils"]
SETS: tuple[ComparisonSet, ...] = get_args(ComparisonSet)
# Half of the sixty that are aimed for: as alike as can be while leaving enough to make a range.
NEAREST = 30


def sets_for(store: Store, name: str) -> tuple[ComparisonSet, ...]:
    """The sets an indicator can be compared with; only the one chosen beforehand where values are published by year,
    term or day, whose similar places are too few or of another kind."""
    return SETS[:1] if in_periods(store, declared(store, name)) else SETS


def compared_with(store: Store, question: Question, chosen: ComparisonSet) -> Question:
    """The question with its comparison units named, nearest first; unchanged where it makes no comparison anyway.

    A set may be too small, or empty: such a question cannot be compared, and says so.
    """
    if chosen == "chosen" or chosen not in sets_for(store, question.indicator):
        return question
    found = indicator(question.indicator)
    recorders = store.recorders(found.measures)
    ground = Ground(store, question.members, recorders[0] if recorders else "police_force")
    asked = Asked(question, found, ground)
    # Whatever stands in the way before places are chosen stands in the way of every set.
    if asked.not_loaded or question.before is None or question.after is None or asked.chosen.cannot:
        return question
    units = asked.chosen.units
    if chosen == "nearest":
        units = units[:NEAREST]
    else:
        council = ground.pool["council"]
        home = str(ground.home["council"].mode().iloc[0])
        shares = {unit: sum(council[code] == home for code in unit) / len(unit) for unit in units}
        # A unit across the border belongs to neither set.
        wanted = 1.0 if chosen == "same-council" else 0.0
        units = tuple(unit for unit in units if shares[unit] == wanted)
    return replace(question, comparison=units)
