"""The notebooks of ``notebooks/`` run by a real kernel. ``python -m tests.outputs.guided_notebooks`` writes what they print anew."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from loaders.importing import ensure_database
from store.folder import REPOSITORY, Folder, seed

FOLDER = REPOSITORY / "notebooks"
_LONGEST = 120  # seconds a cell
# Run before a notebook's own cells: what would leave this machine stops it, as it stops a test.
_NO_NETWORK = """import socket

def _refused(self, address, _connect=socket.socket.connect):
    if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
        raise AssertionError(f"a notebook tried to reach {address[0]}")
    return _connect(self, address)

socket.socket.connect = _refused"""


def guided() -> list[Path]:
    """Every guided notebook, in order."""
    return sorted(FOLDER.glob("*.ipynb"))


def read(path: Path) -> nbformat.NotebookNode:
    """A notebook as it is stored."""
    return nbformat.read(path, as_version=4)


def executed(path: Path) -> nbformat.NotebookNode:
    """A copy, run in the repository with the data folder of ``OUTCOMES_DATA``: only what it prints is kept."""
    document = read(path)
    document.cells.insert(0, nbformat.v4.new_code_cell(_NO_NETWORK))
    client = NotebookClient(
        document, timeout=_LONGEST, kernel_name="python3", record_timing=False, coalesce_streams=True,
        resources={"metadata": {"path": str(REPOSITORY)}},
    )  # fmt: skip
    client.execute()
    del document.cells[0]
    for at, cell in enumerate(document.cells, start=1):
        # Numbered, not drawn by lot or counted by the kernel: the same notebook gives the same file.
        cell.id = f"cell-{at}"
        if cell.cell_type == "code":
            cell.execution_count = at
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = at
    document.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return document


def main() -> int:
    """Run every notebook on the shipped sample and store what it prints."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Folder(Path(scratch) / "data")
        seed(folder.root)
        ensure_database(folder)
        os.environ["OUTCOMES_DATA"] = str(folder.root)
        for path in guided():
            document = executed(path)
            nbformat.validate(document)
            path.write_text(f"{nbformat.writes(document)}\n", encoding="utf-8")
            print(path.relative_to(REPOSITORY).as_posix(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
