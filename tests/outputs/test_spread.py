"""How answers spread: bins that tell no place, words that agree with them, and nowhere but on one page."""

from __future__ import annotations

import ast
import itertools
import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.finding import Finding
from indicators.questions import question_of
from indicators.study import study_all
from outputs.chart_spread import spread_figure
from outputs.spread_plan import FEWEST_IN_A_BIN, bins_of, spread_plan
from store.database import Store
from store.place import Place
from store.scans import Spread

ROOT = Path(__file__).resolve().parents[2]
RATIOS = tuple(sorted(np.exp(np.random.default_rng(3).normal(0, 0.3, 2000)).tolist()))


@pytest.fixture(scope="module")
def place(sample_store: Store) -> Place:
    return next(item for item in sample_store.places if item.slug == "north-stonehouse")


def finding_of(store: Store, place: Place, name: str) -> Finding:
    question = question_of(store, place, name, today=date(2026, 11, 22))
    return study_all(store, [question], otherwise=())[0].finding


@pytest.fixture(scope="module")
def violence(sample_store: Store, place: Place) -> Finding:
    return finding_of(sample_store, place, "violence")


@given(st.lists(st.floats(0.0, 50.0), min_size=1, max_size=400))
def test_no_bin_holds_fewer_than_ten_and_none_is_lost(ratios: list[float]) -> None:
    bins = bins_of(tuple(ratios))
    assert sum(one.places for one in bins) == len(ratios)
    assert len(bins) == 1 or min(one.places for one in bins) >= FEWEST_IN_A_BIN
    assert (bins[0].low, bins[-1].high) == (0.0, math.inf)
    assert all(first.high == second.low for first, second in itertools.pairwise(bins))


def test_our_place_is_marked_and_no_other_has_a_name(violence: Finding, place: Place) -> None:
    plan = spread_plan(violence, Spread(RATIOS, 40), place)
    assert plan is not None
    assert violence.comparison is not None
    ours = violence.comparison.headline.ratio
    rows = plan.table.rows
    assert [row[2] for row in rows if row[2]] == [place.name]
    assert sum(int(row[1] or 0) for row in rows) == plan.places == len(RATIOS)
    beyond = sum(abs(math.log(ratio)) >= abs(math.log(ours)) for ratio in RATIOS)
    assert f"{beyond:,} of them" in plan.sentence
    assert "40 more had too few events" in plan.sentence
    assert "2 small areas" in plan.sentence
    assert place.name in plan.alt
    assert plan.csv().splitlines()[0] == ",".join(plan.table.header)
    for phone in (False, True):
        drawn = spread_figure(plan, theme="light", phone=phone).to_plotly_json()
        assert sum(one["type"] == "rect" for one in drawn["layout"]["shapes"]) == len(plan.bins) + 1
        assert place.name in str(drawn["layout"]["annotations"])


def test_few_places_beyond_ours_are_not_counted_out(violence: Finding, place: Place) -> None:
    assert violence.comparison is not None
    far = replace(violence.comparison, headline=replace(violence.comparison.headline, ratio=0.3))
    plan = spread_plan(replace(violence, comparison=far), Spread(RATIOS, 0), place)
    assert plan is not None
    assert f"In fewer than {FEWEST_IN_A_BIN} of them" in plan.sentence


@pytest.mark.parametrize(
    ("centre", "deviation", "number", "drawn"),
    [
        (0.25, 0.12, 120, False),
        (0.0, 0.02, 120, False),
        (0.0, 0.0, 500, False),
        (2.0, 0.3, 400, False),
        (0.0, 0.3, 400, True),
    ],
)
def test_bins_that_say_nothing_are_not_drawn(
    violence: Finding, place: Place, centre: float, deviation: float, number: int, drawn: bool
) -> None:
    ratios = np.exp(np.random.default_rng(1).normal(centre, deviation, number))
    plan = spread_plan(violence, Spread(tuple(sorted(ratios.tolist())), 0), place)
    assert (plan is not None) == drawn
    if plan is not None:
        assert plan.bins[0].high <= 1 <= plan.bins[-1].low
        assert np.isfinite(spread_figure(plan).layout.yaxis.range).all()


def test_with_too_few_events_our_place_is_not_drawn(sample_store: Store, place: Place) -> None:
    burglary = finding_of(sample_store, place, "burglary")
    plan = spread_plan(burglary, Spread(RATIOS, 0), place)
    assert plan is not None
    assert plan.ours is None
    assert place.name not in plan.alt + plan.csv()
    assert place.name not in str(spread_figure(plan).to_plotly_json())
    assert "too few events to tell" in plan.sentence


def test_without_a_scan_or_with_a_small_one_there_is_nothing(violence: Finding, place: Place) -> None:
    assert spread_plan(violence, None, place) is None
    assert spread_plan(violence, Spread(RATIOS[:99], 0), place) is None


def test_nothing_of_a_scan_goes_to_files_or_the_static_site() -> None:
    """Who imports the scan's parts: one page draws the spread, one command writes the file."""
    may = {
        "outputs.spread_plan": {"outputs/chart_spread.py", "views/explore_parts.py"},
        "outputs.chart_spread": {"outputs/chart.py"},
        "outputs.scan_file": {"indicators/__main__.py"},
        "outputs.scan_words": {"indicators/__main__.py", "outputs/scan_file.py"},
        "indicators.scan_workers": {"indicators/__main__.py", "outputs/scan_file.py", "outputs/scan_words.py"},
        "store.scans": {"indicators/__main__.py", "outputs/spread_plan.py", "views/access.py"},
    }
    found: dict[str, set[str]] = {name: set() for name in may}
    for room in ("store", "loaders", "indicators", "outputs", "views"):
        for path in (ROOT / room).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names: list[str] = []
                if isinstance(node, ast.ImportFrom) and node.module:
                    names = [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
                elif isinstance(node, ast.Import):
                    names = [one.name for one in node.names]
                for name in set(names) & may.keys():
                    found[name].add(f"{room}/{path.name}")
    assert found == may
