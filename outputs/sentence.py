"""The full sentence of a finding, computed and never typed, and the door to every other text about findings."""

from __future__ import annotations

from indicators.finding import Compared, Finding
from outputs import clauses, levels
from outputs.board_words import headline_for_board, next_step, what_can_be_seen
from outputs.story import Paragraph, story
from outputs.words import range_words, tone_of

__all__ = ["Paragraph", "headline_for_board", "next_step", "of", "story", "what_can_be_seen"]


def of(finding: Finding) -> str:
    """The finding in plain sentences: what changed, beside what, how sure, and no more than the verdict allows."""
    if finding.verdict == "Not loaded":
        return not_loaded(finding)
    if levels.is_hidden(finding) and clauses.pair(finding) is None and finding.before and finding.after:
        return clauses.changed(finding)
    parts = [clauses.changed(finding), clauses.missing_months(finding)]
    compared = finding.comparison
    if finding.verdict == "Cannot be compared" or compared is None:
        parts.append(_cannot_be_compared(finding))
    else:
        parts += [clauses.similar_changed(finding, compared), _difference(finding, compared), clauses.bad_year(finding),
                  clauses.closing(finding)]  # fmt: skip
    return " ".join(part for part in parts if part)


def not_loaded(finding: Finding) -> str:
    """Says that there are no data, and the command that loads them or why there are none to load."""
    told = clauses.reasons(finding)
    start = f"No data are loaded for {clauses.name(finding).plain}."
    if told:
        return f"{start} {told}."
    source = finding.sources[0].get("name", "") if finding.sources else ""
    command = f"python -m loaders refresh {source}".strip()
    return f"{start} To load them, run: {command}"


def _difference(finding: Finding, compared: Compared) -> str:
    """The estimate with its range and rank; with too few events the estimate is left out and nothing else."""
    if tone_of(finding) in clauses.WITH_RATIO:
        return f"{clauses.expected(finding, compared)} {clauses.placebo(compared)}"
    limits = range_words(compared.headline.lower, compared.headline.upper, clauses.comparatives(finding))
    return f"Beside them our number could lie {limits}. {clauses.placebo(compared)}"


def _cannot_be_compared(finding: Finding) -> str:
    why = clauses.reasons(finding)
    if finding.before is None or finding.after is None:
        start = f"{clauses.name(finding).formal} cannot be compared: there is no before and after"
        return f"{start} ({why})." if why else f"{start} without a start date."
    return (
        f"This cannot be compared with similar places: {why}."
        if why
        else ("This cannot be compared with similar places.")
    )
