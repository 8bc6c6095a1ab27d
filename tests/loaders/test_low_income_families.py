"""Children in low-income families: small areas, wards and middle-layer areas, before and after housing costs."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from loaders import stat_xplore
from loaders.low_income_families import CUBES, MEASURES, SOURCE, fetch, read
from loaders.reading import Reading
from loaders.stat_xplore import Cube
from store.errors import BadQuestion
from tests.loaders.publishers import fetching_from, publisher
from tests.loaders.small_world import NOW, small_context, small_lookups
from tests.loaders.stat_xplore_service import KEY, answer_to, service

CONTEXT = small_context()
BEFORE, AFTER = CUBES.values()
CHILDREN = {"E01015153": 120, "E01034851": 40, "E01034852": 50, "E05002094": 700, "E02003151": 410, "W02000001": 90}


def _dates(cube: Cube, years: tuple[str, ...]) -> list[str]:
    return [f"str:value:{cube.database}:{cube.dates}:C_CILIF_YEAR:{year}" for year in years]


def _value(cell: dict[str, str]) -> Any:
    return next((CHILDREN[code] for code in cell.values() if code in CHILDREN), 0)


def _written(folder: Path, cube: Cube, areas: list[str], *years: str) -> Path:
    path = folder / "answer.json"
    said = answer_to(cube.question(_dates(cube, years or ("2023",)), areas), [], _value)
    path.write_text(json.dumps(said), encoding="utf-8")
    return path


def _one_problem(reading: Reading) -> str:
    assert [account.state for account in reading.accounts] == ["refused"]
    (problem,) = reading.errors
    assert problem.do
    return problem.message


def test_each_kind_of_area_is_a_measure_of_its_own(tmp_path: Path) -> None:
    reading = read([_written(tmp_path, BEFORE, list(CHILDREN))], CONTEXT)
    (account,) = reading.accounts
    assert (account.period, account.authority) == ("2022/23", "E92000001, W92000004")
    assert (account.rows_read, account.rows_placed, account.rows_refused) == (6, 6, 0)
    (contribution,) = reading.contributions
    rows = contribution.observations.set_index(["measure", "area_code"])
    assert rows.loc[("children-in-low-income-families", "E01015153"), ["numerator", "low", "high"]].tolist() == [
        120,
        117,
        123,
    ]
    assert rows.loc[("children-in-low-income-families", "E01018758"), ["numerator", "low", "high"]].tolist() == [
        90,
        84,
        96,
    ]
    assert rows.loc[("children-in-low-income-families", "E01015155"), "status"] == "missing"
    assert rows.loc[("children-in-low-income-families-in-wards", "E05002094"), "numerator"] == 700
    assert rows.loc[("children-in-low-income-families-in-middle-layer-areas", "E02003151"), "numerator"] == 410
    assert {
        (str(day.date()), months) for day, months in zip(rows["period_start"], rows["period_months"], strict=True)
    } == {("2022-04-01", 12)}
    assert set(rows.loc[rows["area_kind"] != "stable", "status"]) == {"rounded"}
    assert contribution.areas[["kind", "code", "country"]].values.tolist() == [
        ["msoa", "E02003151", "England"], ["msoa", "W02000001", "Wales"],
    ]  # fmt: skip
    coverage = contribution.coverage.set_index(["measure", "authority"])["rows_placed"].to_dict()
    assert coverage["children-in-low-income-families", "E92000001"] == 3
    assert coverage["children-in-low-income-families-in-middle-layer-areas", "W92000004"] == 1


def test_incomes_after_housing_costs_are_another_measure(tmp_path: Path) -> None:
    (contribution,) = read([_written(tmp_path, AFTER, ["E01015153"])], CONTEXT).contributions
    assert set(contribution.observations["measure"]) == {"children-in-low-income-families-after-housing-costs"}
    assert {item.name for item in MEASURES} >= set(contribution.observations["measure"])


def test_an_unknown_area_is_refused_unless_accepted(tmp_path: Path) -> None:
    path = _written(tmp_path, BEFORE, ["E01015153", "E06000026"])
    assert "E06000026" in _one_problem(read([path], CONTEXT))
    (account,) = read([path], small_context(accept_refused=1)).accounts
    assert (account.rows_placed, account.rows_refused, account.state) == (1, 1, "loaded")
    path = _written(tmp_path, BEFORE, ["E06000026"])
    assert read([path], small_context(accept_refused=1)).contributions == ()


@pytest.mark.parametrize(
    ("year", "message"),
    [("2021", "worked out in another way"), ("2030", "in the future"), ("202", "not a year")],
)
def test_a_year_that_cannot_be_used_is_refused(tmp_path: Path, year: str, message: str) -> None:
    assert message in _one_problem(read([_written(tmp_path, BEFORE, ["E01015153"], "2023", year)], CONTEXT))


def test_an_answer_of_another_database_is_refused(tmp_path: Path) -> None:
    other = Cube("PIP_Monthly", "V", "D:DATE", ("V:COA", "X"))
    assert "of the database PIP_Monthly" in _one_problem(read([_written(tmp_path, other, ["E01015153"])], CONTEXT))
    path = tmp_path / "answer.json"
    path.write_text("{}", encoding="utf-8")
    assert "no answer of Stat-Xplore" in _one_problem(read([path], CONTEXT))


def test_both_databases_are_asked_for_the_years_worked_out_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    years = ("2021", "2022", "2023", "2024")
    dates = {cube.database: _dates(cube, years) for cube in CUBES.values()}
    monkeypatch.setenv(stat_xplore.KEY_VARIABLE, KEY)
    with publisher(service(list(CUBES.values()), dates, _value)) as playing:
        monkeypatch.setenv("OUTCOMES_LOW_INCOME_FAMILIES_URL", playing.address)
        begun: Any = fetching_from(SOURCE, tmp_path, NOW, small_lookups())[0]
        paths = fetch(begun)
        reading = read(paths, CONTEXT)
        assert [account.period for account in reading.accounts] == ["2021/22, 2022/23, 2023/24"] * 2
        later: Any = fetching_from(SOURCE, tmp_path, NOW, small_lookups(), since=date(2025, 1, 1))[0]
        with pytest.raises(BadQuestion, match="no year as late as 2025"):
            fetch(later)
    assert {item.observations["measure"].iloc[0] for item in reading.contributions} == {
        "children-in-low-income-families", "children-in-low-income-families-after-housing-costs",
    }  # fmt: skip
