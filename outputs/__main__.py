"""``python -m outputs``: what leaves the room, made from the same findings as the pages."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path

import click

from loaders.importing import ensure_database
from outputs.formats import FORMATS, make, write_files
from outputs.pack import pack_of
from outputs.site import make_site
from store.commands import Commands, fail
from store.database import open_store
from store.errors import OutcomesError
from store.folder import Folder, data_folder, is_shipped_folder
from store.place import read_place

_PARTLY_DONE = 3


@click.group(cls=Commands)
def main() -> None:
    """Make what leaves the room: board pack, slides, paper, open data, offline page, notebook."""


def _today() -> date:  # pragma: no cover – no test reads the wall clock
    return datetime.now(UTC).date()


def _folder() -> Folder:
    """The data folder in use, with a database in it."""
    folder = data_folder()
    if is_shipped_folder():
        ensure_database(folder)
    return folder


@main.command("make")
@click.option("--area", required=True, help="The neighbourhood, as its file in data/areas is called.")
@click.option("--format", "form", required=True, type=click.Choice(sorted(FORMATS)), help="What to make.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The file to write.")
def make_command(area: str, form: str, out: Path) -> None:
    """Write one area in one form."""
    try:
        folder = _folder()
        store, place = open_store(folder), read_place(folder.areas, area)
        files = make(pack_of(store, place, today=_today()), store, form)
        for path in write_files(files, out):
            click.echo(f"{path}: {path.stat().st_size:,} bytes")
    except OutcomesError as error:
        fail(error, as_json=False)


@main.command("site")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="The folder to write to.")
@click.option(
    "--index-robots", type=click.Choice(["refuse", "allow"]), default="refuse", show_default=True,
    help="Whether search engines may list the pages.",
)  # fmt: skip
def site_command(out: Path, index_robots: str) -> None:
    """Write a page for every area file that says “publish = true”, for any web host.

    Only what has changed is made again. Pages of areas that no longer ask for one are taken away first.
    """
    try:
        made = make_site(_folder(), out, today=_today(), robots=index_robots == "allow")
    except OutcomesError as error:
        fail(error, as_json=False)
    click.echo(f"{out}: {len(made.written)} pages written, {len(made.kept)} unchanged, {len(made.removed)} taken away")
    for slug, problem in made.failed:
        click.echo(f"{slug}: {problem}", err=True)
    if made.failed:
        sys.exit(_PARTLY_DONE)


if __name__ == "__main__":
    main()
