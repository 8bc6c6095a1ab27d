"""Set up and start Neighbourhood Outcomes on any machine with Python 3.11 or newer.

python3 run.py          prepare what is missing, start the pages and print their address
python3 run.py setup    prepare the environment and the database, and stop
python3 run.py test     prepare the developers' tools too, and run every check, pytest last
"""

# The standard library only: this runs before anything is installed. Annotations are quoted where Python 3.6 could not
# read them, so that an old Python reaches the sentence that names it instead of a SyntaxError.

import argparse
import contextlib
import hashlib
import http.client
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)
FIRST_PORT = 8501
LINES = ROOT / ".coverage.json"
ENOUGH = 90
EVERY_LINE = ("store", "indicators")
_EVERYWHERE = ("0.0.0.0", "::", "localhost")  # noqa: S104 – compared with, never listened on
_PATIENCE = 2.0
_STARTING = 120.0
_LINT_IMPORTS = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
_PROBE = "import sys, sysconfig, pip; print(*sys.version_info[:3], sysconfig.get_platform())"
_NO_NETWORK = (
    "NewConnectionError",
    "NameResolutionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "Max retries exceeded",
    "getaddrinfo failed",
    "name resolution",
    "Network is unreachable",
    "Connection refused",
    "RemoteDisconnected",
    "ConnectionResetError",
)


class CannotRun(Exception):
    """Something the person at the keyboard can put right, said in one sentence."""


class CommandFailed(Exception):
    """A quiet command that ended badly; its text is what the command printed."""


# ---- What is needed, decided without touching anything -------------------------------------------------------------


def python_problem(version: "tuple[int, ...]") -> "str | None":
    """The sentence for a Python that is too old, or None."""
    if tuple(version[:2]) >= OLDEST:
        return None
    found = ".".join(str(part) for part in version[:3])
    needed = ".".join(str(part) for part in OLDEST)
    return f"This needs Python {needed} or newer, and this is Python {found}: get a newer one from python.org."


def venv_problem(has_venv: bool, has_ensurepip: bool) -> "str | None":
    """The sentence for a Python without the means to make an environment, or None."""
    if has_venv and has_ensurepip:
        return None
    return "This Python lacks its venv module: run “sudo apt install python3-venv” (Debian, Ubuntu), then this again."


def venv_python(venv: Path, windows: bool) -> Path:
    """The environment's Python: ``Scripts/python.exe`` on Windows, ``bin/python`` elsewhere."""
    return venv / "Scripts" / "python.exe" if windows else venv / "bin" / "python"


def requirements(developer: bool) -> str:
    """The file of requirements to install; the developers' one includes the other."""
    return "requirements-dev.txt" if developer else "requirements.txt"


