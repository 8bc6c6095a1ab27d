"""C2's seven steps and the ways a start can be known, in the words of the page on which people write them down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

# C2 Connecting Communities' seven steps, shortened; they overlap, and 5 to 7 go on.
SEVEN_STEPS: Mapping[int, str] = {
    1: "Finding key residents; residents and services form a steering group",
    2: "A workshop that readies residents to lead; planning a listening event",
    3: "Listening event, reported back within ten days; exchange visits",
    4: "The partnership constituted; a hub people can reach; newsletters, walkabouts",
    5: "Monthly meetings, visible wins, confidence, volunteering",
    6: "New groups and activities; services answer faster; trust",
    7: "Firmly established; residents employed; change that can be seen",
}
NO_STEP = "none of the seven steps"
START_KINDS: Mapping[Literal["unknown", "month", "range", "several"], str] = {
    "unknown": "We do not know",
    "month": "In one month",
    "range": "Some time between two months",
    "several": "It had several starts",
}
SETTLING = "Settling-in months to leave out"


def step_words(step: int) -> str:
    """A step with its number, or that it is none."""
    return f"{step} · {SEVEN_STEPS[step]}" if step else NO_STEP
