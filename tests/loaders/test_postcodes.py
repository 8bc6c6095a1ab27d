"""The list of postcodes: read from the publisher's own tables, whole, and without a word of what stands in them."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders import postcode_sample
from loaders.importing import import_files
from loaders.large_csv import first_row, stage, workspace
from loaders.postcode_sample import write_postcodes
from loaders.postcodes import SOURCE, edition_of, fetch, read, tidy
from loaders.reading import Context, Reading
from store.database import open_store
from store.errors import OutcomesError, SourceChanged
from store.folder import SHIPPED, Folder
from store.lookups import PROVENANCE, write_lookup
from store.postcodes import POSTCODES, find
from tests.loaders.publishers import Asked, Reply, fetching_from, publisher
from tests.loaders.small_world import NOW, small_context, small_lookups

CONTEXT = small_context()
# Headings as the ONS ships them: the directory of 2026, that of 2024, and the table of May 2022. The areas are real,
# the postcodes nobody's (no postcode area is called ZX).
NEW = "pcd7,pcd8,pcds,dointr,doterm,lad26cd,lsoa11cd,lsoa21cd,msoa21cd,lat,long"
OLD = "pcd,pcd2,pcds,dointr,doterm,oslaua,lsoa11,lsoa21,msoa21,lat,long"
OLDER = "pcd7,pcd8,pcds,dointr,doterm,usertype,oa11cd,lsoa11cd,msoa11cd,ladcd,lsoa11nm"
# postcode, ended, small area of 2011, small area of 2021
ROWS = [
    ("ZX1 1AA", "", "E01015153", "E01015153"),
    ("ZX1 1AB", "202001", "E01015155", "E01015155"),
    ("ZX2 1AA", "", "E01018758", "E01034851"),
    ("ZX2 1AB", "", "E01018758", "E01034852"),
    ("ZX3 1AA", "", "E01018775", "E01034858"),
    ("ZX4 1AA", "", "E01008187", "E01035637"),
    ("ZX5 1AA", "", "W01000003", "W01000003"),
    ("ZX6 1AA", "", "S01006514", "S01006514"),
    ("BT99 9ZZ", "", "95GG01S1", "N20000001"),
    ("ZX7 1AA", "", "", ""),
]


def _written(path: Path, rows: list[tuple[str, str, str, str]] | None = None, header: str = NEW) -> Path:
    columns = header.split(",")
    lines = [header]
    for postcode, ended, old, new in ROWS if rows is None else rows:
        cell = {"pcds": f'"{postcode}"', "doterm": f'"{ended}"', "lsoa11": old, "lsoa21": new, "lsoa11cd": old}
        lines.append(",".join({**cell, "lsoa21cd": new}.get(column, "") for column in columns))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8", newline="")
    return path


def _zipped(path: Path, *members: tuple[str, Path]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, source in members:
            archive.write(source, name)
    return path


def _places(reading: Reading) -> dict[str, tuple[str, bool]]:
    (lookup,) = reading.lookups
    frame = lookup.frame
    return {row.postcode: (str(row.stable), bool(row.ended)) for row in frame.itertuples()}


EXPECTED = {
    "ZX11AA": ("E01015153", False),
    "ZX11AB": ("E01015155", True),
    "ZX21AA": ("E01018758", False),
    "ZX21AB": ("E01018758", False),
    "ZX31AA": ("E01034858", False),
    "ZX41AA": ("E01008187", False),
    "ZX51AA": ("W01000003", False),
}


@pytest.mark.parametrize("header", [NEW, OLD, OLDER, NEW.upper()])
def test_every_edition_of_the_table_gives_the_same_places(tmp_path: Path, header: str) -> None:
    path = tmp_path / "ONSPD_AUG_2026_UK.csv"
    _written(path, header=header.lower())
    if header.isupper():
        path.write_bytes(path.read_bytes().replace(NEW.encode(), header.encode()))
    reading = read([path], CONTEXT)
    assert reading.errors == ()
    assert _places(reading) == EXPECTED
    (account,) = reading.accounts
    assert (account.rows_read, account.rows_placed, account.rows_unlocated, account.rows_refused) == (10, 7, 3, 0)
    assert (account.period, account.state) == ("August 2026", "loaded")
    (lookup,) = reading.lookups
    assert lookup.frame.attrs == {"edition": "August 2026", "covers": "England and Wales"}
    assert lookup.frame["postcode"].is_monotonic_increasing
    assert lookup.provenance["small_areas"] == 6


def test_what_is_left_out_is_told_by_country(tmp_path: Path) -> None:
    (warning,) = read([_written(tmp_path / "x.csv")], CONTEXT).problems
    assert warning.level == "warning"
    assert "1 without a small area" in warning.message
    assert "1 of Northern Ireland" in warning.message
    assert "1 of Scotland" in warning.message


def test_northern_ireland_is_left_out_wherever_its_point_lies(tmp_path: Path) -> None:
    reading = read([_written(tmp_path / "x.csv", [*ROWS, ("BT1 1AA", "", "E01015153", "E01015153")])], CONTEXT)
    assert not [postcode for postcode in _places(reading) if postcode.startswith("BT")]
    assert reading.accounts[0].rows_unlocated == 4


def test_nothing_is_left_out_where_all_is_placed(tmp_path: Path) -> None:
    assert read([_written(tmp_path / "x.csv", ROWS[:7])], CONTEXT).problems == ()


def test_the_archive_is_read_as_it_ships(tmp_path: Path) -> None:
    whole = _written(tmp_path / "made" / "whole.csv")
    part = _written(tmp_path / "made" / "part.csv", ROWS[:3])
    names = tmp_path / "made" / "names.csv"
    names.write_text("LAD26CD,LAD26NM\nE06000026,Plymouth\n", encoding="utf-8")
    both = _zipped(
        tmp_path / "ONSPD_AUG_2026.zip",
        ("Data/ONSPD_AUG_2026_UK.csv", whole),
        ("Data/multi_csv/ONSPD_AUG_2026_UK_ZX.csv", part),
        ("Documents/LAD names and codes.csv", names),
    )
    assert _places(read([both], CONTEXT)) == EXPECTED
    pieces = _zipped(
        tmp_path / "ONSPD_MAY_2026.zip",
        ("Data/multi_csv/ONSPD_MAY_2026_UK_A.csv", _written(tmp_path / "a.csv", ROWS[:5])),
        ("Data/multi_csv/ONSPD_MAY_2026_UK_B.csv", _written(tmp_path / "b.csv", ROWS[5:])),
    )
    reading = read([pieces], CONTEXT)
    assert _places(reading) == EXPECTED
    assert reading.accounts[0].rows_read == 10


def test_of_an_unpacked_archive_only_the_whole_table_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "ONSPD_AUG_2026"
    _written(folder / "Data" / "ONSPD_AUG_2026_UK.csv")
    _written(folder / "Data" / "multi_csv" / "ONSPD_AUG_2026_UK_ZX.csv", ROWS[:3])
    (folder / "Documents").mkdir()
    (folder / "Documents" / "LAD names and codes.csv").write_text("LAD26CD\nE06000026\n", encoding="utf-8")
    reading = read([folder], CONTEXT)
    assert [account.file for account in reading.accounts] == ["ONSPD_AUG_2026_UK.csv"]
    assert _places(reading) == EXPECTED


def test_several_files_make_one_list(tmp_path: Path) -> None:
    paths = [_written(tmp_path / "a.csv", ROWS[:5]), _written(tmp_path / "b.csv", ROWS[5:])]
    reading = read(paths, CONTEXT)
    assert _places(reading) == EXPECTED
    assert [account.rows_read for account in reading.accounts] == [5, 5]
    assert reading.lookups[0].provenance["publisher_file"] == "a.csv and 1 more files"


def test_a_postcode_in_two_files_stops_both(tmp_path: Path) -> None:
    paths = [_written(tmp_path / "a.csv", ROWS[:5]), _written(tmp_path / "b.csv", ROWS[4:])]
    reading = read(paths, CONTEXT)
    assert [account.state for account in reading.accounts] == ["refused", "refused"]
    assert reading.lookups == ()
    assert "in two of the files" in reading.errors[0].message


def _one_problem(reading: Reading) -> tuple[str, str | None, tuple[int, ...]]:
    assert {account.state for account in reading.accounts} == {"refused"}
    assert reading.lookups == ()
    (problem,) = reading.errors
    return problem.message, problem.column, problem.rows


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        (("ZX11 AAAA", "", "E01015153", "E01015153"), "pcds", "not a postcode"),
        (("", "", "E01015153", "E01015153"), "pcds", "not a postcode"),
        (("ZX8 1AA", "yes", "E01015153", "E01015153"), "doterm", "not a month"),
        (("ZX8 1AA", "", "E01015153", "Plymouth 029B"), "lsoa21cd", "not a small-area code"),
        (("ZX1 1AA", "", "E01015153", "E01015153"), "pcds", "a postcode twice"),
    ],
)
def test_a_cell_that_is_not_as_it_should_be_stops_the_file(
    tmp_path: Path, row: tuple[str, str, str, str], column: str, message: str
) -> None:
    said, where, lines = _one_problem(read([_written(tmp_path / "x.csv", [*ROWS, row])], CONTEXT))
    assert message in said
    assert (where, lines) == (column, (12,))
    assert "ZX" not in said


@pytest.mark.parametrize(
    ("was", "now", "column"),
    [("pcds", "postcode", "pcds"), ("doterm", "ended", "doterm"), ("lsoa21cd,", "lsoa31cd,", "lsoa21cd")],
)
def test_a_renamed_heading_stops_the_file(tmp_path: Path, was: str, now: str, column: str) -> None:
    path = _written(tmp_path / "x.csv", header=NEW.replace("lsoa11cd,", ""))
    path.write_text(path.read_text(encoding="utf-8").replace(was, now, 1), encoding="utf-8")
    message, where, lines = _one_problem(read([path], CONTEXT))
    assert "is not there" in message
    assert (where, lines) == (column, (1,))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no rows"),
        (NEW.encode() + b"\r\n", "no rows"),
        (b"<!doctype html><html><body>Sorry</body></html>", "is not there"),
        (b"\xff\xfe" + "pcds".encode("utf-16-le"), "UTF-8"),
        (NEW.encode() + b'\r\n,,"ZX1 1AA",,,,,E01015153\r\n', "columns instead of 11"),
        (NEW.encode() + b'\r\n,,"ZX1 1AA",,,,,E01015153,,,\r\n,,"ZX1 1A', "cut short"),
        (NEW.encode() + b'\r\n,,"ZX1 1\xffA",,,,,E01015153,,,\r\n', "UTF-8"),
    ],
)
def test_a_file_that_is_no_whole_table_is_refused_without_quoting_it(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    said, *_ = _one_problem(read([path], CONTEXT))
    assert message in said
    assert "ZX1" not in said


def test_an_error_carries_no_row_of_the_file_behind_it(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(NEW.encode() + b'\r\n,,"ZX1 1AA",,,,,E01015153\r\n')
    with pytest.raises(SourceChanged) as error:
        tidy(path, "x.csv")
    assert error.value.__cause__ is None
    assert error.value.__context__ is None


@pytest.mark.parametrize("members", [[], ["Documents/names.csv"]])
def test_an_archive_without_a_table_is_refused(tmp_path: Path, members: list[str]) -> None:
    path = _zipped(tmp_path / "x.zip", *((name, _written(tmp_path / "m.csv")) for name in members))
    assert "folder “Data”" in _one_problem(read([path], CONTEXT))[0]


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"no zip")
    assert "cannot be opened" in _one_problem(read([path], CONTEXT))[0]


def test_codes_no_lookup_knows_are_refused_unless_accepted(tmp_path: Path) -> None:
    path = _written(tmp_path / "x.csv", [*ROWS, ("ZX8 1AA", "", "E01099999", "E01099999")])
    message, column, lines = _one_problem(read([path], CONTEXT))
    assert "E01099999" in message
    assert (column, lines) == ("lsoa21cd", (12,))
    accepted = read([path], small_context(accept_refused=1))
    assert accepted.accounts[0].rows_refused == 1
    assert _places(accepted) == EXPECTED


def _holding(areas: int, sha256: str = "0" * 64) -> Context:
    line: dict[str, str | int] = {
        "file": POSTCODES, "publisher_file": "x", "sha256": sha256, "edition": "x", "rows": 9, "small_areas": areas,
    }  # fmt: skip
    return replace(CONTEXT, lookups=replace(small_lookups(), provenance=(line,)))


def test_the_list_in_use_is_not_read_again(tmp_path: Path) -> None:
    path = _written(tmp_path / "x.csv")
    sha256 = read([path], CONTEXT).accounts[0].sha256
    again = read([path], _holding(6, sha256))
    assert [account.state for account in again.accounts] == ["unchanged"]
    assert again.lookups == ()


def test_a_list_of_fewer_places_never_replaces_one_of_more(tmp_path: Path) -> None:
    path = _written(tmp_path / "x.csv", ROWS[:4])
    assert "3 small areas where the list in use has them in 6" in _one_problem(read([path], _holding(6)))[0]
    part = read([path], CONTEXT)
    assert part.lookups[0].frame.attrs["covers"] == "part of England and Wales"


def test_a_list_without_england_and_wales_is_none(tmp_path: Path) -> None:
    assert "0 small areas" in _one_problem(read([_written(tmp_path / "x.csv", ROWS[7:])], CONTEXT))[0]


@pytest.mark.parametrize(
    ("name", "edition"),
    [
        ("ONSPD_AUG_2026_UK.csv", "August 2026"),
        ("PCD_OA_LSOA_MSOA_LAD_MAY22_UK_LU.csv", "May 2022"),
        ("onspd-feb-2026__20261122T093000__0123abcd.zip", "February 2026"),
        ("postcodes.csv", "date not known"),
    ],
)
def test_the_edition_is_in_the_file_s_name(name: str, edition: str) -> None:
    assert edition_of(name) == edition


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.sampled_from('ZX1A ,"\r\nE0W5é'), max_size=120))
def test_whatever_comes_is_read_or_refused(tmp_path: Path, rubbish: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(f"{NEW}\r\n{rubbish}".encode())
    reading = read([path], CONTEXT)
    assert bool(reading.lookups) != bool(reading.errors)


def test_an_import_puts_the_list_in_place_and_a_failure_takes_it_away(
    small_folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from loaders import importing
    from store.lookups import read_lookups
    from store.stable_areas import stable_areas

    codes = list(stable_areas(read_lookups(small_folder.lookups).exact_fit).query("edition == '2021'")["published"])
    rows = [(f"ZX{number // 10} {number % 10}AA", "", "", code) for number, code in enumerate(codes)]
    path = _written(tmp_path / "ONSPD_AUG_2026_UK.csv", rows[:900])

    def fails(*args: object) -> None:
        raise OutcomesError("no room")

    with monkeypatch.context() as patched:
        patched.setattr(importing, "build", fails)
        with pytest.raises(OutcomesError, match="no room"):
            import_files(small_folder, "postcodes", [path], now=NOW)
    assert not (small_folder.lookups / POSTCODES).exists()
    assert POSTCODES not in (small_folder.lookups / PROVENANCE).read_text(encoding="utf-8")

    done = import_files(small_folder, "postcodes", [path], now=NOW)
    assert done.built is not None
    assert find(small_folder, "zx0 0aa").stable == find(small_folder, "ZX00AA").stable is not None
    held = (small_folder.lookups / POSTCODES).read_bytes()
    assert import_files(small_folder, "postcodes", [path], now=NOW).built is None

    other = _written(tmp_path / "ONSPD_NOV_2026_UK.csv", [*rows[:900], ("ZX99 9ZZ", "", "", codes[0])])
    with monkeypatch.context() as patched:
        patched.setattr(importing, "build", fails)
        with pytest.raises(OutcomesError, match="no room"):
            import_files(small_folder, "postcodes", [other], now=NOW)
    assert (small_folder.lookups / POSTCODES).read_bytes() == held


def test_no_postcode_reaches_the_database(small_folder: Folder, tmp_path: Path) -> None:
    from store.lookups import read_lookups

    code = read_lookups(small_folder.lookups).exact_fit["lsoa21"].iloc[0]
    import_files(small_folder, "postcodes", [_written(tmp_path / "x.csv", [("ZX7 7ZX", "", "", code)])], now=NOW)
    store = open_store(small_folder)
    names = [
        row[0] for row in store.rows("SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'")
    ]
    assert names
    for name in names:
        assert "ZX77ZX" not in store.frame(f"SELECT * FROM {name}").to_string().replace(" ", ""), name


# The sample ---------------------------------------------------------------------------------------------------------


def test_the_sample_holds_one_force_s_area(tmp_path: Path) -> None:
    path = _written(tmp_path / "PCD_OA_LSOA_MSOA_LAD_MAY22_UK_LU.csv", header=OLDER)
    target = write_postcodes(path, "devon-and-cornwall", tmp_path / "sample", CONTEXT)
    frame = pd.read_parquet(target)
    assert list(frame["postcode"]) == ["ZX11AA", "ZX11AB", "ZX21AA", "ZX21AB", "ZX31AA"]
    assert frame.attrs == {"edition": "May 2022", "covers": "the area of Devon and Cornwall"}
    folder = Folder(tmp_path)
    (tmp_path / "lookups").mkdir()
    target.rename(tmp_path / "lookups" / POSTCODES)
    assert find(folder, "ZX2 1AB").stable == "E01018758"
    with pytest.raises(SourceChanged, match="no postcode in the area of kent"):
        write_postcodes(path, "kent", tmp_path / "none", CONTEXT)
    assert not (tmp_path / "none").exists()


def test_the_sample_is_compiled_by_a_command(tmp_path: Path) -> None:
    path = _written(tmp_path / "PCD_OA_LSOA_MSOA_LAD_MAY22_UK_LU.csv", header=OLDER)
    result = CliRunner().invoke(postcode_sample.main, [str(path), "--to", str(tmp_path / "new")])
    assert result.exit_code == 0
    assert result.stdout.startswith("postcodes.parquet: ")
    assert len(pd.read_parquet(tmp_path / "new" / POSTCODES)) == 5
    refused = CliRunner().invoke(postcode_sample.main, [str(path), "--force", "kent", "--to", str(tmp_path / "none")])
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: The table has no postcode in the area of kent")
    assert "ZX" not in refused.output


def test_the_shipped_sample_is_small_and_keeps_to_its_area() -> None:
    path = SHIPPED / "sample" / POSTCODES
    assert path.stat().st_size < 1_500_000
    frame = pd.read_parquet(path)
    assert (len(frame), frame["stable"].nunique()) == (80_624, 1_033)
    assert frame["postcode"].is_monotonic_increasing
    assert frame["postcode"].is_unique
    assert not frame["postcode"].str.startswith("BT").any()
    shown = pd.read_parquet(SHIPPED / "sample" / "outlines.parquet")["stable"]
    assert set(shown) <= set(frame["stable"])


# Fetching ----------------------------------------------------------------------------------------------------------

ITEMS = [
    {"id": "a" * 32, "name": "ONSPD_MAY_2026.zip", "owner": "ONSGeography_data", "created": 2},
    {"id": "b" * 32, "name": "ONSPD_AUG_2026.zip", "owner": "ONSGeography_data", "created": 3},
    {"id": "c" * 32, "name": "ONSPD_User_Guide_August_2026.zip", "owner": "ONSGeography_data", "created": 4},
    {"id": "d" * 32, "name": "ONSPD_NOV_2026.zip", "owner": "somebody_else", "created": 5},
    {"id": "e" * 32, "name": None, "owner": "ONSGeography_data", "created": 6},
]


@pytest.fixture
def fetching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def begin(address: str) -> Any:
        monkeypatch.setenv("OUTCOMES_POSTCODES_URL", address)
        return fetching_from(SOURCE, tmp_path / "raw", NOW, small_lookups())[0]

    return begin


def _portal(items: object, archive: bytes) -> Any:
    def answer(asked: Asked) -> Reply:
        if asked.path.endswith("/search"):
            return Reply(json.dumps({"results": items}).encode(), headers={"Content-Type": "application/json"})
        return Reply(archive, headers={"Content-Type": "application/zip"})

    return answer


def test_the_newest_edition_is_fetched_and_read(tmp_path: Path, fetching: Any) -> None:
    archive = _zipped(tmp_path / "x.zip", ("Data/ONSPD_AUG_2026_UK.csv", _written(tmp_path / "x.csv"))).read_bytes()
    with publisher(_portal(ITEMS, archive)) as playing:
        paths = fetch(fetching(playing.address))
    assert [asked.path for asked in playing.asked] == ["/search", f"/content/items/{'b' * 32}/data"]
    assert "owner:ONSGeography_data" in playing.asked[0].params["q"]
    reading = read(paths, CONTEXT)
    assert _places(reading) == EXPECTED
    assert reading.lookups[0].provenance["edition"] == "August 2026"


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ([], "lists no edition"),
        (ITEMS[2:], "lists no edition"),
        ([{**ITEMS[0], "id": "../../else"}], "lists no edition"),
        (None, "cannot be read"),
        (["text"], "cannot be read"),
        ([{"name": "ONSPD_MAY_2026.zip", "owner": "ONSGeography_data"}], "cannot be read"),
    ],
)
def test_a_portal_that_has_changed_is_named(fetching: Any, items: object, message: str) -> None:
    with publisher(_portal(items, b"")) as playing, pytest.raises(SourceChanged, match=message):
        fetch(fetching(playing.address))
    assert len(playing.asked) == 1


def test_a_web_page_in_place_of_the_list_is_no_list(fetching: Any) -> None:
    page = Reply(b"<!doctype html><html></html>", headers={"Content-Type": "text/html"})
    with publisher([page]) as playing, pytest.raises(SourceChanged, match="web page"):
        fetch(fetching(playing.address))


# Large files --------------------------------------------------------------------------------------------------------


def test_an_engine_that_stumbles_over_nothing_we_can_name_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with workspace() as connection, pytest.raises(SourceChanged, match="not the CSV its publisher ships"):
        stage(connection, path, "x.csv", ["a", "b"], True, "t", {"c": "no_such_column"})
    assert first_row(path, "x.csv") == ["a", "b"]


def test_lookups_are_written_in_pieces(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    (tmp_path / PROVENANCE).write_text("[]", encoding="utf-8")
    write_lookup(tmp_path, "x.parquet", pd.DataFrame({"a": range(25_000)}), {})
    assert pq.read_metadata(tmp_path / "x.parquet").num_row_groups == 3
