"""Communities that pool their evidence: who enters, with what weight, and who is listed with a reason instead."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student

from indicators.communities import communities
from indicators.discovery import indicator
from indicators.finding import Finding, Ratio
from indicators.gaps import gap
from indicators.questions import question_of
from indicators.study import study
from indicators.together import SiteGap, together
from indicators.weighted_baseline import spread_behind, weighted_baseline
from store.database import Store
from store.errors import BadQuestion
from store.place import place_from
from tests.outputs import examples


def site(area: str, ratio: float, spread: float, *codes: str, areas: int = 60) -> Finding:
    """A finding of ``area`` with this ratio, whose spread among its similar places is ``spread``."""
    compared = examples.compared(Ratio(ratio, ratio / 2, ratio * 2, 0.3))
    detectable = 1 - math.exp(-(student.ppf(0.975, areas - 1) + 0.842) * spread)
    return replace(
        examples.cannot_tell(),
        question=replace(examples.burglary().question, area=area, members=codes or (f"E0{area}",)),
        comparison=replace(compared, areas=tuple(((f"{area}{n}",), f"Place {n}") for n in range(areas))),
        detectable_change_percent=-100 * detectable,
    )


@given(st.integers(0, 10_000), st.floats(0.05, 2), st.integers(3, 80))
@settings(max_examples=30, deadline=None)
def test_the_spread_behind_a_detectable_change_is_the_headlines(seed: int, level: float, places: int) -> None:
    counts = np.random.default_rng(seed).poisson(20 * level + 2, (places + 1, 14)).astype(float)
    try:
        found = weighted_baseline(counts, 10)
    except BadQuestion:
        return
    assert spread_behind(found.detectable, found.units) == pytest.approx(found.spread, rel=1e-9)


def test_each_site_weighs_by_its_own_ratio_and_spread() -> None:
    found = communities([site("a", 0.7, 0.2), site("b", 1.1, 0.3), site("c", 0.9, 0.25, areas=25)])
    expected = together(
        {"a": SiteGap(math.log(0.7), 0.2), "b": SiteGap(math.log(1.1), 0.3), "c": SiteGap(math.log(0.9), 0.25)}
    )
    for got, wanted in (
        (found.together.pooled, expected.pooled),
        *((found.together.without[area], expected.without[area]) for area in "abc"),
    ):
        assert (got.ratio, got.lower, got.upper) == pytest.approx((wanted.ratio, wanted.lower, wanted.upper), rel=1e-9)
    assert dict(found.together.shares) == pytest.approx(dict(expected.shares))
    assert [one.area for one in found.sites] == ["a", "b", "c"]
    assert not found.stands_out


def test_those_who_cannot_be_pooled_are_listed_with_the_reason() -> None:
    def as_area(finding: Finding, area: str) -> Finding:
        return replace(finding, question=replace(finding.question, area=area, members=(area,), indicator="burglary"))

    stepped = replace(site("step", 0.5, 0.2), caveats=(("break-step", "The counting itself changed."),))
    few = replace(site("few", 0.6, 0.8), verdict="Too few events to tell")
    none, fewer, absent = (
        as_area(one, area)
        for one, area in (
            (examples.no_start(), "none"),
            (examples.not_comparable(), "fewer"),
            (examples.not_loaded(), "absent"),
        )
    )
    found = communities([none, site("a", 0.7, 0.2), stepped, fewer, few, absent])
    assert {one.area: one.because for one in found.sites} == {
        "none": "no start date is known",
        "a": "",
        "step": "the counting changed between its two periods",
        "fewer": "only 12 similar places, 19 are needed",
        "few": "",
        "absent": "it is not loaded",
    }
    assert [one.area for one in found.pooled_sites] == list(found.together.shares) == ["a", "few"]


def test_the_order_of_the_communities_changes_nothing_but_the_list() -> None:
    three = [site("a", 0.7, 0.2), site("b", 1.1, 0.3), site("c", 0.9, 0.25)]
    first, second = communities(three), communities(three[::-1])
    assert first.together == second.together
    assert [one.area for one in second.sites] == ["c", "b", "a"]


def test_many_alike_stand_out_together() -> None:
    alone = communities([site("a", 0.75, 0.2), site("b", 0.75, 0.2)])
    many = communities([site(area, 0.75, 0.2) for area in "abcdefgh"])
    assert not alone.stands_out
    assert many.stands_out
    assert many.together.between == 0


def test_small_areas_that_compare_more_than_one_community_are_counted() -> None:
    first, second = site("a", 0.7, 0.2), site("b", 0.9, 0.2)
    assert communities([first, second]).shared_areas == 0
    assert first.comparison is not None
    assert second.comparison is not None
    both = replace(second.comparison, areas=(*first.comparison.areas[:5], *second.comparison.areas[5:]))
    assert communities([first, replace(second, comparison=both)]).shared_areas == 5


@pytest.mark.parametrize(
    ("sites", "says"),
    [
        ([site("a", 0.7, 0.2), site("a", 0.7, 0.2)], "“a” is named twice"),
        ([site("a", 0.7, 0.2, "E1", "E2"), site("b", 0.7, 0.2, "E2", "E3")], "“a” and “b” share the small area E2"),
        ([site("a", 0.7, 0.2), examples.rose_more()], "Different outcomes"),
        ([site("a", 0.7, 0.2)], "Only one of the communities named can be pooled, and 2 are needed"),
        ([site("a", 0.7, 0.2), examples.no_start()], r"Only one .* \(north-stonehouse: no start date is known\)"),
        ([examples.no_start()], "None of the communities named"),
        ([], "None of the communities named"),
    ],
)
def test_what_cannot_be_pooled_is_refused_in_words(sites: list[Finding], says: str) -> None:
    with pytest.raises(BadQuestion, match=says) as error:
        communities(sites)
    assert error.value.do


def test_a_staggered_pair_on_the_sample(sample_store: Store) -> None:
    here = next(item for item in sample_store.places if item.slug == "north-stonehouse")
    there = place_from(
        {"schema": 1, "name": "Elsewhere", "place": {"small_areas": ["E01019970"]}, "project": {"start": "2020-01"}}, "elsewhere"
    )  # fmt: skip
    questions = [question_of(sample_store, place, "violence", today=date(2026, 11, 22)) for place in (here, there)]
    findings = [study(sample_store, question) for question in questions]
    found = communities(findings)
    assert [one.because for one in found.sites] == ["", ""]
    weights, logs = {}, {}
    for question, finding in zip(questions, findings, strict=True):
        assert finding.comparison is not None
        assert question.before is not None
        assert question.after is not None
        codes = sorted({*question.members, *(code for unit, _ in finding.comparison.areas for code in unit)})
        panel = sample_store.monthly(indicator("violence").measures, codes, "devon-and-cornwall")
        months = list(map(int, panel.columns))
        units = np.array([panel.loc[list(unit)].sum().to_numpy() for unit, _ in finding.comparison.areas])
        headline = gap(
            panel.loc[list(question.members)].sum().to_numpy(), units, months, question.before, question.after
        ).headline
        assert headline is not None
        weights[question.area], logs[question.area] = 1 / headline.spread**2, headline.log_gap
    # Both lie so close to each other that nothing is left between them, and the mean is the plain weighted one.
    assert found.together.between == 0
    middle = sum(weights[area] * logs[area] for area in weights) / sum(weights.values())
    assert math.log(found.together.pooled.ratio) == pytest.approx(middle, rel=1e-6)
    assert questions[0].before != questions[1].before
