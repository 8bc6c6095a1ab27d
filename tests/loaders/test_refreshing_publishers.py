"""Every publisher misbehaving in every way: yesterday's database stays as it is, and one sentence says why."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from loaders.importing import build_with
from loaders.reading import Reading
from loaders.refreshing import Refreshed, SourceRefresh, refresh_sources
from store.database import open_store
from store.folder import Folder
from tests.conftest import fingerprint
from tests.loaders.played import HARMFUL, HARMLESS, PLAYED, Played, Wire
from tests.loaders.publishers import Publisher, Reply, Script, publisher
from tests.loaders.small_world import NOW, figures_of, small_data_folder

TOMORROW = NOW + timedelta(days=1)
BY_NAME = {played.source: played for played in PLAYED}


def refreshed(folder: Folder, played: Played, script: Script | list[Reply], **more: Any) -> tuple[Refreshed, Publisher]:
    """A refresh of this source from a publisher that answers by ``script``, with waits that take no time."""
    with publisher(script) as playing:
        variable = f"OUTCOMES_{played.source.upper()}_URL"
        os.environ[variable] = playing.address
        try:
            more.setdefault("sleep", lambda seconds: None)
            more.setdefault("now", TOMORROW)
            return refresh_sources(folder, [played.source], **more), playing
        finally:
            del os.environ[variable]


@pytest.fixture(scope="session")
def yesterdays(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """For each source a data folder with yesterday's release in use. Never write to it: take ``yesterday``."""
    made: dict[str, Path] = {}
    empty = small_data_folder(tmp_path_factory.mktemp("empty"))
    build_with(empty, Reading((), ()), NOW - timedelta(days=1))
    before = os.environ.get("OUTCOMES_DATA")
    for played in PLAYED:
        root = tmp_path_factory.mktemp(played.source) / "data"
        shutil.copytree(empty.root, root)
        os.environ["OUTCOMES_DATA"] = str(root)
        done, _ = refreshed(Folder(root), played, played.answer(played.yesterday, Wire()), now=NOW)
        assert [item.state for item in done.sources] == ["updated"], done.sources[0].message
        made[played.source] = root
    os.environ.pop("OUTCOMES_DATA")
    if before is not None:
        os.environ["OUTCOMES_DATA"] = before
    return made


@pytest.fixture
def yesterday(
    yesterdays: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Played], Folder]:
    """A data folder with yesterday's release of a source in use, free to be changed."""

    def take(played: Played) -> Folder:
        root = tmp_path / played.source
        shutil.copytree(yesterdays[played.source], root)
        monkeypatch.setenv("OUTCOMES_DATA", str(root))
        return Folder(root)

    return take


@pytest.fixture(scope="session")
def todays(yesterdays: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """For each source the hash of all figures once today's release is in use."""
    found = {}
    for played in PLAYED:
        root = tmp_path_factory.mktemp(f"{played.source}-today") / "data"
        shutil.copytree(yesterdays[played.source], root)
        done, _ = refreshed(Folder(root), played, played.answer(played.today, Wire()))
        assert one(done).state == "updated", one(done).message
        found[played.source] = figures_of(Folder(root))
    return found


def one(done: Refreshed) -> SourceRefresh:
    (item,) = done.sources
    return item


@pytest.mark.parametrize("source", BY_NAME)
@pytest.mark.parametrize("behaviour", HARMLESS)
def test_what_is_harmless_ends_with_todays_figures(
    yesterday: Callable[[Played], Folder], todays: dict[str, str], source: str, behaviour: str
) -> None:
    played = BY_NAME[source]
    folder = yesterday(played)
    waits: list[float] = []
    done, playing = refreshed(folder, played, HARMLESS[behaviour](played), sleep=waits.append)
    assert one(done).state == "updated", one(done).message
    assert done.exit_code == 0
    assert figures_of(folder) == todays[source]
    assert sum(waits) == {"asks to wait": 3, "an error, then fine": 1, "cut in the middle, then the rest": 1}.get(
        behaviour, 0
    )
    assert any("range" in asked.headers for asked in playing.asked) == behaviour.startswith("cut")


@pytest.mark.parametrize(
    ("source", "behaviour"),
    [(played.source, behaviour) for played in PLAYED for behaviour in HARMFUL if behaviour not in played.never],
)
def test_what_is_harmful_changes_nothing_and_is_said_in_one_sentence(
    yesterday: Callable[[Played], Folder], source: str, behaviour: str
) -> None:
    played = BY_NAME[source]
    folder = yesterday(played)
    script, words = HARMFUL[behaviour]
    before, stamp = fingerprint(folder), folder.stamp()
    done, _ = refreshed(folder, played, script(played))
    item = one(done)
    assert item.state == ("unreachable" if behaviour == "cut and never whole" else "refused")
    assert words in item.message
    assert item.message.endswith(".")
    assert "\n" not in item.message
    assert "does not expect" not in item.message
    assert done.exit_code == (4 if item.state == "unreachable" else 3)
    assert (done.swapped, done.stamp) == (False, stamp)
    assert fingerprint(folder) == before
    assert open_store(folder).stamp == stamp


@pytest.mark.parametrize(
    ("source", "behaviour"),
    [
        ("police_uk", "an archive cut short"), ("police_uk", "cut and never whole"), ("police_uk", "fewer areas"),
        ("nomis_claimants", "half of the rows"), ("nomis_claimants", "a new symbol"), ("deprivation", "Latin-1"),
    ],
)  # fmt: skip
def test_once_the_publisher_is_itself_again_so_is_the_project(
    yesterday: Callable[[Played], Folder], todays: dict[str, str], source: str, behaviour: str
) -> None:
    played = BY_NAME[source]
    folder = yesterday(played)
    refreshed(folder, played, HARMFUL[behaviour][0](played))
    done, _ = refreshed(folder, played, played.answer(played.today, Wire()), now=TOMORROW + timedelta(days=1))
    assert one(done).state == "updated", one(done).message
    assert figures_of(folder) == todays[source]


@pytest.mark.parametrize("source", BY_NAME)
def test_fewer_areas_are_used_when_that_is_accepted(yesterday: Callable[[Played], Folder], source: str) -> None:
    played = BY_NAME[source]
    folder = yesterday(played)
    script, _ = HARMFUL["fewer areas"]
    done, _ = refreshed(folder, played, script(played), accept_fewer=True)
    item = one(done)
    if source == "ons_geography":
        assert item.state == "refused"  # a lookup of part of the country cannot be used at all
        return
    assert item.state == "updated"
    assert "less than is held" in item.message
    assert item.fewer


@pytest.mark.parametrize("source", BY_NAME)
def test_the_same_release_again_changes_nothing(yesterday: Callable[[Played], Folder], source: str) -> None:
    played = BY_NAME[source]
    folder = yesterday(played)
    before = fingerprint(folder)
    done, _ = refreshed(folder, played, played.answer(played.yesterday, Wire()))
    assert (one(done).state, one(done).message) == ("unchanged", "")
    assert fingerprint(folder) == before