def fingerprint(root: Path, developer: bool, python: str) -> str:
    """What an installation depends on, as one hash: the requirements, the pins and the environment's Python."""
    digest = hashlib.sha256(python.encode())
    for name in sorted({requirements(False), requirements(developer), "constraints.txt"}):
        # Line endings differ between checkouts of the same commit; what is required does not.
        digest.update(name.encode() + b"\0" + (root / name).read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def stamp_file(venv: Path, developer: bool) -> Path:
    """Where the fingerprint of a finished installation is kept."""
    return venv / ("installed-for-developers" if developer else "installed")


def is_installed(venv: Path, root: Path, developer: bool, python: str) -> bool:
    """Whether an installation finished and nothing that it depends on has changed since."""
    stamp = stamp_file(venv, developer)
    return stamp.is_file() and stamp.read_text(encoding="ascii").strip() == fingerprint(root, developer, python)


def write_stamps(venv: Path, root: Path, developer: bool, python: str) -> None:
    """Record a finished installation; the developers' one covers the ordinary one."""
    for kind in {False, developer}:
        stamp_file(venv, kind).write_text(fingerprint(root, kind, python) + "\n", encoding="ascii")


def unfinished_file(venv: Path) -> Path:
    """The mark that lies in the environment while it is being changed, and stays when that is cut short."""
    return venv / "unfinished"


def install_problem(output: str) -> "str | None":
    """The sentence for a failed installation, from what pip printed; None when pip's own words must do."""
    if "CERTIFICATE_VERIFY_FAILED" in output:
        return "The package index's certificate was refused: name a good one with “pip config set global.cert FILE”."
    if any(sign in output for sign in _NO_NETWORK):
        return "The package index could not be reached: check the internet connection or proxy, then run this again."
    if "No space left on device" in output or "not enough space on the disk" in output:
        return "The disk is full: the packages need about 2 GB; free some and run this again."
    if "No matching distribution found" in output or "ResolutionImpossible" in output:
        return "A package has no release for this machine's Python: run this again with Python 3.11, 3.12 or 3.13."
    return None


def database_pointer(root: Path, chosen: "str | None") -> Path:
    """The file that names the database in use: in the folder of ``OUTCOMES_DATA``, or in the project's own."""
    return (Path(chosen).resolve() if chosen else root / "data") / "outcomes" / "current"


def workers() -> int:
    """How many tests run at once: two more than there are processors, because many wait for a disk, a server or a browser."""
    return (os.cpu_count() or 1) + 2


def checks(python: str) -> "list[tuple[str, list[str]]]":
    """Every check with its command, in the order they run; pytest comes last and its lines are counted."""
    return [
        ("ruff check", [python, "-m", "ruff", "check", "."]),
        ("ruff format", [python, "-m", "ruff", "format", "--check", "."]),
        ("mypy", [python, "-m", "mypy", "--strict"]),
        ("lint-imports", [python, "-c", _LINT_IMPORTS]),
        ("pytest", [python, "-m", "slipcover", "--out", str(LINES), "-m", "pytest", "-n", str(workers())]),
    ]


def compiling(python: str) -> "list[str]":
    """The command that compiles every test and all it imports; pytest's workers would each do it for themselves."""
    return [python, "-m", "pytest", "--collect-only", "-qq", "-n", "0"]


def uncovered(lines: "dict[str, Any]") -> "list[str]":
    """What the tests should have run and did not, a sentence each, from slipcover's count of lines."""
    found = []
    percent = lines["summary"]["percent_covered"]
    if percent < ENOUGH:
        found.append(f"The tests ran {percent:.1f} % of all lines, and {ENOUGH} % are asked for.")
    for name, file in sorted(lines["files"].items()):
        if Path(name).parts[0] in EVERY_LINE and file["missing_lines"]:
            missing = ", ".join(map(str, file["missing_lines"]))
            found.append(f"No test ran these lines of {name}: {missing}.")
    return found


# ---- Ports ---------------------------------------------------------------------------------------------------------


def is_free(port: int) -> bool:
    """Whether nothing on this machine listens on ``port``, at any address a browser may try for localhost."""
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET, ""), (socket.AF_INET6, "::1")):
        try:
            trial = socket.socket(family, socket.SOCK_STREAM)
        except OSError:
            continue  # a machine without this family
        with contextlib.closing(trial):
            if os.name != "nt":  # elsewhere it only lets a port be reused at once; on Windows it would share one in use
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((address, port))
            except OSError:
                # Without an address ::1 the bind fails as well, and then nothing can be listening there.
                if family == socket.AF_INET or trial.connect_ex((address, port)) == 0:
                    return False
    return True


def choose_port(wanted: int) -> int:
    """The first free port from ``wanted`` upwards; CannotRun when a hundred in a row are taken."""
    last = min(wanted + 99, 65535)
    for port in range(wanted, last + 1):
        if is_free(port):
            return port
    raise CannotRun(f"No port from {wanted} to {last} can be used: choose another with --port.")


def port_number(text: str) -> int:
    """A port from the command line, 1 to 65535."""
    if text.isdecimal() and 1 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is not a port: give a number from 1 to 65535")


# ---- Running things ------------------------------------------------------------------------------------------------


