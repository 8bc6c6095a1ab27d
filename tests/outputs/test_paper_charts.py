"""Charts for paper: every line, break and label of the plan, inside the picture and without anything left unsaid."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from indicators.finding import Ratio
from outputs.chart_plan import BreakSpan, SeriesPlan, WindowBar
from outputs.look import palette
from outputs.notice_chart import bars, bars_alt, bars_svg, counted
from outputs.paper_charts import series_svg
from outputs.paper_difference import difference_svg
from tests.outputs import examples
from tests.outputs.test_chart import HOSTILE, series

COLOURS = palette("print")


def _svg(plan: SeriesPlan, width: float = 488, size: float = 9.5) -> str:
    return series_svg(plan, width=width, height=180, size=size)


def _words(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def _lines(svg: str, colour: str) -> list[str]:
    return re.findall(rf'<path d="([^"]*)"[^>]*stroke="{COLOURS[colour]}"', svg)


def test_a_missing_quarter_breaks_the_line_and_every_figure_is_a_dot() -> None:
    svg = _svg(series())
    assert svg.count(f'fill="{COLOURS["ink"]}" stroke="{COLOURS["bg"]}"') == 7
    assert svg.count('stroke-dasharray="4 2.4"') == 2
    assert len(re.findall(rf'<path d="[^"]*Z" fill="{COLOURS["band"]}"', svg)) == 2


def test_labels_say_the_start_the_break_the_window_and_both_lines() -> None:
    words = _words(_svg(series()))
    for wanted in ("Start, January 2020", "Pandemic", "Before, 12 months: 29", "If we had changed", "2019", "20", "0"):
        assert wanted in words
    narrow = _words(_svg(series(), size=18))
    assert "Before: 29" in narrow
    assert "Similar places" in narrow
    assert "(dashed)" in narrow


def test_reasons_of_breaks_never_lie_over_one_another() -> None:
    first = BreakSpan(date(2020, 3, 1), date(2020, 6, 1), "Recording changed")
    second = BreakSpan(date(2020, 8, 1), date(2020, 9, 1), "Recording changed")
    other = BreakSpan(date(2020, 11, 1), date(2020, 12, 1), "Pandemic")
    assert _words(_svg(replace(series(), breaks=(first, second)))).count("Recording changed") == 1
    svg = _svg(replace(series(), breaks=(first, other)), size=16)
    heights = dict(re.findall(r'y="([0-9.]+)"[^>]*>(Recording changed|Pandemic)<', svg))
    assert len(heights) == 2
    before = replace(series(), breaks=(BreakSpan(date(2010, 1, 1), date(2010, 6, 1), "Long ago"),))
    assert "Long ago" not in _words(_svg(before))


def test_without_a_start_or_one_outside_there_is_no_upright() -> None:
    for start in (None, date(2030, 1, 1)):
        assert not any("Start" in text for text in _words(_svg(replace(series(), start=start))))
    early = _svg(replace(series(), start=date(2019, 2, 1)))
    assert re.search(r'text-anchor="start" font-weight="700">Start, February 2019', early)


def test_single_figures_are_rings_and_bars_of_chance() -> None:
    plan = SeriesPlan(
        title="House prices", place="Here", counted="The middle price", sentence="", months_each=12, sign="£",
        periods=(date(2019, 1, 1), date(2020, 1, 1), date(2021, 1, 1)), counts=(120_000, None, 150_000),
        expected=(None, None, 140_000), lower=(None, None, 100_000), upper=(None, None, 180_000),
        windows=(WindowBar("Before", date(2019, 1, 1), date(2019, 12, 1), None, "£120,000"),),
    )  # fmt: skip
    svg = _svg(plan)
    assert f'fill="none" stroke="{COLOURS["line"]}"' in svg
    assert "stroke-dasharray" not in svg
    assert re.search(rf'<rect [^>]*fill="{COLOURS["band"]}"', svg)
    assert "£200,000" in _words(svg)
    assert "Before: £120,000" in _words(svg)
    assert "(ring)" in _words(_svg(plan, size=18))
    assert "100 %" in _words(_svg(replace(plan, sign="%", counts=(50, None, 90), expected=(), lower=(), upper=(), windows=())))  # fmt: skip


def test_many_figures_have_small_dots() -> None:
    periods = tuple(date(2001 + at // 12, 1 + at % 12, 1) for at in range(72))
    plan = replace(
        series(), periods=periods, counts=tuple(range(72)), expected=(), lower=(), upper=(), months_each=1, breaks=()
    )
    assert _svg(plan).count('r="1.7"') == 72


@pytest.mark.parametrize(
    "name", ["A", "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch", "one two three four " * 6]
)
def test_a_name_of_any_length_stays_in_the_picture_and_escaped(name: str) -> None:
    svg = _svg(series(name))
    at = [float(x) for x in re.findall(r'<text x="([0-9.]+)" [^>]*font-weight="700">', svg)]
    assert max(at) < 488
    assert all(len(text) < 60 for text in _words(svg))
    assert HOSTILE not in _svg(series(HOSTILE))


def test_the_difference_shows_range_dot_and_both_ends_in_words() -> None:
    svg = difference_svg(examples.fell_more(), width=488, size=9.5)
    words = _words(svg)
    assert "More (worse)" in words
    assert "Fewer (better)" in words
    assert "the same" in words
    assert f'fill="{COLOURS["blue"]}" stroke="{COLOURS["blue"]}"' in svg
    unsure = difference_svg(examples.cannot_tell(), width=488, size=9.5)
    assert f'fill="{COLOURS["bg"]}" stroke="{COLOURS["grey"]}"' in unsure


def test_too_few_events_show_a_dotted_range_and_no_best_estimate() -> None:
    svg = difference_svg(examples.burglary(), width=488, size=9.5)
    assert "<circle" not in svg
    assert "stroke-linecap" in svg


def test_a_limit_beyond_the_axis_is_said_and_without_a_range_nothing_is_drawn() -> None:
    found = examples.cannot_tell()
    assert found.comparison is not None
    wide = replace(found, comparison=replace(found.comparison, headline=Ratio(1.0, 0.001, 90.0, 0.9)))
    assert _words(difference_svg(wide, width=488, size=9.5)).count("beyond") == 2
    assert difference_svg(examples.not_comparable(), width=488, size=9.5) == ""


def test_bars_are_the_two_numbers_and_what_would_have_been() -> None:
    found = examples.cannot_tell()
    assert found.comparison is not None
    drawn = bars(found)
    assert [shown for _, _, shown, _ in drawn] == ["78", "34", "about 49"]
    assert "about 49" in bars_alt(found)
    assert 'stroke-dasharray="4 2.4"' in bars_svg(found, width=245, size=13)
    small = replace(found, comparison=replace(found.comparison, expected_after=4.44))
    assert bars(small)[2][2] == "about 4.4"
    assert "August 2018 to July 2020, and April 2021 to March 2023" in counted(found)


def test_with_too_few_events_no_expected_number_is_drawn() -> None:
    assert len(bars(examples.burglary())) == 2


def test_sums_over_unequal_months_are_drawn_month_for_month() -> None:
    found = examples.cannot_tell()
    assert found.before is not None
    unequal = replace(found, before=replace(found.before, months_used=12, months_missing=12))
    (first, length, shown, _), (second, *_) = bars(unequal)
    assert (first, second, shown) == ("One year before", "Two years after", "78")
    assert length == pytest.approx(6.5)


def test_levels_are_drawn_as_they_are_written_and_nothing_without_two_numbers() -> None:
    found = examples.cannot_tell()
    assert found.before is not None
    assert found.after is not None
    assert found.comparison is not None
    share = replace(
        found, kind="proportion", unit="% of people",
        before=replace(found.before, rate=40.0, count=80.0, base=200.0), after=replace(found.after, rate=60.0, count=120.0, base=200.0),
        comparison=replace(found.comparison, expected_after=50.0),
    )  # fmt: skip
    assert [shown for _, _, shown, _ in bars(share)] == ["80 of 200 (40.0 %)", "120 of 200 (60.0 %)", "50.0 %"]
    assert bars(examples.not_loaded()) == []
    assert bars_svg(examples.not_loaded(), width=245, size=13) == ""
