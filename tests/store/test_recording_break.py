"""The table of breaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.errors import BadPlace
from store.folder import SHIPPED
from store.period import parse_window
from store.recording_break import read_breaks

GOOD = """[[break]]
name = "a-break"
authority = "devon-and-cornwall"
country = "England"
measures = ["burglary"]
starts = "2022-11"
ends = "2023-11"
kind = "gap"
shared_by = "authority"
reason = "A new system."
evidence = "News."
"""


def test_the_shipped_breaks_are_read() -> None:
    found = {item.name: item for item in read_breaks(SHIPPED / "breaks.toml")}
    ours = found["devon-and-cornwall-recording"]
    assert ours.months == parse_window("2022-11:2023-11")
    assert len(ours.measures) == 14
    assert not ours.is_step
    assert found["universal-credit-rollout"].kind == "gap"
    assert found["universal-credit-rollout"].is_step
    assert found["counting-rules-2023"].is_step


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("2023-11", "2022-10", "months of break a-break are wrong"),
        ("2023-11", "later", "months of break a-break are wrong"),
        ('"gap"', '"hole"', "break.kind"),
        ('"authority"', '"nobody"', "break.shared_by"),
        ("reason =", "raeson =", "“raeson” is not a key"),
        ('name = "a-break"', 'name = ""', "break.name"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = tmp_path / "breaks.toml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(BadPlace, match=words) as error:
        read_breaks(path)
    assert error.value.file == "breaks.toml"


def test_every_break_an_indicator_names_is_in_the_table() -> None:
    from indicators.discovery import all_indicators

    held = {item.name for item in read_breaks(SHIPPED / "breaks.toml")}
    for name, declared in all_indicators().items():
        assert set(declared.breaks) <= held, name
