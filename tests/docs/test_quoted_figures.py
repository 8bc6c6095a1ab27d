"""Figures that the documents quote from the sample are the ones the project computes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from indicators import Finding, study
from indicators.questions import question_of
from outputs.finding_json import finding_as_json
from store.database import Store
from store.holdings import odd_months
from store.place import read_place
from tests.docs import reading
from tests.docs.reading import REPOSITORY

# Hashes change with every build of the sample or of a method, so the documents only show what they look like.
_CHANGING = ("plan_hash", "data_hash", "software_version", "sha256", "attribution", "sentence", "text", "fetched_on")


@pytest.fixture(scope="module")
def finding(sample_store: Store) -> Finding:
    place = read_place(REPOSITORY / "data" / "areas", "north-stonehouse")
    return study(sample_store, question_of(sample_store, place, "burglary", today=date(2026, 11, 22)))


def _shown(name: str) -> Mapping[str, Any]:
    for block in reading.blocks(reading.section("docs/commands.md", name), "json"):
        found: dict[str, Any] = json.loads(block)
        return found
    raise AssertionError(name)


def _same(shown: Any, real: Any, where: str) -> None:
    """Whether what is shown is in what is real: objects with the same keys, lists possibly shortened."""
    if isinstance(shown, dict):
        assert list(shown) == list(real), where
        for key, value in shown.items():
            if key not in _CHANGING:
                _same(value, real[key], f"{where}.{key}")
    elif isinstance(shown, list) and shown and isinstance(shown[0], dict):
        for item in shown:
            name = next(key for key in ("change", "what", "name", "codes") if key in item)
            twin = next((other for other in real if other[name] == item[name]), None)
            assert twin is not None, f"{where}: {item[name]}"
            _same(item, twin, f"{where}[{item[name]}]")
    else:
        assert shown == real, where


def test_the_study_shown_is_the_study_printed(finding: Finding) -> None:
    _same(_shown("study"), finding_as_json(finding, area_name="Stronger North Stonehouse"), "study")


def test_the_example_of_the_readme_is_the_one_computed(finding: Finding) -> None:
    assert finding.before is not None
    assert finding.after is not None
    assert finding.comparison is not None
    assert finding.change_percent is not None
    words = " ".join(reading.section("README.md", "Quick start").split())
    fell = f"fell {-finding.change_percent:.0f} % ({finding.before.count:.0f} to {finding.after.count:.0f}, two years each)"
    assert fell in words
    assert (
        f"In {len(finding.comparison.areas)} similar places it fell {-finding.comparison.change_percent:.0f} %" in words
    )
    assert f"*{finding.verdict}*" in words


def test_the_outcome_that_stands_out_in_the_readme_does(sample_store: Store) -> None:
    place = read_place(REPOSITORY / "data" / "areas", "north-stonehouse")
    found = study(sample_store, question_of(sample_store, place, "robbery", today=date(2026, 11, 22)))
    assert found.before is not None
    assert found.after is not None
    words = " ".join(reading.section("README.md", "Quick start").split())
    counts = [f"{level.count:.0f} in {level.months_used} months" for level in (found.before, found.after)]
    assert f"robbery *{found.verdict}* ({' to '.join(counts)})" in words


def test_suspect_months_of_the_decisions_are_those_marked(sample_store: Store) -> None:
    months = [row[3] for row in odd_months(sample_store)]
    words = reading.section(
        "docs/decisions.md", "7. A month under 60 % of its neighbours is suspect, whatever it does to an answer"
    )
    assert {row[2] for row in odd_months(sample_store)} == {"robbery"}
    assert all(month in words for month in months)
    assert f"marks {['no', 'one', 'two', 'three', 'four', 'five', 'six'][len(months)]} real months" in words


def test_stable_areas_of_the_documents_are_those_held(sample_store: Store) -> None:
    stable = sample_store.rows("SELECT count(*) FROM area WHERE kind = 'stable'")[0][0]
    assert f"{stable:,} stable areas" in " ".join(reading.text("docs/data.md").split())
    inside = len(sample_store.small_areas(police_force="devon-and-cornwall"))
    assert f"{inside:,} stable areas" in reading.text("data/sample/README.md")
