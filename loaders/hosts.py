"""What is known about publishers' hosts while a command runs: one question at a time to each, and none in vain."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(slots=True)
class Host:
    """A publisher's host. Whoever asks it holds ``turn``, so that it never has two of our connections open.

    ``silent`` says why nothing more is asked of it (empty: it is asked); ``gave_up`` that the last file of it did not
    come. On the clock of the fetching ``busy_until`` is the moment before which it asked not to be asked again, and
    ``moved`` the last one at which anything came from it or a wait for it went on.
    """

    name: str
    turn: threading.Lock = field(default_factory=threading.Lock)
    answered: bool = False
    silent: str = ""
    gave_up: bool = False
    busy_until: float = 0.0
    moved: float = 0.0


@dataclass(slots=True)
class Hosts:
    """The hosts met so far, shared by everything that is fetched in one command."""

    known: dict[str, Host] = field(default_factory=dict)
    _adding: threading.Lock = field(default_factory=threading.Lock)

    def of(self, url: str) -> Host:
        """The host (name and port) that ``url`` leads to."""
        name = urlsplit(url).netloc.rpartition("@")[2]
        with self._adding:
            return self.known.setdefault(name, Host(name))

    def any_answered(self) -> bool:
        """Whether any host has said anything at all."""
        with self._adding:
            return any(host.answered for host in self.known.values())

    def last_moved(self) -> float:
        """The last moment at which anything came from any host."""
        with self._adding:
            return max((host.moved for host in self.known.values()), default=0.0)
