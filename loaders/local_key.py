"""The key of this machine under which files of a community are known, so that a hash gives away nothing of what they hold."""

from __future__ import annotations

import hmac
import os
import secrets
from dataclasses import replace
from pathlib import Path

from loaders.raw import Given

KEY = "local.key"
_BYTES = 32


def under_key(file: Given, folder: Path) -> Given:
    """The file, known by a hash that only this data ``folder`` can make.

    Hashes of files go into the hashes of plans and data, which leave the machine with every finding. Somebody who knew a
    community's file but for one hidden count could otherwise try every count until the plain hash fits.
    """
    return replace(file, sha256=hmac.new(_key(folder / KEY), file.sha256.encode(), "sha256").hexdigest())


def _key(path: Path) -> bytes:
    """The key, drawn once. Whoever makes the file first decides; the others read what it holds."""
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        beside.write_bytes(secrets.token_bytes(_BYTES))
        beside.chmod(0o600)
        try:
            os.link(beside, path)
        except FileExistsError:
            pass
        finally:
            beside.unlink()
    return path.read_bytes()
