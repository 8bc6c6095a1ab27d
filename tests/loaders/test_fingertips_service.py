"""Fetching from the public health profiles: names prove numbers, area types are found by name, and nothing is guessed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from loaders import fingertips, practice_profiles
from loaders.fingertips_indicators import PRACTICE, REGION, UPPER, WARD
from loaders.fingertips_service import fetch_profiles, types_of
from loaders.raw import what_of
from loaders.session import Fetching
from store.errors import SourceChanged
from tests.loaders.fingertips_file import COLUMNS, LOWER_TYPE, NAMES, UPPER_TYPE, cells
from tests.loaders.publishers import Asked, Publisher, Reply, fetching_from, publisher
from tests.loaders.small_world import NOW, small_context, small_lookups

TYPES = {
    15: ("England", "England"), 6: ("Government Office Region", "Region"), 8: ("Ward", "Ward"), 3: ("Middle Super Output Area", "MSOA"),
    7: ("General Practice", "GPs"), 102: ("Upper tier local authorities (pre 4/19)", "County & UA (pre 4/19)"),
    502: ("Upper tier local authorities (post 4/23)", UPPER_TYPE), 501: ("Lower tier local authorities (post 4/23)", LOWER_TYPE),
    221: ("Integrated care boards", "ICBs"),
}  # fmt: skip
# An area of each type, as its rows have it.
AREAS = {3: ("E02003147", "MSOA"), 6: ("E12000009", "Region"), 7: ("A81001", "GPs"), 8: ("E05002094", "Ward"),
         102: ("E06000026", "County & UA (pre 4/19)"), 501: ("E06000026", LOWER_TYPE), 502: ("E06000026", UPPER_TYPE)}  # fmt: skip
PERIODS = {"calendar": "2016", "financial": "2016/17", "academic": "2016/17", "day": "2016"}
EVERY = (*fingertips.INDICATORS, *practice_profiles.INDICATORS)


def _metadata(number: str, name: str) -> dict[str, Any]:
    declared = next((item for item in EVERY if item.fits(name)), EVERY[0])
    year = {"calendar": "Calendar", "academic": "Academic"}.get(declared.year, "Financial")
    return {
        "IID": int(number), "Descriptive": {"Name": name, "NameLong": name},
        "YearType": {"Id": 1, "Name": year}, "Unit": {"Value": declared.per, "Label": ""},
    }  # fmt: skip


class Profiles:
    """A service of the profiles. ``names`` may be changed, and ``answers`` replaced path by path."""

    def __init__(self) -> None:
        self.names = dict(NAMES)
        self.metadata = {number: _metadata(number, name) for number, name in self.names.items()}
        self.types = dict(TYPES)
        self.available: Callable[[str], list[int]] = lambda number: sorted(AREAS)
        self.answers: dict[str, bytes] = {}

    def __call__(self, asked: Asked) -> Reply:
        path = asked.path.lstrip("/")
        if path in self.answers:
            return Reply(self.answers[path])
        if path == "all_data/csv/by_indicator_id":
            return Reply(self._figures(asked).encode(), headers={"Content-Type": "text/csv"})
        said: Any = {
            "area_types": lambda: [{"Id": i, "Name": name, "Short": short} for i, (name, short) in self.types.items()],
            "available_data": lambda: [{"IndicatorId": 1, "AreaTypeId": kind} for kind in self.available(asked.params["indicator_id"])],
            "indicator_metadata/all": lambda: self.metadata,
            "indicator_metadata/by_indicator_id": lambda: {
                number: self.metadata[number] for number in asked.params["indicator_ids"].split(",") if number in self.metadata
            },
        }[path]()  # fmt: skip
        return Reply(json.dumps(said).encode(), headers={"Content-Type": "application/json"})

    def _figures(self, asked: Asked) -> str:
        code, kind = AREAS[int(asked.params["child_area_type_id"])]
        lines = [",".join(f'"{name}"' for name in COLUMNS)]
        for number in asked.params["indicator_ids"].split(","):
            name = self.metadata[number]["Descriptive"]["Name"]
            declared = next(item for item in EVERY if item.fits(name))
            row = cells(
                number,
                code,
                PERIODS[declared.year],
                count=10,
                of=1000,
                area_type=kind,
                sex=declared.sex,
                indicator_name=name,
            )
            lines.append(",".join(f'"{row.get(column, "")}"' for column in COLUMNS))
        return "\n".join(lines) + "\n"


@pytest.fixture
def playing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    @contextmanager
    def begin(source: Any = fingertips.SOURCE) -> Iterator[tuple[Profiles, Publisher, Fetching]]:
        profiles = Profiles()
        with publisher(profiles) as service:
            monkeypatch.setenv(f"OUTCOMES_{source.name.upper()}_URL", service.address)
            yield profiles, service, fetching_from(source, tmp_path, NOW, small_lookups())[0]

    return begin


def test_each_area_type_is_asked_for_by_name_and_read(playing: Any) -> None:
    with playing() as (_, service, fetching):
        paths = fingertips.fetch(fetching)
    asked = [
        item.params
        for item in service.asked
        if item.path.endswith("by_indicator_id") and "child_area_type_id" in item.params
    ]
    assert {item["parent_area_type_id"] for item in asked} == {"15"}
    kinds = [item["child_area_type_id"] for item in asked]
    # Councils in every edition and regions in one answer each, small areas one indicator at a time; no practices.
    assert sorted(kinds) == ["102", "3", "3", "501", "502", "6", "8", "8"]
    assert [what_of(path) for path in paths] == [
        "upper-102-90284", "upper-502-90284", "lower-501-90284", "region-6-90284", "ward-8-93219", "ward-8-93239",
        "middle-3-93219", "middle-3-93239",
    ]  # fmt: skip
    whole = {item["child_area_type_id"]: item["indicator_ids"].split(",") for item in asked}
    assert len(whole["502"]) == len([item for item in fingertips.INDICATORS if UPPER in item.levels]) == 13
    assert "90886" not in whole["501"]
    # One question for the names of all, not one for each.
    assert sum(item.path.endswith("indicator_metadata/by_indicator_id") for item in service.asked) == 1
    assert not any(item.path.endswith("indicator_metadata/all") for item in service.asked)
    reading = fingertips.read(paths, small_context())
    assert [account.state for account in reading.accounts] == ["loaded"] * 8
    assert reading.contributions[0].files[0].url.startswith(service.address)


def test_practices_are_asked_for_one_register_at_a_time(playing: Any) -> None:
    with playing(practice_profiles.SOURCE) as (_, _, fetching):
        paths = practice_profiles.fetch(fetching)
    assert [what_of(path) for path in paths] == [f"practice-7-{item.number}" for item in practice_profiles.INDICATORS]
    reading = practice_profiles.read([fetching.raw], small_context())
    assert [account.state for account in reading.accounts] == ["loaded"] * 5


def test_at_most_a_hundred_indicators_are_asked_for_at_once(playing: Any) -> None:
    with playing() as (profiles, service, fetching):
        many = []
        for number in range(1000, 1205):
            many.append(
                replace(
                    fingertips.INDICATORS[0],
                    measure=f"m{number}",
                    number=number,
                    words=(f"n{number}",),
                    levels=(UPPER,),
                )
            )
            profiles.metadata[str(number)] = {"Descriptive": {"Name": f"N{number}"}}
        profiles.answers["all_data/csv/by_indicator_id"] = b"Indicator ID\n1\n"
        fetch_profiles(fetching, many)
    asked = [item.params for item in service.asked if "child_area_type_id" in item.params]
    assert [len(item["indicator_ids"].split(",")) for item in asked] == [100, 100, 5, 100, 100, 5]
    held = [item.params for item in service.asked if item.path.endswith("indicator_metadata/by_indicator_id")]
    assert [len(item["indicator_ids"].split(",")) for item in held] == [100, 100, 5]


def test_an_indicator_that_got_another_number_is_found_by_its_name(playing: Any) -> None:
    with playing() as (profiles, service, fetching):
        profiles.metadata["90284"] = _metadata("90284", "Smoking prevalence in adults")
        profiles.metadata["95001"] = _metadata("95001", NAMES["90284"])
        paths = fingertips.fetch(fetching)
    assert "95001" in next(
        item.params["indicator_ids"] for item in service.asked if "child_area_type_id" in item.params
    )
    assert fingertips.read(paths[:1], small_context()).accounts[0].state == "loaded"


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            {"93476": "Deaths at sea"},
            "Indicator 93476 does not bear the name expected for deaths-at-home, and no other is",
        ),
        ({"93476": "", "1": "Deaths at home", "2": "Deaths that occur at home"}, "2 others are called so"),
    ],
)
def test_a_name_that_is_not_there_or_there_twice_stops_it(playing: Any, names: dict[str, str], message: str) -> None:
    with playing() as (profiles, _, fetching):
        profiles.metadata |= {number: _metadata(number, name) for number, name in names.items()}
        with pytest.raises(SourceChanged, match=message):
            fingertips.fetch(fetching)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"YearType": {"Name": "Academic"}}, "years called “academic”"),
        ({"Unit": {"Value": 1000.0}}, "figures per 1000 instead of 10000"),
    ],
)
def test_other_years_and_other_rates_stop_it(playing: Any, change: dict[str, Any], message: str) -> None:
    with playing() as (profiles, _, fetching):
        profiles.metadata["90284"] |= change
        with pytest.raises(SourceChanged, match=message):
            fingertips.fetch(fetching)


def test_what_the_service_does_not_say_is_not_held_against_it(playing: Any) -> None:
    with playing() as (profiles, _, fetching):
        profiles.metadata["90284"] |= {"YearType": None, "Unit": None}
        assert fingertips.fetch(fetching)


def test_an_indicator_without_figures_stops_it(playing: Any) -> None:
    with playing() as (profiles, _, fetching):
        profiles.available = lambda number: [221] if number == "90810" else sorted(AREAS)
        with pytest.raises(SourceChanged, match="no figures any more for 90810"):
            fingertips.fetch(fetching)


def test_an_area_type_that_is_no_more_stops_it(playing: Any) -> None:
    with playing() as (profiles, _, fetching):
        del profiles.types[8]
        with pytest.raises(SourceChanged, match="an area type called “ward…”"):
            fingertips.fetch(fetching)


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("area_types", b"Sorry", "sent no list"),
        ("area_types", b'{"Id": 1}', "no list with numbers called Id"),
        ("area_types", b'[{"Id": "six", "Name": "Region"}]', "no list with numbers called Id"),
        ("available_data", b"[]", "no list with numbers called AreaTypeId"),
        ("indicator_metadata/by_indicator_id", b"[]", "no list of indicators"),
        ("indicator_metadata/by_indicator_id", b'{"Message": "An error has occurred."}', "no list of indicators"),
        ("all_data/csv/by_indicator_id", b"<html>Not now</html>", "web page"),
    ],
)
def test_something_else_than_the_list_stops_it(playing: Any, path: str, body: bytes, message: str) -> None:
    with playing() as (profiles, _, fetching):
        profiles.answers[path] = body
        with pytest.raises(SourceChanged, match=message):
            fingertips.fetch(fetching)


def test_area_types_are_known_by_either_name() -> None:
    names = {number: f"{name}\n{short}".casefold() for number, (name, short) in TYPES.items()}
    assert types_of(names, UPPER) == (102, 502)
    assert types_of(names, REGION) == (6,)
    assert types_of(names, PRACTICE) == (7,)
    assert types_of(names, WARD) == (8,)
