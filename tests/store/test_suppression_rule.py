"""The table of suppression rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.errors import BadPlace
from store.folder import SHIPPED
from store.suppression_rule import read_suppression

GOOD = """[[rule]]
source = "local"
what = "counts"
low = 1
high = 9
rounding = 1
replaces = "fewer than 10"
reason = "So that nobody is recognised."
evidence = "This project."
"""


def test_the_shipped_rules_are_read() -> None:
    rules = read_suppression(SHIPPED / "suppression.toml")
    people, sensitive, things = (rules[name] for name in ("local", "local_sensitive", "local_things"))
    assert [people.is_small(count) for count in (0, 1, 9, 10)] == [False, True, True, False]
    assert [sensitive.is_small(count) for count in (0, 1, 9, 10)] == [True, True, True, False]
    assert (people.rounding, sensitive.rounding) == (1, 5)
    assert not things.hides
    assert not things.is_small(0)
    assert rules["hospital_admissions"].high == 7


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("low = 1", "low = 10", "rule.low"),
        ("high = 9", 'high = "nine"', "rule.high"),
        ("rounding = 1", "rounding = 0", "rule.rounding"),
        ('reason = "So that nobody is recognised."', "", "rule.reason"),
        ("high = 9", "hihg = 9", "“hihg” is not a key"),
        ("[[rule]]", "[[rule]]", "two rules for local"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = tmp_path / "suppression.toml"
    path.write_text(GOOD.replace(old, new) + (GOOD if old == new else ""), encoding="utf-8")
    with pytest.raises(BadPlace) as caught:
        read_suppression(path)
    assert words in str(caught.value) or words in (caught.value.column or "")
