"""People on Universal Credit: asked for with a key that is never kept, read as ranges, in and out of work."""

from __future__ import annotations

import contextlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders import stat_xplore
from loaders.reading import Reading
from loaders.session import Fetching
from loaders.universal_credit import _WORK, CUBE, MEASURES, SOURCE, fetch, read
from store.errors import BadQuestion, SourceChanged, Unreachable
from tests.loaders.publishers import Reply, fetching_from, publisher
from tests.loaders.small_world import NOW, holding, small_context, small_lookups
from tests.loaders.stat_xplore_service import KEY, answer_to, service

CONTEXT = small_context()
AREAS = {"E01015153": 30, "E01015155": 40, "E01034851": 10, "E01034852": 20, "E01034858": 50, "W01000003": 60,
         "E01035624": 5, "E01035637": 0}  # fmt: skip
_AREA, _DATE, _FIELD = CUBE.field(CUBE.areas[0]), CUBE.field(CUBE.dates), CUBE.field(_WORK)


def _date(month: str) -> str:
    return f"str:value:UC_Monthly:F_UC_DATE:DATE_NAME:C_UC_DATE:{month}"


def _value(cell: dict[str, str]) -> Any:
    people = AREAS.get(cell.get(_AREA, ""), 0)
    if cell.get(_DATE) == "202609":  # the newest month: nobody's work is known yet
        return people if cell.get(_FIELD) in ("99", "Total") else 0
    return {"Total": people, "0": people * 0.6 // 1, "1": people - people * 0.6 // 1, "99": 0}.get(
        cell.get(_FIELD, ""), 0
    )


def _answer(months: list[str], areas: list[str] | None = None, value: Any = _value) -> dict[str, Any]:
    return answer_to(
        CUBE.question([_date(month) for month in months], list(AREAS) if areas is None else areas), [], value
    )


def _written(folder: Path, said: Any, name: str = "answer.json") -> Path:
    path = folder / name
    path.write_text(said if isinstance(said, str) else json.dumps(said), encoding="utf-8")
    return path


def _values(reading: Reading) -> dict[tuple[str, str, str], tuple[float, float, float, str]]:
    frame = reading.contributions[0].observations
    return {
        (row.measure.removeprefix("people-on-universal-credit"), row.area_code, f"{row.period_start:%Y-%m}"): (
            row.numerator, row.low, row.high, row.status,
        )
        for row in frame.itertuples()
    }  # fmt: skip


def _one_problem(reading: Reading) -> str:
    assert [account.state for account in reading.accounts] == ["refused"]
    assert reading.contributions == ()
    (problem,) = reading.errors
    assert problem.do
    return problem.message


def test_counts_are_ranges_on_stable_areas(tmp_path: Path) -> None:
    reading = read([_written(tmp_path, _answer(["202608"]))], CONTEXT)
    values = _values(reading)
    assert values["", "E01015153", "2026-08"] == (30, 27, 33, "rounded")
    assert values["", "E01018758", "2026-08"] == (30, 24, 36, "rounded")  # two halves, each changed by up to 3
    assert values["-in-work", "E01015155", "2026-08"] == (16, 13, 19, "rounded")
    assert values["-out-of-work", "E01015155", "2026-08"] == (24, 21, 27, "rounded")
    assert values["", "E01008187", "2026-08"][:3] == (5, 2, 11)
    (account,) = reading.accounts
    assert (account.period, account.authority) == ("2026-08:2026-08", "E92000001, W92000004")
    assert (account.rows_read, account.rows_placed, account.rows_unlocated, account.rows_refused) == (32, 32, 0, 0)
    (contribution,) = reading.contributions
    assert set(contribution.observations["period_months"]) == {1}
    coverage = contribution.coverage.set_index(["measure", "authority"])["rows_placed"]
    assert coverage["people-on-universal-credit", "E92000001"] == 7
    assert coverage["people-on-universal-credit-in-work", "W92000004"] == 1
    assert "8 cells of people whose work is not known" in reading.problems[0].message
    again = read([tmp_path], holding(CONTEXT, (account.file, account.sha256)))
    assert [item.state for item in again.accounts] == ["unchanged"]


