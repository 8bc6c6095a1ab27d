"""A site of still pages for any web host: the places that ask for one, each on a page that needs nothing from anywhere.

A page is made again only where something it was made from has changed. A place that asks no more is taken away before
anything else is done.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from outputs.calibration_words import Measured
from outputs.contact import contact_line
from outputs.offline_page import page
from outputs.pack import pack_of
from outputs.site_files import PAGE, read_manifest, remove, software_key, write, write_manifest
from outputs.site_index import entries, index_page, robots_text
from store.database import Store, open_store
from store.errors import OutcomesError
from store.folder import Folder
from store.holdings import calibration
from store.place import Place
from store.place_file import place_toml
from store.read_once import ReadOnce

_ALONE = 3  # so few pages are made before a second process has started
_SITTING = 100  # places studied in one sitting, before what was read for them is let go


@dataclass(frozen=True, slots=True)
class Made:
    """What a run did, by slug; ``failed`` holds why a place has no new page (its old one stays)."""

    written: tuple[str, ...]
    kept: tuple[str, ...]
    removed: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Sitting:
    """Pages to make one after the other, in whatever process."""

    root: Path
    slugs: tuple[str, ...]
    today: date
    robots: bool


def make_site(folder: Folder, out: Path, *, today: date, robots: bool = False, processes: int | None = None) -> Made:
    """Bring the site in ``out`` up to the folder's database and area files.

    ``robots`` lets search engines list the pages. ``processes`` is how many work at once, as many as the machine has cores
    where it is left out. OutcomesError where ``out`` holds something else, before anything is touched.
    """
    before = read_manifest(out)
    store = open_store(folder)
    places = {place.slug: place for place in store.places if place.publish}
    shared = shared_by_all(store)
    wanted = {slug: made_from(place, shared, robots=robots) for slug, place in places.items()}
    removed = tuple(sorted(before.keys() - places.keys()))
    standing = {slug: key for slug, key in before.items() if slug in places}
    # First of all what must not be there any more: from the list, then the page itself.
    _write_front(store, out, [places[slug] for slug in standing], standing, robots=robots)
    for slug in removed:
        remove(out, slug)
    due = [slug for slug in sorted(wanted) if standing.get(slug) != wanted[slug] or not (out / slug / PAGE).is_file()]
    failed: list[tuple[str, str]] = []
    for slug, text, problem in _pages(folder, due, today, robots, processes):
        if problem:
            failed.append((slug, problem))
        else:
            write(out / slug / PAGE, text)
            standing[slug] = wanted[slug]
    _write_front(store, out, [places[slug] for slug in standing], standing, robots=robots)
    troubled = {slug for slug, _ in failed}
    return Made(
        written=tuple(slug for slug in due if slug not in troubled),
        kept=tuple(sorted(wanted.keys() - set(due))),
        removed=removed,
        failed=tuple(failed),
    )


def made_from(place: Place, shared: str, *, robots: bool) -> str:
    """A hash of everything a place's page is made from: its own file, what all pages share, the software, the host's wishes.

    ``shared`` is ``shared_by_all`` of its store.
    """
    return _hash(shared, place_toml(place), software_key(), contact_line(), repr(robots))


def shared_by_all(store: Store) -> str:
    """A hash of what every page is made from: the figures, the rules, the programmes, and where all the places lie."""
    places = (place_toml(_without_words(place)) for place in store.places)
    return _hash(store.stamp, repr(store.programmes), repr(sorted(store.suppression.items())), *places)


def _hash(*parts: str) -> str:
    hasher = sha256()
    for part in parts:
        hasher.update(part.encode() + b"\0")
    return hasher.hexdigest()[:16]


def _without_words(place: Place) -> Place:
    """What another place's numbers may depend on: where it lies and when it began, not what people say there."""
    return replace(place, summary="", milestones=(), stories=(), assets=(), replies=(), publish=False)


def _write_front(store: Store, out: Path, places: Sequence[Place], standing: dict[str, str], *, robots: bool) -> None:
    write(out / PAGE, index_page(entries(store, places), is_sample=store.is_sample(), robots=robots))
    write(out / "robots.txt", robots_text())
    write_manifest(out, standing)


def _pages(
    folder: Folder, due: Sequence[str], today: date, robots: bool, processes: int | None
) -> Iterator[tuple[str, str, str]]:
    """(slug, page, why there is none) of each place."""
    number = min(processes or os.cpu_count() or 1, max(len(due) // _ALONE, 1))
    size = min(_SITTING, -(-len(due) // number)) or 1
    sittings = [_Sitting(folder.root, tuple(due[at : at + size]), today, robots) for at in range(0, len(due), size)]
    if number < 2:
        for sitting in sittings:
            yield from _made(sitting)
        return
    # Not forked: a copy of a process with an open database in it may wait for ever.
    with ProcessPoolExecutor(number, mp_context=multiprocessing.get_context("spawn")) as pool:
        for made in pool.map(_made, sittings):
            yield from made


def _made(sitting: _Sitting) -> list[tuple[str, str, str]]:
    """The pages of a sitting; what was read for one place serves the next."""
    store = ReadOnce(open_store(Folder(sitting.root)))
    measured = [Measured(**row) for row in calibration(store)]
    places = {place.slug: place for place in store.places}
    made = []
    for slug in sitting.slugs:
        try:
            pack = pack_of(store, places[slug], today=sitting.today, sensitivity=False)
            made.append((slug, page(pack, measured, home="../index.html", robots=sitting.robots), ""))
        except OutcomesError as error:
            made.append((slug, "", str(error)))
    return made
