"""Fetching: every way a publisher can answer, played on this machine."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from loaders.session import TRIES, Fetching, NoAnswer, new_session
from store.errors import OutcomesError, SourceChanged, Unreachable
from store.source import Source
from tests.loaders.publishers import Asked, Publisher, Reply, fetching_from, publisher, ranged
from tests.loaders.small_world import small_lookups

NOW = datetime.fromisoformat("2026-11-22T09:30:00")
LATER = datetime.fromisoformat("2026-12-01")
SOURCE = Source(
    "test_source", "Test", "A publisher", "https://example.org/", "OGL", "Thanks", "UK", "Daily", (), "real file"
)
BODY = b"code,count\r\n" + b"E01000001,5\r\n" * 50_000


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def begin(playing: Publisher, now: datetime = NOW, **more: object) -> tuple[Fetching, list[float]]:
        monkeypatch.setenv("OUTCOMES_TEST_SOURCE_URL", playing.address.rstrip("/"))
        return fetching_from(SOURCE, tmp_path, now, small_lookups(), **more)

    return begin


def test_a_file_comes_whole_with_its_sidecar(start: Any) -> None:
    with publisher(
        [Reply(BODY, headers={"ETag": '"v1"', "Last-Modified": "Sat, 21 Nov 2026 10:00:00 GMT"})]
    ) as playing:
        path = start(playing)[0].get("data/figures.csv", what="figures", params={"date": "2020-01"})
        address = playing.address
    assert path.read_bytes() == BODY
    said = json.loads(path.with_name(path.name + ".json").read_text(encoding="utf-8"))
    assert path.name == f"figures__20261122T093000__{said['sha256'][:8]}.csv"
    assert said["url"] == f"{address}data/figures.csv?date=2020-01"
    assert (said["bytes"], said["status"], said["etag"]) == (len(BODY), 200, '"v1"')
    assert said["fetched_at"] == "2026-11-22T09:30:00"
    assert said["last_modified"].startswith("Sat, 21 Nov")
    assert sorted(item.name for item in path.parent.iterdir()) == sorted([path.name, path.name + ".json"])
    assert playing.asked[0].headers["user-agent"].startswith("neighbourhood-outcomes/")


def test_the_same_bytes_are_kept_once_and_new_ones_beside(start: Any) -> None:
    with publisher([Reply(b"a,b\n1,2\n"), Reply(b"a,b\n1,2\n"), Reply(b"a,b\n1,3\n")]) as playing:
        first = start(playing)[0].get("x.csv", what="x")
        later = start(playing, LATER)[0]
        assert later.get("x.csv", what="x") == first
        other = later.get("x.csv", what="x")
    assert other != first
    assert first.is_file()
    assert other.read_bytes().endswith(b"1,3\n")


def test_an_unchanged_file_is_not_sent_again(start: Any) -> None:
    with publisher(ranged(BODY, '"v1"')) as playing:
        first = start(playing)[0].get("x.csv", what="x")
        again = start(playing, LATER)[0].get("x.csv", what="x")
    assert again == first
    assert playing.asked[1].headers["if-none-match"] == '"v1"'


def test_a_held_file_that_was_damaged_is_fetched_again(start: Any) -> None:
    with publisher(ranged(BODY, '"v1"')) as playing:
        first = start(playing)[0].get("x.csv", what="x")
        first.write_bytes(b"cut")
        again = start(playing, LATER)[0].get("x.csv", what="x")
    assert again != first
    assert again.read_bytes() == BODY


def test_a_busy_publisher_is_obeyed(start: Any) -> None:
    with publisher([Reply(status=429, headers={"Retry-After": "7"}), Reply(status=500), Reply(b"a\n1\n")]) as playing:
        fetching, waits = start(playing)
        assert fetching.get("x.csv", what="x").read_bytes() == b"a\n1\n"
    assert sum(waits) == 7 + 2


def test_a_date_to_come_back_at_is_understood(start: Any) -> None:
    late = {"Retry-After": "Sun, 22 Nov 2026 09:30:30 GMT"}
    with publisher(
        [Reply(status=503, headers=late), Reply(status=503, headers={"Retry-After": "soon"}), Reply(b"a\n1\n")]
    ) as playing:
        fetching, waits = start(playing)
        fetching.get("x.csv", what="x")
    assert sum(waits) == 30 + 2


def test_a_long_wait_is_reported_not_waited(start: Any) -> None:
    with publisher([Reply(status=429, headers={"Retry-After": "3600"})]) as playing:
        fetching, waits = start(playing)
        with pytest.raises(Unreachable, match="3600 seconds") as caught:
            fetching.get("x.csv", what="x")
    assert isinstance(caught.value, NoAnswer)
    assert caught.value.retry_after == 3600
    assert caught.value.exit_code == 4
    assert waits == []
    assert list(fetching.raw.iterdir()) == []


def test_a_publisher_that_never_answers_well_is_unreachable(start: Any) -> None:
    with publisher([Reply(status=502)]) as playing:
        fetching, waits = start(playing)
        with pytest.raises(NoAnswer, match="502") as caught:
            fetching.get("x.csv", what="x")
    assert len(playing.asked) == TRIES
    assert sum(waits) == 1 + 2 + 4 + 8
    assert caught.value.retry_after is None


def test_a_closed_port_is_tried_twice_and_not_again(start: Any) -> None:
    with publisher([Reply(b"a")]) as playing:
        fetching, waits = start(playing)
    with pytest.raises(NoAnswer, match=r"127\.0\.0\.1 did not answer: no connection could be made"):
        fetching.get("x.csv", what="x")
    assert sum(waits) == 1
    with pytest.raises(NoAnswer, match="did not answer"):
        fetching.get("y.csv", what="y")
    assert sum(waits) == 1


def test_a_name_nobody_has_is_unreachable(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with publisher([Reply(b"a")]) as playing:
        fetching, waits = start(playing)
    monkeypatch.setenv("OUTCOMES_TEST_SOURCE_URL", "http://no-such-publisher.invalid/")
    with pytest.raises(NoAnswer, match=r"no-such-publisher\.invalid did not answer"):
        fetching.get("x.csv", what="x")
    assert sum(waits) == 1


def test_a_publisher_that_says_nothing_in_time_is_asked_once_more(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def late(*_: object, **told: object) -> None:
        asked.append(told["timeout"])
        raise requests.ReadTimeout

    with publisher([Reply(b"a")]) as playing:
        fetching, _ = start(playing)
    monkeypatch.setattr(fetching.session, "request", late)
    with pytest.raises(NoAnswer, match="it said nothing in time"):
        fetching.get("x.csv", what="x")
    assert asked == [(5, 60), (5, 60)]


def test_a_long_silence_is_not_asked_for_twice(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 1000, 30))
    asked = []

    def late(*_: object, **__: object) -> None:
        asked.append(next(clock))
        raise requests.ConnectTimeout

    with publisher([Reply(b"a")]) as playing:
        fetching, waits = start(playing, clock=lambda: float(next(clock)))
    monkeypatch.setattr(fetching.session, "request", late)
    with pytest.raises(NoAnswer):
        fetching.get("x.csv", what="x")
    assert (len(asked), waits) == (1, [])


def test_silence_after_an_answer_is_not_for_good(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with publisher([Reply(b"a\n1\n")]) as playing:
        fetching, _ = start(playing)
        fetching.get("x.csv", what="x")
        ask = fetching.session.request
        tries = []

        def late(*given: Any, **told: Any) -> requests.Response:
            tries.append(given)
            if len(tries) < 3:
                raise requests.ReadTimeout
            return ask(*given, **told)

        monkeypatch.setattr(fetching.session, "request", late)
        with pytest.raises(NoAnswer, match="did not send y in 2 tries: it said nothing in time"):
            fetching.get("y.csv", what="y")
        assert fetching.get("z.csv", what="z").is_file()


def test_after_giving_up_the_next_file_gets_one_try(start: Any) -> None:
    replies = [Reply(status=500)] * (TRIES + 1) + [Reply(b"a\n1\n"), Reply(status=500), Reply(b"a\n2\n")]
    with publisher(replies) as playing:
        fetching, waits = start(playing)
        with pytest.raises(NoAnswer, match=f"did not send x in {TRIES} tries: it answered 500"):
            fetching.get("x.csv", what="x")
        had = sum(waits)
        with pytest.raises(NoAnswer, match="did not send y in one try"):
            fetching.get("y.csv", what="y")
        assert sum(waits) == had
        fetching.get("z.csv", what="z")
        # Back to patience once a file has come.
        assert fetching.get("w.csv", what="w").read_bytes() == b"a\n2\n"


def test_a_publisher_that_asks_for_time_is_not_asked_before_it_is_over(start: Any) -> None:
    moments = [0.0]
    with publisher([Reply(status=429, headers={"Retry-After": "600"}), Reply(b"a\n1\n")]) as playing:
        fetching, _ = start(playing, clock=lambda: moments[0])
        with pytest.raises(NoAnswer, match="600 seconds"):
            fetching.get("x.csv", what="x")
        moments[0] = 100.0
        with pytest.raises(NoAnswer, match="not to be asked again for 500 seconds") as caught:
            fetching.get("x.csv", what="x")
        assert (caught.value.retry_after, len(playing.asked)) == (500, 1)
        moments[0] = 600.0
        assert fetching.get("x.csv", what="x").is_file()


def test_the_waits_for_one_file_are_bounded_in_all(start: Any) -> None:
    with publisher([Reply(status=503, headers={"Retry-After": "50"})]) as playing:
        fetching, waits = start(playing)
        with pytest.raises(NoAnswer, match="50 seconds"):
            fetching.get("x.csv", what="x")
    assert sum(waits) == 100


def test_two_sources_of_one_host_have_one_connection_to_it(start: Any) -> None:
    busy, most = [0], [0]

    def answer(asked: Asked) -> Reply:
        busy[0] += 1
        most[0] = max(most[0], busy[0])
        time.sleep(0.05)
        busy[0] -= 1
        return Reply(asked.path.encode())

    with publisher(answer) as playing:
        fetching, _ = start(playing)
        threads = [
            threading.Thread(target=fetching.get, args=(f"{name}.csv",), kwargs={"what": name}) for name in "abcd"
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (most, len(playing.asked)) == ([1], 4)
    assert [host.name for host in fetching.hosts.known.values()] == [f"127.0.0.1:{playing.port}"]


def test_a_certificate_that_is_not_valid_is_not_tried_again(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def refuse(*_: object, **told: object) -> None:
        tries.append(told["verify"])
        raise requests.exceptions.SSLError("bad certificate")

    with publisher([Reply(b"a")]) as playing:
        fetching, _ = start(playing)
        monkeypatch.setattr(fetching.session, "request", refuse)
        for _ in range(2):
            with pytest.raises(NoAnswer, match="certificate"):
                fetching.get("x.csv", what="x")
    assert tries == [True]


@pytest.mark.parametrize("address", ["ftp://example.org/", "example.org", "http://"])
def test_an_address_that_cannot_be_asked_is_said_to_be(
    start: Any, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    with publisher([Reply(b"a")]) as playing:
        fetching, _ = start(playing)
    monkeypatch.setenv("OUTCOMES_TEST_SOURCE_URL", address)
    with pytest.raises(OutcomesError, match=r"no address that can be asked.*Correct OUTCOMES_"):
        fetching.get("x.csv", what="x")


@pytest.mark.parametrize("tag", ['"v1"', None])
def test_a_cut_body_is_resumed_where_it_can_be(start: Any, tag: str | None) -> None:
    whole = ranged(BODY, tag or "none")
    first = Reply(BODY, headers={"ETag": tag} if tag else {}, cut=300_000)
    replies = iter([first])

    def answer(asked: Asked) -> Reply:
        return next(replies, None) or whole(asked)

    with publisher(answer) as playing:
        path = start(playing)[0].get("x.csv", what="x")
    assert path.read_bytes() == BODY
    asked_for = playing.asked[1].headers.get("range")
    if tag:
        # A piece of the part already here was thrown away at most.
        assert asked_for is not None
        assert 0 < int(asked_for.removeprefix("bytes=").rstrip("-")) <= 300_000
    else:
        assert asked_for is None


def test_a_weak_tag_is_no_ground_to_resume_on(start: Any) -> None:
    replies = [Reply(BODY, headers={"ETag": 'W/"v1"'}, cut=300_000), Reply(BODY)]
    with publisher(replies) as playing:
        assert start(playing)[0].get("x.csv", what="x").read_bytes() == BODY
    assert "range" not in playing.asked[1].headers


@pytest.mark.parametrize(
    "second",
    [Reply(b"?", 416), Reply(b"?", 206, {"Content-Range": "bytes 5-9/10"})],
    ids=["range refused", "another part"],
)
def test_a_resume_that_goes_wrong_starts_again(start: Any, second: Reply) -> None:
    with publisher([Reply(BODY, headers={"ETag": '"v1"'}, cut=300_000), second, Reply(BODY)]) as playing:
        assert start(playing)[0].get("x.csv", what="x").read_bytes() == BODY
    assert "range" not in playing.asked[2].headers


def test_a_rest_that_comes_in_pieces_is_put_together(start: Any) -> None:
    def answer(asked: Asked) -> Reply:
        if "range" not in asked.headers:
            return Reply(BODY, headers={"ETag": '"v1"'}, cut=300_000)
        first = int(asked.headers["range"].removeprefix("bytes=").rstrip("-"))
        last = min(first + 200_000, len(BODY)) - 1
        span = {"ETag": '"v1"', "Content-Range": f"bytes {first}-{last}/{len(BODY)}"}
        return Reply(BODY[first : last + 1], 206, span)

    with publisher(answer) as playing:
        assert start(playing)[0].get("x.csv", what="x").read_bytes() == BODY
    assert len(playing.asked) > 2


def test_a_file_that_changed_meanwhile_starts_again(start: Any) -> None:
    new = BODY.replace(b"5", b"6")
    with publisher(
        [Reply(BODY, headers={"ETag": '"v1"'}, cut=300_000), Reply(new, headers={"ETag": '"v2"'})]
    ) as playing:
        assert start(playing)[0].get("x.csv", what="x").read_bytes() == new


def test_what_an_earlier_command_left_is_gone_on_with(start: Any) -> None:
    with publisher([Reply(BODY, headers={"ETag": '"v1"'}, cut=300_000)]) as playing:
        fetching, _ = start(playing)
        with pytest.raises(NoAnswer):
            fetching.get("x.csv", what="x")
    left = sorted(path.name for path in fetching.raw.iterdir())
    assert left == [".x.part", ".x.part.mark"]
    with publisher(ranged(BODY, '"v1"')) as again:
        fetching, _ = start(again)
        # Another port is another address: what was left belongs to the first.
        label = fetching.raw / ".x.part.mark"
        label.write_text(label.read_text().replace(str(playing.port), str(again.port)))
        assert fetching.get("x.csv", what="x").read_bytes() == BODY
    assert again.asked[0].headers["if-range"] == '"v1"'
    assert not list(fetching.raw.glob(".*"))


def test_what_was_left_of_another_address_is_dropped(start: Any) -> None:
    with publisher([Reply(BODY, headers={"ETag": '"v1"'}, cut=300_000)]) as playing, pytest.raises(NoAnswer):
        start(playing)[0].get("x.csv", what="x")
    with publisher(ranged(BODY, '"v1"')) as playing:
        assert start(playing)[0].get("x.csv", what="x").read_bytes() == BODY
    assert "range" not in playing.asked[0].headers


def test_a_whole_part_without_its_place_is_given_it(start: Any) -> None:
    span = {"Content-Range": f"bytes */{len(BODY)}"}
    with publisher([Reply(b"", 416, span)]) as playing:
        fetching, _ = start(playing)
        fetching.raw.mkdir()
        (fetching.raw / ".x.part").write_bytes(BODY)
        mark = {"url": f"{playing.address}x.csv", "mark": '"v1"'}
        (fetching.raw / ".x.part.mark").write_text(json.dumps(mark))
        assert fetching.get("x.csv", what="x").read_bytes() == BODY
    assert len(playing.asked) == 1


def test_a_file_without_an_announced_length_is_asked_for_anew(start: Any) -> None:
    chunked = b"6\r\na,b\n1,\r\n0\r\n\r\n"
    with publisher([Reply(chunked, headers={"Transfer-Encoding": "chunked", "ETag": '"v1"'})]) as playing:
        for _ in range(2):
            start(playing)[0].get("x.csv", what="x")
    assert all("if-none-match" not in asked.headers for asked in playing.asked)


def test_a_body_that_hardly_moves_is_cut(start: Any) -> None:
    clock = iter(range(0, 1_000_000, 100))
    with publisher([Reply(BODY[:40], announce=50_000)]) as playing:
        fetching, _ = start(playing, clock=lambda: float(next(clock)))
        with pytest.raises(NoAnswer, match="it sent only 40 bytes in 60 seconds"):
            fetching.get("x.csv", what="x")


def test_a_disk_that_is_too_small_is_said_to_be(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=10))
    with publisher([Reply(BODY)]) as playing:
        fetching, _ = start(playing)
        with pytest.raises(OutcomesError, match=r"only 10 are free on this disk.*Make room"):
            fetching.get("x.csv", what="x")


def test_a_question_is_neither_resumed_nor_taken_for_another(start: Any) -> None:
    with publisher(ranged(b"a\n1\n", '"v1"')) as playing:
        fetching, _ = start(playing)
        for number in range(2):
            fetching.get("table", what="x", question={"n": number}, extension="json")
    assert [json.loads(asked.body) for asked in playing.asked] == [{"n": 0}, {"n": 1}]
    assert all("if-none-match" not in asked.headers for asked in playing.asked)


def test_a_key_goes_to_its_own_host_only(start: Any) -> None:
    with publisher([Reply(b"a\n1\n")]) as other:
        there = other.address.replace("127.0.0.1", "localhost") + "y.csv"
        with publisher([Reply(status=301, headers={"Location": there})]) as playing:
            start(playing)[0].get("x.csv", what="x", hosts=("localhost",), secret={"APIKey": "hush"})
    assert playing.asked[0].headers["apikey"] == "hush"
    assert "apikey" not in other.asked[0].headers


def test_a_body_that_is_always_cut_is_unreachable(start: Any) -> None:
    with publisher([Reply(BODY, cut=10)]) as playing, pytest.raises(NoAnswer):
        start(playing)[0].get("x.csv", what="x")


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"<p>Sorry</p>", headers={"Content-Type": "text/html; charset=utf-8"}),
        Reply(b"\xef\xbb\xbf\n <!DOCTYPE html><html>", headers={"Content-Type": "text/csv"}),
        Reply(b"<HTML>"),
    ],
)
def test_a_web_page_is_not_data(start: Any, reply: Reply) -> None:
    with publisher([reply]) as playing:
        fetching, waits = start(playing)
        with pytest.raises(SourceChanged, match="web page"):
            fetching.get("x.csv", what="x")
    assert waits == []
    assert list(fetching.raw.iterdir()) == []


@pytest.mark.parametrize(("status", "body"), [(404, b"no"), (403, b"no"), (400, b"Query is incomplete")])
def test_another_status_says_that_the_source_changed(start: Any, status: int, body: bytes) -> None:
    with publisher([Reply(body, status)]) as playing, pytest.raises(SourceChanged, match=str(status)) as caught:
        start(playing)[0].get("x.csv", what="x")
    assert caught.value.file == f"{playing.address}x.csv"


def test_an_empty_file_is_refused(start: Any) -> None:
    with publisher([Reply(b"")]) as playing, pytest.raises(SourceChanged, match="empty"):
        start(playing)[0].get("x.csv", what="x")


def test_a_redirect_to_another_host_is_refused_and_named(start: Any) -> None:
    with (
        publisher([Reply(status=302, headers={"Location": "http://elsewhere.example/x.csv"})]) as playing,
        pytest.raises(SourceChanged, match=r"http://elsewhere\.example/x\.csv"),
    ):
        start(playing)[0].get("x.csv", what="x")
    assert len(playing.asked) == 1


def test_a_redirect_to_a_host_on_the_list_is_followed(start: Any) -> None:
    with publisher([Reply(b"a\n1\n")]) as other:
        there = other.address.replace("127.0.0.1", "localhost") + "y.csv"
        with publisher([Reply(status=301, headers={"Location": there})]) as playing:
            assert start(playing)[0].get("x.csv", what="x", hosts=("localhost",)).read_bytes() == b"a\n1\n"


def test_redirects_in_a_circle_end(start: Any) -> None:
    with (
        publisher([Reply(status=302, headers={"Location": "/x.csv"})]) as playing,
        pytest.raises(SourceChanged, match="circle"),
    ):
        start(playing)[0].get("x.csv", what="x")


def test_a_size_that_is_announced_too_large_is_not_begun(start: Any) -> None:
    with (
        publisher([Reply(b"a,b\n", announce=10_000_000_000)]) as playing,
        pytest.raises(SourceChanged, match=r"10,000,000,000 bytes"),
    ):
        start(playing)[0].get("x.csv", what="x")
    assert len(playing.asked) == 1


def test_a_size_that_turns_out_too_large_is_stopped(start: Any) -> None:
    chunked = b"100000\r\n" + b"x" * 0x100000 + b"\r\n0\r\n\r\n"
    with publisher([Reply(chunked, headers={"Transfer-Encoding": "chunked"})]) as playing:
        fetching, _ = start(playing)
        with pytest.raises(SourceChanged, match="at most 1,000"):
            fetching.get("x.csv", what="x", largest=1_000)
    assert list(fetching.raw.iterdir()) == []


@pytest.mark.parametrize(
    ("path", "kind", "name"),
    [
        ("figures", "text/csv; charset=utf-8", "csv"),
        ("figures", "application/x-odd", "dat"),
        ("f.zip", "text/csv", "zip"),
    ],
)
def test_the_ending_is_the_path_s_or_the_kind_s(start: Any, path: str, kind: str, name: str) -> None:
    with publisher([Reply(b"a\n1\n", headers={"Content-Type": kind})]) as playing:
        assert start(playing)[0].get(path, what="x").suffix == "." + name


def test_progress_sees_the_download_and_the_waits(start: Any) -> None:
    seen: list[tuple[str, int | None]] = []

    def progress(items: Iterable[Any], label: str, length: int | None) -> Iterator[Any]:
        seen.append((label, length))
        yield from items

    with publisher([Reply(status=429, headers={"Retry-After": "3"}), Reply(BODY)]) as playing:
        start(playing, progress=progress)[0].get("x.csv", what="x")
    assert seen == [("Waiting for 127.0.0.1", 3), ("Fetching x", -(-len(BODY) // (1 << 18)))]


def test_a_name_that_is_no_name_is_a_mistake_of_ours(start: Any) -> None:
    with publisher([Reply(b"a")]) as playing, pytest.raises(ValueError, match="Bad name"):
        start(playing)[0].get("x.csv", what="Bad name")


def test_the_address_is_the_publisher_s_unless_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetching, _ = fetching_from(SOURCE, tmp_path, NOW, small_lookups())
    with pytest.raises(OutcomesError, match=r"no lasting address.*import the file"):
        _ = fetching.address
    monkeypatch.setenv("OUTCOMES_TEST_SOURCE_URL", "https://example.org/a")
    assert fetching.address == "https://example.org/a/"


def test_a_session_verifies_and_asks_for_plain_bytes() -> None:
    session = new_session()
    assert session.verify is True
    assert session.headers["Accept-Encoding"] == "identity"
