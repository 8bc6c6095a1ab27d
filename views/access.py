"""What pages need from below: the store in use and studied questions, cached by what they depend on."""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from datetime import UTC, date, datetime
from functools import lru_cache

import streamlit as st

from indicators import Finding, Question, Studied, study_all
from indicators.comparison_sets import ComparisonSet, compared_with, sets_for
from indicators.discovery import all_indicators
from indicators.local_indicators import declared, local_indicators, local_names
from indicators.questions import background_indicators, board_indicators, question_of
from indicators.starts import StartBand, StudiedStarts, study_starts
from indicators.whole_area import WholeArea, whole_area
from indicators.whole_series import WholeSeries, whole_series_of
from outputs import surroundings as surroundings_of
from outputs.across import Community, in_order
from outputs.calibration_words import Measured
from outputs.choices import choices as in_groups
from outputs.pack import Pack, pack_of
from store.database import Store, open_store
from store.errors import BadQuestion
from store.folder import Folder, data_folder
from store.holdings import calibration as calibration_of
from store.period import Window, parse_month, parse_window
from store.place import Place
from store.recording_break import RecordingBreak
from store.scans import Spread, read_spread, scans_key
from views.keeping import drawn_from, kept
from views.limits import limits

DEFAULT_PLACE = "north-stonehouse"


@lru_cache(maxsize=4)
def _folder(_named: str | None) -> Folder:
    return data_folder()


def _signature(folder: Folder) -> str:
    """What tells whether the pointer, or a file that people edit, is another than a moment ago, without reading any.

    Asked for a dozen times while a page is drawn.
    """
    seen = []
    for where in (folder.areas, folder.programmes):
        for entry in os.scandir(where) if where.is_dir() else ():
            if entry.name.endswith(".toml") and not entry.name.startswith("."):
                # A file that is taken away or put in another's place at this very moment counts as gone.
                with contextlib.suppress(FileNotFoundError):
                    seen.append((entry.name, entry.stat()))
    if folder.pointer.is_file():
        seen.append(("", folder.pointer.stat()))
    parts = (f"{name}/{found.st_mtime_ns}/{found.st_size}/{found.st_ino}" for name, found in seen)
    return f"{folder.root} {' '.join(sorted(parts))}"


@st.cache_resource(max_entries=2, show_spinner=False)
def _store(signature: str, _folder: Folder) -> Store:
    return open_store(_folder, patience=limits().query_seconds)


def store() -> Store:
    """The store that ``current`` names now; the same object until the data or the neighbourhood files change."""
    folder = _folder(os.environ.get("OUTCOMES_DATA"))
    # By name, here and below: Streamlit inspects the function anew for every value given by its place.
    found = _store(signature=_signature(folder), _folder=folder)
    drawn_from(found.key, today().isoformat())
    return found


def draft() -> Place | None:
    """The neighbourhood this visitor is drawing, kept in this session and nowhere else."""
    found: Place | None = st.session_state.get("draft")
    return found


def store_for(area: str) -> Store:
    """The store, knowing this visitor's draft where that is what is asked about: nobody else's numbers move with it."""
    drawn = draft()
    return store().with_place(drawn) if drawn is not None and drawn.slug == area else store()


def today() -> date:
    """Today, in UTC."""
    return datetime.now(UTC).date()


def places() -> dict[str, Place]:
    """Every neighbourhood by its short name, the worked example first, then this visitor's own draft."""
    found = published(store())
    first = {DEFAULT_PLACE: found[DEFAULT_PLACE]} if DEFAULT_PLACE in found else {}
    drawn = draft()
    own = {drawn.slug: drawn} if drawn is not None else {}
    return first | own | found


def published(in_use: Store) -> dict[str, Place]:
    """The neighbourhoods everybody sees by their short names, the worked example first."""
    by_name = sorted(in_use.places, key=lambda place: (place.slug != DEFAULT_PLACE, place.name))
    return {place.slug: place for place in by_name}


@kept(64, "Working it out…")
def _board(key: str, slug: str, day: str, _store_in_use: Store) -> list[StudiedStarts]:
    place, now = next(item for item in _store_in_use.places if item.slug == slug), date.fromisoformat(day)
    questions = [question_of(_store_in_use, place, name, today=now) for name in _names(_store_in_use, place)]
    return study_starts(_store_in_use, place, questions, today=now, findings_only=True)


def study_first() -> None:
    """Study the place that opens first, into the caches the pages read; outside any visit."""
    first = next((item for item in store().places if item.slug == DEFAULT_PLACE), None)
    if first is None:
        return
    studied = board(first)
    background(first)
    whole(first)
    for item in studied:
        breaks_of(item.finding)
    compared = next((item.finding for item in studied if item.finding.comparison is not None), None)
    if compared is not None:
        surroundings(compared)


