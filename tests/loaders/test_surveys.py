"""Answers a row a person become the template's rows, each person scored first, nobody kept."""

from __future__ import annotations

import csv
import statistics
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from loaders.__main__ import main
from loaders.local import read
from loaders.surveys import FEWEST_ANSWERS, summarise
from store.errors import BadQuestion, SourceChanged
from store.survey_scales import SWEMWBS_METRIC
from tests.loaders.local_files import folder_with_a_place, raw
from tests.loaders.small_world import small_context

ITEMS = [f"item_{number}" for number in range(1, 8)]
FOUR = ["life_satisfaction", "worthwhile", "happiness", "anxiety"]
GIVEN = {"area": "stonehouse", "period_start": "2024-03", "people_asked": "60", "design_effect": "1"}


def people(path: Path, header: list[str], *rows: list[int | str]) -> Path:
    """A file of answers."""
    return raw(path, header, *([str(cell) for cell in row] for row in rows))


def test_every_person_is_converted_before_anything_is_averaged(tmp_path: Path) -> None:
    answers = [[1] * 7] * 6 + [[5] * 7] * 6 + [[3, 3, 3, 3, 3, 3, ""]]
    done = summarise(people(tmp_path / "a.csv", ITEMS, *answers), "swemwbs", GIVEN)
    (row,) = done.rows
    assert (row["indicator"], row["people_answered"], row["kind"], row["area"]) == (
        "swemwbs",
        "12",
        "mean",
        "stonehouse",
    )
    assert float(row["value"]) == pytest.approx((6 * 7.0 + 6 * 35.0) / 12)
    assert float(row["standard_deviation"]) == pytest.approx(statistics.stdev([7.0] * 6 + [35.0] * 6), abs=1e-4)
    # The average raw sum of 21 would have been 19.25: averaging first is wrong.
    assert float(row["value"]) != pytest.approx(SWEMWBS_METRIC[21])
    assert "12 of 13 people" in done.notes[0]


def test_raw_scores_may_be_given_instead_of_answers(tmp_path: Path) -> None:
    scores = list(range(20, 32))
    (row,) = summarise(people(tmp_path / "a.csv", ["raw_score"], *([score] for score in scores)), "swemwbs", {}).rows
    assert float(row["value"]) == pytest.approx(statistics.mean(SWEMWBS_METRIC[score] for score in scores), abs=1e-4)


def test_the_four_questions_each_count_those_who_answered(tmp_path: Path) -> None:
    rows: list[list[int | str]] = [[number % 11, 9, 4, 6] for number in range(22)]
    rows[0][1] = ""
    found = {row["indicator"]: row for row in summarise(people(tmp_path / "a.csv", FOUR, *rows), "ons4", GIVEN).rows}
    assert len(found) == 12
    low = found["life-satisfaction-low"]
    assert (low["count"], low["out_of"], low["kind"], low["better"]) == ("10", "22", "out of", "lower")
    assert (found["life-satisfaction-very-high"]["count"], found["worthwhile-very-high"]["count"]) == ("4", "21")
    assert (found["worthwhile"]["value"], found["worthwhile"]["people_answered"]) == ("9.0000", "21")
    assert (found["anxiety-high"]["count"], found["anxiety-very-low"]["count"]) == ("22", "0")
    assert (found["happiness-low"]["count"], found["happiness"]["standard_deviation"]) == ("22", "0.0000")


def test_a_question_that_too_few_answered_is_left_out_and_said_to_be(tmp_path: Path) -> None:
    rows: list[list[int | str]] = [[7, 5 if number < FEWEST_ANSWERS - 1 else ""] for number in range(20)]
    done = summarise(people(tmp_path / "a.csv", FOUR[:2], *rows), "ons4", {})
    assert {row["indicator"].split("-low")[0].split("-very")[0] for row in done.rows} == {"life-satisfaction"}
    assert any("worthwhile: left out" in note for note in done.notes)


def test_too_few_people_are_not_averaged(tmp_path: Path) -> None:
    path = people(tmp_path / "a.csv", ["raw_score"], *([20] for _ in range(FEWEST_ANSWERS - 1)))
    with pytest.raises(BadQuestion, match="what single people said"):
        summarise(path, "swemwbs", {})


