"""Where figures come from, in one line a publisher: licence, how far the data go, when they were fetched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from indicators.finding import Finding
from store.period import month_words


def source_lines(findings: Sequence[Finding]) -> tuple[str, ...]:
    """``Home Office, data.police.uk. Open Government Licence v3.0. Data to August 2025, fetched on 22 November 2026.``"""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for finding in findings:
        for source in finding.sources:
            key = source["publisher"], source["licence"]
            before = found.get(key, ("", ""))
            found[key] = max(before[0], source["data_to"]), max(before[1], source["fetched_on"])
    return tuple(
        f"{publisher}. {licence}. Data to {_day(data_to)}, fetched on {_day(fetched)}."
        for (publisher, licence), (data_to, fetched) in found.items()
    )


def _day(text: str) -> str:
    """``2025-08`` as August 2025, ``2026-11-22`` as 22 November 2026; anything else as it stands."""
    try:
        day = date.fromisoformat(text if len(text) > len("2025-08") else f"{text}-01")
    except ValueError:
        return text
    return month_words(day) if len(text) <= len("2025-08") else f"{day.day} {month_words(day)}"
