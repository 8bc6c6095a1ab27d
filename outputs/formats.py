"""The forms in which a pack can leave the room, each made by a module that is loaded only when it is asked for."""

from __future__ import annotations

import importlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from outputs.pack import Pack
from store.database import Store
from store.errors import OutcomesError
from store.folder import replace_whole


@dataclass(frozen=True, slots=True)
class Form:
    """One form: the module whose ``make(pack, store)`` writes it, its suffix, media type and name on screen; ``several`` where
    it is more than one file.
    """

    module: str
    suffix: str
    media_type: str
    words: str
    several: bool = False


FORMATS: Mapping[str, Form] = MappingProxyType({
    "pdf": Form("outputs.board_pack", ".pdf", "application/pdf", "Board pack (PDF)"),
    "pdf-large": Form("outputs.board_pack_large", ".pdf", "application/pdf", "Board pack in large print (PDF)"),
    "pdf-noticeboard": Form("outputs.noticeboard", ".pdf", "application/pdf", "One page for the noticeboard (PDF)"),
    "pptx": Form(
        "outputs.slides", ".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "Slides with editable charts (PowerPoint)",
    ),
    "docx": Form(
        "outputs.board_paper", ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "Board paper (Word)",
    ),
    "csv": Form("outputs.open_data", ".csv", "text/csv", "Open data (CSV with its metadata)", several=True),
    "xlsx": Form(
        "outputs.workbook", ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "Open data (spreadsheet)",
    ),
    "html": Form("outputs.offline_page", ".html", "text/html", "A page that works without the internet (HTML)"),
    "notebook": Form("outputs.notebook", ".ipynb", "application/x-ipynb+json", "Notebook that rebuilds the first finding"),
})  # fmt: skip


def make(pack: Pack, store: Store, form: str) -> Mapping[str, bytes]:
    """The files of one form: by suffix, the form's own first.

    Forms that read more than the pack holds (outlines, observations, a notebook's series) get the ``store`` it was made from.
    """
    files: Mapping[str, bytes] = importlib.import_module(FORMATS[form].module).make(pack, store)
    return files


def one_file(files: Mapping[str, bytes], name: str) -> bytes:
    """The one file of a form, or its several files in an archive, each called ``name`` with its suffix."""
    if len(files) == 1:
        return next(iter(files.values()))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for suffix, content in _told_their_name(files, f"{name}{next(iter(files))}").items():
            # A date of its own would make another archive of the same files.
            packed.writestr(zipfile.ZipInfo(f"{name}{suffix}"), content, zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def _told_their_name(files: Mapping[str, bytes], name: str) -> Mapping[str, bytes]:
    """The files of a form; the metadata of a CSV say which file they are about."""
    from outputs.open_data import METADATA, named

    return {suffix: named(given, name) if suffix == METADATA else given for suffix, given in files.items()}


def write_files(files: Mapping[str, bytes], out: Path) -> list[Path]:
    """Write every file beside ``out`` (its own suffix replaced), each whole or not at all; the paths written."""
    if not out.parent.is_dir():
        raise OutcomesError(f"There is no folder {out.parent}", do="Make it first, or choose another.")
    written = []
    for at, (suffix, content) in enumerate(_told_their_name(files, out.name).items()):
        path = out if at == 0 else out.with_name(out.name.removesuffix(out.suffix) + suffix)
        try:
            replace_whole(path, content)
        except OSError as error:
            raise OutcomesError(
                f"{path.name} cannot be written: {error.strerror}", do="Choose another place."
            ) from error
        written.append(path)
    return written
