"""The clauses every sentence about a finding is built from; each says one thing and stands with its counts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from indicators.finding import Compared, Finding, Level
from indicators.ground import NOT_PUBLISHED
from outputs.levels import LEVELS, figure, is_hidden, level_words
from outputs.names import Name, name_of
from outputs.whose import is_local
from outputs.words import (
    FEWER,
    LOWER,
    MINUS,
    count,
    moved,
    number,
    percent,
    range_words,
    ratio_words,
    signed_percent,
    small_number,
    span,
    tone_of,
    verb,
)

WITH_RATIO = ("better", "worse", "different", "same", "cannot_tell")
_ABSENT = "not known, because of missing months"
_TOO_SMALL = "not shown, because the numbers are small"


@dataclass(frozen=True, slots=True)
class Pair:
    """The two numbers a finding is told in, with the months behind each: counts where known, else rates in ``unit``.

    ``figures`` are both as they are written where they are levels: ``120 of 210 (57.1 %)``, ``£137,500``.
    """

    before: float
    after: float
    months: tuple[int, int]
    unit: str = ""
    figures: tuple[str, str] | None = None

    @property
    def shown(self) -> tuple[str, str]:
        """Both numbers as they are written; rates have one decimal."""
        if self.figures:
            return self.figures
        if self.unit:
            return number(self.before, 1), number(self.after, 1)
        return count(self.before), count(self.after)


def name(finding: Finding) -> Name:
    """What the finding's indicator is called."""
    return name_of(finding.question.indicator, finding.title)


def pair(finding: Finding) -> Pair | None:
    """The two numbers, or None where a window or a number is missing."""
    before, after = finding.before, finding.after
    if before is None or after is None:
        return None
    months = before.months_used, after.months_used
    if finding.kind in LEVELS and before.rate is not None and after.rate is not None:
        return Pair(
            before.rate, after.rate, months, finding.unit, (level_words(finding, before), level_words(finding, after))
        )
    if before.count is not None and after.count is not None:
        return Pair(before.count, after.count, months)
    if before.rate is not None and after.rate is not None:
        return Pair(before.rate, after.rate, months, finding.unit)
    return None


def is_average(finding: Finding) -> bool:
    """True where the number is an average over its window, and never a sum that grows with the months."""
    return name(finding).average or finding.kind in ("stock", *LEVELS)


def spans(finding: Finding, numbers: Pair) -> tuple[str, str]:
    """How long both windows are: ``two years``; of what is counted on single days ``two counts``."""
    levels = finding.before, finding.after
    told = [
        span_of(finding, level) if level else span(months) for level, months in zip(levels, numbers.months, strict=True)
    ]
    return told[0], told[1]


def by_the_day(finding: Finding, level: Level) -> bool:
    """True where a stock is counted on single days, each standing for its month."""
    used = level.months_used
    return finding.kind == "stock" and not level.months_missing and 0 < used < min(level.window.months, 12)


def span_of(finding: Finding, level: Level) -> str:
    """``two years``, or ``two counts``."""
    used = level.months_used
    return f"{small_number(used)} count{'s' * (used > 1)}" if by_the_day(finding, level) else span(used)


def equal_months(numbers: Pair) -> bool:
    """True where both windows use as many months."""
    return numbers.months[0] == numbers.months[1]


def monthly(finding: Finding, numbers: Pair) -> tuple[float, float]:
    """Both numbers made comparable: sums of unequal windows become monthly, everything else stays."""
    if numbers.unit or is_average(finding) or equal_months(numbers):
        return numbers.before, numbers.after
    return numbers.before / max(numbers.months[0], 1), numbers.after / max(numbers.months[1], 1)


def spans_no_change(compared: Compared) -> bool:
    """True where the 95 % range of the headline holds 1."""
    return compared.headline.lower <= 1 <= compared.headline.upper


def comparatives(finding: Finding) -> tuple[str, str]:
    """“fewer” and “more” for things that are counted, “lower” and “higher” for levels."""
    numbers = pair(finding)
    return LOWER if is_average(finding) or (numbers and numbers.unit) else FEWER


def is_unpublished(finding: Finding) -> bool:
    """Whether nothing is loaded because there is no source of it for the country the place lies in."""
    return NOT_PUBLISHED in finding.verdict_because


def reasons(finding: Finding) -> str:
    """Why the verdict is what it is, in one run, with real minus signs."""
    return "; ".join(
        re.sub(r" -(?=\d)", f" {MINUS}", part.strip().rstrip(".")) for part in finding.verdict_because if part
    )


