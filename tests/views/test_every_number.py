"""No page shows a number that no finding holds: every figure on the pages of three areas is traced to the findings."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import pytest

from indicators.discovery import all_indicators
from indicators.quarter_series import QuarterSeries
from outputs.finding_json import board_as_json
from store.place import Place
from tests.views.pages import Open, drawn_well, told
from views import access

AREAS = ("north-stonehouse", "redruth-north", "beacon-heath-exeter")
# A figure: digits with thousands commas and decimals, not part of a code, a hash, a date of a file or a postcode.
_FIGURE = re.compile(r"(?<![\w.,:/#-])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![\w/-]|[.,:]\d)")
# What is written of the method, not of a place: limits, shares, the bars of a verdict, the hundred of "95 in 100".
_METHOD = {10, 15, 25, 60, 67, 95, 100, 97.5, 2.5, 19, 1000, 1500, 3000}


def _numbers(value: object) -> Iterator[float]:
    """Every number in a JSON document, those inside its texts too."""
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int | float):
        yield float(value)
    elif isinstance(value, str):
        for found in re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", value):
            yield float(found.replace(",", ""))
    elif isinstance(value, dict):
        for part in value.values():
            yield from _numbers(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _numbers(part)


def _half_up(value: float, decimals: int) -> float:
    return math.floor(abs(value) * 10**decimals + 0.5 + 1e-9) / 10**decimals


def _ways(value: float) -> set[float]:
    """The ways in which one number of a finding may be written."""
    found = {_half_up(value, places) for places in (0, 1, 2, 3)} | {
        abs(round(value, places)) for places in (0, 1, 2, 3)
    }
    # A ratio is told as so many per cent more or fewer, a share as per cent.
    found |= {_half_up(100 * (value - 1), 0), _half_up(100 * value, 0)} if 0 < value < 12 else set()
    return found


def _known(document: dict[str, Any], place: Place) -> set[float]:
    known = {way for value in _numbers(document) for way in _ways(value)}
    for finding in document["findings"]:
        before, after = finding["before"], finding["after"]
        if before and after and before.get("count") is not None and after.get("count") is not None:
            months = after["months"] or 1
            difference = abs(after["count"] - before["count"])
            monthly = abs(after["count"] / months - before["count"] / (before["months"] or 1))
            for value in (difference, monthly, difference / months, 12 * monthly, 3 * monthly):
                known |= _ways(value)
            known |= {before["months"] - before["months_missing"], after["months"] - after["months_missing"]}
            known |= {before["count"] + after["count"]}
    texts = [place.name, place.summary, place.prior_evaluation, place.drawn_by, place.checked, place.start_evidence,
             *(one.text for one in place.milestones), *(one.name for one in place.assets)]  # fmt: skip
    known |= {float(found) for text in texts for found in re.findall(r"\d+", text.replace(",", ""))}
    return known | {float(n) for n in range(13)} | {float(year) for year in range(1990, 2031)}


def _drawn(series: QuarterSeries) -> Iterator[float]:
    """What a chart of a series draws: counts, what was expected with its limits, and the gaps between them."""
    expected = [series.expected, series.lower, series.upper]
    for line in (series.counts, *expected):
        yield from (value for value in line if value is not None)
    for seen, middle, low, high in zip(series.counts, *expected, strict=False):
        if seen is not None and middle is not None and low is not None and high is not None:
            # The gap around the start, and the room that chance has around no gap at all.
            yield from (seen - middle, low - middle, high - middle)


def _held(area: str) -> tuple[dict[str, Any], Place]:
    """Everything found out about an area, as documents: its board, what is known around it, and the outcome that Explore
    opens with, asked in every other way too.
    """
    place = access.places()[area]
    first = access.one(place, next(iter(access.choices(place))), None, None, None, False, "nearest")
    studied = [*access.board(place), *access.background(place), first.studied]
    document = board_as_json(studied, area=area, area_name=place.name)
    whole = access.whole_series(first.studied.finding.question)
    series = [*(item.series for item in studied), whole.series if whole else None]
    drawn = [value for one in series if one is not None for value in _drawn(one)]
    return document | {
        "series": drawn,
        "band": repr(first.band),
        "whole": repr(access.whole(place)),
        "shift": repr(whole),
    }, place


def _unknown(text: str, known: set[float], allowed: set[float]) -> list[str]:
    """Figures of the text that nothing accounts for, with what stands around them."""
    wrong = []
    for found in _FIGURE.finditer(text):
        value = float(found.group(1).replace(",", ""))
        if value not in known and value not in allowed:
            wrong.append(text[max(found.start() - 50, 0) : found.end() + 20])
    return wrong


@pytest.mark.parametrize("page", ["your-area", "board", "explore"])
@pytest.mark.parametrize("area", AREAS)
def test_every_figure_on_a_page_is_a_findings(open_page: Open, area: str, page: str) -> None:
    text = told(drawn_well(open_page(page, area=area)))
    document, place = _held(area)
    known = _known(document, place)
    allowed = {float(n) for n in _METHOD} | {float(len(all_indicators())), float(len(document["findings"]))}
    assert _unknown(text, known, allowed) == []
    assert len(list(_FIGURE.finditer(text))) > 20


def test_every_figure_side_by_side_is_a_findings(open_page: Open) -> None:
    text = told(drawn_well(open_page("across")))
    known: set[float] = set()
    for one in access.across(next(iter(access.common_titles()))):
        studied = [one.studied] if one.studied else []
        series = [item.series for item in studied if item.series is not None]
        document = board_as_json(studied, area=one.place.slug, area_name=one.place.name)
        known |= _known(document | {"series": [value for line in series for value in _drawn(line)]}, one.place)
    assert _unknown(text, known, {float(n) for n in _METHOD} | {float(len(access.places()))}) == []


def test_the_walk_finds_a_number_that_is_wrong(open_page: Open) -> None:
    open_page("board")
    document, place = _held("north-stonehouse")
    known = _known(document, place)
    assert _unknown("fell from 78 to 34 in similar places", known, set()) == []
    assert _unknown("fell from 7,819 to 34.17 here", known, set()) == [
        "fell from 7,819 to 34.17 here",
        "fell from 7,819 to 34.17 here",
    ]
