"""Months and windows."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import BadQuestion
from store.period import (
    Window,
    month_from_number,
    month_number,
    month_text,
    month_words,
    parse_month,
    parse_window,
    window,
)


@given(st.dates(date(1000, 1, 1), date(2999, 12, 31)))
def test_month_numbers_go_there_and_back(day: date) -> None:
    first = day.replace(day=1)
    assert month_from_number(month_number(day)) == first
    assert parse_month(month_text(day)) == first
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    assert month_number(following) == month_number(day) + 1


@pytest.mark.parametrize(
    "text", ["2020", "2020-13", "2020-00", "2020-8", "0000-05", "3000-01", "٢٠٢٠-٠٨", "2020-08-01", "", "août", None, 5]
)
def test_what_is_not_a_month_is_said_so(text: object) -> None:
    with pytest.raises(BadQuestion, match="is not a month"):
        parse_month(text)  # type: ignore[arg-type]


def test_month_words() -> None:
    assert month_words(date(2022, 11, 1)) == "November 2022"


def test_a_window_holds_both_ends() -> None:
    span = parse_window("2018-08:2020-07")
    assert span == Window(date(2018, 8, 1), 24)
    assert span.last == date(2020, 7, 1)
    assert len(span.numbers) == 24
    assert date(2020, 7, 31) in span
    assert date(2020, 8, 1) not in span
    assert "2020-07" not in span
    assert str(span) == "2018-08:2020-07"


@pytest.mark.parametrize(
    "text", ["2018-08", "2018-08:", ":2018-08", "2018-08:2018-07", "2018-08:2019-01:2020-01", "a:b"]
)
def test_what_is_not_a_span_is_refused(text: str) -> None:
    with pytest.raises(BadQuestion):
        parse_window(text)


def test_an_empty_window_is_refused() -> None:
    with pytest.raises(BadQuestion, match="at least one month"):
        Window(date(2020, 1, 1), 0)
    with pytest.raises(BadQuestion, match="2020-02 comes after 2020-01"):
        window(date(2020, 2, 1), date(2020, 1, 1))
