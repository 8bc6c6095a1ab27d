"""Rows of a data file of Explore Education Statistics: which are used, for which area and period."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from loaders.csv_table import AGAIN, need, refuse
from loaders.explore_education_formats import GROUPS, Format, totals_kept
from store.areas import COUNTRIES
from store.errors import SourceChanged

_ALWAYS = ("time_period", "time_identifier", "geographic_level")
# School years begin in September and are written with both calendar years (202425); years that end on a day, with one.
_SEPTEMBER = 9
_TWO_YEARS = re.compile(r"((?:19|20)\d\d)(?:/(?:19|20)?)?(\d\d)")
_ONE_YEAR = re.compile(r"(?:19|20)\d\d")
# What stands in place of a code where an area has none (“x” for councils that ended before codes were given).
_NO_CODE = ("", "x", "z", ":")
_CODES = {
    "country": COUNTRIES["E"][0], "region": r"E1[23]\d{6}", "council": r"E(?:06|07|08|09|10)\d{6}", "school": r"\d{6}",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rows:
    """What a file holds, its rows by line.

    ``used`` are the rows that feed a measure: all columns of the file as text, with ``kind, code, area_name, group,
    period_start, period_months``. ``unlocated`` (period_start, period_months) are rows of an area without a code,
    ``unknown`` the codes that are none. ``unused`` says how many rows of what else the file holds.
    """

    used: pd.DataFrame
    unlocated: pd.DataFrame
    unknown: pd.Series
    unused: Mapping[str, int]
    read: int


def rows_of(table: pd.DataFrame, declared: Format, name: str, now: datetime) -> Rows:
    """The rows of a file of this format; SourceChanged where something is not as its publisher documents it."""
    levels = declared.levels
    need(table, [*_ALWAYS, *(heading for level in levels.values() for heading in level[1:])], name, {})
    left: dict[str, int] = {}
    part = table
    for what, chosen in (
        ("of other periods than whole years", table["time_identifier"] == declared.identifier),
        ("of other kinds of area", table["geographic_level"].isin(list(levels))),
        ("of some of the pupils only", _everybody(table, declared)),
    ):
        left[what] = int((~chosen.loc[part.index]).sum())
        part = part[chosen.loc[part.index]]
    if part.empty:
        raise SourceChanged(
            f"The file holds no yearly figures of everybody for {declared.title}", file=name, column="time_identifier",
            do=AGAIN,
        )  # fmt: skip
    placed = _with_areas(part, declared).join(_periods(part, declared, name, now)).join(_totals(table, part, declared))
    group = declared.group_column(table)
    placed["group"] = table[group] if group else ""
    nobody = placed["kind"] == ""
    unknown = ~nobody & ~_well_formed(placed)
    used = placed[~nobody & ~unknown]
    key = ["kind", "code", "group", "period_start"]
    refuse(used, used.duplicated(key), levels[declared.smallest][1], "an area twice in one year", name,
           "It divides its figures by something this loader does not know; the loader must be changed first.")  # fmt: skip
    if not (used["kind"] == levels[declared.smallest][0]).any():
        raise SourceChanged(
            f"The file holds no row of a {declared.smallest.lower()}", file=name, column="geographic_level",
            do="Import the file with all areas: a newer file of a year takes the place of an older one.",
        )  # fmt: skip
    return Rows(
        used=used,
        unlocated=placed.loc[nobody, ["period_start", "period_months"]],
        unknown=placed.loc[unknown, "code"],
        unused={what: number for what, number in left.items() if number},
        read=len(table),
    )


def _everybody(table: pd.DataFrame, declared: Format) -> pd.Series:
    return _chosen(table, totals_kept(table, declared)) & _of_known_group(table, declared)


def _of_known_group(table: pd.DataFrame, declared: Format) -> pd.Series:
    group = declared.group_column(table)
    return table[group].isin(list(GROUPS)) if group else pd.Series(True, index=table.index)


def _chosen(table: pd.DataFrame, wanted: Mapping[str, Sequence[str]]) -> pd.Series:
    """Rows that have one of the wanted values in every column named, large or small letters alike."""
    chosen = pd.Series(True, index=table.index)
    for column, values in wanted.items():
        chosen &= table[column].str.casefold().isin([value.casefold() for value in values])
    return chosen


def _with_areas(part: pd.DataFrame, declared: Format) -> pd.DataFrame:
    """``part`` with ``kind, code, area_name``; the kind is empty where the area has no code."""
    found = {name: pd.Series("", index=part.index) for name in ("kind", "code", "area_name")}
    for level, (kind, code, area_name) in declared.levels.items():
        here = part["geographic_level"] == level
        found["kind"] = found["kind"].mask(here, kind)
        found["code"] = found["code"].mask(here, part[code])
        found["area_name"] = found["area_name"].mask(here, part[area_name])
    found["kind"] = found["kind"].mask(found["code"].isin(_NO_CODE), "")
    return part.assign(**found)


def _well_formed(placed: pd.DataFrame) -> pd.Series:
    good = pd.Series(False, index=placed.index)
    for kind, pattern in _CODES.items():
        good |= (placed["kind"] == kind) & placed["code"].str.fullmatch(pattern)
    return good


def _periods(part: pd.DataFrame, declared: Format, name: str, now: datetime) -> pd.DataFrame:
    """``period_start`` (Timestamp) and ``period_months`` of every row."""
    text = part["time_period"]
    known = {value: _period(value, declared) for value in text.unique()}
    refuse(part, text.map(lambda value: known[value] is None), "time_period", "something that is not a year", name)
    first = pd.to_datetime(text.map(lambda value: known[value]))
    refuse(part, first > pd.Timestamp(now), "time_period", "years that lie in the future", name,
           "Check this machine's date, and fetch the file again.")  # fmt: skip
    return pd.DataFrame({"period_start": first, "period_months": 0 if declared.day else 12}, index=part.index)


def _period(text: str, declared: Format) -> date | None:
    """The first day of a year as the file writes it, or the day its figures are for; None for anything else."""
    if declared.day is not None:
        return date(int(text), *declared.day) if _ONE_YEAR.fullmatch(text) else None
    years = _TWO_YEARS.fullmatch(text)
    if years is None or (int(years[1]) + 1) % 100 != int(years[2]):
        return None
    return date(int(years[1]), _SEPTEMBER, 1)


def _totals(table: pd.DataFrame, part: pd.DataFrame, declared: Format) -> pd.DataFrame:
    """The denominators that stand in rows of their own, beside the rows they belong to; no column where there are none."""
    if declared.total is None:
        return pd.DataFrame(index=part.index)
    column, value = declared.total
    (item,) = declared.columns
    others = {name: values for name, values in totals_kept(table, declared).items() if name != column}
    whole = table[_chosen(table, {**others, column: (value,)})]
    key = ["time_period", "time_identifier", "geographic_level", *(level[1] for level in declared.levels.values())]
    by_area = whole.drop_duplicates(key).set_index(key)[item.numerator]
    found = by_area.reindex(pd.MultiIndex.from_frame(part[key])).fillna("")
    return pd.DataFrame({item.denominator: found.to_numpy()}, index=part.index)
