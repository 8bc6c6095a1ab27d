"""Suppressed figures: the question asked with all of them at their lowest and again at their highest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from indicators.finding import Finding, Verdict

# A verdict that stands in the way, or says least, comes before one that says more.
_CAUTIOUS: tuple[Verdict, ...] = ("Not loaded", "Cannot be compared", "Too few events to tell")


def at_both_ends(lowest: Finding, highest: Finding, hidden: int) -> Finding:
    """One finding from both: its verdict stands only where both ends agree, and its numbers are those of the less
    certain end. ``hidden`` is how many suppressed figures were used."""
    finding = max((lowest, highest), key=_doubt)
    words, because = finding.verdict, finding.verdict_because
    if lowest.verdict != highest.verdict and words not in _CAUTIOUS:
        words, because = "We cannot tell", ("the answer depends on what the suppressed figures are",)
    rows = (_row("at their lowest", lowest), _row("at their highest", highest))
    return replace(
        finding,
        verdict=words,
        verdict_because=because,
        caveats=(("suppressed-range", _words(lowest, highest, hidden)), *finding.caveats),
        sensitivity=(*(row for row in rows if row is not None), *finding.sensitivity),
    )


def _doubt(finding: Finding) -> float:
    if finding.verdict in _CAUTIOUS:
        return 10.0 - _CAUTIOUS.index(finding.verdict)
    return finding.comparison.headline.p if finding.comparison else 2.0


def _row(words: str, finding: Finding) -> Mapping[str, float | str | None] | None:
    compared, before, after = finding.comparison, finding.before, finding.after
    if compared is None or before is None or after is None:
        return None
    return {
        "change": f"suppressed figures {words}", "group": "Suppressed figures",
        "before": before.rate if before.count is None else before.count,
        "after": after.rate if after.count is None else after.count,
        "before_months": before.months_used, "after_months": after.months_used, "ratio": compared.headline.ratio,
        "lower": compared.headline.lower, "upper": compared.headline.upper, "p": compared.headline.p,
        "areas": len(compared.areas), "detectable_change_percent": finding.detectable_change_percent,
        "verdict": finding.verdict,
    }  # fmt: skip


def _words(lowest: Finding, highest: Finding, hidden: int) -> str:
    figures = "1 figure is" if hidden == 1 else f"{hidden} figures are"
    said = f"{figures} suppressed by the publisher. The question was asked with all of them at their lowest and at their highest"
    pairs = ((lowest.before, highest.before, "before"), (lowest.after, highest.after, "after"))
    sides = [
        f"{when} between {low.count:,.0f} and {high.count:,.0f}"
        for low, high, when in pairs
        if low and high and low.count is not None and high.count is not None and low.count != high.count
    ]
    return f"{said}: {' and '.join(sides)} here." if sides else f"{said}."
