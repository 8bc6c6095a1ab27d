"""A neighbourhood, as its community writes it down in a TOML file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from store.errors import BadPlace, BadQuestion
from store.period import Window, parse_month, parse_window
from store.toml import Table, quoted, read_toml

_NAME = re.compile(r"[a-z0-9-]{2,60}")
_SMALL_AREA = re.compile(r"[EWS]01\d{6}")
_LONGEST_STORY = 600
_LONGEST_REPLY = 600
_MOST_CHOSEN = 6


@dataclass(frozen=True, slots=True)
class Milestone:
    """Something that happened: ``lane`` is "else" for what else happened; ``step`` one of C2's seven, or 0."""

    on: date
    until: date | None
    uncertain: bool
    step: int
    lane: str
    text: str


@dataclass(frozen=True, slots=True)
class Story:
    """What somebody said, with who agreed to have it shown."""

    text: str
    said_by: str
    consent: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What people here answer to the number of one indicator, with who agreed to have it shown.

    ``on`` is the month in which it was said (its first day), since the number goes on changing.
    """

    indicator: str
    text: str
    said_by: str
    consent: str
    on: date


@dataclass(frozen=True, slots=True)
class ChosenChange:
    """A change of the list of indicators chosen beforehand: the day, the list until then, and why it was changed."""

    on: date
    was: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Asset:
    """Something the community has: a place, group, skill, money or service.

    ``ring`` says what it connects: "us", "services" or "communities"; empty where the file does not say.
    """

    name: str
    kind: str
    ring: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A neighbourhood file. ``small_areas`` are published codes of either edition; dates are first days of months.

    ``chosen_on`` is the day the list ``chosen_beforehand`` was made; ``changes`` hold the lists before it, oldest first.
    ``publish`` is true where the place asks for a page on the site that a host may put on the web.
    """

    slug: str
    name: str
    town: str
    summary: str
    small_areas: tuple[str, ...]
    wards: tuple[str, ...]
    schools: tuple[str, ...]
    practices: tuple[str, ...]
    checked: str
    drawn_by: str
    consulted: str
    start: date | None
    start_range: tuple[date, date] | None
    starts: tuple[date, ...]
    prior_evaluation: str
    settling_in_months: int
    start_evidence: str
    before: Window | None
    after: Window | None
    chosen_beforehand: tuple[str, ...]
    chosen_on: date | None
    changes: tuple[ChosenChange, ...]
    exclude: tuple[str, ...]
    milestones: tuple[Milestone, ...]
    stories: tuple[Story, ...]
    replies: tuple[Reply, ...]
    assets: tuple[Asset, ...]
    publish: bool = False


def _month(table: Table, key: str) -> date | None:
    return _parsed_month(table, key, table.values[key]) if key in table.values else None


def _parsed_month(table: Table, key: str, value: Any) -> date:
    try:
        return parse_month(value)
    except BadQuestion as error:
        raise table.wrong(key, "a month written as YYYY-MM, in quotes") from error


def _window(table: Table, key: str) -> Window | None:
    if key not in table.values:
        return None
    try:
        return parse_window(table.text(key))
    except BadQuestion as error:
        raise table.wrong(key, "a span of months written as YYYY-MM:YYYY-MM, in quotes") from error


def _codes(table: Table, key: str) -> tuple[str, ...]:
    codes = table.texts(key)
    for code in codes:
        if not _SMALL_AREA.fullmatch(code):
            raise table.wrong(key, f"a list of small-area codes such as E01015153, which {quoted(code)} is not")
    return tuple(dict.fromkeys(codes))


def _needed_month(table: Table, key: str) -> date:
    month = _month(table, key)
    if month is None:
        raise table.wrong(key, "a month written as YYYY-MM")
    return month


def _chosen(study: Table, key: str) -> tuple[str, ...]:
    """A list of indicators as one may choose them beforehand."""
    names = study.texts(key)
    if len(names) > _MOST_CHOSEN:
        raise study.wrong(key, f"at most {_MOST_CHOSEN} indicators")
    return names


def _milestone(values: Mapping[str, Any], file: str) -> Milestone:
    table = Table(values, ("on", "until", "uncertain", "step", "lane", "text"), file, "milestone")
    on = _needed_month(table, "on")
    until = _month(table, "until")
    if until is not None and until < on:
        raise table.wrong("until", "a month not before “on”")
    lane = table.text("lane", longest=20)
    if lane not in ("", "else"):
        raise table.wrong("lane", "“else”, or left out")
    return Milestone(
        on=on,
        until=until,
        uncertain=table.flag("uncertain"),
        step=table.number("step", least=1, most=7, default=1) if "step" in values else 0,
        lane=lane,
        text=table.text("text", longest=300, needed=True),
    )


def _story(values: Mapping[str, Any], file: str) -> Story:
    table = Table(values, ("text", "said_by", "consent"), file, "story")
    return Story(
        text=table.text("text", longest=_LONGEST_STORY, needed=True),
        said_by=table.text("said_by", longest=100),
        consent=table.text("consent", longest=200, needed=True),
    )


def _reply(values: Mapping[str, Any], file: str) -> Reply:
    table = Table(values, ("indicator", "text", "said_by", "consent", "on"), file, "reply")
    return Reply(
        indicator=table.text("indicator", longest=100, needed=True),
        text=table.text("text", longest=_LONGEST_REPLY, needed=True),
        said_by=table.text("said_by", longest=100),
        consent=table.text("consent", longest=200, needed=True),
        on=_needed_month(table, "on"),
    )


