"""The sensitivity table of a finding as a chart of ranges: main result first, then each question asked differently."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import cast, get_args

from indicators.finding import Finding, Verdict
from indicators.indicator import Better
from outputs import clauses
from outputs.chart_plan import RangePlan, RangeRow
from outputs.words import Tone, count, ratio_words, span, tone, tone_of

_CHOICE_MATTERS = 0.05
# Rows about another place or another time: worth seeing, but no choice about the main question.
_OTHER_QUESTIONS = ("This place", "Next door instead", "A made-up start")


def main_row(finding: Finding, label: str = "", *, bold: bool = True) -> RangeRow:
    """The headline of a finding as one range; without a comparison it holds the reason instead."""
    numbers = clauses.pair(finding)
    compared = finding.comparison
    usable = compared is not None and finding.verdict not in ("Cannot be compared", "Not loaded")
    counts = clauses.counts_words(finding, numbers) if numbers else ""
    ratio = compared.headline if compared is not None and usable else None
    return RangeRow(
        label=label or finding.title,
        ratio=ratio.ratio if ratio else None,
        lower=ratio.lower if ratio else None,
        upper=ratio.upper if ratio else None,
        tone=tone_of(finding),
        counts=counts,
        bold=bold,
        reason="" if ratio else clauses.reasons(finding) or finding.verdict,
    )


def sensitivity_plan(finding: Finding) -> RangePlan:
    """The main result, the second method and every row of ``finding.sensitivity``, naming the choice that matters."""
    rows = [replace(main_row(finding, "Our main question"), group="Main result")]
    second = finding.second_method
    if second:
        rows.append(
            RangeRow(
                "Synthetic difference-in-differences",
                second.ratio,
                second.lower,
                second.upper,
                _second_tone(finding),
                "A second method",
            )
        )
    rows += [_row(row, finding.better) for row in finding.sensitivity]
    pair = clauses.comparatives(finding)
    return RangePlan(
        "Does the answer change if we ask differently?", _says(finding, rows), finding.better, tuple(rows), pair
    )


def _second_tone(finding: Finding) -> Tone:
    return "too_few" if tone_of(finding) == "too_few" else "cannot_tell"


def _number(row: Mapping[str, float | str | None], key: str) -> float | None:
    value = row.get(key)
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _row(row: Mapping[str, float | str | None], better: Better) -> RangeRow:
    verdict = row.get("verdict")
    known = verdict in get_args(Verdict)
    found: Tone = tone(cast(Verdict, verdict), better) if known else "cannot_tell"
    before, after, months = _number(row, "before"), _number(row, "after"), _number(row, "after_months")
    counts = "" if before is None or after is None else f"{count(before)} to {count(after)}"
    if counts and months:
        counts += f", the later {span(round(months))}"
    label = str(row.get("change") or "")
    group = str(row.get("group") or "Asked differently")
    return RangeRow(
        label=label[:1].upper() + label[1:],
        ratio=_number(row, "ratio"),
        lower=_number(row, "lower"),
        upper=_number(row, "upper"),
        tone=found,
        group=group,
        counts=counts,
        reason="cannot be compared",
    )


def _says(finding: Finding, rows: list[RangeRow]) -> str:
    """Names the choice that moves the answer most, and whether any changes the side; hides it with too few events."""
    main, others = rows[0], [row for row in rows[1:] if row.ratio and row.group not in _OTHER_QUESTIONS]
    if main.ratio is None:
        return "There is no comparison to ask differently."
    if not others:
        return "The question has been asked in one way only."
    if main.tone == "too_few":
        return "The counts are too small for a best estimate, however we ask."
    base = math.log(main.ratio)
    most = max(others, key=lambda row: abs(math.log(row.ratio or 1) - base))
    moved = abs(math.log(most.ratio or 1) - base)
    numbers = clauses.pair(finding)
    counts = f" ({clauses.counts_words(finding, numbers)})" if numbers else ""
    pair = clauses.comparatives(finding)
    if moved < _CHOICE_MATTERS or most.tone == "too_few":
        return "However we ask, the best estimate stays about the same."
    own = f" ({most.counts})" if most.counts else ""
    return (
        f"The choice that matters most is “{most.label}”: it turns {ratio_words(main.ratio, pair)}{counts} "
        f"into {ratio_words(most.ratio or 1, pair)}{own}."
    )
