"""The chart of one finding as PowerPoint's own line chart, with the marks of its start, its two periods and its breaks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE
from pptx.enum.dml import MSO_LINE_DASH_STYLE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.slide import Slide
from pptx.util import Pt

from outputs import slide_theme as theme
from outputs.chart_plan import SeriesPlan, alone
from outputs.chart_series import in_view, round_step, top_of, visible_breaks
from outputs.chart_windows import bar_days
from outputs.office_text import one_line
from outputs.sheet_words import breaks_words
from outputs.slide_parts import described, line_height
from outputs.slide_shapes import Box, colour, figure, filled, hatched, put_group, words
from outputs.table import safe_cell
from outputs.text_fit import shortened, width
from store.period import month_number, month_words

_FORMATS = {"": "#,##0.#", "£": '"£"#,##0', "%": '0.0" %"'}
_MONTH = "mmm yyyy"
_LABELS = 8  # months named along the axis
_QUARTER, _YEAR = 3, 12
_SMALL = 12  # points
# The plot inside its chart, as shares: left, top, right and bottom. Above it stand the marks, below it periods and legend.
_LEFT, _TOP, _RIGHT, _BOTTOM = 0.07, 0.205, 0.985, 0.74
_MARKS_TOP, _BARS = 0.1, 0.185
_LEGEND = 0.875
_NAME = 4.0  # inches for the name of our line
_WORD = 0.9  # inches for the name of a period


def chart_data(plan: SeriesPlan) -> CategoryChartData:
    """Every number that is drawn, rounded as in the table behind the chart; what is missing stays empty."""
    data = CategoryChartData(number_format=_FORMATS[plan.sign])
    data.categories = plan.periods if _by_date(plan) else [plan.period_words(at) for at in range(len(plan.periods))]
    if _by_date(plan):
        data.categories.number_format = _MONTH
    for name, values in _lines(plan):
        data.add_series(
            str(safe_cell(one_line(name))), [None if value is None else round(float(value), 1) for value in values]
        )
    return data


def _lines(plan: SeriesPlan) -> list[tuple[str, Sequence[float | None]]]:
    """The lines by their names, which are those of the table behind the chart."""
    # A name that filled the legend would push the other lines out of it.
    ours = shortened(plan.place, _SMALL, _NAME, line_height(_SMALL))
    found: list[tuple[str, Sequence[float | None]]] = [(ours, plan.counts)]
    if plan.expected:
        found.append(("Had we changed as similar places did", plan.expected))
    if plan.lower and plan.upper:
        found += [("Room for chance, lowest", plan.lower), ("Room for chance, highest", plan.upper)]
    return found


def _by_date(plan: SeriesPlan) -> bool:
    """True where the axis is one of months; years are named by their own words."""
    return plan.months_each < _YEAR


def lines_words(plan: SeriesPlan) -> str:
    """What the lines are; PowerPoint draws the room for chance by its edges."""
    edges = "small strokes" if alone(plan.expected) else "thin lines"
    told = plan.sentence
    for drawn in ("The pale band is", "The pale bar is"):
        told = told.replace(drawn, f"Between the {edges} is")
    return f"{told} Each point stands at the first month of its quarter." if plan.months_each == _QUARTER else told


def add_chart(slide: Slide, plan: SeriesPlan) -> Chart:
    """Fill the slide's chart placeholder, and put the marks around it."""
    _hatch(slide, plan)
    holder = next(one for one in slide.placeholders if one.placeholder_format.idx == theme.CHART_AT)
    frame = holder.insert_chart(XL_CHART_TYPE.LINE_MARKERS, chart_data(plan))
    # The hatching lies behind the chart: what was added last is in front.
    slide.shapes._spTree.append(frame._element)
    described(frame, "Chart", plan.alt)
    chart: Chart = frame.chart
    chart.font.size = Pt(_SMALL)
    chart.font.color.rgb = _rgb("text2")
    _title(chart, plan)
    _axes(chart, plan)
    _draw(chart, plan)
    _marks(slide, plan)
    return chart


def _rgb(key: str) -> RGBColor:
    found: RGBColor = RGBColor.from_string(colour(key))
    return found


