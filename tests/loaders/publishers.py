"""A publisher on this machine that answers by a script: whole, late, cut short, or with something else altogether."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from loaders.session import Fetching, new_session
from store.lookups import Lookups
from store.source import Source


@dataclass(frozen=True)
class Reply:
    """One answer. ``cut`` sends only so many bytes of the body, ``announce`` another length than it has, and ``seconds``
    is how long the body takes, in ten pieces."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    announce: int | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class Asked:
    """One request: its path, its parameters (the last of each), its headers, names in lower case, and what was posted."""

    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""


Script = Callable[[Asked], Reply]


class Publisher:
    """Answers by ``script``: a function of the request, or a list of replies given one after the other."""

    def __init__(self, script: Script | list[Reply]) -> None:
        self.asked: list[Asked] = []
        self._replies = list(script) if isinstance(script, list) else []
        self._script = script if callable(script) else self._next
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                params = {name: values[-1] for name, values in parse_qs(parts.query).items()}
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(int(headers.get("content-length", "0")))
                asked = Asked(parts.path, params, headers, body)
                publisher.asked.append(asked)
                publisher.send(self, publisher._script(asked))

            do_POST = do_GET

            def log_message(self, *args: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.address = f"http://127.0.0.1:{self.port}/"

    def _next(self, asked: Asked) -> Reply:
        return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]

    def send(self, handler: BaseHTTPRequestHandler, reply: Reply) -> None:
        """Send ``reply``, and end the connection after it as a cut would."""
        handler.send_response(reply.status)
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        if reply.status != 304 and "Transfer-Encoding" not in reply.headers:
            handler.send_header("Content-Length", str(len(reply.body) if reply.announce is None else reply.announce))
        handler.end_headers()
        if reply.status != 304:
            body = reply.body if reply.cut is None else reply.body[: reply.cut]
            piece = len(body) // 10 + 1 if reply.seconds else len(body) or 1
            # Whoever asked may have gone in the meantime.
            with suppress(ConnectionError):
                for first in range(0, len(body), piece):
                    handler.wfile.write(body[first : first + piece])
                    time.sleep(reply.seconds / 10)
        handler.close_connection = True


@contextmanager
def publisher(script: Script | list[Reply]) -> Iterator[Publisher]:
    """A publisher for as long as the block lasts."""
    playing = Publisher(script)
    thread = threading.Thread(target=playing.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield playing
    finally:
        playing.server.shutdown()
        playing.server.server_close()
        thread.join()


def ranged(body: bytes, tag: str) -> Script:
    """A whole file with an entity tag, that can be asked for from any byte on."""

    def answer(asked: Asked) -> Reply:
        if asked.headers.get("if-none-match") == tag:
            return Reply(status=304, headers={"ETag": tag})
        wanted = asked.headers.get("range", "")
        if wanted and asked.headers.get("if-range") == tag:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            span = f"bytes {start}-{len(body) - 1}/{len(body)}"
            return Reply(body[start:], 206, {"ETag": tag, "Content-Range": span})
        return Reply(body, headers={"ETag": tag})

    return answer


def fetching_from(
    source: Source, folder: Path, now: datetime, lookups: Lookups, **more: object
) -> tuple[Fetching, list[float]]:
    """A Fetching whose waits are only noted: (it, the seconds it would have waited)."""
    waits: list[float] = []
    fetching = Fetching(
        source=source,
        raw=folder / source.name,
        session=new_session(),
        now=now,
        lookups=lookups,
        sleep=waits.append,
        **more,  # type: ignore[arg-type]
    )
    return fetching, waits
