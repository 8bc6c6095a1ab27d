"""Imports only go down: the contracts hold for the project, and each of them breaks when it is broken."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
ROOMS = ("store", "loaders", "indicators", "outputs", "views")
LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """What the contracts of ``folder``'s pyproject.toml say about the rooms in it."""
    command = [sys.executable, "-c", LINT_IMPORTS, "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False, encoding="utf-8")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The rooms and the contracts, free to be broken."""
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    for room in ROOMS:
        shutil.copytree(REPOSITORY / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_the_project_keeps_its_contracts() -> None:
    done = lint_imports(REPOSITORY)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "wrong"),
    [
        ("store/areas.py", "import loaders.session"),
        ("indicators/rates.py", "import loaders.session"),
        ("loaders/session.py", "import indicators.rates"),
        ("outputs/words.py", "import views.frame"),
        ("outputs/words.py", "import streamlit"),
        ("views/frame.py", "import requests"),
        ("outputs/words.py", "from urllib.request import urlopen"),
        ("indicators/rates.py", "import duckdb"),
    ],
)
def test_one_wrong_import_breaks_a_contract(copy: Path, file: str, wrong: str) -> None:
    with (copy / file).open("a", encoding="utf-8") as source:
        source.write(f"\n{wrong}\n")
    done = lint_imports(copy)
    assert done.returncode == 1, done.stdout + done.stderr
    assert file.removesuffix(".py").replace("/", ".") in done.stdout
    assert "BROKEN" in done.stdout
