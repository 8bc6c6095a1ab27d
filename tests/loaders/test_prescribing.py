"""Prescribed items: summed by practice and month, from the service's answers or the publisher's whole files."""

from __future__ import annotations

import contextlib
import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.prescribing import MEASURES, SOURCE, fetch, layout_of, question, read, tidy
from loaders.reading import Reading
from store.errors import SourceChanged
from tests.loaders.publishers import Asked, Reply, fetching_from, publisher
from tests.loaders.small_world import NOW, holding, small_context, small_lookups

CONTEXT = small_context()
OLD_HEADER = [
    "YEAR_MONTH",
    "REGIONAL_OFFICE_NAME",
    "REGIONAL_OFFICE_CODE",
    "ICB_NAME",
    "ICB_CODE",
    "PCO_NAME",
    "PCO_CODE",
    "PRACTICE_NAME",
    "PRACTICE_CODE",
    "ADDRESS_1",
    "ADDRESS_2",
    "ADDRESS_3",
    "ADDRESS_4",
    "POSTCODE",
    "BNF_CHEMICAL_SUBSTANCE",
    "CHEMICAL_SUBSTANCE_BNF_DESCR",
    "BNF_CODE",
    "BNF_DESCRIPTION",
    "BNF_CHAPTER_PLUS_CODE",
    "QUANTITY",
    "ITEMS",
    "TOTAL_QUANTITY",
    "ADQUSAGE",
    "NIC",
    "ACTUAL_COST",
    "UNIDENTIFIED",
]
NEW_HEADER = [
    "YEAR_MONTH",
    "REGIONAL_OFFICE_NAME",
    "REGIONAL_OFFICE_CODE",
    "ICB_NAME",
    "ICB_CODE",
    "PCO_NAME",
    "PCO_CODE",
    "PRACTICE_NAME",
    "PRACTICE_CODE",
    "ADDRESS_1",
    "ADDRESS_2",
    "ADDRESS_3",
    "ADDRESS_4",
    "POSTCODE",
    "BNF_CHEMICAL_SUBSTANCE_CODE",
    "BNF_CHEMICAL_SUBSTANCE",
    "BNF_PRESENTATION_CODE",
    "BNF_PRESENTATION_NAME",
    "BNF_CHAPTER_PLUS_CODE",
    "QUANTITY",
    "ITEMS",
    "TOTAL_QUANTITY",
    "ADQ_USAGE",
    "NIC",
    "ACTUAL_COST",
    "UNIDENTIFIED",
    "SNOMED_CODE",
]
ROWS = [
    # practice, name, code, medicine, items
    ("L83001", "ADELAIDE STREET SURGERY", "0403030Q0AAAAAA", "Sertraline 50mg tablets", "120"),
    ("L83001", "ADELAIDE STREET SURGERY", "0403010B0AAAGAG", "Amitriptyline 10mg tablets", "30"),
    ("L83001", "ADELAIDE STREET SURGERY", "0301011R0AAAPAP", "Salbutamol 100micrograms/dose inhaler CFC free", "40"),
    ("L83001", "ADELAIDE STREET SURGERY", "0301011R0BIAHAP", "Ventolin 100micrograms/dose Evohaler", "5"),
    (
        "L83001",
        "ADELAIDE STREET SURGERY",
        "0301011R0AAAHAH",
        "Salbutamol 5mg/2.5ml nebuliser liquid unit dose vials",
        "7",
    ),
    ("L83001", "ADELAIDE STREET SURGERY", "0301011U0AAAAAA", "Salmeterol 25micrograms/dose inhaler CFC free", "9"),
    ("L82002", "HARBOUR MEDICAL CENTRE", "0301011V0BBADAD", "Bricanyl 500micrograms/dose Turbohaler", "2"),
    ("L82002", "HARBOUR MEDICAL CENTRE", "0402010ABAAAAAA", "Quetiapine 25mg tablets", "11"),
    ("-", "UNIDENTIFIED DOCTORS", "0403030Q0AAAAAA", "Sertraline 50mg tablets", "1"),
]


