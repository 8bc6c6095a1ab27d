"""Published benchmarks and the headline's reference, from the folder of real files, or a skip that says so."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def benchmarks(published: Path) -> Path:
    """The folder of published benchmarks."""
    folder = published / "benchmarks"
    if not (folder / "INDEX.json").is_file():
        pytest.skip(f"no published benchmarks at {folder}")
    return folder


@pytest.fixture(scope="session")
def reference_folder(published: Path) -> Path:
    """The folder of the headline's reference and its cases."""
    folder = published / "reference"
    if not (folder / "weighted_baseline_cases.json").is_file():
        pytest.skip(f"no reference at {folder}")
    return folder


@pytest.fixture(scope="session")
def reference(reference_folder: Path) -> ModuleType:
    """The headline's reference as a module."""
    spec = importlib.util.spec_from_file_location("reference_baseline", reference_folder / "weighted_baseline.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Compiled in memory: the reference's folder is never written to.
    exec(compile((reference_folder / "weighted_baseline.py").read_text(), "reference", "exec"), module.__dict__)  # noqa: S102 - the project's own reference
    return module
