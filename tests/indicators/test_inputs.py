"""The tables of a comparison give its numbers again, to the last digit, without the database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indicators.comparison import compare
from indicators.inputs import inputs_of
from indicators.questions import question_of
from indicators.study import study
from store.database import Store
from tests.indicators import period_worlds as worlds
from tests.views.pages import TODAY


def _asked(store: Store, area: str, name: str, *, without_breaks: bool = False) -> object:
    place = next(item for item in store.places if item.slug == area)
    return study(store, question_of(store, place, name, today=TODAY, without_breaks=without_breaks))


@pytest.mark.parametrize("without_breaks", [False, True])
@pytest.mark.parametrize("name", ["burglary", "robbery"])
def test_the_same_numbers_come_from_the_tables_alone(sample_store: Store, name: str, without_breaks: bool) -> None:
    finding = _asked(sample_store, "north-stonehouse", name, without_breaks=without_breaks)
    found = inputs_of(sample_store, finding)
    assert found is not None
    before, after = finding.question.before, finding.question.after
    spans = [(f"{span.first:%Y-%m}", f"{span.last:%Y-%m}") for span in (before, after)]
    again = compare(found.counts, found.treated, *spans, population=found.residents, units=found.units)
    headline, second = finding.comparison.headline, finding.second_method
    assert (again.ratio, again.lower, again.upper, again.p) == (
        headline.ratio,
        headline.lower,
        headline.upper,
        headline.p,
    )
    assert (again.second.ratio, again.second.lower, again.second.upper) == (second.ratio, second.lower, second.upper)
    assert (again.before, again.after) == (finding.before.count, finding.after.count)
    assert again.rank == finding.comparison.placebo_at_least
    assert found.counts.columns.freqstr == "M"


def test_where_nothing_is_compared_there_are_no_tables(sample_store: Store) -> None:
    assert inputs_of(sample_store, _asked(sample_store, "redruth-north", "burglary")) is None


def test_figures_of_periods_and_suppressed_cells_have_none(years_store: Store) -> None:
    prices = study(years_store, worlds.ask(years_store, "house-prices", before=worlds.EARLY, after=worlds.LATE))
    assert inputs_of(years_store, prices) is None
    place = next(item for item in years_store.places if item.slug == "north-stonehouse")
    burglary = study(years_store, replace(question_of(years_store, place, "burglary", today=TODAY), family=()))
    assert burglary.comparison is not None
    assert inputs_of(years_store, burglary) is None
