"""The Beacon's claims in words, as a chart and as a table."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import pytest

from outputs import beacon_words as words
from outputs.beacon_plan import BeaconPlan, beacon_plan
from outputs.chart import beacon_figure
from outputs.look import Theme, palette
from outputs.words import FORBIDDEN
from store.beacon import Beacon, Claim, Counts, read_beacon


@pytest.fixture(scope="module")
def beacon() -> Beacon:
    return read_beacon()


@pytest.fixture(scope="module")
def plan(beacon: Beacon) -> BeaconPlan:
    return beacon_plan(beacon)


def claim(beacon: Beacon, slug: str) -> Claim:
    return next(one for one in beacon.claims if one.slug == slug)


def everything(beacon: Beacon, plan: BeaconPlan) -> str:
    """Every word that the page takes from here."""
    told = [str(one) for one in words.story(beacon)] + [kind for kind, _ in words.at_a_glance(beacon)]
    fixed = [words.LIMITS_NOTE, words.CAN_SHOW, words.CANNOT_TELL, words.whose_headlines(beacon), words.when(beacon)]
    return " ".join([*told, *fixed, plan.title, plan.sentence, plan.alt, plan.csv(), *words.sources(beacon)])


def test_counts_have_their_exact_limits(beacon: Beacon) -> None:
    assert words.counts_words(claim(beacon, "postnatal-depression")) == (
        "Mothers, 18 to 4 (years not stated; The Guardian): −78 % (95 % limits −95 % to −33 %)"
    )


def test_child_protection_has_both_readings(beacon: Beacon) -> None:
    said = words.counts_words(claim(beacon, "child-protection"))
    assert "23 to 4 (1995 to 1999; The Guardian): −83 % (95 % limits −96 % to −49 %)" in said
    assert "19 of 23 registrations in the county were here in 1996" in said
    assert "23 less 19 is 4" in said


def test_a_zero_says_how_easily_chance_gives_it(beacon: Beacon) -> None:
    assert "1.8 would be expected, none at all happens by chance 17 times in 100" in words.counts_words(
        claim(beacon, "teenage-pregnancy")
    )


def test_a_headline_says_that_its_years_are_not_stated(beacon: Beacon) -> None:
    crime = claim(beacon, "crime")
    assert words.headline_words(beacon, crime) == "50 % less (J. Stead, slides, Rennes 2015; years not stated)"
    assert "1996;" not in words.headline_words(beacon, crime)
    assert "1995/1999 and 1995–2013" in words.whose_headlines(beacon)
    dated = replace(beacon, headline_years="1996", headline_note="")
    assert words.headline_words(dated, crime).endswith("; 1996)")
    assert words.whose_headlines(dated).endswith("Rennes 2015.")
    assert words.headline_words(beacon, claim(beacon, "child-accidents")) == "not in the headline list"


def test_every_version_stands_with_its_source(beacon: Beacon, plan: BeaconPlan) -> None:
    rows = {row[0]: dict(zip(plan.table.header, row, strict=True)) for row in plan.table.rows}
    assert len(rows) == len(beacon.claims)
    for one in beacon.claims:
        cells = rows[one.outcome]
        for version in one.versions:
            assert f"{version.says} ({version.source})" in str(cells["Other versions"])
        for found in one.background:
            assert found.source in str(cells["The country and elsewhere"])
            assert found.what in str(cells["The country and elsewhere"])
    assert next(csv.reader(io.StringIO(plan.csv()))) == list(plan.table.header)


def test_the_country_is_worked_out_from_its_two_figures(beacon: Beacon) -> None:
    crime = words.elsewhere_words(claim(beacon, "crime"))
    assert "−33 %, 1995 to 2000 (British Crime Survey)" in crime
    assert "5,100,241 (1995) to 4,481,817 (1998–99), −12 % (Hansard, 23 October 2006)" in crime
    out_of_work = words.elsewhere_words(claim(beacon, "unemployment"))
    assert "1,602,800 (April to June 1997) to 1,030,700 (October to December 2000), −36 %" in out_of_work
    assert "the first figure is not checked" in out_of_work
    # Of a share, a percentage of a percentage would mislead.
    assert "57 in 100 (1996) to 75 in 100 (2000) (Department" in words.elsewhere_words(claim(beacon, "attainment"))
    assert words.elsewhere_words(claim(beacon, "postnatal-depression")) == "No national series was found."


def test_every_claim_is_counted_once(beacon: Beacon) -> None:
    found = dict(words.at_a_glance(beacon))
    assert sum(found.values()) == len(beacon.claims)
    assert found["Two counts, so limits can be drawn"] == found["Two counts that can be read in two ways"] == 1
    assert found["Only a percentage"] == 5


def test_the_story_tells_the_work_the_counts_and_the_country(beacon: Beacon) -> None:
    said = " ".join(str(one) for one in words.story(beacon))
    for part in ("£1.2 million", "£1 million from the council", "November 2018, when its funding ended",
                 "23 to 4 children on the register", "18 to 4 mothers", "can be read in another way",
                 "overall crime, unemployment and child protection fell"):  # fmt: skip
        assert part in said
    bare = replace(beacon, claims=tuple(one for one in beacon.claims if one.slug == "homes-improved"))
    assert [one.lead for one in words.story(bare)] == ["Several things were done at once."]


def test_nothing_hurtful_and_nothing_too_sure_is_said(beacon: Beacon, plan: BeaconPlan) -> None:
    said = everything(beacon, plan).lower()
    for word in (*FORBIDDEN, "problem estate", "failing", "suffer", "high crime"):
        # Whole words: homes are "improved".
        assert not re.search(rf"\b{word}\b", said), word


def test_the_chart_draws_every_told_figure_range_and_country(plan: BeaconPlan) -> None:
    figure = beacon_figure(plan)
    diamonds = [trace for trace in figure.data if trace.mode == "markers" and trace.marker.symbol == "diamond"]
    assert [list(trace.x) for trace in diamonds] == [list(row.told) for row in plan.rows if row.told]
    ranges = [trace for trace in figure.data if trace.error_x.array is not None]
    drawn = [(trace.x[0] - trace.error_x.arrayminus[0], trace.x[0] + trace.error_x.array[0]) for trace in ranges]
    assert drawn == [
        (pytest.approx(row.counted.lower), pytest.approx(row.counted.upper)) for row in plan.rows if row.counted
    ]
    bars = [trace.x[0] for trace in figure.data if trace.mode == "lines"]
    assert bars == [value for row in plan.rows for _, value in row.country]
    texts = [note.text for note in figure.layout.annotations]
    for label in ("as told", "from the counts, 95 % limits", "England", "UK", "crime survey", "police count"):
        assert label in texts
    heights = {note.text: note.yshift for note in figure.layout.annotations}
    assert heights["crime survey"] != heights["police count"]
    assert all(row.words in plan.alt for row in plan.rows)


def test_what_is_not_checked_or_not_the_country_is_not_drawn(plan: BeaconPlan) -> None:
    rows = {row.outcome: row for row in plan.rows}
    assert [round(value) for _, value in rows["Unemployment"].country] == [-36]
    assert rows["Childhood asthma"].country == ()
    assert "Educational attainment" not in rows


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("phone", [False, True])
def test_ink_and_grey_only(plan: BeaconPlan, theme: Theme, phone: bool) -> None:
    drawn = beacon_figure(plan, theme=theme, phone=phone).to_json()
    traces = drawn[: drawn.index('"layout"')]
    for key in ("blue", "orange"):
        assert palette(theme)[key] not in traces
    assert palette(theme)["ink"] in traces


def test_a_rise_from_nought_has_no_range_and_a_rise_has_room(beacon: Beacon) -> None:
    first = beacon.claims[0]
    nought = replace(first, counts=(Counts("people", 0, 3, "", "A paper"),), told=40)
    odd = beacon_plan(replace(beacon, claims=(nought,)))
    assert odd.rows[0].counted is None
    assert odd.rows[0].under == "people, 0 to 3"
    assert "not known (95 % limits" in words.counts_words(nought)
    assert beacon_figure(odd).layout.xaxis.range[1] > 40
    empty = beacon_plan(replace(beacon, claims=(replace(first, told=None, versions=(), background=()),)))
    assert empty.rows[0].words == "Overall crime: no counts on record."
    assert len(beacon_figure(empty).data) == 0