def counts_words(finding: Finding, numbers: Pair) -> str:
    """``78 to 34, two years each`` or ``78 in three years to 34 in two years``."""
    before, after = numbers.shown
    lengths = spans(finding, numbers)
    unit = (
        "" if numbers.figures else f" {numbers.unit}" if numbers.unit else " on average" if is_average(finding) else ""
    )
    if equal_months(numbers):
        return f"{before} to {after}{unit}, {lengths[0]} each"
    return f"{before} in {lengths[0]} to {after} in {lengths[1]}{unit}"


def changed(finding: Finding) -> str:
    """``Recorded burglary fell 56 % (78 to 34, two years each).``, or what is missing for saying it."""
    called = name(finding)
    numbers = pair(finding)
    if finding.before is None or finding.after is None:
        return ""
    if numbers is None:
        known = [
            f"{count(level.count)} in the {span(level.months_used)} {when}"
            for when, level in (("before", finding.before), ("after", finding.after))
            if level.count is not None
        ]
        if not known and is_hidden(finding):
            return f"{called.formal}: the numbers are too small to be shown. That keeps people from being picked out."
        why = _TOO_SMALL if is_hidden(finding) else _ABSENT
        return f"{called.formal}: {known[0] if known else 'no complete count'}; the rest is {why}."
    if numbers.figures:
        return _level_changed(finding, numbers)
    how = moved(finding.change_percent, *monthly(finding, numbers))
    if not equal_months(numbers) and how.endswith("%") and not numbers.unit and not is_average(finding):
        how += " month for month"
    return f"{called.formal} {how} ({counts_words(finding, numbers)})."


def change_words(finding: Finding) -> str:
    """``Change, month for month: −56 % (range −72 % to −34 %, by chance alone).``; empty for shares and without a change."""
    if finding.change_percent is None or finding.kind == "proportion":
        return ""
    limits = ""
    if finding.change_lower is not None and finding.change_upper is not None:
        low, high = signed_percent(finding.change_lower), signed_percent(finding.change_upper)
        limits = f" (range {low} to {high}, by chance alone)"
    how = "Change" if is_average(finding) else "Change, month for month"
    return f"{how}: {signed_percent(finding.change_percent)}{limits}."


def how_moved(finding: Finding, numbers: Pair) -> str:
    """Which way a level went, and by how much; of shares only which way, because a percentage of a percentage misleads."""
    if finding.kind == "proportion":
        return verb(numbers.before, numbers.after)
    return moved(finding.change_percent, numbers.before, numbers.after)


def _level_changed(finding: Finding, numbers: Pair) -> str:
    """``… rose from 120 of 210 (57.1 %) to 150 of 200 (75.0 %), one year each.``; of a survey without how long it took."""
    how = how_moved(finding, numbers)
    lengths = spans(finding, numbers)
    before, after = numbers.shown
    if is_local(finding):
        return f"{name(finding).formal} {how} from {before} to {after}."
    if equal_months(numbers):
        return f"{name(finding).formal} {how} from {before} to {after}, {lengths[0]} each."
    return f"{name(finding).formal} {how} from {before} in {lengths[0]} to {after} in {lengths[1]}."


def missing_months(finding: Finding) -> str:
    """Says how many months of a window are missing, and that they are not counted as zero; empty where none is.

    A survey of people here is asked once in a while: no month is missing where nobody meant to ask.
    """
    if is_local(finding) and finding.kind in LEVELS:
        return ""
    parts = [_gap(level, when) for level, when in ((finding.before, "before"), (finding.after, "after")) if level]
    told = " and ".join(part for part in parts if part)
    return f"Missing and not counted as zero: {told}." if told else ""


def _gap(level: Level, when: str) -> str:
    if not level.months_missing:
        return ""
    return f"{level.months_missing} of the {level.window.months} months {when}"


def similar_moved(finding: Finding, compared: Compared) -> str:
    """Which way similar places went, and by how much; of shares only which way."""
    if finding.kind == "proportion":
        return verb(compared.before_count, compared.after_count)
    return moved(compared.change_percent, compared.before_count, compared.after_count)


