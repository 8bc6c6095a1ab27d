"""The chart of ranges: where its marks lie, what it shows of too few events, and that nothing in it is more than text."""

from __future__ import annotations

import base64
import math
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.indicator import Better
from outputs.chart import RangePlan, RangeRow, ranges_html, sensitivity_plan
from outputs.difference_axis import FURTHEST, axis
from outputs.look import palette
from tests.outputs import examples

ROW = RangeRow("Our main question", 0.6, 0.4, 0.9, "better", bold=True)
HOSTILE = "<img src=x onerror=alert(1)>"


def plan(*rows: RangeRow, better: Better = "lower") -> RangePlan:
    """A plan of these rows."""
    return RangePlan("Title", "Sentence.", better, rows)


def drawings(html: str) -> list[str]:
    """The drawings of all pictures, in their order."""
    return [base64.b64decode(one).decode() for one in re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', html)]


def marks(svg: str) -> str:
    """The part of a strip that hangs from its middle."""
    return svg.split('<svg y="50%"')[1]


def places(svg: str) -> list[float]:
    """Both ends of a range and its estimate, in hundredths of the width."""
    found = re.search(r'<line x1="([\d.]+)%" x2="([\d.]+)%".*<circle cx="([\d.]+)%"', marks(svg))
    assert found is not None
    return [float(one) for one in found.groups()]


@given(
    st.floats(0.02, 40), st.floats(1.0, 3.0), st.floats(1.0, 3.0), st.sampled_from(("lower", "higher", "neither")),
)  # fmt: skip
def test_marks_lie_where_the_logarithm_has_them(ratio: float, down: float, up: float, better: Better) -> None:
    row = replace(ROW, ratio=ratio, lower=ratio / down, upper=ratio * up)
    (svg,) = drawings(ranges_html(plan(row, better=better)))
    # The slow way: the axis from the lowest to the highest value and at least from half to twice, turned for “lower”.
    sign = -1 if better == "lower" else 1
    logs = [sign * math.log(min(max(one, 1 / FURTHEST), FURTHEST)) for one in (row.lower, row.upper, ratio)]
    left, right = min(*logs, -math.log(2)) - 0.12, max(*logs, math.log(2)) + 0.12
    assert places(svg) == pytest.approx([100 * (log - left) / (right - left) for log in logs], abs=0.06)


def test_right_is_better_for_both_directions() -> None:
    for better, row in (("lower", ROW), ("higher", replace(ROW, ratio=1.6, lower=1.1, upper=2.2))):
        made = plan(row, better=better)
        (svg,) = drawings(ranges_html(made))
        upright = float(re.findall(r'<line x1="([\d.]+)%"[^>]*stroke-width="2"', svg)[0])
        assert places(svg)[2] > upright
        assert ranges_html(made).index("(worse)") < ranges_html(made).index("(better)")


def test_too_few_draws_a_dotted_range_and_no_estimate() -> None:
    made = sensitivity_plan(examples.burglary())
    html = ranges_html(made)
    drawn = [svg for svg in drawings(html) if "<svg y=" in svg]
    assert len(drawn) == len(made.rows)
    for svg in drawn:
        assert "stroke-dasharray" in marks(svg)
        assert "<circle" not in svg
    assert html.count(">too few events<") == len(made.rows)


def test_cannot_tell_is_open_and_grey_and_a_finding_is_solid_and_coloured() -> None:
    colours = palette("light")
    (unsure,) = drawings(ranges_html(plan(replace(ROW, tone="cannot_tell"))))
    (found,) = drawings(ranges_html(plan(ROW)))
    assert f'fill="{colours["bg"]}" stroke="{colours["grey"]}"' in marks(unsure)
    assert f'fill="{colours["blue"]}" stroke="{colours["blue"]}"' in marks(found)


def test_what_lies_beyond_the_axis_is_said_at_its_edge() -> None:
    html = ranges_html(plan(replace(ROW, lower=0.001, ratio=1.0, upper=2.0, tone="cannot_tell")))
    assert html.count(">beyond</i>") == 1
    assert ">beyond<" not in ranges_html(plan(ROW))


def test_a_row_without_a_range_says_why_and_draws_nothing() -> None:
    html = ranges_html(
        plan(RangeRow("Another place", None, None, None, "cannot_be_compared", reason="no similar places"))
    )
    assert ">no similar places<" in html
    (svg,) = drawings(html)
    assert marks(svg).startswith(' overflow="visible"></svg>')


def test_groups_head_their_rows_once() -> None:
    rows = [replace(ROW, label=label, group=group) for label, group in (("a", "One"), ("b", "One"), ("c", "Two"))]
    html = ranges_html(plan(*rows))
    assert [html.count(f'<span class="name">{group}</span>') for group in ("One", "Two")] == [1, 1]
    assert html.index(">One<") < html.index(">a<") < html.index(">b<") < html.index(">Two<") < html.index(">c<")


def test_everything_from_outside_is_escaped() -> None:
    row = RangeRow(HOSTILE, None, None, None, "cannot_be_compared", group=HOSTILE, reason=HOSTILE)
    html = ranges_html(plan(row))
    assert "<img src=x" not in html
    assert html.count("&lt;img src=x onerror=alert(1)&gt;") >= 4  # group, label, words and the alternative text


@given(st.floats(0.05, 20), st.floats(0.05, 20))
def test_words_of_ticks_never_meet_and_never_leave_the_picture(one: float, other: float) -> None:
    rows = [replace(ROW, ratio=value, lower=value, upper=value) for value in (one, other)]
    html = ranges_html(plan(*rows))
    ticks = re.findall(
        r'<span( class="fine")? style="left:clamp\(([\d.]+)em, ([\d.]+)%, calc\(100% - [\d.]+em\)\)">', html
    )
    assert len(ticks) >= 3
    # On a strip of 600 pixels, with letters of 14.
    spans = []
    for _, half, at in ticks:
        wide = 14 * float(half)
        middle = min(max(6 * float(at), wide), 600 - wide)
        spans.append((middle - wide, middle + wide))
    assert spans[0][0] >= 0
    assert spans[-1][1] <= 600
    fine = {at for at, (is_fine, _, _) in enumerate(ticks) if is_fine}
    for at in range(len(spans) - 1):
        if fine & {at, at + 1}:
            assert spans[at][1] <= spans[at + 1][0]


def test_the_axis_holds_all_that_is_drawn() -> None:
    along = axis([0.4, 0.9], "lower")
    assert 0 < along.share(0.9) < along.share(0.4) < 1
