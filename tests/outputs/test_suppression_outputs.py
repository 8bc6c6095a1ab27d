"""Hidden counts stay hidden when everything leaves the room: no subtraction across totals, areas, periods and forms helps."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from openpyxl import load_workbook

from indicators.guarded_figures import guarded_figures
from indicators.local_indicators import local_names
from indicators.suppression import FEWEST_CHOICES
from outputs import formats
from outputs.finding_json import board_as_json
from outputs.pack import Pack, pack_of
from store.database import Store, open_store
from store.errors import OutcomesError
from store.folder import Folder
from store.local_details import local_figures
from store.period import month_number, parse_month
from tests.indicators.local_world import AREAS, local_store, over_the_years
from tests.loaders.local_files import MOTHERS, OWN, VOLUNTEERS
from tests.outputs.extracted import members, text_of
from tests.views.pages import TODAY

_OFFICE = (".docx", ".pptx", ".xlsx")
_OWN_FILES = "SELECT sha256 FROM fetched_file WHERE original_name LIKE 'rows-%'"
WINDOWS = '[study]\nbefore = "2020-01:2021-12"\nafter = "2022-01:2023-12"\n'
LED = {**VOLUNTEERS, "indicator": "led-for-the-first-time"}
ATTENDANCE = {**VOLUNTEERS, "indicator": "attendance", "area": "else"}
VISITS = {
    **OWN, "indicator": "clinic-visits", "title": "Visits to the clinic", "unit": "visits", "area": "two",
    "about": "children or health",
}  # fmt: skip
REST = "E01019968"
TOTAL, SECOND_YEAR, BOTH_YEARS, ASKED = 18_777, 19_613, 26_743, 42
# What each hidden count may be without anything that is shown being another number.
CHOICES = (4, 1, 2, 7, 8)


FORMS = list(formats.FORMATS)


@pytest.fixture(scope="module")
def root(small_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three places, two of which share a small area: a total with a hidden part, a year of two, few mothers."""
    path = tmp_path_factory.mktemp("hidden") / "data"
    rows = [
        *over_the_years({**LED, "area": "two"}, count=[TOTAL, SECOND_YEAR, 20_457, 19_528]),
        *over_the_years({**LED, "area": "one"}, count=[CHOICES[0], 31, 25, 30]),
        {**LED, "area": REST, "period_start": "2020", "count": str(TOTAL - CHOICES[0])},
        *over_the_years(ATTENDANCE, count=[BOTH_YEARS - CHOICES[0], CHOICES[0], 28_507, 29_609]),
        {**ATTENDANCE, "period_start": "2020", "period_months": "24", "count": str(BOTH_YEARS)},
        *over_the_years({**MOTHERS, "area": "else"}, count=[13, CHOICES[0], 22, 23], out_of=[41, ASKED, 41, 43]),
        *over_the_years(VISITS, count=[3, 44, 31, 72]),
    ]
    local_store(small_world, path, rows)
    for slug in AREAS:
        place = path / "areas" / f"{slug}.toml"
        place.write_text(place.read_text(encoding="utf-8") + WINDOWS, encoding="utf-8")
    return path


@dataclass(frozen=True)
class World:
    """A database and the packs of its three places."""

    root: Path
    store: Store
    packs: tuple[Pack, ...]


def world(root: Path) -> World:
    store = open_store(Folder(root))
    packs = (pack_of(store, place, today=TODAY, indicators=local_names(store, place)) for place in store.places)
    return World(root, store, tuple(packs))


@pytest.fixture(scope="module")
def first(root: Path) -> World:
    return world(root)


@pytest.fixture(scope="module")
def others(root: Path, tmp_path_factory: pytest.TempPathFactory) -> list[World]:
    """The same world with other hidden counts, under the same names and hashes: all that is shown could stay as it is."""
    made = []
    for few in CHOICES[1:]:
        path = tmp_path_factory.mktemp("other") / "data"
        shutil.copytree(root, path)
        changes = [
            ("local-led-for-the-first-time", "one", "2020-01-01", 12, few),
            ("local-led-for-the-first-time", REST, "2020-01-01", 12, TOTAL - few),
            ("local-attendance", "else", "2021-01-01", 12, few),
            ("local-attendance", "else", "2020-01-01", 12, BOTH_YEARS - few),
            ("local-postnatal-depression", "else", "2021-01-01", 12, few),
            ("local-clinic-visits", "two", "2020-01-01", 12, few),
        ]
        with duckdb.connect(str(Folder(path).database())) as connection:
            for measure, code, start, months, count in changes:
                changed = connection.execute(
                    "UPDATE observation SET numerator = ? WHERE period_start = ? AND period_months = ? AND area_id IN "
                    "(SELECT area_id FROM area WHERE code = ? AND kind IN ('place', 'stable')) AND measure_id = "
                    "(SELECT measure_id FROM measure WHERE name = ?)",
                    [count, start, months, code, measure],
                ).fetchall()
                assert changed == [(1,)], (measure, code, start)
        made.append(world(path))
    return made


