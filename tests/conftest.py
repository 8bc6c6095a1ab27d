"""What every test may lean on: real publishers' files where they lie, and no network at all."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@pytest.fixture(scope="session")
def published() -> Path:
    """The folder of real publishers' files, or a skip that says where it was looked for."""
    folder = Path(os.environ.get("OUTCOMES_PUBLISHED_FILES") or REPOSITORY.parent / "shared")
    if not (folder / "data" / "MANIFEST.csv").is_file():
        pytest.skip(f"no published files at {folder}; set OUTCOMES_PUBLISHED_FILES")
    return folder


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine, so a test cannot depend on a publisher."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in _LOOPBACK:
            raise AssertionError(f"a test tried to reach {address[0]}; publishers are played by a local server")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
