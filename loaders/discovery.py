"""Finding the loaders: every module of this room that declares a SOURCE."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, cast

import loaders
from loaders.reading import Context, Reading
from loaders.session import Fetching
from store.errors import OutcomesError
from store.source import Source


class Loader(Protocol):
    """What a module must hold to be a loader."""

    SOURCE: Source

    def read(self, paths: Sequence[Path], context: Context) -> Reading:
        """Files on disk, exactly as the publisher ships them, as rows; SourceChanged on anything else."""
        ...

    def fetch(self, fetching: Fetching) -> list[Path]:
        """What the publisher has now, fetched into the raw folder."""
        ...


def all_loaders() -> dict[str, Loader]:
    """Every loader by the name of its source."""
    found: dict[str, Loader] = {}
    for module in sorted(pkgutil.iter_modules(loaders.__path__), key=lambda item: item.name):
        if module.name.startswith("_"):
            continue
        loaded = importlib.import_module(f"loaders.{module.name}")
        if isinstance(getattr(loaded, "SOURCE", None), Source):
            found[loaded.SOURCE.name] = cast(Loader, loaded)
    return found


def loader(name: str) -> Loader:
    """The loader of this source; an error names those there are."""
    found = all_loaders()
    if name not in found:
        raise OutcomesError(f"There is no source called “{name}”", do="Sources: " + ", ".join(found) + ", sample.")
    return found[name]