def board(place: Place) -> list[Studied]:
    """Every indicator of a place's board, studied with the dates of its own file."""
    in_use = store_for(place.slug)
    return [
        item.studied for item in _board(key=in_use.key, slug=place.slug, day=today().isoformat(), _store_in_use=in_use)
    ]


def _names(in_use: Store, place: Place) -> tuple[str, ...]:
    return board_indicators(place, in_use.measures(), local_names(in_use, place))


@kept(128)
def _names_of(key: str, slug: str, day: str, _store_in_use: Store, _place: Place) -> tuple[str, ...]:
    return _names(_store_in_use, _place)


def names_of(place: Place) -> tuple[str, ...]:
    """The indicators of a place's board, in its order."""
    in_use = store_for(place.slug)
    return _names_of(key=in_use.key, slug=place.slug, day=today().isoformat(), _store_in_use=in_use, _place=place)


def choices(place: Place) -> dict[str, str]:
    """Every indicator that can be asked about, with the words of a list to choose from."""
    in_use, board = store_for(place.slug), names_of(place)
    known = {name: declared(in_use, name) for name in dict.fromkeys((*board, *all_indicators()))}
    return in_groups(board, known, loaded_indicators())


@kept(64, "Working it out…")
def _background(key: str, slug: str, day: str, _store_in_use: Store) -> list[Studied]:
    place, now = next(item for item in _store_in_use.places if item.slug == slug), date.fromisoformat(day)
    names = background_indicators(_store_in_use.measures())
    studied = study_all(_store_in_use, [question_of(_store_in_use, place, name, today=now) for name in names])
    return [item for item in studied if item.series is not None]


def background(place: Place) -> list[Studied]:
    """What is held for the council, the schools and the surgeries around a place."""
    in_use = store_for(place.slug)
    return _background(key=in_use.key, slug=place.slug, day=today().isoformat(), _store_in_use=in_use)


@kept(8)
def _pack(key: str, slug: str, day: str, _store_in_use: Store) -> Pack:
    place = next(item for item in _store_in_use.places if item.slug == slug)
    return pack_of(_store_in_use, place, today=date.fromisoformat(day))


def pack(place: Place, in_use: Store) -> Pack:
    """What leaves the room about a place; slow the first time, and asked for only when somebody wants a file."""
    return _pack(in_use.key, place.slug, today().isoformat(), in_use)


@kept(64, "Working it out…")
def _whole_area(key: str, slug: str, day: str, _store_in_use: Store) -> WholeArea:
    return whole_area(_store_in_use, [item.studied.finding for item in _board(key, slug, day, _store_in_use)])


def whole(place: Place) -> WholeArea:
    """The outcomes of a place's board taken together."""
    in_use = store_for(place.slug)
    return _whole_area(key=in_use.key, slug=place.slug, day=today().isoformat(), _store_in_use=in_use)


@kept(128, "Working it out…")
def _one(
    key: str,
    slug: str,
    name: str,
    before: str,
    after: str,
    start: str,
    without_breaks: bool,
    compare: ComparisonSet,
    day: str,
    _store_in_use: Store,
) -> StudiedStarts:
    place, now = next(item for item in _store_in_use.places if item.slug == slug), date.fromisoformat(day)
    question = question_of(
        _store_in_use, place, name, today=now,
        before=parse_window(before) if before else None, after=parse_window(after) if after else None,
        start=parse_month(start) if start else None, without_breaks=without_breaks,
    )  # fmt: skip
    question = compared_with(_store_in_use, question, compare)
    return study_starts(_store_in_use, place, [question], today=now)[0]


def one(
    place: Place,
    name: str,
    before: Window | None,
    after: Window | None,
    start: date | None,
    without_breaks: bool,
    compare: ComparisonSet = "chosen",
) -> StudiedStarts:
    """One indicator with dates and similar places of the visitor's choosing; BadQuestion where the dates make no question.

    With the dates of its own file, a place that has several possible starts has their band too.
    """
    in_use = store_for(place.slug)
    begin = f"{start:%Y-%m}" if start else ""
    return _one(
        in_use.key,
        place.slug,
        name,
        str(before or ""),
        str(after or ""),
        begin,
        without_breaks,
        compare,
        today().isoformat(),
        in_use,
    )


def comparison_sets(place: Place, name: str) -> tuple[ComparisonSet, ...]:
    """The sets of similar places that an indicator can be compared with."""
    return sets_for(store_for(place.slug), name)


