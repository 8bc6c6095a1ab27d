"""Patients by practice and small area: both shares, every row accounted for, and the archive found on its page."""

from __future__ import annotations

import contextlib
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.importing import import_files
from loaders.patients_by_area import MEASURES, SOURCE, fetch, read, tidy
from loaders.practices import practice_name
from loaders.reading import Reading
from store.database import open_store
from store.errors import SourceChanged
from store.folder import Folder
from store.published_values import parents_of, published
from tests.loaders.publishers import Asked, Reply, fetching_from, publisher
from tests.loaders.small_world import FIXTURES, NOW, holding, rewritten, small_context, small_lookups, with_cell

CONTEXT = small_context()
PATIENTS = FIXTURES / "patients_by_area" / "gp-reg-pat-prac-lsoa-all.csv"


def _zip(folder: Path, name: str, **members: bytes) -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        for kind, content in members.items():
            archive.writestr(f"gp-reg-pat-prac-lsoa-{kind}.csv", content)
    return path


def _one_problem(reading: Reading) -> tuple[str, str | None, tuple[int, ...]]:
    assert [account.state for account in reading.accounts] == ["refused"]
    assert reading.contributions == ()
    (problem,) = reading.errors
    assert problem.do
    return problem.message, problem.column, problem.rows


def _at(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder / PATIENTS.name


def test_patients_of_practices_and_of_small_areas() -> None:
    reading = read([PATIENTS], CONTEXT)
    (account,) = reading.accounts
    assert (account.period, account.authority, account.state) == ("2022-07-01", "E92000001", "loaded")
    assert (account.rows_read, account.rows_placed, account.rows_unlocated, account.rows_refused) == (10, 9, 1, 0)
    (contribution,) = reading.contributions
    rows = contribution.observations
    practices = rows[rows["area_kind"] == "practice"]
    assert dict(zip(practices["area_code"], practices["numerator"], strict=True)) == {"L83001": 2050, "L82002": 5290}
    assert set(practices["measure"]) == {"registered-patients"}
    areas = rows[rows["area_kind"] == "stable"].set_index("area_code")
    assert areas["numerator"].dropna().to_dict() == {
        "E01015153": 2000, "E01015155": 500, "E01018758": 2800, "E01034858": 2000,
    }  # fmt: skip
    # Only one half of the irregular area has patients in the file, and Wales is not covered at all.
    assert areas.loc["E01008187", "status"] == "missing"
    assert "W01000003" not in areas.index
    assert set(rows["period_months"]) == {0}
    assert {str(day.date()) for day in rows["period_start"]} == {"2022-07-01"}
    assert contribution.coverage[["measure", "rows_placed", "rows_unlocated"]].values.tolist() == [
        ["registered-patients", 9, 1], ["registered-patients-living-here", 8, 1],
    ]  # fmt: skip
    assert contribution.areas[["kind", "code", "name", "country"]].values.tolist() == [
        ["practice", "L82002", "Harbour Medical Centre", "England"],
        ["practice", "L83001", "Adelaide Street NHS Surgery", "England"],
    ]
    elsewhere, gaps = reading.problems
    assert {elsewhere.level, gaps.level} == {"warning"}
    assert "outside England" in elsewhere.message
    assert gaps.message.startswith("1 small areas")


def test_memberships_give_both_shares() -> None:
    (contribution,) = read([PATIENTS], CONTEXT).contributions
    members = contribution.members.set_index(["parent_code", "member_code"])["share"]
    assert members["L83001", "E01015153"] == pytest.approx(0.75)
    assert members["L82002", "E01015153"] == pytest.approx(0.25)
    assert members["L82002", "E01034858"] == pytest.approx(0.99)
    assert len(members) == 6
    assert members.groupby("member_code").sum().to_dict() == pytest.approx(
        {"E01015153": 1, "E01015155": 1, "E01018758": 1, "E01034858": 1}
    )
    assert set(contribution.members["relation"]) == {"patients"}
    here = contribution.observations.set_index("area_code")["numerator"]
    # Of this practice's 2,050 patients, 2,000 live in North Stonehouse: n = share × patients living there.
    stonehouse = sum(members["L83001", code] * here[code] for code in ("E01015153", "E01015155"))
    assert stonehouse == pytest.approx(2000)
    assert set(contribution.members["basis"]) == {"patients registered on 2022-07-01"}


def test_new_codes_and_the_other_heading_are_read_too(tmp_path: Path) -> None:
    path = _at(tmp_path)
    path.write_text(
        "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,LSOA_CODE,SEX,NUMBER_OF_PATIENTS\n"
        "GP_PRAC_PAT_LIST,2026-07-01,L82002,HARBOUR,E01034851,ALL,1300\n"
        "GP_PRAC_PAT_LIST,2026-07-01,L82002,HARBOUR,E01034852,ALL,1500\n"
        "GP_PRAC_PAT_LIST,2026-07-01,L82002,HARBOUR,CLOSED,ALL,3\n",
        encoding="utf-8",
    )
    (contribution,) = read([path], CONTEXT).contributions
    rows = contribution.observations.set_index("area_code")
    assert rows.loc["E01018758", "numerator"] == 2800
    assert rows.loc["L82002", "numerator"] == 2803
    assert contribution.files[0].rows_unlocated == 1


def test_the_archive_is_read_and_files_of_one_sex_are_left_alone(tmp_path: Path) -> None:
    content = PATIENTS.read_bytes()
    path = _zip(tmp_path, "x.zip", all=content, male=b"broken", female=b"broken")
    reading = read([path], CONTEXT)
    (account,) = reading.accounts
    assert account.file == "x.zip/gp-reg-pat-prac-lsoa-all.csv"
    again = read([path], holding(CONTEXT, (account.file, account.sha256)))
    assert [item.state for item in again.accounts] == ["unchanged"]


def test_only_the_newest_quarter_says_who_lives_with_whom(tmp_path: Path) -> None:
    old = _at(tmp_path / "a")
    old.write_text(PATIENTS.read_text(encoding="utf-8").replace("01JUL2022", "01APR2022"), encoding="utf-8")
    for order in ([old, PATIENTS], [PATIENTS, old]):
        found = {item.files[0].edition: len(item.members) for item in read_all(order, tmp_path)}
        assert found == {"2022-07-01": 6, "2022-04-01": 0}


def read_all(paths: list[Path], folder: Path) -> Any:
    """Both files in one go, in this order, each in an archive of its own name."""
    archives = [_zip(folder, f"{number}.zip", all=path.read_bytes()) for number, path in enumerate(paths)]
    return read(archives, CONTEXT).contributions


@pytest.mark.parametrize(
    ("line", "column", "value", "message"),
    [
        (3, "SEX", "FEMALE", "one sex only"),
        (3, "PRACTICE_CODE", "L8300", "practice's code"),
        (4, "Number of Patients", "-2", "number of patients"),
        (4, "Number of Patients", "*", "number of patients"),
        (4, "Number of Patients", "", "number of patients"),
        (5, "LSOA_CODE", "LATER", "neither a small area nor a group"),
        (3, "LSOA_CODE", "E01015153", "twice"),
        (3, "EXTRACT_DATE", "01AUG2022", "two days"),
    ],
)
def test_a_cell_that_is_not_as_it_should_be_stops_the_file(
    tmp_path: Path, line: int, column: str, value: str, message: str
) -> None:
    path = with_cell(PATIENTS, _at(tmp_path), line, column, value)
    said, where, rows = _one_problem(read([path], CONTEXT))
    assert message in said
    assert where == column
    assert rows == (line,)


def test_a_day_that_is_none_stops_the_file(tmp_path: Path) -> None:
    path = _at(tmp_path)
    path.write_text(PATIENTS.read_text(encoding="utf-8").replace("01JUL2022", "July"), encoding="utf-8")
    message, column, _ = _one_problem(read([path], CONTEXT))
    assert "not a day" in message
    assert column == "EXTRACT_DATE"


@pytest.mark.parametrize("heading", ["EXTRACT_DATE", "PRACTICE_CODE", "LSOA_CODE", "SEX", "Number of Patients"])
def test_a_renamed_heading_stops_the_file(tmp_path: Path, heading: str) -> None:
    message, column, rows = _one_problem(read([rewritten(PATIENTS, _at(tmp_path), {heading: "X"})], CONTEXT))
    assert "is not there" in message
    assert column == ("NUMBER_OF_PATIENTS" if heading == "Number of Patients" else heading)
    assert rows == (1,)


def test_an_unknown_small_area_is_refused_unless_accepted(tmp_path: Path) -> None:
    path = with_cell(PATIENTS, _at(tmp_path), 3, "LSOA_CODE", "E01099999")
    message, column, rows = _one_problem(read([path], CONTEXT))
    assert "E01099999" in message
    assert (column, rows) == ("LSOA_CODE", (3,))
    accepted = read([path], small_context(accept_refused=1))
    (account,) = accepted.accounts
    assert (account.rows_placed, account.rows_unlocated, account.rows_refused) == (8, 1, 1)
    assert len(accepted.contributions) == 1


def test_an_area_without_patients_anywhere_is_no_contribution(tmp_path: Path) -> None:
    path = rewritten(PATIENTS, _at(tmp_path), rows=slice(3, 4))
    reading = read([path], CONTEXT)
    assert reading.contributions == ()
    assert reading.accounts[0].rows_unlocated == 1


def test_other_files_are_not_taken_for_this_one(tmp_path: Path) -> None:
    other = tmp_path / "gp-reg-pat-prac-all.csv"
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(SourceChanged, match="no file of patients by small area"):
        read([other], CONTEXT)


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_whatever_stands_in_a_cell_only_a_plain_refusal_comes_out(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    column = data.draw(st.sampled_from(["EXTRACT_DATE", "PRACTICE_CODE", "LSOA_CODE", "SEX", "Number of Patients"]))
    value = data.draw(st.one_of(st.text(max_size=12), st.sampled_from(["ALL", "0", "E01015155", "1e5", "01JUL2022"])))
    value = value.encode("utf-8", "ignore").decode("utf-8").replace("\x00", "")
    path = with_cell(PATIENTS, _at(tmp_path_factory.mktemp("fuzz")), 2, column, value)
    with contextlib.suppress(SourceChanged):
        practices, pairs, _ = tidy(path, "x.csv")
        assert practices["patients"].sum() >= 5840
        assert (pairs["patients"] >= 0).all()


def test_names_are_written_in_ordinary_letters() -> None:
    assert practice_name("ST JOHN'S  GP SURGERY") == "St John's GP Surgery"


# Fetching ----------------------------------------------------------------------------------------------------------


def _release_pages(content: bytes, quarters: tuple[str, ...]) -> Any:
    def answer(asked: Asked) -> Reply:
        if asked.path.endswith(".zip"):
            return Reply(content, headers={"Content-Type": "application/zip"})
        quarter = asked.path.rpartition("/")[2]
        if quarter not in quarters:
            return Reply(b"<html>not here</html>", 404)
        links = "".join(
            f'<a href="/files/gp-reg-pat-prac-lsoa-{edition}-male-female-{quarter}.zip">x</a>'
            for edition in ("2011", "2021")
        )
        return Reply(f"<!doctype html><html>{links}</html>".encode(), headers={"Content-Type": "text/html"})

    return answer


@pytest.fixture
def fetching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def begin(address: str, **more: object) -> Any:
        monkeypatch.setenv("OUTCOMES_PATIENTS_BY_AREA_URL", address + "patients")
        return fetching_from(SOURCE, tmp_path, NOW, small_lookups(), **more)[0]

    return begin


def test_the_newest_archive_is_found_on_its_release_page(fetching: Any, tmp_path: Path) -> None:
    content = _zip(tmp_path, "x.zip", all=PATIENTS.read_bytes()).read_bytes()
    with publisher(_release_pages(content, ("july-2026", "april-2026"))) as playing:
        (path,) = fetch(fetching(playing.address))
        asked = [item.path for item in playing.asked]
    assert asked == [
        "/patients/october-2026", "/patients/july-2026", "/files/gp-reg-pat-prac-lsoa-2021-male-female-july-2026.zip",
    ]  # fmt: skip
    (contribution,) = read([path], CONTEXT).contributions
    assert contribution.files[0].url.endswith("july-2026.zip")


def test_every_quarter_since_a_month_is_fetched(fetching: Any, tmp_path: Path) -> None:
    content = _zip(tmp_path, "x.zip", all=PATIENTS.read_bytes()).read_bytes()
    with publisher(_release_pages(content, ("july-2026", "april-2026", "january-2026"))) as playing:
        paths = fetch(fetching(playing.address, since=date(2026, 2, 1)))
    assert [path.name.partition("__")[0] for path in paths] == ["patients-july-2026", "patients-april-2026"]


def test_no_page_with_a_link_is_a_change(fetching: Any) -> None:
    with publisher([Reply(b"<html>nothing</html>")]) as playing, pytest.raises(SourceChanged, match="No release page"):
        fetch(fetching(playing.address))


def test_a_link_to_somewhere_else_is_not_followed(fetching: Any) -> None:
    page = b'<html><a href="https://example.org/gp-reg-pat-prac-lsoa-all.zip">x</a></html>'
    with publisher([Reply(page)]) as playing, pytest.raises(SourceChanged, match=r"points to https://example\.org"):
        fetch(fetching(playing.address))


def test_measures_are_named_by_kind_of_area() -> None:
    assert [measure.name for measure in MEASURES] == ["registered-patients", "registered-patients-living-here"]


def test_both_shares_can_be_computed_from_the_database(small_folder: Folder, tmp_path: Path) -> None:
    path = _at(tmp_path / "built")
    path.write_text(
        "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,LSOA_CODE,SEX,NUMBER_OF_PATIENTS\n"
        "GP_PRAC_PAT_LIST,01JUL2022,L83001,EXE SURGERY,E01019970,ALL,600\n"
        "GP_PRAC_PAT_LIST,01JUL2022,L83001,EXE SURGERY,E01019971,ALL,400\n"
        "GP_PRAC_PAT_LIST,01JUL2022,L83002,QUAY SURGERY,E01019970,ALL,200\n",
        encoding="utf-8",
    )
    assert import_files(small_folder, "patients_by_area", [path]).built is not None
    store = open_store(small_folder)
    practices = parents_of(store, ["E01019970"], "practice")
    assert [(item.code, item.name, item.share) for item in practices] == [
        ("L83001", "Exe Surgery", pytest.approx(0.75)), ("L83002", "Quay Surgery", pytest.approx(0.25)),
    ]  # fmt: skip
    here = published(store, ["registered-patients-living-here"], "stable", ["E01019970"])
    whole = published(store, ["registered-patients"], "practice", ["L83001"])
    # Of this practice's patients, 60 in 100 live in the small area: share × people here ÷ its patients.
    assert practices[0].share * here["numerator"].item() / whole["numerator"].item() == pytest.approx(0.6)
