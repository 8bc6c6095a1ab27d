"""What an indicator declares about itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Better = Literal["lower", "higher", "neither"]
Kind = Literal["events", "stock", "proportion", "mean", "median", "ratio"]
SmallestArea = Literal["stable", "school", "practice", "ward", "council", "place"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One thing that is measured, with its direction declared and never guessed.

    ``measures`` are summed, and the sum is missing wherever any one of them is. ``per`` and ``unit`` describe the
    rate. ``suppress_below`` is 0 where figures are shown as published.
    """

    name: str
    title: str
    question: str
    why_it_matters: str
    measures: tuple[str, ...]
    kind: Kind
    denominator: str
    per: float
    unit: str
    better: Better
    smallest_area: SmallestArea
    suppress_below: int
    breaks: tuple[str, ...]
    caveats: tuple[str, ...]
    checked_by: str
    reviewed: date
