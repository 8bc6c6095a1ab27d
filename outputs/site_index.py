"""The first page of a site: places by name, town and county, in the order of the alphabet, without any number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from outputs.contact import contact_line
from outputs.markup import escape
from outputs.offline_style import document
from outputs.sheet_words import SAMPLE
from outputs.words import USE
from store.database import Store
from store.place import Place
from store.plain_text import folded


@dataclass(frozen=True, slots=True)
class Entry:
    """One place of the list; ``where`` is its town and county, empty where neither is known."""

    slug: str
    name: str
    where: str


def entries(store: Store, places: Sequence[Place]) -> list[Entry]:
    """The places by name; the council is added where the town's own words do not have it."""
    councils = _councils(store, places)
    found = [Entry(place.slug, place.name, _where(place.town, councils.get(place.slug, ""))) for place in places]
    return sorted(found, key=lambda one: (folded(one.name), folded(one.where), one.slug))


def _councils(store: Store, places: Sequence[Place]) -> dict[str, str]:
    """The council that most of each place lies in."""
    if not places:
        return {}
    stable = store.stable_codes(sorted({code for place in places for code in place.small_areas}))
    councils = store.small_areas(codes=sorted(set(stable.values())))["council"].dropna()
    found = {}
    for place in places:
        held = councils.reindex([stable[code] for code in place.small_areas]).dropna().mode()
        if len(held):
            found[place.slug] = str(held.iloc[0])
    return found


def _where(town: str, council: str) -> str:
    return ", ".join(part for part in (town, "" if folded(council) in folded(town) else council) if part)


def index_page(listed: Sequence[Entry], *, is_sample: bool, robots: bool = False) -> str:
    """The whole document; without its script the list is whole, with it a field finds names in it."""
    items = "".join(
        f'<li><a href="{one.slug}/index.html"><strong>{escape(one.name)}</strong>'
        f"{f'<br>{escape(one.where)}' if one.where else ''}</a></li>"
        for one in listed
    )
    sample = f'<header><p class="note"><strong>{escape(SAMPLE)}</strong></p></header>' if is_sample else ""
    places = f'<ul class="places">{items}</ul>' if items else "<p>No place has a page here yet.</p>"
    body = (
        f'{sample}<main id="content" tabindex="-1"><h1>Our neighbourhoods</h1>'
        '<p class="lead">Since we started, has our neighbourhood changed, more than places like it? And how sure can we be?</p>'
        "<p>Each place here asked for its own page. They stand in the order of the alphabet, and in no other.</p>"
        f'<section aria-labelledby="places"><h2 id="places">Places</h2><div class="find"></div>{places}</section></main>'
        f"<footer><div><h2>What these pages are not for</h2><p><strong>{escape(USE)}</strong></p><p>{escape(contact_line())}</p>"
        "</div></footer>"
    )
    return document("Our neighbourhoods", body, script_name="site_index.js", robots=robots)


def robots_text() -> str:
    """``robots.txt``: everybody may read. A robot kept out would never see that a page does not want to be listed."""
    return "User-agent: *\nDisallow:\n"
