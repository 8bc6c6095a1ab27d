"""Packs to try every form on: real ones of the sample, and such as are hard to lay out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from itertools import cycle, islice

from outputs.pack import Pack, Sheet, pack_of
from store.database import Store
from store.place import Reply
from tests.views.pages import TODAY

LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch ar lan ŵyth ŷd, "


@cache
def pack(store: Store, area: str) -> Pack:
    """The pack of one of the sample's places, made once a process."""
    return pack_of(store, next(place for place in store.places if place.slug == area), today=TODAY)


def many(real: Pack, number: int) -> Pack:
    """The loaded outcomes over and over, until there are so many."""
    return replace(real, sheets=tuple(islice(cycle(real.loaded), number)))


def one(real: Pack) -> Pack:
    """The first loaded outcome alone."""
    return replace(real, sheets=real.loaded[:1], background=())


def none(real: Pack) -> Pack:
    """A place without any outcome."""
    return replace(real, sheets=(), background=(), band=None, map=None)


def answered(real: Pack) -> Pack:
    """With answers of residents: one to an outcome of the board that has numbers, one to an outcome that has none."""
    answers = tuple(
        Reply(name, text, who, "agreed", date(2026, 10, 1))
        for name, text, who in (
            ("burglary", "It is quieter on our stairs.", "a resident"),
            ("vehicle-crime", "Cars are still broken into.", ""),
        )
    )
    return replace(real, place=replace(real.place, replies=answers))


def long_names(real: Pack) -> Pack:
    """Names, titles and who drew it as long as files allow, with Welsh letters and signs that mean something elsewhere."""
    place = replace(
        real.place, name=(LONG * 2)[:120], town=LONG[:80], drawn_by=(LONG + "<b>&\"' =1+1 ")[:300], summary=LONG * 12
    )

    def longer(sheet: Sheet) -> Sheet:
        finding = replace(sheet.finding, title=(LONG + sheet.finding.title)[:120])
        return replace(sheet, studied=replace(sheet.studied, finding=finding))

    return replace(real, place=place, sheets=tuple(longer(sheet) for sheet in real.sheets))
