"""Names without what people leave out when they type them: case, accents, punctuation."""

from __future__ import annotations

import re
import unicodedata

_APOSTROPHES = re.compile("['’ʼ`´]")
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")


def folded(text: str) -> str:
    """``text`` in small letters a–z and digits, one space between words: "St Peter’s, Tŷ-coch" is "st peters ty coch"."""
    bare = _APOSTROPHES.sub("", text).casefold()
    if not bare.isascii():
        apart = unicodedata.normalize("NFKD", bare)
        bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return _NOT_PLAIN.sub(" ", bare).strip()