def _month_file(folder: Path, month: str, header: list[str], rows: list[tuple[str, ...]] = ROWS) -> Path:
    new = "SNOMED_CODE" in header
    names = ("PRACTICE_CODE", "PRACTICE_NAME", "BNF_PRESENTATION_CODE" if new else "BNF_CODE",
             "BNF_PRESENTATION_NAME" if new else "BNF_DESCRIPTION", "ITEMS")  # fmt: skip
    path = folder / f"EPD_{month}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, restval="x")
        writer.writeheader()
        writer.writerows([{"YEAR_MONTH": month, **dict(zip(names, row, strict=True))} for row in rows])
    return path


def _answer(rows: list[dict[str, Any]], **more: Any) -> bytes:
    return json.dumps({"success": True, "result": {"success": "true", "result": {"records": rows}, **more}}).encode()


def _record(practice: str, measure: str, items: int, month: Any = "2025-07", name: str = "HARBOUR") -> dict[str, Any]:
    return {"YEAR_MONTH": month, "PRACTICE_CODE": practice, "PRACTICE_NAME": name, "MEASURE": measure, "ITEMS": items}


GOOD = [
    _record("L83001", "antidepressants", 150, name="ADELAIDE STREET SURGERY"),
    _record("L83001", "reliever-inhalers", 45, name="ADELAIDE STREET SURGERY"),
    _record("L82002", "reliever-inhalers", 2),
    _record("-", "antidepressants", 1, name="UNIDENTIFIED DOCTORS"),
]


def _written(folder: Path, content: bytes, name: str = "answer.json") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def _items(reading: Reading) -> dict[tuple[str, str], float]:
    frame = reading.contributions[0].observations
    return {(row.area_code, row.measure): row.numerator for row in frame.itertuples()}


def _one_problem(reading: Reading) -> tuple[str, str | None, tuple[int, ...]]:
    assert [account.state for account in reading.accounts] == ["refused"]
    assert reading.contributions == ()
    (problem,) = reading.errors
    assert problem.do
    return problem.message, problem.column, problem.rows


EXPECTED = {
    ("L83001", "antidepressants"): 150, ("L83001", "reliever-inhalers"): 45, ("L82002", "reliever-inhalers"): 2,
}  # fmt: skip


@pytest.mark.parametrize(
    ("month", "header", "text"), [("202010", OLD_HEADER, "2020-10"), ("2025-07", NEW_HEADER, "2025-07")]
)
def test_whole_files_of_both_kinds_are_summed(tmp_path: Path, month: str, header: list[str], text: str) -> None:
    reading = read([_month_file(tmp_path, month, header)], CONTEXT)
    assert _items(reading) == EXPECTED
    (account,) = reading.accounts
    assert (account.period, account.authority, account.state) == (text, "E92000001", "loaded")
    assert (account.rows_read, account.rows_placed, account.rows_unlocated, account.rows_refused) == (9, 8, 1, 0)
    (contribution,) = reading.contributions
    assert set(contribution.observations["period_months"]) == {1}
    assert contribution.coverage[["measure", "rows_placed", "rows_unlocated"]].values.tolist() == [
        ["antidepressants", 1, 1], ["reliever-inhalers", 2, 1],
    ]  # fmt: skip
    assert contribution.areas["name"].tolist() == ["Harbour Medical Centre", "Adelaide Street Surgery"]
    assert [problem.message for problem in reading.problems] == [
        "3 rows of other medicines were read and are not used",
        f"Only 2 practices are in {text}; England has more than 6,000",
    ]
    assert {problem.level for problem in reading.problems} == {"warning"}


def test_an_answer_says_the_same(tmp_path: Path) -> None:
    reading = read([_written(tmp_path, _answer(GOOD))], CONTEXT)
    assert _items(reading) == EXPECTED
    (account,) = reading.accounts
    assert (account.period, account.rows_read, account.rows_placed, account.rows_unlocated) == ("2025-07", 4, 3, 1)
    again = read([tmp_path / "answer.json"], holding(CONTEXT, (account.file, account.sha256)))
    assert [item.state for item in again.accounts] == ["unchanged"]


def test_months_as_numbers_and_sums_with_a_point_are_read(tmp_path: Path) -> None:
    rows = [
        _record("L83001", "antidepressants", 7, 202009),
        {**_record("L83001", "reliever-inhalers", 0, 202009), "ITEMS": 3.0},
    ]
    reading = read([_written(tmp_path, _answer(rows))], CONTEXT)
    assert reading.accounts[0].period == "2020-09"
    assert _items(reading)["L83001", "reliever-inhalers"] == 3


