"""A community's own figures as they may be shown, from an import to the last hidden number."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import pytest

from indicators.guarded_figures import guarded_figures
from loaders import local
from loaders.importing import import_files
from store.database import open_store
from store.folder import SHIPPED, Folder
from store.suppression_rule import read_suppression
from tests.loaders.local_files import METRIC, MOTHERS, OWN, VOLUNTEERS, filled
from tests.loaders.small_world import NOW

RULES = read_suppression(SHIPPED / "suppression.toml")
PLACES = {"two": ["E01019968", "E01019970"], "one": ["E01019970"]}
Row = Mapping[str, str]
Told = dict[tuple[str, str], tuple[float, float, str]]


@pytest.fixture
def folder(small_folder: Folder, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A data folder in which the place “two” has two small areas and “one” has one of them."""
    for slug, codes in PLACES.items():
        text = f'schema = 1\nname = "{slug}"\n[place]\nsmall_areas = {codes}\n'.replace("'", '"')
        (small_folder.areas / f"{slug}.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(local, "data_folder", lambda: small_folder)
    return small_folder


def told(folder: Folder, path: Path, *rows: Row) -> Told:
    """(area, first month as a rest of 12 and months) → shown numerator (−1 hidden), denominator or value, words."""
    done = import_files(folder, "local", [filled(path, *rows)], now=NOW)
    assert done.reading.problems == ()
    found = guarded_figures(open_store(folder), RULES)
    return {
        (item.code, f"{item.first % 12 + 1}/{item.months}"): (
            -1.0 if math.isnan(item.numerator) else item.numerator,
            next((x for x in (item.value, item.denominator) if not math.isnan(x)), -1.0),
            item.words[:3],
        )
        for item in found.itertuples()
    }  # fmt: skip


def at(row: Row, area: str, **more: str) -> Row:
    """The row for another area, with other numbers."""
    return {**row, "area": area, **more}


def test_nothing_held_is_nothing_shown(folder: Folder, tmp_path: Path) -> None:
    import_files(folder, "local", [filled(tmp_path / "a.csv", at(OWN, "two"))], now=NOW)
    store = open_store(folder)
    assert len(guarded_figures(store, RULES)) == 1
    assert guarded_figures(store, RULES)["numerator"].to_list() == [3]


def test_small_counts_of_people_are_hidden_and_cannot_be_subtracted_back(folder: Folder, tmp_path: Path) -> None:
    led = {**VOLUNTEERS, "indicator": "led-for-the-first-time"}
    found = told(folder, tmp_path / "a.csv", at(led, "two", count="34"), at(led, "one", count="30"))
    # 34 in two areas and 30 in one of them would say that there were 4 in the other.
    assert found == {("one", "1/1"): (-1, -1, "not"), ("two", "1/1"): (34, -1, "")}


def test_a_year_and_its_months_are_guarded_together(folder: Folder, tmp_path: Path) -> None:
    led = {**VOLUNTEERS, "indicator": "led-for-the-first-time"}
    months = [at(led, "one", count="20", period_start=f"2024-{month:02d}") for month in range(1, 12)]
    found = told(folder, tmp_path / "a.csv", *months, at(led, "one", count="223", period_start="2024"))
    assert [value[0] for value in found.values()].count(-1) == 1


def test_levels_are_not_added_over_months(folder: Folder, tmp_path: Path) -> None:
    rows = [at(VOLUNTEERS, "one", count="20"), at(VOLUNTEERS, "one", count="23", period_start="2024")]
    assert told(folder, tmp_path / "a.csv", *rows) == {("one", "1/1"): (20, -1, ""), ("one", "1/12"): (23, -1, "")}


def test_health_is_rounded_and_nought_is_hidden_too(folder: Folder, tmp_path: Path) -> None:
    rows = [at(MOTHERS, "one", count="13", out_of="41"), at(MOTHERS, "E01019968", count="0", out_of="33"),
            at(MOTHERS, "two", count="31", out_of="33", period_start="2022/23")]  # fmt: skip
    found = told(folder, tmp_path / "a.csv", *rows)
    assert found["one", "4/12"] == (15, 40, "")
    assert found["E01019968", "4/12"] == (-1, 35, "few")
    # 31 of 33: rounded, the two left over can be anything from 1 to 9, and no more than that is ever told of a small count.
    assert found["two", "4/12"] == (30, 35, "")
    store = guarded_figures(open_store(folder), RULES)
    assert store["people_asked"].isna().all()
    rounded = store[store["numerator"] == 15].iloc[0]
    assert (rounded["status"], rounded["low"], rounded["high"]) == ("rounded", 13, 17)


def test_an_average_of_few_is_hidden_with_everything_about_it(folder: Folder, tmp_path: Path) -> None:
    rows = [at(METRIC, "one", people_answered="9"), at(METRIC, "one", period_start="2024-05")]
    found = told(folder, tmp_path / "a.csv", *rows)
    assert found["one", "3/1"] == (-1, -1, "few")
    assert found["one", "5/1"] == (-1, 22.4, "")
    few, enough = (guarded_figures(open_store(folder), RULES).iloc[number] for number in (0, 1))
    assert math.isnan(few["standard_deviation"])
    assert math.isnan(few["low"])
    assert enough["low"] < 22.4 < enough["high"]
    assert (enough["people_answered"], enough["people_asked"]) == (120, 300)


def test_an_average_of_all_and_of_all_but_a_few_does_not_give_the_few_away(folder: Folder, tmp_path: Path) -> None:
    rows = [at(METRIC, "two", people_answered="44"), at(METRIC, "one", people_answered="40")]
    found = told(folder, tmp_path / "a.csv", *rows)
    assert [value[2] for value in found.values()].count("not") == 1


def test_what_a_service_hid_stays_hidden(folder: Folder, tmp_path: Path) -> None:
    found = told(folder, tmp_path / "a.csv", at(VOLUNTEERS, "one", count="<5"))
    assert found == {("one", "1/1"): (-1, -1, "few")}


def test_a_later_file_does_not_open_what_an_earlier_one_closed(folder: Folder, tmp_path: Path) -> None:
    import_files(
        folder, "local", [filled(tmp_path / "a.csv", at(OWN, "one", about="people", period_start="2022"))], now=NOW
    )
    found = told(folder, tmp_path / "b.csv", at(OWN, "one", period_start="2023"))
    assert {value[2] for value in found.values()} == {"few"}


def test_before_anything_is_brought_there_is_nothing(folder: Folder, tmp_path: Path) -> None:
    from store.building import build

    build(folder, [], {}, NOW)
    assert guarded_figures(open_store(folder), RULES).empty
