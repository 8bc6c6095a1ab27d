"""Refreshing: all at once, each by itself, one build, and a report of what it did."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from loaders import __main__ as command_line
from loaders import deprivation, importing, nomis_claimants, refreshing
from loaders.discovery import all_loaders
from loaders.hosts import Hosts
from loaders.importing import build_with, held_files, import_files
from loaders.parallel import STUCK, fetch_all
from loaders.reading import Context, Reading
from loaders.refresh_report import KEPT, reports_of
from loaders.refreshing import Refreshed, refresh_sources, refreshable
from store.building import Built
from store.database import open_store
from store.errors import OutcomesError
from store.folder import Folder
from store.lookups import read_lookups
from tests.conftest import fingerprint
from tests.loaders.played import CLAIMANTS, PLAYED, Played, Wire, claimants_table, numbered, street_table
from tests.loaders.publishers import Asked, Publisher, Reply, Script, publisher
from tests.loaders.small_world import NOW, figures_of, small_data_folder
from tests.loaders.test_command_line import document, run

BY_NAME: Mapping[str, Played] = {played.source: played for played in PLAYED}
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture(scope="session")
def empty_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of the small world with an empty database in use."""
    folder = small_data_folder(tmp_path_factory.mktemp("empty-world") / "data")
    build_with(folder, Reading((), ()), NOW - timedelta(days=1))
    return folder.root


