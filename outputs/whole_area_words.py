"""The reading of a whole place in plain words and as JSON: a description that carries its counts, never a score."""

from __future__ import annotations

from typing import Any

from indicators.discovery import all_indicators
from indicators.finding import Ratio
from indicators.verdict import HEADLINE_P
from indicators.whole_area import WholeArea
from outputs.json_numbers import ratio, rounded
from outputs.json_numbers import whole as whole_count
from outputs.names import name_of
from outputs.words import FEWER, count, listed, range_words, ratio_words, small_number, span
from store.period import Window, month_text

# A rank this low beside a p that is not low enough would look like a contradiction if nothing were said.
_FEW = 0.05
# Said with every reading, so that nobody takes it for a mark.
NO_SCORE = "This describes the place as a whole. It is not a score, and it cannot say which of them moved, or why."


def sentence(whole: WholeArea) -> str:
    """What a board says of its outcomes taken together: how many entered, their counts, the gap, and what it cannot say."""
    if whole.reading is None:
        return f"We cannot take the outcomes together here: {whole.because}."
    parts = whole.parts
    before, after = (sum(getattr(part, side) for part in parts) for side in ("before", "after"))
    months = (
        f"in {span(whole.months_before)} before and {count(after)} in {span(whole.months_after)} after, the months that "
        "all of them have"
    )
    told = [
        f"Taken together, {small_number(len(parts))} outcomes ({listed([_plain(part.indicator) for part in parts])}) were "
        f"recorded {count(before)} times {months}.",
        _against(whole, whole.reading),
        NO_SCORE,
    ]
    return " ".join(told)


def _against(whole: WholeArea, reading: Ratio) -> str:
    """The gap to similar places, with the places in which it was as unusual."""
    much = ratio_words(reading.ratio)
    beside = "than" if much.endswith(FEWER) else "as"
    gap = (
        f"On average they came to about {much} {beside} similar places would have led us to expect, "
        f"{range_words(reading.lower, reading.upper)}."
    )
    unusual = small_number(whole.at_least) if whole.at_least else "none"
    places = f"{unusual} of {len(whole.areas)} similar places"
    rank = f"in {places} the gap was at least this unusual"
    if whole.stands_out:
        return f"{gap} Chance alone gives a gap like this in at most 4 of 100 places; {rank}."
    if whole.at_least <= _FEW * len(whole.areas):
        rank = f"though in only {places} was the gap at least this unusual"
        return f"{gap} We cannot tell that from chance, {rank.replace('only none', 'none')}."
    return f"{gap} We cannot tell that from chance: {rank}."


def _plain(indicator: str) -> str:
    return name_of(indicator, all_indicators()[indicator].title).plain


def whole_area_as_json(whole: WholeArea) -> dict[str, Any]:
    """The object ``whole_area`` of a board's JSON; unknown is null."""
    reading = whole.reading
    return {
        "outcomes": [
            {"indicator": part.indicator, "before": whole_count(part.before), "after": whole_count(part.after),
             "ratio": rounded(part.ratio, 3), "share": rounded(part.share, 3)}
            for part in whole.parts
        ],
        "left_out": [{"indicator": name, "because": why} for name, why in whole.left_out],
        "before": _window(whole.before, whole.months_before),
        "after": _window(whole.after, whole.months_after),
        "similar_places": [{"codes": list(codes), "name": name} for codes, name in whole.areas],
        "number": len(whole.areas),
        **(ratio(reading) if reading else dict.fromkeys(("ratio", "lower", "upper", "p"))),
        "z": rounded(whole.z, 3),
        "placebo_at_least": whole.at_least if reading else None,
        "placebo_rank": f"{whole.at_least} of {len(whole.areas)}" if reading else None,
        "p_asked": HEADLINE_P,
        "stands_out": whole.stands_out,
        "because": whole.because or None,
        "sentence": sentence(whole),
    }  # fmt: skip


def _window(months: Window | None, used: int) -> dict[str, Any] | None:
    if months is None:
        return None
    return {"from": month_text(months.first), "to": month_text(months.last), "months": used}