def test_a_month_whose_work_is_not_known_yet_is_not_reported_by_work(tmp_path: Path) -> None:
    reading = read([_written(tmp_path, _answer(["202608", "202609"]))], CONTEXT)
    values = _values(reading)
    assert values["", "E01015153", "2026-09"][0] == 30
    assert ("-in-work", "E01015153", "2026-09") not in values
    coverage = reading.contributions[0].coverage
    assert set(coverage["measure"][coverage["period_start"] == "2026-09-01"]) == {"people-on-universal-credit"}
    assert reading.problems[0].message == "Whether people are in work is not known yet for 2026-09"


def test_what_is_not_given_is_missing_not_zero(tmp_path: Path) -> None:
    def value(cell: dict[str, str]) -> Any:
        return None if cell[_AREA] == "E01015155" else _value(cell)

    areas = [code for code in AREAS if code != "E01034851"]
    values = _values(read([_written(tmp_path, _answer(["202608"], areas, value))], CONTEXT))
    for code in ("E01015155", "E01018758"):
        number, _, _, status = values["", code, "2026-08"]
        assert status == "missing"
        assert number != number


def test_an_unknown_area_is_refused_unless_accepted(tmp_path: Path) -> None:
    path = _written(tmp_path, _answer(["202608"], ["E01015153", "S01006506"]))
    assert "S01006506" in _one_problem(read([path], CONTEXT))
    accepted = read([path], small_context(accept_refused=4))
    (account,) = accepted.accounts
    assert (account.rows_placed, account.rows_refused) == (4, 4)
    nothing = read([_written(tmp_path, _answer(["202608"], ["S01006506"]), "x.json")], small_context(accept_refused=4))
    assert nothing.contributions == ()


def _without_total(said: dict[str, Any]) -> None:
    items = next(field["items"] for field in said["fields"] if field["uri"] == _FIELD)
    at = next(number for number, item in enumerate(items) if item["type"] == "Total")
    items[at] = {"type": "RecodeItem", "labels": ["x"], "uris": ["str:value:x:2"]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda said: said.clear(), "no answer of Stat-Xplore"),
        (lambda said: said["fields"].pop(), "of another table"),
        (lambda said: said["fields"][0].update(uri="str:field:PIP:X"), "of another table"),
        (lambda said: said["fields"][0]["items"].pop(), "the cells it announces"),
        (lambda said: said["fields"][0]["items"][0].update(uris=["a:1", "a:2"]), "several values together"),
        (lambda said: said["fields"][0]["items"][0].pop("uris"), "no answer of Stat-Xplore"),
        (lambda said: said["cubes"].clear(), "the cells it announces"),
        (lambda said: said["cubes"][CUBE.measure]["values"][0][0].__setitem__(0, -1), "not a count"),
        (lambda said: said["cubes"][CUBE.measure]["values"][0][0].__setitem__(0, 1.5), "not a count"),
        (lambda said: said["cubes"][CUBE.measure]["values"][0][0].__setitem__(0, ".."), "the cells it announces"),
        (lambda said: said["fields"][0]["items"][1].update(uris=said["fields"][0]["items"][0]["uris"]), "stands twice"),
        (lambda said: said["fields"][1]["items"][0].update(uris=["x:July"]), "not a month"),
        (lambda said: said["fields"][1]["items"][0].update(uris=["x:202701"]), "in the future"),
        (_without_total, "does not know"),
    ],
)
def test_an_answer_that_is_not_as_it_should_be_is_refused(tmp_path: Path, change: Any, message: str) -> None:
    said = _answer(["202608"])
    change(said)
    assert message in _one_problem(read([_written(tmp_path, said)], CONTEXT))


@pytest.mark.parametrize("content", ["<html>Sign in</html>", "[]", "", "null"])
def test_something_else_than_an_answer_is_refused(tmp_path: Path, content: str) -> None:
    assert "no answer of Stat-Xplore" in _one_problem(read([_written(tmp_path, content)], CONTEXT))


