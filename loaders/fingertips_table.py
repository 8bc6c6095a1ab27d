"""The CSV of the public health profiles: 26 or 27 columns, one row an indicator, area, sex, age, category and period."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from loaders.csv_table import AGAIN, absent, need, read_table, refuse
from loaders.fingertips_indicators import (
    COUNTRY,
    ENGLAND,
    LOWER,
    MIDDLE,
    PRACTICE,
    REGION,
    UPPER,
    WARD,
    ProfileIndicator,
    identify,
)
from loaders.fingertips_periods import first_year, period_of
from loaders.raw import Given
from store.errors import SourceChanged
from store.period import month_number

_NEEDED = (
    "Indicator ID", "Indicator Name", "Area Code", "Area Name", "Area Type", "Sex", "Age", "Category Type",
    "Time period", "Value", "Count", "Denominator", "Value note",
)  # fmt: skip
# The limits have a longer name since there are two pairs; the comparison with the parent area is called after it.
_LOWER, _UPPER = ("Lower CI 95.0 limit", "Lower CI limit"), ("Upper CI 95.0 limit", "Upper CI limit")
_COMPARED = ("Compared to",)
TIDIED = {
    "an extract tidied by somebody else, with one row an area and period": (
        "area_code",
        "period",
        "indicator",
        "value",
    ),
    "an extract as a program for the profiles has renamed it": ("IndicatorID", "AreaCode", "Timeperiod"),
}
_LEVEL_OF = {r"E12\d{6}": REGION, ENGLAND: COUNTRY, r"E05\d{6}": WARD, r"E02\d{6}": MIDDLE}
_COUNCIL = r"E0[6-9]\d{6}|E10\d{6}"
_ODS = r"[A-Z]\d{5}"
# Combined authorities, parts of the health service, primary care networks and other countries.
_ELSEWHERE = r"n?[EWSNKUL]\d{8}|[A-Z]\d{5}|[A-Z0-9]{2,3}"
_NUMBER = r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?"
_NOTHING = -1.0
# Rates of fewer cases than this may differ from their rounded counts by a lot.
_ENOUGH = 20


@dataclass(frozen=True, slots=True)
class ProfileRows:
    """What of a file is used: ``rows``, indexed by line; ``unused`` says why others are not, ``unknown`` are area codes.

    ``rows`` has ``at`` (position of the indicator), ``level`` (its name), ``code, name, start (Timestamp), months,
    value, low, high`` (the publisher's 95 % limits), ``count, denominator, note``. ``vintage`` is the month from which
    the councils are those of the file, empty where it does not say.
    """

    rows: pd.DataFrame
    read: int
    unused: dict[str, int]
    unknown: pd.Series
    vintage: str


def read_rows(file: Given, indicators: Sequence[ProfileIndicator], today: date, elsewhere: str) -> ProfileRows:
    """The rows of ``file`` that ``indicators`` use. ``elsewhere`` is the advice where it holds none of them."""
    table = read_table(file.paths[0], file.name)
    need(table, _NEEDED, file.name, TIDIED)
    for beginnings in (_LOWER, _UPPER, _COMPARED):
        if not any(heading.startswith(beginnings) for heading in table.columns):
            raise absent(table, beginnings[0], file.name, TIDIED)
    refuse(table, table["Area Code"] == "", "Area Code", "rows without an area", file.name)
    unused: Counter[str] = Counter()
    used = _of_indicators(table, indicators, file.name, elsewhere)
    unused["of other indicators"] = len(table) - len(used)
    plain = used[used["Category Type"] == ""]
    unused["of groups of areas or people"] = len(used) - len(plain)
    chosen = _of_sex_and_age(plain, indicators, file.name)
    unused["of another sex or age"] = len(plain) - len(chosen)
    placed, unknown = _placed(chosen, indicators)
    unused["of areas of another kind"] = len(chosen) - len(placed) - len(unknown)
    rows = _once(_numbers(_dated(placed, indicators, file.name, today), file.name), file.name)
    unused["that repeat another"] = len(placed) - len(rows)
    _check_rates(table, rows, indicators, file.name)
    return ProfileRows(rows, len(table), {why: number for why, number in unused.items() if number}, unknown,
                       _vintage(placed))  # fmt: skip


def _of_indicators(
    table: pd.DataFrame, indicators: Sequence[ProfileIndicator], name: str, elsewhere: str
) -> pd.DataFrame:
    pairs = list(zip(table["Indicator ID"], table["Indicator Name"], strict=True))
    named = list(dict.fromkeys(pairs))
    known = identify(indicators, named, name)
    if not known:
        numbers = list(dict.fromkeys(number for number, _ in named))
        raise SourceChanged(
            "None of the indicators in this file is used here: " + ", ".join(numbers[:10])
            + (f" and {len(numbers) - 10} others" if len(numbers) > 10 else ""),
            file=name, column="Indicator ID", do=elsewhere,
        )  # fmt: skip
    at = pd.Series([known.get(pair, -1) for pair in pairs], index=table.index)
    return table.assign(at=at)[at >= 0]


def _of_sex_and_age(table: pd.DataFrame, indicators: Sequence[ProfileIndicator], name: str) -> pd.DataFrame:
    kept = [table.iloc[:0]]
    for at in sorted(set(table["at"])):
        wanted, group = indicators[at], table[table["at"] == at]
        part = group[group["Sex"] == wanted.sex]
        if part.empty:
            raise SourceChanged(
                f"Indicator {wanted.number} has no rows for {wanted.sex}, only for {', '.join(sorted(set(group['Sex'])))}",
                file=name, column="Sex", rows=[int(row) for row in group.index[:20]],
                do="Ask for both sexes together, as “python -m loaders refresh” does.",
            )  # fmt: skip
        ages = sorted(set(part["Age"]))
        if len(ages) > 1 and wanted.age not in ages:
            raise SourceChanged(
                f"Indicator {wanted.number} has several ages, {', '.join(ages)}, and none is the one used",
                file=name, column="Age", rows=[int(row) for row in part.index[:20]], do=AGAIN,
            )  # fmt: skip
        kept.append(part if len(ages) == 1 else part[part["Age"] == wanted.age])
    return pd.concat(kept).sort_index()


def _placed(table: pd.DataFrame, indicators: Sequence[ProfileIndicator]) -> tuple[pd.DataFrame, pd.Series]:
    """Rows of areas that their indicator is used for, with ``level``, and codes that are none of an area."""
    codes, types = table["Area Code"], table["Area Type"].str.casefold()
    level = pd.Series("", index=table.index)
    for pattern, found in _LEVEL_OF.items():
        level[codes.str.fullmatch(pattern)] = found.name
    # Older files call unitary councils so in both tiers; which one it is then shows in the other rows.
    council, district = codes.str.fullmatch(_COUNCIL), types.str.startswith("district")
    upper = types.str.startswith(UPPER.area_types) | ~(district | bool(district.any()))
    level[council] = upper[council].map({True: UPPER.name, False: LOWER.name})
    level[codes.str.fullmatch(_ODS) & types.str.startswith(PRACTICE.area_types)] = PRACTICE.name
    unknown = (level == "") & (~codes.str.fullmatch(_ELSEWHERE) | types.str.startswith(PRACTICE.area_types))
    held = {(at, one.name) for at, item in enumerate(indicators) for one in item.levels}
    wanted = [pair in held for pair in zip(table["at"], level, strict=True)]
    return table.assign(level=level)[wanted], codes[unknown]


def _dated(table: pd.DataFrame, indicators: Sequence[ProfileIndicator], name: str, today: date) -> pd.DataFrame:
    pairs = [(int(at), label) for at, label in zip(table["at"], table["Time period"], strict=True)]
    known = {pair: period_of(pair[1], indicators[pair[0]].year) for pair in set(pairs)}
    found = [known[pair] for pair in pairs]
    refuse(table, pd.Series([item is None for item in found], index=table.index, dtype=bool), "Time period",
           "a period that is not of the kind this indicator has", name)  # fmt: skip
    dates = [item for item in found if item is not None]
    ahead = [month_number(day) + max(months, 1) - 1 > month_number(today) for day, months in dates]
    refuse(table, pd.Series(ahead, index=table.index, dtype=bool), "Time period", "periods that lie in the future", name,
           "Check this machine's date, and fetch the file again.")  # fmt: skip
    if "Time period Sortable" in table.columns:
        begins = table["Time period"].map(first_year)
        other = (begins != "") & (table["Time period Sortable"].str[:4] != begins)
        refuse(table, other, "Time period Sortable", "periods that do not fit their labels", name)
    lengths = pd.Series([months for _, months in dates], index=table.index, dtype=int)
    if "Time period range" in table.columns:
        years = pd.to_numeric(table["Time period range"].str.extract(r"^(\d{1,3})y$")[0])
        whole = (lengths > 0) & (lengths % 12 == 0) & years.notna()
        refuse(
            table, whole & (years * 12 != lengths), "Time period range", "periods of another length than they say", name
        )
    return table.assign(start=pd.to_datetime(pd.Series([day for day, _ in dates], index=table.index)), months=lengths)


def _numbers(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """``table`` with its figures as numbers, NaN where a cell is blank; anything else is a SourceChanged."""
    lower = next(heading for heading in table.columns if heading.startswith(_LOWER))
    upper = next(heading for heading in table.columns if heading.startswith(_UPPER))
    columns = {"value": "Value", "low": lower, "high": upper, "count": "Count", "denominator": "Denominator"}
    rows = table[["at", "level", "start", "months"]].assign(
        code=table["Area Code"], name=table["Area Name"], note=table["Value note"]
    )
    for short, column in columns.items():
        given = table[column] != ""
        refuse(table, given & ~table[column].str.fullmatch(_NUMBER), column, "something that is not a number", name)
        figures = pd.to_numeric(table[column].where(given, None)).astype(float)
        # Minus one stands beside blank values, and no figure used here can be below nought.
        rows[short] = figures.mask(figures == _NOTHING)
        if short not in ("low", "high"):
            refuse(table, rows[short] < 0, column, "figures below nought", name)
    return rows


def _once(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Each area once a period: England stands in a file by itself and again as its own parent's child."""
    key = ["at", "level", "code", "start", "months"]
    again = rows.duplicated(key)
    figures = rows.fillna({"value": -1.0, "count": -1.0, "denominator": -1.0})
    same = figures.duplicated([*key, "value", "count", "denominator"])
    refuse(rows.rename(columns={"code": "Area Code"}), again & ~same, "Area Code",
           "an area twice in one period, with different figures", name)  # fmt: skip
    return rows[~again]


def _check_rates(table: pd.DataFrame, rows: pd.DataFrame, indicators: Sequence[ProfileIndicator], name: str) -> None:
    """Refuse counts that make no share, and rates of another base than expected: columns that have changed places."""
    lines = table.loc[rows.index]
    proportion = rows["at"].map(lambda at: indicators[at].kind == "proportion")
    refuse(lines, proportion & (rows["count"] > rows["denominator"]), "Count", "more counted than there are", name)
    per = rows["at"].map(lambda at: indicators[at].per if indicators[at].crude else np.nan)
    known = (rows["count"] >= _ENOUGH) & (rows["denominator"] > 0)
    times = (rows["value"] * rows["denominator"]).where(known) / (per * rows["count"]).where(known)
    refuse(lines, (times > 2) | (times < 0.5), "Value", "rates that do not fit their counts", name)


def _vintage(table: pd.DataFrame) -> str:
    """The month from which the councils in force are those of the file: "from Apr 2023", "4/19-3/20", "pre 4/19"."""
    types = " ".join(sorted(set(table["Area Type"])))
    if found := re.search(r"from Apr (\d{4})", types):
        return f"{found[1]}-04"
    if found := re.search(r"(pre |post )?4/(\d{2})", types):
        return "" if found[1] == "pre " else f"20{found[2]}-04"
    return ""
