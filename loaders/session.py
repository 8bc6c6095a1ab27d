"""Fetching from a publisher: politely, over verified TLS, within bounds, and whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests

from loaders.raw import keep, newest_held, read_sidecar
from loaders.reading import Progress, lookups_in_use, no_progress
from store import __version__
from store.errors import OutcomesError, SourceChanged, Unreachable
from store.lookups import Lookups
from store.source import Source

LARGEST = 5_000_000_000
TRIES = 5
LONGEST_WAIT = 120
_TIMEOUTS = (10, 60)
_PIECE = 1 << 18
_BUSY = (429, 500, 502, 503, 504)
_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 5
_WHAT = re.compile(r"[a-z0-9-]+")
_KINDS = {"text/csv": "csv", "application/json": "json", "application/geo+json": "geojson", "application/zip": "zip"}
_LATER = "Nothing was changed; try again later."
_CHANGED = "If the publisher has moved or changed it, this loader must be changed first."


class NoAnswer(Unreachable):
    """A publisher did not answer; ``retry_after`` is the wait it asked for, in seconds, where it named one."""

    def __init__(self, message: str, retry_after: int | None = None) -> None:
        super().__init__(message, do=_LATER)
        self.retry_after = retry_after


class _Cut(Exception):
    """The body ended early or the connection broke: worth another try."""


class _Busy(Exception):
    """The publisher asks to come back later; ``wait`` is in seconds, None where it does not say."""

    def __init__(self, message: str, wait: int | None) -> None:
        super().__init__(message)
        self.wait = wait


def new_session() -> requests.Session:
    """A session that names the project and asks for bytes as they are, so that lengths and ranges mean what they say.

    It does not retry by itself: a body cut in the middle is seen only by the reader, so one loop here tries everything
    again, and tests can count its waits.
    """
    session = requests.Session()
    session.headers["User-Agent"] = f"neighbourhood-outcomes/{__version__} (open-source community tool)"
    session.headers["Accept-Encoding"] = "identity"
    return session


@dataclass(slots=True)
class Fetching:
    """What ``fetch`` is given. ``raw`` is the source's own folder, ``now`` is UTC, ``councils`` are GSS codes to keep
    to (empty: everywhere), ``since`` the first month wanted; ``sleep`` waits for so many seconds."""

    source: Source
    raw: Path
    session: requests.Session
    now: datetime
    since: date | None = None
    councils: tuple[str, ...] = ()
    progress: Progress = no_progress
    lookups: Lookups = field(default_factory=lookups_in_use)
    sleep: Callable[[float], None] = time.sleep

    @property
    def address(self) -> str:
        """Where the source is fetched from, ending with a slash; ``OUTCOMES_<SOURCE>_URL`` replaces the publisher's."""
        address = os.environ.get(f"OUTCOMES_{self.source.name.upper()}_URL") or self.source.address
        if not address:
            raise OutcomesError(
                f"{self.source.title} cannot be fetched: its publisher gives no lasting address",
                do=f"Download it from {self.source.landing_page} and import the file.",
            )
        return address if address.endswith("/") else address + "/"

    def get(
        self,
        path: str,
        *,
        what: str,
        params: dict[str, str] | None = None,
        largest: int = LARGEST,
        extension: str = "",
        hosts: tuple[str, ...] = (),
    ) -> Path:
        """Fetch ``path`` below the source's address into the raw folder and return the file.

        ``what`` ([a-z0-9-]) names it; an unchanged file is not kept twice. ``largest`` is the most bytes accepted,
        ``hosts`` are others a redirect may lead to. Raises SourceChanged where something else than the data comes
        back, NoAnswer where nothing does.
        """
        if not _WHAT.fullmatch(what):
            raise ValueError(what)
        url = requests.Request("GET", urljoin(self.address, path), params=params).prepare().url or ""
        self.raw.mkdir(parents=True, exist_ok=True)
        download = _Download(self, url, what, largest, hosts, self.raw / f".{what}.{os.getpid()}.part")
        try:
            return download.run(extension or Path(urlsplit(url).path).suffix.lstrip("."))
        finally:
            with contextlib.suppress(OSError):
                download.part.unlink()


