"""What recording breaks do to a question: months kept with a caveat, months dropped, or no comparison at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indicators.quarters import MONTHS_IN_A_QUARTER, MOST_QUARTERS_BEFORE
from indicators.windows import SHORTEST
from store.period import Window, month_from_number, month_number, month_words
from store.recording_break import RecordingBreak

_BASELINE_MONTHS = MOST_QUARTERS_BEFORE * MONTHS_IN_A_QUARTER


@dataclass(frozen=True, slots=True)
class SharedGap:
    """A gap that every comparison area shares, and which of the windows' months lie in it."""

    name: str
    what: str
    before: tuple[int, ...]
    after: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BreakRuling:
    """``dropped`` month numbers are left out for all places alike; ``shared`` gaps stay in with a caveat.

    ``cannot`` says why no comparison is possible, or is empty; ``capped`` says which step keeps the verdict at “We
    cannot tell”, or is empty.
    """

    dropped: frozenset[int]
    shared: tuple[SharedGap, ...]
    cannot: str
    capped: str


def label(item: RecordingBreak) -> str:
    """A break in a few words: the name before its reason's colon, else the reason's first clause."""
    if ":" in item.reason:
        return item.reason.split(":")[0]
    return f"a break in the recording ({item.reason.split(';')[0].split('. ')[0].rstrip('.')})"


def span_words(months: Sequence[int]) -> str:
    """``November 2022 to March 2023``, or one month's name."""
    first, last = month_words(month_from_number(min(months))), month_words(month_from_number(max(months)))
    return first if first == last else f"{first} to {last}"


def judge(
    breaks: Sequence[RecordingBreak], before: Window, after: Window, *, same_authority: bool, without_breaks: bool
) -> BreakRuling:
    """Apply the rules for gaps and steps to one pair of windows.

    A gap shared by all comparison areas stays in for all alike; one that is not, or that is to be left out, is dropped
    for all. A step between the windows caps the verdict. A start inside a gap, or under 12 clean months on a side,
    means that nothing can be compared.
    """
    dropped: set[int] = set()
    shared: list[SharedGap] = []
    cannot = capped = ""
    start = month_number(before.last) + 1
    clean = {"before": set(before.numbers), "after": set(after.numbers)}
    for item in breaks:
        inside = set(item.months.numbers)
        if item.is_step:
            # A step in the first month of the earlier window leaves both windows after it.
            last = item.months.numbers[0] if item.kind == "step" else item.months.numbers[-1] + 1
            if before.numbers[0] < last and item.months.numbers[0] <= after.numbers[-1]:
                capped = capped or f"{label(item)} ({span_words(sorted(inside))})"
            continue
        touched = {
            side: sorted(inside & set(numbers))
            for side, numbers in (("before", before.numbers), ("after", after.numbers))
        }
        if start in inside:
            cannot = cannot or f"the start lies inside {label(item)} ({span_words(sorted(inside))})"
        everyone = item.shared_by == "everyone" or (item.shared_by == "authority" and same_authority)
        if without_breaks or not everyone:
            # The baseline reaches back behind the earlier window, and such a gap is left out of it too.
            reach = range(before.numbers[-1] + 1 - _BASELINE_MONTHS, before.numbers[-1] + 1)
            dropped |= inside & (set(reach) | set(before.numbers) | set(after.numbers))
        if not touched["before"] and not touched["after"]:
            continue
        for side in clean:
            clean[side] -= inside
        if everyone and not without_breaks:
            shared.append(SharedGap(item.name, label(item), tuple(touched["before"]), tuple(touched["after"])))
    for side, numbers in clean.items():
        if len(numbers) < SHORTEST and not cannot:
            cannot = f"only {len(numbers)} months {side} the start are free of recording breaks, and 12 are needed"
    return BreakRuling(frozenset(dropped), tuple(shared), cannot, capped)


def shared_caveat(gap: SharedGap, before: Window, after: Window, units: int, without: str) -> tuple[str, str]:
    """(slug, sentence) for a shared gap that stays in; ``without`` says what is counted when it is left out."""
    parts = [
        f"{len(months)} of the {span.months} {side} months ({span_words(months)})"
        for months, span, side in ((gap.before, before, "earlier"), (gap.after, after, "later"))
        if months
    ]
    who = f"All {units} similar places share it." if units else "Places of the same authority share it."
    return "break-shared", f"{' and '.join(parts)} lie in {gap.what}. {who} {without}".rstrip()


def step_caveat(ruling: BreakRuling) -> tuple[str, str]:
    """(slug, sentence) for a step between the windows."""
    return (
        "break-step",
        f"The counting itself changed between the two periods: {ruling.capped}. "
        "So nothing better than “we cannot tell” can be said.",
    )
