"""A scan in plain lines and as a JSON document, and what it may and may not be used for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from indicators.scan_row import ScanRow
from indicators.scan_summary import ScanSummary
from indicators.scan_workers import Scan
from outputs.json_numbers import rounded
from outputs.words import USE, number
from store.period import month_text

MAY = (
    "A scan shows how answers spread over places in which nothing is known to have been started, and which places have too "
    "few similar ones."
)
MAY_NOT = (
    "It is not for putting places in order, and nothing found by looking through it is a finding: of so many places some "
    "always stand out. A single small area mostly has too few events."
)


def lines(scan: Scan, summary: ScanSummary) -> list[str]:
    """What the command prints."""
    said = [f"{number(summary.scanned)} places scanned: {scan.question.indicator}"]
    if scan.unloaded:
        areas, authorities = sum(scan.unloaded.values()), len(scan.unloaded)
        said.append(
            f"{number(areas)} small areas of {authorities} authorities were passed over: nothing is loaded of them."
        )
    said += ["", "Verdicts, each place by itself and after the control over the whole scan:"]
    said += [
        f"  {verdict}: {_of(found, summary.scanned)}; then {number(summary.verdicts.get(verdict, 0))}"
        for verdict, found in summary.alone.items()
    ]
    said += [
        "",
        f"Made-up neighbourhoods in which nothing is known to have been started: {number(summary.untouched)}",
        f"  enough events and similar places to answer: {_of(summary.answered, summary.untouched)}",
        f"  of these called a fall or a rise, each by itself: {_of(summary.findings_alone, summary.answered)}; "
        f"after the control: {number(summary.findings)}",
        f"  headline p of .05 or less, which chance alone gives in 5 %: {_of(summary.by_chance, summary.compared)}",
        "",
        f"Similar places: too few to compare {number(summary.too_few_similar)}; 19 to 29 {number(summary.few_similar)}; "
        f"the rule was widened for {number(summary.widened)}",
        "",
        f"{MAY} {MAY_NOT}",
        USE,
    ]
    return said


def _of(part: int, whole: int) -> str:
    """``12 of 340 (3.5 %)``."""
    return f"{number(part)} of {number(whole)}" + (f" ({100 * part / whole:.1f} %)" if whole else "")


def scan_as_json(scan: Scan, summary: ScanSummary, rows: Iterable[ScanRow]) -> dict[str, Any]:
    """The one document of ``scan --json``: the summary, and those ``rows`` that are not written to a file."""
    asked = scan.question
    return {
        "schema_version": 1,
        "indicator": asked.indicator,
        "start": month_text(asked.start) if asked.start else None,
        "before": str(asked.before) if asked.before else None,
        "after": str(asked.after) if asked.after else None,
        "stamp": scan.stamp,
        "summary": _plain(asdict(summary)),
        "not_loaded": scan.unloaded,
        "rows": [as_cells(row) for row in rows],
        "may": MAY,
        "may_not": MAY_NOT,
        "use": USE,
    }


def as_cells(row: ScanRow) -> dict[str, Any]:
    """A row as plain values by name; numbers that were computed to six decimals, unknown is None."""
    return _plain(asdict(row))


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: rounded(value, 6) if isinstance(value, float) else value for key, value in values.items()}
