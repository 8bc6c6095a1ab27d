"""``python -m loaders``: one document, one sentence, and on a refusal nothing changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from loaders import __main__ as command_line
from loaders.discovery import all_loaders
from loaders.importing import import_files
from loaders.refreshing import Refreshed, SourceRefresh
from store.errors import Unreachable
from store.folder import Folder

FORCE = "devon-and-cornwall"
NOW = datetime.fromisoformat("2026-11-22T09:30")
Street = Callable[..., Path]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command_line.main, [str(argument) for argument in arguments])


def document(result: Result) -> dict[str, Any]:
    """The one JSON document on stdout."""
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    assert result.stdout.count("\n") == 1
    return found


def test_list_names_every_source() -> None:
    found = document(run("list", "--json"))
    assert [row["name"] for row in found["sources"]] == list(all_loaders())
    assert all(row["format_evidence"] in ("real file", "documented header") for row in found["sources"])
    words = run("list")
    assert words.exit_code == 0
    assert all(name in words.stdout for name in (*all_loaders(), "sample"))


def test_import_reports_every_row(small_folder: Folder, street: Street) -> None:
    rows = [("E01019970", "Burglary"), ("E01014370", "Drugs"), ("", "Drugs")]
    result = run("import", "police_uk", street(rows=rows), "--json")
    assert result.exit_code == 0
    found = document(result)
    (row,) = found["by_file"]
    assert row.pop("sha256")
    assert row == {
        "file": f"2018-10-{FORCE}-street.csv", "period": "2018-10", "authority": FORCE, "rows_read": 3, "rows_placed": 2,
        "rows_unlocated": 1, "rows_refused": 0, "rows_outside_authority": 1, "state": "loaded",
    }  # fmt: skip
    assert (found["rows_read"], found["rows_placed"], found["rows_unlocated"], found["rows_refused"]) == (3, 2, 1, 0)
    assert (found["schema_version"], found["source"], found["files"], found["problems"]) == (1, "police_uk", 1, [])
    assert found["database"] == {"swapped": True, "stamp": small_folder.stamp()}


def test_import_in_words(small_folder: Folder, street: Street) -> None:
    path = street()
    first = run("import", "police_uk", path)
    assert "1 rows read = 1 placed + 0 without a place + 0 refused (loaded)" in first.stdout
    assert str(small_folder.stamp()) in first.stdout
    again = run("import", "police_uk", path)
    assert again.exit_code == 0
    assert "1 unchanged." in again.stdout
    assert "The database is as it was." in again.stdout


def test_what_is_left_out_and_what_was_revised_is_said_in_words(small_folder: Folder, street: Street) -> None:
    run("import", "police_uk", street(rows=[("E01019970", "Burglary")] * 2))
    path = street(rows=[("E01019970", "Burglary"), ("E01999999", "Drugs")])
    refused = run("import", "police_uk", path)
    assert refused.exit_code == 1
    result = run("import", "police_uk", path, "--accept-refused", 1)
    assert result.exit_code == 0
    assert "Warning:" in result.stderr
    assert "E01999999" in result.stderr
    assert "1 past figures were revised." in result.stdout


def test_a_superseded_file_is_said_to_be(small_folder: Folder, street: Street) -> None:
    run("import", "police_uk", street("2018-10").parent, street("2018-11").parent)
    found = document(
        run("import", "police_uk", street("2018-10", rows=[("E01019970", "Drugs")], folder="alone"), "--json")
    )
    assert [row["state"] for row in found["by_file"]] == ["superseded"]
    assert found["revisions"] == []


def _wrong(text: str, name: str = f"2018-11-{FORCE}-street.csv") -> Callable[[Street, Path], Path]:
    def write(street: Street, folder: Path) -> Path:
        path = street("2018-11").with_name(name)
        path.write_bytes(text.encode("latin-1"))
        return path

    return write


HEADER = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome category,Context\n"
BAD: dict[str, Callable[[Street, Path], Path]] = {
    "not a CSV": _wrong("%PDF-1.7\nxx"),
    "empty": _wrong(""),
    "renamed column": _wrong(HEADER.replace("Crime type", "Category")),
    "Latin-1": _wrong(HEADER + ",2018-11,Devon & Cornwall Police,Devon & Cornwall Police,,,Caf\xe9,,,Drugs,,\n"),
    "cut row": _wrong(HEADER + ",2018-11,Devon & Cornwall Police,Devon & Co\n"),
    "cut archive": _wrong("PK\x03\x04 and then nothing", "2018-11.zip"),
    "unknown small area": lambda street, _: street("2018-11", rows=[("E01999999", "Drugs")]),
    "future month": lambda street, _: street("2999-01"),
    "another month": lambda street, _: street("2018-11", inside="2018-12"),
    "another force": lambda street, _: street("2018-11", within="Kent Police"),
    "unknown crime type": lambda street, _: street("2018-11", rows=[("E01019970", "Witchcraft")]),
    "unknown force": lambda street, _: street("2018-11", force="atlantis"),
    "another name": _wrong(HEADER, "crimes.csv"),
    "no such file": lambda _, folder: folder / f"2018-11-{FORCE}-street.csv",
    "a path that climbs": lambda _, folder: folder / ".." / "x.csv",
}


@pytest.mark.parametrize("kind", list(BAD))
def test_a_bad_input_is_one_sentence_and_changes_nothing(
    small_folder: Folder, street: Street, tmp_path: Path, untouched: Callable[[Folder], None], kind: str
) -> None:
    import_files(small_folder, "police_uk", [street("2018-10", folder="good")], now=NOW)
    untouched(small_folder)
    path = BAD[kind](street, tmp_path)
    result = run("import", "police_uk", path, "--json")
    assert result.exit_code == 1
    error = document(result)["error"]
    assert set(error) == {"kind", "message", "file", "column", "rows", "do"}
    assert error["kind"] == "source-changed"
    assert Path(error["file"]).name in (path.name, "2018-11.zip")
    assert error["message"]
    assert error["do"]
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("Error: ")
    assert Path(error["file"]).name in lines[0]
    assert "Traceback" not in result.output


def test_several_bad_files_are_all_named(small_folder: Folder, street: Street) -> None:
    folder = street("2018-10", inside="2018-11").parent
    street("2018-12", inside="2018-11")
    result = run("import", "police_uk", folder, "--json")
    assert result.exit_code == 1
    assert len(document(result)["problems"]) == 2
    assert "Also: " in result.stderr
    assert small_folder.stamp() is None


def test_wrong_usage() -> None:
    assert run("import", "police_uk").exit_code == 2
    assert run("import").exit_code == 2
    assert run("unknown").exit_code == 2
    assert run("import", "police_uk", "x.csv", "--accept-refused", "many").exit_code == 2


def test_an_unknown_source_is_one_sentence(small_folder: Folder) -> None:
    result = run("import", "../police", "x.csv", "--json")
    assert result.exit_code == 1
    assert "There is no source called" in document(result)["error"]["message"]


def test_check_shows_what_is_loaded(sample_in_use: Folder) -> None:
    found = document(run("check", "--json"))
    assert found["stamp"] == sample_in_use.stamp()
    burglary = next(row for row in found["coverage"] if row["measure"] == "burglary")
    assert (burglary["first"], burglary["last"]) == ("2018-01", "2025-08")
    assert burglary["reported"] + burglary["suspect"] == 92
    assert burglary["absent"] == 0
    assert all(row["reason"] for row in found["suspect"])
    assert {row["origin"] for row in found["files"] if row["source"] == "police_uk"} == {"sample"}
    assert run("check").stdout.count("\n") > len(found["coverage"]) + len(found["suspect"])
    words = run("check")
    assert "police_uk devon-and-cornwall burglary: 2018-01 to 2025-08" in words.stdout
    assert words.stdout.count("Suspect: ") == len(found["suspect"])


def test_check_shows_absent_months_and_rows_without_a_place(small_folder: Folder, street: Street) -> None:
    street("2018-10", rows=[("E01019970", "Burglary"), ("", "Burglary")])
    run("import", "police_uk", street("2018-12").parent)
    found = document(run("check", "--json"))
    assert {(row["measure"], row["month"]) for row in found["absent"]} >= {("burglary", "2018-11")}
    assert found["unlocated"] == [
        {"authority": FORCE, "month": "2018-10", "rows_placed": 1, "rows_unlocated": 1},
        {"authority": FORCE, "month": "2018-12", "rows_placed": 1, "rows_unlocated": 0},
    ]
    assert "Absent: devon-and-cornwall burglary 2018-11. No file for this month." in run("check").stdout


def test_check_without_a_database(small_folder: Folder) -> None:
    result = run("check", "--json")
    assert result.exit_code == 1
    assert document(result)["error"]["kind"] == "no-database"


def test_the_sample_is_compiled_anew(sample_in_use: Folder, tmp_path: Path) -> None:
    result = run("compile-sample", "--months", "2019-01:2019-03", "--to", tmp_path / "new")
    assert result.exit_code == 0
    assert "manifest.json" in result.stdout
    assert (tmp_path / "new" / "counts.parquet").is_file()
    assert run("compile-sample", "--force", "kent", "--to", tmp_path / "other").exit_code == 1


def _refreshed(*states: str) -> Refreshed:
    results = tuple(SourceRefresh(f"source_{n}", state, "Words.", None, ()) for n, state in enumerate(states))  # type: ignore[arg-type]
    return Refreshed(results, (), "updated" in states, "a-stamp")


@pytest.mark.parametrize(
    ("states", "code"),
    [
        (("updated", "unchanged"), 0), (("updated", "unreachable"), 3), (("refused", "unreachable"), 3),
        (("unreachable", "unreachable"), 4),
    ],
)  # fmt: skip
def test_refresh_says_how_each_source_fared(
    small_folder: Folder, monkeypatch: pytest.MonkeyPatch, states: tuple[str, ...], code: int
) -> None:
    asked: list[Any] = []

    def refresh(folder: Folder, names: list[str], **given: Any) -> Refreshed:
        asked.append((names, given["since"]))
        return _refreshed(*states)

    monkeypatch.setattr(command_line, "refresh_sources", refresh)
    result = run("refresh", "--since", "2018-01", "--json")
    assert result.exit_code == code
    assert [row["state"] for row in document(result)["sources"]] == list(states)
    names, since = asked[0]
    assert names == [name for name, item in all_loaders().items() if item.SOURCE.address]
    assert "local" not in names
    assert str(since) == "2018-01-01"
    words = run("refresh", "police_uk")
    assert words.exit_code == code
    assert f"source_0: {states[0]}. Words." in words.stdout
    assert ("Database in use: a-stamp" if "updated" in states else "The database is as it was.") in words.stdout
    assert asked[1] == (["police_uk"], None)


@pytest.mark.parametrize("arguments", [("--area", "../etc"), ("--area", "nowhere"), ("--since", "long ago")])
def test_refresh_with_a_bad_question(
    small_folder: Folder, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, str]
) -> None:
    monkeypatch.setattr(command_line, "refresh_sources", lambda *_, **__: pytest.fail("nothing may be fetched"))
    result = run("refresh", *arguments, "--json")
    assert result.exit_code == 1
    assert document(result)["error"]["message"]


def test_nothing_reachable_is_exit_4(small_folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> Refreshed:
        raise Unreachable("Nobody answered")

    monkeypatch.setattr(command_line, "refresh_sources", gone)
    assert run("refresh").exit_code == 4


@pytest.mark.parametrize(
    ("terminal", "times", "shown"),
    [
        (True, [0.0, 1.0, 2.5, 2.6, 3.2], f"\rReading: 2 of 4\rReading: 4 of 4\rReading: done{' ' * 20}\n"),
        (False, [0.0, 1.0, 2.5, 16.0, 17.0], "Reading: 3 of 4\nReading: done\n"),
        (False, [0.0, 0.1, 0.2, 0.3, 0.4], ""),
    ],
)
def test_progress_is_shown_only_when_it_takes_long(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], terminal: bool, times: list[float], shown: str
) -> None:
    clock = iter(times)
    monkeypatch.setattr(command_line.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    assert list(command_line._progress("abcd", "Reading", 4)) == list("abcd")
    assert capsys.readouterr() == ("", shown)


@pytest.mark.parametrize(("name", "options"), [("t.csv", ()), ("t.xlsx", ()), ("t.dat", ("--format", "xlsx"))])
def test_a_template_is_written_and_taken_back_empty(tmp_path: Path, name: str, options: tuple[str, ...]) -> None:
    path = tmp_path / name
    done = run("template", "local", *options, "--out", path)
    assert done.exit_code == 0
    assert f"python -m loaders import local {path}" in done.stdout
    assert path.read_bytes()[:2] == (b"\xef\xbb" if name == "t.csv" else b"PK")
    again = run("template", "local", "--out", path)
    assert again.exit_code == 1
    assert "there already" in again.stderr


def test_every_mistake_of_a_community_s_file_is_told(small_folder: Folder, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    rows = "".join(f"volunteers,nowhere,{1990 + number}-01,x\n" for number in range(30))
    path.write_text(f"indicator,area,period_start,count\n{rows}", encoding="utf-8")
    refused = run("import", "local", path)
    assert refused.exit_code == 1
    assert refused.stderr.count("column area") == 2
    assert refused.stderr.count("column count") == 2
    assert "rows 22, 23, 24" in refused.stderr
    found = document(run("import", "local", path, "--json"))
    assert found["error"]["column"] in ("area", "count")
    assert sorted(
        row for problem in found["problems"] if problem["column"] == "count" for row in problem["rows"]
    ) == list(range(2, 32))


def test_local_figures_are_not_fetched(small_folder: Folder) -> None:
    result = run("refresh", "local")
    assert "the community brings them" in result.stdout
