"""Lookups and outlines: whole, consistent, and in the publisher's own form."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from shapely.geometry import Point, shape

from loaders import ons_geography
from loaders.ons_geography import SOURCE, fetch, read
from loaders.raw import sha256_of
from loaders.reading import Context, Reading, lookups_in_use
from store.errors import BadQuestion, SourceChanged
from store.outline import touching
from store.placing import placement
from tests.loaders.publishers import Asked, Reply, fetching_from, publisher
from tests.loaders.small_world import (
    EXACT,
    FIXTURES,
    NOW,
    WARDS,
    holding,
    rewritten,
    small_context,
    small_lookups,
    with_cell,
)

OUTLINES = FIXTURES / "ons_geography" / "outlines_2011.geojson"
CONTEXT = small_context()


def _one_problem(reading: Reading) -> tuple[str, str | None, tuple[int, ...]]:
    assert {account.state for account in reading.accounts} == {"refused"}
    assert reading.contributions == ()
    assert reading.lookups == ()
    (problem,) = reading.errors
    return problem.message, problem.column, problem.rows


def _changed(folder: Path, change: Any, name: str = "x.geojson") -> Path:
    content = json.loads(OUTLINES.read_text(encoding="utf-8"))
    change(content)
    path = folder / name
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


# Lookups -----------------------------------------------------------------------------------------------------------


def test_lookups_become_the_project_s_own_tables() -> None:
    reading = read([EXACT, WARDS], CONTEXT)
    exact, wards = reading.lookups
    assert (exact.name, wards.name) == ("exact_fit.parquet", "wards_and_councils.parquet")
    assert list(exact.frame.columns) == ["lsoa11", "lsoa11_name", "lsoa21", "lsoa21_name", "change"]
    assert list(wards.frame.columns) == ["lsoa21", "ward", "ward_name", "council", "council_name"]
    assert exact.provenance == {
        "file": "exact_fit.parquet", "publisher_file": "exact_fit.csv", "sha256": sha256_of(EXACT),
        "edition": "2011 to 2021, version 3", "rows": 11,
    }  # fmt: skip
    assert (wards.provenance["edition"], wards.provenance["rows"]) == ("2024", 8)
    assert [account.state for account in reading.accounts] == ["loaded", "loaded"]
    assert [account.rows_read for account in reading.accounts] == [11, 8]
    assert reading.problems == ()
    pd.testing.assert_frame_equal(exact.frame, CONTEXT.lookups.exact_fit)


def test_lookups_in_use_already_are_left_alone() -> None:
    said = tuple(dict(lookup.provenance) for lookup in read([EXACT, WARDS], CONTEXT).lookups)
    context = replace(CONTEXT, lookups=replace(CONTEXT.lookups, provenance=said))
    reading = read([EXACT, WARDS], context)
    assert reading.lookups == ()
    assert [account.state for account in reading.accounts] == ["unchanged", "unchanged"]


def test_the_year_of_the_wards_may_change(tmp_path: Path) -> None:
    change = {f"{kind}24{end}": f"{kind}25{end}" for kind in ("WD", "LAD") for end in ("CD", "NM", "NMW")}
    (lookup,) = read([rewritten(WARDS, tmp_path / "x.csv", change)], CONTEXT).lookups
    assert lookup.provenance["edition"] == "2025"


@pytest.mark.parametrize(
    ("source", "line", "column", "value", "message"),
    [
        (EXACT, 4, "CHGIND", "Q", "a change other than U, S, M, X"),
        (EXACT, 4, "LSOA11CD", "", "not a small-area code"),
        (EXACT, 5, "LSOA21CD", "E01034851", "a link twice"),
        (WARDS, 3, "LSOA21CD", "E01015153", "an area twice"),
        (WARDS, 3, "WD24CD", "E06000026", "not a code of its kind"),
    ],
)
def test_a_cell_that_is_not_as_it_should_be_stops_the_file(
    tmp_path: Path, source: Path, line: int, column: str, value: str, message: str
) -> None:
    said, where, rows = _one_problem(read([with_cell(source, tmp_path / "x.csv", line, column, value)], CONTEXT))
    assert message in said
    assert (where, rows) == (column, (line,))


@pytest.mark.parametrize(
    ("source", "change", "column"),
    [
        (EXACT, {"CHGIND": "CHANGE"}, "CHGIND"),
        (EXACT, {"LSOA11NM": "NAME"}, "LSOA11NM"),
        (EXACT, {"CHGIND": "C", "LSOA11CD": "D"}, "CHGIND"),
        (WARDS, {"LAD24CD": "LAD25CD"}, "LAD24CD"),
        (WARDS, {"WD24CD": "wd24cd"}, "CHGIND"),
    ],
)
def test_a_renamed_heading_stops_the_file(tmp_path: Path, source: Path, change: dict[str, str], column: str) -> None:
    _, where, rows = _one_problem(read([rewritten(source, tmp_path / "x.csv", change)], CONTEXT))
    assert (where, rows) == (column, (1,))


def test_a_link_that_is_not_marked_irregular_makes_no_stable_area(tmp_path: Path) -> None:
    with EXACT.open(encoding="utf-8-sig", newline="") as file:
        rows = [[("U" if cell == "X" else cell) for cell in row] for row in csv.reader(file)]
    path = tmp_path / "x.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    message, column, _ = _one_problem(read([path], CONTEXT))
    assert "without being marked as irregular" in message
    assert column == "CHGIND"


@pytest.mark.parametrize(("source", "column"), [(EXACT, "LSOA11CD"), (WARDS, "LSOA21CD")])
def test_a_lookup_of_fewer_areas_is_refused(tmp_path: Path, source: Path, column: str) -> None:
    message, where, _ = _one_problem(read([rewritten(source, tmp_path / "x.csv", rows=slice(0, 5))], CONTEXT))
    assert "where the one in use has" in message
    assert where == column


def test_lookups_that_do_not_fit_one_another_are_refused(tmp_path: Path) -> None:
    path = with_cell(WARDS, tmp_path / "x.csv", 2, "LSOA21CD", "E01099999")
    message, where, _ = _one_problem(read([path, EXACT], CONTEXT))
    assert "E01099999" in message
    assert where == "LSOA21CD"


def test_a_council_without_a_police_force_is_said_before_anything_is_put_in_place(tmp_path: Path) -> None:
    path = with_cell(WARDS, tmp_path / "x.csv", 2, "LAD24CD", "E06000999")
    message, _, _ = _one_problem(read([path], CONTEXT))
    assert "No police force" in message


def test_a_table_that_is_neither_lookup_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a,b\n1,2\n")
    assert "neither of the two lookups" in _one_problem(read([path], CONTEXT))[0]


def test_the_real_lookups_are_those_the_project_ships(published: Path) -> None:
    lookups = lookups_in_use()
    context = Context(placement(lookups), NOW, lookups=replace(lookups, provenance=()))
    reading = read(sorted((published / "data" / "lookups").glob("LSOA_*.csv")), context)
    exact, wards = sorted(reading.lookups, key=lambda lookup: lookup.name)
    assert reading.problems == ()
    assert (len(exact.frame), len(wards.frame)) == (35_796, 35_672)
    assert exact.frame["change"].value_counts().to_dict() == {"U": 33_647, "S": 1_900, "M": 239, "X": 10}
    key = ["lsoa11", "lsoa21"]
    held = lookups.exact_fit.sort_values(key, ignore_index=True)
    pd.testing.assert_frame_equal(exact.frame, held[list(exact.frame.columns)])
    known = {(item["file"], item["sha256"]) for item in lookups.provenance}
    assert {(item.name, item.provenance["sha256"]) for item in reading.lookups} <= known


def test_a_lookup_of_a_region_is_refused(published: Path) -> None:
    lookups = lookups_in_use()
    context = Context(placement(lookups), NOW, lookups=lookups)
    message, _, _ = _one_problem(
        read([published / "data" / "lookups" / "southwest_thrive" / "area_codes.csv"], context)
    )
    assert "2,380 small areas where the one in use has 35,672" in message


# Outlines ----------------------------------------------------------------------------------------------------------


def _outlines(reading: Reading) -> dict[str, Any]:
    frame = reading.contributions[0].outlines
    return {code: shape(json.loads(text)) for code, text in zip(frame["stable"], frame["outline"], strict=True)}


def test_outlines_are_dissolved_onto_stable_areas() -> None:
    reading = read([OUTLINES], CONTEXT)
    found = _outlines(reading)
    assert set(found) == {"E01015153", "E01015155", "E01018758", "E01034858", "E01008187", "W01000003"}
    assert found["E01034858"].area == pytest.approx(2e-4)
    assert found["E01034858"].geom_type == "Polygon"
    assert found["E01008187"].geom_type == "MultiPolygon"
    frame = reading.contributions[0].outlines
    for row in frame.itertuples():
        assert found[row.stable].covers(Point(row.longitude, row.latitude))
    (account,) = reading.accounts
    assert (account.period, account.rows_read, account.rows_placed, account.state) == ("2011", 8, 8, "loaded")
    assert reading.contributions[0].files[0].edition == "2011"
    assert reading.problems == ()


def test_neighbours_still_share_their_corners() -> None:
    frame = read([OUTLINES], CONTEXT).contributions[0].outlines
    number = dict(zip(frame["stable"], range(len(frame)), strict=True))
    pairs = touching(enumerate(frame["outline"]))
    assert (number["E01015153"], number["E01015155"]) in pairs
    assert (number["E01015153"], number["E01018758"]) not in pairs


def test_coordinates_have_five_decimals_and_broken_shapes_are_mended(tmp_path: Path) -> None:
    def change(content: Any) -> None:
        first = content["features"][0]["geometry"]["coordinates"][0]
        first[0] = first[4] = [-4.150000049, 50.370000031]
        bow_tie = [[-4.46, 50.45], [-4.45, 50.46], [-4.45, 50.45], [-4.46, 50.46], [-4.46, 50.45]]
        content["features"][2]["geometry"]["coordinates"] = [bow_tie]

    found = _outlines(read([_changed(tmp_path, change)], CONTEXT))
    assert [-4.15, 50.37] in [list(point) for point in found["E01015153"].exterior.coords]
    assert found["E01018758"].is_valid
    assert found["E01018758"].area == pytest.approx(0.5e-4)


def test_outlines_of_2021_serve_where_there_are_no_others(tmp_path: Path) -> None:
    def change(content: Any) -> None:
        codes = ["E01015153", "E01015155", "E01034851", "E01034852", "E01034858", "E01035624", "E01035637", "W01000003"]
        for code, feature in zip(codes, content["features"], strict=True):
            feature["properties"] = {"LSOA21CD": code, "LSOA21NM": ""}

    new = _changed(tmp_path, change)
    reading = read([new], CONTEXT)
    assert len(_outlines(reading)) == 6
    assert reading.accounts[0].period == "2021"
    both = _outlines(read([new, OUTLINES], CONTEXT))
    old = _outlines(read([OUTLINES], CONTEXT))
    assert both["E01018758"].equals(old["E01018758"])


def test_an_area_that_lacks_a_part_gets_no_outline(tmp_path: Path) -> None:
    reading = read([_changed(tmp_path, lambda content: content["features"].pop(4))], CONTEXT)
    assert "E01034858" not in _outlines(reading)
    (warning,) = reading.problems
    assert (warning.level, "E01034858" in warning.message) == ("warning", True)


def test_unknown_areas_stop_the_file_unless_accepted(tmp_path: Path) -> None:
    path = _changed(tmp_path, lambda content: content["features"][1]["properties"].update(LSOA11CD="E01099999"))
    message, column, rows = _one_problem(read([path], CONTEXT))
    assert "E01099999" in message
    assert (column, rows) == ("LSOA11CD", (2,))
    accepted = read([path], small_context(accept_refused=1))
    assert accepted.accounts[0].rows_refused == 1
    assert len(_outlines(accepted)) == 5


def test_outlines_held_already_are_left_alone() -> None:
    context = holding(CONTEXT, (OUTLINES.name, sha256_of(OUTLINES)))
    reading = read([OUTLINES], context)
    assert [account.state for account in reading.accounts] == ["unchanged"]
    assert reading.contributions == ()


@pytest.mark.parametrize(
    ("change", "message", "column"),
    [
        (lambda c: c["crs"]["properties"].update(name="EPSG:27700"), "not in degrees", "crs"),
        (lambda c: c["features"][3]["geometry"].update(coordinates=[[[2e5, 5e4], [2e5, 6e4], [3e5, 5e4], [2e5, 5e4]]]),
         "not degrees", "coordinates"),
        (lambda c: c["features"][3].update(geometry=None), "no code or no outline", "LSOA11CD"),
        (lambda c: c["features"][3].update(properties=None), "no code or no outline", "LSOA11CD"),
        (lambda c: [f["properties"].update(lsoa11_code=f["properties"].pop("LSOA11CD")) for f in c["features"]],
         "tidied by somebody else", "lsoa11_code"),
        (lambda c: [f.update(properties={"MSOA11CD": "E02000001"}) for f in c["features"]],
         "no small-area code", "LSOA11CD"),
        (lambda c: c.update(features=[]), "no features", None),
        (lambda c: c.pop("features"), "not a GeoJSON collection", None),
        (lambda c: c.update(error={"code": 400, "message": "Invalid URL"}), "The portal answered: Invalid URL", None),
        (lambda c: c.update(error="busy"), "The portal answered: busy", None),
    ],
)  # fmt: skip
def test_what_is_no_outline_stops_the_file(tmp_path: Path, change: Any, message: str, column: str | None) -> None:
    said, where, _ = _one_problem(read([_changed(tmp_path, change)], CONTEXT))
    assert message in said
    assert where == column


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    path.write_bytes(OUTLINES.read_bytes()[:500])
    assert "cut short" in _one_problem(read([path], CONTEXT))[0]


def test_tidied_outlines_are_named_as_such(published: Path) -> None:
    for path in sorted((published / "data" / "boundaries" / "humaniverse").glob("*.geojson")):
        assert "tidied by somebody else" in _one_problem(read([path], CONTEXT))[0]


def test_real_shapes_under_the_publisher_s_heading_are_all_placed(published: Path, tmp_path: Path) -> None:
    content = json.loads(
        (published / "data" / "boundaries" / "humaniverse" / "lsoa11_devon_cornwall.geojson").read_text()
    )
    for feature in content["features"]:
        feature["properties"] = {"LSOA11CD": feature["properties"]["lsoa11_code"]}
    path = tmp_path / "x.geojson"
    path.write_text(json.dumps(content))
    lookups = lookups_in_use()
    reading = read([path], Context(placement(lookups), NOW, lookups=lookups))
    assert reading.problems == ()
    assert len(reading.contributions[0].outlines) == 1_032  # one pair of 1,033 areas was merged


# Fetching ----------------------------------------------------------------------------------------------------------


def _portal(page: int = 4) -> Any:
    """A portal that holds the fixtures and gives at most ``page`` features at a time."""

    def table(path: Path) -> list[dict[str, Any]]:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [{"type": "Feature", "geometry": None, "properties": row} for row in csv.DictReader(file)]

    held = {
        ons_geography.EXACT_SERVICE: table(EXACT),
        ons_geography.WARD_SERVICE: table(WARDS),
        ons_geography.OUTLINE_SERVICE: json.loads(OUTLINES.read_text(encoding="utf-8"))["features"],
    }

    def answer(asked: Asked) -> Reply:
        features = held[asked.path.split("/")[1]]
        where = asked.params["where"]
        if where != "1=1":
            features = [feature for feature in features if feature["properties"]["LSOA11CD"] in where]
        first = int(asked.params["resultOffset"])
        content: dict[str, Any] = {"type": "FeatureCollection", "features": features[first : first + page]}
        if first + page < len(features):
            content["properties"] = {"exceededTransferLimit": True}
        return Reply(json.dumps(content).encode(), headers={"Content-Type": "application/geo+json"})

    return answer


@pytest.fixture
def fetching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def begin(address: str, now: datetime = NOW, **more: object) -> Any:
        monkeypatch.setenv("OUTCOMES_ONS_GEOGRAPHY_URL", address)
        return fetching_from(SOURCE, tmp_path, now, small_lookups(), **more)[0]

    return begin


def test_everything_is_fetched_in_pages_and_read_as_one(fetching: Any) -> None:
    with publisher(_portal()) as playing:
        paths = fetch(fetching(playing.address))
    assert len(paths) == 3 + 2 + 2
    assert {asked.params["outSR"] for asked in playing.asked} == {"4326"}
    reading = read(paths, CONTEXT)
    assert reading.problems == ()
    from_files = read([EXACT, WARDS, OUTLINES], CONTEXT)
    for paged, whole in zip(reading.lookups, from_files.lookups, strict=True):
        pd.testing.assert_frame_equal(paged.frame, whole.frame)
        assert "more page" in str(paged.provenance["publisher_file"])
    pd.testing.assert_frame_equal(reading.contributions[0].outlines, from_files.contributions[0].outlines)
    assert sum(account.rows_read for account in reading.accounts) == 11 + 8 + 8


def test_only_the_councils_wanted_get_outlines(fetching: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ons_geography, "_CODES_IN_A_QUESTION", 2)
    with publisher(_portal(50)) as playing:
        paths = fetch(fetching(playing.address, councils=("E06000052",)))
    asked = [item.params["where"] for item in playing.asked if ons_geography.OUTLINE_SERVICE in item.path]
    assert asked == ["LSOA11CD IN ('E01018758','E01018775')", "LSOA11CD IN ('E01018776')"]
    assert set(_outlines(read(paths, CONTEXT))) == {"E01018758", "E01034858"}


def test_a_council_nobody_knows_is_a_bad_question(fetching: Any) -> None:
    with publisher(_portal(50)) as playing, pytest.raises(BadQuestion, match="E06999999"):
        fetch(fetching(playing.address, councils=("E06999999",)))


def test_a_service_that_is_gone_says_so_with_status_200(fetching: Any) -> None:
    gone = json.dumps({"error": {"code": 400, "message": "Invalid URL"}}).encode()
    with publisher([Reply(gone)]) as playing, pytest.raises(SourceChanged, match="Invalid URL"):
        fetch(fetching(playing.address))


def test_a_promise_of_more_without_end_is_stopped(fetching: Any) -> None:
    empty = json.dumps({"features": [], "exceededTransferLimit": True}).encode()
    with publisher([Reply(empty)]) as playing, pytest.raises(SourceChanged, match="promises more"):
        fetch(fetching(playing.address))
