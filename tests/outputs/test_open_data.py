"""The tidy CSV and its metadata: every row complete, unknown empty, text that is no formula, a vocabulary others read."""

from __future__ import annotations

import csv
import io
import json
import re
import warnings
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from csvw import CSVW

from indicators.ground import Ground
from indicators.quarter_series import QuarterSeries
from indicators.study import Studied
from outputs import formats
from outputs.contact import contact_line
from outputs.figure_status import FigureStatus
from outputs.finding_json import studied_as_json
from outputs.observations import Observation, observations
from outputs.open_data import METADATA, make, named
from outputs.open_data_columns import COLUMNS, MEASURES, ROWS, STATUSES
from outputs.pack import Pack, Sheet
from outputs.words import USE
from store.database import Store
from store.folder import REPOSITORY
from store.period import month_number
from store.place import Reply
from store.published_values import altered_measures
from tests.outputs import packs
from tests.outputs.examples import burglary

AREA = "north-stonehouse"
_PLAIN = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?")


@pytest.fixture(scope="module")
def pack(sample_store: Store) -> Pack:
    return packs.pack(sample_store, AREA)


@pytest.fixture(scope="module")
def files(pack: Pack, sample_store: Store) -> dict[str, bytes]:
    return dict(make(pack, sample_store))


@pytest.fixture(scope="module")
def rows(files: dict[str, bytes]) -> list[dict[str, str]]:
    return read(files)


def read(files: dict[str, bytes]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[".csv"].decode("utf-8-sig"))))


def of(rows: list[dict[str, str]], indicator: str, row: str, measure: str) -> dict[str, str]:
    found = [one for one in rows if (one["indicator"], one["row"], one["measure"]) == (indicator, row, measure)]
    assert len(found) == 1, found
    return found[0]


def alone(real: Pack, **changed: Any) -> Pack:
    """The pack with its burglary only, changed, and without a series."""
    finding = replace(real.findings[0], **changed)
    return replace(real, sheets=(Sheet(Studied(finding, None), (), None),), background=())


def test_every_row_has_what_must_go_with_a_figure(rows: list[dict[str, str]]) -> None:
    assert list(rows[0]) == [column.name for column in COLUMNS]
    needed = [column.name for column in COLUMNS if column.required]
    for row in rows:
        assert all(row[name] for name in needed), row
        assert row["row"] in ROWS
        assert row["measure"] in MEASURES
        assert row["status"] in STATUSES
        if row["status"] != "not loaded":
            assert row["source"]
            assert row["licence"]
            assert row["data_to"]
            assert row["fetched_on"]
        if row["figure"]:
            assert row["period_from"] <= row["period_to"]
            assert row["status"] not in ("missing", "suppressed", "too few events", "not compared", "not loaded")
        for name in ("figure", "lower", "upper"):
            assert not row[name] or _PLAIN.fullmatch(row[name]), row[name]


def test_each_figure_stands_once(rows: list[dict[str, str]]) -> None:
    keys = [
        (one["indicator"], one["row"], one["measure"], one["whose"], one["small_areas"], one["period_from"])
        for one in rows
    ]
    assert len(keys) == len(set(keys))


def test_the_worked_example_has_the_numbers_of_its_document(rows: list[dict[str, str]], pack: Pack) -> None:
    document = studied_as_json(pack.sheets[0].studied, area_name=pack.place.name)
    for side in ("before", "after"):
        count, rate = of(rows, "burglary", side, "count"), of(rows, "burglary", side, "rate")
        assert count["figure"] == str(document[side]["count"])
        assert [rate[name] for name in ("figure", "lower", "upper")] == [
            str(document[side][name]) for name in ("rate", "lower", "upper")
        ]
        assert (count["period_from"], count["period_to"]) == (document[side]["from"], document[side]["to"])
        assert (count["months"], count["months_missing"]) == ("24", "0")
    change = of(rows, "burglary", "change", "percentage change")
    assert change["figure"] == str(document["change"]["percent"])
    similar = of(rows, "burglary", "similar places before", "count")
    assert (similar["figure"], similar["small_areas"]) == (str(document["comparison"]["before_count"]), "")
    difference = of(rows, "burglary", "difference", "ratio")
    assert (difference["note"], difference["verdict"]) == (document["sentence"], "Too few events to tell")
    # As on the pages: with too few events there is a range and no best estimate.
    assert (difference["figure"], difference["status"]) == ("", "too few events")
    assert difference["lower"] == str(document["comparison"]["lower"])
    robbery = of(rows, "robbery", "difference", "ratio")
    assert (float(robbery["figure"]), robbery["status"]) == (pytest.approx(0.44, abs=0.01), "worked out")


