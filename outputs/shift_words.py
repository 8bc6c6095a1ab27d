"""A place without a start, in plain sentences: where it shifted most against similar places, and how common that is."""

from __future__ import annotations

from indicators.finding import Finding
from indicators.whole_series import LastingShift, WholeSeries
from outputs import clauses
from outputs.words import count, number, ratio_words
from store.period import month_words

NO_VERDICT = "The date was found by looking, so this describes what was counted and is no verdict."


def shift_words(finding: Finding, whole: WholeSeries) -> str:
    """The largest lasting shift, when it most likely was, and in how many similar places one as large shows as well."""
    shift = whole.shift
    if shift is None:
        return f"No lasting shift beside similar places can be looked for: {whole.cannot}."
    return f"{_size(finding, shift)} {_date(shift)} {_rank(shift)} {NO_VERDICT}"


def _size(finding: Finding, shift: LastingShift) -> str:
    called = clauses.name(finding)
    much = ratio_words(shift.ratio, clauses.comparatives(finding))
    levels = [count(value) if called.average else number(value, 1) for value in (shift.before, shift.after)]
    each = "on average" if called.average else "every three months"
    told = f"went from {levels[0]} to {levels[1]} {each}"
    beside = f"Set beside {len(shift.units)} similar places"
    if much == "the same":
        return f"{beside}, nothing shifted for good in {called.plain}, which {told}."
    return (
        f"{beside}, the largest lasting shift in {called.plain} is one to {much} than their change would have given; "
        f"the counts themselves {told}."
    )


def _date(shift: LastingShift) -> str:
    first, last = month_words(shift.first), month_words(shift.last)
    if not shift.dated:
        return f"No date stands out: it could lie anywhere between {first} and {last}."
    return f"A lasting shift most likely lies between {first} and {last}."


def _rank(shift: LastingShift) -> str:
    return f"In {shift.at_least} of {len(shift.units)} similar places a shift at least this large, up or down, shows as well."
