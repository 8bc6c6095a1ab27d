"""Disease registers of general practices: patients on them, over everybody on the list."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.practice_profiles import INDICATORS, MEASURES, SOURCE, read
from store.recording_break import read_breaks
from tests.conftest import REPOSITORY
from tests.loaders.fingertips_file import INJURIES, NAMES, cells, made, one_problem
from tests.loaders.small_world import NOW, small_context

CONTEXT = small_context()


def _row(number: str, code: str, *figures: object, **more: object) -> dict[str, str]:
    return cells(number, code, "2022/23", *figures, **{"area_type": "GPs", "age": "18+ yrs", **more})


def test_registers_become_shares_of_the_list(tmp_path: Path) -> None:
    rows = [
        _row("848", "L83011", 13.5, 1350, 10000, area_name="Adelaide Street Surgery"),
        _row("848", "Y02480", 12, 120, 1000, area_name="Another Surgery"),
        _row("848", "E92000001", 13.2, 6.1e6, 4.6e7, area_type="England"),
        _row("848", "E38000089", 13, 13000, 100000, area_type="CCGs"),
        _row("848", "U59784", 13, 13000, 100000, area_type="PCNs"),
        _row("848", "L83012", "", "", 400, value_note="Value suppressed for disclosure control due to small count"),
    ]
    reading = read([made(tmp_path / "x.csv", rows)], CONTEXT)
    (account,) = reading.accounts
    assert (account.rows_read, account.rows_placed, account.rows_refused, account.state) == (6, 6, 0, "loaded")
    assert account.period == "2022-04:2023-03"
    assert reading.problems[0].message == "3 of 6 rows are used; not used: 3 of areas of another kind"
    (contribution,) = reading.contributions
    frame = contribution.observations.sort_values("area_code")
    assert set(frame["measure"]) == {"depression-register"}
    assert frame[["area_kind", "area_code", "numerator", "denominator", "status", "authority"]].iloc[
        ::2
    ].values.tolist() == [
        ["practice", "L83011", 1350, 10000, "observed", "E92000001"],
        ["practice", "Y02480", 120, 1000, "observed", "E92000001"],
    ]
    hidden = frame.iloc[1]
    assert (hidden["status"], hidden["denominator"]) == ("suppressed", 400)
    # How small a count is hidden nobody has said, so the range stays open.
    assert hidden[["numerator", "low", "high"]].isna().all()
    assert contribution.areas[["kind", "code", "name", "country"]].values.tolist() == [
        ["practice", "L83011", "Adelaide Street Surgery", "England"],
        ["practice", "L83012", "Area L83012", "England"],
        ["practice", "Y02480", "Another Surgery", "England"],
    ]
    assert contribution.coverage["rows_placed"].tolist() == [3]
    assert contribution.members.empty


@pytest.mark.parametrize("number", ["848", "241", "90933", "253", "273"])
def test_every_register_has_its_measure(tmp_path: Path, number: str) -> None:
    reading = read([made(tmp_path / "x.csv", [_row(number, "L83011", 10, 100, 1000)])], CONTEXT)
    declared = next(item for item in INDICATORS if str(item.number) == number)
    assert reading.contributions[0].observations["measure"].tolist() == [declared.measure]
    assert [item.number for item in INDICATORS if item.fits(NAMES[number])] == [int(number)]


def test_the_newer_names_are_known_too() -> None:
    name = "Diabetes prevalence aged 17 years and over (Quality and Outcomes Framework)"
    assert [item.number for item in INDICATORS if item.fits(name)] == [241]
    assert not any(item.fits("Depression: QOF incidence - new diagnosis (18+)") for item in INDICATORS)


def test_a_practice_without_a_proper_code_is_refused(tmp_path: Path) -> None:
    rows = [_row("848", "L83011", 10, 100, 1000), _row("848", "L8301", 10, 100, 1000)]
    message, column, lines, _ = one_problem(read([made(tmp_path / "x.csv", rows)], CONTEXT))
    assert "L8301" in message
    assert (column, lines) == ("Area Code", (3,))


def test_a_file_of_councils_belongs_elsewhere() -> None:
    message, _, _, do = one_problem(read([INJURIES], CONTEXT))
    assert message == "None of the indicators in this file is used here: 90284"
    assert "imported as fingertips" in do


def test_a_register_larger_than_its_list_stops_the_file(tmp_path: Path) -> None:
    message, *_ = one_problem(read([made(tmp_path / "x.csv", [_row("848", "L83011", 101, 101, 100)])], CONTEXT))
    assert "more counted than there are" in message


def test_the_breaks_of_the_registers_name_these_measures() -> None:
    named = {measure for item in read_breaks(REPOSITORY / "data" / "breaks.toml") for measure in item.measures}
    assert {measure.name for measure in MEASURES} <= named
    assert {measure.kind for measure in MEASURES} == {"proportion"}
    assert SOURCE.format_evidence == "documented header"
    assert NOW.year == 2026
