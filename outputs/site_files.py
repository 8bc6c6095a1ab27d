"""The files of a site: what was made from what, and how one file takes another's place without anybody seeing half of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from store.errors import OutcomesError
from store.folder import replace_whole

MANIFEST = "site.json"
PAGE = "index.html"
_ROOMS = ("store", "indicators", "outputs", "static")


def read_manifest(out: Path) -> dict[str, str]:
    """What each page was made from, by slug. OutcomesError for a folder that holds something else than a site."""
    path = out / MANIFEST
    if not path.is_file():
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise OutcomesError(
                f"{out} holds something that is not such a site", do="Choose an empty folder, or one this command made."
            )
        return {}
    try:
        pages = json.loads(path.read_text(encoding="utf-8"))["pages"]
        return {str(slug): str(made_from) for slug, made_from in pages.items()}
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise OutcomesError(f"{path} cannot be read", do="Empty the folder and make the site again.") from error


def write_manifest(out: Path, pages: Mapping[str, str]) -> None:
    """Note what each page was made from."""
    write(out / MANIFEST, json.dumps({"pages": dict(sorted(pages.items()))}, indent=1) + "\n")


def write(path: Path, text: str) -> bool:
    """Write a file beside its place and swap it in; False where the same text stood there already."""
    content = text.encode("utf-8")
    if path.is_file() and path.read_bytes() == content:
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_whole(path, content)
    except OSError as error:
        raise OutcomesError(f"{path} cannot be written: {error.strerror}", do="Choose another folder.") from error
    return True


def remove(out: Path, slug: str) -> None:
    """Take a page away; its folder stays only where somebody has put something else into it."""
    folder = out / slug
    (folder / PAGE).unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


@cache
def software_key() -> str:
    """A hash of every module and every file of the look that a page is made with."""
    root = Path(__file__).resolve().parent.parent
    hasher = sha256()
    for room in _ROOMS:
        for path in sorted((root / room).rglob("*")):
            if path.suffix in (".py", ".json", ".css", ".js", ".woff2"):
                hasher.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return hasher.hexdigest()[:16]
