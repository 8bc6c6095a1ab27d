"""What the page for drawing a neighbourhood needs from below."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from loaders.reading import no_progress
from outputs.pick_map import PickPlan
from outputs.pick_map import pick_plan as plan_of
from store.database import Store
from store.drawn_area import DrawnFit, fit, read_drawn
from store.drawn_rules import check_drawn
from store.folder import data_folder
from store.lookups import read_lookups
from store.period import month_from_number, month_number
from store.place_search import Hit
from store.place_search import small_areas_of as areas_of
from store.proposals import ProposedPractice, ProposedSchool, propose_practices, propose_schools
from views import access
from views.keeping import kept

if TYPE_CHECKING:
    from loaders.local_check import Checked

_FIRST_MONTH = date(1990, 1, 1)


@kept(32)
def _pick_plan(key: str, codes: tuple[str, ...], _store: Store) -> PickPlan:
    return plan_of(_store, codes)


def pick_plan(codes: tuple[str, ...]) -> PickPlan:
    """The small areas chosen so far and those around them."""
    in_use = access.store()
    return _pick_plan(in_use.key, codes, in_use)


def fit_drawn(content: bytes) -> DrawnFit:
    """The small areas that fit an uploaded line; BadDrawing says why it cannot be used."""
    # Not cached: what a visitor brings stays in their own session.
    return fit(access.store(), read_drawn(content, "Your file"))


def refused(codes: Sequence[str]) -> str:
    """Why these small areas may not be shown as a neighbourhood; empty where they may."""
    in_use = access.store()
    return check_drawn(in_use, codes, in_use.places)


@kept(32)
def _proposed(
    key: str, codes: tuple[str, ...], _store: Store
) -> tuple[tuple[ProposedSchool, ...], tuple[ProposedPractice, ...]]:
    return propose_schools(_store, codes), propose_practices(_store, codes)


def proposed(codes: tuple[str, ...]) -> tuple[tuple[ProposedSchool, ...], tuple[ProposedPractice, ...]]:
    """Schools near the small areas, and the surgeries their people are registered with."""
    in_use = access.store()
    return _proposed(in_use.key, codes, in_use)


def months_to_choose() -> list[date]:
    """Every month from 1990 to this one, the newest first."""
    last = month_number(access.today())
    return [month_from_number(n) for n in range(last, month_number(_FIRST_MONTH) - 1, -1)]


def small_areas_of(hit: Hit) -> tuple[str, ...]:
    """The small areas of a ward, a council or a small area that a search found."""
    return areas_of(access.store(), hit.kind, hit.code)


def checked_figures(content: bytes, places: Sequence[str]) -> Checked:
    """What importing a community's figures would say, were there area files of the names ``places``; nothing is kept."""
    from loaders.importing import reading_context
    from loaders.local_check import check_local

    folder = data_folder()
    moment = datetime.combine(access.today(), time())
    return check_local(content, places, reading_context(folder, read_lookups(folder.lookups), moment, no_progress))
