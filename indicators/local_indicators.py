"""Indicators a community brings itself: declared by its own files, asked through the same door as all others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import pandas as pd

from indicators import discovery
from indicators.indicator import Better, Indicator, Kind, SmallestArea
from store.database import Store
from store.local_details import local_figures
from store.place import Place
from store.published_values import is_published_in_periods
from store.suppression_rule import SuppressionRule

MARK = "local-"
# Figures whose rule is not known are treated as the most sensitive are.
STRICTEST = SuppressionRule("local", "figures without a rule", 0, 9, 5, "unknown")


def local_indicators(store: Store) -> Mapping[str, Indicator]:
    """The local indicators held, by the name of their measure, in order."""
    if "local_indicators" not in store.kept:
        figures = local_figures(store)
        parts = {} if figures.empty else dict(list(figures.groupby("measure")))
        store.kept["local_indicators"] = {str(name): _declared(store, str(name), rows) for name, rows in parts.items()}
    found: Mapping[str, Indicator] = MappingProxyType(store.kept["local_indicators"])
    return found


def _declared(store: Store, name: str, rows: pd.DataFrame) -> Indicator:
    newest = rows.sort_values(["first", "months"]).iloc[-1]
    kind: Kind = newest["kind"]
    area: SmallestArea = "place" if (rows["area_kind"] == "place").any() else "stable"
    better: Better = newest["better"]
    rule = rule_of(store, name)
    who = str(newest["provider"] or "").strip()
    notes = [str(note) for note in dict.fromkeys(rows["note"]) if isinstance(note, str) and note.strip()]
    return Indicator(
        name=name,
        title=str(newest["title"]),
        question=f"{newest['title']}: what was counted here?",
        why_it_matters="People here chose to count it.",
        measures=(name,),
        kind=kind,
        denominator="people asked" if kind == "mean" else "people",
        per=100.0 if kind == "proportion" else 1.0,
        unit=f"% of {newest['unit']}" if kind == "proportion" else str(newest["unit"]),
        better=better,
        smallest_area=area,
        suppress_below=rule.high + 1 if rule.hides else 0,
        breaks=(),
        caveats=(f"Counted by {who}." if who else "Counted by people here.", *notes[:3]),
        checked_by=who or "people here",
        reviewed=date.min,
    )


def rule_of(store: Store, name: str) -> SuppressionRule:
    """The rule a local indicator's figures are hidden by: the strictest any of its figures asks for."""
    figures = local_figures(store)
    rules = [store.suppression.get(str(rule), STRICTEST) for rule in set(figures["rule"][figures["measure"] == name])]
    return max(rules, key=lambda rule: (rule.high, rule.rounding), default=STRICTEST)


def declared(store: Store, name: str) -> Indicator:
    """The indicator of this name, the project's or a local one; BadQuestion names those there are."""
    if name.startswith(MARK) and name in local_indicators(store):
        return local_indicators(store)[name]
    return discovery.indicator(name)


def local_names(store: Store, place: Place) -> tuple[str, ...]:
    """The local indicators of which something is held for this place, in order."""
    figures = local_figures(store)
    if figures.empty:
        return ()
    codes = {place.slug, *store.stable_codes(place.small_areas).values()}
    return tuple(sorted(set(figures["measure"][figures["code"].isin(codes)])))


def in_periods(store: Store, item: Indicator) -> bool:
    """Whether the indicator is published for years, terms or days, for other areas than small ones, or is a local one."""
    if item.smallest_area != "stable" or item.name.startswith(MARK):
        return True
    return is_published_in_periods(store, item.measures)