def made(one: World, form: str, pack: Pack) -> Mapping[str, bytes]:
    """The files of a form; nothing where there is nothing to make it of."""
    with pytest.MonkeyPatch.context() as patch:
        # A notebook opens the database by itself.
        patch.setenv("OUTCOMES_DATA", str(one.root))
        try:
            return formats.make(pack, one.store, form)
        except OutcomesError:
            return {}


def document(pack: Pack) -> dict[str, Any]:
    """The board as ``study --json`` prints it."""
    return board_as_json([sheet.studied for sheet in pack.sheets], area=pack.place.slug, area_name=pack.place.name)


def test_the_world_hides_what_it_should(first: World) -> None:
    held = guarded_figures(first.store, first.store.suppression)
    hidden = {(row["measure"].removeprefix("local-"), row["code"], row["first"] // 12, row["months"])
              for row in held[held["words"] != ""].to_dict("records")}  # fmt: skip
    assert {
        ("led-for-the-first-time", "one", 2020, 12), ("attendance", "else", 2021, 12),
        ("postnatal-depression", "else", 2021, 12), ("clinic-visits", "two", 2020, 12),
    } <= hidden  # fmt: skip
    assert len(hidden) >= 6
    assert len(CHOICES) >= FEWEST_CHOICES


def test_the_data_are_the_same_whatever_the_hidden_counts_are(first: World, others: list[World]) -> None:
    held = [local_figures(one.store)["numerator"].sum() for one in (first, *others)]
    assert len(set(held)) == len(CHOICES), "the worlds must differ in what they hide"
    for at, pack in enumerate(first.packs):
        shown = made(first, "csv", pack)
        assert shown
        for other in others:
            assert made(other, "csv", other.packs[at]) == shown, pack.place.slug


def test_the_documents_are_the_same_whatever_the_hidden_counts_are(first: World, others: list[World]) -> None:
    for at, pack in enumerate(first.packs):
        for other in others:
            assert json.dumps(document(other.packs[at])) == json.dumps(document(pack))


@pytest.mark.parametrize("form", [form for form in FORMS if form != "csv"])
def test_every_other_form_is_the_same_too(first: World, others: list[World], form: str) -> None:
    """Both ends of what the hidden counts may be, in the two places that hide most."""
    for at, pack in enumerate(first.packs):
        if pack.place.slug != "two":
            assert made(others[-1], form, others[-1].packs[at]) == made(first, form, pack), pack.place.slug


@pytest.mark.parametrize("form", FORMS)
def test_no_form_holds_a_number_that_is_kept_back_to_guard_a_smaller_one(first: World, form: str) -> None:
    kept_back = (TOTAL - CHOICES[0], BOTH_YEARS - CHOICES[0])
    shapes = "|".join(f"{number:{shape}}" for number in kept_back for shape in ("d", ","))
    secret = re.compile(rf"(?<![0-9a-f])({shapes})(?![0-9a-f])")
    # Nor the hash of the community's own file: whoever knows all but one number of it could try them out on it.
    own = [sha256 for (sha256,) in first.store.rows(_OWN_FILES)]
    assert own
    shown = 0
    for pack in first.packs:
        for suffix, content in made(first, form, pack).items():
            inside = (
                [part.decode("utf-8", errors="replace") for _, part in members(content)] if suffix in _OFFICE else []
            )
            told = " ".join([text_of(suffix, content), *inside])
            assert not secret.search(told), (form, pack.place.slug)
            assert not [sha256 for sha256 in own if sha256 in told], (form, pack.place.slug)
            shown += f"{TOTAL + SECOND_YEAR:,}" in told or str(TOTAL + SECOND_YEAR) in told
    # What may be told is told: the search would have found a number that is there.
    assert shown or form in ("pdf-noticeboard", "notebook")


# Somebody who has every file of all three places ----------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """A count that is told: of these small areas in these months, between two numbers."""

    indicator: str
    areas: frozenset[str]
    months: range
    low: float
    high: float


def _months(begins: str, ends: str) -> range:
    return range(month_number(parse_month(begins)), month_number(parse_month(ends)) + 1)


def _told(rows: Sequence[Mapping[str, Any]], rounding: Mapping[str, int]) -> Iterator[Told]:
    """What the rows of the open data tell of counts; a rounded one lies within half of the rounding."""
    for row in rows:
        count = row["measure"] == "count" and row["row"] in ("series", "before", "after")
        if count and row["status"] not in ("suppressed", "missing") and str(row["indicator"]).startswith("local-"):
            half = (rounding[str(row["indicator"])] - 1) / 2
            value, months = float(row["figure"]), _months(str(row["period_from"]), str(row["period_to"]))
            # A window tells of the months that were counted, and here that is all of them or none.
            if int(row["months"]) == len(months):
                areas = frozenset(str(row["small_areas"]).split())
                yield Told(str(row["indicator"]), areas, months, value - half, value + half)


def _csv_rows(one: World) -> list[dict[str, Any]]:
    files = [made(one, "csv", pack)[".csv"].decode("utf-8-sig") for pack in one.packs]
    return [row for text in files for row in csv.DictReader(io.StringIO(text))]


def _xlsx_rows(one: World) -> list[dict[str, Any]]:
    names = {"Indicator": "indicator", "Row": "row", "Measure": "measure", "Status": "status", "Figure": "figure",
             "From": "period_from", "To": "period_to", "Months": "months", "Small areas": "small_areas"}  # fmt: skip
    found = []
    for pack in one.packs:
        book = load_workbook(io.BytesIO(made(one, "xlsx", pack)[".xlsx"]))
        for sheet in (book[name] for name in ("Numbers", "Series") if name in book.sheetnames):
            head, *rows = list(sheet.iter_rows(min_row=4, values_only=True))
            found += [
                {names[str(key)]: cell for key, cell in zip(head, row, strict=True) if key in names} for row in rows
            ]
    return found


def _json_rows(one: World) -> list[dict[str, Any]]:
    found = []
    for pack in one.packs:
        for item in document(pack)["findings"]:
            shared = {"indicator": item["indicator"], "measure": "count", "status": "observed",
                      "small_areas": " ".join(item["small_areas"])}  # fmt: skip
            sides = [
                (name, item[name]) for name in ("before", "after") if item[name] and item[name]["count"] is not None
            ]
            found += [
                {**shared, "row": name, "figure": side["count"], "period_from": side["from"], "period_to": side["to"],
                 "months": side["months"]} for name, side in sides
            ]  # fmt: skip
    return found


def test_nobody_who_has_every_file_can_narrow_a_hidden_count_down(first: World) -> None:
    """Bounds by linear programming for every hidden count, from all that CSV, spreadsheet and JSON tell of all places."""
    from scipy.optimize import linprog

    rule = {name: first.store.suppression[name] for name in ("local", "local_sensitive")}
    held = local_figures(first.store)
    rules = {measure: str(found["rule"].iloc[0]) for measure, found in held.groupby("measure")}
    rounding = {measure: rule[name].rounding for measure, name in rules.items()}
    told = {
        *_told(_csv_rows(first), rounding),
        *_told(_xlsx_rows(first), rounding),
        *_told(_json_rows(first), rounding),
    }
    assert {one.indicator for one in told} >= {
        "local-led-for-the-first-time",
        "local-attendance",
        "local-clinic-visits",
    }
    stable = {code: frozenset(first.store.stable_codes(codes).values()) for code, codes in AREAS.items()}
    narrowed = 0
    for row in held[held["measure"] != "local-postnatal-depression"].to_dict("records"):
        mine = rule[rules[row["measure"]]]
        if not mine.is_small(row["numerator"]):
            continue
        known = [one for one in told if one.indicator == row["measure"]]
        areas = stable.get(row["code"], frozenset({row["code"]}))
        months = range(row["first"], row["first"] + row["months"])
        every = sorted({area for one in known for area in one.areas} | areas)
        spans = sorted({number for one in known for number in one.months} | set(months))
        parts = [(area, number) for area in every for number in spans]

        def part_of(inside: frozenset[str], when: range, parts: list[tuple[str, int]] = parts) -> np.ndarray:
            return np.array([float(area in inside and number in when) for area, number in parts])

        wanted = part_of(areas, months)
        sums = np.array([sign * part_of(one.areas, one.months) for one in known for sign in (1.0, -1.0)])
        limits = [limit for one in known for limit in (one.high, -one.low)]
        ends = []
        for sign in (1.0, -1.0):
            solved = linprog(sign * wanted, A_ub=sums, b_ub=limits, bounds=(0, None), method="highs")
            assert solved.status in (0, 3), solved.message
            ends.append(sign * solved.fun if solved.status == 0 else np.inf)
        assert ends[0] <= row["numerator"] <= ends[1]
        assert np.floor(ends[1] + 1e-6) - np.ceil(ends[0] - 1e-6) + 1 >= FEWEST_CHOICES, (row["measure"], row["code"])
        narrowed += 1
    assert narrowed == 3


def test_of_a_hidden_year_there_is_no_figure_and_it_is_not_called_missing(first: World) -> None:
    hidden = [
        row for row in _csv_rows(first)
        if row["indicator"] == "local-postnatal-depression" and row["area"] == "else" and row["row"] in ("series", "before")
    ]  # fmt: skip
    by_period = {(row["row"], row["period_from"], row["measure"]): (row["figure"], row["status"]) for row in hidden}
    assert by_period["series", "2021-01", "level"] == ("", "suppressed")
    assert by_period["before", "2020-01", "level"] == ("", "suppressed")
    assert ("before", "2020-01", "out of") not in by_period
    # What may be shown is rounded, and says so.
    assert by_period["series", "2020-01", "level"] == ("37.5", "rounded")
