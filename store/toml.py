"""TOML that people write by hand: read strictly, with errors that name the nearest right key."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from store.errors import BadPlace

_LARGEST = 1_000_000
# A key of many parts takes the parser time that grows with their square; no line of a sentence looks like one.
_MOST_DOTS = 200
_MANY_PARTS = re.compile(
    r"""(?<![\w\\-])(?:(?:[\w-]++|"(?:[^"\\\n]|\\.){0,40}+"|'[^'\n]{0,40}+')[ \t]*+\.[ \t]*+){20}"""
)
_LONGEST_QUOTED = 60
_LONGEST_REASON = 200


def quoted(text: str) -> str:
    """The beginning of what somebody wrote, for an error that repeats it."""
    return f"“{text if len(text) <= _LONGEST_QUOTED else text[:_LONGEST_QUOTED] + '…'}”"


def read_toml(path: Path) -> dict[str, Any]:
    """The file as a dictionary; BadPlace when it is too large, not UTF-8 or not TOML."""
    with path.open("rb") as file:
        # One byte more than is allowed tells a file that is too large without reading all of it.
        return parse_toml(file.read(_LARGEST + 1), path.name)


def parse_toml(content: bytes, file: str) -> dict[str, Any]:
    """What a TOML file holds, as a dictionary; BadPlace when it is too large, not UTF-8 or not TOML."""
    if len(content) > _LARGEST:
        raise BadPlace("The file is too large", file=file, do="Keep it under 1 MB.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadPlace("The file is not UTF-8 text", file=file, do="Save it as UTF-8.") from error
    if any(line.count(".") > _MOST_DOTS for line in text.split("\n")) or _MANY_PARTS.search(text):
        raise BadPlace("The file is not valid TOML: a key has too many parts", file=file, do="Mend that line.")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason = str(error)[:_LONGEST_REASON]
        raise BadPlace(f"The file is not valid TOML: {reason}", file=file, do="Mend that line.") from error
    except (ValueError, RecursionError) as error:
        # What the parser lets through besides its own error.
        reason = "it holds a number of thousands of digits, or brackets inside brackets without end"
        raise BadPlace(f"The file is not valid TOML: {reason}", file=file, do="Mend that line.") from error


class Table:
    """One TOML table, read key by key; whatever is left unread at the end is an error."""

    def __init__(self, values: Mapping[str, Any], known: Sequence[str], file: str, where: str = "") -> None:
        self.values = values
        self.file = file
        self.where = where
        for key in values:
            if key not in known:
                near = difflib.get_close_matches(key[:_LONGEST_QUOTED], known, n=1, cutoff=0.0)
                raise BadPlace(
                    f"{quoted(key)} is not a key this file knows",
                    file=file,
                    column=where or None,
                    do=f"Did you mean “{near[0]}”?",
                )

    def wrong(self, key: str, what: str) -> BadPlace:
        """The error for a key whose value is not what it should be."""
        name = self._name(key)
        return BadPlace(f"“{name}” must be {what}", file=self.file, column=name, do="Mend that line.")

    def _name(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key

    def text(self, key: str, *, longest: int = 2000, needed: bool = False) -> str:
        """A string, empty where absent and not needed."""
        value = self.values.get(key, None if needed else "")
        if not isinstance(value, str) or len(value) > longest or (needed and not value.strip()):
            raise self.wrong(key, f"text of at most {longest} characters")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings, empty where absent."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong(key, "a list of texts")
        return tuple(value)

    def number(self, key: str, *, least: int, most: int, default: int) -> int:
        """A whole number within bounds."""
        value = self.values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.wrong(key, f"a whole number from {least} to {most}")
        return value

    def flag(self, key: str) -> bool:
        """true or false, false where absent."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false")
        return value

    def table(self, key: str) -> Mapping[str, Any]:
        """A sub-table, empty where absent."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, "a table")
        return value

    def tables(self, key: str, *, most: int = 500) -> tuple[Mapping[str, Any], ...]:
        """A list of tables, empty where absent."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value) or len(value) > most:
            raise self.wrong(key, f"a list of at most {most} tables, each under [[{self._name(key)}]]")
        return tuple(value)