def test_a_table_without_totals_is_refused(tmp_path: Path) -> None:
    question = CUBE.question([_date("202608")], ["E01015153"])
    question["recodes"][_FIELD]["total"] = False
    assert "without a total" in _one_problem(read([_written(tmp_path, answer_to(question, [], _value))], CONTEXT))


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_whatever_is_put_into_an_answer_only_a_plain_refusal_comes_out(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    said = _answer(["202608"], ["E01015153"])
    value = data.draw(st.one_of(st.none(), st.integers(), st.text(max_size=3), st.lists(st.integers(), max_size=2)))
    place: Any = data.draw(st.sampled_from([said, said["fields"][0], said["fields"][1]["items"][0], said["cubes"]]))
    place[data.draw(st.sampled_from(sorted(place)))] = value
    path = _written(tmp_path_factory.mktemp("fuzz"), said)
    with contextlib.suppress(SourceChanged):
        assert read([path], CONTEXT).accounts[0].rows_read in (0, 4)


# Fetching ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def fetching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def begin(address: str, **more: object) -> Fetching:
        monkeypatch.setenv("OUTCOMES_UNIVERSAL_CREDIT_URL", address)
        monkeypatch.setenv(stat_xplore.KEY_VARIABLE, KEY)
        return fetching_from(SOURCE, tmp_path, NOW, small_lookups(), **more)[0]

    return begin


MONTHS = {"UC_Monthly": [_date(month) for month in ("202607", "202608", "202609")]}


def test_small_areas_are_asked_for_in_parts_and_read_as_one(fetching: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stat_xplore, "_CELLS_IN_A_QUESTION", 40)
    with publisher(service([CUBE], MONTHS, _value)) as playing:
        begun = fetching(playing.address)
        paths = fetch(begun)
        asked = [json.loads(item.body) for item in playing.asked]
    assert len(asked) == 1 + 3
    assert asked[0]["dimensions"] == [[_DATE]]
    assert asked[1]["recodes"][_DATE]["map"] == [[date] for date in MONTHS["UC_Monthly"]]
    assert asked[1]["recodes"][_AREA]["map"][0] == [
        "str:value:UC_Monthly:V_F_UC_CASELOAD_FULL:COA_CODE:V_C_MASTERGEOG21_LSOA_TO_MSOA:E01015153"
    ]
    reading = read(paths, CONTEXT)
    (account,) = reading.accounts
    assert "(3 pages)" in account.file
    assert _values(reading)["", "E01018758", "2026-07"][0] == 30
    assert read([begun.raw], CONTEXT).accounts[0].rows_read == account.rows_read  # the list of dates is no table


def test_the_key_is_in_no_file_name_and_no_error(
    fetching: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with publisher(service([CUBE], MONTHS, _value)) as playing:
        begun = fetching(playing.address, since=date(2026, 9, 1))
        paths = fetch(begun)
        assert playing.asked[0].headers["apikey"] == KEY
        kept = [path for path in begun.raw.rglob("*") if path.is_file()]
        assert len(kept) == 2 * (len(paths) + 1)
        for path in kept:
            assert KEY not in path.name
            assert KEY.encode() not in path.read_bytes()
        monkeypatch.setenv(stat_xplore.KEY_VARIABLE, "wrong")
        with pytest.raises(SourceChanged, match="does not accept the key") as error:
            fetch(begun)
    assert "wrong" not in str(error.value)
    assert _values(read(paths, CONTEXT)).keys() == {("", code, "2026-09") for code in
        ("E01008187", "E01015153", "E01015155", "E01018758", "E01034858", "W01000003")}  # fmt: skip


def test_without_a_key_nothing_is_asked(fetching: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with publisher([Reply(b"{}")]) as playing:
        begun = fetching(playing.address)
        monkeypatch.delenv(stat_xplore.KEY_VARIABLE)
        with pytest.raises(Unreachable, match="OUTCOMES_STAT_XPLORE_KEY"):
            fetch(begun)
        assert playing.asked == []


def test_only_the_councils_wanted_are_asked_for(fetching: Any) -> None:
    with publisher(service([CUBE], MONTHS, _value)) as playing:
        fetch(fetching(playing.address, councils=("E06000052",)))
        codes = [uri.rpartition(":")[2] for (uri,) in json.loads(playing.asked[1].body)["recodes"][_AREA]["map"]]
        assert codes == ["E01034851", "E01034852", "E01034858"]
        with pytest.raises(BadQuestion, match="E06999999"):
            fetch(fetching(playing.address, councils=("E06999999",)))


def test_a_start_later_than_the_newest_month_is_a_bad_question(fetching: Any) -> None:
    with publisher(service([CUBE], MONTHS, _value)) as playing, pytest.raises(BadQuestion, match="no month as late"):
        fetch(fetching(playing.address, since=date(2026, 10, 1)))


def test_a_refused_table_is_a_change(fetching: Any) -> None:
    with publisher([Reply(b'{"message": "unknown field"}', 400)]) as playing, pytest.raises(SourceChanged, match="400"):
        fetch(fetching(playing.address))


def test_measures_are_stocks() -> None:
    assert {measure.kind for measure in MEASURES} == {"stock"}
