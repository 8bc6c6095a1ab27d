"""Yearly values for tests, as a loader would bring them, on top of the shipped sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
import pandas as pd

from store.contribution import Contribution, LoadedFile, Measure, MeasureKind
from store.source import Source

SOURCE = Source(
    name="yearly", title="Yearly figures", publisher="The tests", landing_page="https://example.org/",
    licence="Open Government Licence v3.0", attribution="The tests.", geography="Small areas", frequency="Yearly",
    caveats=(), format_evidence="documented header",
)  # fmt: skip
ENGLAND = "E92000001"


def yearly(
    measure: str, kind: MeasureKind, rows: Sequence[Mapping[str, object]], *, area_kind: str = "stable", months: int = 12,
    unit: str = "", areas: pd.DataFrame | None = None, members: pd.DataFrame | None = None,
) -> Contribution:  # fmt: skip
    """One file: each row has ``code``, ``start`` (YYYY-MM) and any of the observation's own columns."""
    blank = {"numerator": np.nan, "denominator": np.nan, "value": np.nan, "status": "observed", "low": np.nan, "high": np.nan}
    frame = pd.DataFrame([{**blank, **row} for row in rows])
    starts = pd.to_datetime(frame.pop("start") + "-01")
    shared = {"file": 0, "measure": measure, "period_months": months, "authority_kind": "country", "authority": ENGLAND}
    observations = frame.rename(columns={"code": "area_code"}).assign(period_start=starts, area_kind=area_kind, **shared)
    coverage = observations.groupby("period_start", as_index=False).size().rename(columns={"size": "rows_placed"})
    file = LoadedFile(
        f"{measure}.csv", f"{abs(hash((measure, len(frame), area_kind))):064x}", 1, "", datetime.fromisoformat("2026-01-01"), "2026",
        "publisher", len(frame), len(frame),
    )  # fmt: skip
    extra = {name: frame for name, frame in (("areas", areas), ("members", members)) if frame is not None}
    return Contribution(
        SOURCE, (file,), (Measure(measure, kind, unit),), observations,
        coverage.assign(**shared, rows_unlocated=0), **extra,
    )  # fmt: skip
