"""Neighbourhood files: the shipped ones, and everything people may get wrong."""

from __future__ import annotations

import contextlib
import copy
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.errors import BadPlace
from store.folder import SHIPPED
from store.period import parse_window
from store.place import ChosenChange, Reply, place_from, read_place, read_places

AREAS = SHIPPED / "areas"
WHOLE: dict[str, Any] = {
    "schema": 1,
    "name": "Here",
    "town": "Plymouth",
    "summary": "Words.",
    "publish": True,
    "place": {
        "small_areas": ["E01015155", "E01015153", "E01015155"], "wards": ["A ward"], "schools": ["123456"],
        "practices": ["L12345"], "checked": "On foot.", "drawn_by": "us", "consulted": date(2026, 1, 2),
    },
    "project": {"start": "2020-08", "settling_in_months": 8, "start_evidence": "News.", "prior_evaluation": "None."},
    "study": {
        "before": "2018-08:2020-07", "after": "2021-04:2023-03", "chosen_beforehand": ["burglary"],
        "chosen_on": date(2026, 11, 21), "exclude": ["E01015158"],
        "changed": [
            {"on": date(2026, 11, 21), "was": ["violence"], "reason": "Asked for."},
            {"on": date(2026, 3, 1), "was": ["robbery", "drugs"], "reason": "A slip."},
        ],
    },
    "milestone": [
        {"on": "2021-01", "until": "2021-03", "uncertain": True, "step": 3, "text": "Later"},
        {"on": "2020-02", "lane": "else", "text": "Earlier"},
    ],
    "story": [{"text": "It was fun.", "said_by": "a resident", "consent": "2026-11"}],
    "reply": [{
        "indicator": "burglary", "text": "It is quieter.", "said_by": "a resident", "consent": "2026-11", "on": "2026-10",
    }],
    "asset": [{"name": "The hall", "kind": "place"}],
}  # fmt: skip


def changed(path: str, value: Any) -> dict[str, Any]:
    """``WHOLE`` with the value at ``path`` ("place.wards", "milestone.0.on") replaced."""
    values = copy.deepcopy(WHOLE)
    spot: Any = values
    *way, last = path.split(".")
    for step in way:
        spot = spot[int(step)] if isinstance(spot, list) else spot[step]
    spot[int(last) if isinstance(spot, list) else last] = value
    return values


def test_every_shipped_neighbourhood_is_read() -> None:
    names = {place.slug for place in read_places(AREAS)}
    assert names == {
        "north-stonehouse", "beacon-falmouth", "redruth-north", "tr14ers-camborne", "beacon-heath-exeter",
        "townstal-dartmouth",
    }  # fmt: skip
    place = read_place(AREAS, "north-stonehouse")
    assert place.small_areas == ("E01015153", "E01015155")
    assert (place.start, place.settling_in_months) == (date(2020, 8, 1), 8)
    assert (place.before, place.after) == (parse_window("2018-08:2020-07"), parse_window("2021-04:2023-03"))
    assert place.exclude == ("E01015158",)
    assert [m.on for m in place.milestones] == sorted(m.on for m in place.milestones)


def test_a_whole_file_is_read_key_by_key() -> None:
    place = place_from(WHOLE, "here")
    assert place.small_areas == ("E01015155", "E01015153")
    assert place.consulted == "2026-01-02"
    assert place.chosen_on == date(2026, 11, 21)
    first, second = place.milestones
    assert (first.text, first.lane, first.step, first.until, first.uncertain) == ("Earlier", "else", 0, None, False)
    assert (second.step, second.until, second.uncertain) == (3, date(2021, 3, 1), True)
    assert place.stories[0].consent == "2026-11"
    assert place.replies == (Reply("burglary", "It is quieter.", "a resident", "2026-11", date(2026, 10, 1)),)
    assert place.changes == (
        ChosenChange(date(2026, 3, 1), ("robbery", "drugs"), "A slip."),
        ChosenChange(date(2026, 11, 21), ("violence",), "Asked for."),
    )
    assert (place.assets[0].name, place.assets[0].kind) == ("The hall", "place")
    assert place.publish