@dataclass(slots=True)
class _Download:
    """One file on its way: what has come so far stays in ``part`` until it is whole."""

    fetching: Fetching
    url: str
    what: str
    largest: int
    hosts: tuple[str, ...]
    part: Path
    mark: str = ""  # the entity tag or date under which ``part`` can be resumed

    def run(self, extension: str) -> Path:
        problem = ""
        for attempt in range(TRIES):
            try:
                return self._once(extension)
            except _Busy as busy:
                problem = str(busy)
                wait = 2.0**attempt if busy.wait is None else float(busy.wait)
                if wait > LONGEST_WAIT:
                    raise NoAnswer(f"{self._host} asks to come back in {wait:.0f} seconds", busy.wait) from busy
            except _Cut as cut:
                problem = str(cut)
                wait = 2.0**attempt
            if attempt < TRIES - 1:
                self._wait(wait)
        raise NoAnswer(f"{self._host} did not send {self.what} in {TRIES} tries: {problem}")

    @property
    def _host(self) -> str:
        return urlsplit(self.url).hostname or self.url

    def _changed(self, message: str, do: str = _CHANGED) -> SourceChanged:
        return SourceChanged(message, file=self.url, do=do)

    def _wait(self, seconds: float) -> None:
        whole = int(seconds)
        for _ in self.fetching.progress(range(whole), f"Waiting for {self._host}", whole):
            self.fetching.sleep(1.0)

    def _once(self, extension: str) -> Path:
        held = newest_held(self.fetching.raw, self.what)
        said = read_sidecar(held) if held else {}
        headers: dict[str, str] = {}
        start = self.part.stat().st_size if self.mark and self.part.is_file() else 0
        if start:
            headers = {"Range": f"bytes={start}-", "If-Range": self.mark}
        elif held and said.get("etag") and said.get("url") == self.url:
            headers = {"If-None-Match": str(said["etag"])}
        try:
            response = self._open(headers)
            with contextlib.closing(response):
                if response.status_code == 304 and held:
                    return held
                self._check(response, start)
                self._receive(response, start if response.status_code == 206 else 0, extension)
        except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
            if isinstance(error, requests.exceptions.SSLError):
                raise NoAnswer(f"{self._host} cannot prove who it is: its certificate is not valid") from error
            raise _Cut("the connection broke") from error
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return keep(
            self.part,
            self.fetching.raw,
            self.what,
            extension or _KINDS.get(kind, "dat"),
            self.fetching.now,
            {"url": self.url, "etag": response.headers.get("ETag"), "status": 200,
             "last_modified": response.headers.get("Last-Modified")},
        )  # fmt: skip

    def _open(self, headers: dict[str, str]) -> requests.Response:
        """Ask, following redirects by hand: a file from another host is another file."""
        url = self.url
        for _ in range(_MOST_REDIRECTS):
            response = self.fetching.session.get(
                url, headers=headers, stream=True, timeout=_TIMEOUTS, allow_redirects=False, verify=True
            )
            if response.status_code not in _REDIRECTS:
                return response
            response.close()
            target = urljoin(url, response.headers.get("Location", ""))
            old, new = urlsplit(url), urlsplit(target)
            if new.hostname not in (old.hostname, *self.hosts) or (old.scheme, new.scheme) == ("https", "http"):
                raise self._changed(f"The publisher now points to {target}")
            url = target
        raise self._changed("The publisher's address leads round in a circle")

    def _check(self, response: requests.Response, start: int) -> None:
        """Everything that can be known before the body: the answer's status, kind and announced size."""
        status = response.status_code
        if status == 416:
            self.mark = ""
            raise _Cut("the rest of the file could not be asked for")
        if status in _BUSY:
            raise _Busy(f"it answered {status}", self._retry_after(response))
        if status not in (200, 206):
            raise self._changed(f"The publisher answered {status} instead of the data")
        if status == 206 and not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            self.mark = ""
            raise _Cut("another part of the file came than was asked for")
        announced = response.headers.get("Content-Length", "")
        if announced.isdigit() and start + int(announced) > self.largest:
            raise self._too_large(int(announced))

    def _too_large(self, size: int) -> SourceChanged:
        return self._changed(
            f"The publisher sends {size:,} bytes where at most {self.largest:,} were expected; nothing was kept"
        )

    def _retry_after(self, response: requests.Response) -> int | None:
        """Seconds to wait, from either form of the header (RFC 9110, 10.2.3)."""
        said = response.headers.get("Retry-After", "").strip()
        if said.isdigit():
            return int(said)
        try:
            until = parsedate_to_datetime(said).replace(tzinfo=None)
        except ValueError:
            return None
        return max(0, round((until - self.fetching.now).total_seconds()))

    def _receive(self, response: requests.Response, start: int, extension: str) -> None:
        tag = response.headers.get("ETag", "")
        # A weak tag promises the same meaning, not the same bytes, so nothing may be resumed under it.
        self.mark = tag if tag and not tag.startswith("W/") else response.headers.get("Last-Modified", "")
        announced = response.headers.get("Content-Length", "")
        plain = response.headers.get("Content-Encoding", "identity") == "identity"
        length = int(announced) if announced.isdigit() and plain else None
        whole = response.headers.get("Content-Range", "").rpartition("/")[2]
        if start:
            length = int(whole) if whole.isdigit() else None
        size = start
        with self.part.open("ab" if start else "wb") as file:
            for piece in self._pieces(response, length):
                if size == 0 and extension != "html":
                    self._refuse_page(response, piece)
                size += len(piece)
                if size > self.largest:
                    raise self._too_large(size)
                file.write(piece)
        if length is not None and size != length:
            raise _Cut(f"{size:,} of {length:,} bytes came")
        if size == 0:
            raise self._changed("The publisher sent an empty file")

    def _pieces(self, response: requests.Response, length: int | None) -> Iterator[bytes]:
        pieces = -(-length // _PIECE) if length else None
        yield from self.fetching.progress(response.iter_content(_PIECE), f"Fetching {self.what}", pieces)

    def _refuse_page(self, response: requests.Response, piece: bytes) -> None:
        beginning = piece[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        declared = response.headers.get("Content-Type", "").lower().startswith("text/html")
        if declared or beginning.startswith((b"<!doctype html", b"<html")):
            raise self._changed("The publisher sent a web page instead of the data", _LATER + " " + _CHANGED)
