"""Hashes that say whether two findings asked the same."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators import plan
from indicators.finding import Question
from indicators.plan import data_hash, plan_hash
from store.period import parse_window

QUESTION = Question(
    area="here", members=("E01015153", "E01015155"), indicator="burglary", before=parse_window("2018-08:2020-07"),
    after=parse_window("2021-04:2023-03"), settling_in_months=8, exclude=("E01015158", "E01015159"),
    family=("burglary", "robbery"),
)  # fmt: skip
UNITS = (("E01015047", "E01015151"), ("E01015255", "E01015256"))
CELLS = [("police_uk", "devon-and-cornwall", "burglary", f"2018-{month:02d}", "0" * 64) for month in range(1, 13)]


@given(st.randoms(use_true_random=False))
def test_no_order_enters(shuffle: random.Random) -> None:
    cells, units = list(CELLS), [list(unit) for unit in UNITS]
    shuffle.shuffle(cells)
    shuffle.shuffle(units)
    for unit in units:
        shuffle.shuffle(unit)
    turned = replace(QUESTION, exclude=QUESTION.exclude[::-1], family=QUESTION.family[::-1])
    assert data_hash([*cells, cells[0]]) == data_hash(CELLS)
    assert plan_hash(turned, units, "data") == plan_hash(QUESTION, UNITS, "data")


@pytest.mark.parametrize(
    "changed",
    [
        {"area": "there"}, {"members": ("E01015153",)}, {"indicator": "robbery"}, {"before": None}, {"without_breaks": True},
        {"after": parse_window("2021-04:2023-02")}, {"settling_in_months": 7}, {"exclude": ()}, {"family": ("burglary",)},
    ],
)  # fmt: skip
def test_another_question_has_another_hash(changed: dict[str, object]) -> None:
    assert plan_hash(replace(QUESTION, **changed), UNITS, "data") != plan_hash(QUESTION, UNITS, "data")  # type: ignore[arg-type]


def test_other_units_data_or_methods_have_another_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    first = plan_hash(QUESTION, UNITS, "data")
    assert plan_hash(QUESTION, UNITS[:1], "data") != first
    assert plan_hash(QUESTION, UNITS, "other") != first
    monkeypatch.setitem(plan.METHODS, "weighted_baseline", 99)
    assert plan_hash(QUESTION, UNITS, "data") != first


@pytest.mark.parametrize("position", range(5))
def test_any_part_of_any_cell_changes_the_data_hash(position: int) -> None:
    cell = list(CELLS[3])
    cell[position] += "x"
    assert data_hash([*CELLS[:3], tuple(cell), *CELLS[4:]]) != data_hash(CELLS)  # type: ignore[list-item]


def test_the_hashes_are_those_the_contract_states() -> None:
    lines = "\n".join(sorted("|".join(cell) for cell in CELLS))
    assert data_hash(CELLS) == hashlib.sha256(lines.encode()).hexdigest()
    question = {
        "area": "here", "members": ["E01015153", "E01015155"], "indicator": "burglary",
        "before": {"first": "2018-08-01", "months": 24}, "after": {"first": "2021-04-01", "months": 24},
        "settling_in_months": 8, "comparison": [list(unit) for unit in UNITS], "exclude": ["E01015158", "E01015159"],
        "family": ["burglary", "robbery"], "without_breaks": False,
    }  # fmt: skip
    text = json.dumps(
        {"question": question, "methods": plan.METHODS, "data": "data"},
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    assert plan_hash(QUESTION, UNITS, "data") == hashlib.sha256(text.encode()).hexdigest()[:16]
