"""What the host of a copy decides about serving it: how much at once, how long, how large, and what is written down."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeAlias

from store.errors import OutcomesError

LogForm: TypeAlias = Literal["json", "plain", "off"]


class BadSetting(OutcomesError):
    """A setting in the environment that cannot be used; the server does not start with it."""

    kind = "bad-setting"
    exit_code = 2


@dataclass(frozen=True, slots=True)
class Limits:
    """Each field is read from the environment variable ``OUTCOMES_`` with its name in capitals (docs/commands.md).

    ``upload_megabytes``: largest file a visitor can bring (pages read no more than 5). ``sessions``: visits at once.
    ``query_seconds``: longest single query. ``message_kilobytes``: largest message a visitor's browser can send.
    ``log``: how requests and runs are written down. ``tls``: visitors come over HTTPS, through a proxy or directly.
    ``search_engines``: whether they may list the pages. ``hosts``: names the copy answers to; none named is any.
    """

    upload_megabytes: int = 5
    sessions: int = 150
    query_seconds: int = 20
    message_kilobytes: int = 1024
    log: LogForm = "off"
    tls: bool = False
    search_engines: bool = False
    hosts: tuple[str, ...] = ()


def _whole(least: int, most: int) -> Callable[[str, str], int]:
    def read(name: str, text: str) -> int:
        # isdecimal also takes other scripts' digits, and so does int.
        if text.isdecimal() and least <= int(text[:9]) <= most:
            return int(text)
        raise BadSetting(f"{name} is “{text}”", do=f"Set it to a whole number from {least} to {most:,}.")

    return read


def _one_of(words: Mapping[str, Any]) -> Callable[[str, str], Any]:
    def read(name: str, text: str) -> Any:
        if text.lower() in words:
            return words[text.lower()]
        raise BadSetting(f"{name} is “{text}”", do=f"Set it to one of: {', '.join(words)}.")

    return read


def _names(name: str, text: str) -> tuple[str, ...]:
    found = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    if any(set(part) & set("/:@?# ") for part in found):
        raise BadSetting(f"{name} is “{text}”", do="Set it to names such as outcomes.example.org, with commas between.")
    return found


_READ: dict[str, Callable[[str, str], Any]] = {
    "upload_megabytes": _whole(1, 5),
    "sessions": _whole(1, 5000),
    "query_seconds": _whole(1, 600),
    "message_kilobytes": _whole(64, 10_240),
    "log": _one_of({"json": "json", "plain": "plain", "off": "off"}),
    "tls": _one_of({"on": True, "off": False}),
    "search_engines": _one_of({"allow": True, "refuse": False}),
    "hosts": _names,
}


def limits_from(environment: Mapping[str, str]) -> Limits:
    """The limits that these variables set, each left out at its default; BadSetting names the first that cannot be used."""
    given = {
        field.name: _READ[field.name](name, text.strip())
        for field in fields(Limits)
        if (text := environment.get(name := f"OUTCOMES_{field.name.upper()}", "")).strip()
    }
    return Limits(**given)


@functools.cache
def limits() -> Limits:
    """The limits of this process, read once."""
    return limits_from(os.environ)
