"""Charts: what is drawn, what is said, and the table behind."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from indicators.indicator import Better
from outputs.chart import (
    BreakSpan,
    Dot,
    MapFeature,
    MapPlan,
    Milestone,
    PlaceboPlan,
    SeriesPlan,
    TimelinePlan,
    WindowBar,
    map_html,
    map_svg,
    placebo_figure,
    placebo_picture,
    ranges_html,
    sensitivity_plan,
    series_figure,
    timeline_html,
)
from outputs.difference_axis import axis
from outputs.look import Theme, palette
from outputs.markup import escape
from outputs.table import Table
from tests.outputs import examples
from tests.outputs.test_chart_ranges import drawings

HOSTILE = "<img src=x onerror=alert(1)>"


def series(place: str = "North Stonehouse") -> SeriesPlan:
    """Eight quarters, one of them missing."""
    return SeriesPlan(
        title="break-ins",
        place=place,
        counted="Break-ins recorded each quarter",
        sentence="The solid line is us.",
        periods=tuple(date(2019 + at // 4, 1 + 3 * (at % 4), 1) for at in range(8)),
        counts=(11, 7, 11, None, 9, 12, 0, 10),
        expected=(10.5, 12.6, 12.1, None, 8.5, 7.6, 8.6, 11.5),
        lower=(3.6, 4.9, 4.7, None, 2.6, 2.3, 2.8, 4.3),
        upper=(19.3, 23.2, 22.5, None, 16.3, 15, 16.8, 21.3),
        start=date(2020, 1, 1),
        breaks=(BreakSpan(date(2020, 3, 1), date(2020, 6, 1), "Pandemic"),),
        windows=(WindowBar("Before, 12 months", date(2019, 1, 1), date(2019, 12, 1), 29),),
    )


def test_a_missing_quarter_breaks_line_and_band() -> None:
    figure = series_figure(series())
    ours = figure.data[-1]
    assert ours.y[3] is None
    assert ours.connectgaps is False
    assert ours.line.color == palette("light")["ink"]
    filled = [trace for trace in figure.data if trace.fill == "tonexty"]
    assert [len(trace.x) for trace in filled] == [3, 4]


def test_counts_of_the_windows_live_on_the_chart_and_nothing_has_a_legend() -> None:
    figure = series_figure(series())
    texts = [note.text for note in figure.layout.annotations]
    assert "Before, 12 months: <b>29</b>" in texts
    assert "<b>Start, January 2020</b>" in texts
    assert "Pandemic" in texts
    assert figure.layout.showlegend is False
    assert figure.layout.yaxis.range[0] == 0
    assert figure.layout.yaxis.range[1] >= 23.2


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_no_verdict_colour_on_a_series(theme: Theme) -> None:
    figure = series_figure(series(), theme=theme).to_plotly_json()
    text = json.dumps([figure["data"], figure["layout"]["shapes"], figure["layout"]["annotations"]], default=str)
    assert palette(theme)["blue"] not in text
    assert palette(theme)["orange"] not in text


def test_the_words_of_a_series_say_what_is_missing_and_when() -> None:
    plan = series()
    assert "highest 12 in April to June 2020, lowest 0 in July to September 2020" in plan.alt
    assert "Missing and left blank: 1 of 8." in plan.alt
    assert "Before, 12 months: 29." in plan.alt
    assert "Hatched: Pandemic, March 2020 to June 2020." in plan.alt
    assert plan.table.rows[3] == ("October to December 2019", None, None, None, None)
    assert plan.csv().splitlines()[4] == "October to December 2019,,,,"
    assert plan.csv().splitlines()[7].startswith("July to September 2020,0.0,")


def test_an_empty_series_has_words_and_can_be_drawn() -> None:
    plan = replace(series(), counts=(None,) * 8, expected=(), lower=(), upper=())
    assert plan.alt.endswith("no counts.")
    assert series_figure(plan).data[-1].name == "North Stonehouse"


def test_hostile_names_reach_no_picture_unescaped() -> None:
    plan = replace(series(HOSTILE), counted=HOSTILE, breaks=(BreakSpan(date(2020, 3, 1), date(2020, 6, 1), HOSTILE),))
    finding = replace(
        examples.cannot_tell(), sensitivity=({"change": HOSTILE, "ratio": 1.0, "lower": 0.5, "upper": 2.0},)
    )
    timeline = TimelinePlan(HOSTILE, HOSTILE, HOSTILE, (Milestone(date(2020, 1, 1), HOSTILE),))
    mapped = MapPlan(HOSTILE, HOSTILE, "", (MapFeature(HOSTILE, HOSTILE, "place", SQUARE),))
    drawn = [
        series_figure(plan).to_json(),
        ranges_html(sensitivity_plan(finding)),
        timeline_html(timeline),
        map_html(mapped),
    ]
    for text in drawn:
        assert "<img src=x" not in text
        assert "\\u003cimg src=x" not in text


@pytest.mark.parametrize(("better", "side"), [("lower", 1), ("higher", -1), ("neither", -1)])
def test_right_is_always_better_and_says_so(better: Better, side: int) -> None:
    along = axis([0.5, 2.0], better)
    assert math.copysign(1, along.place(0.5)) == side
    left, right = along.ends
    if better == "neither":
        assert (left.words, right.words, right.colour) == ("Fewer", "More", "grey")
    else:
        assert (left.colour, right.colour) == ("orange", "blue")
        assert right.words.endswith("(better)")


def test_the_axis_reaches_as_far_as_every_range() -> None:
    along = axis([0.03, 12.0], "lower")
    assert along.left < along.place(12.0) < along.place(0.03) < along.right


def test_sensitivity_names_the_choice_that_matters_most_with_its_counts() -> None:
    rows: tuple[Mapping[str, float | str | None], ...] = (
        {"change": "no settling-in", "before": 78.0, "after": 66.0, "after_months": 24.0, "ratio": 1.17, "lower": 0.6,
         "upper": 2.1, "verdict": "We cannot tell"},
        {"change": "ring put back", "ratio": 0.7, "lower": 0.4, "upper": 1.3, "verdict": "We cannot tell"},
    )  # fmt: skip
    text = sensitivity_plan(replace(examples.cannot_tell(), sensitivity=rows)).sentence
    assert "“No settling-in”" in text
    assert "31 % fewer (78 to 34, two years each) into 17 % more (78 to 66, the later two years)" in text


def placebo() -> PlaceboPlan:
    """Twenty places, three of them at least as unusual as ours."""
    dots = tuple(Dot(f"P{at}", 0.5 + at / 15, at < 3) for at in range(20))
    return PlaceboPlan("Is a gap this large unusual?", "North Stonehouse", "…", "lower", 0.78, dots, 0)


@pytest.mark.parametrize("ours", [0.3, 0.78, 3.0])
def test_a_phones_picture_has_every_place_and_ours_inside_it(ours: float) -> None:
    plan = replace(placebo(), ours=ours, place=HOSTILE)
    html = placebo_picture(plan, plan.alt)
    assert "<img src=x" not in html
    (svg,) = drawings(html)
    assert "<img" not in svg
    circles = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="4" fill="(#\w+)"', svg)
    assert len(set(circles)) == 20
    assert [fill for _, _, fill in circles].count(palette("light")["grey"]) == plan.filled
    height = float(svg.split('viewBox="0 0 354 ')[1].split('"')[0])
    assert all(8 <= float(x) <= 346 and 60 < float(y) < height - 30 for x, y, _ in circles)
    line = float(svg.split('<path d="M')[-2].split(" ")[0])
    along = axis([ours, *(dot.ratio for dot in plan.dots)], "lower")
    assert line == pytest.approx(12 + along.share(ours) * 330, abs=0.06)
    assert f'alt="{escape(plan.alt)}"' in html


def test_every_place_is_one_circle_and_filled_where_as_unusual() -> None:
    plan = placebo()
    circles = placebo_figure(plan).data[0]
    assert len(circles.x) == 20
    assert list(circles.marker.color).count(palette("light")["grey"]) == plan.filled == 3
    assert len(set(zip(circles.x, circles.y, strict=True))) == 20
    assert "3 of 20 places with no programme" in plan.alt
    assert plan.table.rows[0] == ("North Stonehouse", 0.78, "ours")


SQUARE = {"type": "Polygon", "coordinates": [[[-4.1, 50.3], [-4.0, 50.3], [-4.0, 50.4], [-4.1, 50.4], [-4.1, 50.3]]]}


def shifted(by: float) -> dict[str, object]:
    """The square, ``by`` degrees further east, as a MultiPolygon."""
    return {
        "type": "MultiPolygon",
        "coordinates": [[[[-4.1 + by, 50.3], [-4.0 + by, 50.3], [-4.0 + by, 50.4], [-4.1 + by, 50.3]]]],
    }


def mapped() -> MapPlan:
    """One area for each role."""
    return MapPlan(
        "Who we compare with",
        "North Stonehouse",
        "…",
        (
            MapFeature("E1", "Plymouth 029B", "place", SQUARE),
            MapFeature("E2", "Plymouth 012A", "similar", shifted(0.1)),
            MapFeature("E3", "Plymouth 011A", "ring", shifted(0.2)),
            MapFeature("E4", "Plymouth 010A", "left_out", shifted(0.3)),
            MapFeature("E5", "Plymouth 009A", "other", shifted(0.4)),
        ),
    )


def test_the_map_has_three_marks_no_text_and_its_words_beside_it() -> None:
    plan, colours = mapped(), palette("light")
    svg = map_svg(plan)
    assert f'fill="{colours["ink"]}"' in svg
    assert f'fill="{colours["sim"]}"' in svg
    assert svg.count('fill="url(#hatch)"') == 2
    assert "<text" not in svg
    assert "Two left out" in map_html(plan)
    assert "one small areas" not in map_html(plan)
    assert len(plan.table.rows) == 4
    assert "Map." in plan.alt


def test_a_map_without_shapes_is_still_a_picture() -> None:
    assert map_svg(MapPlan("", "Here", "", ())).startswith("<svg")


def test_the_timeline_lists_events_by_date_and_marks_what_else_happened() -> None:
    plan = TimelinePlan(
        "What happened",
        "Here",
        "…",
        (
            Milestone(date(2021, 3, 1), "Lighting finished"),
            Milestone(date(2020, 3, 1), "Pandemic", until=date(2021, 7, 1), uncertain=True, else_lane=True),
        ),
    )
    assert plan.table.rows[0] == ("about March 2020 to July 2021", "Pandemic", "what else happened")
    html = timeline_html(plan)
    assert html.index("Pandemic") < html.index("Lighting")
    assert "(what else happened)" in html
    assert "Timeline of Here, two events." in plan.alt


def test_csv_cells_cannot_run_as_formulas_and_numbers_stay_numbers() -> None:
    text = Table(("a", "b"), (("=1+1", -3.5), (" @cmd", None), ("-x", 0), ("+44", 1), ("plain", 2))).csv()
    assert text.splitlines()[1:] == ["'=1+1,-3.5", "' @cmd,", "'-x,0", "'+44,1", "plain,2"]