def test_where_a_list_of_tables_belongs_is_said() -> None:
    with pytest.raises(BadPlace, match=r"each under \[\[study.changed\]\]"):
        place_from(changed("study.changed", "drugs"), "here")


def test_only_the_name_the_schema_and_the_small_areas_are_needed() -> None:
    place = place_from({"schema": 1, "name": "Here", "place": {"small_areas": ["W01000001"]}}, "here")
    assert (place.start, place.start_range, place.starts, place.before, place.after) == (None, None, (), None, None)
    assert place.consulted == "not yet"
    assert not place.publish


def test_an_uncertain_start_and_several_starts() -> None:
    several = changed("project", {"starts": ["2019-01", "2020-01"]})
    assert place_from(several, "here").starts == (date(2019, 1, 1), date(2020, 1, 1))
    between = changed("project", {"start_range": ["2020-07", "2020-12"]})
    assert place_from(between, "here").start_range == (date(2020, 7, 1), date(2020, 12, 1))


@pytest.mark.parametrize(
    ("path", "value", "names"),
    [
        ("schema", 2, "schema"),
        ("name", "", "name"),
        ("name", 5, "name"),
        ("summary", "x" * 1001, "summary"),
        ("publish", "yes", "publish"),
        ("place", [], "place"),
        ("place.small_areas", [], "place.small_areas"),
        ("place.small_areas", "E01015153", "place.small_areas"),
        ("place.small_areas", ["E02015153"], "place.small_areas"),
        ("place.small_areas", ["../../etc"], "place.small_areas"),
        ("place.consulted", 5, "place.consulted"),
        ("project.start", 2020, "project.start"),
        ("project.start", "August 2020", "project.start"),
        ("project.start_range", ["2020-07", "2020-12"], "project.start_range"),
        ("project", {"start_range": ["2020-12", "2020-07"]}, "project.start_range"),
        ("project", {"start_range": ["2020-12"]}, "project.start_range"),
        ("project", {"starts": ["soon"]}, "project.starts"),
        ("project.settling_in_months", 61, "project.settling_in_months"),
        ("study.before", "2020", "study.before"),
        ("study.before", "2020-07:2018-08", "study.before"),
        ("study", {"before": "2018-08:2020-07"}, "study.after"),
        ("study", {"after": "2018-08:2020-07"}, "study.before"),
        ("study.chosen_beforehand", list("abcdefg"), "study.chosen_beforehand"),
        ("study.chosen_on", "yesterday", "study.chosen_on"),
        ("study.exclude", ["here"], "study.exclude"),
        ("study.changed", {"on": date(2026, 3, 1)}, "study.changed"),
        ("study.changed.0", {"was": ["drugs"], "reason": "no day"}, "study.changed.on"),
        ("study.changed.0.on", "2026-03-01", "study.changed.on"),
        ("study.changed.0.on", datetime(2026, 3, 1, 8, 30), "study.changed.on"),  # noqa: DTZ001
        ("study.changed.0.was", [], "study.changed.was"),
        ("study.changed.0.was", "drugs", "study.changed.was"),
        ("study.changed.0.was", list("abcdefg"), "study.changed.was"),
        ("study.changed.0", {"on": date(2026, 3, 1), "was": ["drugs"]}, "study.changed.reason"),
        ("study.changed.0.reason", " ", "study.changed.reason"),
        ("study.changed.0.reason", "x" * 301, "study.changed.reason"),
        ("milestone.0.on", 5, "milestone.on"),
        ("milestone.0", {"text": "no month"}, "milestone.on"),
        ("milestone.0.until", "2020-12", "milestone.until"),
        ("milestone.0.lane", "left", "milestone.lane"),
        ("milestone.0.step", 8, "milestone.step"),
        ("milestone.0.text", "", "milestone.text"),
        ("story.0.text", "x" * 601, "story.text"),
        ("story.0", {"text": "no consent"}, "story.consent"),
        ("reply.0.indicator", "", "reply.indicator"),
        ("reply.0.text", "x" * 601, "reply.text"),
        ("reply.0.said_by", "x" * 101, "reply.said_by"),
        ("reply.0.consent", "x" * 201, "reply.consent"),
        ("reply.0", {"indicator": "burglary", "text": "no consent", "on": "2026-10"}, "reply.consent"),
        ("reply.0", {"indicator": "burglary", "text": "no month", "consent": "2026-11"}, "reply.on"),
        ("reply.0.on", "2026-10-01", "reply.on"),
        ("asset.0.kind", "dragon", "asset.kind"),
        ("asset.0.ring", "everybody", "asset.ring"),
    ],
)
def test_a_wrong_value_names_its_key_and_file(path: str, value: object, names: str) -> None:
    with pytest.raises(BadPlace) as error:
        place_from(changed(path, value), "here")
    assert error.value.column == names
    assert error.value.file == "here.toml"
    assert error.value.do


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("summery", "summary"), ("place.smal_areas", "small_areas"), ("project.begin", "start"), ("study.befor", "before"),
        ("milestone.0.untill", "until"), ("story.0.said", "said_by"), ("asset.0.sort", "kind"),
        ("reply.0.indicater", "indicator"), ("study.changed.0.wass", "was"),
    ],
)  # fmt: skip
def test_an_unknown_key_names_the_nearest_right_one(path: str, near: str) -> None:
    with pytest.raises(BadPlace) as error:
        place_from(changed(path, "x"), "here")
    assert path.rsplit(".", 1)[-1] in error.value.message
    if path != "project.begin" and path != "asset.0.sort":
        assert error.value.do == f"Did you mean “{near}”?"


