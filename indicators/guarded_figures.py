"""A community's own figures as they may be shown: small counts hidden, and whatever would give them away."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from indicators.suppression import Cell, Shown, suppress
from store.database import Store
from store.local_details import local_figures
from store.suppression_rule import SuppressionRule

# Averages and shares are of people who were asked once; only counts of events surely add up over months, but a share's
# counts may, and what may add up is guarded as if it did.
_ADDS_UP = ("events", "proportion")
_COUNTED, _OTHERS = "counted", "others"


def guarded_figures(store: Store, rules: Mapping[str, SuppressionRule]) -> pd.DataFrame:
    """``store.local_details.local_figures`` with what may be shown in place of the exact counts.

    ``rules`` are those of ``data/suppression.toml`` by name. ``numerator`` and ``denominator`` are shown counts, rounded
    as the rule says, NaN where hidden; ``low`` and ``high`` the range of a hidden or rounded numerator, as for any other
    figure; ``status`` is then suppressed or rounded. An average of too few is hidden with everything about it. ``words``
    say why a number is not shown. All figures of one indicator are guarded together: areas, totals and periods.
    """
    figures = local_figures(store)
    if figures.empty:
        return figures.assign(words=[])
    inside = _small_areas(store)
    parts = [
        _guarded(part, rules[_strictest(part["rule"], rules)], inside)
        for _, part in figures.groupby("measure", sort=False)
    ]
    return pd.concat(parts).sort_index()


def _strictest(names: pd.Series, rules: Mapping[str, SuppressionRule]) -> str:
    """The rule that hides most of those an indicator was ever given: a later file must not open an earlier one."""
    return str(max(dict.fromkeys(names), key=lambda name: (rules[name].high, rules[name].rounding, name)))


def _small_areas(store: Store) -> dict[str, frozenset[str]]:
    rows = store.rows(
        "SELECT p.code, list(a.code) FROM area p JOIN area_member m ON m.parent_id = p.area_id AND m.relation = 'contains' "
        "JOIN area a ON a.area_id = m.member_id WHERE p.kind = 'place' GROUP BY p.code ORDER BY p.code"
    )
    return {code: frozenset(members) for code, members in rows}


def _guarded(part: pd.DataFrame, rule: SuppressionRule, inside: Mapping[str, frozenset[str]]) -> pd.DataFrame:
    kind = str(part["kind"].iloc[0])
    cells: list[Cell] = []
    rows: dict[tuple[int, str], int] = {}
    for at, row in enumerate(part.to_dict("records")):
        areas = inside[row["code"]] if row["area_kind"] == "place" else frozenset({str(row["code"])})
        months = range(int(row["first"]), int(row["first"]) + max(int(row["months"]), 1))
        if kind in ("events", "stock", "proportion"):
            most = float(row["high"]) if row["status"] == "suppressed" else None
            rows[at, _COUNTED] = len(cells)
            cells.append(Cell(areas, months, float(row["numerator"]), frozenset({_COUNTED}), most))
        if kind in ("proportion", "mean", "median"):
            rows[at, _OTHERS] = len(cells)
            cells.append(Cell(areas, months, float(row["denominator"]), frozenset({_COUNTED, _OTHERS})))
    shown = suppress(cells, rule, adds_up=kind in _ADDS_UP)
    told = {key: shown[number] for key, number in rows.items()}
    columns = _columns(part, told, kind, rule)
    return pd.concat(
        [part.drop(columns=list(columns), errors="ignore"), pd.DataFrame(columns, index=part.index)], axis=1
    )


def _columns(
    part: pd.DataFrame, told: Mapping[tuple[int, str], Shown], kind: str, rule: SuppressionRule
) -> dict[str, list[object]]:
    columns: dict[str, list[object]] = {name: [] for name in ("numerator", "denominator", "value", "status", "low", "high",
                                        "standard_deviation", "people_answered", "people_asked", "words")}  # fmt: skip
    for at, row in enumerate(part.to_dict("records")):
        count, total = told.get((at, _COUNTED)), told.get((at, _OTHERS))
        hidden = [item for item in (count, total) if item is not None and item.value is None]
        average = kind in ("mean", "median")
        low, high = (float(row["low"]), float(row["high"])) if average and not hidden else (math.nan, math.nan)
        if count is not None and (count.value is None or rule.rounding > 1):
            low, high = count.low, count.high
        open_average = average and not hidden
        # How many answered and were asked is as telling as the total itself, so rounded rules leave both out.
        exact = not hidden and rule.rounding == 1
        columns["numerator"].append(math.nan if count is None or count.value is None else count.value)
        columns["denominator"].append(math.nan if total is None or total.value is None else total.value)
        columns["value"].append(float(row["value"]) if open_average else math.nan)
        columns["status"].append("suppressed" if hidden else "rounded" if rule.rounding > 1 else row["status"])
        columns["low"].append(low)
        columns["high"].append(high)
        columns["standard_deviation"].append(float(row["standard_deviation"]) if open_average else math.nan)
        columns["people_answered"].append(float(row["people_answered"]) if exact else math.nan)
        columns["people_asked"].append(float(row["people_asked"]) if exact else math.nan)
        columns["words"].append(hidden[0].words if hidden else "")
    return columns