def _left(plan: SeriesPlan) -> float:
    """Where the plot begins: room for the largest number of the axis."""
    longest = f"{plan.sign}{top_of(plan):,.0f}"
    return max(_LEFT, (width(longest, _SMALL) + 0.15) / theme.CHART_WIDE)


def _layout(x: float, y: float, wide: float | None = None, high: float | None = None, *, inner: bool = False) -> Any:
    """A place inside a chart, in shares of it."""
    target = '<c:layoutTarget val="inner"/>' if inner else ""
    size = "" if wide is None or high is None else f'<c:w val="{wide:.4f}"/><c:h val="{high:.4f}"/>'
    return parse_xml(
        f'<c:layout {nsdecls("c")}><c:manualLayout>{target}<c:xMode val="edge"/><c:yMode val="edge"/>'
        f'<c:x val="{x:.4f}"/><c:y val="{y:.4f}"/>{size}</c:manualLayout></c:layout>'
    )


def _title(chart: Chart, plan: SeriesPlan) -> None:
    """What is counted, small and at the left, in place of a title: the slide's own title says what was found."""
    chart.has_title = True
    title = chart.chart_title
    run = title.text_frame.paragraphs[0].add_run()
    run.text = one_line(shortened(plan.counted, _SMALL, theme.CHART_WIDE, line_height(_SMALL)))
    run.font.size, run.font.bold = Pt(_SMALL), False
    run.font.color.rgb = _rgb("muted")
    element = title._element
    for old in element.findall(qn("c:layout")):
        element.remove(old)
    element.find(qn("c:tx")).addnext(_layout(0, 0))


def _axes(chart: Chart, plan: SeriesPlan) -> None:
    area = chart._chartSpace.find(f"{qn('c:chart')}/{qn('c:plotArea')}")
    left = _left(plan)
    area.insert(0, _layout(left, _TOP, _RIGHT - left, _BOTTOM - _TOP, inner=True))
    values, when = chart.value_axis, chart.category_axis
    top = top_of(plan)
    values.minimum_scale, values.maximum_scale, values.major_unit = 0, top, round_step(top, 5)
    # Said outright, because the marks around the plot rely on it: a point stands in the middle of its month or year.
    between = parse_xml(f'<c:crossBetween {nsdecls("c")} val="between"/>')
    values._element.find(qn("c:crosses")).addnext(between)
    values.tick_labels.number_format = _FORMATS[plan.sign].replace(".0", "").replace(".#", "")
    values.tick_labels.number_format_is_linked = False
    values.major_gridlines.format.line.color.rgb = _rgb("hair")
    values.format.line.fill.background()
    when.format.line.color.rgb = _rgb("muted")
    if _by_date(plan):
        _months(when, plan)
    # Upright words: a name on its side is read by nobody.
    when.tick_labels.font.size = Pt(_SMALL)
    when._element.find(f"{qn('c:txPr')}/{qn('a:bodyPr')}").attrib.update({"rot": "0", "vert": "horz"})
    chart.has_legend = True
    chart.legend.position = XL_LEGEND_POSITION.BOTTOM
    chart.legend.include_in_layout = False
    chart.legend.font.size = Pt(_SMALL)
    legend = chart.legend._element
    for old in legend.findall(qn("c:layout")):
        legend.remove(old)
    legend.find(qn("c:overlay")).addprevious(_layout(0.02, _LEGEND, 0.96, 1 - _LEGEND))


def _months(when: Any, plan: SeriesPlan) -> None:
    """An axis of months, named once in a year or in a few."""
    when.tick_labels.number_format, when.tick_labels.number_format_is_linked = _MONTH, False
    unit = when._element.find(qn("c:baseTimeUnit"))
    unit.set("val", "months")
    every = max(1, math.ceil((plan.periods[-1] - plan.periods[0]).days / 365 / _LABELS))
    for name, value in (("majorTimeUnit", "years"), ("majorUnit", every)):
        unit.addnext(parse_xml(f'<c:{name} {nsdecls("c")} val="{value}"/>'))


