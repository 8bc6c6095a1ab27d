"""The Community Life Survey: tables found by their titles, percentages with their limits, symbols that are no numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from loaders.community_life import MEASURES, SOURCE, TABLES, fetch, read
from loaders.reading import Reading
from store.errors import SourceChanged
from tests.loaders.open_document import Cell, row, write_ods
from tests.loaders.publishers import Asked, Reply, fetching_from, publisher
from tests.loaders.small_world import NOW, holding, small_context, small_lookups

CONTEXT = small_context()
LONELY = "A1c: Frequency of feelings of loneliness, by local authority, people aged 16 and over, England, October 2023 to March 2024"
HEADING: list[Cell] = [
    "Question", "Response Breakdown ", "2023/24 Percentage (%)", "2023/24 Lower Estimate percentage (%)",
    "2023/24 Upper Estimate percentage (%)", "2023/24 Number of respondents",
    "2023/24 Unweighted Base - number of people aged 16 and over", "LAD23 Code", "ITL2 name",
]  # fmt: skip
ROWS: list[list[Cell]] = [
    ["How often do you feel lonely?", "Often/Always"],
    [None, "England", 7.05, 6.9, 7.2, 12000.0, 170000.0],
    [None, "Plymouth", 8.25, 5.5, 11.0, 60.0, 657.0, "E06000026", "Devon"],
    [None, "Cornwall", 7.0, 5.0, 9.5, 90.0, 1200.0, "E06000052", "Cornwall"],
    [None, "Isles of Scilly", "[c]", "[c]", "[c]", "[c]", 12.0, "E06000053", "Cornwall"],
]


def _sheet(title: str = LONELY, heading: list[Cell] | None = None, rows: list[list[Cell]] | None = None) -> list[str]:
    return [row([title]), row(["Source: Community Life Survey"]), row([]), row(heading or HEADING),
            *(row(cells) for cells in (ROWS if rows is None else rows))]  # fmt: skip


def _file(folder: Path, **more: Any) -> Path:
    sheets = {
        "Contents": [row(["A1c", LONELY])],
        "A1a": [row(["A1a: Frequency of feelings of loneliness, people aged 16 and over"]), row(HEADING), row(ROWS[2])],
        "A1c": _sheet(**more),
        "B7c": _sheet("B7c: Satisfaction with green and natural spaces in the local area, by local authority"),
    }
    return write_ods(folder / "Community_Life_Survey_Annual_data_tables.ods", sheets)


def _one_problem(reading: Reading) -> tuple[str, str | None]:
    assert [account.state for account in reading.accounts] == ["refused"]
    assert reading.contributions == ()
    (problem,) = reading.errors
    assert problem.do
    return problem.message, problem.column


def _with(line: int, at: int, value: Cell) -> list[list[Cell]]:
    return [[value if (line, at) == (number, place) else cell for place, cell in enumerate(cells)]
            for number, cells in enumerate(ROWS)]  # fmt: skip


def test_percentages_of_councils_come_with_their_limits(tmp_path: Path) -> None:
    reading = read([_file(tmp_path)], CONTEXT)
    (account,) = reading.accounts
    assert (account.period, account.authority, account.state) == ("2023/24", "E92000001", "loaded")
    assert (account.rows_read, account.rows_placed, account.rows_unlocated) == (4, 3, 1)
    (contribution,) = reading.contributions
    rows = contribution.observations.set_index("area_code")
    assert set(rows["measure"]) == {"feeling-lonely-often-or-always"}
    assert rows.loc["E06000026", ["value", "low", "high", "denominator", "status"]].tolist() == [
        8.25,
        5.5,
        11.0,
        657.0,
        "observed",
    ]
    assert rows.loc["E06000053", ["low", "high", "denominator", "status"]].tolist() == [0.0, 100.0, 12.0, "suppressed"]
    assert rows["numerator"].isna().all()
    assert rows.loc["E06000053", "value"] != rows.loc["E06000053", "value"]
    assert {
        (str(day.date()), months) for day, months in zip(rows["period_start"], rows["period_months"], strict=True)
    } == {("2023-10-01", 6)}
    assert contribution.areas["name"].tolist() == ["Plymouth", "Cornwall", "Isles of Scilly"]
    assert contribution.coverage["rows_placed"].tolist() == [3]
    assert reading.problems[0].message == "1 other tables by council were read and are not used"
    again = read([tmp_path], holding(CONTEXT, (account.file, account.sha256)))
    assert [item.state for item in again.accounts] == ["unchanged"]


def test_two_survey_years_in_one_table(tmp_path: Path) -> None:
    heading = [*HEADING[:7], *(str(cell).replace("2023/24", "2024/25") for cell in HEADING[2:7]), *HEADING[7:]]
    rows = [[*ROWS[2][:7], 9.0, 6.0, 12.0, 50.0, 640.0, "E06000026", "Devon"]]
    reading = read([_file(tmp_path, heading=heading, rows=rows)], CONTEXT)
    assert reading.accounts[0].period == "2023/24, 2024/25"
    assert reading.contributions[0].observations["value"].tolist() == [8.25, 9.0]


def test_a_sheet_saved_as_csv_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "A1c.csv"
    width = len(HEADING)
    lines = [[LONELY], HEADING, ROWS[2]]
    text = "\n".join(",".join(f'"{cell or ""}"' for cell in [*cells, *[""] * (width - len(cells))]) for cells in lines)
    path.write_text(text + "\n", encoding="utf-8")
    assert read([path], CONTEXT).contributions[0].observations["value"].tolist() == [8.25]


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_known_by_its_title(tmp_path: Path, table: Any) -> None:
    title = f"X1c: {table.title.capitalize()}, by local authority, people aged 16 and over, England"
    (contribution,) = read([_file(tmp_path, title=title)], CONTEXT).contributions
    assert set(contribution.observations["measure"]) == {table.measure}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (_with(2, 2, "[new]"), "no such number, such as “[new]”"),
        (_with(2, 2, 120.0), "no such number"),
        (_with(2, 6, "many"), "no such number"),
        (_with(2, 3, 9.0), "outside its own limits"),
        (_with(2, 4, None), "outside its own limits"),
        (_with(3, 7, "E06000026"), "stands twice"),
        ([[None, "Plymouth", 0.08, 0.05, 0.11, 60.0, 657.0, "E06000026"]], "parts of one"),
        ([], "No table by council"),
    ],
)
def test_a_cell_that_is_not_as_it_should_be_stops_the_file(
    tmp_path: Path, rows: list[list[Cell]], message: str
) -> None:
    assert message in _one_problem(read([_file(tmp_path, rows=rows)], CONTEXT))[0]


@pytest.mark.parametrize(
    ("at", "message"),
    [
        (2, "“Percentage (%)” is not there"),
        (3, "low column of 2023/24"),
        (4, "high column"),
        (6, "base column"),
        (7, "“LAD23 Code” is not there"),
    ],
)
def test_a_renamed_heading_stops_the_file(tmp_path: Path, at: int, message: str) -> None:
    heading = ["X" if place == at else cell for place, cell in enumerate(HEADING)]
    assert message in _one_problem(read([_file(tmp_path, heading=heading)], CONTEXT))[0]


def test_a_year_in_the_future_is_refused(tmp_path: Path) -> None:
    heading: list[Cell] = [str(cell).replace("2023/24", "2026/27") for cell in HEADING]
    assert "in the future" in _one_problem(read([_file(tmp_path, heading=heading)], CONTEXT))[0]


def test_annual_tables_are_found_on_their_release_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = _file(tmp_path).read_bytes()

    def answer(asked: Asked) -> Reply:
        if asked.path.endswith(".ods"):
            return Reply(content)
        if "202425" not in asked.path:
            return Reply(b"<html>not found</html>", 404)
        page = '<a href="/media/1/Community_Life_Survey_2024_25_Annual_data_tables.FINAL.ods">x</a><a href="/media/2/other.ods">y</a>'
        return Reply(page.encode(), headers={"Content-Type": "text/html"})

    with publisher(answer) as playing:
        monkeypatch.setenv("OUTCOMES_COMMUNITY_LIFE_URL", playing.address)
        (path,) = fetch(fetching_from(SOURCE, tmp_path / "raw", NOW, small_lookups())[0])
    assert path.name.startswith("tables-202425-0__")
    assert [account.state for account in read([path], CONTEXT).accounts] == ["loaded"]


def test_no_page_with_tables_is_a_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with publisher([Reply(b"<html>nothing</html>")]) as playing:
        monkeypatch.setenv("OUTCOMES_COMMUNITY_LIFE_URL", playing.address)
        with pytest.raises(SourceChanged, match="No release page"):
            fetch(fetching_from(SOURCE, tmp_path, NOW, small_lookups())[0])


def test_measures_are_proportions() -> None:
    assert {measure.kind for measure in MEASURES} == {"proportion"}
