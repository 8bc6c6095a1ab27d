"""What the server writes down about a request and a page: never who asked, and never what was asked for.

One line each on standard output, in JSON or in words, as ``OUTCOMES_LOG`` says. A path is written only as far as it is one
the server knows: what somebody typed into the address, a query string, a session and an address are never written.
"""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from views.limits import LogForm, limits

PAGES = ("your-area", "board", "explore", "across", "beacon", "add", "methods")
_WHOLE = ("/", "/health", "/ready", "/robots.txt", "/favicon.png", "/_stcore/health", "/_stcore/host-config",
          "/_stcore/stream", *(f"/{page}" for page in PAGES))  # fmt: skip
_BEGINNINGS = ("/_stcore/upload_file", "/static", "/app/static", "/media")
_METHODS = ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "POST")


def known_path(path: str) -> str:
    """The path where it is one of the server's own, what stands for its kind, or “other”."""
    if path in _WHOLE:
        return path
    return next((beginning for beginning in _BEGINNINGS if path.startswith(f"{beginning}/")), "other")


def line(form: LogForm, at: datetime, **said: str | int | float | bool) -> str:
    """One line: a JSON object, or the values in their order."""
    moment = f"{at:%Y-%m-%dT%H:%M:%S}Z"
    if form == "json":
        return json.dumps({"at": moment, **said}, ensure_ascii=False)
    return " ".join((moment, *(f"{value} ms" if name == "ms" else str(value) for name, value in said.items())))


def write(**said: str | int | float | bool) -> None:
    """Write one line, where the host wants them."""
    form = limits().log
    if form != "off":
        # In one piece: several threads write.
        sys.stdout.write(line(form, datetime.now(UTC), **said) + "\n")
        sys.stdout.flush()


def request(method: str, path: str, status: int, seconds: float) -> None:
    """Write down one answered request."""
    known = method if method in _METHODS else "other"
    write(what="request", method=known, path=known_path(path), status=status, ms=round(seconds * 1000, 1))


@contextlib.contextmanager
def run(page: str) -> Iterator[None]:
    """Write down one drawing of a page, with how long it took and whether it came to its end."""
    begun, ended = time.perf_counter(), False
    try:
        yield
        ended = True
    finally:
        write(what="run", page=page, ended=ended, ms=round((time.perf_counter() - begun) * 1000, 1))
