"""``python -m indicators study`` where a start is a range, several, or unknown."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from indicators import __main__ as command_line
from outputs.shift_words import NO_VERDICT
from store.folder import Folder

AREAS = Path(__file__).resolve().parents[1] / "fixtures" / "areas"


@pytest.fixture(autouse=True)
def _one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command_line, "_today", lambda: date(2026, 11, 22))


@pytest.fixture
def folder(own_folder: Folder) -> Folder:
    """The sample with a neighbourhood that has a range of starts."""
    shutil.copy(AREAS / "range-of-starts.toml", own_folder.areas)
    return own_folder


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(command_line.main, arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return result


def document(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*arguments, "--json").stdout)
    return found


def test_a_range_is_shown_in_words_and_as_json(folder: Folder) -> None:
    asked = ("study", "--area", "range-of-starts", "--indicator", "burglary")
    found = document(*asked)
    starts = found["starts"]
    assert [item["start"] for item in starts["list"]] == ["2020-06", "2020-07", "2020-08", "2020-09"]
    main = starts["list"][1]
    assert (starts["band"]["main"], starts["band"]["main_verdict"]) == ("2020-07", main["verdict"])
    assert (main["before"], main["after"]) == (found["before"], found["after"])
    assert [main[key] for key in ("ratio", "lower", "upper")] == [
        found["comparison"][key] for key in ("ratio", "lower", "upper")
    ]
    assert starts["band"]["lower"] == min(item["lower"] for item in starts["list"])
    assert starts["band"]["another_verdict"] == sum(item["verdict"] != main["verdict"] for item in starts["list"])
    assert "some time between June 2020 and September 2020" in run(*asked).stdout
    # Each start is the question that ``--start`` asks.
    alone = document(*asked, "--start", "2020-09")
    assert alone["starts"] is None
    assert alone["comparison"]["ratio"] == starts["list"][3]["ratio"]


def test_a_plan_of_a_range_repeats_its_band(folder: Folder, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    asked = ("study", "--area", "range-of-starts", "--indicator", "burglary")
    first = json.loads(run(*asked, "--save-plan", str(plan), "--json").stdout)
    again = document("repeat", str(plan))
    assert again["starts"] == first["starts"]
    assert (again["verdict"], again["plan_hash"]) == (first["verdict"], first["plan_hash"])


def test_too_wide_a_range_is_one_sentence(folder: Folder) -> None:
    path = folder.areas / "range-of-starts.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("2020-09", "2023-09"), encoding="utf-8")
    result = CliRunner().invoke(command_line.main, ["study", "--area", "range-of-starts", "--indicator", "burglary"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: The file leaves 40 months open as the start, and at most 24 are asked")
    assert len(result.stderr.strip().splitlines()) == 1


def test_one_start_is_null(sample_in_use: Folder) -> None:
    found = document("study", "--area", "north-stonehouse", "--indicator", "burglary")
    assert found["starts"] is found["shift"] is None


def test_without_a_start_the_lasting_shift_is_told(sample_in_use: Folder) -> None:
    asked = ("study", "--area", "redruth-north", "--indicator", "criminal-damage")
    found = document(*asked)
    assert found["starts"] is None
    assert found["verdict"] == "Cannot be compared"
    shift = found["shift"]
    assert 0 <= shift["at_least"] <= shift["number"]
    assert shift["from"] < shift["to"]
    words = run(*asked).stdout
    assert f"In {shift['at_least']} of {shift['number']} similar places" in words
    assert NO_VERDICT in words
    assert "Similar places share Devon and Cornwall Police's recording break" in words


def test_a_whole_board_has_a_shift_an_outcome(sample_in_use: Folder) -> None:
    found = document("study", "--area", "redruth-north")
    shifts = {item["indicator"]: item["shift"] for item in found["findings"]}
    assert shifts["claimants"] is None
    assert shifts["robbery"] == {"cannot": "fewer than 25 were counted in all"}
    assert shifts["violence"]["number"] >= 19
