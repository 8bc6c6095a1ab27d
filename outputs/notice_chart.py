"""The one picture of the noticeboard: before and after as two bars with their numbers, to be read standing."""

from __future__ import annotations

from indicators.finding import Finding
from outputs import clauses, levels
from outputs.look import palette
from outputs.names import upper_first
from outputs.paper_svg import Picture, width_of
from outputs.words import number, tone_of
from store.period import month_words

_BAR, _LABEL, _GAP = 1.3, 1.3, 0.5  # heights, in parts of the size of the words
_TEN = 10  # from here on an expected number has no decimals, as in the sentence


def bars(finding: Finding) -> list[tuple[str, float, str, str]]:
    """(label, length, number as it is written, colour) of each bar; empty without two numbers.

    Sums over unequal months are drawn month for month, which their labels say by naming the months.
    """
    numbers = clauses.pair(finding)
    if numbers is None:
        return []
    lengths, spans = clauses.monthly(finding, numbers), clauses.spans(finding, numbers)
    if numbers.figures:
        labels = "Before", "After"
    else:
        labels = f"{upper_first(spans[0])} before", f"{upper_first(spans[1])} after"
    unit = f" {numbers.unit}" if numbers.unit and not numbers.figures else ""
    drawn = [
        (labels[0], lengths[0], f"{numbers.shown[0]}{unit}", "sim"),
        (labels[1], lengths[1], f"{numbers.shown[1]}{unit}", "ink"),
    ]
    expected = _expected(finding, numbers)
    return [*drawn, expected] if expected else drawn


def _expected(finding: Finding, numbers: clauses.Pair) -> tuple[str, float, str, str] | None:
    """What would have been seen; nothing where there are too few events, or where it has another length than the bars."""
    compared, about = finding.comparison, "If we had changed as similar places did"
    if compared is None or tone_of(finding) not in clauses.WITH_RATIO:
        return None
    if numbers.figures:
        return about, compared.expected_after, levels.figure(finding, compared.expected_after), "edge"
    if numbers.unit or not clauses.equal_months(numbers):
        return None
    shown = number(compared.expected_after, 0 if compared.expected_after >= _TEN else 1)
    return about, compared.expected_after, f"about {shown}", "edge"


def bars_svg(finding: Finding, *, width: float, size: float) -> str:
    """The bars as SVG, ``width`` and ``size`` of the words in points; empty where there are none to draw."""
    drawn = bars(finding)
    if not drawn:
        return ""
    colours = palette("print")
    each = size * (_BAR + _LABEL + _GAP)
    picture = Picture(width, each * len(drawn), size)
    room = width - max(width_of(shown, size, bold=True) for _, _, shown, _ in drawn) - 8
    longest = max(length for _, length, _, _ in drawn) or 1
    for at, (label, length, shown, colour) in enumerate(drawn):
        top, reach = at * each, max(length / longest * room, 1.5)
        picture.words((0, top + size * 0.6), label, colours["ink"])
        bar = top + size * _LABEL
        if colour == "edge":
            # An open bar: this one is what was not, but would have been.
            corners = [(0.7, bar), (reach, bar), (reach, bar + size * _BAR), (0.7, bar + size * _BAR), (0.7, bar)]
            picture.line(corners, colours[colour], 1.4, dash="4 2.4")
        else:
            picture.box(0, bar, reach, size * _BAR, colours[colour])
        picture.words((reach + 8, bar + size * _BAR / 2), shown, colours["ink"], bold=True)
    return picture.svg()


def bars_alt(finding: Finding) -> str:
    """The bars in words."""
    told = "; ".join(f"{label}: {shown}" for label, _, shown, _ in bars(finding))
    return f"Bar chart. {upper_first(clauses.name(finding).plain)}. {told}."


def counted(finding: Finding) -> str:
    """What the bars count, and in which months."""
    assert finding.before is not None
    assert finding.after is not None
    months = ", and ".join(
        f"{month_words(level.window.first)} to {month_words(level.window.last)}"
        for level in (finding.before, finding.after)
    )
    return f"{upper_first(clauses.name(finding).plain)}: {months}"
