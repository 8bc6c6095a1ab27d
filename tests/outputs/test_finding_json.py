"""The JSON document of a finding."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import cast

import numpy as np
import pytest

from indicators.finding import Finding
from outputs.finding_json import finding_as_json
from tests.outputs import examples

KEYS = [
    "schema_version", "area", "area_name", "indicator", "title", "unit", "better", "measured_at", "small_areas",
    "before", "after", "change", "comparison", "second_method", "detectable_change_percent", "verdict",
    "verdict_because", "chosen_beforehand", "sentence", "caveats", "sensitivity",
    "sources", "use", "plan_hash", "data_hash", "software_version",
]  # fmt: skip


@pytest.mark.parametrize("finding", examples.every(), ids=lambda one: one.verdict)
def test_every_finding_is_strict_json_with_exactly_the_agreed_keys(finding: Finding) -> None:
    document = finding_as_json(finding, area_name="Stronger North Stonehouse")
    assert list(document) == KEYS
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_north_stonehouse_keeps_its_numbers() -> None:
    document = finding_as_json(examples.burglary(), area_name="Stronger North Stonehouse")
    assert document["before"] == {
        "from": "2018-08", "to": "2020-07", "count": 78, "months": 24, "months_missing": 0,
        "person_years": 7406.0, "rate": 10.5, "lower": 8.3, "upper": 13.1,
    }  # fmt: skip
    assert document["change"] == {"percent": -56.4, "lower": -71.8, "upper": -34.0, "count": -44}
    compared = document["comparison"]
    assert (compared["number"], compared["placebo_rank"], compared["p"]) == (60, "20 of 60", 0.259)
    # Too few events hides the ratio in words only: the document keeps it.
    assert (compared["ratio"], compared["lower"], compared["upper"]) == (0.688, 0.357, 1.326)
    assert compared["areas"][0] == {
        "codes": ["E01000000", "E01100000"], "name": "Plymouth 000A with 000C", "before": 25, "after": 16,
    }  # fmt: skip
    assert document["chosen_beforehand"] is True
    assert document["second_method"] is None


def test_unknown_is_null_and_never_nan_or_zero() -> None:
    finding = replace(
        examples.burglary(),
        after=examples.level(examples.AFTER, None, missing=24),
        change_percent=float("nan"),
        sensitivity=(
            {"change": "x", "ratio": float("nan"), "before": cast(float, np.int64(3)), "after": np.float64(1.5)},
        ),
    )
    document = finding_as_json(finding, area_name="X")
    assert document["after"]["count"] is None
    assert document["change"]["percent"] is None
    assert document["change"]["count"] is None
    assert document["sensitivity"] == [{"change": "x", "ratio": None, "before": 3, "after": 1.5}]


def test_without_windows_both_levels_are_null() -> None:
    document = finding_as_json(examples.no_start(), area_name="X")
    assert document["before"] is document["after"] is document["comparison"] is None


def test_a_series_is_added_only_where_it_is_asked_for() -> None:
    document = finding_as_json(examples.burglary(), area_name="X", series=[{"period": "2020-01", "count": None}])
    assert document["series"] == [{"period": "2020-01", "count": None}]
