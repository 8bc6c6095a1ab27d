"""The container's files name what is there, start what is there, and give nobody more than is needed.

The image itself is not built here; what its steps do is done by hand (docs/hosting/container.md).
"""

from __future__ import annotations

import fnmatch
import importlib.util
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

from store.folder import REPOSITORY


def _steps(text: str) -> list[tuple[str, str]]:
    """Instruction and arguments of every step, continued lines joined."""
    joined = re.sub(r"\\\n\s*", " ", "\n".join(line for line in text.splitlines() if not line.startswith("#")))
    return [(step.split(maxsplit=1)[0], step.split(maxsplit=1)[1]) for step in joined.splitlines() if step.strip()]


def _dockerfile() -> list[tuple[str, str]]:
    return _steps((REPOSITORY / "Dockerfile").read_text(encoding="utf-8"))


def _copied() -> list[tuple[str, str]]:
    """Every (source, target) copied from the project."""
    pairs = []
    for name, arguments in _dockerfile():
        words = shlex.split(arguments)
        if name == "COPY" and not words[0].startswith("--from"):
            pairs += [(source, words[-1]) for source in words[:-1]]
    return pairs


def _ignored(path: str) -> bool:
    """Whether .dockerignore keeps a path out: the last rule that fits it or a folder above it decides."""
    out = False
    for line in (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").splitlines():
        rule = line.strip()
        if not rule or rule.startswith("#"):
            continue
        pattern = rule.removeprefix("!")
        whole = [path, *(str(parent) for parent in Path(path).parents)]
        bare = pattern.removeprefix("**/")
        if any(
            fnmatch.fnmatch(part, pattern) or (bare != pattern and fnmatch.fnmatch(Path(part).name, bare))
            for part in whole
        ):
            out = not rule.startswith("!")
    return out


def test_every_copied_path_is_there_and_let_in() -> None:
    copied = [source for source, _ in _copied() if source != "wheels*"]
    assert len(copied) >= 9
    for source in copied:
        assert (REPOSITORY / source).exists(), source
        assert not _ignored(source), source
    rooms = {path.parent.name for path in REPOSITORY.glob("*/__init__.py")} - {"benchmarks", "tests"}
    assert rooms <= {*copied}


def test_nothing_secret_or_fetched_gets_in() -> None:
    for path in ("data/local.key", "data/raw/police_uk/x.zip", "data/outcomes/current", "data/outcomes/a.duckdb", ".git/config",
                 ".env", "tests/conftest.py", ".venv/bin/python", ".streamlit/secrets.toml", "views/__pycache__/a.pyc"):  # fmt: skip
        assert _ignored(path), path
    assert not _ignored("data/sample/counts.parquet")


def test_the_base_is_pinned_and_nobody_is_root() -> None:
    steps = _dockerfile()
    bases = [arguments.split()[0] for name, arguments in steps if name == "FROM"]
    assert len({*bases}) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", bases[0])
    users = [arguments for name, arguments in steps if name == "USER"]
    assert users[-1].isdecimal()
    assert int(users[-1]) > 0
    assert not any(name == "ADD" for name, _ in steps)
    installed = " ".join(arguments for name, arguments in steps if name == "RUN")
    assert "-r requirements.txt -c constraints.txt" in installed
    assert "requirements-dev" not in installed


def test_what_it_starts_is_there(tmp_path: Path) -> None:
    steps = dict(_dockerfile())
    command = json.loads(steps["CMD"])
    assert command[:2] == ["python", "-m"]
    assert importlib.util.find_spec(command[2]) is not None
    checked = json.loads(steps["HEALTHCHECK"].partition("CMD ")[2])
    assert checked[:2] == ["python", "-c"]
    compile(checked[2], "healthcheck", "exec")
    assert "/health" in checked[2]
    # Nobody answers on this port here: the check must fail, and not by a mistake of its own.
    asked = checked[2].replace("8501", "1")
    failed = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=False)
    assert failed.returncode != 0
    assert "ConnectionRefusedError" in failed.stderr


def test_the_example_of_several_containers_fits() -> None:
    text = (REPOSITORY / "compose.yaml").read_text(encoding="utf-8")
    for module in re.findall(r'"python", "-m", "(\w+)"', text):
        assert importlib.util.find_spec(module) is not None
    for path in re.findall(r"- \./([^:]+):", text):
        assert (REPOSITORY / path).is_file()
    caddy = (REPOSITORY / "docs/hosting/Caddyfile").read_text(encoding="utf-8")
    assert "reverse_proxy pages:8501" in caddy
    assert re.search(r"(?m)^  pages:$", text)
    assert "outcomes.example.org" in text
    assert "outcomes.example.org {" in caddy
    settings = set(re.findall(r"(OUTCOMES_[A-Z_]+):", text))
    told = (REPOSITORY / "docs/commands.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in told for name in settings)
