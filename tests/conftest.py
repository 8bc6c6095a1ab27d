"""What every test may lean on: real publishers' files where they lie, and no network at all."""

from __future__ import annotations

import gc
import hashlib
import os
import shutil
import socket
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from loaders.importing import import_files
from store.database import Store, open_store
from store.folder import Folder, seed
from store.lookups import EXACT_FIT, RESIDENTS, WARDS_AND_COUNCILS, read_lookups
from tests.distribution import ByUnit, rank, scheduler

# Every check has to be through in a quarter of an hour on two cores; fewer examples each time, and other ones each time.
settings.register_profile("checks", max_examples=15, deadline=None)
settings.load_profile("checks")
REPOSITORY = Path(__file__).resolve().parent.parent
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long units first."""
    items.sort(key=lambda item: rank(item.nodeid))


def pytest_collection_finish() -> None:
    """Thousands of collected tests are there to stay: nobody needs to look through them for rubbish again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_unconfigure() -> None:
    """What was kept from being looked through can go."""
    gc.unfreeze()


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByUnit:
    """Whole units to workers."""
    return scheduler(config, log)


@pytest.fixture(scope="session")
def published() -> Path:
    """The folder of real publishers' files, or a skip that says where it was looked for."""
    folder = Path(os.environ.get("OUTCOMES_PUBLISHED_FILES") or REPOSITORY.parent / "shared")
    if not (folder / "data" / "MANIFEST.csv").is_file():
        pytest.skip(f"no published files at {folder}; set OUTCOMES_PUBLISHED_FILES")
    return folder


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine, so a test cannot depend on a publisher."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in _LOOPBACK:
            raise AssertionError(f"a test tried to reach {address[0]}; publishers are played by a local server")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A data folder with the shipped sample built in, one for all workers. Never write to it: take ``own_folder``."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder = Folder(shared / "sample-data")
    with FileLock(shared / "sample-data.lock"):
        if folder.stamp() is None:
            seed(folder.root)
            import_files(folder, "sample", ())
    return folder


@pytest.fixture(scope="session")
def sample_store(sample_folder: Folder) -> Store:
    """The shipped sample, open for reading."""
    return open_store(sample_folder)


@pytest.fixture
def sample_in_use(sample_folder: Folder, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """The shared sample as ``OUTCOMES_DATA``, for commands that only read."""
    monkeypatch.setenv("OUTCOMES_DATA", str(sample_folder.root))
    return sample_folder


@pytest.fixture
def own_folder(sample_folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A copy of the sample's data folder as ``OUTCOMES_DATA``, free to be changed."""
    root = tmp_path / "data"
    shutil.copytree(sample_folder.root, root, ignore=shutil.ignore_patterns("*.duckdb"))
    for database in sample_folder.outcomes.glob("*.duckdb"):
        # A database is never written to once it stands, so a second name for it is as good as a copy.
        os.link(database, root / "outcomes" / database.name)
    monkeypatch.setenv("OUTCOMES_DATA", str(root))
    return Folder(root)


_SMALL_COUNCILS = ("Exeter", "Bath and North East Somerset")


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose lookups know only Exeter, Bath and one irregular area, with one break and no neighbourhood."""
    folder = Folder(tmp_path_factory.mktemp("small-world"))
    seed(folder.root)
    lookups = read_lookups(folder.lookups)
    fit = lookups.exact_fit
    irregular = fit["lsoa21_name"].str.startswith("Gateshead") & (fit["change"] == "X")
    wanted = fit[
        irregular | fit["lsoa21"].isin(lookups.wards["lsoa21"][lookups.wards["council_name"].isin(_SMALL_COUNCILS)])
    ]
    part = fit[fit["lsoa11"].isin(wanted["lsoa11"]) | fit["lsoa21"].isin(wanted["lsoa21"])]
    part.to_parquet(folder.lookups / EXACT_FIT)
    lookups.wards[lookups.wards["lsoa21"].isin(part["lsoa21"])].to_parquet(folder.lookups / WARDS_AND_COUNCILS)
    lookups.residents[lookups.residents["lsoa21"].isin(part["lsoa21"])].to_parquet(folder.lookups / RESIDENTS)
    first = folder.breaks.read_text(encoding="utf-8").split("[[break]]")[1]
    folder.breaks.write_text(f"[[break]]{first}", encoding="utf-8")
    for path in [*folder.areas.glob("*.toml"), *folder.programmes.glob("*.toml")]:
        path.unlink()
    return folder.root


@pytest.fixture
def small_folder(small_world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """An empty data folder of the small world as ``OUTCOMES_DATA``: quick to build, free to be changed."""
    root = tmp_path / "small"
    shutil.copytree(small_world, root)
    monkeypatch.setenv("OUTCOMES_DATA", str(root))
    return Folder(root)


Street = Callable[..., Path]


@pytest.fixture
def street(tmp_path: Path) -> Street:
    """Write a street file in the publisher's format: ``street("2018-10", rows=[(LSOA code, crime type), …])``."""

    def write(
        month: str = "2018-10",
        rows: Sequence[tuple[str, str]] = (("E01019970", "Burglary"),),
        *,
        force: str = "devon-and-cornwall",
        within: str = "Devon & Cornwall Police",
        inside: str = "",
        folder: str = "street",
        mark: str = "",
        newline: str = "\n",
    ) -> Path:
        path = tmp_path / folder / f"{month}-{force}-street.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [
            "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
            "Last outcome category,Context"
        ]
        for code, category in rows:
            point = "-3.53,50.72,On or near High Street" if code else ",,No Location"
            lines.append(
                f",{inside or month},{within},{within},{point},{code},{'Exeter 001A' if code else ''},{category},,"
            )
        path.write_bytes((mark + newline.join(lines) + newline).encode("utf-8"))
        return path

    return write


def fingerprint(folder: Folder) -> dict[str, str]:
    """The sha256 of every file in ``outcomes``, to show that nothing there was touched."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.outcomes.glob("*"))
        if path.is_file() and path.suffix != ".lock"
    }


@pytest.fixture
def untouched() -> Iterator[Callable[[Folder], None]]:
    """Call it with a folder before a refusal; at the end its ``outcomes`` must be byte-for-byte as they were."""
    before: list[tuple[Folder, dict[str, str]]] = []
    yield lambda folder: before.append((folder, fingerprint(folder)))
    for folder, was in before:
        assert fingerprint(folder) == was
