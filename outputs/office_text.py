"""Text as office files hold it, whatever program they are for."""

from __future__ import annotations

LANGUAGE = "en-GB"
# Alternative text is read aloud in one go; programs cut it at about this length.
LONGEST_ALT = 2000


def one_line(text: str) -> str:
    """``text`` without what an office file cannot hold: control signs, and line ends inside a sentence."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
