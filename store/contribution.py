"""What a loader hands to the store: files with their accounts, and the long rows tidied from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import pandas as pd

from store.cells import Cells
from store.source import Source

Origin = Literal["publisher", "sample", "local"]
MeasureKind = Literal["events", "stock", "proportion", "mean", "median", "ratio"]

OBSERVATION_COLUMNS = (
    "file", "area_kind", "area_code", "measure", "period_start", "period_months", "numerator", "denominator", "value",
    "status", "low", "high", "authority_kind", "authority",
)  # fmt: skip
COVERAGE_COLUMNS = (
    "file", "measure", "authority_kind", "authority", "period_start", "period_months", "rows_placed", "rows_unlocated",
)  # fmt: skip
POPULATION_COLUMNS = ("file", "stable", "mid_year", "age_from", "age_to", "persons")
DEPRIVATION_COLUMNS = ("file", "stable", "edition", "domain", "rank", "decile", "areas_ranked")
OUTLINE_COLUMNS = ("stable", "outline", "longitude", "latitude")
AREA_COLUMNS = ("kind", "code", "name", "country", "longitude", "latitude")
DETAIL_COLUMNS = (
    "file", "area_kind", "area_code", "measure", "period_start", "period_months", "title", "better", "rule", "provider",
    "note", "standard_deviation", "people_answered", "people_asked", "design_effect",
)  # fmt: skip
MEMBER_COLUMNS = ("parent_kind", "parent_code", "member_kind", "member_code", "relation", "share", "basis")


@dataclass(frozen=True, slots=True)
class Measure:
    """A thing counted. Events add over months; a stock is a level at a date and is averaged."""

    name: str
    kind: MeasureKind
    unit: str


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """A publisher's file as it was read: ``rows_read = rows_placed + rows_unlocated + rows_refused``."""

    original_name: str
    sha256: str
    bytes: int
    url: str
    fetched_at: datetime
    edition: str
    origin: Origin
    rows_read: int
    rows_placed: int
    rows_unlocated: int = 0
    rows_refused: int = 0


@dataclass(frozen=True, slots=True)
class Contribution:
    """Everything one source brings in one go.

    The frames hold the columns named in this module; ``file`` is a position in ``files``. Coverage says which measure,
    authority and period a file reports on: these slices are replaced whole, never added to what was there. A period is
    ``period_start`` (its first day) and ``period_months`` (0 = on that day). In observations ``low`` and ``high`` are the
    range of a suppressed or rounded cell; beside an observed ``value`` without counts they are the publisher's own 95 %
    limits. ``areas`` are areas that no lookup holds, such as schools, practices, regions and councils of other years; one
    that is known already keeps its name. ``members`` say how they lie to others; those of one relation are replaced whole.
    The ``stable`` column of population and deprivation may name a Scottish Data Zone as well.
    ``details`` are what a community says about its own figures: one row for each local observation.
    ``cells`` are further observations, carried compactly: a country's crimes are millions.
    """

    source: Source
    files: tuple[LoadedFile, ...]
    measures: tuple[Measure, ...] = ()
    observations: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(OBSERVATION_COLUMNS)))
    coverage: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COVERAGE_COLUMNS)))
    population: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(POPULATION_COLUMNS)))
    deprivation: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(DEPRIVATION_COLUMNS)))
    outlines: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(OUTLINE_COLUMNS)))
    areas: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(AREA_COLUMNS)))
    members: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(MEMBER_COLUMNS)))
    details: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(DETAIL_COLUMNS)))
    cells: Cells | None = None

    def rows(self) -> pd.DataFrame:
        """All observations as one frame, however they are carried; not for a whole country's."""
        if self.cells is None:
            return self.observations
        cells = self.cells.frame()
        return pd.concat([self.observations, cells]) if len(self.observations) else cells
