"""Periods of the public health profiles: every label the publisher's code writes, and nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.fingertips_periods import Year, first_year, period_of


@pytest.mark.parametrize(
    ("label", "year", "start", "months"),
    [
        ("2017", "calendar", date(2017, 1, 1), 12),
        ("2020 - 22", "calendar", date(2020, 1, 1), 36),
        ("2019–21", "calendar", date(2019, 1, 1), 36),
        ("1999 - 01", "calendar", date(1999, 1, 1), 36),
        ("2006 Q1", "calendar", date(2006, 1, 1), 3),
        ("2006 Q2 - 2007 Q1", "calendar", date(2006, 4, 1), 12),
        ("2010/11", "financial", date(2010, 4, 1), 12),
        ("1999/00", "financial", date(1999, 4, 1), 12),
        ("2019/20 Q1", "financial", date(2019, 4, 1), 3),
        ("2019/20 Q4", "financial", date(2020, 1, 1), 3),
        ("2013/14 - 17/18", "financial", date(2013, 4, 1), 60),
        ("2015/16 - 2019/20", "financial", date(2015, 4, 1), 60),
        ("2006/07 Q1-Q2", "financial", date(2006, 4, 1), 6),
        ("2006/07 Q2 - 2007/08 Q1", "financial", date(2006, 7, 1), 12),
        ("2018/19", "academic", date(2018, 9, 1), 12),
        ("Apr 2009", "financial", date(2009, 4, 1), 1),
        ("Aug 2006 - Jul 2007", "calendar", date(2006, 8, 1), 12),
        ("2011", "day", date(2011, 3, 31), 0),
        ("2012/13", "day", date(2013, 3, 31), 0),
    ],
)
def test_a_label_is_a_first_day_and_months(label: str, year: Year, start: date, months: int) -> None:
    assert period_of(label, year) == (start, months)


@pytest.mark.parametrize(
    ("label", "year"),
    [
        ("2010/11", "calendar"),
        ("2017", "financial"),
        ("2017", "academic"),
        ("2010/12", "financial"),
        ("2010/12", "day"),
        ("2010 - 12", "day"),
        ("2018/19 Q1", "academic"),
        ("2020 - 18", "calendar"),
        ("2006 - 07 - 08", "calendar"),
        ("2000 - 2029", "calendar"),
        ("Foo 2009", "calendar"),
        ("2019 Q5", "calendar"),
        ("last year", "calendar"),
        ("", "calendar"),
        ("0000", "calendar"),
    ],
)
def test_anything_else_is_no_period(label: str, year: Year) -> None:
    assert period_of(label, year) is None


def test_the_year_a_label_begins_with() -> None:
    assert [first_year(label) for label in ("2010/11", "2020 - 22", "Jan 2010", "")] == ["2010", "2020", "", ""]


@given(st.text("0123456789/ -–QAprJan", max_size=16), st.sampled_from(["calendar", "financial", "academic", "day"]))
def test_no_text_breaks_it(label: str, year: Year) -> None:
    found = period_of(label, year)
    assert found is None or (found[0].year > 1899 and 0 <= found[1] <= 240)


@given(st.integers(1990, 2030), st.integers(1, 6))
def test_pooled_years_are_as_long_as_they_say(first: int, years: int) -> None:
    last = first + years - 1
    pooled = f"{first}/{(first + 1) % 100:02d}" + (f" - {last % 100:02d}/{(last + 1) % 100:02d}" if years > 1 else "")
    assert period_of(pooled, "financial") == (date(first, 4, 1), 12 * years)
