"""A command that is killed leaves the figures from before or from after, and the next refresh works."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.kills import run


def test_kills_leave_nothing_half_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("OUTCOMES_")]:
        monkeypatch.setenv(name, os.environ[name])  # put back afterwards
    # A hundred of them are a command of their own (benchmarks/kills.py).
    kills = run(2, 7, tmp_path)
    assert [kill.wrong for kill in kills] == [(), ()]
    assert {kill.figures for kill in kills} <= {"before", "after"}
