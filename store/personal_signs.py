"""What in a text looks like one person: a number of theirs, their postcode, how to reach them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_NHS = re.compile(r"(?<![\d.])(\d{3})[ -]?(\d{3})[ -]?(\d{4})(?!\d)")
# The forms of a full postcode: Royal Mail, Programmers' Guide (a district alone, such as PL1, is no person's).
_POSTCODE = re.compile(
    r"(?<![A-Z0-9])(GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2})(?![A-Z0-9])", re.IGNORECASE
)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]{2,}")
_PHONE = re.compile(r"(?<![\d.])(?:\+44\s?(?:\(0\))?|\(?0)(?:[\s()-]*\d){9,10}(?!\d)")


def nhs_number(text: str) -> bool:
    """Whether a ten-digit number with a right NHS check digit stands in ``text`` (weights 10 to 2, modulus 11)."""
    for found in _NHS.finditer(text):
        digits = [int(digit) for digit in "".join(found.groups())]
        check = 11 - sum(digit * weight for digit, weight in zip(digits[:9], range(10, 1, -1), strict=True)) % 11
        if check != 10 and check % 11 == digits[9]:
            return True
    return False


# What each sign is called, and the test for it.
SIGNS: Mapping[str, Callable[[str], object]] = {
    "NHS numbers": nhs_number,
    "full postcodes": _POSTCODE.search,
    "e-mail addresses": _EMAIL.search,
    "telephone numbers": _PHONE.search,
}
