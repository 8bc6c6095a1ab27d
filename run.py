"""Set up and start Neighbourhood Outcomes on any machine with Python 3.11 or newer.

python3 run.py          prepare what is missing, start the pages and print their address
python3 run.py setup    prepare the environment and the database, and stop
python3 run.py test     prepare the developers' tools too, and run every check
"""

# The standard library only: this runs before anything is installed. Annotations are quoted where Python 3.6 could not
# read them, so that an old Python reaches the sentence that names it instead of a SyntaxError.

import argparse
import contextlib
import hashlib
import http.client
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)
FIRST_PORT = 8501
PACKAGES = ["store", "loaders", "indicators", "outputs", "views"]
_PATIENCE = 2.0
_STARTING = 120.0
_LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
_PROBE = "import sys, sysconfig, pip; print(*sys.version_info[:3], sysconfig.get_platform())"
_NO_NETWORK = (
    "NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ReadTimeoutError", "ProxyError",
    "Max retries exceeded", "getaddrinfo failed", "Temporary failure in name resolution", "Network is unreachable",
    "Connection refused", "RemoteDisconnected", "ConnectionResetError",
)  # fmt: skip


class CannotRun(Exception):
    """Something the person at the keyboard can put right, said in one sentence."""


# ---- what is needed, decided without touching anything ------------------------------------------------------------


def python_problem(version: "tuple[int, ...]") -> "str | None":
    """The sentence for a Python that is too old, or None."""
    if tuple(version[:2]) >= OLDEST:
        return None
    found = ".".join(str(part) for part in version[:3])
    needed = ".".join(str(part) for part in OLDEST)
    return f"This needs Python {needed} or newer and was started with Python {found}: install it from https://www.python.org/downloads/ and run this again with it."


def venv_problem(has_venv: bool, has_ensurepip: bool) -> "str | None":
    """The sentence for a Python without the means to make an environment, or None."""
    if has_venv and has_ensurepip:
        return None
    return "This Python cannot make a virtual environment because its venv module is missing: on Debian or Ubuntu run “sudo apt install python3-venv”, then run this again."


def venv_python(venv: Path, windows: "bool | None" = None) -> Path:
    """The environment's Python: ``Scripts/python.exe`` on Windows, ``bin/python`` elsewhere."""
    if os.name == "nt" if windows is None else windows:
        return venv / "Scripts" / "python.exe"
    return venv / "bin" / "python"


def requirement_files(developer: bool) -> "list[str]":
    """The files of requirements to install; the developers' include the others."""
    return ["requirements.txt", "requirements-dev.txt"] if developer else ["requirements.txt"]


def fingerprint(root: Path, developer: bool, python: str) -> str:
    """What an installation depends on, as one hash: the requirements, the pins and the environment's Python."""
    digest = hashlib.sha256(python.encode())
    for name in [*requirement_files(developer), "constraints.txt"]:
        # Line endings differ between checkouts of the same commit; the requirements do not.
        text = (root / name).read_bytes().replace(b"\r\n", b"\n")
        digest.update(name.encode() + b"\0" + text + b"\0")
    return digest.hexdigest()


def stamp_file(venv: Path, developer: bool) -> Path:
    """Where the fingerprint of a finished installation is kept."""
    return venv / ("installed-for-developers" if developer else "installed")


def is_installed(venv: Path, root: Path, developer: bool, python: str) -> bool:
    """Whether the last installation finished and nothing it depends on has changed since."""
    stamp = stamp_file(venv, developer)
    return stamp.is_file() and stamp.read_text(encoding="ascii").strip() == fingerprint(root, developer, python)


def write_stamps(venv: Path, root: Path, developer: bool, python: str) -> None:
    """Record a finished installation; one for developers covers the ordinary one."""
    for kind in {False, developer}:
        stamp_file(venv, kind).write_text(fingerprint(root, kind, python) + "\n", encoding="ascii")


def unfinished_file(venv: Path) -> Path:
    """The mark that lies in the environment while it is being changed, and stays when that was cut short."""
    return venv / "unfinished"


def install_problem(output: str) -> str:
    """The sentence for a failed installation, from what pip printed."""
    if "CERTIFICATE_VERIFY_FAILED" in output:
        return "The package index's certificate could not be checked: point pip at your organisation's certificate (pip config set global.cert FILE) and run this again."
    if any(sign in output for sign in _NO_NETWORK):
        return "The packages could not be fetched because the package index could not be reached: check the internet connection or proxy, then run this again."
    if "No space left on device" in output or "not enough space on the disk" in output:
        return "The disk is full: about 2 GB are needed for the packages; free some and run this again."
    if "No matching distribution found" in output:
        return "A package has no release for this Python on this machine: run this again with Python 3.11, 3.12 or 3.13."
    return "The packages could not be installed: pip's last lines are above."


def is_free(port: int) -> bool:
    """Whether nothing on this machine listens on ``port``, on any of the addresses a browser may try."""
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::1")):  # noqa: S104 – only tried, never listened on
        try:
            trial = socket.socket(family, socket.SOCK_STREAM)
        except OSError:
            continue  # a machine without this family
        with contextlib.closing(trial):
            if os.name != "nt":  # on Windows this option would allow a port that is in use
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((address, port))
            except OSError:
                if family == socket.AF_INET:
                    return False
                if trial.connect_ex((address, port)) == 0:  # without ::1 the bind fails, and nothing listens there
                    return False
    return True


def choose_port(wanted: int, free: "object" = None) -> int:
    """The first free port from ``wanted`` upwards; CannotRun when a hundred in a row are taken."""
    for port in range(wanted, min(wanted + 100, 65536)):
        if is_free(port):
            return port
    raise CannotRun(f"Every port from {wanted} to {min(wanted + 99, 65535)} is taken: choose another with --port.")


def database_pointer(root: Path, chosen: "str | None") -> Path:
    """The file that names the database in use, in the folder of ``OUTCOMES_DATA`` or the project's own."""
    return (Path(chosen) if chosen else root / "data") / "outcomes" / "current"
