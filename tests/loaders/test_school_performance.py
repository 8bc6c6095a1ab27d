"""Results of single schools, from the older tables and from the releases' school files."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.importing import import_files
from loaders.reading import Reading
from loaders.school_performance import MEASURES, SOURCE, fetch, read
from loaders.school_performance_tables import TABLE_SYMBOLS
from store.database import open_store
from store.errors import SourceChanged
from store.folder import Folder
from tests.loaders.education_api import Api, columns_of
from tests.loaders.publishers import Asked, Reply, fetching_from, publisher
from tests.loaders.small_world import NOW, holding, small_context, small_lookups

CONTEXT = small_context()
EXPECTED, ATTAINMENT = (measure.name for measure in MEASURES)
KEY_STAGE_2 = {
    "RECTYPE": "1", "AlphaIND": "100", "LEA": "908", "ESTAB": "2001", "URN": "111841", "SCHNAME": "A Primary School",
    "PCODE": "TR14 8AA", "TOTPUPS": "210", "TELIG": "30", "PTRWM_EXP": "63%", "READPROG": "0.4",
}  # fmt: skip
KEY_STAGE_4 = {
    "RECTYPE": "1", "ALPHAIND": "100", "LEA": "908", "ESTAB": "4001", "URN": "112044", "SCHNAME": "A School",
    "TPUP": "180", "ATT8SCR": "46.7", "P8MEA": "SUPP", "PTL2BASICS_95": "41%",
}  # fmt: skip
OTHER = {"LEA": "839", "URN": "113500", "SCHNAME": "Another School"}
WHOLE = {"RECTYPE": "4", "LEA": "", "URN": "", "SCHNAME": "England"}
RELEASE = {
    "time_period": "202425", "time_identifier": "Academic year", "geographic_level": "School", "school_urn": "111841",
    "school_name": "A Primary School", "breakdown_topic": "All pupils", "breakdown": "Total",
}  # fmt: skip

Tabled = Callable[..., Path]


@pytest.fixture
def tabled(tmp_path: Path) -> Tabled:
    """Write rows of a table into the folder of a school year: ``tabled(KEY_STAGE_2, {…changes}, …)``."""

    def write(
        base: dict[str, str], *rows: dict[str, str], folder: str = "2022-2023", name: str = "england_ks2final.csv"
    ) -> Path:
        path = tmp_path / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(base))
            writer.writeheader()
            writer.writerows({**base, **row} for row in rows)
        return path

    return write


def _refusal(reading: Reading) -> tuple[str, str | None, tuple[int, ...]]:
    assert [account.state for account in reading.accounts] == ["refused"]
    (problem,) = reading.errors
    assert problem.do
    return problem.message, problem.column, problem.rows


def _values(reading: Reading) -> dict[str, tuple[Any, ...]]:
    """(measure, first day, value, denominator, status) by school; None for not known."""
    (contribution,) = reading.contributions
    return {
        row.area_code: (
            row.measure, f"{row.period_start:%Y-%m-%d}", None if math.isnan(row.value) else row.value,
            None if math.isnan(row.denominator) else row.denominator, row.status,
        )
        for row in contribution.observations.itertuples()
    }  # fmt: skip


# The older tables ------------------------------------------------------------------------------------------------------


def test_a_table_of_key_stage_2_is_read_with_its_cohorts(tabled: Tabled) -> None:
    path = tabled(KEY_STAGE_2, {}, {**OTHER, "TELIG": "8", "PTRWM_EXP": "SUPP"}, WHOLE, {**WHOLE, "LEA": "908"})
    reading = read([path], CONTEXT)
    (account,) = reading.accounts
    assert (account.file, account.period, account.authority) == (
        "2022-2023/england_ks2final.csv", "2022-09:2023-08", "E92000001",
    )  # fmt: skip
    assert (account.rows_read, account.rows_placed, account.rows_refused) == (4, 4, 0)
    assert _values(reading) == {
        "111841": (EXPECTED, "2022-09-01", 63.0, 30.0, "observed"),
        "113500": (EXPECTED, "2022-09-01", None, 8.0, "suppressed"),
    }
    (contribution,) = reading.contributions
    assert contribution.areas[["kind", "code", "name", "country"]].values.tolist() == [
        ["school", "111841", "A Primary School", "England"],
        ["school", "113500", "Another School", "England"],
    ]
    assert contribution.coverage["rows_placed"].tolist() == [2]
    assert contribution.files[0].edition == "2023-08"
    (warning,) = reading.problems
    assert "2 of councils and England" in warning.message


def test_a_table_of_key_stage_4_takes_its_year_from_its_name(tabled: Tabled) -> None:
    path = tabled(KEY_STAGE_4, {}, {**OTHER, "ATT8SCR": "NE"}, folder="tables", name="2018-2019_england_ks4final.csv")
    reading = read([path], CONTEXT)
    assert reading.accounts[0].file == "2018-2019_england_ks4final.csv"
    assert _values(reading) == {
        "112044": (ATTAINMENT, "2018-09-01", 46.7, 180.0, "observed"),
        "113500": (ATTAINMENT, "2018-09-01", None, 180.0, "missing"),
    }
    assert reading.problems == ()


@pytest.mark.parametrize("symbol", ["SUPP", "NE", "NA", "NP", "LOWCOV", "NEW", "DNS", "", "c", "z", "x"])
def test_every_symbol_is_a_status(tabled: Tabled, symbol: str) -> None:
    found = _values(read([tabled(KEY_STAGE_2, {}, {**OTHER, "PTRWM_EXP": symbol})], CONTEXT))["113500"]
    assert found[2] is None
    assert found[4] == TABLE_SYMBOLS[symbol] == ("suppressed" if symbol in ("SUPP", "c") else "missing")


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("PTRWM_EXP", "HIDDEN", "a symbol that is not known"),
        ("PTRWM_EXP", "101%", "numbers over 100"),
        ("TELIG", "-1", "numbers below nought"),
        ("URN", "111841", "a school twice"),
    ],
)
def test_a_cell_that_is_not_as_it_should_be_stops_the_table(
    tabled: Tabled, column: str, value: str, message: str
) -> None:
    said, where, rows = _refusal(read([tabled(KEY_STAGE_2, {}, {**OTHER, column: value})], CONTEXT))
    assert message in said
    assert (where, rows) == (column, (3,))


def test_a_number_that_is_no_school_s_is_refused_unless_accepted(tabled: Tabled) -> None:
    path = tabled(KEY_STAGE_2, {}, OTHER, {"URN": "12"})
    message, column, rows = _refusal(read([path], CONTEXT))
    assert "such as 12" in message
    assert (column, rows) == ("URN", (4,))
    (account,) = read([path], small_context(accept_refused=1)).accounts
    assert (account.rows_placed, account.rows_refused, account.state) == (2, 1, "loaded")


@pytest.mark.parametrize(
    ("heading", "column"), [("PTRWM_EXP", "PTRWM_EXP"), ("TELIG", "TELIG"), ("SCHNAME", "SCHNAME"), ("LEA", "LEA")]
)
def test_a_renamed_column_stops_the_table(tabled: Tabled, heading: str, column: str) -> None:
    path = tabled(KEY_STAGE_2, {}, OTHER)
    path.write_text(path.read_text("utf-8-sig").replace(heading, heading + "_2", 1), encoding="utf-8")
    message, where, rows = _refusal(read([path], CONTEXT))
    assert "is not there" in message
    assert (where, rows) == (column, (1,))


def test_a_table_must_say_its_year_and_hold_all_england(tabled: Tabled) -> None:
    message, _, _ = _refusal(read([tabled(KEY_STAGE_2, {}, OTHER, folder="tables")], CONTEXT))
    assert "of which school year" in message
    message, _, _ = _refusal(read([tabled(KEY_STAGE_2, {}, OTHER, folder="2022-2024")], CONTEXT))
    assert "of which school year" in message
    message, _, _ = _refusal(read([tabled(KEY_STAGE_2, {}, OTHER, folder="2027-2028")], CONTEXT))
    assert "lies in the future" in message
    message, column, _ = _refusal(read([tabled(KEY_STAGE_2, {}, {"URN": "113500"})], CONTEXT))
    assert "one council only" in message
    assert column == "LEA"
    bare = {heading: text for heading, text in KEY_STAGE_2.items() if heading not in ("TELIG", "PTRWM_EXP")}
    assert "neither key stage 2 nor key stage 4" in _refusal(read([tabled(bare, {}, OTHER)], CONTEXT))[0]


def test_years_of_one_name_are_told_apart(tabled: Tabled, tmp_path: Path) -> None:
    for folder in ("2022-2023", "2023-2024"):
        tabled(KEY_STAGE_2, {}, OTHER, folder=folder)
    reading = read([tmp_path], CONTEXT)
    assert [account.file for account in reading.accounts] == [
        "2022-2023/england_ks2final.csv", "2023-2024/england_ks2final.csv",
    ]  # fmt: skip
    first = reading.accounts[0]
    again = read([tmp_path], holding(CONTEXT, (first.file, first.sha256)))
    assert [account.state for account in again.accounts] == ["unchanged", "loaded"]


# The releases' school files --------------------------------------------------------------------------------------------


def test_school_files_of_releases_are_read(tabled: Tabled) -> None:
    key_stage_2 = {
        **RELEASE, "subject": "Reading, writing and maths", "eligible_pupil_count": "30",
        "expected_standard_pupil_percent": "63",
    }  # fmt: skip
    rows = (
        {}, {"school_urn": "113500", "expected_standard_pupil_percent": "c"}, {"subject": "Maths"},
        {"geographic_level": "National", "school_urn": ""}, {"breakdown_topic": "Sex", "breakdown": "Girls"},
    )  # fmt: skip
    reading = read([tabled(key_stage_2, *rows, name="ks2_schools.csv")], CONTEXT)
    assert _values(reading) == {
        "111841": (EXPECTED, "2024-09-01", 63.0, 30.0, "observed"),
        "113500": (EXPECTED, "2024-09-01", None, 30.0, "suppressed"),
    }
    (account,) = reading.accounts
    assert (account.rows_read, account.rows_placed, account.period) == (5, 5, "2024-09:2025-08")
    assert reading.contributions[0].areas["name"].tolist() == ["A Primary School", "A Primary School"]
    key_stage_4 = {
        **RELEASE, "breakdown_topic": "Total", "sex": "Total", "pupil_count": "180", "attainment8_average": "46.7",
    }  # fmt: skip
    assert _values(read([tabled(key_stage_4, {}, name="ks4_schools.csv")], CONTEXT)) == {
        "111841": (ATTAINMENT, "2024-09-01", 46.7, 180.0, "observed")
    }


def test_a_school_file_of_something_else_is_refused(tabled: Tabled) -> None:
    message, column, _ = _refusal(read([tabled({**RELEASE, "headcount": "3"}, {}, name="other.csv")], CONTEXT))
    assert "neither key stage 2 nor key stage 4" in message
    assert column == "school_urn"
    renamed = {**RELEASE, "sex": "Total", "pupil_count": "180", "attainment8_mean": "46.7"}
    message, column, _ = _refusal(read([tabled(renamed, {}, name="renamed.csv")], CONTEXT))
    assert column == "attainment8_average"


def test_extracts_of_others_are_named_as_such(tabled: Tabled, published: Path) -> None:
    folder = published / "data" / "dfe_schools" / "southwest_thrive"
    files = sorted(folder.glob("*.parquet"))
    assert len(files) == 2
    for path in files:
        assert "tidied by somebody else" in _refusal(read([path], CONTEXT))[0]
    tidied = {"URN": "111841", "avg_ks2_pass_rate": "63.0", "read_score": "105", "math_score": "104", "year": "2023"}
    assert "tidied by somebody else, of key stage 2" in _refusal(read([tabled(tidied, {})], CONTEXT))[0]


def test_schools_and_their_results_stand_in_the_database(small_folder: Folder, tabled: Tabled) -> None:
    path = tabled(KEY_STAGE_2, {}, OTHER)
    assert import_files(small_folder, "school_performance", [path], now=NOW).built is not None
    store = open_store(small_folder)
    assert store.rows("SELECT code, name FROM area WHERE kind = 'school' ORDER BY code") == [
        ("111841", "A Primary School"), ("113500", "Another School"),
    ]  # fmt: skip
    ((value, denominator),) = store.rows(
        "SELECT value, denominator FROM observation o JOIN area a USING (area_id) WHERE a.code = '111841'"
    )
    assert (value, denominator) == (63.0, 30.0)
    assert SOURCE.format_evidence == "documented header"


# Fetching --------------------------------------------------------------------------------------------------------------


def test_school_files_are_fetched_from_the_api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api("Key stage 4 performance")
    columns = columns_of(["breakdown"], ["pupil_count", "attainment8_average"])
    api.data_sets = {"sss-1": (["School"], columns), "lll-2": (["Local authority"], columns)}
    headings = [*RELEASE, "pupil_count", "attainment8_average"]
    values = [*RELEASE.values(), "180", "46.7"]
    api.body = f"{','.join(headings)}\n{','.join(values)}\n".encode().replace(b"All pupils", b"Total")
    with publisher(api) as playing:
        monkeypatch.setenv("OUTCOMES_SCHOOL_PERFORMANCE_URL", playing.address)
        fetching, _ = fetching_from(SOURCE, tmp_path, NOW, small_lookups())
        paths = fetch(fetching)
    assert playing.asked[-1].path == "/data-sets/sss-1/csv"
    assert _values(read(paths, CONTEXT))["111841"][:3] == (ATTAINMENT, "2024-09-01", 46.7)


def test_a_web_page_is_no_list_of_data_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def page(asked: Asked) -> Reply:
        return Reply(b"<!DOCTYPE html><html></html>", headers={"Content-Type": "text/html"})

    with publisher(page) as playing:
        monkeypatch.setenv("OUTCOMES_SCHOOL_PERFORMANCE_URL", playing.address)
        fetching, _ = fetching_from(SOURCE, tmp_path, NOW, small_lookups())
        with pytest.raises(SourceChanged, match="web page"):
            fetch(fetching)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["URN", "TELIG", "PTRWM_EXP", "LEA", "SCHNAME"]),
    st.one_of(
        st.sampled_from(["SUPP", "63", "63%", "%", "", "c", "NaN", "1e3", "٣", "-1", "111841"]),
        st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=6),
    ),
)
def test_anything_in_a_cell_is_a_reading_or_a_refusal(tabled: Tabled, column: str, value: str) -> None:
    reading = read([tabled(KEY_STAGE_2, {}, OTHER, {**OTHER, "URN": "113501", column: value})], CONTEXT)
    (account,) = reading.accounts
    assert account.state in ("loaded", "refused")
    assert (account.state == "refused") == bool(reading.errors)
    assert account.rows_read == account.rows_placed + account.rows_unlocated + account.rows_refused
    for contribution in reading.contributions:
        shares = contribution.observations["value"].dropna()
        assert isinstance(shares, pd.Series)
        assert shares.between(0, 100).all()
