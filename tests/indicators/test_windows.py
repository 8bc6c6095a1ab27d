"""Which months stand for before and after."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.windows import start_of, windows_for, windows_from_start
from store.errors import BadQuestion
from store.period import Window, month_from_number, month_number, parse_month, parse_window
from store.place import Place, place_from

FIRST, LAST = parse_month("2018-01"), parse_month("2025-08")


def place(project: dict[str, Any] | None = None, study: dict[str, Any] | None = None) -> Place:
    return place_from(
        {
            "schema": 1,
            "name": "Here",
            "place": {"small_areas": ["E01015153"]},
            "project": project or {},
            "study": study or {},
        },
        "here",
    )


STUDY = {"before": "2018-08:2020-07", "after": "2021-04:2023-03"}


@pytest.mark.parametrize(
    ("project", "start"),
    [
        ({"start": "2020-08"}, "2020-08"), ({"start_range": ["2020-07", "2020-12"]}, "2020-09"),
        ({"start_range": ["2020-07", "2020-07"]}, "2020-07"), ({"starts": ["2019-01", "2020-01"]}, "2019-01"), ({}, None),
    ],
)  # fmt: skip
def test_the_start_of_a_place(project: dict[str, Any], start: str | None) -> None:
    assert start_of(place(project)) == (parse_month(start) if start else None)


@pytest.mark.parametrize(
    ("start", "settling", "before", "after"),
    [
        ("2021-06", 0, "2018-06:2021-05", "2021-06:2024-05"),  # 36 months each
        ("2020-08", 8, "2018-08:2020-07", "2021-04:2024-03"),  # two whole years before
        ("2019-01", 0, "2018-01:2018-12", "2019-01:2021-12"),
        ("2018-07", 0, "2018-01:2018-06", "2018-07:2021-06"),  # under a year: as many as there are
        ("2018-01", 0, None, "2018-01:2020-12"),
        ("2024-09", 0, "2021-09:2024-08", "2024-09:2025-08"),
        ("2025-08", 0, "2022-08:2025-07", "2025-08:2025-08"),
        ("2025-08", 1, "2022-08:2025-07", None),
        ("2030-01", 0, "2027-01:2029-12", None),
    ],
)
def test_whole_years_on_either_side_of_a_start(
    start: str, settling: int, before: str | None, after: str | None
) -> None:
    found = windows_from_start(parse_month(start), settling, FIRST, LAST)
    assert [str(span) if span else None for span in found] == [before, after]


@given(st.integers(24_000, 24_400), st.integers(0, 24), st.integers(24_100, 24_200), st.integers(0, 120))
def test_windows_never_overlap_and_are_whole_years_where_they_can_be(
    start: int, settling: int, first: int, length: int
) -> None:
    before, after = windows_from_start(
        month_from_number(start), settling, month_from_number(first), month_from_number(first + length)
    )
    if before:
        assert month_number(before.last) == start - 1
        assert before.months <= 36
        assert before.months % 12 == 0 or before.months < 12
    if after:
        assert month_number(after.first) == start + settling
        assert after.months <= 36
        assert after.months % 12 == 0 or after.months < 12


def test_the_file_s_study_comes_before_its_start() -> None:
    assert windows_for(place({"start": "2019-01"}, STUDY), FIRST, LAST) == (
        parse_window(STUDY["before"]), parse_window(STUDY["after"]),
    )  # fmt: skip


def test_a_start_given_comes_before_the_file_s_study() -> None:
    found = windows_for(
        place({"start": "2019-01", "settling_in_months": 2}, STUDY), FIRST, LAST, start=parse_month("2021-06")
    )
    assert [str(span) for span in found] == ["2018-06:2021-05", "2021-08:2024-07"]


def test_windows_given_come_before_everything_else() -> None:
    given_windows = parse_window("2018-01:2018-12"), parse_window("2022-01:2022-12")
    assert windows_for(place({}, STUDY), FIRST, LAST, *given_windows, start=parse_month("2021-06")) == given_windows


def window(text: str | None) -> Window | None:
    return parse_window(text) if text else None


@pytest.mark.parametrize(
    ("before", "after", "start", "study", "expected"),
    [
        ("2018-01:2018-12", None, None, True, ("2018-01:2018-12", "2021-04:2023-03")),
        (None, "2022-01:2022-12", None, True, ("2018-08:2020-07", "2022-01:2022-12")),
        ("2018-01:2018-12", None, None, False, ("2018-01:2018-12", "2019-06:2022-05")),
        ("2018-01:2018-12", None, "2021-06", True, ("2018-01:2018-12", "2021-06:2024-05")),
        (None, "2022-01:2022-12", "2021-06", True, ("2018-06:2021-05", "2022-01:2022-12")),
    ],
)
def test_the_other_window_comes_from_the_next_best_place(
    before: str | None, after: str | None, start: str | None, study: bool, expected: tuple[str, str]
) -> None:
    here = place({"start": "2019-06"}, STUDY if study else None)
    begin = parse_month(start) if start else None
    found = windows_for(here, FIRST, LAST, window(before), window(after), begin)
    assert tuple(str(span) for span in found) == expected


def test_without_any_date_there_is_no_window() -> None:
    assert windows_for(place(), FIRST, LAST) == (None, None)
    with pytest.raises(BadQuestion, match="Only one of the two periods"):
        windows_for(place(), FIRST, LAST, after=parse_window("2022-01:2022-12"))
    assert windows_for(place({"start": "2019-01"}), date(2018, 1, 1), LAST)[0] == parse_window("2018-01:2018-12")
