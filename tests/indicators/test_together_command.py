"""``python -m indicators together``, and the whole place in ``study --json``: one document, everyone invited listed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner, Result

from indicators import __main__ as command_line
from store.folder import Folder


@pytest.fixture(autouse=True)
def _one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command_line, "_today", lambda: date(2026, 11, 22))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command_line.main, list(arguments))


def document(result: Result) -> dict[str, Any]:
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    assert result.stdout.count("\n") == 1
    return found


_FILE = """schema = 1
name = "{name}"
[place]
small_areas = {codes}
[project]
start = "{start}"
"""


@pytest.fixture
def invited(own_folder: Folder) -> Folder:
    """The shipped neighbourhoods and two more with starts of their own: one with a recording step in between."""
    for slug, name, codes, start in (
        ("elsewhere", "Elsewhere", '["E01019970"]', "2020-01"),
        ("third", "A third place", '["E01019971"]', "2019-06"),
    ):
        (own_folder.areas / f"{slug}.toml").write_text(
            _FILE.format(name=name, codes=codes, start=start), encoding="utf-8"
        )
    return own_folder


def test_every_invited_community_is_listed_and_those_with_dates_are_pooled(invited: Folder) -> None:
    areas = ("north-stonehouse", "redruth-north", "elsewhere", "third")
    result = run("together", *areas, "--indicator", "violence", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    found = document(result)
    assert [site["area"] for site in found["sites"]] == list(areas)
    assert [site["pooled"] for site in found["sites"]] == [True, False, True, True]
    assert found["sites"][1]["because"] == "no start date is known"
    starts = [site["after"]["from"] for site in found["sites"] if site["pooled"]]
    assert starts == ["2021-04", "2020-01", "2019-06"]
    pooled = [site for site in found["sites"] if site["pooled"]]
    assert sum(site["share"] for site in pooled) == pytest.approx(1, abs=0.002)
    assert min(site["ratio"] for site in pooled) <= found["pooled"]["ratio"] <= max(site["ratio"] for site in pooled)
    assert all(site["pooled_without_it"] for site in pooled)
    alone = document(run("study", "--area", "elsewhere", "--indicator", "violence", "--json"))
    site = found["sites"][2]
    assert (site["verdict"], site["plan_hash"], site["before"]) == (
        alone["verdict"],
        alone["plan_hash"],
        alone["before"],
    )
    assert site["ratio"] == alone["comparison"]["ratio"]


def test_in_words_each_community_has_a_line(invited: Folder) -> None:
    result = run("together", "north-stonehouse", "redruth-north", "elsewhere", "--indicator", "violence")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert [line.split(":")[0] for line in lines[:3]] == ["Stronger North Stonehouse", "Redruth North", "Elsewhere"]
    assert lines[3].startswith("Two communities were put together: violent and sexual offences came to ")
    assert len(lines) == 4


@pytest.mark.parametrize(
    ("areas", "name", "says"),
    [
        (("north-stonehouse", "redruth-north"), "burglary", "Only one of the communities named can be pooled"),
        (("north-stonehouse",), "burglary", "Only one of the communities"),
        (("redruth-north", "townstal-dartmouth"), "burglary", "None of the communities named can be pooled"),
        (("north-stonehouse", "redruth-north"), "claimants", "north-stonehouse: it is not loaded"),
        (("north-stonehouse", "north-stonehouse"), "burglary", "“north-stonehouse” is named twice"),
        (("north-stonehouse", "atlantis"), "burglary", "There is no area called “atlantis”"),
        (("north-stonehouse", "redruth-north"), "laughter", "There is no indicator called “laughter”"),
    ],
)
def test_too_few_and_what_makes_no_question_are_one_sentence(
    sample_in_use: Folder, untouched: Callable[[Folder], None], areas: tuple[str, ...], name: str, says: str
) -> None:
    untouched(sample_in_use)
    result = run("together", *areas, "--indicator", name, "--json")
    assert result.exit_code == 1
    error = document(result)["error"]
    assert says in error["message"]
    assert error["do"]
    assert len(result.stderr.strip().splitlines()) == 1
    in_words = run("together", *areas, "--indicator", name)
    assert (in_words.exit_code, in_words.stdout) == (1, "")


def test_wrong_usage() -> None:
    assert run("together", "--indicator", "burglary").exit_code == 2
    assert run("together", "north-stonehouse", "redruth-north").exit_code == 2


def test_the_board_as_json_holds_the_whole_place(sample_in_use: Folder) -> None:
    found = document(run("study", "--area", "north-stonehouse", "--json"))
    assert list(found)[:4] == ["schema_version", "area", "plan_hash", "findings"]
    whole = found["whole_area"]
    listed = [item["indicator"] for item in (*whole["outcomes"], *whole["left_out"])]
    assert sorted(listed) == sorted(item["indicator"] for item in found["findings"])
    assert len(whole["outcomes"]) >= 5
    assert whole["lower"] < whole["ratio"] < whole["upper"]
    assert whole["stands_out"] == (whole["p"] <= 0.04)
    assert whole["sentence"].startswith("Taken together, ")
    in_words = run("study", "--area", "north-stonehouse")
    assert whole["sentence"] in in_words.stdout


def test_one_indicator_has_no_whole(sample_in_use: Folder) -> None:
    found = document(run("study", "--area", "north-stonehouse", "--indicator", "burglary", "--json"))
    assert "whole_area" not in found


def test_a_place_without_a_start_has_a_whole_that_says_why_there_is_none(sample_in_use: Folder) -> None:
    whole = document(run("study", "--area", "redruth-north", "--json"))["whole_area"]
    assert (whole["ratio"], whole["outcomes"], whole["stands_out"]) == (None, [], False)
    assert whole["because"]