@pytest.fixture
def folder(empty_world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """The same, free to be changed, as ``OUTCOMES_DATA``; every publisher is gone unless it is played."""
    root = tmp_path / "data"
    shutil.copytree(empty_world, root)
    monkeypatch.setenv("OUTCOMES_DATA", str(root))
    with publisher([Reply()]) as gone:
        closed = gone.address
    for name in all_loaders():
        monkeypatch.setenv(f"OUTCOMES_{name.upper()}_URL", closed)
    monkeypatch.delenv("OUTCOMES_LOCAL_URL", raising=False)
    return Folder(root)


Play = Callable[..., Publisher]


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Iterator[Play]:
    """Let a publisher answer for a source, by a script or with a day's release."""
    with ExitStack() as stack:

        def begin(source: str, script: Script | list[Reply] | str = "today") -> Publisher:
            played = BY_NAME[source]
            answers = played.answer(getattr(played, script), Wire()) if isinstance(script, str) else script
            playing = stack.enter_context(publisher(answers))
            monkeypatch.setenv(f"OUTCOMES_{source.upper()}_URL", playing.address)
            return playing

        yield begin


def refresh(folder: Folder, *names: str, **more: Any) -> Refreshed:
    more.setdefault("now", NOW)
    return refresh_sources(folder, names, sleep=lambda seconds: None, **more)


def states(done: Refreshed) -> dict[str, str]:
    return {item.source: item.state for item in done.sources}


def messages(done: Refreshed) -> dict[str, str]:
    return {item.source: item.message for item in done.sources}


# All at once, each by itself --------------------------------------------------------------------------------------


def test_nobody_answers(folder: Folder) -> None:
    before = fingerprint(folder)
    names = [name for name in refreshable(all_loaders()) if name != "local"]
    started = time.monotonic()
    done = refresh(folder, *names)
    assert time.monotonic() - started < 30
    assert len(names) >= 5
    assert states(done) == dict.fromkeys(names, "unreachable")
    assert "did not answer: no connection could be made" in messages(done)["police_uk"]
    assert (done.exit_code, done.swapped) == (4, False)
    assert fingerprint(folder) == before
    assert open_store(folder).stamp == folder.stamp()


def test_publishers_that_listen_and_say_nothing_are_not_waited_for(folder: Folder, play: Play) -> None:
    quiet = threading.Event()

    def never(asked: Asked) -> Reply:
        quiet.wait(20)
        return Reply()

    for source in ("police_uk", "deprivation"):
        play(source, never)
    started = time.monotonic()
    done = refresh(folder, "police_uk", "deprivation", patience=1.0)
    quiet.set()
    assert time.monotonic() - started < 10
    assert states(done) == {"police_uk": "unreachable", "deprivation": "unreachable"}
    assert messages(done)["police_uk"].startswith("No publisher said a word within 1 seconds")
    assert done.exit_code == 4


def test_a_slow_publisher_is_waited_for_where_another_answers(folder: Folder, play: Play) -> None:
    script = BY_NAME["deprivation"].answer(BY_NAME["deprivation"].today, Wire())

    def slow(asked: Asked) -> Reply:
        time.sleep(1.0)
        return script(asked)

    play("nomis_claimants")
    play("deprivation", slow)
    done = refresh(folder, "deprivation", "nomis_claimants", patience=0.5)
    assert states(done) == {"deprivation": "updated", "nomis_claimants": "updated"}


def test_some_come_and_some_do_not(folder: Folder, play: Play) -> None:
    play("nomis_claimants")
    play("deprivation", [Reply(status=404)])
    done = refresh(folder, "police_uk", "nomis_claimants", "deprivation")
    assert states(done) == {"police_uk": "unreachable", "nomis_claimants": "updated", "deprivation": "refused"}
    assert (done.exit_code, done.swapped, done.stamp) == (3, True, folder.stamp())
    assert list(open_store(folder).measures()) == ["claimants"]


def test_sources_are_fetched_at_the_same_time(folder: Folder, play: Play) -> None:
    together = threading.Barrier(2, timeout=20)
    for source in ("police_uk", "deprivation"):
        script = BY_NAME[source].answer(BY_NAME[source].today, Wire())
        first = [True]

        def meet(asked: Asked, script: Script = script, first: list[bool] = first) -> Reply:
            if first.pop() if first else False:
                together.wait()  # broken, and the test with it, unless both are asked at once
            return script(asked)

        play(source, meet)
    assert set(states(refresh(folder, "police_uk", "deprivation")).values()) == {"updated"}


def test_two_sources_of_one_publisher_come_one_after_the_other(
    folder: Folder, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy, most = [0], [0]
    scripts = {
        name: BY_NAME[name].answer(BY_NAME[name].today, Wire()) for name in ("nomis_claimants", "ons_population")
    }

    def answer(asked: Asked) -> Reply:
        busy[0] += 1
        most[0] = max(most[0], busy[0])
        time.sleep(0.05)
        busy[0] -= 1
        return scripts["nomis_claimants" if "NM_162" in asked.path else "ons_population"](asked)

    playing = play("nomis_claimants", answer)
    monkeypatch.setenv("OUTCOMES_ONS_POPULATION_URL", playing.address)
    done = refresh(folder, "nomis_claimants", "ons_population")
    assert set(states(done).values()) == {"updated"}
    assert most == [1]


def test_a_loader_that_fails_takes_nobody_with_it(folder: Folder, play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Reading:
        raise KeyError("surprise")

    for source in ("nomis_claimants", "deprivation", "ons_population"):
        play(source)
    monkeypatch.setattr(deprivation, "read", broken)
    monkeypatch.setattr(nomis_claimants, "fetch", broken)
    done = refresh(folder, "deprivation", "nomis_claimants", "ons_population")
    assert states(done) == {"deprivation": "refused", "nomis_claimants": "refused", "ons_population": "updated"}
    words = "The loader stopped at something it does not expect, KeyError: 'surprise'."
    assert messages(done)["deprivation"].startswith(words)
    assert messages(done)["nomis_claimants"].startswith(words)
    assert done.exit_code == 3


def test_a_full_disk_is_said_to_be_full(folder: Folder, play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> list[Path]:
        raise OSError(28, "No space left on device")

    play("nomis_claimants")
    monkeypatch.setattr(nomis_claimants, "fetch", full)
    done = refresh(folder, "nomis_claimants")
    assert messages(done)["nomis_claimants"].startswith(
        "This machine could not write a file: No space left on device. Make room"
    )


def test_one_refresh_at_a_time(folder: Folder, play: Play) -> None:
    play("nomis_claimants")
    folder.raw.mkdir(exist_ok=True)
    with FileLock(folder.raw / "refresh.lock"), pytest.raises(OutcomesError, match="Another refresh is at work"):
        refresh(folder, "nomis_claimants")
    assert refresh(folder, "nomis_claimants").exit_code == 0


def test_an_unknown_name_stops_before_anything_is_asked(folder: Folder) -> None:
    with pytest.raises(OutcomesError, match="no source called “polis”"):
        refresh(folder, "polis")


def test_a_source_without_an_address_is_left_out_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "local" not in refreshable(all_loaders())
    monkeypatch.setenv("OUTCOMES_LOCAL_URL", "https://example.org/")
    assert "local" in refreshable(all_loaders())


# Building ----------------------------------------------------------------------------------------------------------


def test_what_cannot_be_built_is_left_out_by_itself(
    folder: Folder, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importing.build
    groups: list[list[str]] = []

    def build(where: Folder, contributions: Sequence[Any], *more: Any) -> Built:
        names = [item.source.name for item in contributions]
        groups.append(list(dict.fromkeys(names)))
        if "deprivation" in names:
            raise ValueError("a table that breaks a rule")
        return real(where, contributions, *more)

    for source in ("nomis_claimants", "deprivation", "ons_population"):
        play(source)
    monkeypatch.setattr(importing, "build", build)
    done = refresh(folder, "nomis_claimants", "deprivation", "ons_population")
    assert states(done) == {"nomis_claimants": "updated", "deprivation": "refused", "ons_population": "updated"}
    assert "a table that breaks a rule" in messages(done)["deprivation"]
    assert groups == [["nomis_claimants", "deprivation", "ons_population"], ["nomis_claimants"], ["deprivation"], ["ons_population"]]  # fmt: skip
    assert done.report is not None
    assert [row["source"] for row in done.report["changed"]] == ["nomis_claimants"]
    assert done.swapped


def test_a_place_file_that_is_wrong_stops_the_build_in_one_sentence(folder: Folder, play: Play) -> None:
    play("nomis_claimants")
    (folder.areas / "somewhere.toml").write_text("schema = ", encoding="utf-8")
    before = fingerprint(folder)
    done = refresh(folder, "nomis_claimants")
    assert states(done) == {"nomis_claimants": "refused"}
    assert "not valid TOML" in messages(done)["nomis_claimants"]
    assert fingerprint(folder) == before


def test_lookups_that_cannot_be_used_take_down_what_was_placed_by_them(
    folder: Folder, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    play("ons_geography")
    play("nomis_claimants")
    before = {path.name: path.read_bytes() for path in folder.lookups.iterdir()}

    def build(*_: object) -> Built:
        raise ValueError("no")

    monkeypatch.setattr(importing, "build", build)
    done = refresh(folder, "nomis_claimants", "ons_geography")
    assert states(done) == {"nomis_claimants": "refused", "ons_geography": "refused"}
    assert "came together with ons_geography" in messages(done)["nomis_claimants"]
    assert {path.name: path.read_bytes() for path in folder.lookups.iterdir()} == before


def test_new_lookups_place_what_comes_with_them(folder: Folder, play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    real = nomis_claimants.read

    def read(paths: Sequence[Path], context: Context) -> Reading:
        told.append(set(context.lookups.wards["ward_name"]))
        return real(paths, context)

    play("ons_geography")
    play("nomis_claimants")
    monkeypatch.setattr(nomis_claimants, "read", read)
    done = refresh(folder, "nomis_claimants", "ons_geography")
    assert states(done) == {"nomis_claimants": "updated", "ons_geography": "updated"}
    assert "Looe and East & Deviock" in told[0]
    assert "Looe and East & Deviock" in set(read_lookups(folder.lookups).wards["ward_name"])
    assert not list(folder.lookups.glob(".*"))


# Never less without saying so ------------------------------------------------------------------------------------


def _claimants(months: Mapping[str, Mapping[str, int]]) -> Script:
    return BY_NAME["nomis_claimants"].answer({"x": claimants_table(months)}, Wire())


LATER = CLAIMANTS | {"E01015155": 5}


def test_a_newest_month_that_is_gone_is_refused_with_what_is_gone(folder: Folder, play: Play) -> None:
    play("nomis_claimants", _claimants({"2020-01": CLAIMANTS, "2020-02": CLAIMANTS, "2020-03": CLAIMANTS}))
    refresh(folder, "nomis_claimants")
    before = fingerprint(folder)
    play("nomis_claimants", _claimants({"2020-01": LATER, "2020-02": LATER}))
    done = refresh(folder, "nomis_claimants", now=TOMORROW)
    assert states(done) == {"nomis_claimants": "refused"}
    assert messages(done)["nomis_claimants"] == (
        "The release has less than is held of it – claimants, E92000001, 2020-03: not there. "
        "Repeat with --accept-fewer if the publisher has withdrawn the rest."
    )
    (row,) = done.as_json()["sources"]
    assert row["fewer"] == [
        {"what": "period", "measure": "claimants", "authority": "E92000001", "period": "2020-03", "held": 1, "now": 0,
         "areas": []}
    ]  # fmt: skip
    assert row["fewer_in_all"] == 1
    assert fingerprint(folder) == before
    # Even where that is accepted, an older edition never takes the place of a newer one.
    done = refresh(folder, "nomis_claimants", now=TOMORROW + timedelta(hours=1), accept_fewer=True)
    assert states(done) == {"nomis_claimants": "unchanged"}
    assert messages(done)["nomis_claimants"] == "What came is older than what is held, which was kept."


def test_a_month_missing_in_the_middle_is_refused_though_nothing_else_changed(folder: Folder, play: Play) -> None:
    tables = {
        f"2018-{month}-devon-and-cornwall-street.csv": street_table(f"2018-{month}", {"E01015153": 9})
        for month in (10, 11, 12)
    }
    answer = BY_NAME["police_uk"].answer
    play("police_uk", answer(tables, Wire()))
    refresh(folder, "police_uk")
    play("police_uk", answer({name: table for name, table in tables.items() if "-11-" not in name}, Wire()))
    done = refresh(folder, "police_uk", now=TOMORROW)
    assert states(done) == {"police_uk": "refused"}
    assert "2018-11: not there" in messages(done)["police_uk"]


def test_a_part_of_the_country_does_not_take_the_place_of_the_whole(folder: Folder, play: Play) -> None:
    from store.place import read_place

    (folder.areas / "somewhere.toml").write_text(
        'schema = 1\nname = "Somewhere"\n[place]\nsmall_areas = ["E01015153"]\n', encoding="utf-8"
    )
    place = read_place(folder.areas, "somewhere")
    everywhere = CLAIMANTS | {"W01000003": 15, "E01008187": 20, "E01027506": 10}
    play("nomis_claimants", _claimants({"2020-02": everywhere}))
    assert refresh(folder, "nomis_claimants").exit_code == 0
    # The place's force is Devon and Cornwall's: Gateshead and Northumberland are not asked for.
    play("nomis_claimants", _claimants({"2020-02": LATER}))
    done = refresh(folder, "nomis_claimants", now=TOMORROW, place=place)
    assert states(done) == {"nomis_claimants": "refused"}
    assert "Refresh without --area, or repeat with --accept-fewer" in messages(done)["nomis_claimants"]
    assert done.sources[0].fewer[0].codes == ("E01008187",)
    # Residents stand row by row: those of other areas stay, so nothing is lost by a part.
    play("ons_population")
    refresh(folder, "ons_population", now=TOMORROW)
    populated = BY_NAME["ons_population"]
    part = {"x": [populated.today["x"][0], *(row for row in populated.today["x"][1:] if row[1] < "E01015200")]}
    play("ons_population", populated.answer(part, Wire()))
    assert states(refresh(folder, "ons_population", now=TOMORROW + timedelta(days=1))) == {"ons_population": "refused"}


def test_what_is_older_than_what_is_held_is_kept_out(folder: Folder, play: Play) -> None:
    newer = BY_NAME["police_uk"].answer
    names = {month: f"2018-{month}-devon-and-cornwall-street.csv" for month in (10, 11)}
    play("police_uk", newer({names[m]: street_table(f"2018-{m}", {"E01015153": 9}) for m in names}, Wire()))
    refresh(folder, "police_uk")
    before = figures_of(folder)
    play("police_uk", newer({names[10]: street_table("2018-10", {"E01015153": 8})}, Wire()))
    done = refresh(folder, "police_uk", now=TOMORROW, accept_fewer=True)
    assert states(done) == {"police_uk": "unchanged"}
    assert messages(done)["police_uk"] == "What came is older than what is held, which was kept."
    assert figures_of(folder) == before


def test_the_sample_gives_way_whatever_comes(small_folder: Folder, play: Play) -> None:
    import_files(small_folder, "sample", (), now=NOW)
    month = street_table("2019-01", {"E01019970": 9})
    play("police_uk", BY_NAME["police_uk"].answer({"2019-01-devon-and-cornwall-street.csv": month}, Wire()))
    done = refresh(small_folder, "police_uk", now=TOMORROW)
    assert states(done) == {"police_uk": "updated"}
    assert done.report is not None
    assert {(row["measure"], row["from_sample"]) for row in done.report["changed"]} >= {("burglary", 1), ("robbery", 1)}
    assert done.report["revised"] == []


# A file used without some of its rows -----------------------------------------------------------------------------


def test_rows_refused_once_are_used_when_a_newer_lookup_knows_them(folder: Folder, play: Play, tmp_path: Path) -> None:
    play("ons_geography")
    file = tmp_path / "claimants.csv"
    file.write_bytes(Wire().csv(numbered(claimants_table({"2020-02": CLAIMANTS | {"W01000099": 10}}))))
    assert import_files(folder, "nomis_claimants", [file], now=NOW).reading.errors
    done = import_files(folder, "nomis_claimants", [file], now=NOW, accept_refused=1)
    assert done.built is not None
    key = (file.name, done.reading.accounts[0].sha256)
    assert key not in held_files(folder)
    # Nothing has changed yet: it counts as read, and what was accepted needs no accepting again.
    again = import_files(folder, "nomis_claimants", [file], now=NOW)
    assert (again.built, again.reading.errors) == (None, ())
    assert [item.state for item in again.reading.accounts] == ["unchanged"]
    # A lookup of a later edition knows the area.
    geography = BY_NAME["ons_geography"]
    exact, wards = geography.today["exact fit"], geography.today["wards"]
    row, ward = dict(zip(exact[0], exact[-1], strict=True)), dict(zip(wards[0], wards[-1], strict=True))
    row |= {"LSOA11CD": "W01000099", "LSOA21CD": "W01000099", "ObjectId": "99"}
    ward |= {"LSOA21CD": "W01000099", "ObjectId": "99"}
    newer = {"exact fit": [*exact, list(row.values())], "wards": [*wards, list(ward.values())]}
    play("ons_geography", geography.answer(newer, Wire()))
    assert refresh(folder, "ons_geography", now=TOMORROW).exit_code == 0
    mended = import_files(folder, "nomis_claimants", [file], now=TOMORROW + timedelta(hours=1))
    assert mended.built is not None
    assert [(item.state, item.rows_refused) for item in mended.reading.accounts] == [("loaded", 0)]
    store = open_store(folder)
    assert store.rows(
        "SELECT o.numerator FROM observation o JOIN area a USING (area_id) WHERE a.code = 'W01000099'"
    ) == [(10.0,)]
    assert store.rows("SELECT count(*) FROM fetched_file WHERE original_name = 'claimants.csv'") == [(1,)]
    assert key in held_files(folder)


# The report ---------------------------------------------------------------------------------------------------------


def test_the_report_says_what_changed_what_was_revised_and_what_is_missing(folder: Folder, play: Play) -> None:
    play("nomis_claimants", "yesterday")
    refresh(folder, "nomis_claimants")
    play("nomis_claimants")
    done = refresh(folder, "nomis_claimants", "police_uk", now=TOMORROW)
    report = done.as_json()
    assert report["schema_version"] == 1
    assert report["at"] == "2026-11-23T09:30:00"
    assert report["changed"] == [
        {"source": "nomis_claimants", "measure": "claimants", "first": "2020-02", "last": "2020-03", "new": 1, "revised": 1,
         "from_sample": 0}
    ]  # fmt: skip
    assert report["revised"] == [
        {
            "source": "nomis_claimants",
            "measure": "claimants",
            "period": "2020-02",
            "areas": 1,
            "before": 90.0,
            "after": 95.0,
        }
    ]
    (move,) = report["moves"]
    assert (move["area"], move["was"], move["is"]) == ("E01015153", 45, 50)
    assert [row["source"] for row in report["stale"]] == ["nomis_claimants"]
    missing = report["missing"]
    assert missing["did_not_come"] == ["police_uk"]
    assert "police_uk" in missing["never_loaded"]
    assert "nomis_claimants" not in missing["never_loaded"]
    assert report["data_to"]["nomis_claimants"] == "2020-03"
    kept = Path(report["report_file"])
    assert kept == reports_of(folder) / "refresh-20261123T093000.json"
    said = json.loads(kept.read_text(encoding="utf-8"))
    assert said == {key: value for key, value in report.items() if key != "report_file"}


def test_a_report_is_kept_also_when_nobody_answered_and_only_thirty_in_all(folder: Folder) -> None:
    for minute in range(KEPT + 2):
        refresh(folder, "nomis_claimants", now=NOW + timedelta(minutes=minute))
    kept = sorted(path.name for path in reports_of(folder).iterdir())
    assert len(kept) == KEPT == 30
    assert kept[0] == "refresh-20261122T093200.json"


def test_months_no_file_holds_are_missing(folder: Folder, play: Play) -> None:
    tables = {
        f"2018-{month}-devon-and-cornwall-street.csv": street_table(f"2018-{month}", {"E01015153": 9})
        for month in (10, 12)
    }
    play("police_uk", BY_NAME["police_uk"].answer(tables, Wire()))
    done = refresh(folder, "police_uk")
    assert done.report is not None
    assert done.report["missing"]["absent"] == [
        {"source": "police_uk", "authority": "devon-and-cornwall", "months": 1, "first": "2018-11", "last": "2018-11"}
    ]


def test_before_the_first_database_there_is_little_to_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with publisher([Reply()]) as gone:
        monkeypatch.setenv("OUTCOMES_NOMIS_CLAIMANTS_URL", gone.address)
    done = refresh(small_data_folder(tmp_path / "new"), "nomis_claimants")
    assert done.report is not None
    assert (done.report["stale"], done.report["data_to"], done.stamp) == ([], {}, None)
    assert "nomis_claimants" in done.report["missing"]["never_loaded"]


def test_the_command_prints_the_report(folder: Folder, play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    play("nomis_claimants", "yesterday")
    refresh(folder, "nomis_claimants", now=NOW - timedelta(days=3))
    play("nomis_claimants")
    monkeypatch.setattr(command_line, "utc_now", lambda: TOMORROW)
    result = run("refresh", "nomis_claimants", "police_uk", "nomis_claimants")
    assert result.exit_code == 3
    words = result.stdout
    assert words.startswith("nomis_claimants: updated.\npolice_uk: unreachable. ")
    assert "nomis_claimants claimants, 2020-02 to 2020-03: 1 new, 1 published anew" in words
    assert "nomis_claimants claimants 2020-02: 1 area moved, in all 90 before and 95 now" in words
    assert "  claimants 2020-02, Plymouth 033C (E01015153): 45 before, 50 now" in words
    assert "nomis_claimants: held to 2020-03; more was expected by 2020-06" in words
    assert "Never loaded: " in words
    assert f"Report: {reports_of(folder)}" in words
    assert f"Database in use: {folder.stamp()}" in words
    assert "Warning: nomis_claimants: " in result.stderr  # parts of the country are not in this small release


def test_every_publisher_gone_is_exit_4_and_one_document(folder: Folder) -> None:
    before = fingerprint(folder)
    result = run("refresh", "all", "--json")
    assert result.exit_code == 4
    found = document(result)
    assert {row["state"] for row in found["sources"]} == {"unreachable"}
    assert found["database"] == {"swapped": False, "stamp": folder.stamp()}
    assert fingerprint(folder) == before


def test_fewer_can_be_accepted_on_the_command_line(folder: Folder, play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command_line, "utc_now", lambda: TOMORROW)
    play("nomis_claimants", _claimants({"2020-02": CLAIMANTS}))
    refresh(folder, "nomis_claimants")
    less = {code: n for code, n in CLAIMANTS.items() if code != "E01015153"}
    play("nomis_claimants", _claimants({"2020-02": less}))
    refused = run("refresh", "nomis_claimants")
    assert refused.exit_code == 3
    assert "3 areas where 4 are held, without E01015153" in refused.stdout
    accepted = run("refresh", "nomis_claimants", "--accept-fewer", "--json")
    assert accepted.exit_code == 0
    (row,) = document(accepted)["sources"]
    assert row["fewer_in_all"] == 1
    assert row["fewer"][0]["areas"] == ["E01015153"]


def test_an_import_of_fewer_is_refused_unless_accepted(folder: Folder, tmp_path: Path) -> None:
    whole, part = tmp_path / "whole.csv", tmp_path / "part.csv"
    less = {code: n for code, n in CLAIMANTS.items() if code != "E01015153"}
    for path, row in ((whole, CLAIMANTS), (part, less)):
        path.write_bytes(Wire().csv(numbered(claimants_table({"2020-02": row}))))
    assert run("import", "nomis_claimants", whole).exit_code == 0
    before = fingerprint(folder)
    result = run("import", "nomis_claimants", part, "--json")
    assert result.exit_code == 1
    found = document(result)
    assert found["error"]["message"].startswith(
        "Figures that are held would give way to fewer – claimants, E92000001, 2020-02"
    )
    assert found["fewer"][0]["areas"] == ["E01015153"]
    assert [row["state"] for row in found["by_file"]] == ["refused"]
    assert fingerprint(folder) == before
    assert run("import", "nomis_claimants", part, "--accept-fewer").exit_code == 0
    assert fingerprint(folder) != before


def test_the_first_refresh_of_everything_there_is_a_loader_for(folder: Folder, play: Play) -> None:
    for source in BY_NAME:
        play(source)
    done = refresh(folder, *BY_NAME)
    assert set(states(done).values()) == {"updated"}
    assert done.exit_code == 0
    assert refreshing.refreshable(all_loaders())


def test_several_lines_of_progress_do_not_rewrite_one_another(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([0.0, 1.0, 16.0, 17.0])
    monkeypatch.setattr(command_line.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert list(command_line._progress("abc", "Fetching", 3, in_place=False)) == list("abc")
    assert capsys.readouterr().err == "Fetching: 2 of 3\nFetching: done\n"


def test_a_fetch_that_is_stuck_is_given_up_in_the_end() -> None:
    hosts, stuck, moments = Hosts(), threading.Event(), iter([0.0, 1.0, 2.0, STUCK + 5.0])
    host = hosts.of("http://publisher.example/")
    host.answered, host.moved = True, 3.0
    assert hosts.last_moved() == 3.0

    def never() -> list[Path]:
        stuck.wait(20)
        return []

    found = fetch_all({"quick": lambda: [Path("x")], "stuck": never}, hosts, 0.05, lambda: next(moments))
    stuck.set()
    assert found["quick"] == [Path("x")]
    assert str(found["stuck"]).startswith("Nothing came any more for 15 minutes")