def similar_changed(finding: Finding, compared: Compared, subject: str = "it") -> str:
    """``In 60 similar places it fell 37 % (1,500 to 950).``, month for month where the windows are not as long."""
    how = moved(compared.change_percent, compared.before_count, compared.after_count)
    numbers = pair(finding)
    if numbers is not None and numbers.figures:
        before, after = (figure(finding, value) for value in (compared.before_count, compared.after_count))
        way = similar_moved(finding, compared)
        return f"In {len(compared.areas)} similar places {subject} {way}, on average from {before} to {after}."
    before, after = count(compared.before_count), count(compared.after_count)
    if numbers is None or equal_months(numbers):
        return f"In {len(compared.areas)} similar places {subject} {how} ({before} to {after})."
    months = span(numbers.months[0]), span(numbers.months[1])
    counts = f"{before} in {months[0]} to {after} in {months[1]}"
    return f"In {len(compared.areas)} similar places {subject} {how} month for month ({counts})."


def expected(finding: Finding, compared: Compared) -> str:
    """``Had we changed as they did, about 49 would have been recorded; 34 were: 31 % fewer, somewhere between …``"""
    words = comparatives(finding)
    ratio = ratio_words(compared.headline.ratio, words)
    limits = range_words(compared.headline.lower, compared.headline.upper, words)
    numbers = pair(finding)
    if numbers is not None and numbers.figures:
        about, ours = figure(finding, compared.expected_after), numbers.shown[1]
        return f"Had we changed as they did, it would have been about {about}; it was {ours}: {ratio}, {limits}."
    if numbers is None or numbers.unit:
        return f"Set against them, our number is {ratio}, {limits}."
    about = number(compared.expected_after, 0 if compared.expected_after >= 10 else 1)
    if is_average(finding):
        ours = numbers.shown[1]
        return f"Had we changed as they did, it would have been about {about}; it was {ours}: {ratio}, {limits}."
    were = "was" if numbers.shown[1] == "1" else "were"
    return (
        f"Had we changed as they did, about {about} would have been recorded; "
        f"{numbers.shown[1]} {were}: {ratio}, {limits}."
    )


def placebo(compared: Compared) -> str:
    """``In 20 of 60 places with no programme the gap was at least this unusual.``"""
    number_of = len(compared.areas)
    if not compared.placebo_at_least:
        return f"In none of {number_of} places with no programme was the gap as unusual."
    return f"In {compared.placebo_at_least} of {number_of} places with no programme the gap was at least this unusual."


def favourable(finding: Finding) -> bool | None:
    """True where the estimate leans the way that is better, None without a direction or a comparison."""
    if finding.comparison is None or finding.better == "neither" or finding.comparison.headline.ratio == 1:
        return None
    return (finding.comparison.headline.ratio < 1) == (finding.better == "lower")


def against(finding: Finding) -> str:
    """How we moved beside similar places: ``fell more``, ``rose less``, ``rose more`` or ``fell less``."""
    below = finding.verdict == "Fell more than in similar places"
    ours = finding.change_percent or 0.0
    if below:
        return "rose less" if ours > 0 else "fell more"
    return "fell less" if ours < 0 else "rose more"


def bad_year(finding: Finding) -> str:
    """The guard's own sentence where the year before the start was unusually high and the count fell; else empty.

    A fall that stands out is where it must not be missed: places picked after a bad year raise most false alarms.
    """
    fell = finding.verdict.startswith("Fell")
    return next((text for slug, text in finding.caveats if slug == "bad-year" and fell), "")


def closing(finding: Finding) -> str:
    """The last clause, which belongs to the verdict and claims no more than it."""
    found = tone_of(finding)
    if found == "cannot_tell":
        return _cannot_tell(finding)
    if found == "too_few":
        detectable = finding.detectable_change_percent
        told = f"only a change of about {percent(detectable)} or more would usually show" if detectable else ""
        tail = f": {told}" if told else ""
        return f"The counts are too small to tell whether this differs from similar places{tail}."
    return {
        "better": "This fits the programme having helped; it does not prove it.",
        "worse": "This fits things having gone less well here than elsewhere; it does not prove why.",
        "different": "This fits something having changed here; whether for good or ill the number cannot say, "
        "and it does not prove why.",
        "same": "So our change was about the same as theirs.",
    }.get(found, "")


def _cannot_tell(finding: Finding) -> str:
    lean = favourable(finding)
    if lean is None:
        fits = "it fits something having changed here, and it fits chance."
    elif lean:
        fits = "it fits the programme having helped, and it fits chance."
    else:
        fits = "it fits things having gone less well here than elsewhere, and it fits chance."
    why = reasons(finding)
    if finding.comparison and not spans_no_change(finding.comparison) and why:
        return f"It did not pass every check set beforehand ({why}), so we cannot tell: {fits}"
    return f"We cannot tell: {fits}"
