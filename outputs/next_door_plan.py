"""What happened in the areas that touch ours, beside ours and similar places: a chart of ranges with its sentence."""

from __future__ import annotations

from indicators.finding import Finding
from indicators.next_door import NextDoor
from outputs import clauses
from outputs.chart_plan import RangePlan, RangeRow
from outputs.names import lower_first
from outputs.sensitivity_plan import main_row
from outputs.words import count, moved, range_words, ratio_words, span, tone
from store.place import Place

_ONLY_TOLD = (
    "This only tells what happened. Trouble may move next door, and good may spread there; neither can be read off "
    "these numbers by themselves."
)


def next_door_plan(finding: Finding, ring: NextDoor, place: Place) -> RangePlan:
    """Our own difference from similar places and that of the areas that touch us."""
    assert finding.comparison is not None
    rows = (
        main_row(finding, place.name),
        RangeRow(
            "The areas that touch it", ring.ratio.ratio, ring.ratio.lower, ring.ratio.upper,
            tone(ring.verdict, finding.better), counts=f"{count(ring.before)} to {count(ring.after)}",
        ),
    )  # fmt: skip
    pair = clauses.comparatives(finding)
    return RangePlan("What happened next door?", _says(finding, ring, pair), finding.better, rows, pair)


def _says(finding: Finding, ring: NextDoor, pair: tuple[str, str]) -> str:
    assert finding.comparison is not None
    average = clauses.is_average(finding)
    same_length = average or ring.months[0] == ring.months[1]
    how = moved(ring.change_percent, ring.before, ring.after)
    if how.endswith("%") and not same_length:
        how += " month for month"
    both = f"{count(ring.before)} to {count(ring.after)}{' on average' if average else ''}"
    lengths = (
        f"{both}, {span(ring.months[0])} each"
        if ring.months[0] == ring.months[1]
        else f"{count(ring.before)} in {span(ring.months[0])} to {count(ring.after)} in {span(ring.months[1])}"
    )
    told = [
        f"In the small areas that touch ours, all together, {lower_first(clauses.name(finding).formal)} {how} ({lengths})."
    ]
    told.append(clauses.similar_changed(finding, finding.comparison))
    if tone(ring.verdict, finding.better) == "too_few":
        told.append("The counts next door are too small for a best estimate.")
    else:
        limits = range_words(ring.ratio.lower, ring.ratio.upper, pair)
        told.append(f"Had next door changed as they did: {_than(ring.ratio.ratio, pair)}, {limits}.")
    return " ".join([*told, _ONLY_TOLD])


def _than(ratio: float, pair: tuple[str, str]) -> str:
    """``7 % fewer than that``, ``the same as that``."""
    words = ratio_words(ratio, pair)
    return f"{words} {'as' if words == 'the same' or ' times ' in words else 'than'} that"
