"""run.py decides without a network and without a clock: what to install, which port, and what to say when it cannot."""

from __future__ import annotations

import importlib.util
import json
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import run

PYTHON = "3 11 7 linux-x86_64"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the three files an installation depends on."""
    (tmp_path / "requirements.txt").write_text("click>=8.1,<9\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\nruff\n")
    (tmp_path / "constraints.txt").write_text("click==8.5.1\nruff==0.17.6\n")
    (tmp_path / ".venv").mkdir()
    return tmp_path


@pytest.fixture
def pip(project: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that would have run, with an environment that is sound from the moment it is made."""
    commands: list[list[str]] = []

    def play(command: list[str], label: str) -> str:
        commands.append(command)
        return ""

    monkeypatch.setattr(run, "ROOT", project)
    monkeypatch.setattr(run, "quietly", play)
    monkeypatch.setattr(run, "probe", lambda venv: PYTHON)
    return commands


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 11, 7), (3, 15, 0), (4, 0, 0)])
def test_a_new_enough_python_is_no_problem(version: tuple[int, ...]) -> None:
    assert run.python_problem(version) is None


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 6, 15), (2, 7, 18)])
def test_an_old_python_is_named_in_one_sentence(version: tuple[int, ...]) -> None:
    problem = run.python_problem(version)
    assert problem is not None
    assert "3.11" in problem
    assert "Python " + ".".join(map(str, version)) in problem
    assert "\n" not in problem


def test_an_old_python_stops_before_anything_is_made(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 18, "final", 0))
    monkeypatch.setattr(run, "prepare", lambda developer: pytest.fail("nothing may be prepared"))
    assert run.main([]) == 1
    assert "3.9.18" in capsys.readouterr().err


def test_run_imports_nothing_that_must_be_installed() -> None:
    """-S hides every installed package, so anything but the standard library would stop it."""
    command = [sys.executable, "-S", "-I", str(run.ROOT / "run.py"), "--help"]
    done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8", env={"PYTHONUTF8": "1"})
    assert "--port" in done.stdout
    assert "setup" in done.stdout


@pytest.mark.parametrize(("venv", "ensurepip"), [(False, True), (True, False), (False, False)])
def test_a_missing_venv_module_names_the_package(venv: bool, ensurepip: bool) -> None:
    assert "apt install python3-venv" in str(run.venv_problem(venv, ensurepip))


def test_a_whole_venv_module_is_no_problem() -> None:
    assert run.venv_problem(True, True) is None


def test_without_ensurepip_nothing_is_made(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else object())
    with pytest.raises(run.CannotRun, match="python3-venv"):
        run.make_environment(project / "other")
    assert not (project / "other").exists()


def test_the_environments_python_on_each_system() -> None:
    assert run.venv_python(Path("v"), windows=True).parts == ("v", "Scripts", "python.exe")
    assert run.venv_python(Path("v"), windows=False).parts == ("v", "bin", "python")


def test_a_second_run_installs_nothing(project: Path, pip: list[list[str]]) -> None:
    run.install(project / ".venv", developer=False)
    assert len(pip) == 1
    assert pip[0][1:4] == ["-m", "pip", "install"]
    assert pip[0][-4:] == ["-r", "requirements.txt", "-c", "constraints.txt"]
    run.install(project / ".venv", developer=False)
    assert len(pip) == 1


def test_the_developers_tools_are_installed_once_and_cover_the_rest(project: Path, pip: list[list[str]]) -> None:
    run.install(project / ".venv", developer=False)
    run.install(project / ".venv", developer=True)
    assert [command[-3] for command in pip] == ["requirements.txt", "requirements-dev.txt"]
    run.install(project / ".venv", developer=True)
    run.install(project / ".venv", developer=False)
    assert len(pip) == 2


def test_after_the_developers_tools_nothing_is_left_to_install(project: Path, pip: list[list[str]]) -> None:
    run.install(project / ".venv", developer=True)
    run.install(project / ".venv", developer=False)
    assert [command[-3] for command in pip] == ["requirements-dev.txt"]


@pytest.mark.parametrize("name", ["requirements.txt", "constraints.txt"])
def test_a_changed_requirement_or_pin_is_installed(project: Path, pip: list[list[str]], name: str) -> None:
    run.install(project / ".venv", developer=False)
    (project / name).write_text("click==8.4.0\n")
    run.install(project / ".venv", developer=False)
    assert len(pip) == 2


def test_a_developers_requirement_leaves_the_ordinary_installation_alone(project: Path, pip: list[list[str]]) -> None:
    run.install(project / ".venv", developer=False)
    (project / "requirements-dev.txt").write_text("-r requirements.txt\nmypy\n")
    run.install(project / ".venv", developer=False)
    assert len(pip) == 1


