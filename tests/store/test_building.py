"""Building beside and switching: whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from store import building
from store.building import build
from store.contribution import Contribution
from store.database import open_store
from store.errors import BadPlace, NoDatabase, OutcomesError
from store.folder import Folder
from store.lookups import PROVENANCE
from store.source import Source
from tests.store.contributions import AREA, AT, FORCE, MEASURES, SOURCE, counts, months

PLACE = """schema = 1
name = "Here"
[place]
small_areas = ["E01034630", "E01019968"]
"""


def put(folder: Folder, *contributions: Contribution, minutes: int = 0) -> str:
    return build(folder, contributions, {SOURCE: MEASURES}, AT + timedelta(minutes=minutes)).stamp


def databases(folder: Folder) -> set[str]:
    return {path.name for path in folder.outcomes.glob("*.duckdb*")}


def test_an_empty_folder_gets_a_database_without_any_figures(small_folder: Folder) -> None:
    stamp = put(small_folder)
    assert small_folder.stamp() == stamp
    assert stamp.startswith("outcomes-20260101T120000-")
    store = open_store(small_folder)
    assert store.rows("SELECT count(*) FROM observation") == [(0,)]
    assert store.measures() == {}
    assert store.declared_source("burglary") == "street_counts"
    assert store.declared_source("nothing") is None
    assert not store.is_sample()
    assert len(store.breaks(["burglary"], FORCE, "England")) == 1


def test_the_pointer_is_one_line_and_names_a_hash_of_the_content(small_folder: Folder) -> None:
    stamp = put(small_folder, counts({"2020-01": 3}))
    assert small_folder.pointer.read_text(encoding="ascii") == stamp + "\n"
    content = open_store(small_folder).rows("SELECT content_sha256 FROM meta")[0][0]
    assert stamp.endswith(f"-{content[:8]}.duckdb")


def test_the_content_hash_follows_the_content_and_not_the_clock(small_folder: Folder) -> None:
    def content() -> str:
        return str(open_store(small_folder).rows("SELECT content_sha256 FROM meta")[0][0])

    put(small_folder, counts({"2020-01": 3}))
    first = content()
    put(small_folder, minutes=1)
    assert content() == first
    (small_folder.areas / "here.toml").write_text(PLACE, encoding="utf-8")
    put(small_folder, minutes=2)
    second = content()
    assert second != first
    put(small_folder, counts({"2020-02": 3}, name="other.csv"), minutes=3)
    assert content() not in (first, second)


def test_the_previous_file_stays_one_build_longer_and_older_ones_go(small_folder: Folder) -> None:
    first = put(small_folder)
    second = put(small_folder, minutes=1)
    assert databases(small_folder) == {first, second}
    third = put(small_folder, minutes=2)
    assert databases(small_folder) == {second, third}


def test_the_same_content_within_the_same_second_is_already_there(small_folder: Folder) -> None:
    assert put(small_folder) == put(small_folder)
    assert len(databases(small_folder)) == 1


def test_files_left_by_a_build_that_was_cut_off_are_cleared_away(small_folder: Folder) -> None:
    put(small_folder)
    for name in ("building-999999.duckdb", "building-999999.duckdb.wal"):
        (small_folder.outcomes / name).write_bytes(b"half")
    (small_folder.outcomes / "current.tmp").write_text("half", encoding="ascii")
    put(small_folder, minutes=1)
    assert {path.name for path in small_folder.outcomes.iterdir()} == databases(small_folder) | {
        "current",
        "build.lock",
    }
    assert not [name for name in databases(small_folder) if name.startswith("building")]


@pytest.mark.parametrize(
    "moment", ["merge", "write_place_areas", "write_local_details", "write_place_members", "_content", "_switch"]
)
def test_a_crash_in_the_middle_leaves_everything_as_it_was(
    small_folder: Folder, untouched: Callable[[Folder], None], monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    put(small_folder, counts({"2020-01": 3}))
    untouched(small_folder)

    def broken(*_: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(building, moment, broken)
    with pytest.raises(RuntimeError, match="the power went"):
        put(small_folder, counts({"2020-02": 3}, name="other.csv"), minutes=1)
    assert open_store(small_folder).rows("SELECT count(*) FROM observation") == [(1,)]


def test_a_crash_while_the_pointer_is_written_never_leaves_half_of_it(
    small_folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = put(small_folder)
    replace = os.replace

    def broken(source: object, target: object) -> None:
        if str(target).endswith("current"):
            assert Path(str(source)).read_text(encoding="ascii").endswith(".duckdb\n")
            raise OSError("the power went")
        replace(source, target)  # type: ignore[arg-type]

    monkeypatch.setattr(building.os, "replace", broken)
    with pytest.raises(OSError, match="the power went"):
        put(small_folder, counts({"2020-01": 3}), minutes=1)
    monkeypatch.undo()
    assert small_folder.pointer.read_text(encoding="ascii") == first + "\n"
    assert open_store(small_folder).stamp == first


def test_a_file_that_somebody_holds_open_is_left_for_the_next_build(
    small_folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = put(small_folder)
    put(small_folder, minutes=1)
    unlink = Path.unlink

    def held(path: Path, missing_ok: bool = False) -> None:
        if path.name == first:
            raise PermissionError("in use")
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", held)
    put(small_folder, minutes=2)
    assert first in databases(small_folder)
    monkeypatch.undo()
    monkeypatch.setenv("OUTCOMES_DATA", str(small_folder.root))
    put(small_folder, minutes=3)
    assert first not in databases(small_folder)


def test_another_schema_is_neither_read_nor_carried_on(small_folder: Folder) -> None:
    put(small_folder)
    with duckdb.connect(str(small_folder.database())) as connection:
        connection.execute("UPDATE meta SET schema_version = 99")
    with pytest.raises(NoDatabase, match="schema version 99"):
        open_store(small_folder)
    with pytest.raises(OutcomesError, match="schema version 99"):
        put(small_folder, minutes=1)


def test_a_pointer_to_a_lost_file_is_built_over(small_folder: Folder) -> None:
    (small_folder.outcomes / put(small_folder, counts({"2020-01": 3}))).unlink()
    put(small_folder, counts({"2020-02": 3}), minutes=1)
    assert open_store(small_folder).rows("SELECT count(*) FROM observation") == [(1,)]


def test_a_place_is_an_area_with_members_and_shares(small_folder: Folder) -> None:
    (small_folder.areas / "here.toml").write_text(PLACE, encoding="utf-8")
    put(small_folder)
    rows = open_store(small_folder).rows(
        "SELECT m.relation, o.code, m.share, m.fit FROM area_member m JOIN area p ON p.area_id = m.parent_id JOIN area o "
        "ON o.area_id = m.member_id WHERE p.kind = 'place' ORDER BY ALL"
    )
    assert rows == [("contains", "E01019968", 1.0, "chosen"), ("contains", "E01020016", 1.0, "chosen")]
    inside = open_store(small_folder).rows(
        "SELECT m.relation, sum(m.share) FROM area_member m JOIN area p ON p.area_id = m.member_id WHERE p.kind = 'place' "
        "GROUP BY ALL ORDER BY ALL"
    )
    assert [(relation, pytest.approx(1.0)) for relation, _ in inside] == inside
    assert {relation for relation, _ in inside} == {"in_ward", "in_council", "in_county", "in_police_force"}


@pytest.mark.parametrize("code", ["E01000001", "S01000001"])
def test_a_place_that_no_lookup_knows_stops_the_build(small_folder: Folder, code: str) -> None:
    (small_folder.areas / "here.toml").write_text(PLACE.replace("E01034630", code), encoding="utf-8")
    with pytest.raises(BadPlace, match=code) as error:
        put(small_folder)
    assert (error.value.file, error.value.column) == ("here.toml", "place.small_areas")


def test_a_broken_programme_or_break_stops_the_build(small_folder: Folder) -> None:
    breaks = small_folder.breaks.read_text(encoding="utf-8")
    small_folder.breaks.write_text(breaks.replace('"devon-and-cornwall"', '"atlantis"'), encoding="utf-8")
    with pytest.raises(BadPlace, match="atlantis"):
        put(small_folder)
    small_folder.breaks.write_text(breaks, encoding="utf-8")
    (small_folder.programmes / "one.toml").write_text("schema = 1", encoding="utf-8")
    with pytest.raises(BadPlace):
        put(small_folder)
    assert small_folder.stamp() is None


def test_calibration_files_are_read_as_they_are(small_folder: Folder) -> None:
    folder = small_folder.root / "calibration"
    folder.mkdir(exist_ok=True)
    row = {"indicator": "burglary", "rule": "headline", "scenario": "no effect", "effect_percent": 0.0, "runs": 100,
           "false_findings": 0.04, "coverage": 0.95, "no_answer": 0.0, "seed": 1, "data_sha256": "x",
           "software_version": "0.1.0", "computed_on": "2026-11-22"}  # fmt: skip
    for path in folder.glob("*.json"):
        path.unlink()
    (folder / "one.json").write_text(json.dumps([row]), encoding="utf-8")
    put(small_folder)
    found = open_store(small_folder).rows("SELECT indicator, runs, power, computed_on::VARCHAR FROM calibration")
    assert found == [("burglary", 100, None, "2026-11-22")]


def test_lookups_are_files_too(small_folder: Folder) -> None:
    geography = Source(**{name: getattr(SOURCE, name) for name in SOURCE.__slots__} | {"name": "ons_geography"})
    build(small_folder, (), {geography: ()}, AT)
    held = open_store(small_folder).rows("SELECT original_name, sha256 FROM fetched_file WHERE file_id < 0 ORDER BY 1")
    lines = json.loads((small_folder.lookups / PROVENANCE).read_text(encoding="utf-8"))
    assert held == sorted((line["publisher_file"], line["sha256"]) for line in lines)


def test_a_source_that_is_no_longer_declared_is_kept_with_its_figures(small_folder: Folder) -> None:
    put(small_folder, counts(dict.fromkeys(months("2020-01", 3), 5.0)))
    build(small_folder, (), {}, AT + timedelta(minutes=1))
    store = open_store(small_folder)
    assert store.measures() == {"burglary": "street_counts"}
    assert store.monthly(["burglary"], [AREA], FORCE).sum(axis=1).tolist() == [15.0]
