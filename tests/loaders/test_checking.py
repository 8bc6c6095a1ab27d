"""``python -m loaders check``: what is loaded, what is missing and what looks wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from loaders import __main__ as command_line
from loaders.checking import coverage_report
from loaders.discovery import all_loaders
from loaders.importing import import_files
from loaders.report_words import SHOWN, check_lines
from store.building import build
from store.contribution import Contribution
from store.database import Store
from store.folder import Folder
from tests.store.contributions import AREA, AT, MEASURES, SOURCE, counts, months

FORCE = "devon-and-cornwall"
TODAY = date(2026, 11, 22)
NOW = datetime.fromisoformat("2026-11-22T09:30")
Street = Callable[..., Path]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command_line.main, [str(argument) for argument in arguments])


def checked(folder: Folder) -> dict[str, Any]:
    known = [item.SOURCE for item in all_loaders().values()]
    return coverage_report(Store(folder.database()), folder, known, TODAY)


def hold(folder: Folder, *contributions: Contribution) -> None:
    build(folder, contributions, {SOURCE: MEASURES}, AT)


def test_coverage_is_told_by_source_authority_and_period(small_folder: Folder, street: Street) -> None:
    street("2018-10", rows=[("E01019970", "Burglary"), ("E01019969", "Drugs"), ("", "Burglary")])
    import_files(small_folder, "police_uk", [street("2018-12").parent], now=NOW)
    found = checked(small_folder)
    assert found["periods"] == [
        {"source": "police_uk", "authority": FORCE, "period": "2018-10", "measures_reported": 14, "measures": 14, "areas": 2,
         "rows_placed": 2, "rows_unlocated": 1},
        {"source": "police_uk", "authority": FORCE, "period": "2018-11", "measures_reported": 0, "measures": 14, "areas": 0,
         "rows_placed": None, "rows_unlocated": None},
        {"source": "police_uk", "authority": FORCE, "period": "2018-12", "measures_reported": 14, "measures": 14, "areas": 1,
         "rows_placed": 1, "rows_unlocated": 0},
    ]  # fmt: skip
    assert {row["month"] for row in found["absent"]} == {"2018-11"}
    assert [row["source"] for row in found["stale"]] == ["police_uk"]
    assert "police_uk" not in found["never_loaded"]
    assert {"nomis_claimants", "deprivation"} <= set(found["never_loaded"])
    assert "local" not in found["never_loaded"]


def test_rows_without_a_place_or_with_unknown_codes_are_told_by_file(small_folder: Folder, street: Street) -> None:
    path = street(rows=[("E01019970", "Burglary"), ("", "Burglary"), ("E01999999", "Drugs"), ("E01999998", "Drugs")])
    import_files(small_folder, "police_uk", [path], now=NOW, accept_refused=2)
    found = checked(small_folder)
    assert found["unmatched"] == [
        {"source": "police_uk", "file": path.name, "rows_read": 4, "rows_unlocated": 1, "rows_refused": 2}
    ]
    assert f"police_uk {path.name}: 1 without a place and 2 refused, of 4" in "\n".join(check_lines(found))


def test_a_month_far_off_its_neighbours_is_shown(small_folder: Folder) -> None:
    year = dict.fromkeys(months("2020-01", 12), 100.0)
    hold(small_folder, counts(year | {"2020-06": 170.0}))
    found = checked(small_folder)
    assert found["spikes"] == [
        {"source": "street_counts", "measure": "burglary", "authority": FORCE, "period": "2020-06", "count": 170.0,
         "usual": 100.0, "deviations": 7.0}
    ]  # fmt: skip
    assert f"  burglary {FORCE} 2020-06: 170, where about 100 are usual" in check_lines(found)


def test_a_neighbourhoods_own_months_are_looked_at_too(small_folder: Folder) -> None:
    write_place(small_folder, f'["{AREA}"]')
    year = dict.fromkeys(months("2020-01", 12), 4.0)
    elsewhere = counts(dict.fromkeys(year, 900.0), area="E01019969", name="b")
    rows = counts(year | {"2020-06": 40.0, "2020-07": 0.0})
    both = replace(
        elsewhere, observations=pd.concat([elsewhere.observations, rows.observations]),
        coverage=elsewhere.coverage.assign(rows_placed=904),
    )  # fmt: skip
    hold(small_folder, both)
    (spike,) = checked(small_folder)["spikes"]
    assert (spike["place"], spike["period"], spike["count"], spike["usual"]) == ("somewhere", "2020-06", 40.0, 4.0)


def test_what_a_community_says_itself_is_not_looked_at(small_folder: Folder) -> None:
    year = dict.fromkeys(months("2020-01", 12), 100.0)
    hold(small_folder, counts(year | {"2020-06": 1000.0}, origin="local"))
    assert checked(small_folder)["spikes"] == []


def test_an_authority_that_fell_behind_is_shown(small_folder: Folder) -> None:
    ahead = counts({"2020-01": 5.0, "2020-02": 5.0})
    late = counts({"2020-01": 5.0}, name="late")
    force = {"authority": "avon-and-somerset"}
    late = replace(late, observations=late.observations.assign(**force), coverage=late.coverage.assign(**force))
    hold(small_folder, ahead, late)
    found = checked(small_folder)
    assert found["behind"] == [
        {
            "source": "street_counts",
            "authority": "avon-and-somerset",
            "last": "2020-01",
            "newest": "2020-02",
            "measures": 1,
        }
    ]
    assert "  street_counts avon-and-somerset: 2020-01, where others have 2020-02" in check_lines(found)


def write_place(folder: Folder, small_areas: str, more: str = "", name: str = "somewhere") -> Path:
    path = folder.areas / f"{name}.toml"
    path.write_text(f'schema = 1\nname = "Somewhere"\n[place]\nsmall_areas = {small_areas}\n{more}\n', encoding="utf-8")
    return path


def test_neighbourhood_files_with_codes_nobody_knows_are_named(small_folder: Folder) -> None:
    hold(small_folder)
    write_place(small_folder, f'["{AREA}"]', name="right")
    more = 'wards = ["Nowhere"]\nschools = ["123456"]\n[study]\nexclude = ["E01999998"]'
    write_place(small_folder, f'["{AREA}", "E01999999"]', more)
    (small_folder.areas / "broken.toml").write_text("schema = ", encoding="utf-8")
    found = checked(small_folder)
    assert [(row["place"], row["column"], row["codes"]) for row in found["places"]] == [
        ("broken", None, []), ("somewhere", "place.small_areas", ["E01999999"]), ("somewhere", "study.exclude", ["E01999998"]),
        ("somewhere", "place.wards", ["Nowhere"]), ("somewhere", "place.schools", ["123456"]),
    ]  # fmt: skip
    assert found["places"][-1]["message"] == "No school is loaded yet"
    lines = check_lines(found)
    assert "  somewhere: The database knows no lsoa of this code (place.small_areas): E01999999" in lines
    assert any("broken.toml" in line for line in lines)


def test_a_broken_neighbourhood_file_does_not_stop_the_check(small_folder: Folder, street: Street) -> None:
    import_files(small_folder, "police_uk", [street()], now=NOW)
    (small_folder.areas / "broken.toml").write_text("schema = ", encoding="utf-8")
    result = run("check", "--json")
    assert result.exit_code == 0
    assert [row["place"] for row in json.loads(result.stdout)["places"]] == ["broken"]
    assert "Neighbourhood files:" in run("check").stdout


def test_long_lists_are_cut_and_counted() -> None:
    rows = [
        {"source": "police_uk", "file": f"{n}.csv", "rows_read": 1, "rows_unlocated": 1, "rows_refused": 0}
        for n in range(SHOWN + 3)
    ]
    empty: dict[str, list[Any]] = {
        name: [] for name in ("coverage", "suspect", "absent", "spikes", "stale", "behind", "places", "never_loaded")
    }
    lines = check_lines({**empty, "unmatched": rows})
    assert len(lines) == SHOWN + 2
    assert lines[-1] == "  … and 3 more (--json shows all)"


def test_the_sample_is_said_to_be_old_and_to_be_the_sample(sample_in_use: Folder) -> None:
    assert sample_in_use.stamp()
    words = run("check").stdout
    assert "police_uk: held to 2025-08; more was expected by 2025-12" in words
    assert "it is the sample" in words


@pytest.mark.parametrize("key", ["coverage", "suspect", "absent", "unlocated", "files"])
def test_everything_the_check_said_before_it_still_says(sample_in_use: Folder, key: str) -> None:
    assert key in json.loads(run("check", "--json").stdout)
    assert sample_in_use.stamp()
