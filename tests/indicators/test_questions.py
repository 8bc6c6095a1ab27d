"""From a neighbourhood's file and a person's choices to questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from indicators.discovery import all_indicators
from indicators.questions import USUAL, background_indicators, board_indicators, question_of
from store.database import Store
from store.errors import BadQuestion
from store.folder import SHIPPED
from store.period import parse_month, parse_window
from store.place import Place, Reply, read_place

TODAY = date(2026, 11, 22)


@pytest.fixture
def stonehouse() -> Place:
    return read_place(SHIPPED / "areas", "north-stonehouse")


def test_a_question_is_resolved_from_the_file(sample_store: Store, stonehouse: Place) -> None:
    question = question_of(sample_store, stonehouse, "burglary", today=TODAY)
    assert question.members == ("E01015153", "E01015155")
    assert (str(question.before), str(question.after)) == ("2018-08:2020-07", "2021-04:2023-03")
    assert (question.settling_in_months, question.exclude) == (8, ("E01015158",))
    assert question.family == tuple(sorted(stonehouse.chosen_beforehand))
    assert (question.comparison, question.without_breaks) == (None, False)


def test_half_of_a_split_takes_the_whole(sample_store: Store, stonehouse: Place) -> None:
    place = replace(stonehouse, small_areas=("E01034866",))
    assert question_of(sample_store, place, "burglary", today=TODAY).members == ("E01018867",)
    both = replace(stonehouse, small_areas=("E01034866", "E01034867", "E01018867"))
    assert question_of(sample_store, both, "burglary", today=TODAY).members == ("E01018867",)


def test_where_nothing_is_loaded_the_windows_are_still_shown(sample_store: Store, stonehouse: Place) -> None:
    place = replace(stonehouse, before=None, after=None)
    question = question_of(sample_store, place, "claimants", today=TODAY)
    assert (str(question.before), str(question.after)) == ("2017-08:2020-07", "2021-04:2024-03")
    assert str(question_of(sample_store, place, "burglary", today=TODAY).before) == "2018-08:2020-07"


def test_a_community_without_a_start_has_no_windows(sample_store: Store) -> None:
    question = question_of(sample_store, read_place(SHIPPED / "areas", "redruth-north"), "burglary", today=TODAY)
    assert (question.before, question.after) == (None, None)


@pytest.mark.parametrize(
    "given",
    [
        {"after": parse_window("2025-01:2026-12")}, {"before": parse_window("2026-12:2027-12")}, {"start": parse_month("2026-12")},
    ],
)  # fmt: skip
def test_the_future_cannot_be_asked_about(sample_store: Store, stonehouse: Place, given: dict[str, object]) -> None:
    with pytest.raises(BadQuestion, match="is in the future"):
        question_of(sample_store, stonehouse, "burglary", today=TODAY, **given)  # type: ignore[arg-type]


def test_the_month_of_today_is_not_the_future(sample_store: Store, stonehouse: Place) -> None:
    question = question_of(sample_store, stonehouse, "burglary", today=TODAY, after=parse_window("2025-12:2026-11"))
    assert str(question.after) == "2025-12:2026-11"


@pytest.mark.parametrize(
    "given", [{"after": parse_window("2020-07:2021-06")}, {"before": parse_window("2020-01:2021-04")}]
)
def test_windows_that_overlap_cannot_be_asked_about(
    sample_store: Store, stonehouse: Place, given: dict[str, object]
) -> None:
    with pytest.raises(BadQuestion, match="before the period before"):
        question_of(sample_store, stonehouse, "burglary", today=TODAY, **given)  # type: ignore[arg-type]


def test_unknown_indicators_and_codes_are_refused(sample_store: Store, stonehouse: Place) -> None:
    with pytest.raises(BadQuestion, match="no indicator"):
        question_of(sample_store, stonehouse, "../burglary", today=TODAY)
    with pytest.raises(BadQuestion, match="E01999999"):
        question_of(sample_store, replace(stonehouse, small_areas=("E01999999",)), "burglary", today=TODAY)


def test_a_slip_of_the_pen_in_the_file_is_named(sample_store: Store, stonehouse: Place) -> None:
    with pytest.raises(BadQuestion, match="burglery"):
        question_of(sample_store, replace(stonehouse, chosen_beforehand=("burglery",)), "robbery", today=TODAY)


def test_an_answer_to_a_number_nobody_knows_is_named(sample_store: Store, stonehouse: Place) -> None:
    def answered(indicator: str) -> Place:
        return replace(stonehouse, replies=(Reply(indicator, "It is quieter.", "", "2026-11", date(2026, 11, 1)),))

    with pytest.raises(BadQuestion, match="burglery"):
        question_of(sample_store, answered("burglery"), "robbery", today=TODAY)
    # An answer changes no question, and so no plan.
    plain = question_of(sample_store, stonehouse, "robbery", today=TODAY)
    assert question_of(sample_store, answered("burglary"), "robbery", today=TODAY) == plain


def test_a_board_shows_what_was_chosen_beforehand_first(stonehouse: Place) -> None:
    board = board_indicators(stonehouse)
    assert board[: len(stonehouse.chosen_beforehand)] == stonehouse.chosen_beforehand
    assert set(USUAL) <= set(board)
    assert len(set(board)) == len(board)
    assert "unheard-of" not in board_indicators(replace(stonehouse, chosen_beforehand=("unheard-of",)))


def test_a_board_adds_what_is_held_of_small_areas_but_no_part_of_all_crime(stonehouse: Place) -> None:
    plain = board_indicators(stonehouse)
    held = {"house-price-median", "house-sales", "drugs", "burglary", "child-protection-plans"}
    assert board_indicators(stonehouse, held) == (*plain, "house-prices", "house-sales")


def test_what_people_here_count_comes_right_after_what_they_chose(stonehouse: Place) -> None:
    board = board_indicators(stonehouse, (), ("local-groups-active", "local-benches"))
    number = len(stonehouse.chosen_beforehand)
    assert board[number : number + 2] == ("local-groups-active", "local-benches")
    chosen = replace(stonehouse, chosen_beforehand=("local-benches", "burglary"))
    board = board_indicators(chosen, (), ("local-groups-active", "local-benches"))
    assert board[:3] == ("local-benches", "burglary", "local-groups-active")
    assert board.count("local-benches") == 1
    # What was counted once and is held no more.
    assert "local-benches" not in board_indicators(chosen)


def test_background_is_what_is_held_of_councils_wards_schools_and_practices() -> None:
    assert background_indicators({"house-price-median", "burglary"}) == ()
    assert background_indicators({"house-price-median", "child-protection-plans", "depression-register"}) == (
        "child-protection", "depression",
    )  # fmt: skip


def test_the_sample_s_background_is_the_council_s(sample_store: Store) -> None:
    names = background_indicators(sample_store.measures())
    assert {"child-protection", "children-in-need", "happiness", "recorded-depression"} <= set(names)
    assert {all_indicators()[name].smallest_area for name in names} == {"council"}


def test_the_windows_of_yearly_figures_follow_the_years_held(sample_store: Store, stonehouse: Place) -> None:
    place = replace(stonehouse, before=None, after=None)
    question = question_of(sample_store, place, "house-prices", today=TODAY)
    # Held to the end of 2022: three years before the start, and one whole year after settling in.
    assert (str(question.before), str(question.after)) == ("2017-08:2020-07", "2021-04:2022-03")
