"""A neighbourhood written down as the TOML file a person can read, edit and share; and such a file from a visitor."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable
from datetime import date

from store.errors import BadPlace
from store.period import month_text
from store.personal_signs import SIGNS
from store.place import Place, place_from
from store.plain_text import folded
from store.toml import parse_toml

_SHORTEST, _LONGEST = 2, 60
_WITHOUT_LETTERS = "my-area"
# Windows keeps these names for devices, whatever ending a file has.
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def place_toml(place: Place) -> str:
    """The area file of ``place``; read back it gives ``place``. Keys that say nothing are left out."""
    parts = [
        "# A neighbourhood as its community describes it. Every line may be edited by hand.",
        "schema = 1",
        *_line("name", place.name),
        *_line("town", place.town),
        *_line("summary", place.summary),
        *(["publish = true"] if place.publish else []),
        "",
        "[place]",
        *_lines("small_areas", place.small_areas),
        *_lines("wards", place.wards),
        *_lines("schools", place.schools),
        *_lines("practices", place.practices),
        *_line("checked", place.checked),
        *_line("drawn_by", place.drawn_by),
        f"consulted = {_day(place.consulted) or _text(place.consulted)}",
        *_table("[project]", _project(place)),
        *_table("[study]", _study(place)),
    ]
    for change in place.changes:
        parts += ["", "[[study.changed]]", f"on = {change.on.isoformat()}", *_lines("was", change.was)]
        parts += _line("reason", change.reason)
    for milestone in place.milestones:
        parts += ["", "[[milestone]]", f"on = {_month(milestone.on)}"]
        parts += [f"until = {_month(milestone.until)}"] if milestone.until is not None else []
        parts += ["uncertain = true"] if milestone.uncertain else []
        parts += [f"step = {milestone.step}"] if milestone.step else []
        parts += [*_line("lane", milestone.lane), *_line("text", milestone.text)]
    for story in place.stories:
        parts += ["", "[[story]]", *_line("text", story.text), *_line("said_by", story.said_by)]
        parts += _line("consent", story.consent)
    for reply in place.replies:
        parts += ["", "[[reply]]", *_line("indicator", reply.indicator), *_line("text", reply.text)]
        parts += [*_line("said_by", reply.said_by), *_line("consent", reply.consent), f"on = {_month(reply.on)}"]
    for asset in place.assets:
        parts += ["", "[[asset]]", *_line("name", asset.name), *_line("kind", asset.kind)]
        parts += _line("ring", asset.ring)
    return "\n".join(parts) + "\n"


def _project(place: Place) -> list[str]:
    lines = [f"start = {_month(place.start)}"] if place.start is not None else []
    lines += [f"start_range = {_months(place.start_range)}"] if place.start_range is not None else []
    lines += [f"starts = {_months(place.starts)}"] if place.starts else []
    lines += _line("prior_evaluation", place.prior_evaluation)
    lines += [f"settling_in_months = {place.settling_in_months}"] if place.settling_in_months else []
    return [*lines, *_line("start_evidence", place.start_evidence)]


def _study(place: Place) -> list[str]:
    lines = [f'before = "{place.before}"'] if place.before is not None else []
    lines += [f'after = "{place.after}"'] if place.after is not None else []
    lines += _lines("chosen_beforehand", place.chosen_beforehand)
    lines += [f"chosen_on = {place.chosen_on.isoformat()}"] if place.chosen_on is not None else []
    return [*lines, *_lines("exclude", place.exclude)]


def _text(text: str) -> str:
    # Whatever cannot be seen is written as its number, so that a file holds nothing its reader does not see.
    return '"' + "".join(_ESCAPES.get(letter) or _visible(letter) for letter in text) + '"'


def _visible(letter: str) -> str:
    if letter.isprintable():
        return letter
    number = ord(letter)
    return f"\\u{number:04X}" if number < 0x10000 else f"\\U{number:08X}"


def _line(key: str, text: str) -> list[str]:
    return [f"{key} = {_text(text)}"] if text else []


def _lines(key: str, texts: Iterable[str]) -> list[str]:
    inside = ", ".join(_text(text) for text in texts)
    return [f"{key} = [{inside}]"] if inside else []


def _table(head: str, lines: list[str]) -> list[str]:
    return ["", head, *lines] if lines else []


def _month(day: date) -> str:
    return f'"{month_text(day)}"'


def _months(days: Iterable[date]) -> str:
    return f"[{', '.join(_month(day) for day in days)}]"


def _day(text: str) -> str:
    """``text`` where it is a day as TOML writes one, else nothing."""
    try:
        return text if date.fromisoformat(text).isoformat() == text else ""
    except ValueError:
        return ""


def slug_of(name: str, taken: Collection[str]) -> str:
    """An area name ([a-z0-9-]{2,60}) made of what people call the place; never one of ``taken``."""
    base = folded(name[:200]).replace(" ", "-")[:_LONGEST].strip("-")
    if len(base) < _SHORTEST:
        base = f"{_WITHOUT_LETTERS}-{base}" if base else _WITHOUT_LETTERS
    slug, number = base, 1
    while slug in taken or slug in _RESERVED:
        number += 1
        end = f"-{number}"
        slug = base[: _LONGEST - len(end)].rstrip("-") + end
    return slug


def refuse_people(place: Place) -> None:
    """Raise BadPlace where words that pages show hold what looks like one person's number or address.

    Looked for: NHS numbers with a right check digit, full postcodes, e-mail addresses, telephone numbers. The sentence
    never repeats what was found.
    """
    texts = [("story", text) for story in place.stories for text in (story.text, story.said_by, story.consent)]
    texts += [("reply", text) for reply in place.replies for text in (reply.text, reply.said_by, reply.consent)]
    texts += [("study.changed", change.reason) for change in place.changes]
    texts += [("milestone", milestone.text) for milestone in place.milestones]
    texts += [("asset", asset.name) for asset in place.assets]
    for where, text in texts:
        # Compatibility forms first: a no-break space or wide digits would hide what everybody can read.
        plain = unicodedata.normalize("NFKC", text)
        for what, sign in SIGNS.items():
            if sign(plain):
                raise BadPlace(
                    f"The words of {_WITH_ARTICLE[where]} hold what looks like {what} of people",
                    file=f"{place.slug}.toml",
                    column=where,
                    do="Take them out: what is written here may be shown to everybody.",
                )


_WITH_ARTICLE = {
    "story": "a story", "reply": "a reply", "study.changed": "a reason", "milestone": "a milestone", "asset": "an asset",
}  # fmt: skip


def read_uploaded_place(content: bytes, slug: str) -> Place:
    """The place in an uploaded area file (UTF-8 TOML, at most 1 MB), read as strictly as any other.

    BadPlace says in one sentence what is wrong with it, also where it holds what looks like single people.
    """
    place = place_from(parse_toml(content, f"{slug}.toml"), slug)
    refuse_people(place)
    return place
