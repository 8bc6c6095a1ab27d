"""The documents say what is there: commands, modules, indicators, sources, tables and links."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import click
import pytest

from indicators.__main__ import main as indicators_door
from indicators.discovery import all_indicators
from loaders.__main__ import main as loaders_door
from loaders.discovery import all_loaders
from loaders.importing import SAMPLE
from loaders.postcode_sample import main as write_postcodes_command
from outputs.__main__ import main as outputs_door
from outputs.formats import FORMATS
from outputs.words import FORBIDDEN
from store import __version__
from store.place import read_places
from store.schema import SCHEMA, SCHEMA_VERSION
from tests.docs import reading
from tests.docs.reading import REPOSITORY

ROOMS = ("store", "loaders", "indicators", "outputs", "views")
DIRECTION = {"lower": "less is better", "higher": "more is better", "neither": "neither"}
DOORS: dict[str, click.Group] = {"loaders": loaders_door, "indicators": indicators_door, "outputs": outputs_door}


@pytest.fixture(params=reading.documents(), ids=lambda path: str(path.relative_to(REPOSITORY)))
def document(request: pytest.FixtureRequest) -> Path:
    """Each document in turn."""
    path: Path = request.param
    return path


def test_quick_start_shows_exactly_the_two_commands() -> None:
    shown = reading.blocks(reading.section("README.md", "Quick start"), "")
    assert [block.split("\n") for block in shown] == [["python3 run.py", "python3 run.py test", ""]]


def test_every_link_leads_somewhere(document: Path) -> None:
    for target in reading.links(document.read_text(encoding="utf-8")):
        name, _, anchor = target.partition("#")
        there = (document.parent / name).resolve() if name else document
        assert there.exists(), f"{target} is not there"
        if anchor:
            assert anchor in reading.headings(there), f"{target}: no such heading"


def test_every_command_exists_with_its_options(document: Path) -> None:
    for words in reading.commands(document.read_text(encoding="utf-8")):
        door = DOORS[words[2]]
        if len(words) == 3:
            continue
        command = door.commands.get(words[3])
        assert command is not None, f"{' '.join(words)}: no such command"
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word.split("=")[0] for word in words[4:] if word.startswith("--")} <= known, " ".join(words)
        named = [word for word in words[4:] if not word.startswith("-")]
        if words[3] == "import" and named:
            assert named[0] in {*all_loaders(), SAMPLE, "SOURCE"}, " ".join(words)
        if words[3] == "refresh" and named:
            assert named[0] in {*all_loaders(), "all", "NAMES"}, " ".join(words)


def test_readme_shows_how_to_ask_and_how_to_load() -> None:
    shown = {(words[2], words[3]) for words in reading.commands(reading.text("README.md"))}
    assert {("indicators", "study"), ("loaders", "import"), ("loaders", "refresh")} <= shown


@pytest.mark.parametrize("door", sorted(DOORS))
def test_every_command_and_option_is_documented(door: str) -> None:
    for name, command in DOORS[door].commands.items():
        words = reading.section("docs/commands.md", name)
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert f"`{parameter.opts[0]}" in words, f"{name} {parameter.opts[0]} is not documented"


def test_every_form_is_documented() -> None:
    words = reading.section("docs/commands.md", "make")
    assert [name for name in FORMATS if f"`{name}`" not in words] == []


def test_the_command_of_the_postcodes_is_documented() -> None:
    words = reading.section("docs/commands.md", "postcode_sample")
    for parameter in write_postcodes_command.params:
        if isinstance(parameter, click.Option):
            assert f"`{parameter.opts[0]}" in words, parameter.opts[0]


def test_exit_codes_of_errors_are_documented() -> None:
    rows = reading.rows(reading.section("docs/commands.md", "Exit codes"))
    assert [row[0] for row in rows] == ["0", "1", "2", "3", "4"]


def test_module_map_is_the_tree() -> None:
    listed = reading.rows(reading.section("ARCHITECTURE.md", "Module map"))
    there = {path.relative_to(REPOSITORY).as_posix() for room in ROOMS for path in (REPOSITORY / room).rglob("*.py")}
    names = [row[0].strip("`") for row in listed]
    assert sorted(names) == sorted(there)
    assert [row[0] for row in listed if len(row) != 2 or not row[1]] == []


def test_tree_of_tests_is_the_tree() -> None:
    (tree,) = reading.blocks(reading.section("ARCHITECTURE.md", "Tests"), "")
    there = {path.name for path in (REPOSITORY / "tests").iterdir() if not path.name.startswith(("_", "."))}
    named = {name.strip("/") for line in tree.splitlines()[1:] for name in re.split(r" {2,}", line.strip())[0].split()}
    assert {name.strip(",/") for name in named} == there


def test_indicators_in_readme_are_those_there_are() -> None:
    held = _sample_measures()
    lines = re.findall(r"^- `([^`]+)` – (.+)$", reading.section("README.md", "Indicators"), re.MULTILINE)
    expected = [
        (name, item.title + (" (sample)" if set(item.measures) <= held else ""))
        for name, item in all_indicators().items()
    ]
    assert lines == expected


def test_numbers_in_words_are_right() -> None:
    said = reading.in_words(len(all_indicators())).capitalize()
    assert reading.section("README.md", "Indicators").strip().startswith(f"{said},")
    unseen = [item for item in all_loaders().values() if item.SOURCE.format_evidence == "documented header"]
    expected = f"{reading.in_words(len(unseen)).capitalize()} of the {reading.in_words(len(all_loaders()))} loaders"
    assert expected in reading.section("README.md", "What is not there yet")


def test_table_of_indicators_is_what_they_declare() -> None:
    held = _sample_measures()
    source_of = {
        measure.name: name for name, module in all_loaders().items() for measure in getattr(module, "MEASURES", ())
    }
    area = {"stable": "small area"}
    expected = [
        [
            f"`{name}`",
            item.title,
            f"`{source_of[item.measures[0]]}`",
            area.get(item.smallest_area, item.smallest_area),
            item.unit,
            DIRECTION[item.better],
            ", ".join(f"`{found}`" for found in item.breaks),
            "yes" if set(item.measures) <= held else "no",
        ]
        for name, item in all_indicators().items()
    ]
    assert reading.rows(reading.section("docs/indicators.md", "The list")) == expected


def _sample_measures() -> set[str]:
    manifest = json.loads(reading.text("data/sample/manifest.json"))
    return {name for entry in manifest["files"] for name in entry.get("measures", ())}


def test_sources_and_attributions_are_those_there_are() -> None:
    listed = reading.rows(reading.section("README.md", "Sources and licences"))
    assert {row[0].strip("`"): row[2] for row in listed} == {
        name: module.SOURCE.attribution for name, module in all_loaders().items()
    }


def test_sources_say_on_what_their_format_rests() -> None:
    listed = reading.rows(reading.section("docs/data.md", "Sources and formats met"))
    assert {row[0].strip("`") for row in listed} == set(all_loaders())
    for row in listed:
        assert row[2].startswith(all_loaders()[row[0].strip("`")].SOURCE.format_evidence)


def _page_titles() -> list[str]:
    calls = [node for node in ast.walk(ast.parse(reading.text("app.py"))) if isinstance(node, ast.Call)]
    return [
        str(word.value.value)
        for call in calls
        for word in call.keywords
        if ast.unparse(call.func) == "st.Page" and word.arg == "title" and isinstance(word.value, ast.Constant)
    ]


def test_pages_in_readme_are_those_of_the_app() -> None:
    assert [row[0] for row in reading.rows(reading.section("README.md", "Pages"))] == _page_titles()


@pytest.mark.parametrize("page", ["Across", "The Beacon", "Add your area"])
def test_a_page_that_is_planned_is_there_or_said_to_be_missing(page: str) -> None:
    there = any(title.startswith(page) for title in _page_titles())
    missing = f"*{page}" in reading.section("README.md", "What is not there yet")
    assert there != missing


def test_every_table_of_the_database_is_named() -> None:
    listed = [row[0].strip("`") for row in reading.rows(reading.section("docs/data.md", "The database"))]
    assert listed == re.findall(r"CREATE (?:TABLE|VIEW) (\w+)(?:\(| AS)", SCHEMA)
    assert f"`schema_version` {SCHEMA_VERSION};" in reading.section("docs/data.md", "The database")


def test_changelog_begins_with_this_version() -> None:
    versions = re.findall(r"^## \[([^\]]+)\]", reading.text("CHANGELOG.md"), re.MULTILINE)
    assert versions[0] == __version__
    assert f"Version {__version__} " in reading.section("README.md", "What is not there yet")


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = re.findall(r"^## (\d+)\. ", reading.text("docs/decisions.md"), re.MULTILINE)
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]


def test_decisions_named_in_code_exist() -> None:
    numbers = set(re.findall(r"^## (\d+)\. ", reading.text("docs/decisions.md"), re.MULTILINE))
    for room in ROOMS:
        for path in (REPOSITORY / room).rglob("*.py"):
            named = re.findall(r"docs/decisions\.md, (\d+)", path.read_text(encoding="utf-8"))
            assert set(named) <= numbers, f"{path.name} names a decision that is not there"


def test_documents_named_in_the_project_exist() -> None:
    files = [path for room in ROOMS for path in (REPOSITORY / room).rglob("*.py")]
    for path in [*files, *REPOSITORY.glob("data/*.toml"), REPOSITORY / "pyproject.toml"]:
        for named in re.findall(r"docs/[\w/-]+\.md", path.read_text(encoding="utf-8")):
            assert (REPOSITORY / named).is_file(), f"{path.name} names {named}"


def test_no_machine_path_is_in_a_document(document: Path) -> None:
    found = re.search(r"(?<![\w.])/(?:home|Users|root|tmp|work|mnt)/|[A-Z]:\\", document.read_text(encoding="utf-8"))
    assert found is None, found


@pytest.mark.parametrize("name", ["README.md", "GLOSSARY.md", "docs/ethics.md", "docs/indicators.md"])
def test_no_word_that_claims_or_hurts_in_documents_for_everybody(name: str) -> None:
    assert _forbidden_in(reading.text(name)) == []


def test_no_word_that_claims_or_hurts_in_what_is_said_about_places() -> None:
    for place in read_places(REPOSITORY / "data" / "areas"):
        said = [place.name, place.summary, place.checked, place.drawn_by, place.start_evidence, place.prior_evaluation]
        said += [*(item.text for item in place.milestones), *(item.text for item in place.stories)]
        said += [item.name for item in place.assets]
        assert _forbidden_in(" ".join(said)) == [], place.slug


def _forbidden_in(words: str) -> list[str]:
    return [word for word in FORBIDDEN if re.search(rf"\b{re.escape(word)}\b", words, re.IGNORECASE)]


def test_sample_is_as_small_as_its_readme_says() -> None:
    files = [path for path in (REPOSITORY / "data" / "sample").iterdir() if path.suffix in (".parquet", ".json")]
    assert sum(path.stat().st_size for path in files) < 1_500_000


def test_sample_readme_names_every_file_and_says_how_to_rebuild() -> None:
    manifest = json.loads(reading.text("data/sample/manifest.json"))
    words = reading.text("data/sample/README.md")
    assert [row[0].strip("`") for row in reading.rows(words)] == [entry["file"] for entry in manifest["files"]]
    for entry in manifest["files"]:
        assert all_loaders()[entry["source"]].SOURCE.attribution in words
    lines = [line for block in reading.blocks(words, "") for line in block.splitlines()]
    assert lines == [
        "python -m loaders refresh all --area north-stonehouse --since 2018-01 && python -m loaders compile-sample"
    ]


def test_lookups_readme_names_every_file() -> None:
    listed = {row[0].strip("`") for row in reading.rows(reading.text("data/lookups/README.md"))}
    there = {path.name for path in (REPOSITORY / "data" / "lookups").iterdir() if not path.name.startswith(".")}
    assert listed == there - {"README.md"}


def _in_code(room: str, words: str) -> bool:
    return any(words in path.read_text(encoding="utf-8") for path in (REPOSITORY / room).glob("*.py"))


@pytest.mark.parametrize(
    ("promise", "there"),
    [
        ("nothing for Scotland", "does not exist for Scotland" not in reading.text("indicators/ground.py")),
        ("notebooks", any((REPOSITORY / "notebooks").glob("*.ipynb"))),
        ("no published catchments", _in_code("loaders", '"catchment"')),
    ],
)  # fmt: skip
def test_what_is_not_there_yet_is_not_there(promise: str, there: bool) -> None:
    said = promise in " ".join(reading.section("README.md", "What is not there yet").split())
    assert said != there, "the README and the code disagree about what is missing"
