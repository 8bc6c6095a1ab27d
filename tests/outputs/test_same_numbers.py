"""One finding, one set of numbers: the dashboard and every file that leaves the room tell the same."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
from collections.abc import Mapping
from functools import cache

import pytest
from openpyxl import load_workbook

from indicators.finding import Finding
from outputs import clauses, formats, levels
from outputs.notebook import can_be_rebuilt
from outputs.pack import Pack, pack_of
from outputs.scorecard import in_order, scorecard_table
from outputs.story import told_in_full
from outputs.words import count, tone_of
from store.database import Store, open_store
from store.folder import Folder
from tests.outputs.extracted import chart_values, text_of
from tests.views.pages import TODAY, drawn_well, open_page, table

AREAS = ("north-stonehouse", "townstal-dartmouth", "tr14ers-camborne")
# For the two whose own files have no start.
WINDOWS = '\n[study]\nbefore = "2018-08:2020-07"\nafter = "2021-04:2023-03"\n'
# Forms that show the whole board in words. What is not among them is compared below in its own way.
_IN_WORDS = ("pdf", "pdf-large", "pptx", "docx", "html")
_TIDY = ("csv", "xlsx")
_APART = ("notebook", "pdf-noticeboard")


@pytest.fixture(scope="module")
def folder(sample_folder: Folder, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The sample, in which every one of the three places has two periods to compare."""
    root = tmp_path_factory.mktemp("same") / "data"
    shutil.copytree(sample_folder.root, root, ignore=shutil.ignore_patterns("*.duckdb"))
    for database in sample_folder.outcomes.glob("*.duckdb"):
        os.link(database, root / "outcomes" / database.name)
    for area in AREAS[1:]:
        path = root / "areas" / f"{area}.toml"
        path.write_text(path.read_text(encoding="utf-8") + WINDOWS, encoding="utf-8")
    return Folder(root)


@pytest.fixture(scope="module")
def store(folder: Folder) -> Store:
    return open_store(folder)


