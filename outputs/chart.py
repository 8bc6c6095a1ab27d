"""The door to every chart: plans in, pictures out."""

from __future__ import annotations

from outputs.chart_beacon import beacon_figure
from outputs.chart_difference import placebo_figure
from outputs.chart_event import event_figure
from outputs.chart_plan import (
    BreakSpan,
    Dot,
    Milestone,
    PlaceboPlan,
    PointNote,
    RangePlan,
    RangeRow,
    SeriesPlan,
    WindowBar,
)
from outputs.chart_ranges import ranges_html
from outputs.chart_series import series_figure
from outputs.chart_spread import spread_figure
from outputs.map_svg import MapFeature, MapPlan, map_html, map_svg
from outputs.placebo_picture import placebo_picture
from outputs.sensitivity_plan import main_row, sensitivity_plan
from outputs.timeline import TimelinePlan, timeline_html

__all__ = [
    "BreakSpan",
    "Dot",
    "MapFeature",
    "MapPlan",
    "Milestone",
    "PlaceboPlan",
    "PointNote",
    "RangePlan",
    "RangeRow",
    "SeriesPlan",
    "TimelinePlan",
    "WindowBar",
    "beacon_figure",
    "event_figure",
    "main_row",
    "map_html",
    "map_svg",
    "placebo_figure",
    "placebo_picture",
    "ranges_html",
    "sensitivity_plan",
    "series_figure",
    "spread_figure",
    "timeline_html",
]