@pytest.mark.parametrize("slug", ["", "x", "Here", "../x", "a/b", "a" * 61, "a b", "café"])
def test_a_name_is_a_name_and_never_a_path(slug: str) -> None:
    with pytest.raises(BadPlace, match="is not an area name"):
        place_from(WHOLE, slug)


@pytest.mark.parametrize("slug", ["nowhere", "../areas/north-stonehouse", "/etc/passwd", "north-stonehouse.toml", ""])
def test_an_unknown_area_lists_those_there_are(slug: str) -> None:
    with pytest.raises(BadPlace, match="There is no area called") as error:
        read_place(AREAS, slug)
    assert "north-stonehouse" in (error.value.do or "")


def test_an_empty_folder_says_that_there_are_none(tmp_path: Path) -> None:
    with pytest.raises(BadPlace) as error:
        read_place(tmp_path, "here")
    assert error.value.do == "Areas here: none."


_KEYS = st.sampled_from(
    ["schema", "name", "town", "summary", "publish", "place", "project", "study", "milestone", "story", "asset", "small_areas",
     "wards", "checked", "consulted", "start", "start_range", "starts", "settling_in_months", "before", "after",
     "chosen_beforehand", "chosen_on", "exclude", "on", "until", "uncertain", "step", "lane", "text", "said_by", "consent",
     "kind", "unknown", "reply", "indicator", "changed", "was", "reason"]
)  # fmt: skip
_VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.dates(), st.datetimes(), st.times(),
        st.sampled_from(["2020-08", "2018-08:2020-07", "E01015153", "0000-01", "9999-12:9999-12", "else", "place"]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_KEYS, inner, max_size=5)),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(_KEYS, _VALUES, max_size=6))
def test_nothing_but_a_bad_place_is_ever_raised(values: dict[str, Any]) -> None:
    with contextlib.suppress(BadPlace):
        place_from(values, "here")


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(sorted({
    "name", "town", "place.small_areas", "place.wards", "place.consulted", "project.start", "project.starts",
    "project.start_range", "project.settling_in_months", "study.before", "study.after", "study.chosen_on", "study.exclude",
    "reply", "reply.0.on", "reply.0.consent", "study.changed", "study.changed.0.on", "study.changed.0.was",
    "milestone.0.on", "milestone.0.until", "milestone.0.step", "milestone.0.lane", "story.0.text", "asset.0.kind", "milestone",
})), _VALUES)  # fmt: skip
def test_nor_where_only_one_value_is_wild(path: str, value: object) -> None:
    with contextlib.suppress(BadPlace):
        place_from(changed(path, value), "here")


def test_shipped_files_are_plain_toml() -> None:
    for path in AREAS.glob("*.toml"):
        place_from(tomllib.loads(path.read_text(encoding="utf-8")), path.stem)
