"""What a file of any form says and holds, so that forms can be compared with one another and with the pages."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from html import unescape
from xml.etree import ElementTree as ET

_WORD = re.compile(r"\s+")
_ZIP = b"PK\x03\x04"


def text_of(suffix: str, content: bytes) -> str:
    """Everything that can be read in a file, on one line, whatever spaces it is set with."""
    if suffix == ".pdf":
        told = _pdf(content)
    elif content.startswith(_ZIP):
        told = " ".join(_office(content))
    elif suffix == ".html":
        told = unescape(
            re.sub(r"<style.*?</style>|<script.*?</script>|<[^>]*>", " ", content.decode(), flags=re.DOTALL)
        )
    elif suffix == ".ipynb":
        told = " ".join(_notebook(json.loads(content)))
    else:
        told = content.decode("utf-8-sig")
    # Soft hyphens and spaces that do not break are a matter of setting.
    return _WORD.sub(" ", told.replace("\u00ad", "").replace("\u2060", "").replace("\u200b", ""))


def _pdf(content: bytes) -> str:
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def members(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Every file inside a package, and those inside packages within it."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            part = package.read(name)
            if part.startswith(_ZIP):
                yield from members(part)
            else:
                yield name, part


def _office(content: bytes) -> Iterator[str]:
    """The text of a Word, PowerPoint or Excel file: of each paragraph in one piece, as runs may split a number."""
    for name, part in members(content):
        if name.endswith(".xml"):
            root = ET.fromstring(part)  # noqa: S314 – the project's own file
            whole = [item for item in root.iter() if item.tag.rsplit("}", 1)[-1] in ("p", "si")]
            for item in whole:
                yield "".join(item.itertext())
            if not whole:
                yield " ".join(root.itertext())


def chart_values(content: bytes) -> list[list[float]]:
    """The numbers behind every line or column of every chart of a presentation, as the chart itself holds them."""
    found = []
    for name, part in members(content):
        if re.fullmatch(r"ppt/charts/chart[^/]*\.xml", name):
            root = ET.fromstring(part)  # noqa: S314 – the project's own file
            for values in (item for item in root.iter() if item.tag.endswith(("}val", "}yVal"))):
                found.append([float(item.text or "nan") for item in values.iter() if item.tag.endswith("}v")])
    return found


def _notebook(document: Mapping[str, object]) -> Iterator[str]:
    def strings(value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            for item in value.values():
                yield from strings(item)
        elif isinstance(value, list):
            joined = all(isinstance(item, str) for item in value)
            yield from ["".join(value)] if joined else (text for item in value for text in strings(item))

    yield from strings(document)
