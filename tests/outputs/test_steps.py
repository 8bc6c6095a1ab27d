"""The seven steps have seven texts, and none has its own."""

from __future__ import annotations

from outputs.steps import NO_STEP, SEVEN_STEPS, step_words


def test_every_step_has_words() -> None:
    assert list(SEVEN_STEPS) == [1, 2, 3, 4, 5, 6, 7]
    assert step_words(3).startswith("3 · Listening event")
    assert step_words(0) == NO_STEP
