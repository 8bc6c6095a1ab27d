"""Finding the indicators: every module of this room that declares an INDICATOR."""

from __future__ import annotations

import difflib
import functools
import importlib
import pkgutil
from types import MappingProxyType

import indicators
from indicators.indicator import Indicator
from store.errors import BadQuestion


@functools.cache
def all_indicators() -> MappingProxyType[str, Indicator]:
    """Every indicator by its name, in the order of the names."""
    found: dict[str, Indicator] = {}
    for module in pkgutil.iter_modules(indicators.__path__):
        if module.name.startswith("_"):
            continue
        declared = getattr(importlib.import_module(f"indicators.{module.name}"), "INDICATOR", None)
        if isinstance(declared, Indicator):
            found[declared.name] = declared
    return MappingProxyType(dict(sorted(found.items())))


def indicator(name: str) -> Indicator:
    """The indicator of this name; BadQuestion names the nearest, or all there are where none is near."""
    found = all_indicators()
    if name not in found:
        near = difflib.get_close_matches(name, list(found), 3, 0.6)
        do = f"The nearest: {', '.join(near)}." if near else "Indicators: " + ", ".join(found) + "."
        raise BadQuestion(f"There is no indicator called “{name}”", do=do)
    return found[name]