def _change(values: Mapping[str, Any], file: str) -> ChosenChange:
    table = Table(values, ("on", "was", "reason"), file, "study.changed")
    on, was = values.get("on"), _chosen(table, "was")
    # A date with an hour cannot be put in order with one that has none.
    if not isinstance(on, date) or isinstance(on, datetime):
        raise table.wrong("on", "a date such as 2026-11-21, without quotes")
    if not was:
        raise table.wrong("was", "the list of at least one indicator that was chosen until then")
    return ChosenChange(on=on, was=was, reason=table.text("reason", longest=300, needed=True))


def _asset(values: Mapping[str, Any], file: str) -> Asset:
    table = Table(values, ("name", "kind", "ring"), file, "asset")
    kind = table.text("kind", longest=20, needed=True)
    if kind not in ("place", "group", "skill", "money", "service"):
        raise table.wrong("kind", "one of place, group, skill, money, service")
    ring = table.text("ring", longest=20)
    if ring not in ("", "us", "services", "communities"):
        raise table.wrong("ring", "one of us, services, communities, or left out")
    return Asset(name=table.text("name", longest=120, needed=True), kind=kind, ring=ring)


def _starts(project: Table) -> tuple[date | None, tuple[date, date] | None, tuple[date, ...]]:
    given = [key for key in ("start", "start_range", "starts") if key in project.values]
    if len(given) > 1:
        raise project.wrong(given[1], f"left out where “{given[0]}” is given")
    many = tuple(_parsed_month(project, "starts", value) for value in project.texts("starts"))
    ends = tuple(_parsed_month(project, "start_range", value) for value in project.texts("start_range"))
    if ends and (len(ends) != 2 or ends[1] < ends[0]):
        raise project.wrong("start_range", "two months, the earlier first")
    return _month(project, "start"), (ends[0], ends[1]) if ends else None, many


def place_from(values: Mapping[str, Any], slug: str) -> Place:
    """A place from its TOML values; BadPlace names the key that is wrong and, if unknown, the nearest right one."""
    if not _NAME.fullmatch(slug):
        raise BadPlace(
            f"“{slug}” is not an area name", do="Use 2 to 60 of a–z, 0–9 and hyphens, as in north-stonehouse."
        )
    file = f"{slug}.toml"
    top = Table(
        values,
        ("schema", "name", "town", "summary", "publish", "place", "project", "study", "milestone", "story", "reply", "asset"), file,
    )  # fmt: skip
    top.number("schema", least=1, most=1, default=0)
    place = Table(
        top.table("place"),
        ("small_areas", "wards", "schools", "practices", "checked", "drawn_by", "consulted"), file, "place",
    )  # fmt: skip
    project = Table(
        top.table("project"),
        ("start", "start_range", "starts", "prior_evaluation", "settling_in_months", "start_evidence"), file, "project",
    )  # fmt: skip
    study = Table(
        top.table("study"), ("before", "after", "chosen_beforehand", "chosen_on", "changed", "exclude"), file, "study"
    )
    small_areas = _codes(place, "small_areas")
    if not small_areas:
        raise place.wrong("small_areas", "a list of at least one small-area code")
    chosen_on = study.values.get("chosen_on")
    if chosen_on is not None and not isinstance(chosen_on, date):
        raise study.wrong("chosen_on", "a date such as 2026-11-21, without quotes")
    consulted = place.values.get("consulted")
    start, start_range, starts = _starts(project)
    before, after = _window(study, "before"), _window(study, "after")
    if (before is None) != (after is None):
        raise study.wrong("after" if after is None else "before", "given together with the other span")
    return Place(
        slug=slug,
        name=top.text("name", longest=120, needed=True),
        town=top.text("town", longest=80),
        summary=top.text("summary", longest=1000),
        small_areas=small_areas,
        wards=place.texts("wards"),
        schools=place.texts("schools"),
        practices=place.texts("practices"),
        checked=place.text("checked"),
        drawn_by=place.text("drawn_by", longest=300),
        consulted=consulted.isoformat()
        if isinstance(consulted, date)
        else place.text("consulted", longest=200) or "not yet",
        start=start,
        start_range=start_range,
        starts=starts,
        prior_evaluation=project.text("prior_evaluation"),
        settling_in_months=project.number("settling_in_months", least=0, most=60, default=0),
        start_evidence=project.text("start_evidence"),
        before=before,
        after=after,
        chosen_beforehand=_chosen(study, "chosen_beforehand"),
        chosen_on=chosen_on,
        changes=tuple(sorted((_change(item, file) for item in study.tables("changed")), key=lambda c: c.on)),
        exclude=_codes(study, "exclude"),
        milestones=tuple(sorted((_milestone(item, file) for item in top.tables("milestone")), key=lambda m: m.on)),
        stories=tuple(_story(item, file) for item in top.tables("story")),
        replies=tuple(_reply(item, file) for item in top.tables("reply")),
        assets=tuple(_asset(item, file) for item in top.tables("asset")),
        publish=top.flag("publish"),
    )


def read_place(folder: Path, slug: str) -> Place:
    """The place of this name in ``folder``; BadPlace lists the names there are when it is none of them."""
    # The name is looked up among the files that exist: it is never joined into a path.
    files = {path.stem: path for path in folder.glob("*.toml")}
    if slug not in files:
        raise BadPlace(
            f"There is no area called “{slug}”", do="Areas here: " + (", ".join(sorted(files)) or "none") + "."
        )
    return place_from(read_toml(files[slug]), slug)


def read_places(folder: Path) -> tuple[Place, ...]:
    """Every place in ``folder``, by name."""
    return tuple(place_from(read_toml(path), path.stem) for path in sorted(folder.glob("*.toml")))
