"""``python -m indicators study``: one document, one sentence, and never a change to the database."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from indicators import __main__ as command_line
from indicators.calibration_rows import CalibrationRow
from indicators.questions import board_indicators
from loaders.importing import ensure_database
from store.database import Store, open_store
from store.folder import Folder
from store.holdings import calibration
from store.place import read_place


@pytest.fixture(autouse=True)
def _one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command_line, "_today", lambda: date(2026, 11, 22))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command_line.main, ["study", *arguments])


def document(result: Result) -> dict[str, Any]:
    """The one JSON document on stdout, in which nothing is NaN."""

    def refuse(name: str) -> None:
        raise AssertionError(name)

    found = json.loads(result.stdout, parse_constant=refuse)
    assert isinstance(found, dict)
    assert result.stdout.count("\n") == 1
    return found


def test_one_indicator_is_one_document(sample_in_use: Folder) -> None:
    result = run("--area", "north-stonehouse", "--indicator", "burglary", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    found = document(result)
    assert (found["before"]["count"], found["after"]["count"]) == (78, 34)
    assert found["change"] == {"percent": -56.4, "lower": -71.8, "upper": -34.0, "count": -44}
    assert (found["before"]["from"], found["before"]["to"]) == ("2018-08", "2020-07")
    assert (found["after"]["from"], found["after"]["to"]) == ("2021-04", "2023-03")
    assert found["comparison"]["number"] == len(found["comparison"]["areas"]) >= 30
    assert any(item["name"] == "break-shared" and "5 of the 24" in item["text"] for item in found["caveats"])
    assert found["verdict"] == "Too few events to tell"
    assert found["chosen_beforehand"] is True


@pytest.mark.parametrize("option", ["--indicator", "--before", "--after", "--start"])
def test_an_option_with_nothing_in_it_is_not_an_option_left_out(sample_in_use: Folder, option: str) -> None:
    given = [] if option == "--indicator" else ["--indicator", "burglary"]
    result = run("--area", "north-stonehouse", *given, option, "", "--json")
    assert result.exit_code == 1
    assert "error" in document(result)


def test_what_is_not_loaded_has_a_series_without_rows(sample_in_use: Folder) -> None:
    found = document(run("--area", "north-stonehouse", "--indicator", "fires", "--json"))
    assert found["verdict"] == "Not loaded"
    assert found["series"] == []


def test_without_an_indicator_the_whole_board(sample_in_use: Folder) -> None:
    found = document(run("--area", "north-stonehouse", "--json"))
    place = read_place(sample_in_use.areas, "north-stonehouse")
    held = open_store(sample_in_use).measures()
    assert [item["indicator"] for item in found["findings"]] == list(board_indicators(place, held))
    assert "house-prices" in board_indicators(place, held)
    assert len(found["plan_hash"]) == 16
    verdicts = {item["indicator"]: item["verdict"] for item in found["findings"]}
    assert verdicts["claimants"] == verdicts["crime"] == verdicts["vehicle-crime"] == "Not loaded"


def test_in_words(sample_in_use: Folder) -> None:
    result = run("--area", "north-stonehouse", "--indicator", "burglary")
    assert result.exit_code == 0
    assert result.stdout.startswith("Stronger North Stonehouse, Plymouth\n\nBurglary: Too few events to tell\n")
    assert "78" in result.stdout
    assert "5 of the 24 later months" in result.stdout
    missing = run("--area", "north-stonehouse", "--indicator", "claimants")
    assert (
        "python -m loaders refresh nomis_claimants"
        in run("--area", "north-stonehouse", "--indicator", "claimants", "--json").stdout
    )
    assert "Not loaded" in missing.stdout


def test_without_breaks_and_other_dates(sample_in_use: Folder) -> None:
    without = document(run("--area", "north-stonehouse", "--indicator", "burglary", "--without-breaks", "--json"))
    assert (without["after"]["count"], without["after"]["months"]) == (27, 19)
    other = document(
        run(
            "--area",
            "redruth-north",
            "--indicator",
            "burglary",
            "--before",
            "2018-01:2019-12",
            "--after",
            "2020-01:2021-12",
            "--json",
        )
    )
    assert (other["before"]["months"], other["after"]["months"]) == (24, 24)
    assert other["comparison"] is not None


def test_a_community_without_a_start(sample_in_use: Folder) -> None:
    found = document(run("--area", "redruth-north", "--indicator", "burglary", "--json"))
    assert (found["before"], found["after"], found["comparison"]) == (None, None, None)
    assert found["verdict"] == "Cannot be compared"
    assert found["verdict_because"] == ["no start date is known"]
    assert len(found["series"]) >= 30
    assert found["change"] == {"percent": None, "lower": None, "upper": None, "count": None}


def test_a_start_inside_the_recording_break(sample_in_use: Folder) -> None:
    found = document(run("--area", "redruth-north", "--indicator", "burglary", "--start", "2023-10", "--json"))
    assert found["verdict"] == "Cannot be compared"
    assert "the start lies inside" in found["verdict_because"][0]


BAD: dict[str, tuple[tuple[str, ...], str]] = {
    "unknown area": (("--area", "atlantis"), "bad-place"),
    "a path": (("--area", "../areas/north-stonehouse"), "bad-place"),
    "an absolute path": (("--area", "/etc/passwd"), "bad-place"),
    "a file": (("--area", "north-stonehouse.toml"), "bad-place"),
    "no name": (("--area", ""), "bad-place"),
    "unknown indicator": (("--area", "north-stonehouse", "--indicator", "laughter"), "bad-question"),
    "indicator path": (("--area", "north-stonehouse", "--indicator", "../burglary"), "bad-question"),
    "window backwards": (("--area", "north-stonehouse", "--before", "2020-07:2018-08"), "bad-question"),
    "after before before": (
        ("--area", "north-stonehouse", "--before", "2021-04:2023-03", "--after", "2018-08:2020-07"), "bad-question",
    ),
    "overlap": (("--area", "north-stonehouse", "--after", "2020-07:2021-06"), "bad-question"),
    "one month": (("--area", "north-stonehouse", "--before", "2018-08"), "bad-question"),
    "words": (("--area", "north-stonehouse", "--start", "last summer"), "bad-question"),
    "month 13": (("--area", "north-stonehouse", "--start", "2020-13"), "bad-question"),
    "future": (("--area", "north-stonehouse", "--after", "2027-01:2027-12"), "bad-question"),
    "future start": (("--area", "north-stonehouse", "--start", "2027-01"), "bad-question"),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(BAD))
def test_a_bad_question_is_one_sentence_and_changes_nothing(
    sample_in_use: Folder, untouched: Callable[[Folder], None], kind: str
) -> None:
    untouched(sample_in_use)
    arguments, name = BAD[kind]
    result = run(*arguments, "--json")
    assert result.exit_code == 1
    error = document(result)["error"]
    assert set(error) == {"kind", "message", "file", "column", "rows", "do"}
    assert error["kind"] == name
    assert error["do"]
    assert len(result.stderr.strip().splitlines()) == 1
    assert result.stderr.startswith("Error: ")
    in_words = run(*arguments)
    assert (in_words.exit_code, in_words.stdout) == (1, "")


def test_wrong_usage() -> None:
    assert run().exit_code == 2
    assert run("--area", "x", "--unknown").exit_code == 2


def test_a_broken_neighbourhood_file_is_named(own_folder: Folder) -> None:
    path = own_folder.areas / "north-stonehouse.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("small_areas", "small_area", 1), encoding="utf-8")
    result = run("--area", "redruth-north", "--json")
    assert result.exit_code == 1
    error = document(result)["error"]
    assert (error["kind"], error["file"]) == ("bad-place", "north-stonehouse.toml")
    assert "small_areas" in error["do"]


def test_an_empty_folder_has_no_database_and_is_given_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTCOMES_DATA", str(tmp_path / "data"))
    result = run("--area", "north-stonehouse", "--json")
    assert result.exit_code == 1
    assert document(result)["error"]["kind"] == "no-database"
    assert not (tmp_path / "data" / "outcomes").exists()


def test_only_the_projects_own_folder_is_given_the_sample(
    sample_in_use: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Folder] = []
    monkeypatch.setattr(command_line, "ensure_database", lambda folder: asked.append(folder) or ensure_database(folder))
    run("--area", "redruth-north", "--indicator", "burglary")
    assert asked == []
    monkeypatch.setattr(command_line, "is_shipped_folder", lambda: True)
    assert run("--area", "redruth-north", "--indicator", "burglary").exit_code == 0
    assert asked == [sample_in_use]


def test_a_new_neighbourhood_file_can_be_asked_about_at_once(own_folder: Folder) -> None:
    stamp = own_folder.stamp()
    (own_folder.areas / "new-place.toml").write_text(
        'schema = 1\nname = "New"\n[place]\nsmall_areas = ["E01019970"]\n[project]\nstart = "2020-08"\n',
        encoding="utf-8",
    )
    found = document(run("--area", "new-place", "--indicator", "violence", "--json"))
    assert found["small_areas"] == ["E01019970"]
    assert found["before"]["count"] > 0
    assert open_store(own_folder).stamp == stamp


# Plans, saved and asked again -------------------------------------------------------------------------------------


def repeat(*arguments: object) -> Result:
    return CliRunner().invoke(command_line.main, ["repeat", *(str(argument) for argument in arguments)])


@pytest.fixture
def saved(sample_in_use: Folder, tmp_path: Path) -> Path:
    path = tmp_path / "plan.json"
    assert run("--area", "north-stonehouse", "--indicator", "burglary", "--save-plan", str(path)).exit_code == 0
    return path


def test_a_saved_plan_asked_again_gives_the_same_numbers(saved: Path) -> None:
    first = document(run("--area", "north-stonehouse", "--indicator", "burglary", "--json"))
    result = repeat(saved, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    again = document(result)
    for key in (
        "before",
        "after",
        "change",
        "verdict",
        "plan_hash",
        "data_hash",
        "second_method",
        "detectable_change_percent",
    ):
        assert again[key] == first[key], key
    for key in ("areas", "ratio", "lower", "upper", "p", "placebo_at_least", "expected_after"):
        assert again["comparison"][key] == first["comparison"][key], key
    words = repeat(saved)
    assert words.stdout.startswith("Stronger North Stonehouse, Plymouth")


def test_other_data_than_the_plans_are_said(saved: Path) -> None:
    plan = json.loads(saved.read_text(encoding="utf-8"))
    saved.write_text(json.dumps(plan | {"data_hash": "0" * 64}), encoding="utf-8")
    result = repeat(saved, "--json")
    assert result.exit_code == 0
    assert "The data have changed since the plan was saved" in result.stderr
    assert document(result)["verdict"]


def test_a_plan_without_windows_can_be_kept_too(sample_in_use: Folder, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    run("--area", "redruth-north", "--indicator", "burglary", "--save-plan", str(path))
    assert json.loads(path.read_text(encoding="utf-8"))["question"]["comparison"] is None
    assert document(repeat(path, "--json"))["verdict"] == "Cannot be compared"


def _with(**question: object) -> Callable[[dict[str, Any]], object]:
    return lambda plan: plan | {"question": plan["question"] | question}


BAD_PLANS: dict[str, Callable[[dict[str, Any]], object]] = {
    "a list": lambda _: [1, 2],
    "another version": lambda plan: plan | {"plan_version": 99},
    "other methods": lambda plan: plan | {"methods": {}},
    "no question": lambda plan: plan | {"question": None},
    "a key too many": _with(more=1),
    "a number as area": _with(area=5),
    "a path as area": _with(area="../x"),
    "text as members": _with(members="E01015153"),
    "members out of order": _with(members=["E01015155", "E01015153"]),
    "unknown members": _with(members=["E01999999"]),
    "a window that is none": _with(before="2020"),
    "a negative wait": _with(settling_in_months=-1),
    "true as a number": _with(settling_in_months=True),
    "units that are no lists": _with(comparison=["E01019970"]),
    "units used twice": _with(comparison=[["E01019970", "E01019971"], ["E01019971", "E01019972"]]),
    "unknown indicator": _with(indicator="laughter"),
}


@pytest.mark.parametrize("kind", list(BAD_PLANS))
def test_a_plan_that_is_none_is_one_sentence(saved: Path, kind: str) -> None:
    plan = json.loads(saved.read_text(encoding="utf-8"))
    saved.write_text(json.dumps(BAD_PLANS[kind](plan)), encoding="utf-8")
    result = repeat(saved, "--json")
    assert result.exit_code == 1
    assert document(result)["error"]["kind"] in ("bad-question", "bad-place")
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("content", [None, b"", b"{", b"\xff", b"[" * 100_000, b" " * 30_000_000])
def test_a_plan_that_cannot_be_read_is_one_sentence(
    sample_in_use: Folder, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "plan.json"
    if content is not None:
        path.write_bytes(content)
    result = repeat(path, "--json")
    assert result.exit_code == 1
    error = document(result)["error"]
    assert (error["kind"], error["file"]) == ("bad-question", "plan.json")


def test_a_plan_that_cannot_be_written_is_one_sentence(sample_in_use: Folder, tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "plan.json"
    result = run("--area", "redruth-north", "--indicator", "burglary", "--save-plan", str(path), "--json")
    assert result.exit_code == 1
    assert document(result)["error"]["message"] == "The plan cannot be written"


def test_a_plan_is_of_one_indicator(sample_in_use: Folder, tmp_path: Path) -> None:
    assert run("--area", "redruth-north", "--save-plan", str(tmp_path / "plan.json")).exit_code == 2


def calibrated(*arguments: str) -> Result:
    return CliRunner().invoke(command_line.main, ["calibrate", "--seed", "3", *arguments])


def test_calibration_is_one_document_and_the_same_for_the_same_seed(sample_in_use: Folder) -> None:
    given = ("--source", "simulated", "--areas", "2", "--effect", "0", "--json")
    first, second = calibrated(*given), calibrated(*given)
    assert first.exit_code == 0
    assert first.stdout == second.stdout
    rows = document(first)["rows"]
    assert {row["runs"] for row in rows} == {2}
    assert "simulated: stable" in first.stderr


def test_calibration_of_what_is_loaded_can_be_kept_and_is_read_by_the_next_build(
    own_folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[object] = []
    rows = [
        CalibrationRow("burglary", "verdict", "made up", 0.0, 9, 0.1, None, None, 0.0, 3, "abc", "0.1.0", "2026-11-22")
    ]

    def measured(store: Store, **given: object) -> list[CalibrationRow]:
        heard.append(given["areas"])
        return rows

    monkeypatch.setattr(command_line, "calibrate_loaded", measured)
    result = calibrated("--source", "loaded", "--areas", "4", "--save")
    assert (result.exit_code, heard) == (0, [4])
    assert "false findings 10.0 %" in result.stdout
    kept = json.loads((own_folder.root / "calibration" / "real.json").read_text(encoding="utf-8"))
    assert kept[0]["false_findings"] == 0.1


def test_effects_that_are_no_numbers_or_make_no_question_are_refused(sample_in_use: Folder) -> None:
    assert calibrated("--effect", "a,b").exit_code == 2
    refused = calibrated("--source", "simulated", "--effect", "20", "--json")
    assert refused.exit_code == 1
    assert "Effects must lie" in document(refused)["error"]["message"]


def test_measured_shares_are_read_back(sample_in_use: Folder) -> None:
    rows = calibration(open_store(sample_in_use))
    assert {row["rule"] for row in rows} >= {"verdict", "headline"}
    assert all(row["runs"] > 0 for row in rows)