@pytest.fixture(autouse=True)
def _in_use(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages and notebooks open the same data."""
    monkeypatch.setenv("OUTCOMES_DATA", str(folder.root))


@cache
def pack_in(store: Store, area: str) -> Pack:
    """The pack of one of the three places, without what is asked in other ways: no number of those is compared."""
    place = next(place for place in store.places if place.slug == area)
    return pack_of(store, place, today=TODAY, sensitivity=False)


def texts(pack: Pack, store: Store, form: str) -> dict[str, str]:
    return {suffix: text_of(suffix, content) for suffix, content in formats.make(pack, store, form).items()}


def told_on_the_board(pack: Pack) -> list[tuple[str, str]]:
    """(outcome, words with numbers) of the board's table: counts or levels before and after, those of similar places, how
    they moved, and the range of the difference."""
    shown = [
        (row, finding)
        for row, finding in zip(
            scorecard_table(pack.findings).rows, in_order(pack.findings), strict=True
        )
        if finding.verdict != "Not loaded"
    ]  # fmt: skip
    parts = [
        (finding.title, part) for row, finding in shown for cell in row[2:5] for part in str(cell or "").split(", ")
    ]
    return [(title, part) for title, part in parts if re.search(r"\d", part)]


def test_every_form_is_compared() -> None:
    assert {*_IN_WORDS, *_TIDY, *_APART} == set(formats.FORMATS)


@pytest.mark.parametrize("area", AREAS)
def test_the_places_have_numbers_to_compare(store: Store, area: str) -> None:
    pack = pack_in(store, area)
    assert len(told_on_the_board(pack)) >= 10
    assert any(finding.before and finding.after for finding in pack.findings)


@pytest.mark.parametrize(
    ("area", "form"),
    # Large print is the board pack again, set larger: one place will do.
    [(area, form) for area in AREAS for form in _IN_WORDS if form != "pdf-large" or area == AREAS[0]],
)
def test_forms_in_words_tell_the_numbers_of_the_board(store: Store, area: str, form: str) -> None:
    pack = pack_in(store, area)
    (text,) = texts(pack, store, form).values()
    assert [one for one in told_on_the_board(pack) if one[1] not in text] == []


@pytest.mark.parametrize("area", AREAS)
def test_the_dashboard_tells_the_numbers_of_the_board(store: Store, area: str) -> None:
    pack = pack_in(store, area)
    head, *rows = table(drawn_well(open_page("board", area=area)), "Numbers of the board")
    shown = scorecard_table(pack.findings)
    assert head == list(shown.header)
    assert rows == [[" ".join(str(cell or "").split()) for cell in row] for row in shown.rows]


@pytest.mark.parametrize("area", AREAS)
def test_charts_of_slides_hold_the_series_of_the_findings(store: Store, area: str) -> None:
    pack = pack_in(store, area)
    drawn = chart_values(formats.make(pack, store, "pptx")[".pptx"])
    compared = 0
    for sheet in pack.loaded:
        if sheet.chart is not None:
            for line in (sheet.chart.counts, sheet.chart.expected):
                known = [round(value, 1) for value in line if value is not None]
                assert not known or known in drawn, sheet.finding.title
                compared += bool(known)
    assert compared


def rows_of(pack: Pack, store: Store, form: str) -> list[dict[str, str]]:
    """The rows of the open data by the CSV's own names of columns."""
    content = next(iter(formats.make(pack, store, form).values()))
    if form == "csv":
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    book = load_workbook(io.BytesIO(content))
    found = []
    for name in ("Numbers", "Series"):
        head, *rows = book[name].iter_rows(min_row=4, values_only=True)
        found += [dict(zip(map(str, head), map(str, row), strict=True)) for row in rows]
    names = {"Indicator": "indicator", "Row": "row", "Measure": "measure", "Figure": "figure", "Lower limit": "lower",
             "Upper limit": "upper"}  # fmt: skip
    return [{names.get(key, key): value for key, value in row.items()} for row in found]


@pytest.mark.parametrize("form", _TIDY)
@pytest.mark.parametrize("area", AREAS)
def test_the_open_data_hold_what_the_board_tells(store: Store, area: str, form: str) -> None:
    pack = pack_in(store, area)
    rows = {(row["indicator"], row["row"], row["measure"]): row for row in rows_of(pack, store, form)}
    compared = 0
    for finding in pack.findings:
        numbers = clauses.pair(finding)
        # Counts and levels; a rate without its counts is told by no one.
        if numbers is not None and (finding.kind in levels.LEVELS or not numbers.unit):
            for row, words in zip(("before", "after"), numbers.shown, strict=True):
                assert figure_in_words(rows, finding, row) in words
            compared += 1
        if finding.comparison is None:
            continue
        sides = zip(("before", "after"), (finding.comparison.before_count, finding.comparison.after_count), strict=True)
        for side, value in sides:
            assert figure_in_words(rows, finding, f"similar places {side}") == in_words(finding, value)
        ratio, found = finding.comparison.headline, rows[finding.question.indicator, "difference", "ratio"]
        assert (float(found["lower"]), float(found["upper"])) == (round(ratio.lower, 3), round(ratio.upper, 3))
        if tone_of(finding) != "too_few":
            assert float(found["figure"]) == round(ratio.ratio, 3)
    assert compared


def in_words(finding: Finding, value: float) -> str:
    """A count or level as the pages write it."""
    return levels.figure(finding, value) if finding.kind in levels.LEVELS else count(value)


def figure_in_words(rows: Mapping[tuple[str, str, str], Mapping[str, str]], finding: Finding, row: str) -> str:
    """The same of a figure of the open data."""
    measure = "level" if finding.kind in levels.LEVELS else "count"
    return in_words(finding, float(rows[finding.question.indicator, row, measure]["figure"]))


@pytest.mark.parametrize("area", AREAS)
def test_the_notebook_rebuilds_the_number_of_its_finding(store: Store, area: str) -> None:
    pack = pack_in(store, area)
    finding = next((one for one in pack.findings if one.comparison and can_be_rebuilt(one)), None)
    finding = finding or next(one for one in pack.findings if can_be_rebuilt(one))
    assert finding.before is not None
    assert finding.after is not None
    (text,) = texts(pack, store, "notebook").values()
    assert f"before {finding.before.count} in" in text
    assert f"after {finding.after.count} in" in text
    if finding.comparison is not None:
        assert f"ratio {finding.comparison.headline.ratio}" in text


@pytest.mark.parametrize("area", AREAS)
def test_the_noticeboard_tells_the_two_numbers_of_its_story(store: Store, area: str) -> None:
    pack = pack_in(store, area)
    first = told_in_full(pack.findings)
    assert first is not None
    numbers = clauses.pair(first)
    assert numbers is not None
    (text,) = texts(pack, store, "pdf-noticeboard").values()
    for number in numbers.shown:
        assert re.search(rf"(?<![\d,.]){re.escape(number)}(?![\d,]*\d)", text), number
