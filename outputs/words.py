"""Numbers, spans and verdicts in plain words: the small change every sentence is paid in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from indicators.finding import Finding, Verdict
from indicators.indicator import Better

Tone = Literal["better", "worse", "different", "same", "cannot_tell", "too_few", "cannot_be_compared", "not_loaded"]

MINUS = "−"
# The same sentence as in README.md and docs/ethics.md: it goes with every document that leaves the tool.
USE = (
    "Not for ranking, targeting, or withdrawing money; not for decisions about a person, household, school, practice or "
    "street; not for insurance, valuation or lending."
)
FORBIDDEN = (
    "caused", "proved", "significant", "due to", "impact of", "deprived", "worst", "hotspot", "control group",
)  # fmt: skip
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_PLAIN_TONES: dict[Verdict, Tone] = {
    "About the same as similar places": "same",
    "We cannot tell": "cannot_tell",
    "Too few events to tell": "too_few",
    "Cannot be compared": "cannot_be_compared",
    "Not loaded": "not_loaded",
}


def number(value: float | None, decimals: int = 0) -> str:
    """``1,234`` or ``10.5``; unknown is “not known”. Halves round away from zero, as people expect."""
    if value is None or not math.isfinite(value):
        return "not known"
    scale = 10**decimals
    rounded = math.floor(abs(value) * scale + 0.5 + 1e-9) / scale
    return (MINUS if value < 0 and rounded else "") + f"{rounded:,.{decimals}f}"


def count(value: float | None) -> str:
    """A count as it was: whole where it is whole, one decimal where it is an average."""
    if value is not None and math.isfinite(value) and abs(value - round(value)) > 0.005:
        return number(value, 1 if abs(value) < 100 else 0)
    return number(value)


def percent(value: float | None) -> str:
    """``56 %``, without a sign."""
    return "not known" if value is None or not math.isfinite(value) else f"{number(abs(value))} %"


def signed_percent(value: float | None) -> str:
    """``−56 %`` or ``+8 %``, with a real minus."""
    if value is None or not math.isfinite(value):
        return "not known"
    return ("+" if value > 0 and number(value) != "0" else "") + f"{number(value)} %"


def small_number(value: int) -> str:
    """Up to ten in letters, above in figures; zero is “no”."""
    return _SMALL[value] if 0 <= value < len(_SMALL) else number(value)


def span(months: int) -> str:
    """``two years``, ``19 months``, ``one month``."""
    if months >= 12 and months % 12 == 0:
        return f"{small_number(months // 12)} year{'s' if months > 12 else ''}"
    return "one month" if months == 1 else f"{months} months"


def listed(parts: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    return ", ".join(parts[:-1]) + " and " + parts[-1]


def verb(before: float | None, after: float | None) -> Literal["fell", "rose", "did not change"]:
    """Which way it went, from two numbers."""
    if before is None or after is None or before == after:
        return "did not change"
    return "fell" if after < before else "rose"


def moved(change_percent: float | None, before: float, after: float) -> str:
    """``fell 56 %``, ``rose 8 %``, ``hardly changed``, ``did not change``, or only the way where a percentage means
    nothing: from zero, or to zero.
    """
    if change_percent is None or not math.isfinite(change_percent) or before == 0 or after == 0:
        return verb(before, after)
    if number(change_percent) == "0":
        return "did not change" if before == after else "hardly changed"
    return f"{'fell' if change_percent < 0 else 'rose'} {percent(change_percent)}"


FEWER = ("fewer", "more")
LOWER = ("lower", "higher")


def ratio_words(ratio: float, pair: tuple[str, str] = FEWER) -> str:
    """A ratio against similar places: ``31 % fewer``, ``33 % more``, ``three times as many``, ``the same``.

    ``pair`` are the words for less and more, for things that are counted or for things that have a level.
    """
    many = "many" if pair == FEWER else "high"
    if not ratio < 20:
        return f"more than 20 times as {many}"
    if ratio >= 2.95:
        whole = abs(ratio - round(ratio)) < 0.05
        return f"{small_number(round(ratio)) if whole else number(ratio, 1)} times as {many}"
    change = 100 * (ratio - 1)
    if number(change) in ("0", MINUS + "0"):
        return "the same"
    return f"{percent(change)} {pair[0] if change < 0 else pair[1]}"


def range_words(lower: float, upper: float, pair: tuple[str, str] = FEWER) -> str:
    """``somewhere between 64 % fewer and 33 % more``, or ``somewhere between 62 % and 20 % fewer``."""
    first, last = ratio_words(lower, pair), ratio_words(upper, pair)
    for word in pair:
        if first.endswith(f"% {word}") and last.endswith(f"% {word}"):
            first = first.removesuffix(f" {word}")
    return f"somewhere between {first} and {last}"


def tone(verdict: Verdict, better: Better) -> Tone:
    """What a verdict means for people here; a difference without a declared direction is only “different”."""
    plain = _PLAIN_TONES.get(verdict)
    if plain:
        return plain
    if better == "neither":
        return "different"
    fell = verdict == "Fell more than in similar places"
    return "better" if fell == (better == "lower") else "worse"


def is_aim(finding: Finding) -> bool:
    """Whether an outcome was chosen beforehand."""
    return finding.question.indicator in finding.question.family


def tone_of(finding: Finding) -> Tone:
    """The tone of a finding's verdict."""
    return tone(finding.verdict, finding.better)


def tone_colour(of: Tone) -> str:
    """The palette key of a tone: blue and orange for better and worse, grey for all else."""
    return {"better": "blue", "worse": "orange"}.get(of, "grey")


def verdict_words(finding: Finding) -> str:
    """The verdict, with “(better)” or “(worse)” where a direction was declared."""
    found = tone_of(finding)
    return f"{finding.verdict} ({found})" if found in ("better", "worse") else finding.verdict
