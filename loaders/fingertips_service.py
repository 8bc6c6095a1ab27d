"""The web service of the public health profiles: numbers proved by name, area types found by name, then the figures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from loaders.fingertips_indicators import COUNTRY, Level, ProfileIndicator
from loaders.session import Fetching
from store.errors import SourceChanged

# The most indicators the service takes in one request (fingertips-open, DataController).
_MOST = 100
_LARGEST_LIST = 200_000_000
_LARGEST_ANSWER = 2_000_000_000
_DO = "Nothing was changed; this loader must be changed before the profiles can be fetched again."


def fetch_profiles(fetching: Fetching, indicators: Sequence[ProfileIndicator]) -> list[Path]:
    """All figures of ``indicators``, every year there is: one answer for each area type, old ones of councils too.

    The service gives whole series only, for all of England: ``since`` and ``councils`` make no difference. Raises
    SourceChanged where a number and a name do not belong together, an area type is not listed, or nothing is published.
    """
    types = _area_types(fetching)
    england = types_of(types, COUNTRY)[0]
    numbers = _numbers(fetching, indicators)
    published = {item: _published_for(number, fetching) for item, number in numbers.items()}
    levels = dict.fromkeys(level for item in indicators for level in item.levels if level is not COUNTRY)
    paths: list[Path] = []
    asked: set[ProfileIndicator] = set()
    for level in levels:
        for kind in types_of(types, level):
            wanted = [item for item in indicators if level in item.levels and kind in published[item]]
            asked.update(wanted)
            size = min(level.at_once, _MOST)
            for first in range(0, len(wanted), size):
                paths.append(
                    _figures(fetching, level, kind, england, [numbers[i] for i in wanted[first : first + size]])
                )
    nothing = [item for item in indicators if item not in asked]
    if nothing:
        raise SourceChanged(
            "The profiles have no figures any more for " + ", ".join(f"{numbers[i]} ({i.measure})" for i in nothing),
            file=fetching.address + "available_data", do=_DO,
        )  # fmt: skip
    return paths


def _figures(fetching: Fetching, level: Level, kind: int, england: int, numbers: Sequence[int]) -> Path:
    return fetching.get(
        "all_data/csv/by_indicator_id",
        what=f"{level.name}-{kind}-{numbers[0]}",
        params={
            "indicator_ids": ",".join(str(number) for number in numbers), "child_area_type_id": str(kind),
            "parent_area_type_id": str(england), "include_sortable_time_periods": "yes",
        },
        largest=_LARGEST_ANSWER,
        extension="csv",
    )  # fmt: skip


def _json(fetching: Fetching, path: str, what: str, params: dict[str, str] | None = None) -> Any:
    answer = fetching.get(path, what=what, params=params, largest=_LARGEST_LIST, extension="json")
    try:
        return json.loads(answer.read_bytes())
    except ValueError as error:
        raise SourceChanged("The profiles sent no list", file=fetching.address + path, do=_DO) from error


def _listed(said: Any, number: str, address: str) -> list[dict[str, Any]]:
    """``said`` as the list of objects it should be, each with a whole ``number``."""
    if isinstance(said, list) and said and all(isinstance(row, dict) and type(row.get(number)) is int for row in said):
        return said
    raise SourceChanged(f"The profiles sent no list with numbers called {number}", file=address, do=_DO)


def _area_types(fetching: Fetching) -> dict[int, str]:
    """Number of each area type → its names, in lower case, one a line."""
    rows = _listed(_json(fetching, "area_types", "area-types"), "Id", fetching.address + "area_types")
    return {row["Id"]: f"{row.get('Name') or ''}\n{row.get('Short') or ''}".casefold() for row in rows}


def types_of(types: dict[int, str], level: Level) -> tuple[int, ...]:
    """Numbers of the area types of ``level``, by the beginnings of their names; SourceChanged where there is none."""
    found = sorted(
        number
        for number, names in types.items()
        if any(name.startswith(level.area_types) for name in names.split("\n"))
    )
    if not found:
        raise SourceChanged(f"The profiles no longer list an area type called “{level.area_types[0]}…”", do=_DO)
    return tuple(found)


def _numbers(fetching: Fetching, indicators: Sequence[ProfileIndicator]) -> dict[ProfileIndicator, int]:
    """The number of each indicator: the one configured where its name fits, else the only one whose name does."""
    ours = [str(item.number) for item in indicators]
    held: dict[str, dict[str, Any]] = {}
    for first in range(0, len(ours), _MOST):
        wanted = {"indicator_ids": ",".join(ours[first : first + _MOST])}
        held |= _names(fetching, "indicator_metadata/by_indicator_id", f"indicators-{ours[first]}", wanted)
    found = {item: item.number for item in indicators if item.fits(_name(held.get(str(item.number), {})))}
    others = [item for item in indicators if item not in found]
    if others:
        every = _names(fetching, "indicator_metadata/all", "indicators-all", {"include_definition": "no"})
        held = {**every, **held}
        found |= {item: _by_name(item, every, fetching.address) for item in others}
    for item, number in found.items():
        _check(item, held[str(number)], fetching.address)
    return found


def _by_name(wanted: ProfileIndicator, every: dict[str, dict[str, Any]], address: str) -> int:
    fitting = [int(number) for number, row in every.items() if wanted.fits(_name(row))]
    if len(fitting) != 1:
        what = f"{len(fitting)} others are" if fitting else "no other is"
        raise SourceChanged(
            f"Indicator {wanted.number} does not bear the name expected for {wanted.measure}, and {what} called so",
            file=address + "indicator_metadata/all", do=_DO,
        )  # fmt: skip
    return fitting[0]


def _names(fetching: Fetching, path: str, what: str, params: dict[str, str]) -> dict[str, dict[str, Any]]:
    said = _json(fetching, path, what, params)
    if not isinstance(said, dict) or not all(isinstance(row, dict) and key.isdigit() for key, row in said.items()):
        raise SourceChanged("The profiles sent no list of indicators", file=fetching.address + path, do=_DO)
    return said


def _part(row: dict[str, Any], name: str) -> dict[str, Any]:
    part = row.get(name)
    return part if isinstance(part, dict) else {}


def _name(row: dict[str, Any]) -> str:
    descriptive = _part(row, "Descriptive")
    return str(descriptive.get("Name") or descriptive.get("NameLong") or "")


def _check(wanted: ProfileIndicator, row: dict[str, Any], address: str) -> None:
    """Raise SourceChanged where the indicator says it has other years, or a rate of another base, than expected."""
    years = str(_part(row, "YearType").get("Name") or "").casefold()
    base = _part(row, "Unit").get("Value")
    other = f"years called “{years}”" if years and wanted.year not in ("day", *years.split()) else ""
    if wanted.kind != "ratio" and isinstance(base, int | float) and base != wanted.per:
        other = f"figures per {base:g} instead of {wanted.per:g}"
    if other:
        raise SourceChanged(f"Indicator {wanted.number} ({wanted.measure}) now has {other}", file=address, do=_DO)


def _published_for(number: int, fetching: Fetching) -> set[int]:
    """Numbers of the area types that have figures of an indicator."""
    said = _json(fetching, "available_data", f"available-{number}", {"indicator_id": str(number)})
    return {row["AreaTypeId"] for row in _listed(said, "AreaTypeId", fetching.address + "available_data")}
