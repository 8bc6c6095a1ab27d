"""police.uk street files: the real ones row by row, and every way in which a file may be wrong."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from loaders import police_uk, street_files
from loaders.importing import held_files, import_files
from loaders.reading import Context, Reading
from store.database import open_store
from store.errors import SourceChanged
from store.folder import SHIPPED, Folder
from store.lookups import Lookups, read_lookups
from store.placing import Placement, placement

NOW = datetime.fromisoformat("2026-11-22T09:30")
FORCE = "devon-and-cornwall"
Street = Callable[..., Path]


@pytest.fixture(scope="module")
def shipped() -> tuple[Lookups, Placement]:
    lookups = read_lookups(SHIPPED / "lookups")
    return lookups, placement(lookups)


@pytest.fixture
def context(shipped: tuple[Lookups, Placement]) -> Context:
    return Context(shipped[1], NOW, lookups=shipped[0])


# The publisher's own files ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(published: Path, shipped: tuple[Lookups, Placement]) -> Reading:
    return police_uk.read([published / "data" / "police_uk" / "street"], Context(shipped[1], NOW, lookups=shipped[0]))


@pytest.mark.published
def test_every_row_of_five_real_files_is_accounted_for(real: Reading) -> None:
    assert real.problems == ()
    accounts = {(item.period, item.authority): item for item in real.accounts}
    ours = [accounts[month, FORCE] for month in ("2018-10", "2018-11", "2018-12")]
    assert [item.rows_read for item in ours] == [12_703, 11_682, 11_012]
    assert [item.rows_unlocated for item in ours] == [544, 463, 426]
    assert ours[0].rows_outside_authority == 17
    assert accounts["2018-10", "avon-and-somerset"].rows_read == 15_075
    assert accounts["2018-10", "lincolnshire"].rows_read == 5_669
    assert len(real.accounts) == 5
    for item in real.accounts:
        assert item.state == "loaded"
        assert item.rows_placed + item.rows_unlocated + item.rows_refused == item.rows_read
    report = real.as_json("police_uk")
    assert report["rows_read"] == 12_703 + 11_682 + 11_012 + 15_075 + 5_669
    assert report["rows_placed"] + report["rows_unlocated"] + report["rows_refused"] == report["rows_read"]


@pytest.mark.published
def test_what_is_handed_on_is_what_was_placed(real: Reading) -> None:
    (contribution,) = real.contributions
    for number, account in enumerate(real.accounts):
        mine = contribution.rows()[contribution.rows()["file"] == number]
        covered = contribution.coverage[contribution.coverage["file"] == number]
        assert mine["numerator"].sum() == account.rows_placed == covered["rows_placed"].sum()
        assert covered["rows_unlocated"].sum() == account.rows_unlocated
        assert len(covered) == 14
        assert (mine["numerator"] > 0).all()
    assert {file.edition for file in contribution.files} == {"2018-12"}


@pytest.mark.published
def test_cells_agree_with_another_hands_count_of_the_same_months(
    real: Reading, shipped: tuple[Lookups, Placement], published: Path
) -> None:
    path = published / "data" / "police_uk" / "devon_cornwall_monthly" / "lsoa_monthly_crime_devon_cornwall.parquet"
    theirs = pd.read_parquet(path)
    theirs = theirs[theirs["period"].isin(["2018-10", "2018-11", "2018-12"])]
    theirs = theirs.assign(stable=theirs["area_code"].map(shipped[1].stable))
    names = {title: name for title, name in police_uk.CATEGORIES.items() if title in theirs.columns}
    assert len(names) == 6
    other = theirs.groupby(["stable", "period"])[list(names)].sum().rename(columns=names).stack()
    rows = real.contributions[0].rows()
    rows = rows[(rows["authority"] == FORCE) & rows["measure"].isin(names.values())]
    ours = rows.groupby(["area_code", rows["period_start"].dt.strftime("%Y-%m"), "measure"])["numerator"].sum()
    force = {code for code, slug in shipped[1].force.items() if slug == FORCE}
    ours = ours[ours.index.get_level_values(0).isin(force)]
    both = pd.DataFrame({"ours": ours, "theirs": other}).fillna(0)
    assert len(both) > 15_000
    assert (both["ours"] == both["theirs"]).mean() >= 0.99


# Files written here ----------------------------------------------------------------------------------------------


def loaded(reading: Reading) -> dict[tuple[str, str], float]:
    rows = reading.contributions[0].rows()
    return {
        (code, measure): n
        for code, measure, n in zip(rows["area_code"], rows["measure"], rows["numerator"], strict=True)
    }


def test_rows_are_counted_by_stable_area_and_category(context: Context, street: Street) -> None:
    rows = [
        ("E01034630", "Burglary"),
        ("E01034631", "Burglary"),
        ("E01020016", "Robbery"),
        ("", "Drugs"),
        ("E01014370", "Drugs"),
    ]
    reading = police_uk.read([street(rows=rows)], context)
    assert loaded(reading) == {("E01020016", "burglary"): 2, ("E01020016", "robbery"): 1, ("E01014370", "drugs"): 1}
    (account,) = reading.accounts
    assert (account.rows_read, account.rows_placed, account.rows_unlocated, account.rows_outside_authority) == (
        5,
        4,
        1,
        1,
    )
    coverage = reading.contributions[0].coverage.set_index("measure")
    assert (coverage.loc["drugs", "rows_placed"], coverage.loc["drugs", "rows_unlocated"]) == (1, 1)
    assert coverage.loc["shoplifting", "rows_placed"] == 0


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(context: Context, street: Street) -> None:
    plain = loaded(police_uk.read([street()], context))
    assert loaded(police_uk.read([street(mark="\ufeff", newline="\r\n", folder="other")], context)) == plain


def test_outcomes_stops_and_northern_ireland_are_left_alone(context: Context, street: Street, tmp_path: Path) -> None:
    path = street()
    for kind in ("outcomes", "stop-and-search"):
        (path.parent / f"2018-10-{FORCE}-{kind}.csv").write_text("Anything", encoding="utf-8")
    (path.parent / "2018-10-northern-ireland-street.csv").write_text("Anything", encoding="utf-8")
    (path.parent / "notes.txt").write_text("Anything", encoding="utf-8")
    reading = police_uk.read([path.parent], context)
    assert sorted(item.state for item in reading.accounts) == ["ignored", "ignored", "ignored", "loaded"]
    assert reading.problems == ()
    assert reading.as_json("police_uk")["rows_read"] == 1


def test_only_files_that_are_left_alone_bring_nothing(context: Context, tmp_path: Path) -> None:
    path = tmp_path / f"2018-10-{FORCE}-outcomes.csv"
    path.write_text("Anything", encoding="utf-8")
    assert police_uk.read([path], context).contributions == ()


def archived(path: Path, *files: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, f"{file.name[:7]}/{file.name}")
    return path


@pytest.mark.parametrize(
    ("name", "edition"), [("2019-03.zip", "2019-03"), ("latest.zip", "2018-11"), ("UPPER.ZIP", "2018-11")]
)
def test_an_archive_says_its_edition_by_its_name_or_its_newest_month(
    context: Context, street: Street, tmp_path: Path, name: str, edition: str
) -> None:
    path = archived(tmp_path / name, street("2018-10"), street("2018-11"))
    reading = police_uk.read([path], context)
    assert {file.edition for file in reading.contributions[0].files} == {edition}
    assert [item.file for item in reading.accounts] == [
        f"2018-10/2018-10-{FORCE}-street.csv", f"2018-11/2018-11-{FORCE}-street.csv",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["2019-03.zip", "2019-03.ZIP"])
def test_a_folder_may_hold_archives_and_files(context: Context, street: Street, tmp_path: Path, name: str) -> None:
    inside = street("2018-10", folder="inside")
    beside = street("2018-11", folder="folder")
    archived(beside.parent / name, inside)
    reading = police_uk.read([beside.parent], context)
    assert reading.problems == ()
    assert {item.period: item.state for item in reading.accounts} == {"2018-10": "loaded", "2018-11": "loaded"}


def test_the_same_file_given_twice_is_used_once(small_folder: Folder, street: Street, tmp_path: Path) -> None:
    path = street()
    first, second = archived(tmp_path / "2019-03.zip", path), archived(tmp_path / "2019-06.zip", path)
    done = import_files(small_folder, "police_uk", [path, path, first, second], now=NOW)
    assert done.reading.errors == ()
    store = open_store(small_folder)
    assert store.rows("SELECT sum(numerator) FROM observation") == [(1.0,)]
    assert [row[0] for row in store.rows("SELECT edition FROM fetched_file WHERE file_id > 0 ORDER BY 1")] == [
        "2018-10",
        "2019-06",
    ]
    assert sorted(item.state for item in done.reading.accounts) == ["loaded", "loaded", "unchanged", "unchanged"]


def test_a_file_that_is_held_is_unchanged(context: Context, street: Street) -> None:
    path = street()
    sha256 = police_uk.read([path], context).accounts[0].sha256
    again = police_uk.read([path], replace(context, held=frozenset({(path.name, sha256)})))
    assert [item.state for item in again.accounts] == ["unchanged"]
    assert again.contributions == ()


# What is wrong with a file ---------------------------------------------------------------------------------------

HEADER = ",".join(police_uk.HEADER)


def broken(kind: str, street: Street, tmp_path: Path) -> Path:
    """A street file, or what passes for one, with one thing wrong."""
    path = street()
    text = path.read_text(encoding="utf-8")
    made: dict[str, bytes] = {
        "not a CSV": b"%PDF-1.7\n\xff\xfe\x00",
        "a page": b"<!doctype html><html><body>Not found</body></html>",
        "empty": b"",
        "only a header": HEADER.encode() + b"\n",
        "renamed header": text.replace("LSOA code", "LSOA21 code").encode(),
        "missing header": text.replace(",Context", "").encode(),
        "Latin-1": text.replace("High Street", "Café").encode("latin-1"),
        "Latin-1 header": HEADER.replace("Context", "Contéxt").encode("latin-1"),
        "truncated row": text.rstrip("\n")[:-40].encode() + b"\n",
        "a row too long": text.rstrip("\n").encode() + b",more,again\n",
        "an open quote": text.replace("On or near", '"On or near').encode(),
        "another month": street(inside="2018-09").read_bytes() if kind == "another month" else b"",
        "another force": street(within="Kent Police").read_bytes() if kind == "another force" else b"",
        "unknown crime type": text.replace("Burglary", "Witchcraft").encode(),
        "no crime type": text.replace("Burglary", "").encode(),
        "no code at all": text.replace("E01019970", "Exeter").encode(),
    }
    path.write_bytes(made[kind])
    return path


WRONG = {
    "not a CSV": ("header", "Crime ID", [1]),
    "a page": ("header", "Crime ID", [1]),
    "empty": ("header", "Crime ID", [1]),
    "only a header": ("holds no rows", None, []),
    "renamed header": ("“LSOA21 code” stands where “LSOA code” was expected", "LSOA code", [1]),
    "missing header": ("header", "Context", [1]),
    "Latin-1": ("not UTF-8", "Location", [2]),
    "Latin-1 header": ("not UTF-8", None, [1]),
    "truncated row": ("columns instead of 12", None, [2]),
    "a row too long": ("14 columns instead of 12", "Context", [2]),
    "an open quote": ("columns instead of 12", None, None),
    "another month": ("rows of another month than 2018-10, such as “2018-09”", "Month", [2]),
    "another force": ("rows of another force than devon-and-cornwall, such as “Kent Police”", "Falls within", [2]),
    "unknown crime type": ("a crime type the project does not know, such as “Witchcraft”", "Crime type", [2]),
    "no crime type": ("a crime type the project does not know", "Crime type", [2]),
    "no code at all": ("not a small-area code, such as “Exeter”", "LSOA code", [2]),
}


@pytest.mark.parametrize("kind", list(WRONG))
def test_a_wrong_file_is_refused_by_file_column_and_row(
    context: Context, street: Street, tmp_path: Path, kind: str
) -> None:
    words, column, rows = WRONG[kind]
    path = broken(kind, street, tmp_path)
    reading = police_uk.read([path], context)
    assert reading.contributions == ()
    assert [item.state for item in reading.accounts] == ["refused"]
    (problem,) = reading.errors
    assert words in problem.message
    assert problem.file == path.name
    if column:
        assert problem.column == column
    if rows is not None:
        assert list(problem.rows) == rows
    assert problem.do


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("2018-10-atlantis-street.csv", "no police force"),
        (f"2026-12-{FORCE}-street.csv", "in the future"),
        (f"2018-13-{FORCE}-street.csv", "is not a month"),
    ],
)
def test_a_wrong_name_is_refused(context: Context, street: Street, name: str, words: str) -> None:
    path = street().rename(street().with_name(name))
    (problem,) = police_uk.read([path], context).errors
    assert words in problem.message
    assert problem.file == name


@pytest.mark.parametrize("name", ["crimes.csv", f"2018-10-{FORCE}-street.txt", f"2018-10-{FORCE}-street.csv.bak"])
def test_a_file_under_another_name_is_never_guessed_at(context: Context, street: Street, name: str) -> None:
    other = street("2018-11")
    path = street().rename(street().with_name(name))
    with pytest.raises(SourceChanged, match=r"No file here is a police\.uk file by its name") as error:
        police_uk.read([path], context)
    assert error.value.file == name
    reading = police_uk.read([path, other], context)
    assert {item.state for item in reading.accounts} == {"ignored", "loaded"}
    assert [(item.level, item.file) for item in reading.problems] == [("warning", name)]


def test_twenty_rows_are_named_at_most(context: Context, street: Street) -> None:
    path = street(rows=[("E01019970", "Burglary")] * 10 + [("E01019970", "Witchcraft")] * 30)
    (problem,) = police_uk.read([path], context).errors
    assert problem.rows == tuple(range(12, 32))


def test_codes_that_no_lookup_knows_stop_the_file_unless_accepted(context: Context, street: Street) -> None:
    path = street(
        rows=[("E01019970", "Burglary"), ("E01999999", "Burglary"), ("E01999999", "Burglary"), ("E01999998", "Drugs")]
    )
    reading = police_uk.read([path], context)
    (problem,) = reading.errors
    assert "3 rows" in problem.message
    assert "E01999998" in problem.message
    assert "--accept-refused 3" in problem.do
    assert (problem.column, problem.rows) == ("LSOA code", (3, 4, 5))
    assert reading.accounts[0].state == "refused"
    assert reading.accounts[0].rows_refused == 3
    assert police_uk.read([path], replace(context, accept_refused=2)).contributions == ()
    accepted = police_uk.read([path], replace(context, accept_refused=3))
    assert accepted.errors == ()
    assert [item.level for item in accepted.problems] == ["warning"]
    assert loaded(accepted) == {("E01019970", "burglary"): 1}
    (file,) = accepted.contributions[0].files
    assert (file.rows_read, file.rows_placed, file.rows_refused) == (4, 1, 3)


def test_one_bad_file_is_named_and_the_others_are_read_all_the_same(context: Context, street: Street) -> None:
    street("2018-10")
    bad = street("2018-11")
    bad.write_text("nothing", encoding="utf-8")
    reading = police_uk.read([bad.parent], context)
    assert [(item.period, item.state) for item in reading.accounts] == [("2018-10", "loaded"), ("", "refused")]
    assert [item.file for item in reading.errors] == [bad.name]


@pytest.mark.parametrize("cut", [30, 200, -10])
def test_an_archive_cut_short_is_refused(context: Context, street: Street, tmp_path: Path, cut: int) -> None:
    path = archived(tmp_path / "2019-03.zip", street())
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(SourceChanged, match="cut short, or not a zip") as error:
        police_uk.read([path], context)
    assert error.value.file == "2019-03.zip"


def test_a_damaged_member_is_refused(context: Context, street: Street, tmp_path: Path) -> None:
    path = archived(tmp_path / "2019-03.zip", street())
    content = bytearray(path.read_bytes())
    start = content.index(b"-street.csv") + 20
    content[start : start + 20] = bytes(20)
    path.write_bytes(content)
    (problem,) = police_uk.read([path], context).errors
    assert "cannot be unpacked" in problem.message
    assert problem.file == "2019-03.zip"


def test_a_member_larger_than_any_street_file_is_refused(
    context: Context, street: Street, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(street_files, "_LARGEST_MEMBER", 10)
    with pytest.raises(SourceChanged, match="larger than any street file"):
        police_uk.read([archived(tmp_path / "2019-03.zip", street())], context)


def test_nothing_unpacked_from_an_archive_stays_behind(
    context: Context, street: Street, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(room))
    police_uk.read(
        [archived(tmp_path / "2019-03.zip", street("2018-11"), broken("another month", street, tmp_path))], context
    )
    assert list(room.iterdir()) == []


def test_nothing_to_read(context: Context, tmp_path: Path) -> None:
    with pytest.raises(SourceChanged, match="no such file"):
        police_uk.read([tmp_path / "nowhere.csv"], context)
    with pytest.raises(SourceChanged, match=r"No file here is a police\.uk file"):
        police_uk.read([tmp_path], context)


def test_a_file_that_only_duckdb_stumbles_over_is_still_named(context: Context, street: Street) -> None:
    path = street()
    path.write_bytes(
        path.read_bytes() + b',2018-10,Devon & Cornwall Police,Devon & Cornwall Police,,,"x" y,,,Burglary,,\n'
    )
    (problem,) = police_uk.read([path], context).errors
    assert "not the CSV that data.police.uk publishes" in problem.message


# Editions in the database ----------------------------------------------------------------------------------------


def test_a_newer_archive_replaces_and_an_older_one_is_superseded(
    small_folder: Folder, street: Street, tmp_path: Path
) -> None:
    def archive(name: str, number: int) -> Path:
        return archived(tmp_path / name, street(rows=[("E01019970", "Burglary")] * number, folder=f"in-{name}"))

    import_files(small_folder, "police_uk", [archive("2019-03.zip", 4)], now=NOW)
    newer = import_files(small_folder, "police_uk", [archive("2019-06.zip", 5)], now=NOW.replace(minute=31))
    assert newer.built is not None
    assert [(row["was"], row["is"]) for row in newer.built.revisions] == [(4, 5)]
    older = import_files(small_folder, "police_uk", [archive("2019-01.zip", 3)], now=NOW.replace(minute=32))
    assert older.built is not None
    report = older.reading.as_json("police_uk", older.built.superseded)
    assert [row["state"] for row in report["by_file"]] == ["superseded"]
    store = open_store(small_folder)
    assert store.rows("SELECT sum(numerator) FROM observation") == [(5.0,)]
    assert len(held_files(small_folder)) >= 3


class _Archives:
    """Stands for ``Fetching``: hands out archives of three months each, back from December 2020."""

    def __init__(self, folder: Path, street: Street, since: date | None) -> None:
        self.folder, self.street, self.since = folder, street, since
        self.asked: list[str] = []

    def get(self, address: str, *, what: str, **_: object) -> Path:
        self.asked.append(address)
        last = {"latest.zip": 12, "2020-09.zip": 9, "2020-06.zip": 6}.get(address, 6)
        path = self.folder / f"{what}.zip"
        return archived(path, *(self.street(f"2020-{month:02d}") for month in range(last - 2, last + 1)))


@pytest.mark.parametrize(
    ("since", "asked"),
    [
        (None, ["latest.zip"]),
        (date(2020, 10, 1), ["latest.zip"]),
        (date(2020, 5, 1), ["latest.zip", "2020-09.zip", "2020-06.zip"]),
        # A publisher that answers every address with the same archive is not asked for ever.
        (date(2019, 1, 1), ["latest.zip", "2020-09.zip", "2020-06.zip", "2020-03.zip"]),
    ],
)
def test_older_archives_are_fetched_until_the_wanted_month(
    street: Street, tmp_path: Path, since: date | None, asked: list[str]
) -> None:
    fetching: Any = _Archives(tmp_path, street, since)
    paths = police_uk.fetch(fetching)
    assert fetching.asked == asked
    assert len(paths) == len(asked)
