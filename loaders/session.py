"""Fetching from a publisher: politely, over verified TLS, within bounds, and whole or not at all."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests

from loaders.download import TRIES, Download, NoAnswer
from loaders.hosts import Hosts
from loaders.reading import Progress, lookups_in_use, no_progress
from store import __version__
from store.errors import OutcomesError, Unreachable
from store.lookups import Lookups
from store.source import Source

__all__ = ["LARGEST", "TRIES", "Fetching", "NoAnswer", "new_session"]

LARGEST = 5_000_000_000
_WHAT = re.compile(r"[a-z0-9-]+")


def new_session() -> requests.Session:
    """A session that names the project and asks for bytes as they are, so that lengths and ranges mean what they say.

    It does not retry by itself: a body cut in the middle is seen only by the reader, so one loop tries everything
    again, and tests can count its waits.
    """
    session = requests.Session()
    session.headers["User-Agent"] = f"neighbourhood-outcomes/{__version__} (open-source community tool)"
    session.headers["Accept-Encoding"] = "identity"
    return session


def address_of(source: Source) -> str | None:
    """Where a source is fetched from: ``OUTCOMES_<SOURCE>_URL``, or the publisher's; None where it has no address."""
    return os.environ.get(f"OUTCOMES_{source.name.upper()}_URL") or source.address


@dataclass(slots=True)
class Fetching:
    """What ``fetch`` is given. ``raw`` is the source's own folder, ``now`` is UTC, ``councils`` are GSS codes to keep
    to (empty: everywhere), ``since`` the first month wanted; ``sleep`` waits for so many seconds, ``clock`` counts
    them; ``hosts`` are shared by all that is fetched at the same time."""

    source: Source
    raw: Path
    session: requests.Session
    now: datetime
    since: date | None = None
    councils: tuple[str, ...] = ()
    progress: Progress = no_progress
    lookups: Lookups = field(default_factory=lookups_in_use)
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    hosts: Hosts = field(default_factory=Hosts)

    @property
    def address(self) -> str:
        """Where the source is fetched from, ending with a slash; ``OUTCOMES_<SOURCE>_URL`` replaces the publisher's."""
        address = address_of(self.source)
        if not address:
            raise Unreachable(
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
        question: Mapping[str, object] | None = None,
        secret: Mapping[str, str] | None = None,
    ) -> Path:
        """Fetch ``path`` below the source's address into the raw folder and return the file.

        ``what`` ([a-z0-9-]) names it; an unchanged file is not kept twice. ``largest`` is the most bytes accepted,
        ``hosts`` are others a redirect may lead to. A ``question`` is sent as JSON; ``secret`` are headers, such as a key,
        that are sent and never kept or shown. Raises SourceChanged where something else than the data comes
        back, NoAnswer where nothing does.
        """
        if not _WHAT.fullmatch(what):
            raise ValueError(what)
        try:
            url = requests.Request("GET", urljoin(self.address, path), params=params).prepare().url or ""
        except requests.RequestException as error:
            raise OutcomesError(
                f"“{self.address}” is no address that can be asked", do=f"Correct OUTCOMES_{self.source.name.upper()}_URL."
            ) from error  # fmt: skip
        self.raw.mkdir(parents=True, exist_ok=True)
        download = Download(
            self.session, self.hosts.of(url), url, what, self.raw, largest, hosts, self.now, self.progress, self.sleep,
            self.clock, question=question, secret=secret or {},
        )  # fmt: skip
        return download.run(extension or Path(urlsplit(url).path).suffix.lstrip("."))
