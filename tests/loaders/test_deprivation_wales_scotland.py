"""Ranks of Wales and Scotland: their own files, their own domains, their own small areas."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.deprivation import read
from loaders.deprivation_editions import EDITIONS, SCOTLAND, WALES
from loaders.importing import import_files
from loaders.reading import Context, Reading, lookups_in_use
from loaders.workbook import write_workbook
from store.database import open_store
from store.folder import Folder
from store.holdings import sources
from store.placing import placement
from tests.loaders.open_document import row, write_ods
from tests.loaders.small_world import NOW, small_context

CONTEXT = small_context()
WELSH = ["LSOA code", "LSOA name (Eng)", "Local Authority name (Eng)", "WIMD 2019 ", "Income", "Employment", "Health",
         "Education", "Access to services", "Housing", "Community Safety", "Physical environment"]  # fmt: skip
# Published ranks of two Welsh areas (WIMD 2019); only the second is in the small world's lookups.
HOLYHEAD = [
    "W01000003",
    "Amlwch Port",
    "Isle of Anglesey",
    "550",
    "414",
    "420",
    "676",
    "615",
    "767",
    "766",
    "667",
    "1776",
]
SCOTTISH = ["Data_Zone", "Intermediate_Zone", "Council_area", "Total_population", "Working_age_population", "SIMD2020v2_Rank",
            "SIMD2020v2_Income_Domain_Rank", "SIMD2020_Employment_Domain_Rank", "SIMD2020_Health_Domain_Rank",
            "SIMD2020_Education_Domain_Rank", "SIMD2020_Access_Domain_Rank", "SIMD2020_Crime_Domain_Rank",
            "SIMD2020_Housing_Domain_Rank"]  # fmt: skip
# Published ranks of the first three Data Zones (SIMD 2020); residents made up.
CULTER = [
    ["S01006506", "Culter", "Aberdeen City", "900", "580", "4691", "3936", "3220", "5174", "5887", "4724", "4664", "3248"],
    ["S01006507", "Culter", "Aberdeen City", "800", "470", "4862", "4829", "4481", "5051", "4384", "2148", "4602", "3486"],
    ["S01006508", "Culter", "Aberdeen City", "600", "360", "5686", "4460", "5110", "5942", "5915", "4200", "4563.5", "5342"],
]  # fmt: skip


def as_csv(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """A CSV file of these rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def as_workbook(path: Path, sheets: dict[str, Sequence[Sequence[str]]]) -> Path:
    """A workbook of these sheets."""
    path.write_bytes(write_workbook({name: (rows, [12] * len(rows[0])) for name, rows in sheets.items()}))
    return path


def ranks(reading: Reading, code: str) -> dict[str, tuple[int, int]]:
    """Domain → (rank, decile) of one small area."""
    frame = reading.contributions[0].deprivation
    frame = frame[frame["stable"] == code]
    return {item.domain: (item.rank, item.decile) for item in frame.itertuples()}


def refusal(reading: Reading) -> str:
    """The one sentence with which a file was refused."""
    assert [account.state for account in reading.accounts] == ["refused"]
    assert reading.contributions == ()
    (problem,) = reading.errors
    assert problem.do
    return f"{problem.column}: {problem.message}"


def test_welsh_ranks_are_read_with_access_as_a_domain_of_its_own(tmp_path: Path) -> None:
    reading = read([as_csv(tmp_path / "wimd.csv", [WELSH, HOLYHEAD])], CONTEXT)
    found = ranks(reading, "W01000003")
    assert found["overall"] == (550, 3)
    assert found["access"] == (767, 5)
    assert found["housing"] == (766, 5)
    assert found["crime"] == (667, 4)
    assert found["environment"] == (1776, 10)
    contribution = reading.contributions[0]
    assert contribution.source is WALES
    assert set(contribution.deprivation["areas_ranked"]) == {1909}
    assert reading.accounts[0].authority == "Wales"
    assert "1 of the 1,909" in reading.problems[0].message


