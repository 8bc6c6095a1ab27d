"""What pages have worked out and keep for the next visitor, and when it is let go of: with another day or other data."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import ParamSpec, Protocol, TypeVar

import streamlit as st

Given = ParamSpec("Given")
Found = TypeVar("Found")
_LOCK = threading.Lock()
_LATEST: dict[str, str] = {}


class _Cleared(Protocol):
    def clear(self) -> None: ...


_CACHED: list[_Cleared] = []


def kept(most: int, spinner: str | bool = False) -> Callable[[Callable[Given, Found]], Callable[Given, Found]]:
    """A function whose answers all visitors share, the newest ``most`` of them, until ``drawn_from`` hears of something newer."""

    def cached(function: Callable[Given, Found]) -> Callable[Given, Found]:
        answers = st.cache_data(max_entries=most, show_spinner=spinner)(function)
        _CACHED.append(answers)
        return answers

    return cached


def drawn_from(key: str, day: str) -> None:
    """Say by its key which data pages are drawn from now, and on which day (ISO).

    Nobody asks again for what was worked out with former data or on a day that is over, and one day's answers of the
    sample are some fifty megabytes. A visit that began before midnight moves nothing back.
    """
    with _LOCK:
        before = dict(_LATEST)
        _LATEST.update(key=key, day=max(day, before.get("day", day)))
        if before and before != _LATEST:
            for answers in _CACHED:
                answers.clear()