class Progress:
    """A line that appears once something has taken two seconds, and then shows that it is still going."""

    def __init__(self, label: str, terminal: bool) -> None:
        self.label, self.terminal, self.dots = label, terminal, -1

    def update(self, elapsed: float) -> None:
        """Show the seconds on a terminal, a dot every five seconds elsewhere."""
        if elapsed < _PATIENCE or not self.label:
            return
        if self.terminal:
            self.dots = 0
            print(f"\r{self.label}… {elapsed:.0f} s ", end="", flush=True)
            return
        if self.dots < 0:
            print(f"{self.label}…", end="", flush=True)
            self.dots = 0
        while self.dots < int(elapsed // 5):
            print(".", end="", flush=True)
            self.dots += 1

    def close(self) -> None:
        """End the line if there is one."""
        if self.dots >= 0:
            print(flush=True)


def environment() -> "dict[str, str]":
    """The variables for every program started from here: UTF-8 everywhere, no other Python's libraries, and what was
    compiled once is kept, so that no program compiles it again."""
    foreign = ("PYTHONHOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
    env = {name: value for name, value in os.environ.items() if name not in foreign}
    env.update(PYTHONUTF8="1", PIP_DISABLE_PIP_VERSION_CHECK="1")
    if env.get("OUTCOMES_DATA"):
        env["OUTCOMES_DATA"] = str(Path(env["OUTCOMES_DATA"]).resolve())  # programs start in the project's folder
    return env


@contextlib.contextmanager
def started(command: "list[str]", **options: "Any") -> "Iterator[subprocess.Popen[bytes]]":
    """A program in the project's folder that is stopped, gently and then firmly, when the block is left."""
    process = subprocess.Popen(command, cwd=str(ROOT), env=environment(), **options)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(10)
            except (subprocess.TimeoutExpired, KeyboardInterrupt):
                process.kill()
                process.wait()


def quietly(command: "list[str]", label: str) -> str:
    """Run ``command`` with a line of progress, none where the label is empty, and return what it printed.

    Raises CommandFailed, with what was printed, when the command fails.
    """
    progress = Progress(label, sys.stdout.isatty())
    began = time.monotonic()
    with tempfile.TemporaryFile() as log:
        try:
            with started(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL) as process:
                while process.poll() is None:
                    progress.update(time.monotonic() - began)
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        process.wait(0.2)
        finally:
            progress.close()
        log.seek(0)
        output = log.read().decode("utf-8", errors="replace")
    if process.returncode:
        raise CommandFailed(output)
    return output


def last_lines(output: str) -> None:
    """Show the end of what a failed program printed."""
    print("\n".join(output.strip().splitlines()[-15:]), file=sys.stderr)


# ---- Setting up ----------------------------------------------------------------------------------------------------


def probe(venv: Path) -> "str | None":
    """The version and platform of the environment's Python, or None when it cannot run or has no pip."""
    command = [str(venv_python(venv, os.name == "nt")), "-c", _PROBE]
    try:
        return subprocess.run(command, capture_output=True, check=True, text=True, env=environment()).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def make_environment(venv: Path) -> None:
    """Make a fresh environment, in place of a broken one if there is any."""
    problem = venv_problem(*(importlib.util.find_spec(name) is not None for name in ("venv", "ensurepip")))
    if problem:
        raise CannotRun(problem)
    if venv.exists():
        shutil.rmtree(venv)
    venv.mkdir()
    unfinished_file(venv).touch()
    # An environment must not be made from itself, should this have been started with its Python.
    python = getattr(sys, "_base_executable", None) or sys.executable
    try:
        quietly([python, "-m", "venv", str(venv)], "Making the environment")
    except CommandFailed as error:
        known = venv_problem(True, "ensurepip" not in str(error))
        if not known:
            last_lines(str(error))
        raise CannotRun(known or "The environment could not be made: the reason is above.") from None


def install(venv: Path, developer: bool) -> None:
    """Bring the environment to the requirements; quick when it is there already, from scratch when it was cut short."""
    version = probe(venv)
    if version is None or unfinished_file(venv).exists():
        make_environment(venv)
        version = probe(venv) or ""
    if is_installed(venv, ROOT, developer, version):
        return
    # A cut in the middle can leave a package that pip takes for whole, so the mark makes the next run start afresh.
    # Where pip itself reports a failure it has put back what it changed, and the mark is lifted.
    unfinished_file(venv).touch()
    command = [str(venv_python(venv, os.name == "nt")), "-m", "pip", "install", "--no-user", "--no-input"]
    command += ["--only-binary=:all:", "-r", requirements(developer), "-c", "constraints.txt"]
    try:
        quietly(command, "Installing the packages (some minutes the first time)")
    except CommandFailed as error:
        unfinished_file(venv).unlink()
        known = install_problem(str(error))
        if not known:
            last_lines(str(error))
        raise CannotRun(known or "The packages could not be installed: pip's last words are above.") from None
    write_stamps(venv, ROOT, developer, version)
    unfinished_file(venv).unlink()


def prepare(developer: bool) -> str:
    """Install what is missing, build the database from the sample when there is none, and return the Python to use."""
    install(VENV, developer)
    python = str(venv_python(VENV, os.name == "nt"))
    if not database_pointer(ROOT, os.environ.get("OUTCOMES_DATA")).exists():
        try:
            quietly([python, "-m", "loaders", "import", "sample"], "Building the database from the sample")
        except CommandFailed as error:
            last_lines(str(error))
            raise CannotRun("The database could not be built from the sample: the reason is above.") from None
    return python


# ---- The three commands --------------------------------------------------------------------------------------------


def is_healthy(host: str, port: int) -> bool:
    """Whether the pages answer; asked directly, since a proxy must never stand between."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    with contextlib.closing(connection):
        try:
            connection.request("GET", "/_stcore/health")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False


def start(python: str, wanted: int) -> int:
    """Start the pages, print their address once they answer, and stay until Ctrl-C."""
    port = choose_port(wanted)
    if port != wanted:
        print(f"Port {wanted} is taken, so this uses {port}.", flush=True)
    # Only this machine can reach the pages unless whoever starts them says otherwise.
    address = os.environ.get("STREAMLIT_SERVER_ADDRESS") or "127.0.0.1"
    host = "127.0.0.1" if address in _EVERYWHERE else address
    command = [python, "-m", "views.serve", "--server.headless=true", f"--server.port={port}"]
    command += [f"--server.address={address}", "--logger.level=warning"]
    progress = Progress("Starting", sys.stdout.isatty())
    began = time.monotonic()
    with started(command, stdout=subprocess.DEVNULL) as process:
        try:
            while not is_healthy(host, port):
                elapsed = time.monotonic() - began
                if process.poll() is not None:
                    raise CannotRun("The pages could not be started: the reason is above.")
                if elapsed > _STARTING:
                    raise CannotRun(f"The pages did not answer within {_STARTING:.0f} seconds: run this again.")
                progress.update(elapsed)
                time.sleep(0.1)
            progress.close()
            shown = "localhost" if host == "127.0.0.1" else host
            print(f"Open http://{shown}:{port} in a browser. Press Ctrl-C here to stop.", flush=True)
            code = process.wait()
        except KeyboardInterrupt:
            print("\nStopped.", flush=True)
            return 0
    raise CannotRun(f"The pages stopped by themselves (code {code}): the reason is above.")


def test(python: str) -> int:
    """Run every check, also after one has failed, and return 1 when any did."""
    failed = []
    LINES.unlink(missing_ok=True)
    # What this finds wrong pytest finds again, and says; it runs beside the checks that leave a processor idle.
    with started(compiling(python), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as compiler:
        for name, command in checks(python):
            print(f"== {name}", flush=True)
            if name == "pytest":
                compiler.wait()
            with started(command) as process:
                if process.wait():
                    failed.append(name)
    # pytest's summary stays the last thing printed when all is well
    if not LINES.exists():
        failed.append("coverage (no lines were counted)")
    elif gaps := uncovered(json.loads(LINES.read_text(encoding="utf-8"))):
        print("\n".join(gaps), file=sys.stderr)
        failed.append("coverage")
    if failed:
        print(f"Failed: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


def interrupt(*_: object) -> None:
    """Let a request to end this program stop what it started, as Ctrl-C does."""
    raise KeyboardInterrupt


def main(arguments: "list[str] | None" = None) -> int:
    """Do what the command line asks; 0 when it went well, 1 with one sentence when it did not, 130 when interrupted."""
    problem = python_problem(tuple(sys.version_info[:3]))
    if problem:
        print(f"Error: {problem}", file=sys.stderr)
        return 1
    for stream in (sys.stdout, sys.stderr):  # a console without “…” in its alphabet shows “?” instead of stopping
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    parser = argparse.ArgumentParser(
        prog="run.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = ["start", "setup", "test"]
    parser.add_argument("command", nargs="?", default="start", choices=commands, help="default: start")
    parser.add_argument("--port", type=port_number, default=FIRST_PORT, help="the first port to try (default: 8501)")
    asked = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, interrupt)
    try:
        python = prepare(developer=asked.command == "test")
        if asked.command == "setup":
            print("Everything is ready: start the pages with “python3 run.py”.")
            return 0
        return test(python) if asked.command == "test" else start(python, asked.port)
    except CannotRun as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Error: {error.strerror or error}: {error.filename or 'no file named'}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
