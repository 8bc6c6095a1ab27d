"""A finding as the JSON document of ``study --json``: unknown is null, never 0 and never NaN."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from numbers import Integral, Real
from typing import Any

from indicators.finding import Compared, Finding, Level
from indicators.study import Studied
from outputs import sentence
from outputs.json_numbers import ratio as _ratio
from outputs.json_numbers import rounded as _rounded
from outputs.json_numbers import whole as _whole
from outputs.words import USE, is_aim
from store.period import month_text

SCHEMA_VERSION = 1


def _plain(value: object) -> object:
    """Any cell of a free table: numbers to three decimals and whole ones as integers, text as it is."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        found = _rounded(float(value), 3)
        return int(found) if found is not None and found == int(found) and abs(found) >= 1 else found
    return str(value)


def _rows(rows: Sequence[Mapping[str, object]]) -> list[dict[str, object]]:
    return [{key: _plain(value) for key, value in row.items()} for row in rows]


def level_as_json(level: Level | None) -> dict[str, Any] | None:
    """One window with its count and rate; None where there is none."""
    if level is None:
        return None
    return {
        "from": month_text(level.window.first),
        "to": month_text(level.window.last),
        "count": _whole(level.count),
        "months": level.months_used,
        "months_missing": level.months_missing,
        "person_years": _rounded(level.person_years, 1),
        "rate": _rounded(level.rate, 1),
        "lower": _rounded(level.lower, 1),
        "upper": _rounded(level.upper, 1),
    }


def _change(finding: Finding) -> dict[str, Any]:
    before = finding.before.count if finding.before else None
    after = finding.after.count if finding.after else None
    difference = None if before is None or after is None else after - before
    return {
        "percent": _rounded(finding.change_percent, 1),
        "lower": _rounded(finding.change_lower, 1),
        "upper": _rounded(finding.change_upper, 1),
        "count": _whole(difference),
    }


def _compared(compared: Compared | None) -> dict[str, Any] | None:
    if compared is None:
        return None
    number = len(compared.areas)
    headline = _ratio(compared.headline)
    return {
        "areas": [
            {"codes": list(codes), "name": name, "before": _whole(before), "after": _whole(after)}
            for (codes, name), (before, after) in zip(compared.areas, compared.unit_counts, strict=True)
        ],
        "number": number,
        "authority": compared.authority,
        "before_count": _whole(compared.before_count),
        "after_count": _whole(compared.after_count),
        "change_percent": _rounded(compared.change_percent, 1),
        "expected_after": _rounded(compared.expected_after, 1),
        "ratio": headline["ratio"],
        "lower": headline["lower"],
        "upper": headline["upper"],
        "placebo_at_least": compared.placebo_at_least,
        "placebo_rank": f"{compared.placebo_at_least} of {number}",
        "p": headline["p"],
        "widened": list(compared.widened),
        "ring": list(compared.ring),
        "balance": _rows(compared.balance),
    }


def finding_as_json(
    finding: Finding, *, area_name: str, series: Sequence[Mapping[str, object]] | None = None
) -> dict[str, Any]:
    """The document for one finding, in a fixed order of keys; ``series`` is added only where it is asked for."""
    question = finding.question
    document: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "area": question.area,
        "area_name": area_name,
        "indicator": question.indicator,
        "title": finding.title,
        "unit": finding.unit,
        "better": finding.better,
        "measured_at": finding.measured_at,
        "small_areas": list(question.members),
        "before": level_as_json(finding.before),
        "after": level_as_json(finding.after),
        "change": _change(finding),
        "comparison": _compared(finding.comparison),
        "second_method": _ratio(finding.second_method) if finding.second_method else None,
        "detectable_change_percent": _rounded(finding.detectable_change_percent, 1),
        "verdict": finding.verdict,
        "verdict_because": list(finding.verdict_because),
        "chosen_beforehand": is_aim(finding),
        "sentence": sentence.of(finding),
        "caveats": [{"name": slug, "text": text} for slug, text in finding.caveats],
        "sensitivity": _rows(finding.sensitivity),
        "sources": [dict(source) for source in finding.sources],
        "use": USE,
        "plan_hash": finding.plan_hash,
        "data_hash": finding.data_hash,
        "software_version": finding.software_version,
    }
    if series is not None:
        document["series"] = _rows(series)
    return document


def studied_as_json(
    studied: Studied, *, area_name: str, starts: Mapping[str, Any] | None = None, shift: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The document for one finding with its plain series (empty where nothing is loaded), null where a figure is missing.

    ``starts`` is the band of a finding with several possible starts, ``shift`` the lasting shift of one without any
    (``outputs.starts_json``); null elsewhere.
    """
    series = studied.series
    rows: list[dict[str, Any]] = []
    if series is not None:
        rows = [
            {"from": month_text(day), "months": series.months_each, "count": count}
            for day, count in zip(series.periods, series.counts, strict=True)
        ]
    document = finding_as_json(studied.finding, area_name=area_name, series=rows)
    return document | {"starts": starts, "shift": shift}


def board_as_json(
    studied: Sequence[Studied], *, area: str, area_name: str, dated: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """The document for a whole board: one object a finding, the empty ones too, and a hash of all their plans.

    ``dated`` holds the ``starts`` and ``shift`` of each finding, where they are known.
    """
    plans = "|".join(sorted(item.finding.plan_hash for item in studied))
    each = dated or [{}] * len(studied)
    return {
        "schema_version": SCHEMA_VERSION,
        "area": area,
        "plan_hash": hashlib.sha256(plans.encode("ascii")).hexdigest()[:16],
        "findings": [
            studied_as_json(item, area_name=area_name, **more) for item, more in zip(studied, each, strict=True)
        ],
        "use": USE,
    }