@pytest.mark.parametrize(
    ("header", "row", "column", "words"),
    [
        ([*ITEMS[:6]], [1] * 6, "item_7", "missing"),
        ([*ITEMS, "name"], [*[1] * 7, "Jo"], "number 8", "single people"),
        ([*ITEMS, "postcode"], [*[1] * 7, ""], "number 8", "single people"),
        ([*ITEMS, "remark"], [*[1] * 7, "x"], "number 8", "no answer of the scale"),
        ([*ITEMS, "item_1"], [1] * 8, "item_1", "the same one twice"),
        (ITEMS, [1, 2, 3, 4, 5, 6, 1], "item_6", "not an answer from 1 to 5"),
        (ITEMS, [1, 2, 3, 4, 5, "yes", 1], "item_6", "not an answer from 1 to 5"),
        (["raw_score"], [36], "raw_score", "not an answer from 7 to 35"),
    ],
)
def test_what_is_no_answer_is_named_by_row_and_column(
    tmp_path: Path, header: list[str], row: list[int | str], column: str, words: str
) -> None:
    done = summarise(people(tmp_path / "a.csv", header, row), "swemwbs", {})
    assert done.rows == ()
    assert any(problem.column == column and words in problem.message for problem in done.problems)
    assert all("Jo" not in problem.message + problem.do for problem in done.problems)


def test_ons4_needs_at_least_one_of_its_questions(tmp_path: Path) -> None:
    done = summarise(people(tmp_path / "a.csv", ["contentment"], [5]), "ons4", {})
    assert {problem.column for problem in done.problems} == {"number 1", "life_satisfaction"}
    with pytest.raises(SourceChanged):
        summarise(tmp_path / "none.csv", "ons4", {})


def test_from_answers_to_an_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_with_a_place(tmp_path, monkeypatch)
    answers = people(tmp_path / "answers.csv", FOUR, *([number % 11, 5, 6, 2] for number in range(30)))
    before = answers.read_bytes()
    out = tmp_path / "rows.csv"
    done = CliRunner().invoke(
        main, ["summarise-survey", str(answers), "--scale", "ons4", "--area", "stonehouse", "--period", "2024-03",
               "--people-asked", "60", "--design-effect", "1", "--out", str(out)],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "do not pass it on" in done.stdout
    assert answers.read_bytes() == before
    reading = read([out], small_context())
    assert reading.problems == ()
    details = reading.contributions[0].details
    assert len(details) == 12
    assert set(details["people_asked"]) == {60}
    assert set(details["design_effect"]) == {1}
    with out.open(encoding="utf-8-sig", newline="") as file:
        assert not any("answers" in cell for row in csv.reader(file) for cell in row)


def test_the_command_tells_every_mistake_and_writes_nothing(tmp_path: Path) -> None:
    answers = people(tmp_path / "answers.csv", [*ITEMS, "name"], [9, *[1] * 6, "Jo"])
    out = tmp_path / "rows.csv"
    done = CliRunner().invoke(main, ["summarise-survey", str(answers), "--scale", "swemwbs", "--out", str(out)])
    assert done.exit_code == 1
    assert "single people" in done.stderr
    assert not out.exists()
    few = people(tmp_path / "few.csv", ["raw_score"], [20])
    refused = CliRunner().invoke(main, ["summarise-survey", str(few), "--scale", "swemwbs", "--out", str(out)])
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: Fewer than 10 people answered")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(7, 35), min_size=10, max_size=40))
def test_the_average_lies_on_the_scale_and_the_spread_agrees(tmp_path: Path, scores: list[int]) -> None:
    (row,) = summarise(people(tmp_path / "a.csv", ["raw_score"], *([score] for score in scores)), "swemwbs", {}).rows
    metric = [SWEMWBS_METRIC[score] for score in scores]
    assert float(row["value"]) == pytest.approx(statistics.mean(metric), abs=1e-4)
    assert float(row["standard_deviation"]) == pytest.approx(statistics.stdev(metric), abs=1e-4)
    assume(len(set(scores)) > 1)
    assert min(metric) <= float(row["value"]) <= max(metric)
