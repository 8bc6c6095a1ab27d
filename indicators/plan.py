"""The plan behind a finding, and the hashes that make it repeatable."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from indicators.finding import Question

# A change in arithmetic raises the version of its method, and so every plan hash.
METHODS = {
    "weighted_baseline": 1,
    "synthetic_did": 1,
    "many_indicators": 1,
    "comparison_units": 1,
    "exact_change": 1,
    "breaks": 1,
    "verdict": 1,
}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def data_hash(cells: Iterable[tuple[str, str, str, str, str]]) -> str:
    """sha256 over the sorted ``source|authority|measure|period|file sha256`` of every cell read."""
    lines = sorted({"|".join(cell) for cell in cells})
    return hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()


def plan_hash(question: Question, units: Sequence[Sequence[str]], data: str) -> str:
    """The first 16 hex digits of the sha256 of the plan: the question with its comparison units resolved, the methods
    with their versions, and the hash of the data. No clock, path, host or order enters."""
    plan = _plain(asdict(question))
    plan["comparison"] = sorted(sorted(unit) for unit in units)
    plan["exclude"] = sorted(plan["exclude"])
    plan["family"] = sorted(plan["family"])
    text = json.dumps(
        {"question": plan, "methods": METHODS, "data": data}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