def _draw(chart: Chart, plan: SeriesPlan) -> None:
    """Us in ink with dots, similar places dashed, the room for chance by its edges; single figures as marks alone."""
    single = alone(plan.expected)
    few = sum(value is not None for value in plan.counts) < 14
    looks = (
        ("ink", 2.6, MSO_LINE_DASH_STYLE.SOLID, XL_MARKER_STYLE.CIRCLE, 8 if few else 6),
        ("line", 2.0, MSO_LINE_DASH_STYLE.DASH, XL_MARKER_STYLE.CIRCLE if single else XL_MARKER_STYLE.NONE, 9),
        ("edge", 0.75, MSO_LINE_DASH_STYLE.SOLID, XL_MARKER_STYLE.DASH if single else XL_MARKER_STYLE.NONE, 8),
        ("edge", 0.75, MSO_LINE_DASH_STYLE.SOLID, XL_MARKER_STYLE.DASH if single else XL_MARKER_STYLE.NONE, 8),
    )
    for line, (key, points, dash, mark, size) in zip(chart.plots[0].series, looks, strict=False):
        line.smooth = False
        line.format.line.width = Pt(points)
        line.format.line.color.rgb = _rgb(key)
        line.format.line.dash_style = dash
        line.marker.style = mark
        if mark != XL_MARKER_STYLE.NONE:
            line.marker.size = size
            line.marker.format.fill.solid()
            line.marker.format.fill.fore_color.rgb = _rgb("bg" if key == "line" else key)
            line.marker.format.line.color.rgb = _rgb(key)


def _x(plan: SeriesPlan, day: date) -> float:
    """How far from the slide's left a day lies, in inches; every month or year of the axis has the same width."""
    first, last = month_number(plan.periods[0]), month_number(plan.periods[-1])
    step = 1 if _by_date(plan) else plan.months_each
    share = (month_number(day) - first) / (last - first + step)
    left = _left(plan)
    return theme.SIDE + theme.CHART_WIDE * (left + min(max(share, 0.0), 1.0) * (_RIGHT - left))


def _y(share: float) -> float:
    return theme.TOP + theme.CHART_HIGH * share


def _hatch(slide: Slide, plan: SeriesPlan) -> None:
    """Hatched months behind the lines: there the counting was another one."""
    spans = visible_breaks(plan)
    if not spans:
        return
    sides = [tuple(_x(plan, date.fromisoformat(day)) for day in span) for span in spans]
    boxes = [Box(left, _y(_TOP), right - left, _y(_BOTTOM) - _y(_TOP)) for left, right in sides]
    first, last = min(left for left, _ in sides), max(right for _, right in sides)
    around = Box(first, boxes[0].top, last - first, boxes[0].height)
    put_group(
        slide, [figure(box, hatched("hatch", "bg")) for box in boxes], around, "Hatched months", breaks_words(plan)
    )


def _marks(slide: Slide, plan: SeriesPlan) -> None:
    """The start as an upright, and a bar over the months of each period."""
    shown = plan.start is not None and in_view(plan, plan.start)
    if not shown and not plan.windows:
        return
    parts, said = [], []
    for bar in plan.windows:
        left, right = (_x(plan, day) for day in bar_days(plan, bar))
        parts.append(figure(Box(left, _y(_BARS), max(right - left, 0.03), 0.05), filled("ink")))
        before = bar.label.startswith("Before")
        # The earlier period's word ends where its bar does, the later one's begins there: they never meet.
        at = max(right - _WORD - 0.05, theme.SIDE) if before else min(left, theme.SIDE + theme.CHART_WIDE - _WORD)
        box = Box(at, _y(_BARS) - 0.24, _WORD, 0.22)
        parts.append(words(box, bar.label.split(",")[0], _SMALL, align="r" if before else "l"))
        said.append(bar.words)
    if shown and plan.start is not None:
        at, label = _x(plan, plan.start), f"{plan.start_label}, {month_words(plan.start)}"
        top, wide = _y(_MARKS_TOP) - 0.15, width(label, _SMALL) + 0.3
        parts.append(figure(Box(at - 0.01, top, 0.02, _y(_BOTTOM) - top), filled("ink")))
        fits = at - wide > theme.SIDE
        box = Box(at - wide - 0.06 if fits else at + 0.06, top - 0.01, wide, 0.22)
        parts.append(words(box, label, _SMALL, align="r" if fits else "l", bold=True))
        said.insert(0, label)
    around = Box(theme.SIDE, theme.TOP, theme.CHART_WIDE, theme.CHART_HIGH)
    put_group(slide, parts, around, "Start and periods", ". ".join(said) + ".")
