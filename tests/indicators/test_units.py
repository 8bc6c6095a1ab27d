"""The comparison units of one question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from indicators.discovery import indicator
from indicators.finding import Question
from indicators.ground import Ground
from indicators.units import choose, sums
from store.database import Store
from store.errors import BadQuestion
from store.folder import SHIPPED
from store.period import parse_window
from store.place import read_places
from store.programme import read_programmes

STONEHOUSE = ("E01015153", "E01015155")
FORCE = "devon-and-cornwall"
QUESTION = Question(
    area="north-stonehouse", members=STONEHOUSE, indicator="burglary", before=parse_window("2018-08:2020-07"),
    after=parse_window("2021-04:2023-03"), settling_in_months=8, exclude=("E01015158",), family=("burglary", "robbery"),
)  # fmt: skip
BURGLARY = indicator("burglary")


@pytest.fixture
def ground(sample_store: Store) -> Ground:
    return Ground(sample_store, STONEHOUSE, "police_force")


@pytest.fixture(scope="module")
def panel(sample_store: Store) -> pd.DataFrame:
    codes = list(sample_store.small_areas(police_force=FORCE).index)
    return sample_store.monthly(("burglary",), codes, FORCE)


def test_the_ground_is_the_force_area_around_the_place(ground: Ground) -> None:
    assert (ground.country, ground.authority) == ("England", FORCE)
    assert len(ground.pool) == 1_033
    corners = ground.vertices
    mine = corners[STONEHOUSE[0]] | corners[STONEHOUSE[1]]
    touching = {code for code, points in corners.items() if points & mine} - set(STONEHOUSE)
    assert set(ground.ring) == touching
    assert len(ground.ring) >= 4


def test_where_one_national_system_counts_the_pool_is_the_country(sample_store: Store) -> None:
    wide = Ground(sample_store, STONEHOUSE, "country")
    assert wide.authority == "E92000001"
    assert set(wide.pool["country"]) == {"England"}
    assert len(wide.pool) > 32_000


def test_a_place_of_unknown_codes_is_refused(sample_store: Store) -> None:
    with pytest.raises(BadQuestion, match="no lookup knows"):
        _ = Ground(sample_store, ("E01999999",), "police_force").home


def test_units_stand_for_no_programme(ground: Ground, panel: pd.DataFrame, sample_store: Store) -> None:
    chosen = choose(ground, QUESTION, BURGLARY, panel)
    assert len(chosen.units) >= 30
    flat = [code for unit in chosen.units for code in unit]
    assert len(flat) == len(set(flat)) == 2 * len(chosen.units)
    assert not set(flat) & {*STONEHOUSE, *ground.ring, "E01015158"}
    areas = sample_store.small_areas(codes=flat)
    assert set(areas["police_force"]) == {FORCE}
    assert areas["comparable"].all()
    for one, other in chosen.units:
        assert ground.vertices[one] & ground.vertices[other]
    windows = {*QUESTION.before.numbers, *QUESTION.after.numbers} if QUESTION.before and QUESTION.after else set()
    for programme in read_programmes(SHIPPED / "programmes"):
        if "burglary" in programme.aims and windows & set(programme.months.numbers):
            for spot in programme.places:
                assert not set(sample_store.stable_codes(spot.small_areas).values()) & set(flat), spot.name
    for place in read_places(SHIPPED / "areas"):
        assert not set(sample_store.stable_codes(place.small_areas).values()) & set(flat), place.slug
    assert set(chosen.names) == set(chosen.units)
    assert all(" with " in name for name in chosen.names.values())
    assert len(set(chosen.names.values())) == len(chosen.units)


def test_each_area_left_out_has_its_reason(ground: Ground) -> None:
    left_out = ground.left_out(QUESTION, BURGLARY.measures, programmes=True)
    assert list(left_out) == sorted(left_out)
    assert not set(left_out) & set(STONEHOUSE)
    assert set(ground.ring) <= set(left_out)
    assert any("which has its own page" in why for why in left_out.values())
    reasons = ground.left_out(replace(QUESTION, exclude=("E01019970",)), BURGLARY.measures, programmes=True)
    assert reasons["E01019970"] == "left out by the neighbourhood's own file"
    without = ground.left_out(QUESTION, BURGLARY.measures, programmes=False)
    assert set(without) < set(left_out)
    timeless = ground.left_out(replace(QUESTION, before=None, after=None), BURGLARY.measures, programmes=True)
    assert timeless == without
    # A programme with another aim leaves this outcome's comparison alone.
    other = ground.left_out(replace(QUESTION, indicator="criminal-damage"), ("criminal-damage",), programmes=True)
    assert set(other) != set(left_out)


def test_counts_are_sums_over_the_units(ground: Ground, panel: pd.DataFrame) -> None:
    chosen = choose(ground, QUESTION, BURGLARY, panel)
    for number in (0, 17, len(chosen.units) - 1):
        expected = sum(panel.loc[code].to_numpy() for code in chosen.units[number])
        np.testing.assert_array_equal(chosen.counts[number], expected)
    np.testing.assert_array_equal(sums(panel, [("E01015153",)])[0], panel.loc["E01015153"].to_numpy())


def test_the_table_of_likeness_is_that_of_loops(ground: Ground, panel: pd.DataFrame, sample_store: Store) -> None:
    chosen = choose(ground, QUESTION, BURGLARY, panel)
    table = {str(row["what"]): row for row in chosen.balance}
    assert QUESTION.before is not None
    window = list(QUESTION.before.numbers)
    people = ground.monthly_people(tuple(panel.columns))
    ranks = sample_store.deprivation(STONEHOUSE, 2019)["overall"]
    weight = {code: people.loc[code, window].mean() for code in STONEHOUSE}
    assert table["residents"]["place"] == pytest.approx(sum(weight.values()))
    mean = sum(ranks[code] * weight[code] for code in STONEHOUSE) / sum(weight.values())
    overall = next(row for what, row in table.items() if what.startswith("deprivation rank"))
    assert overall["place"] == pytest.approx(mean)
    earlier = [month for month in panel.columns if month <= window[-1] and panel[month].notna().all()]
    events = panel.loc[list(STONEHOUSE), earlier].to_numpy().sum()
    years = people.loc[list(STONEHOUSE), earlier].to_numpy().sum() / 12
    assert table["rate before, per 1,000 residents a year"]["place"] == pytest.approx(1000 * events / years)


def test_rows_of_the_panel_in_another_order_change_nothing(
    ground: Ground, panel: pd.DataFrame, sample_store: Store
) -> None:
    first = choose(ground, QUESTION, BURGLARY, panel)
    again = choose(Ground(sample_store, STONEHOUSE, "police_force"), QUESTION, BURGLARY, panel[::-1])
    assert (again.units, again.balance, again.widened) == (first.units, first.balance, first.widened)


def test_a_start_before_the_oldest_edition_is_said(ground: Ground, panel: pd.DataFrame) -> None:
    early = replace(QUESTION, before=parse_window("2018-01:2018-12"), after=parse_window("2019-01:2019-12"))
    assert "deprivation-after-start" in dict(choose(ground, early, BURGLARY, panel).caveats)
    assert "deprivation-after-start" not in dict(choose(ground, QUESTION, BURGLARY, panel).caveats)


def test_a_window_before_the_data_still_finds_weights(ground: Ground, panel: pd.DataFrame) -> None:
    later = panel[[month for month in panel.columns if month < 2020 * 12]]
    asked = replace(QUESTION, before=parse_window("2020-01:2020-06"))
    assert choose(ground, asked, BURGLARY, later).cannot == ""


# Units given by hand ---------------------------------------------------------------------------------------------


def test_units_given_are_used_as_they_are(ground: Ground, panel: pd.DataFrame) -> None:
    own = choose(ground, QUESTION, BURGLARY, panel).units
    given = tuple(unit[::-1] for unit in own[:20])
    chosen = choose(ground, replace(QUESTION, comparison=given), BURGLARY, panel)
    assert chosen.units == own[:20]
    assert dict(chosen.caveats).keys() == {"comparison-chosen"}
    assert chosen.counts.shape == (20, len(panel.columns))


def test_units_given_are_weighed_beside_all_that_could_be_compared(ground: Ground, panel: pd.DataFrame) -> None:
    own = choose(ground, QUESTION, BURGLARY, panel)
    whole = {
        row["what"]: row for row in choose(ground, replace(QUESTION, comparison=own.units), BURGLARY, panel).balance
    }
    assert list(whole) == [row["what"] for row in own.balance]
    for row in own.balance:
        for column in ("place", "similar", "all"):
            assert whole[row["what"]][column] == pytest.approx(row[column])
    part = choose(ground, replace(QUESTION, comparison=own.units[:5]), BURGLARY, panel).balance
    assert part[0]["similar"] != whole[part[0]["what"]]["similar"]
    assert part[0]["all"] == pytest.approx(whole[part[0]["what"]]["all"])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((("E01019970", "E01019971"), ("E01019971", "E01019972")), "used twice"),
        ((("E01015153", "E01019971"),), "used twice"),
        ((("E01000001", "E01000002"),), "E01000001 is not a small area of the same authority"),
        ((("E01019970",),), "another number of small areas"),
    ],
)
def test_units_that_make_no_comparison_are_refused(
    ground: Ground, panel: pd.DataFrame, given: tuple[tuple[str, ...], ...], words: str
) -> None:
    with pytest.raises(BadQuestion, match=words):
        choose(ground, replace(QUESTION, comparison=given), BURGLARY, panel)


def test_no_units_given_is_no_comparison(ground: Ground, panel: pd.DataFrame) -> None:
    assert choose(ground, replace(QUESTION, comparison=()), BURGLARY, panel).cannot == "no comparison places were given"


# What may be missing ---------------------------------------------------------------------------------------------


def _without_boundaries(ground: Ground) -> None:
    ground.__dict__["vertices"] = {}


def _without_residents(ground: Ground) -> None:
    ground.__dict__["residents"] = ground.residents * np.nan


def _without_free_areas(ground: Ground) -> None:
    ground.__dict__["pool"] = ground.pool.assign(comparable=False)


def _unlike_everywhere(ground: Ground) -> None:
    ranks = ground.ranks(2019)
    ranks.loc[~ranks.index.isin(STONEHOUSE)] = 32_000.0


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (_without_boundaries, "boundaries of small areas are not loaded"),
        (_without_residents, "residents or deprivation ranks of this place are not loaded"),
        (_without_free_areas, "no comparison neighbourhood of this size can be made here"),
        (_unlike_everywhere, "no neighbourhood is similar enough"),
    ],
)
def test_what_is_missing_is_said(
    ground: Ground, panel: pd.DataFrame, harm: Callable[[Ground], None], words: str
) -> None:
    harm(ground)
    chosen = choose(ground, QUESTION, BURGLARY, panel)
    assert chosen.cannot.startswith(words)
    assert chosen.units == ()


def test_without_deprivation_ranks_nothing_is_compared(
    ground: Ground, panel: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store, "deprivation_editions", lambda *_: {})
    assert choose(ground, QUESTION, BURGLARY, panel).cannot.startswith("deprivation ranks are not loaded")


def test_parts_of_a_split_area_are_named_when_only_some_are_given(sample_store: Store) -> None:
    place = next(item for item in sample_store.places if item.slug == "tr14ers-camborne")
    members = tuple(sorted(set(sample_store.stable_codes(place.small_areas).values())))
    assert Ground(sample_store, members, "police_force").half_taken("tr14ers-camborne") == ()
    half = replace(place, small_areas=("E01034866", "E01018870"))
    ground = Ground(sample_store, members, "police_force")
    ground.store.places, kept = (half,), ground.store.places
    try:
        assert ground.half_taken("tr14ers-camborne") == ("E01034866",)
    finally:
        ground.store.places = kept


@pytest.mark.parametrize("lack", [_without_boundaries, _without_residents, _without_free_areas])
def test_units_given_stand_without_a_table_of_likeness(
    ground: Ground, panel: pd.DataFrame, lack: Callable[[Ground], None]
) -> None:
    given = choose(ground, QUESTION, BURGLARY, panel).units[:20]
    bare = Ground(ground.store, STONEHOUSE, "police_force")
    lack(bare)
    chosen = choose(bare, replace(QUESTION, comparison=given), BURGLARY, panel)
    assert chosen.units == given
    assert chosen.balance == ()
