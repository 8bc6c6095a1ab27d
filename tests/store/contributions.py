"""Small contributions of counts, as a loader would hand them to the store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pandas as pd

from store.contribution import Contribution, LoadedFile, Measure, Origin
from store.source import Source

SOURCE = Source(
    name="street_counts", title="Street counts", publisher="The tests", landing_page="https://example.org/",
    licence="Open Government Licence v3.0", attribution="The tests.", geography="Small areas", frequency="Monthly",
    caveats=(), format_evidence="documented header",
)  # fmt: skip
MEASURES = (Measure("burglary", "events", "recorded"), Measure("robbery", "events", "recorded"))
FORCE = "devon-and-cornwall"
AREA = "E01019968"
AT = datetime.fromisoformat("2026-01-01T12:00")


def months(first: str, number: int) -> list[str]:
    """``number`` months from ``first`` on, as YYYY-MM."""
    return [f"{day:%Y-%m}" for day in pd.date_range(f"{first}-01", periods=number, freq="MS")]


def counts(
    cells: Mapping[str, float],
    *,
    name: str = "file.csv",
    edition: str = "2020-01",
    origin: Origin = "publisher",
    measure: str = "burglary",
    area: str = AREA,
    fetched_at: datetime = AT,
    unlocated: int = 0,
) -> Contribution:
    """One file of one measure of one force: month → events in one small area; a month with 0 is reported and empty."""
    starts = {month: pd.Timestamp(f"{month}-01") for month in cells}
    observed = [(starts[month], float(count)) for month, count in cells.items() if count]
    rows = int(sum(cells.values()))
    shared = {"file": 0, "measure": measure, "period_months": 1, "authority_kind": "police_force", "authority": FORCE}
    observations = pd.DataFrame({"period_start": [o[0] for o in observed], "numerator": [o[1] for o in observed]}).assign(
        **shared, area_kind="stable", area_code=area, denominator=float("nan"), value=float("nan"), status="observed",
        low=float("nan"), high=float("nan"),
    )  # fmt: skip
    coverage = pd.DataFrame({
        "period_start": list(starts.values()), "rows_placed": [int(count) for count in cells.values()],
        "rows_unlocated": unlocated,
    }).assign(**shared)  # fmt: skip
    sha256 = f"{abs(hash((name, edition, tuple(cells.items())))):064x}"
    return Contribution(
        SOURCE,
        (LoadedFile(name, sha256, 1, "", fetched_at, edition, origin, rows, rows),),
        MEASURES, observations, coverage,
    )  # fmt: skip