def test_the_old_file_of_a_month_the_new_one_covers_is_named(tmp_path: Path) -> None:
    reading = read([_month_file(tmp_path, "202506", OLD_HEADER)], CONTEXT)
    assert len(reading.contributions) == 1
    assert any("ended in June 2025" in problem.message for problem in reading.problems)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html>Service unavailable</html>", "no answer of the prescribing service"),
        (b"[]", "no answer of the prescribing service"),
        (b'{"success": false, "error": {"message": "x"}}', "no answer of the prescribing service"),
        (_answer([]), "no answer of the prescribing service"),
        (
            b'{"success": true, "result": {"records_truncated": "true", "gc_urls": [], "result": {"records": []}}}',
            "capped",
        ),
        (_answer([{"YEAR_MONTH": "2025-07"}]), "“PRACTICE_CODE” is not there"),
        (
            _answer([_record("L83001", "antidepressants", 1), _record("L83001", "reliever-inhalers", 1, "2025-08")]),
            "two months",
        ),
        (_answer([*GOOD, GOOD[0]]), "a practice twice"),
        (_answer([{**GOOD[0], "ITEMS": None}, GOOD[1]]), "not a number of items"),
        (_answer([{**GOOD[0], "ITEMS": -1}, GOOD[1]]), "not a number of items"),
        (_answer([{**GOOD[0], "MEASURE": "statins"}, GOOD[1]]), "not asked for"),
        (_answer([{**GOOD[0], "YEAR_MONTH": "July"}, GOOD[1]]), "not a month"),
        (_answer(GOOD[1:3]), "No antidepressants at all"),
        (_answer([{**row, "YEAR_MONTH": "2027-01"} for row in GOOD]), "in the future"),
    ],
)
def test_an_answer_that_is_not_as_it_should_be_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    said, _, _ = _one_problem(read([_written(tmp_path, content)], CONTEXT))
    assert message in said


@pytest.mark.parametrize(
    "heading", ["YEAR_MONTH", "PRACTICE_CODE", "PRACTICE_NAME", "BNF_CODE", "BNF_DESCRIPTION", "ITEMS"]
)
def test_a_renamed_heading_stops_a_whole_file(tmp_path: Path, heading: str) -> None:
    path = _month_file(tmp_path, "202010", OLD_HEADER)
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace(f",{heading},", ",X,", 1) if heading != "YEAR_MONTH" else "X" + text[10:], encoding="utf-8"
    )
    message, column, rows = _one_problem(read([path], CONTEXT))
    assert "is not there" in message
    assert column in (heading, "BNF_PRESENTATION_CODE", "BNF_PRESENTATION_NAME")
    assert rows == (1,)


@pytest.mark.parametrize(
    ("row", "message"),
    [(("L83001", "X", "0403030Q0", "Sertraline", "many"), "not a number of items"),
     (("L83001", "X", "0403030Q0", "Sertraline", "-3"), "not a number of items")],
)  # fmt: skip
def test_a_cell_that_is_not_as_it_should_be_stops_a_whole_file(
    tmp_path: Path, row: tuple[str, ...], message: str
) -> None:
    said, column, rows = _one_problem(read([_month_file(tmp_path, "202010", OLD_HEADER, [*ROWS, row])], CONTEXT))
    assert message in said
    assert (column, rows) == ("ITEMS", (11,))


def test_a_whole_file_of_two_months_or_cut_short_is_refused(tmp_path: Path) -> None:
    path = _month_file(tmp_path, "202010", OLD_HEADER)
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1].replace("202010", "202011")]), encoding="utf-8")
    message, column, rows = _one_problem(read([path], CONTEXT))
    assert (message, column, rows) == ("The file holds two months", "YEAR_MONTH", (11,))
    path.write_text("\n".join(lines)[:-60], encoding="utf-8")
    message, _, rows = _one_problem(read([path], CONTEXT))
    assert "cut short" in message
    assert rows == (10,)


@settings(max_examples=40, deadline=None)
@given(content=st.one_of(st.binary(max_size=40), st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=6)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(
        st.sampled_from(["success", "result", "records", "ITEMS", "MEASURE", "YEAR_MONTH", "PRACTICE_CODE", "PRACTICE_NAME"]),
        inner, max_size=8)),
    max_leaves=20).map(lambda value: json.dumps(value).encode())))  # fmt: skip
