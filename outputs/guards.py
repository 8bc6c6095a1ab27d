"""The checks behind a verdict, each as a question with its answer, for those who want to see what stood guard."""

from __future__ import annotations

from indicators.finding import Compared, Finding
from indicators.matching import FEWEST_UNITS
from indicators.verdict import SECOND_P, TOO_FEW_BEFORE, TOO_LARGE_A_CHANGE
from outputs import whose
from outputs.levels import LEVELS
from outputs.table import Table
from outputs.words import count, number, small_number

_BASELINE_MONTHS, _MONTHS_A_QUARTER = 36, 3


def guards(finding: Finding) -> Table | None:
    """Every check of a compared finding in words; None where nothing is compared."""
    compared = finding.comparison
    if compared is None:
        return None
    rows = [_enough(finding), _visible(finding), _places(compared)]
    if compared.quarter_weights:
        rows.append(_baseline(compared))
    if whose.is_here(finding) and finding.kind not in LEVELS:
        rows.append(_bad_year(finding))
    rows += [_breaks(finding), _second(finding), _family(finding)]
    return Table(("What was checked", "What came out"), tuple(row for row in rows if row))


def _enough(finding: Finding) -> tuple[str, str] | None:
    """Of a level there is no count that could be too small."""
    if finding.kind in LEVELS or finding.before is None or finding.before.count is None:
        return None
    before = finding.before.count
    answer = "Yes" if before >= TOO_FEW_BEFORE else "No"
    return "Is enough counted before the start?", f"{answer}: {count(before)}, and {TOO_FEW_BEFORE} are needed."


def _visible(finding: Finding) -> tuple[str, str] | None:
    least = finding.detectable_change_percent
    if least is None:
        return None
    answer = "No" if least < -TOO_LARGE_A_CHANGE else "Yes"
    return (
        "Could this comparison see a change?",
        f"{answer}: a fall of {number(abs(least))} % or more would show 8 times in 10. Beyond "
        f"{number(TOO_LARGE_A_CHANGE)} % we say “too few events to tell”.",
    )


def _places(compared: Compared) -> tuple[str, str]:
    return "Are there enough similar places?", f"Yes: {len(compared.areas)}, and {FEWEST_UNITS} are needed."


def _baseline(compared: Compared) -> tuple[str, str]:
    quarters = len(compared.quarter_weights)
    months = quarters * _MONTHS_A_QUARTER
    answer = "Yes" if months >= _BASELINE_MONTHS else "It could be longer"
    last = f"{number(100 * compared.quarter_weights[-1])} % of the weight lies on the last quarter"
    return (
        "Does the series reach far enough back?",
        f"{answer}: {quarters} quarters before the start are used, and {small_number(_BASELINE_MONTHS // 12)} years are "
        f"best; {last}.",
    )


def _bad_year(finding: Finding) -> tuple[str, str]:
    told = next((text for slug, text in finding.caveats if slug == "bad-year"), "")
    return (
        "Was the year before the start unusually high?",
        f"Yes. {told}" if told else "Not by more than 15 %, as far as the months held show.",
    )


def _breaks(finding: Finding) -> tuple[str, str]:
    told = [text for slug, text in finding.caveats if slug.startswith("break-")]
    return "Did the way of counting change?", f"Yes. {' '.join(told)}" if told else "Not that we know of."


def _second(finding: Finding) -> tuple[str, str]:
    question, second = "Does a second method lean the same way?", finding.second_method
    assert finding.comparison is not None
    if second is None:
        return question, "It could not be used here."
    same = (second.ratio < 1) == (finding.comparison.headline.ratio < 1)
    if same and second.p <= SECOND_P:
        return question, "Yes."
    return question, "Only a little: places with no programme often lean as far." if same else "No."


def _family(finding: Finding) -> tuple[str, str]:
    family = finding.question.family
    question = "Was this outcome chosen beforehand?"
    if not family:
        return question, "No outcome was. So this one is judged by itself."
    if finding.question.indicator not in family:
        return question, "No: it was found by looking, so it is described and never told as a finding."
    others = len(family) - 1
    told = (
        "It was the only one"
        if not others
        else f"It is judged together with the {small_number(others)} other{'s' * (others > 1)}"
    )
    return question, f"Yes. {told}."