def test_another_python_is_installed_for(project: Path) -> None:
    run.write_stamps(project / ".venv", project, developer=False, python=PYTHON)
    assert run.is_installed(project / ".venv", project, False, PYTHON)
    assert not run.is_installed(project / ".venv", project, False, "3 12 1 linux-x86_64")


def test_line_endings_do_not_matter(project: Path) -> None:
    before = run.fingerprint(project, True, PYTHON)
    (project / "constraints.txt").write_bytes(b"click==8.5.1\r\nruff==0.17.6\r\n")
    assert run.fingerprint(project, True, PYTHON) == before


def test_an_interrupted_installation_starts_afresh(
    project: Path, pip: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    venv = project / ".venv"
    half = venv / "half-copied.py"
    half.touch()

    def cut(command: list[str], label: str) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(run, "quietly", cut)
        with pytest.raises(KeyboardInterrupt):
            run.install(venv, developer=False)
    assert run.unfinished_file(venv).exists()
    assert half.exists()
    run.install(venv, developer=False)
    assert [command[2] for command in pip] == ["venv", "pip"]
    assert not half.exists()
    assert not run.unfinished_file(venv).exists()
    assert run.is_installed(venv, project, False, PYTHON)


def test_an_environment_whose_python_is_gone_is_made_again(
    project: Path, pip: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([None, PYTHON])
    monkeypatch.setattr(run, "probe", lambda venv: next(answers))
    run.write_stamps(project / ".venv", project, developer=False, python=PYTHON)
    run.install(project / ".venv", developer=False)
    assert [command[2] for command in pip] == ["venv", "pip"]


def test_probe_says_none_for_a_python_that_is_not_there(tmp_path: Path) -> None:
    assert run.probe(tmp_path) is None


def test_without_a_network_one_sentence_and_a_later_run_goes_on(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def offline(command: list[str], label: str) -> str:
        raise run.CommandFailed("WARNING: Retrying … broken by 'NewConnectionError('getaddrinfo failed')'")

    monkeypatch.setattr(run, "ROOT", project)
    monkeypatch.setattr(run, "VENV", project / ".venv")
    monkeypatch.setattr(run, "probe", lambda venv: PYTHON)
    monkeypatch.setattr(run, "quietly", offline)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert run.main(["setup"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("Error: The package index could not be reached")
    assert said.count("\n") == 1
    assert not run.unfinished_file(project / ".venv").exists()
    assert not run.is_installed(project / ".venv", project, False, PYTHON)


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("NewConnectionError: [Errno -3] Temporary failure in name resolution", "internet connection"),
        ("HTTPSConnectionPool: Max retries exceeded with url: /simple/click/", "internet connection"),
        (
            "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]'))Max retries exceeded",
            "certificate",
        ),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: No matching distribution found for duckdb==2.0.0", "no release"),
        ("ERROR: ResolutionImpossible: for help visit …", "no release"),
    ],
)
def test_what_pip_printed_becomes_one_sentence(output: str, words: str) -> None:
    problem = run.install_problem(output)
    assert problem is not None
    assert words in problem


def test_what_pip_printed_is_shown_when_nothing_fits() -> None:
    assert run.install_problem("ERROR: something new") is None


def test_a_taken_port_is_not_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert not run.is_free(port)
    assert run.is_free(port)


def test_the_next_free_port_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "is_free", lambda port: port not in (8501, 8502))
    assert run.choose_port(8501) == 8503
    assert run.choose_port(8510) == 8510


def test_no_port_at_all_names_the_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "is_free", lambda port: False)
    with pytest.raises(run.CannotRun, match=r"65500 to 65535.*--port"):
        run.choose_port(65500)


@pytest.mark.parametrize("text", ["0", "65536", "-1", "http", "²"])
def test_what_is_no_port_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run.main([f"--port={text}"])
    assert "from 1 to 65535" in capsys.readouterr().err


def test_the_database_is_looked_for_where_it_is_kept(tmp_path: Path) -> None:
    assert run.database_pointer(tmp_path, None) == tmp_path / "data" / "outcomes" / "current"
    assert run.database_pointer(tmp_path, "") == tmp_path / "data" / "outcomes" / "current"
    assert run.database_pointer(tmp_path, str(tmp_path / "x")) == tmp_path / "x" / "outcomes" / "current"


@pytest.mark.parametrize("there", [False, True])
def test_the_sample_is_imported_only_without_a_database(
    project: Path, pip: list[list[str]], monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    monkeypatch.setattr(run, "VENV", project / ".venv")
    monkeypatch.setenv("OUTCOMES_DATA", str(project / "mine"))
    run.write_stamps(project / ".venv", project, developer=False, python=PYTHON)
    if there:
        pointer = project / "mine" / "outcomes" / "current"
        pointer.parent.mkdir(parents=True)
        pointer.write_text("outcomes-1.duckdb")
    run.prepare(developer=False)
    assert [command[1:] for command in pip] == ([] if there else [["-m", "loaders", "import", "sample"]])


def test_programs_start_with_absolute_data_and_no_other_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTCOMES_DATA", "mine")
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    env = run.environment()
    assert env["OUTCOMES_DATA"] == str(Path("mine").resolve())
    assert "PYTHONPATH" not in env
    assert "PYTHONDONTWRITEBYTECODE" not in env
    assert env["PYTHONUTF8"] == "1"


def test_pytest_is_the_last_of_the_checks() -> None:
    assert [name for name, _ in run.checks("python")] == ["ruff check", "ruff format", "mypy", "lint-imports", "pytest"]


def counted(percent: float = 97.0, **missing: list[int]) -> dict[str, object]:
    """A count of lines as slipcover writes it: the lines no test ran, by ``room__module``."""
    files = {f"{name.replace('__', '/')}.py": {"missing_lines": lines} for name, lines in missing.items()}
    return {"summary": {"percent_covered": percent}, "files": files}


def test_nine_lines_in_ten_are_run_and_every_one_of_two_rooms() -> None:
    assert (
        run.uncovered(counted(90.0, views__page=[3], loaders__source=[4, 5], store__areas=[], indicators__rates=[]))
        == []
    )
    assert run.uncovered(counted(89.9)) == ["The tests ran 89.9 % of all lines, and 90 % are asked for."]
    assert run.uncovered(counted(store__areas=[12, 14], indicators__rates=[1])) == [
        "No test ran these lines of indicators/rates.py: 1.",
        "No test ran these lines of store/areas.py: 12, 14.",
    ]


@pytest.mark.parametrize(
    ("bad", "lines", "said"),
    [
        (set(), counted(), ""),
        ({"mypy"}, counted(), "Failed: mypy."),
        (set(), counted(store__areas=[7]), "store/areas.py: 7"),
        (set(), None, "no lines were counted"),
    ],
)
def test_every_check_runs_and_any_failure_counts(
    bad: set[str],
    lines: dict[str, object] | None,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    done: list[str] = []
    ended: list[str] = []
    written = tmp_path / "lines.json"
    written.write_text(json.dumps(counted(12.0)))  # of another run: it must not be believed

    class Played:
        def __init__(self, command: list[str], **_: object) -> None:
            self.name = command[2]

        def __enter__(self) -> SimpleNamespace:
            done.append(self.name)
            if self.name == "slipcover" and lines is not None:
                written.write_text(json.dumps(lines))
            return SimpleNamespace(wait=self.wait)

        def wait(self) -> int:
            ended.append(self.name)
            return 1 if self.name in bad else 0

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(run, "started", Played)
    monkeypatch.setattr(run, "LINES", written)
    assert run.test("python") == (1 if said else 0)
    # The tests are compiled beside the other checks, and that is over when they are run.
    assert (done[:2], done[-1], len(done)) == (["pytest", "ruff"], "slipcover", 6)
    assert ended[-2:] == ["pytest", "slipcover"]
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(("label", "elapsed"), [("Installing", 1.9), ("", 60.0)])
def test_short_or_unnamed_work_shows_no_progress(
    label: str, elapsed: float, capsys: pytest.CaptureFixture[str]
) -> None:
    progress = run.Progress(label, terminal=False)
    progress.update(elapsed)
    progress.close()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("terminal", "shown"), [(False, "Installing…..\n"), (True, "\rInstalling… 2 s \rInstalling… 11 s \n")]
)
def test_long_work_shows_that_it_goes_on(terminal: bool, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    progress = run.Progress("Installing", terminal)
    for elapsed in (1.0, 2.0, 11.0):
        progress.update(elapsed)
    progress.close()
    assert capsys.readouterr().out == shown


def test_a_failed_program_gives_back_what_it_printed() -> None:
    with pytest.raises(run.CommandFailed, match="the reason"):
        run.quietly([sys.executable, "-c", "import sys; sys.exit('the reason')"], "Trying")


def test_a_program_is_stopped_when_its_block_is_left() -> None:
    with run.started([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE) as process:
        assert process.poll() is None
    assert process.returncode != 0
    assert process.stdin is not None
    process.stdin.close()


def test_ctrl_c_stops_the_pages_cleanly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(host: str, port: int) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "is_healthy", interrupted)
    monkeypatch.setattr(run, "is_free", lambda port: port != 8501)
    monkeypatch.setattr(run, "environment", dict)
    sleeper = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    started = run.started
    monkeypatch.setattr(run, "started", lambda command, **options: started(sleeper, stdin=subprocess.PIPE))
    assert run.start("python", 8501) == 0
    assert capsys.readouterr().out == "Port 8501 is taken, so this uses 8502.\n\nStopped.\n"