def test_whatever_is_sent_only_a_plain_refusal_comes_out(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = _written(tmp_path_factory.mktemp("fuzz"), content)
    with contextlib.suppress(SourceChanged):
        assert tidy(path, "x.json").rows > 0


# Fetching ----------------------------------------------------------------------------------------------------------


def _service(snomed: list[str], old: list[str]) -> Any:
    def answer(asked: Asked) -> Reply:
        headers = {"Content-Type": "application/json"}
        if asked.path.endswith("package_show"):
            prefix, months = ("EPD_SNOMED_", snomed) if "snomed" in asked.params["id"] else ("EPD_", old)
            names = [{"name": f"{prefix}{month}"} for month in months] + [{"name": "About this data"}]
            return Reply(json.dumps({"success": True, "result": {"resources": names}}).encode(), headers=headers)
        table = asked.params["resource_id"]
        assert f"FROM `{table}`" in asked.params["sql"]
        month: Any = table[-6:]
        month = f"{month[:4]}-{month[4:]}" if int(month) >= 202503 else int(month)
        return Reply(_answer([{**row, "YEAR_MONTH": month} for row in GOOD]), headers=headers)

    return answer


@pytest.fixture
def fetching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def begin(address: str, **more: object) -> Any:
        monkeypatch.setenv("OUTCOMES_PRESCRIBING_URL", address)
        return fetching_from(SOURCE, tmp_path, NOW, small_lookups(), **more)[0]

    return begin


def test_months_are_asked_for_one_by_one_and_read(fetching: Any) -> None:
    with publisher(_service(["202506", "202507"], ["202506"])) as playing:
        paths = fetch(fetching(playing.address))
        tables = [asked.params.get("resource_id") for asked in playing.asked]
    assert tables == [None, "EPD_SNOMED_202506", "EPD_SNOMED_202507"]
    reading = read(paths, CONTEXT)
    assert [account.period for account in reading.accounts] == ["2025-06", "2025-07"]
    assert all("ended in June 2025" not in problem.message for problem in reading.problems)


def test_months_before_the_snomed_files_come_from_the_old_one(fetching: Any) -> None:
    with publisher(_service(["202011", "202012"], ["202009", "202010", "202011", "202506"])) as playing:
        paths = fetch(fetching(playing.address, since=date(2020, 10, 1)))
        tables = [asked.params.get("resource_id") for asked in playing.asked]
    assert tables == [None, None, "EPD_202010", "EPD_SNOMED_202011", "EPD_SNOMED_202012"]
    assert [account.period for account in read(paths, CONTEXT).accounts] == ["2020-10", "2020-11", "2020-12"]
    folder = paths[0].parent
    assert len(read([folder], CONTEXT).accounts) == 3  # the lists of months lying beside are no answers


def test_no_month_so_late_and_no_list_are_changes(fetching: Any) -> None:
    with publisher(_service(["202507"], [])) as playing, pytest.raises(SourceChanged, match="no month as late"):
        fetch(fetching(playing.address, since=date(2026, 1, 1)))
    with (
        publisher([Reply(b'{"result": {"resources": [{"name": "x"}]}}')]) as playing,
        pytest.raises(SourceChanged, match="names no table"),
    ):
        fetch(fetching(playing.address))
    with publisher([Reply(b'{"result": 1}')]) as playing, pytest.raises(SourceChanged, match="cannot be read"):
        fetch(fetching(playing.address))


def test_a_refused_question_is_a_change(fetching: Any) -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(b'{"success": false}', 409) if "sql" in asked.path else _service(["202507"], [])(asked)

    with publisher(answer) as playing, pytest.raises(SourceChanged, match="409"):
        fetch(fetching(playing.address))


def test_each_month_is_asked_for_under_the_names_it_has() -> None:
    assert layout_of(date(2020, 10, 1)).table == "EPD_202010"
    assert (layout_of(date(2025, 2, 1)).table, layout_of(date(2025, 2, 1)).code) == ("EPD_SNOMED_202502", "BNF_CODE")
    assert layout_of(date(2025, 3, 1)).code == "BNF_PRESENTATION_CODE"
    sql = question(layout_of(date(2025, 3, 1)))
    assert "BNF_PRESENTATION_CODE LIKE '0403%'" in sql
    assert "LOWER(BNF_PRESENTATION_NAME) LIKE '%haler%'" in sql
    assert [measure.kind for measure in MEASURES] == ["events", "events"]
