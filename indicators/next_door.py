"""What happened in the areas that touch a place: did something move next door, or spread there?

A description beside the finding, never a part of it. Areas that touch the place stand for nothing in its comparison, so
what moved there cannot colour it (Wheeler & Ratcliffe 2018 report such a ring by itself for the same reason).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from indicators.before_after import change
from indicators.finding import Finding, Ratio, Verdict
from indicators.sensitivity import NEXT_DOOR


@dataclass(frozen=True, slots=True)
class NextDoor:
    """The areas that touch the place, all together, over the finding's own windows.

    ``before`` and ``after`` are sums of events over ``months``, or mean levels of a stock. ``change_percent`` is a
    month's, with exact limits for events; None where nothing was counted before. ``ratio`` is seen over expected had they
    changed as the place's similar places did, and ``verdict`` says how sure that is (never a finding).
    """

    before: float
    after: float
    months: tuple[int, int]
    change_percent: float | None
    change_lower: float | None
    change_upper: float | None
    ratio: Ratio
    verdict: Verdict


def next_door(finding: Finding) -> NextDoor | None:
    """The ring of a finding that was also asked in other ways; None where nothing is compared or touches the place."""
    row = next((item for item in finding.sensitivity if item.get("group") == NEXT_DOOR), None)
    if row is None or finding.comparison is None:
        return None
    before, after = _number(row, "before"), _number(row, "after")
    months = int(_number(row, "before_months")), int(_number(row, "after_months"))
    moved: tuple[float | None, float | None, float | None]
    if finding.kind == "events":
        found = change(before, months[0], after, months[1])
        moved = (_percent(found.change), _percent(found.lower), _percent(found.upper))
    else:
        moved = (_percent(after / before - 1) if before else None, None, None)
    ratio = Ratio(*(_number(row, name) for name in ("ratio", "lower", "upper", "p")))
    return NextDoor(before, after, months, *moved, ratio, cast(Verdict, row["verdict"]))


def _number(row: Mapping[str, float | str | None], name: str) -> float:
    return float(cast(float, row[name]))


def _percent(share: float | None) -> float | None:
    return None if share is None or not math.isfinite(share) else 100 * share