def band(place: Place, name: str) -> StartBand | None:
    """The answers of a place's several possible starts; None where it has one or none."""
    return one(place, name, None, None, None, False).band if place.start_range or place.starts else None


@kept(64, "Working it out…")
def _whole_series(key: str, question: Question, _store_in_use: Store) -> WholeSeries | None:
    return whole_series_of(_store_in_use, [question])[0]


def whole_series(question: Question) -> WholeSeries | None:
    """The whole series of a question without a start; None where one is known or nothing is loaded."""
    in_use = store_for(question.area)
    return _whole_series(in_use.key, question, in_use)


def common_titles() -> dict[str, str]:
    """The title of every loaded indicator of small areas: first what most communities have on their board."""
    in_use, held = store(), loaded_indicators()
    boards = Counter(name for place in places().values() for name in names_of(place) if name in held)
    others = [name for name, item in all_indicators().items() if item.smallest_area == "stable" and name in held]
    names = [*(name for name, _ in boards.most_common()), *others]
    return {name: declared(in_use, name).title for name in dict.fromkeys(names)}


@kept(16, "Working it out…")
def _across(key: str, name: str, day: str, _store_in_use: Store) -> tuple[Community, ...]:
    now = date.fromisoformat(day)

    def community(place: Place) -> Community:
        try:
            question = question_of(_store_in_use, place, name, today=now)
            asked = study_starts(_store_in_use, place, [question], today=now, findings_only=True)
        except BadQuestion as error:
            # One community's file must not take the others off the page.
            return Community(place, None, str(error))
        return Community(place, asked[0].studied)

    return in_order([community(place) for place in _store_in_use.places])


def across(name: str) -> tuple[Community, ...]:
    """Every community on one indicator, each with the dates of its own file, in alphabetical order."""
    in_use = store()
    return _across(key=in_use.key, name=name, day=today().isoformat(), _store_in_use=in_use)


@kept(256)
def _breaks(
    key: str, members: tuple[str, ...], indicator: str, _store_in_use: Store, _finding: Finding
) -> tuple[RecordingBreak, ...]:
    return surroundings_of.breaks_of(_store_in_use, _finding)


def breaks_of(finding: Finding) -> tuple[RecordingBreak, ...]:
    """The recording breaks that touch a finding's series."""
    in_use, asked = store(), finding.question
    return _breaks(
        key=in_use.key, members=asked.members, indicator=asked.indicator, _store_in_use=in_use, _finding=finding
    )


@kept(16)
def _surroundings(
    key: str, members: tuple[str, ...], _store_in_use: Store
) -> tuple[str, dict[str, str], dict[str, str]]:
    return surroundings_of.council_around(_store_in_use, members)


def surroundings(finding: Finding) -> tuple[str, dict[str, str], dict[str, str]]:
    """The council most of a place lies in, with the outlines and names of that council's small areas."""
    in_use = store()
    return _surroundings(key=in_use.key, members=finding.question.members, _store_in_use=in_use)


@kept(8)
def _loaded(key: str, _store_in_use: Store) -> frozenset[str]:
    held = _store_in_use.measures()
    official = {name for name, item in all_indicators().items() if all(part in held for part in item.measures)}
    return frozenset(official | set(local_indicators(_store_in_use)))


def loaded_indicators() -> frozenset[str]:
    """Indicators all of whose measures are loaded."""
    in_use = store()
    return _loaded(key=in_use.key, _store_in_use=in_use)


@kept(8)
def _months(key: str, _store_in_use: Store) -> tuple[date, date] | None:
    found = (_store_in_use.months_loaded([name]) for name in _store_in_use.measures())
    spans = [span for span in found if span]
    return (min(first for first, _ in spans), max(last for _, last in spans)) if spans else None


def months_loaded() -> tuple[date, date]:
    """First and last month of the measures loaded."""
    in_use = store()
    return _months(key=in_use.key, _store_in_use=in_use) or (today(), today())


@kept(32)
def _spread(key: str, indicator: str, before: Window, after: Window, _folder: Folder) -> Spread | None:
    return read_spread(_folder, indicator, before, after)


def spread(finding: Finding) -> Spread | None:
    """How answers spread over made-up neighbourhoods asked with the same windows; None where the host has no such scan."""
    asked, folder = finding.question, data_folder()
    if asked.before is None or asked.after is None:
        return None
    return _spread(key=f"{folder.root} {scans_key(folder)}", indicator=asked.indicator, before=asked.before, after=asked.after, _folder=folder)  # fmt: skip


def calibration() -> list[Measured]:
    """What was measured about the tool itself."""
    return [Measured(**row) for row in calibration_of(store())]
