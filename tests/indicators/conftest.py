"""Published benchmarks and the headline's reference, from the folder of real files, or a skip that says so."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from indicators.study import study
from store.database import Store
from store.folder import Folder
from tests.indicators import period_worlds as worlds


@pytest.fixture(scope="session")
def years_store(sample_folder: Folder, sample_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The sample with years of prices (halved in the place), sales, shares and what a community brought; councils,
    practices that serve the place little, schools, and one suppressed month of burglary."""
    codes = worlds.small_areas(sample_store)
    question = worlds.ask(sample_store, "house-prices", before=worlds.EARLY, after=worlds.LATE)
    similar = study(sample_store, replace(question, family=())).comparison
    assert similar is not None
    contributions = [
        worlds.prices(codes, fall=0.5), worlds.sales(codes), worlds.shares(codes), worlds.noughts(codes), worlds.flat(codes),
        worlds.one_month_suppressed(sample_store, codes), *worlds.councils(), *worlds.schools(),
        *worlds.practices(worlds.patients((0.4, 0.03))), *worlds.brought_here([unit for unit, _ in similar.areas]),
    ]  # fmt: skip
    return worlds.world(sample_folder, tmp_path_factory.mktemp("years") / "data", contributions)


@pytest.fixture(scope="session")
def other_years_store(sample_folder: Folder, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A world in which one practice serves the place, and prices are known of three small areas only."""
    contributions = [
        worlds.prices([*worlds.OURS, "E01015047"]), *worlds.councils()[1:], *worlds.practices(worlds.patients((0.6, 0.0)))
    ]  # fmt: skip
    return worlds.world(sample_folder, tmp_path_factory.mktemp("other-years") / "data", contributions)


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
