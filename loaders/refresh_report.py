"""The report of a refresh: what changed, which past figures were revised, what is stale, and what is missing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from loaders.frequency import newest_held, stale_sources
from store.database import Store
from store.folder import Folder, replace_whole
from store.period import month_text
from store.revisions import Changes
from store.source import Source

# How many reports are kept.
KEPT = 30


def describe(
    database: Path | None, found: Changes, states: Mapping[str, str], sources: Iterable[Source], now: datetime
) -> dict[str, Any]:
    """The part of the report that is not about one source: ``at, changed, revised, moves, stale, missing, data_to``.

    ``database`` is the one in use afterwards, ``found`` what it says otherwise than the one before, ``states`` how each
    source fared, ``sources`` all the project can fetch, and ``now`` (UTC) what they are stale against.
    """
    known = tuple(sources)
    store = Store(database) if database is not None else None
    held = newest_held(store) if store is not None else {}
    return {
        "at": now.isoformat(timespec="seconds"),
        "changed": list(found.changed),
        "revised": list(found.revised),
        "moves": list(found.moves),
        "stale": stale_sources(store, known, now.date()) if store is not None else [],
        "missing": {
            "did_not_come": [name for name, state in states.items() if state in ("unreachable", "refused")],
            "never_loaded": [source.name for source in known if source.name not in held],
            "from_sample": [name for name, newest in held.items() if newest.is_sample],
            "absent": _absent(store) if store is not None else [],
        },
        "data_to": {name: month_text(newest.month) for name, newest in held.items()},
    }


def _absent(store: Store) -> list[dict[str, Any]]:
    """Months between the first and the last that no file holds, by source and authority."""
    names = ("source", "authority", "months", "first", "last")
    rows = store.rows(
        "SELECT s.name, a.code, count(DISTINCT c.period_start), strftime(min(c.period_start), '%Y-%m'), "
        "strftime(max(c.period_start), '%Y-%m') FROM coverage c JOIN measure m USING (measure_id) "
        "JOIN source s USING (source_id) JOIN area a ON a.area_id = c.authority_id WHERE c.state = 'absent' "
        "GROUP BY ALL ORDER BY ALL"
    )
    return [dict(zip(names, row, strict=True)) for row in rows]


def reports_of(folder: Folder) -> Path:
    """Where reports are kept."""
    return folder.outcomes / "reports"


def write_report(folder: Folder, report: Mapping[str, Any], now: datetime) -> Path:
    """Keep the report as ``refresh-<UTC>.json``, and the newest 30 in all."""
    target = reports_of(folder) / f"refresh-{now:%Y%m%dT%H%M%S}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(report, ensure_ascii=False, indent=1, default=str)
    replace_whole(target, text.encode("utf-8"))
    for old in sorted(target.parent.glob("refresh-*.json"))[:-KEPT]:
        old.unlink(missing_ok=True)
    for left in target.parent.glob(".refresh-*"):
        left.unlink(missing_ok=True)
    return target
