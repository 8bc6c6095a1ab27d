"""How many outcomes have which verdict."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.finding import Finding
from outputs.words import Tone, tone_of

_ROWS: tuple[tuple[Tone, str], ...] = (
    ("better", "Better than in similar places"),
    ("worse", "Worse than in similar places"),
    ("different", "Changed more than in similar places"),
    ("same", "About the same as similar places"),
    ("cannot_tell", "We cannot tell"),
    ("too_few", "Too few events to tell"),
    ("cannot_be_compared", "Cannot be compared"),
)
_ALWAYS = ("better", "worse", "cannot_tell")
SIGN = "The little sign is a chart: the upright is similar places, the bar is where our difference could be. Right is better."


def at_a_glance(findings: Sequence[Finding]) -> tuple[str, tuple[tuple[Tone, str, int], ...]]:
    """``8 outcomes, at a glance``, and the verdicts that occur, with those that are told also where none has them."""
    tones = [tone_of(finding) for finding in findings if finding.verdict != "Not loaded"]
    rows = tuple((tone, words, tones.count(tone)) for tone, words in _ROWS if tone in tones or tone in _ALWAYS)
    return f"{len(tones)} outcomes, at a glance", rows