def test_every_outcome_of_the_page_has_a_row_also_where_nothing_is_known(
    rows: list[dict[str, str]], pack: Pack
) -> None:
    found = [one["indicator"] for one in rows if one["row"] == "difference"]
    around = [item.finding.question.indicator for item in pack.background]
    assert found == [finding.question.indicator for finding in pack.findings] + around
    absent = of(rows, "vehicle-crime", "difference", "ratio")
    assert (absent["status"], absent["figure"], absent["source"]) == ("not loaded", "", "")
    council = of(rows, "anxiety", "before", "level")
    assert (council["whose"], council["small_areas"]) == ("Plymouth", "")


def test_the_series_is_that_of_the_chart(rows: list[dict[str, str]], pack: Pack) -> None:
    sheet = pack.sheets[0]
    assert sheet.chart is not None
    series = [one for one in rows if (one["indicator"], one["row"]) == ("burglary", "series")]
    assert [float(one["figure"]) for one in series] == list(sheet.chart.counts)
    expected = [one for one in rows if (one["indicator"], one["row"]) == ("burglary", "expected series")]
    drawn = [value for value in sheet.chart.expected if value is not None]
    assert [float(one["figure"]) for one in expected] == [round(value, 1) for value in drawn]


def test_a_missing_period_is_empty_and_not_nought(rows: list[dict[str, str]], pack: Pack) -> None:
    missing = [one for one in rows if one["row"] == "series" and one["status"] == "missing"]
    assert missing
    assert all(not one["figure"] and one["months_missing"] == one["months"] for one in missing)
    holes = sum(
        value is None
        for item in [*(sheet.studied for sheet in pack.sheets), *pack.background]
        if item.series is not None
        for value in item.series.counts
    )
    assert len(missing) == holes


def test_what_the_publisher_rounds_says_so(rows: list[dict[str, str]]) -> None:
    injuries = [one for one in rows if one["indicator"] == "child-injury-admissions" and one["row"] == "series"]
    assert {one["status"] for one in injuries} == {"observed", "rounded"}
    assert of(rows, "child-injury-admissions", "before", "count")["status"] == "rounded"


def test_of_shares_no_percentage_change_is_told(rows: list[dict[str, str]]) -> None:
    told = {one["indicator"] for one in rows if one["row"] == "change"}
    assert "recorded-depression" not in told
    assert "child-injury-admissions" in told


def test_the_metadata_are_read_by_others_and_fit_the_file(files: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / f"{AREA}.csv").write_bytes(files[".csv"])
    written = tmp_path / f"{AREA}{METADATA}"
    written.write_bytes(files[METADATA])
    assert _is_valid(written)
    # The same check finds what is wrong: a text in a column of numbers.
    broken = files[".csv"].replace(b",78,,,number,", b",many,,,number,", 1)
    assert broken != files[".csv"]
    (tmp_path / f"{AREA}.csv").write_bytes(broken)
    assert not _is_valid(written)


def _is_valid(path: Path) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        return bool(CSVW(str(path), validate=True).is_valid)


def test_the_metadata_carry_what_a_csv_has_no_room_for(files: dict[str, bytes], pack: Pack) -> None:
    document = json.loads(files[METADATA])
    assert document["@context"][0] == "http://www.w3.org/ns/csvw"
    assert [column["name"] for column in document["tableSchema"]["columns"]] == [column.name for column in COLUMNS]
    assert document["dc:rights"] == USE
    assert document["dc:source"] == list(pack.sources)
    assert {"@id": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"} in document[
        "dc:license"
    ]
    notes = {note["text"] for note in document["notes"]}
    for finding in pack.findings:
        assert {text for _, text in finding.caveats} <= notes
    assert pack.drawn_by in notes
    assert contact_line() in notes
    assert USE not in files[".csv"].decode()
    assert document["notes"][1]["about"] == "Sample"
    whole = json.loads(make(replace(pack, is_sample=False, sheets=(), background=()), _NoStore())[METADATA])
    assert "Sample" not in {note["about"] for note in whole["notes"]}


class _NoStore(Store):
    """A store nobody may ask."""

    def __init__(self) -> None:
        """Nothing is opened."""


def test_what_people_here_answer_goes_with_the_figures(pack: Pack, sample_store: Store) -> None:
    reply = Reply("burglary", "It is quieter on our stairs.", "a resident", "said yes", date(2026, 11, 1))
    answered = replace(packs.one(pack), place=replace(pack.place, replies=(reply,)))
    notes = json.loads(make(answered, sample_store)[METADATA])["notes"]
    assert notes[-1]["indicator"] == "burglary"
    assert notes[-1]["text"] == "“It is quieter on our stairs.” — a resident, November 2026"


def test_the_same_pack_gives_the_same_bytes(pack: Pack, sample_store: Store) -> None:
    small = packs.one(pack)
    assert make(small, sample_store) == make(small, sample_store)


