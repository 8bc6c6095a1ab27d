"""What a file system or a damaged file raises ends a command in a sentence and a document, never in a traceback."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner

import indicators.__main__ as indicators_commands
import loaders.__main__ as loaders_commands
import outputs.__main__ as outputs_commands
from store.commands import Commands
from store.errors import OutcomesError
from store.folder import Folder

STUDY = ["study", "--area", "north-stonehouse", "--indicator", "burglary", "--json"]


def refused(command: Commands, given: list[str], **settings: str) -> dict[str, object]:
    """The error of a command that has to end with one: a sentence on stderr, and the document on stdout."""
    done = CliRunner().invoke(command, given, env=settings or None)
    assert done.exit_code == 1, done.output
    assert isinstance(done.exception, SystemExit)
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.output
    found: dict[str, object] = json.loads(done.stdout)["error"] if "--json" in given else {}
    return found


def test_a_data_folder_that_can_be_none(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    error = refused(loaders_commands.main, ["check", "--json"], OUTCOMES_DATA=str(file / "data"))
    assert str(error["file"]).startswith(str(file))
    assert error["kind"] == "error"
    assert error["do"]


def test_a_folder_where_a_neighbourhood_file_should_be_is_named(own_folder: Folder) -> None:
    (own_folder.areas / "x.toml").mkdir()
    assert refused(indicators_commands.main, STUDY)["file"] == str(own_folder.areas / "x.toml")


def test_a_database_that_was_cut_short(own_folder: Folder) -> None:
    path = own_folder.database()
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[: len(content) // 2])
    for command, given in ((indicators_commands.main, STUDY), (loaders_commands.main, ["check", "--json"])):
        assert "import the sources again" in str(refused(command, given)["do"])


def test_a_command_without_a_document_says_its_sentence(own_folder: Folder, tmp_path: Path) -> None:
    (own_folder.areas / "x.toml").mkdir()
    refused(
        outputs_commands.main, ["make", "--area", "north-stonehouse", "--format", "csv", "--out", str(tmp_path / "a")]
    )


def test_whoever_stops_reading_is_told_nothing() -> None:
    group = Commands("group")

    @group.command("gone")
    def gone() -> None:
        raise BrokenPipeError(errno.EPIPE, "nobody reads any more")

    done = CliRunner().invoke(group, ["gone"])
    assert (done.exit_code, done.output) == (1, "")


@pytest.mark.parametrize("raised", [pa.ArrowInvalid("Parquet magic bytes not found\nmore"), OSError("odd")])
def test_a_damaged_file_and_a_fault_without_a_name(raised: Exception) -> None:
    group = Commands("group")

    @group.command("odd")
    def odd() -> None:
        raise raised

    done = CliRunner().invoke(group, ["odd"])
    assert done.exit_code == OutcomesError.exit_code
    assert str(raised).splitlines()[0] in done.stderr
    assert "more" not in done.stderr