def test_the_welsh_spreadsheet_is_read_below_its_titles(tmp_path: Path) -> None:
    rows = [row(["Welsh Index of Multiple Deprivation 2019"]), row(["Ranks"]), row(WELSH),
            row([*HOLYHEAD[:3], *map(int, HOLYHEAD[3:])])]  # fmt: skip
    ods = write_ods(tmp_path / "ranks.ods", {"Contents": [row(["About this file"])], "WIMD_2019_ranks": rows})
    assert ranks(read([ods], CONTEXT), "W01000003")["access"] == (767, 5)
    titled = [["Welsh Index of Multiple Deprivation 2019", *[""] * 11], WELSH, HOLYHEAD, ["", *["note"] * 11]]
    book = as_workbook(tmp_path / "ranks.xlsx", {"Notes": [["x"]], "WIMD_2019_ranks": titled})
    assert ranks(read([book], CONTEXT), "W01000003")["overall"] == (550, 3)


def test_scottish_ranks_come_with_their_data_zones_and_residents(tmp_path: Path) -> None:
    reading = read([as_csv(tmp_path / "simd.csv", [SCOTTISH, *CULTER])], CONTEXT)
    assert ranks(reading, "S01006508") == {
        "overall": (5686, 9), "income": (4460, 7), "employment": (5110, 8), "education": (5915, 9), "health": (5942, 9),
        "crime": (4564, 7), "housing": (5342, 8), "access": (4200, 7),
    }  # fmt: skip
    contribution = reading.contributions[0]
    assert contribution.source is SCOTLAND
    areas = contribution.areas
    assert areas[["kind", "code", "name", "country"]].values.tolist()[0] == [
        "data_zone", "S01006506", "Culter (S01006506)", "Scotland",
    ]  # fmt: skip
    people = contribution.population
    assert people[["stable", "mid_year", "age_from", "age_to", "persons"]].values.tolist()[2] == [
        "S01006508",
        2017,
        0,
        120,
        600,
    ]


def test_the_lookup_workbook_has_names_and_other_headings(tmp_path: Path) -> None:
    heads = ["DZ", "DZname", "SIMD2020v2_Rank", *SCOTTISH[6:]]
    rows = [heads, *([zone[0], f"Culter - 0{number}", zone[5], *zone[6:]] for number, zone in enumerate(CULTER, 1))]
    path = as_workbook(tmp_path / "lookup.xlsx", {"Data dictionary": [["DZ is"]], "SIMD 2020v2 DZ lookup data": rows})
    contribution = read([path], CONTEXT).contributions[0]
    assert contribution.areas["name"].to_list() == ["Culter - 01", "Culter - 02", "Culter - 03"]
    assert contribution.population.empty
    without = [[*line[:1], *line[2:]] for line in rows]
    named = read([as_csv(tmp_path / "ranks.csv", without)], CONTEXT).contributions[0].areas
    assert named["name"].to_list() == ["S01006506", "S01006507", "S01006508"]


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("SIMD2020v2_Rank", "6977", "between 1 and 6,976"),
        ("SIMD2020_Crime_Domain_Rank", "4563.25", "not a rank"),
        ("SIMD2020_Crime_Domain_Rank", "*", "not a rank"),
        ("Data_Zone", "S01006507", "an area twice"),
        ("Data_Zone", "S01013482", "no lookup knows"),
        ("Total_population", "many", "whole number"),
    ],
)
def test_a_scottish_cell_that_is_not_as_it_should_be_stops_the_file(
    tmp_path: Path, column: str, value: str, words: str
) -> None:
    rows = [list(zone) for zone in CULTER]
    rows[0][SCOTTISH.index(column)] = value
    said = refusal(read([as_csv(tmp_path / "simd.csv", [SCOTTISH, *rows])], CONTEXT))
    assert words in said
    assert said.startswith(column)


def test_a_renamed_heading_is_named(tmp_path: Path) -> None:
    heads = [heading.replace("SIMD2020_Health_Domain_Rank", "Health rank") for heading in SCOTTISH]
    said = refusal(read([as_csv(tmp_path / "simd.csv", [heads, *CULTER])], CONTEXT))
    assert said.startswith("SIMD2020_Health_Domain_Rank: ")
    heads = [heading.replace("SIMD2020v2_Rank", "Rank") for heading in SCOTTISH]
    assert refusal(read([as_csv(tmp_path / "s.csv", [heads, *CULTER])], CONTEXT)).startswith("SIMD2020v2_Rank: ")
    heads = [heading.replace("Data_Zone", "Zone") for heading in SCOTTISH]
    assert refusal(read([as_csv(tmp_path / "t.csv", [heads, *CULTER])], CONTEXT)).startswith("Data_Zone: ")


