"""From a template and plain values to a tagged PDF, with the project's own fonts and nothing from the machine it runs on."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.errors import OutcomesError

if TYPE_CHECKING:
    import typst

_FOLDER = Path(__file__).resolve().parent
_STANDARDS: list[Any] = ["ua-1"]
_NOT_SHOWN = re.compile('the text `"(.+?)"` could not be displayed')
# A document that holds nothing but the letters outside plain English, to find those that no font has.
_PROBE = """
#set document(title: "Letters")
#set text(font: "Atkinson Hyperlegible Next", lang: "en")
#for letter in sys.inputs.letters.clusters() [#letter #parbreak()]
"""


@cache
def fonts() -> typst.Fonts:
    """The house's fonts, then those inside Typst for letters the house has not; never the machine's."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[_FOLDER / "fonts"])


def pdf(template: str, values: Mapping[str, Any], made_on: date) -> bytes:
    """``template`` of the folder ``typst`` filled with ``values``, as PDF/UA-1; the same values give the same bytes.

    Letters that no font has are shown as “?”, and the document says which. Raises OutcomesError where Typst refuses.
    """
    import typst

    text, missing = _shown(json.dumps(values, ensure_ascii=False))
    noon = datetime(made_on.year, made_on.month, made_on.day, 12, tzinfo=UTC)
    try:
        made = typst.compile(
            _FOLDER / "typst" / f"{template}.typ",
            root=_FOLDER / "typst",
            font_paths=fonts(),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"document": text, "missing": missing},
            pdf_standards=_STANDARDS,
            timestamp=noon,
        )
    except typst.TypstError as error:
        raise OutcomesError(
            f"The PDF cannot be made: {error.message}",
            do="Try the board paper (Word) instead, and tell whoever runs this tool.",
        ) from error
    return bytes(made or b"")


def _shown(text: str) -> tuple[str, str]:
    """``text`` with “?” for every letter that no font has, and those letters by name; a PDF/UA may not hold them."""
    import typst

    letters = "".join(sorted({one for one in text if ord(one) > 0x17F}))
    if not letters:
        return text, ""
    try:
        typst.compile(
            _PROBE.encode(), font_paths=fonts(), ignore_system_fonts=True, format="pdf", sys_inputs={"letters": letters},
            pdf_standards=_STANDARDS,
        )  # fmt: skip
    except typst.TypstError as error:
        missing = sorted(set("".join(_NOT_SHOWN.findall(error.diagnostic))) & set(letters))
        for one in missing:
            text = text.replace(one, "?")
        return text, ", ".join(f"U+{ord(one):04X}" for one in missing)
    return text, ""
