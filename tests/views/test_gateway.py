"""What stands before the pages: who is turned away, what is counted, and what is written down about it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from views import record
from views.gateway import STREAM, Gateway
from views.limits import Limits


def _scope(path: str, headers: Iterable[tuple[str, str]] = (), kind: str = "http", method: str = "GET") -> Scope:
    return {
        "type": kind, "path": path, "raw_path": path.encode(), "query_string": b"", "method": method,
        "headers": [(name.encode(), value.encode()) for name, value in [("host", "here.example"), *headers]],
        "extensions": {"websocket.http.response": {}},
    }  # fmt: skip


class _Behind:
    """The app behind the gateway: it answers with a cookie, and keeps what visits say until they end."""

    def __init__(self) -> None:
        self.heard: list[Message] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            given = [(b"set-cookie", b"a=b; Path=/"), (b"X-Frame-Options", b"ALLOWALL")]
            await send({"type": "http.response.start", "status": 200, "headers": given})
            await send({"type": "http.response.body", "body": b"page"})
            return
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            self.heard.append(message)


def _asked(gateway: Gateway, scope: Scope, *said: bytes | str) -> list[Message]:
    """What is sent back to one request, or to one visit that says this and leaves."""
    words: list[Message] = [
        {"type": "websocket.receive", ("bytes" if isinstance(item, bytes) else "text"): item} for item in said
    ]
    waiting = iter([*words, {"type": "websocket.disconnect", "code": 1000}])
    sent: list[Message] = []

    async def receive() -> Message:
        return next(waiting)

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(gateway(scope, receive, send))
    return sent


def _status(sent: list[Message]) -> int:
    return int(sent[0].get("status", 101))


def _headers(sent: list[Message]) -> dict[str, str]:
    return {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}


def test_headers_replace_those_from_behind_and_depend_on_the_host() -> None:
    plain = _headers(_asked(Gateway(_Behind(), Limits()), _scope("/")))
    assert plain["x-frame-options"] == "DENY"
    assert plain["set-cookie"] == "a=b; Path=/"
    assert "noindex" in plain["x-robots-tag"]
    hosted = _headers(_asked(Gateway(_Behind(), Limits(tls=True, search_engines=True)), _scope("/")))
    assert hosted["strict-transport-security"] == "max-age=31536000"
    assert hosted["set-cookie"] == "a=b; Path=/; Secure"
    assert "x-robots-tag" not in hosted


def test_above_the_limit_pages_say_so_and_who_is_in_stays() -> None:
    behind = _Behind()
    gateway = Gateway(behind, Limits(sessions=10))
    gateway.visits = 10
    sent = _asked(gateway, _scope("/explore"))
    assert _status(sent) == 503
    assert _headers(sent)["retry-after"] == "30"
    assert "Too many people at once" in sent[1]["body"].decode()
    for path in ("/static/js/x.js", "/health", "/ready", "/_stcore/host-config", "/app/static/a.woff2"):
        assert _status(_asked(gateway, _scope(path))) == 200
    # Whoever was let in a moment ago opens the visit now.
    assert _asked(gateway, _scope(STREAM, kind="websocket"))[0]["type"] == "websocket.accept"
    gateway.visits = 12
    turned_away = _asked(gateway, _scope(STREAM, kind="websocket"))
    assert (turned_away[0]["type"], _status(turned_away)) == ("websocket.http.response.start", 503)
    assert gateway.visits == 12


def test_a_visit_is_counted_while_it_lasts() -> None:
    counted: list[int] = []

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        counted.append(gateway.visits)
        raise RuntimeError("broken")

    gateway = Gateway(behind, Limits())
    with pytest.raises(RuntimeError):
        _asked(gateway, _scope(STREAM, kind="websocket"))
    assert (counted, gateway.visits) == ([1], 0)


def test_only_what_a_page_asks_for_is_heard() -> None:
    rerun, empties = BackMsg(), BackMsg(clear_cache=True)
    rerun.rerun_script.query_string = "area=x"
    behind = _Behind()
    _asked(
        Gateway(behind, Limits()),
        _scope(STREAM, kind="websocket"),
        empties.SerializeToString(),
        rerun.SerializeToString(),
    )
    assert [item["bytes"] for item in behind.heard] == [rerun.SerializeToString()]
    # A file that is made when somebody asks for it comes in one envelope with what only developers may ask.
    file, developers = BackMsg(), BackMsg()
    file.backend_operation_request.deferred_file.file_id = "x"
    developers.backend_operation_request.install_skills.SetInParent()
    behind = _Behind()
    _asked(
        Gateway(behind, Limits()),
        _scope(STREAM, kind="websocket"),
        developers.SerializeToString(),
        file.SerializeToString(),
    )
    assert [item["bytes"] for item in behind.heard] == [file.SerializeToString()]
    for wrong in ("text", b"\xff" * 9):
        sent = _asked(Gateway(_Behind(), Limits()), _scope(STREAM, kind="websocket"), wrong)
        assert sent[-1] == {"type": "websocket.close", "code": 1002}


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ([], True),
        ([("origin", "https://here.example")], True),
        ([("origin", "http://here.example")], True),
        ([("origin", "https://there.example")], False),
        ([("origin", "https://here.example"), ("origin", "https://there.example")], False),
        ([("host", "there.example"), ("origin", "https://there.example")], False),
    ],
)
def test_a_visit_is_opened_by_the_host_s_own_pages(headers: list[tuple[str, str]], allowed: bool) -> None:
    sent = _asked(Gateway(_Behind(), Limits()), _scope(STREAM, headers, kind="websocket"))
    assert _status(sent) == (101 if allowed else 403)


def test_a_named_host_answers_to_its_name_alone() -> None:
    gateway = Gateway(_Behind(), Limits(hosts=("here.example",)))
    assert _status(_asked(gateway, _scope("/"))) == 200
    other = {**_scope("/"), "headers": [(b"host", b"there.example:80")]}
    assert _status(_asked(gateway, other)) == 421
    # A container asks itself by number.
    assert _status(_asked(gateway, other | {"path": "/health"})) == 200


def test_beginning_and_end_of_the_server_pass_through() -> None:
    passed: list[str] = []

    async def behind(scope: Scope, receive: Receive, send: Send) -> None:
        passed.append(scope["type"])

    _asked(Gateway(behind, Limits()), {"type": "lifespan"})
    assert passed == ["lifespan"]


def _written(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, log: Any, path: str) -> str:
    monkeypatch.setattr(record, "limits", lambda: Limits(log=log))
    asked = {
        **_scope(path, [("x-forwarded-for", "198.51.100.7")]),
        "query_string": b"area=PL13XX",
        "client": ("198.51.100.7", 1),
    }
    _asked(Gateway(_Behind(), Limits()), asked)
    with record.run("board"):
        pass
    return capsys.readouterr().out


def test_nobody_can_be_told_from_the_log(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (json.loads(line) for line in _written(capsys, monkeypatch, "json", "/board").splitlines())
    assert first.keys() == {"at", "what", "method", "path", "status", "ms"}
    assert (first["method"], first["path"], first["status"]) == ("GET", "/board", 200)
    assert (second["what"], second["page"], second["ended"]) == ("run", "board", True)
    plain = _written(capsys, monkeypatch, "plain", "/PL1 3XX")
    assert "request GET other 200" in plain
    assert "PL1" not in plain
    assert "198.51" not in plain
    assert _written(capsys, monkeypatch, "off", "/board") == ""


def test_paths_are_written_by_kind() -> None:
    known = [
        record.known_path(path)
        for path in ("/", "/media/ab12.csv", "/_stcore/upload_file/visit/1", "/pl13xx", "/static")
    ]
    assert known == ["/", "/media", "/_stcore/upload_file", "other", "other"]
    assert tuple(dict.fromkeys(record.PAGES)) == record.PAGES


def test_a_page_that_broke_is_written_down_as_not_ended(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "limits", lambda: Limits(log="json"))
    with pytest.raises(ValueError, match="x"), record.run("board"):
        raise ValueError("x")
    assert json.loads(capsys.readouterr().out)["ended"] is False
