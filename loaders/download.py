"""One file on its way from a publisher: tried again within bounds, resumed where that is safe, whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests

from loaders.hosts import Host
from loaders.http_answers import (
    BUSY,
    PIECE,
    REDIRECTS,
    Again,
    Busy,
    Cut,
    Silence,
    announced,
    body,
    is_page,
    kind,
    mark,
    retry_after,
    span,
)
from loaders.raw import keep, newest_held, read_sidecar
from loaders.reading import Progress
from store.errors import OutcomesError, SourceChanged, Unreachable

TRIES = 5
# A publisher that says nothing at all is asked once more; one that answers with an error, or breaks off, more often.
TRIES_IN_SILENCE = 2
# In seconds: the longest wait for one file in all, and after how long in silence the second try is left out.
LONGEST_WAIT = 120
_LONGEST_SILENCE = 20
_TIMEOUTS = (5, 60)
_MOST_REDIRECTS = 5
_LATER = "Nothing was changed; try again later."
_CHANGED = "If the publisher has moved or changed it, this loader must be changed first."


class NoAnswer(Unreachable):
    """A publisher did not answer; ``retry_after`` is the wait it asked for, in seconds, where it named one."""

    def __init__(self, message: str, retry_after: int | None = None) -> None:
        super().__init__(message, do=_LATER)
        self.retry_after = retry_after


@dataclass(slots=True)
class Download:
    """One file: ``url`` into ``folder`` as ``what``. What has come so far stays in ``part`` until it is whole.

    ``part`` outlives the command, beside a label with the address and the mark under which it can be resumed. ``hosts``
    are others a redirect may lead to, ``now`` is UTC, ``clock`` counts seconds. A ``question`` is sent as JSON (POST);
    ``secret`` are headers that are sent and never kept or shown.
    """

    session: requests.Session
    host: Host
    url: str
    what: str
    folder: Path
    largest: int
    hosts: tuple[str, ...]
    now: datetime
    progress: Progress
    sleep: Callable[[float], None]
    clock: Callable[[], float]
    mark: str = ""
    question: Mapping[str, object] | None = None
    secret: Mapping[str, str] = field(default_factory=dict)

    @property
    def part(self) -> Path:
        """What has come so far."""
        return self.folder / f".{self.what}.part"

    @property
    def _label(self) -> Path:
        return self.folder / f".{self.what}.part.mark"

    @property
    def _name(self) -> str:
        return urlsplit(self.url).hostname or self.url

    def run(self, extension: str) -> Path:
        """The whole file, new or held already. While it comes nobody else asks this host.

        Raises NoAnswer where nothing comes and SourceChanged where something else does.
        """
        with self.host.turn:
            self._refuse_in_vain()
            self._find_part()
            try:
                path = self._try_often(extension)
            except BaseException as error:
                if not self.mark or isinstance(error, SourceChanged):
                    self._drop_part()
                raise
            self._drop_part()
            return path

    def _refuse_in_vain(self) -> None:
        if self.host.silent:
            raise NoAnswer(self.host.silent)
        wait = self.host.busy_until - self.clock()
        if wait > 0:
            raise NoAnswer(f"{self._name} asked not to be asked again for {wait:.0f} seconds", round(wait))

    def _try_often(self, extension: str) -> Path:
        started, waited, attempt = self.clock(), 0.0, 0
        most = 1 if self.host.gave_up else TRIES
        while True:
            attempt += 1
            try:
                path = self._once(extension)
            except Again as again:
                problem, wait = again, 2.0 ** (attempt - 1)
            else:
                self.host.gave_up = False
                return path
            if isinstance(problem, Silence):
                long = self.clock() - started >= _LONGEST_SILENCE
                most = min(most, attempt if long else TRIES_IN_SILENCE)
            elif isinstance(problem, Busy) and problem.wait is not None:
                wait = float(problem.wait)
                if waited + wait > LONGEST_WAIT:
                    self.host.busy_until = self.clock() + wait
                    raise NoAnswer(f"{self._name} asks to come back in {wait:.0f} seconds", problem.wait) from problem
            if attempt >= most:
                raise self._given_up(problem, attempt) from problem
            self._wait(wait)
            waited += wait

    def _given_up(self, problem: Again, tries: int) -> NoAnswer:
        if isinstance(problem, Silence) and not self.host.answered:
            self.host.silent = f"{self._name} did not answer: {problem}"
            return NoAnswer(self.host.silent)
        self.host.gave_up = True
        often = f"{tries} tries" if tries > 1 else "one try"
        return NoAnswer(f"{self._name} did not send {self.what} in {often}: {problem}")

    def _changed(self, message: str, do: str = _CHANGED) -> SourceChanged:
        return SourceChanged(message, file=self.url, do=do)

    def _wait(self, seconds: float) -> None:
        whole = int(seconds)
        for _ in self.progress(range(whole), f"Waiting for {self._name}", whole):
            self.sleep(1.0)
            self.host.moved = self.clock()

    def _find_part(self) -> None:
        """Go on with what an earlier command left, if it was of the same address."""
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            said = json.loads(self._label.read_text(encoding="utf-8"))
            # The address does not tell one question from another.
            self.mark = str(said["mark"]) if said["url"] == self.url and self.question is None else ""

    def _drop_part(self) -> None:
        for path in (self.part, self._label, self._label.with_name(self._label.name + ".new")):
            with contextlib.suppress(OSError):
                path.unlink()

    def _once(self, extension: str) -> Path:
        held = newest_held(self.folder, self.what)
        said = read_sidecar(held) if held else {}
        headers: dict[str, str] = {}
        start = self.part.stat().st_size if self.mark and self.part.is_file() else 0
        if start:
            headers = {"Range": f"bytes={start}-", "If-Range": self.mark}
        elif held and said.get("etag") and said.get("url") == self.url and self.question is None:
            headers = {"If-None-Match": str(said["etag"])}
        with contextlib.closing(self._open(headers)) as response:
            if response.status_code == 304 and held:
                return held
            if response.status_code == 416 and start and span(response)[1] == start:
                whole = True  # an earlier command had it all, and was ended before it could give it its place
            else:
                self._check(response, start)
                whole = self._receive(response, start if response.status_code == 206 else 0, extension)
        tag = response.headers.get("ETag")
        return keep(
            self.part, self.folder, self.what, extension or kind(response), self.now,
            # Without an announced length a file cut short looks whole: it is then asked for anew every time.
            {"url": self.url, "etag": tag if whole else None, "status": 200,
             "last_modified": response.headers.get("Last-Modified")},
        )  # fmt: skip

    def _open(self, headers: dict[str, str]) -> requests.Response:
        """Ask, following redirects by hand: a file from another host is another file."""
        url = self.url
        for _ in range(_MOST_REDIRECTS):
            response = self._ask(url, headers)
            self.host.answered, self.host.moved = True, self.clock()
            if response.status_code not in REDIRECTS:
                return response
            response.close()
            target = urljoin(url, response.headers.get("Location", ""))
            old, new = urlsplit(url), urlsplit(target)
            if new.hostname not in (old.hostname, *self.hosts) or (old.scheme, new.scheme) == ("https", "http"):
                raise self._changed(f"The publisher now points to {target}")
            url = target
        raise self._changed("The publisher's address leads round in a circle")

    def _ask(self, url: str, headers: dict[str, str]) -> requests.Response:
        secret = self.secret if urlsplit(url).netloc == urlsplit(self.url).netloc else {}
        try:
            return self.session.request(
                "GET" if self.question is None else "POST", url, headers={**headers, **secret}, json=self.question,
                stream=True, timeout=_TIMEOUTS, allow_redirects=False, verify=True,
            )  # fmt: skip
        except requests.exceptions.SSLError as error:
            self.host.silent = f"{self._name} cannot prove who it is: its certificate is not valid"
            raise NoAnswer(self.host.silent) from error
        except requests.Timeout as error:
            raise Silence("it said nothing in time") from error
        except requests.ConnectionError as error:
            raise Silence("no connection could be made") from error
        except requests.RequestException as error:
            raise OutcomesError(f"“{url}” is no address that can be asked", do="Correct OUTCOMES_…_URL.") from error

    def _check(self, response: requests.Response, start: int) -> None:
        """Everything that can be known before the body: the answer's status, and how much is to come."""
        status = response.status_code
        if status == 416 or (status == 206 and span(response)[0] != start):
            self.mark = ""
            raise Cut("another part of the file came than was asked for")
        if status in BUSY:
            raise Busy(f"it answered {status}", retry_after(response, self.now))
        if status in (401, 403) and self.secret:
            raise self._changed(
                "The publisher does not accept the key", "Check the key that was set, or ask for a new one."
            )
        if status not in (200, 206):
            raise self._changed(f"The publisher answered {status} instead of the data")
        to_come = announced(response) or 0
        if to_come + (start if status == 206 else 0) > self.largest:
            raise self._too_large(to_come)
        free = shutil.disk_usage(self.folder).free
        if to_come > free:
            raise OutcomesError(
                f"{self.what} has {to_come:,} bytes, and only {free:,} are free on this disk",
                do="Make room, or set OUTCOMES_DATA to a folder on a larger disk.",
            )

    def _too_large(self, size: int) -> SourceChanged:
        return self._changed(
            f"The publisher sends {size:,} bytes where at most {self.largest:,} were expected; nothing was kept"
        )

    def _receive(self, response: requests.Response, start: int, extension: str) -> bool:
        """Write the body to ``part``; returns whether its length was announced, and so is known to be right."""
        length = span(response)[1] if start else announced(response)
        if not start:
            self._drop_part()
            self.mark = mark(response) if self.question is None else ""
        if self.mark:
            # Before the first byte, so that a command that is killed leaves no bytes without the mark they belong to.
            beside = self._label.with_name(self._label.name + ".new")
            beside.write_text(json.dumps({"url": self.url, "mark": self.mark}), encoding="utf-8")
            os.replace(beside, self._label)
        size = start
        pieces = -(-length // PIECE) if length else None
        with self.part.open("ab" if start else "wb") as file:
            for piece in self.progress(body(response, self.clock), f"Fetching {self.what}", pieces):
                if size == 0 and extension != "html" and is_page(response, piece):
                    raise self._changed("The publisher sent a web page instead of the data", _LATER + " " + _CHANGED)
                size += len(piece)
                if size > self.largest:
                    raise self._too_large(size)
                file.write(piece)
                self.host.moved = self.clock()
        if length is not None and size != length:
            raise Cut(f"{size:,} of {length:,} bytes came")
        if size == 0:
            raise self._changed("The publisher sent an empty file")
        return length is not None
