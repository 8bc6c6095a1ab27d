"""What stands before Streamlit: every request and visit passes here, is checked, counted and written down.

Plain ASGI, since Starlette's ready-made kind does not see visits (websockets). Streamlit's own doors that no page needs are
shut: measurements, the programming interface for other programs, and signing in.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from views import record
from views.limits import Limits
from views.security_headers import security_headers

STREAM = "/_stcore/stream"
_SHUT = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check", "/auth", "/oauth2callback")
_FILES = ("/static/", "/app/static/", "/media/", "/_stcore/", "/component/")
_UPLOAD = "/_stcore/upload_file/"
# What a page asks for. The rest of Streamlit's messages are for whoever develops a page: one empties everybody's caches.
_SAID = ("rerun_script", "stop_script", "app_heartbeat", "file_urls_request", "deferred_file")
_LONGEST_ADDRESS = 8_000
# Who was let in while there was room opens the visit a moment later: a fifth more visits than pages are let in.
_ROOM_FOR_LET_IN = 1.2
_RETRY = "30"
_ASKED_BY_THE_HOST = ("/health", "/ready")
_FULL = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Too many people at once</title>'
    '<meta name="viewport" content="width=device-width"></head><body style="font: 18px sans-serif; max-width: 32em; margin: 3em auto; '
    'padding: 0 1em"><h1>Too many people at once</h1><p>More people are looking at these pages than this copy can serve. '
    "Please come back in a minute. Nothing is lost.</p></body></html>"
)


def _refused(scope: Scope, limits: Limits) -> Response | None:
    """Why a request or visit goes no further: the answer it gets; None where it may go on."""
    path, host = str(scope["path"]), _one(scope, b"host")
    if len(scope.get("raw_path", b"")) + len(scope["query_string"]) > _LONGEST_ADDRESS:
        return PlainTextResponse("The address is too long.", 414)
    if limits.hosts and path not in _ASKED_BY_THE_HOST and (host or "").rsplit(":", 1)[0].lower() not in limits.hosts:
        return PlainTextResponse("This server does not go by that name.", 421)
    if any(path == shut or path.startswith(f"{shut}/") for shut in _SHUT):
        return PlainTextResponse("Not here.", 404)
    if {b"content-length", b"transfer-encoding"} <= {name for name, _ in scope["headers"]}:
        # Two servers in a row can read such a request as two different ones.
        return PlainTextResponse("Two lengths.", 400, headers={"Connection": "close"})
    if scope["type"] == "websocket":
        return None if path == STREAM and _same_origin(scope, host) else PlainTextResponse("Not from there.", 403)
    allowed = ("GET", "HEAD", "OPTIONS", *(("PUT", "DELETE") if path.startswith(_UPLOAD) else ()))
    if scope["method"] not in allowed:
        return PlainTextResponse("Not that way.", 405, headers={"Allow": ", ".join(allowed)})
    return None


def _one(scope: Scope, name: bytes) -> str | None:
    """The value of a header that is given once; None where it is missing or given twice."""
    found = [value for key, value in scope["headers"] if key == name]
    return found[0].decode("latin-1") if len(found) == 1 else None


def _same_origin(scope: Scope, host: str | None) -> bool:
    # Asked of Streamlit, a strange origin makes it look up its own address on the internet. Programs send none.
    if not any(key == b"origin" for key, _ in scope["headers"]):
        return True
    origin = _one(scope, b"origin")
    return origin is not None and host is not None and origin in (f"http://{host}", f"https://{host}")


def _kind(data: bytes | None) -> str | None:
    """What a browser's message asks for, empty where nothing; None where it is none of Streamlit's messages."""
    if data is None:
        return None
    try:
        message = BackMsg.FromString(data)
    except DecodeError:
        return None
    kind = message.WhichOneof("type") or ""
    # One envelope holds what visitors need, a file that is made when they ask for it, and what only developers do.
    return (
        message.backend_operation_request.WhichOneof("payload") or "" if kind == "backend_operation_request" else kind
    )


class Gateway:
    """The outermost layer of the server; one for a process, used by its event loop alone."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits
        self._headers = security_headers(limits)
        self.visits = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on what may go on."""
        if scope["type"] == "http":
            await self._request(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._visit(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun, status = time.perf_counter(), 500

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = self._with_headers(message.get("headers", ()))
            await send(message)

        try:
            answer = _refused(scope, self._limits) or self._full(scope)
            await (answer or self._app)(scope, receive, sent)
        finally:
            record.request(scope["method"], scope["path"], status, time.perf_counter() - begun)

    def _full(self, scope: Scope) -> Response | None:
        path = str(scope["path"])
        is_page = not path.startswith(_FILES) and path not in (*_ASKED_BY_THE_HOST, "/robots.txt", "/favicon.png")
        if is_page and self.visits >= self._limits.sessions:
            return HTMLResponse(_FULL, 503, headers={"Retry-After": _RETRY, "Cache-Control": "no-store"})
        return None

    async def _visit(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _refused(scope, self._limits)
        if answer is None and self.visits >= self._limits.sessions * _ROOM_FOR_LET_IN:
            answer = PlainTextResponse("Too many people at once.", 503, headers={"Retry-After": _RETRY})
        begun, status = time.perf_counter(), 101

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] in ("websocket.accept", "websocket.http.response.start"):
                status = message.get("status", 101)
                message["headers"] = self._with_headers(message.get("headers", ()))
            await send(message)

        async def received() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive":
                    return message
                kind = _kind(message.get("bytes"))
                if kind is None:
                    # Given to Streamlit it would fail, with a page of its insides in the log.
                    await send({"type": "websocket.close", "code": 1002})
                    return {"type": "websocket.disconnect", "code": 1002}
                if kind in _SAID:
                    return message

        if answer is not None:
            await answer(scope, receive, sent)
            record.request("GET", scope["path"], answer.status_code, time.perf_counter() - begun)
            return
        self.visits += 1
        try:
            await self._app(scope, received, sent)
        finally:
            self.visits -= 1
            record.request("GET", scope["path"], status, time.perf_counter() - begun)

    def _with_headers(self, given: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        own = {name for name, _ in self._headers}
        kept = [(name, self._only_over_tls(name, value)) for name, value in given if name.lower() not in own]
        return [*kept, *self._headers]

    def _only_over_tls(self, name: bytes, value: bytes) -> bytes:
        is_open = self._limits.tls and name.lower() == b"set-cookie" and b"secure" not in value.lower()
        return value + b"; Secure" if is_open else value
