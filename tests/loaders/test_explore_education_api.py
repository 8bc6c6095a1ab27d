"""The department's API: lists in pages, data sets known by what they hold, and answers that are something else."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loaders.explore_education import SOURCE, fetch, read
from loaders.explore_education_api import fetch_formats
from loaders.explore_education_formats import FORMATS
from loaders.session import Fetching, NoAnswer
from store.errors import SourceChanged
from tests.loaders.education_api import SUSPENSIONS, Api, as_json, columns_of
from tests.loaders.publishers import Asked, Reply, fetching_from, publisher
from tests.loaders.small_world import NOW, small_context, small_lookups

ONLY = tuple(item for item in FORMATS if item.slug == "suspensions")


Begin = Callable[..., tuple[Fetching, list[float]]]


@pytest.fixture
def begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Begin:
    def start(address: str) -> tuple[Fetching, list[float]]:
        monkeypatch.setenv("OUTCOMES_EXPLORE_EDUCATION_URL", address)
        return fetching_from(SOURCE, tmp_path, NOW, small_lookups())

    return start


def test_the_data_set_with_the_columns_and_the_fewest_divisions_is_fetched(begin: Begin) -> None:
    with publisher(Api()) as playing:
        paths = fetch_formats(begin(playing.address)[0], ONLY)
    asked = [item.path for item in playing.asked]
    assert asked[-1] == "/data-sets/ccc-3/csv"
    # Both pages of both lists, and no metadata of what has no councils.
    assert asked.count("/publications") == 2
    assert "/data-sets/aaa-1/meta" not in asked
    assert [path.name.split("__")[0] for path in paths] == ["suspensions"]
    reading = read(paths, small_context())
    assert reading.errors == ()
    frame = reading.contributions[0].observations
    assert frame["numerator"].tolist() == [90000.0]
    assert reading.contributions[0].files[0].url.endswith("/data-sets/ccc-3/csv")


def test_an_answer_packed_on_the_way_is_unpacked(begin: Begin) -> None:
    api = Api()
    api.body, api.headers = gzip.compress(api.body), {"Content-Type": "text/csv", "Content-Encoding": "gzip"}
    with publisher(api) as playing:
        paths = fetch_formats(begin(playing.address)[0], ONLY)
    assert read(paths, small_context()).accounts[0].rows_placed == 1


def test_publications_that_are_not_in_the_api_are_left_out(begin: Begin) -> None:
    with publisher(Api()) as playing:
        paths = fetch(begin(playing.address)[0])
    assert len(paths) == 1
    api = Api()
    api.publications = ["Another one"]
    with publisher(api) as playing, pytest.raises(SourceChanged, match="none of the data sets") as error:
        fetch(begin(playing.address)[0])
    assert "import" in (error.value.do or "")


def test_a_publication_without_the_columns_has_changed(begin: Begin) -> None:
    api = Api()
    for number in ("bbb-2", "ccc-3"):
        api.data_sets[number] = (["Local authority"], columns_of([], ["suspensions", "headcount"]))
    with publisher(api) as playing, pytest.raises(SourceChanged, match=SUSPENSIONS) as error:
        fetch_formats(begin(playing.address)[0], ONLY)
    assert error.value.column == "suspension"


def test_a_busy_publisher_is_asked_again(begin: Begin) -> None:
    api, tired = Api(), [Reply(status=429, headers={"Retry-After": "2"})]

    def answer(asked: Asked) -> Reply:
        return tired.pop() if tired else api(asked)

    with publisher(answer) as playing:
        fetching, waits = begin(playing.address)
        fetch_formats(fetching, ONLY)
    assert sum(waits) == 2
    with publisher([Reply(status=429, headers={"Retry-After": "900"})]) as playing, pytest.raises(NoAnswer):
        fetch_formats(begin(playing.address)[0], ONLY)


@pytest.mark.parametrize(
    ("path", "said", "column"),
    [
        ("/publications", {"results": []}, "paging"),
        ("/publications", {"paging": {"totalPages": "1"}, "results": []}, "paging"),
        ("/publications", {"paging": {"totalPages": 1}, "results": ["x"]}, "paging"),
        ("/publications", {"paging": {"totalPages": 10**6}, "results": []}, "totalPages"),
        ("/publications", {"paging": {"totalPages": 1}, "results": [{"title": SUSPENSIONS, "id": "../x"}]}, "id"),
        ("/publications", [], None),
        ("/data-sets/bbb-2/meta", {"filters": [], "indicators": {}}, "indicators"),
        ("/data-sets/bbb-2/meta", {"indicators": [], "filters": [{"id": "x"}]}, "filters"),
    ],
)
def test_another_form_of_answer_is_a_change(begin: Begin, path: str, said: Any, column: str | None) -> None:
    api = Api()
    with publisher(lambda asked: as_json(said) if asked.path == path else api(asked)) as playing:
        fetching = begin(playing.address)[0]
        with pytest.raises(SourceChanged, match="another form") as error:
            fetch_formats(fetching, ONLY)
    assert error.value.column == column
    assert error.value.file == playing.address + path[1:]


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Reply(b"<!DOCTYPE html><html></html>", headers={"Content-Type": "text/html"}), "web page"),
        (Reply(b'{"title": "Not Found", "status": 404}', status=404), "404"),
        (Reply(b"Query is incomplete"), "another form"),
    ],
)
def test_anything_but_json_is_no_list(begin: Begin, reply: Reply, message: str) -> None:
    with publisher([reply]) as playing, pytest.raises(SourceChanged, match=message):
        fetch_formats(begin(playing.address)[0], ONLY)


def test_documented_answers_are_of_the_form_expected(begin: Begin, published: Path) -> None:
    """The publisher's own examples: a page of publications, a page of data sets and metadata."""
    folder = published / "data" / "api_samples" / "dfe_ees"
    said = [json.loads((folder / f"quick-start_example_{n}.json").read_text("utf-8")) for n in (1, 3, 4)]
    absence = tuple(item for item in FORMATS if item.slug == "absence")

    def answer(asked: Asked) -> Reply:
        if asked.path.endswith("/meta"):
            return as_json(said[2])
        return as_json(said[1] if asked.path.endswith("/data-sets") else said[0])

    with publisher(answer) as playing:
        # The example's metadata holds one figure, which is none of those wanted: everything before that was understood.
        with pytest.raises(SourceChanged, match="holds the columns of absence"):
            fetch_formats(begin(playing.address)[0], absence)
        assert playing.asked[-1].path == "/data-sets/63cfc86e-c334-4e58-2912-08da0807d53c/meta"
