"""A start that is not known to the month, in plain sentences: what was asked, and how far the answers lie apart."""

from __future__ import annotations

from dataclasses import replace

from indicators.finding import Finding, Ratio
from indicators.starts import StartAnswer, StartBand
from outputs import clauses
from outputs.words import listed, range_words, ratio_words, small_number, tone
from store.period import month_words
from store.place import Place


def began(place: Place) -> str:
    """``programme from August 2020``, the months it may have begun in, or that no start is on record."""
    if place.start is not None:
        return f"programme from {month_words(place.start)}"
    if place.start_range is not None:
        first, last = (month_words(day) for day in place.start_range)
        return f"programme from {first}" if first == last else f"programme from a month between {first} and {last}"
    if place.starts:
        return f"programme from {listed([month_words(day) for day in place.starts])}"
    return "no start date on record"


def since(place: Place) -> str:
    """How the question of a place begins: ``Since August 2020, has``."""
    if place.start is not None:
        return f"Since {month_words(place.start)}, has"
    return "Since it began, has" if place.start_range or place.starts else "Has"


def told(band: StartBand) -> str:
    """For residents: when it may have begun, and whether that changes the answer."""
    number = len(band.answers)
    each = f"We asked the question for each of these {small_number(number)} {'months' if band.is_range else 'starts'}."
    return f"{_when(band)} {each} {_alike(band)}"


def band_words(finding: Finding, band: StartBand) -> str:
    """What was asked, from which best estimate to which the answers run, all ranges together, and how many differ."""
    return f"{_when(band)} {_main(band)} {_estimates(finding, band)} {_alike(band)}"


def numbers_of(finding: Finding, answer: StartAnswer) -> clauses.Pair | None:
    """The two numbers of one start, told as the finding's own are; None where one is missing."""
    return clauses.pair(replace(finding, before=answer.before, after=answer.after))


def _when(band: StartBand) -> str:
    months = [month_words(answer.start) for answer in band.answers]
    if band.is_range:
        return f"The exact month it began is not known: some time between {months[0]} and {months[-1]}."
    return f"It may be counted from {small_number(len(months))} starts: {listed(months)}."


def _main(band: StartBand) -> str:
    if band.main is None:
        return "The main answer is that of the two periods in its file."
    which = "the middle" if band.is_range else "the first"
    return f"The main answer is that of {month_words(band.main)}, {which}."


def _estimates(finding: Finding, band: StartBand) -> str:
    if band.lower is None or band.upper is None:
        return "No start can be compared with similar places."
    pair = clauses.comparatives(finding)
    ranges = f"All ranges together lie {range_words(band.lower, band.upper, pair)}."
    # With too few events a best estimate is hidden, and one end of the band would give it away.
    enough = tuple(answer for answer in band.answers if answer.verdict != "Too few events to tell")
    shown = replace(band, answers=enough)
    ends = [_estimate(finding, one, one.ratio, pair) for one in (shown.lowest, shown.highest) if one and one.ratio]
    if not ends:
        return ranges
    where = "The" if len(enough) == len(band.answers) else "Where there are enough events, the"
    return f"{where} best estimate {'is' if ends[0] == ends[1] else 'runs from'} {' to '.join(dict.fromkeys(ends))}. {ranges}"


def _estimate(finding: Finding, answer: StartAnswer, ratio: Ratio, pair: tuple[str, str]) -> str:
    numbers = numbers_of(finding, answer)
    counts = f": {' to '.join(numbers.shown)}" if numbers else ""
    return f"{ratio_words(ratio.ratio, pair)} ({month_words(answer.start)}{counts})"


def _alike(band: StartBand) -> str:
    number = len(band.answers)
    cannot = sum(tone(answer.verdict, "neither") == "cannot_be_compared" for answer in band.answers)
    if not band.otherwise:
        return f"{'Both' if number == 2 else f'All {small_number(number)}'} give the same answer."
    said = f"{small_number(band.otherwise).capitalize()} of the {small_number(number)} give{'s' * (band.otherwise == 1)} another answer than the main one"
    left_out = f"; {small_number(cannot)} cannot be compared" if cannot and band.verdict != "Cannot be compared" else ""
    return f"{said}{left_out}."
