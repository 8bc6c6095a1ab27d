"""What docs/ethics.md promises is held by tests that are there, and the templates for hosts say what the software does."""

from __future__ import annotations

import ast
import re
from importlib.metadata import version
from pathlib import Path

import pytest

from loaders.discovery import all_loaders
from outputs.words import USE
from store import __version__
from tests.docs import reading
from tests.docs.reading import REPOSITORY

HEADING = "Rules, and what holds each today"
HOSTING = REPOSITORY / "docs" / "hosting"
# Guides beside the templates: there is nothing to fill in.
_GUIDES = ("README.md", "container.md")
TEMPLATES = sorted(path.name for path in HOSTING.glob("*.md") if path.name not in _GUIDES)
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def _plain(words: str) -> str:
    """One line, without marks of quotation and emphasis."""
    return " ".join(words.replace("**", "").replace("\n> ", "\n").split())


def test_every_rule_is_held_by_a_test() -> None:
    rows = reading.rows(reading.section("docs/ethics.md", HEADING))
    assert len(rows) >= 16
    for row in rows:
        assert len(row) == 3, row[0]
        assert _TEST.findall(row[2]), f"nothing holds “{row[0]}”"


def test_the_tests_that_are_named_are_there() -> None:
    named = _TEST.findall(reading.text("docs/ethics.md"))
    assert len(named) == reading.text("docs/ethics.md").count("`tests/")
    for file, name in named:
        there = ast.parse((REPOSITORY / file).read_text(encoding="utf-8")).body
        assert name in {part.name for part in there if isinstance(part, ast.FunctionDef)}, f"{file} has no {name}"


@pytest.mark.parametrize("name", ["README.md", "docs/ethics.md", "docs/hosting/use-statement.md"])
def test_the_use_statement_is_the_same_everywhere(name: str) -> None:
    assert USE in _plain(reading.text(name))


def test_hosts_are_led_to_every_template_in_order() -> None:
    steps = reading.section("docs/hosting/README.md", "In this order")
    led = [target for target in reading.links(steps) if "/" not in target]
    assert sorted(led) == TEMPLATES
    assert [line[0] for line in steps.splitlines() if re.match(r"\d\. ", line)] == list("12345678")
    assert "(hosting/README.md)" in reading.section("docs/ethics.md", "Who runs a copy")


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_has_blanks_to_fill(name: str) -> None:
    words = reading.text(f"docs/hosting/{name}")
    # A bracket that no address follows, and no box to tick.
    blanks = [found for found in re.findall(r"\[([^\]]+)\](?!\()", words) if found.strip()]
    assert len(blanks) >= 3


def test_hosts_print_the_attribution_every_source_declares() -> None:
    rows = reading.rows(reading.section("docs/hosting/attribution.md", "Lines to print"))
    assert [(row[0].strip("`"), row[1]) for row in rows] == [
        (name, module.SOURCE.attribution) for name, module in all_loaders().items()
    ]


def test_every_lookup_and_the_postcodes_have_their_line() -> None:
    lines = reading.section("docs/hosting/attribution.md", "Boundaries, lookups and postcodes")
    for name in ("data/lookups/README.md", "data/sample/README.md"):
        words = " ".join(reading.text(name).split())
        for year in re.findall(r"(Royal Mail data © Royal Mail copyright and database right \d{4})", words):
            assert year in lines
    source = "Source: Office for National Statistics licensed under the Open Government Licence v3.0. Contains OS data"
    assert source in lines


@pytest.mark.parametrize("name", ["accessibility-statement.md", "cookies.md"])
def test_what_was_tested_is_what_is_installed(name: str) -> None:
    words = reading.text(f"docs/hosting/{name}")
    # Where one of these has changed, the test in a browser has to be made again and the statement with it.
    assert f"version {__version__}" in words
    assert f"Streamlit {version('streamlit')}" in words


def test_tests_the_templates_name_are_there() -> None:
    found: list[Path] = []
    for path in HOSTING.glob("*.md"):
        targets = [target for target in reading.links(path.read_text(encoding="utf-8")) if target.endswith(".py")]
        found += [(path.parent / target).resolve() for target in targets]
    assert {path.name for path in found} == {
        "test_cookies.py", "test_every_page.py", "test_journeys.py", "test_reading_age.py",
    }  # fmt: skip
    assert all(path.is_file() for path in found)