def test_the_metadata_name_the_file_that_is_written(files: dict[str, bytes], tmp_path: Path) -> None:
    paths = formats.write_files(files, tmp_path / "stonehouse.csv")
    assert [path.name for path in paths] == ["stonehouse.csv", "stonehouse.csv-metadata.json"]
    assert json.loads(paths[1].read_bytes())["url"] == "stonehouse.csv"
    assert named(paths[1].read_bytes(), f"{AREA}.csv") == files[METADATA]


def test_text_that_looks_like_a_formula_is_text(pack: Pack, sample_store: Store) -> None:
    place = replace(pack.place, name="=HYPERLINK(A1)", town="@home")
    files = dict(make(replace(packs.one(pack), place=place), sample_store))
    assert {one["area_name"] for one in read(files)} == {"'=HYPERLINK(A1)"}


def test_hard_packs_can_be_written(pack: Pack, sample_store: Store) -> None:
    assert read(dict(make(packs.none(pack), sample_store))) == []
    assert {one["indicator"] for one in read(dict(make(packs.one(pack), sample_store)))} == {"burglary"}
    long = packs.long_names(packs.one(pack))
    assert read(dict(make(long, sample_store)))[0]["area_name"] == long.place.name
    assert "ŵyth ŷd" in long.place.name


def test_of_single_similar_places_nothing_is_told_that_is_kept_back(pack: Pack, sample_store: Store) -> None:
    told = pack.findings[0].comparison
    assert told is not None
    hidden = replace(told, unit_counts=tuple((np.nan, np.nan) for _ in told.areas), unit_gaps=())

    def single(comparison: object) -> list[Observation]:
        made = observations(alone(pack, comparison=comparison), sample_store)
        return [one for one in made if one.row.startswith("similar place ")]

    assert len(single(told)) == 2 * len(told.areas)
    assert single(hidden) == []


def test_suppressed_figures_of_a_publisher_are_never_numbers(pack: Pack) -> None:
    class Hidden(FigureStatus):
        _held = ((24_223, 24_223, "suppressed"), (24_226, 24_226, "rounded"), (24_229, 24_229, "low_reliability"))

    status = Hidden(Ground.__new__(Ground), burglary())
    assert status.of_period(24_223, 3, 4.0) == "suppressed"
    assert status.of_period(24_226, 3, 4.0) == "rounded"
    assert status.of_period(24_229, 3, 4.0) == "low reliability"
    assert status.of_period(24_232, 3, 4.0) == "observed"
    assert status.of_period(24_232, 3, None) == "missing"
    assert status.of_window(24_223, 24_246, 4.0) == "partly suppressed"
    assert status.of_window(24_223, 24_246, None) == "suppressed"
    assert status.of_window(24_232, 24_246, None) == "missing"


def test_a_series_with_a_suppressed_period_leaves_it_empty(
    pack: Pack, sample_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = date(2018, 8, 1)
    series = QuarterSeries((start,), (4.0,), months_each=3)
    monkeypatch.setattr(FigureStatus, "_held", ((month_number(start), month_number(start), "suppressed"),))
    finding = replace(pack.findings[0], caveats=(("suppressed-range", "1 figure is suppressed."),))
    made = observations(replace(pack, sheets=(Sheet(Studied(finding, series), (), None),), background=()), sample_store)
    assert [(one.figure, one.status) for one in made if one.row == "series"] == [(None, "suppressed")]
    kinds = {one.status for one in made if one.row.startswith(("before", "similar place")) and "change" not in one.row}
    assert kinds == {"partly suppressed"}


def test_which_measures_were_altered_is_known(sample_store: Store) -> None:
    found = altered_measures(sample_store)
    assert "burglary" not in found
    assert found is altered_measures(sample_store)
    assert found


def test_the_contact_line_is_the_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OUTCOMES_CONTACT", raising=False)
    assert contact_line() == "Something looks wrong or is missing? Tell the people who gave you this file."
    monkeypatch.setenv("OUTCOMES_CONTACT", " hello@example.org,\n or call 01234 ")
    assert contact_line() == "Something looks wrong or is missing? Write to hello@example.org, or call 01234."


def test_the_data_dictionary_says_what_the_file_has() -> None:
    text = (REPOSITORY / "docs" / "data-dictionary.md").read_text(encoding="utf-8")

    def table(heading: str) -> list[tuple[str, ...]]:
        part = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
        lines = [line for line in part.splitlines() if line.startswith("|")][2:]
        return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]

    assert table("Columns") == [
        (f"`{one.name}`", one.title, one.datatype, "always" if one.required else "", one.meaning) for one in COLUMNS
    ]
    for heading, meanings in (("Rows", ROWS), ("Measures", MEASURES), ("Statuses", STATUSES)):
        assert table(heading) == [(name, meaning) for name, meaning in meanings.items()]
