"""From a neighbourhood's file and a person's choices to questions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from weakref import WeakKeyDictionary

from indicators.discovery import all_indicators
from indicators.finding import Question
from indicators.ground import Ground
from indicators.local_indicators import declared
from indicators.windows import windows_for
from store.database import Store
from store.errors import BadQuestion
from store.period import Window, month_from_number, month_number, month_text
from store.place import Place
from store.published_values import span_of_periods

# What a board shows where a place's file chooses nothing: what is loaded, then what people ask for most.
USUAL = ("crime", "crime-five-categories", "anti-social-behaviour", "burglary", "criminal-damage", "public-order",
         "robbery", "violence", "claimants")  # fmt: skip
# Who reports on a place never changes within a store, and is asked for every question and every possible start.
_HOMES: WeakKeyDictionary[Store, dict[tuple[tuple[str, ...], str], str]] = WeakKeyDictionary()


def _home(store: Store, members: tuple[str, ...], kind: str) -> str:
    """The code of the authority of this kind that reports on the place."""
    known = _HOMES.setdefault(store, {})
    if (members, kind) not in known:
        known[members, kind] = Ground(store, members, kind).authority
    return known[members, kind]


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
    item = declared(store, name)
    # A slip of the pen would shrink the family, or stop the study once something is found; or leave an answer out.
    for named in (*place.chosen_beforehand, *(reply.indicator for reply in place.replies)):
        declared(store, named)
    begun = start or place.start
    if begun is not None and month_number(begun) > month_number(today):
        raise BadQuestion(f"{month_text(begun)} is in the future", do="Choose a start that has been.")
    members = tuple(sorted(set(store.stable_codes(place.small_areas).values())))
    # Where nothing is loaded the windows are still shown: as if the data went back ten years.
    recorders = store.recorders(item.measures)
    home = _home(store, members, recorders[0] if recorders else "police_force")
    loaded = store.months_loaded(item.measures, home) or span_of_periods(store, item.measures)
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


def board_indicators(place: Place, held: Collection[str] = (), local: Sequence[str] = ()) -> tuple[str, ...]:
    """The indicators of a place's board: those chosen beforehand, the usual ones, and what else is measured here.

    ``held`` are the measures that are loaded, ``local`` the indicators the community brought itself: what moves first
    comes right after what it chose.
    """
    known = all_indicators()
    here = [item.name for item in known.values() if item.smallest_area == "stable" and set(item.measures) <= set(held)]
    wanted = dict.fromkeys((*place.chosen_beforehand, *local, *USUAL, *_more(here)))
    return tuple(name for name in wanted if name in known or name in local)


def _more(here: Sequence[str]) -> tuple[str, ...]:
    """What else is held for small areas: the other kinds of crime are parts of the whole, and stay on their own page."""
    crimes = {*all_indicators()["crime"].measures, *all_indicators()["anti-social-behaviour"].measures}
    return tuple(name for name in here if not set(all_indicators()[name].measures) & crimes)


def background_indicators(held: Collection[str]) -> tuple[str, ...]:
    """Indicators of councils, wards, schools and practices of which something is held."""
    known = all_indicators().values()
    return tuple(item.name for item in known if item.smallest_area != "stable" and set(item.measures) <= set(held))
