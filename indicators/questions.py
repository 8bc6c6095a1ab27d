"""From a neighbourhood's file and a person's choices to questions."""

from __future__ import annotations

from datetime import date

from indicators.discovery import all_indicators, indicator
from indicators.finding import Question
from indicators.ground import Ground
from indicators.windows import windows_for
from store.database import Store
from store.errors import BadQuestion
from store.period import Window, month_from_number, month_number, month_text
from store.place import Place
from store.published_values import span_of_periods

# What a board shows where a place's file chooses nothing: what is loaded, then what people ask for most.
USUAL = ("crime", "crime-five-categories", "anti-social-behaviour", "burglary", "criminal-damage", "public-order",
         "robbery", "violence", "claimants")  # fmt: skip


def question_of(
    store: Store,
    place: Place,
    name: str,
    *,
    today: date,
    before: Window | None = None,
    after: Window | None = None,
    start: date | None = None,
    without_breaks: bool = False,
) -> Question:
    """The question about one indicator of one place, its windows resolved. A month in the future is a BadQuestion."""
    declared = indicator(name)
    for chosen in place.chosen_beforehand:
        indicator(chosen)  # a slip of the pen here would shrink the family, or stop the study once something is found
    if start is not None and month_number(start) > month_number(today):
        raise BadQuestion(f"{month_text(start)} is in the future", do="Choose a start that has been.")
    members = tuple(sorted(set(store.stable_codes(place.small_areas).values())))
    # Where nothing is loaded the windows are still shown: as if the data went back ten years.
    recorders = store.recorders(declared.measures)
    home = Ground(store, members, recorders[0] if recorders else "police_force").authority
    loaded = store.months_loaded(declared.measures, home) or span_of_periods(store, declared.measures)
    loaded = loaded or (month_from_number(month_number(today) - 119), today)
    spans = windows_for(place, *loaded, before, after, start)
    for span in spans:
        if span is not None and month_number(span.last) > month_number(today):
            raise BadQuestion(
                f"{month_text(span.last)} is in the future",
                do="Choose months that have been.",
            )
    if spans[0] and spans[1] and month_number(spans[1].first) <= month_number(spans[0].last):
        raise BadQuestion(
            f"The period after ({spans[1]}) starts before the period before ({spans[0]}) has ended",
            do="Let the later period start after the earlier one ends.",
        )
    return Question(
        area=place.slug,
        members=members,
        indicator=name,
        before=spans[0],
        after=spans[1],
        settling_in_months=place.settling_in_months,
        exclude=tuple(sorted(place.exclude)),
        family=tuple(sorted(place.chosen_beforehand)),
        without_breaks=without_breaks,
    )


def board_indicators(place: Place) -> tuple[str, ...]:
    """The indicators of a place's board: those chosen beforehand first, then the usual ones."""
    known = all_indicators()
    return tuple(name for name in dict.fromkeys((*place.chosen_beforehand, *USUAL)) if name in known)