def test_welsh_scores_are_not_taken_for_ranks(tmp_path: Path) -> None:
    scores = [*HOLYHEAD[:3], "26.8", *HOLYHEAD[4:]]
    assert "whole number" in refusal(read([as_csv(tmp_path / "scores.csv", [WELSH, scores])], CONTEXT))


def test_a_spreadsheet_without_a_table_of_ranks_is_refused(tmp_path: Path) -> None:
    book = as_workbook(tmp_path / "x.xlsx", {"Sheet1": [["a", "b"], ["1", "2"]]})
    assert "is not there" in refusal(read([book], CONTEXT))
    only_heading = as_workbook(tmp_path / "y.xlsx", {"Sheet1": [SCOTTISH, [""] * len(SCOTTISH)]})
    assert "is not there" in refusal(read([only_heading], CONTEXT))
    broken = tmp_path / "z.xlsx"
    broken.write_bytes(b"PK\x03\x04 and nothing more")
    assert "not a spreadsheet" in refusal(read([broken], CONTEXT))


def test_extracts_of_others_are_named_as_such(published: Path) -> None:
    for path in (published / "data" / "scotland" / "imd2020_scotland_dz11.csv",
                 published / "data" / "imd" / "humaniverse" / "imd2019_wales_lsoa11.csv"):  # fmt: skip
        said = refusal(read([path], CONTEXT))
        assert "tidied by somebody else" in said
        assert ("Scottish" if "scotland" in path.name else "Welsh") in said


def test_whole_editions_agree_with_the_published_deciles(published: Path, tmp_path: Path) -> None:
    """The extracts' ranks under the publishers' headings: every area placed, every decile as published."""
    lookups = lookups_in_use()
    context = Context(placement(lookups), NOW, lookups=lookups)
    stems = {"overall": "IMD", **{name: name.capitalize() for name in
             ("income", "employment", "education", "health", "crime", "housing", "access", "environment")}}  # fmt: skip
    for edition in EDITIONS[2:]:
        where = (
            ("scotland", "imd2020_scotland_dz11.csv")
            if edition.halves
            else ("imd/humaniverse", "imd2019_wales_lsoa11.csv")
        )
        extract = pd.read_csv(published / "data" / where[0] / where[1])
        code = extract.columns[0]
        columns = {
            column: extract[f"{stems[domain]}_rank"].map("{:g}".format) for domain, column in edition.domains.items()
        }
        path = tmp_path / where[1]
        pd.DataFrame({edition.code_columns[0]: extract[code], **columns}).to_csv(path, index=False)
        reading = read([path], context)
        account = reading.accounts[0]
        assert (account.rows_read, account.rows_placed, account.rows_refused) == (edition.areas_ranked,) * 2 + (0,)
        frame = reading.contributions[0].deprivation.merge(extract, left_on="stable", right_on=code)
        for domain in edition.domains:
            rows = frame[frame["domain"] == domain]
            assert len(rows) > 0.97 * edition.areas_ranked
            assert (rows["rank"] - rows[f"{stems[domain]}_rank"]).abs().max() <= 0.5
            assert (rows["decile"] == rows[f"{stems[domain]}_decile"]).mean() > 0.99


def test_a_scottish_place_has_ranks_and_residents_after_an_import(small_folder: Folder, tmp_path: Path) -> None:
    done = import_files(small_folder, "deprivation", [as_csv(tmp_path / "simd.csv", [SCOTTISH, *CULTER])], now=NOW)
    assert done.built is not None
    store = open_store(small_folder)
    assert store.deprivation(["S01006506"], 2020).loc["S01006506", "overall"] == 4691
    assert store.residents(["S01006506"]).loc["S01006506", 2017] == 900
    assert "deprivation_scotland" in {item["name"] for item in sources(store)}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(SCOTTISH) - 1), line=st.integers(0, 3), text=st.text(max_size=8))
def test_whatever_a_cell_holds_the_answer_is_right_or_a_refusal(tmp_path: Path, at: int, line: int, text: str) -> None:
    rows = [list(SCOTTISH), *(list(zone) for zone in CULTER)]
    rows[line][at] = text
    reading = read([as_csv(tmp_path / "fuzz.csv", rows)], CONTEXT)
    if reading.contributions:
        frame = reading.contributions[0].deprivation
        assert frame["rank"].between(1, 6976).all()
        assert frame["decile"].between(1, 10).all()
    else:
        assert reading.errors
