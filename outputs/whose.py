"""Whose figure a finding is: the neighbourhood's own, or that of the council, schools and surgeries around it."""

from __future__ import annotations

from indicators.finding import Finding
from indicators.local_indicators import MARK
from outputs.names import lower_first, name_of, upper_first

_FIGURE_FOR = "The figure is for "
_NOBODY_NAMED = {
    "council-wide": "The whole council",
    "in your ward": "The whole ward",
    "at your schools": "Your schools",
    "at your GP practices": "Your surgeries",
}
# A name this long, or with a comma of its own, swallows an “in” that follows it.
_LONG = 40


def is_here(finding: Finding) -> bool:
    """True where the figure is the neighbourhood's own, and not one of which it is only a part."""
    return finding.measured_at.startswith("in your neighbourhood")


def is_local(finding: Finding) -> bool:
    """True where people here, or services for them, brought the figure themselves."""
    return finding.question.indicator.startswith(MARK)


def where(finding: Finding) -> str:
    """``council-wide``, ``at your schools``, ``counted by people here``: short enough for a note."""
    return finding.measured_at.split(" (")[0].removeprefix("in your neighbourhood, ")


def owner(finding: Finding, place: str) -> str:
    """Whose line it is on a chart: ``place`` for the neighbourhood's own, else the area that the figure is for."""
    if is_here(finding):
        return place
    named = [text for slug, text in finding.caveats if slug == "measured-in" and text.startswith(_FIGURE_FOR)]
    schools = where(finding) == "at your schools"
    if named and not schools:
        return named[0].removeprefix(_FIGURE_FOR).rstrip(".")
    return _NOBODY_NAMED.get(where(finding), upper_first(where(finding)))


def owner_in_words(finding: Finding, place: str) -> str:
    """The same inside a sentence: ``Plymouth``, ``your schools``."""
    named = owner(finding, place)
    return lower_first(named) if named in _NOBODY_NAMED.values() else named


def heading(finding: Finding, place: str) -> str:
    """``Break-ins in North Stonehouse``; of what is measured around it ``Anxious yesterday: Plymouth``."""
    if not is_here(finding):
        named = "your" in finding.title.lower().split()
        return finding.title if named else f"{finding.title}: {owner_in_words(finding, place)}"
    plain = upper_first(name_of(finding.question.indicator, finding.title).plain)
    return f"{plain}: {place}" if "," in plain or len(plain) > _LONG else f"{plain} in {place}"
