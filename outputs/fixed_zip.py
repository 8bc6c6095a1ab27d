"""Office files without a clock: the same content gives the same bytes, dated as the pack is."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

_CORE = "docProps/core.xml"
_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")


def with_fixed_dates(content: bytes, day: date) -> bytes:
    """The same package with every entry, the workbooks inside it and its own properties dated ``day``."""
    stamp = (day.year, day.month, day.day, 0, 0, 0)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == _CORE:
                part = _STAMP.sub(rb"\g<1>" + f"{day:%Y-%m-%dT00:00:00Z}".encode("ascii") + rb"\g<3>", part)
            elif name.endswith(".xlsx"):
                part = with_fixed_dates(part, day)
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, part)
    return out.getvalue()
