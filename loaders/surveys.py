"""Answers of a survey, a row a person, made into the template's rows: how many, the average, how far it spreads.

The file is read where it lies and nowhere kept. Each person's answers are scored first, as the scale's makers say.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from loaders.local_declarations import known_indicators
from loaders.local_people import look_for_people
from loaders.local_tables import Complaints, LocalTable, read_local_table
from loaders.reading import Problem
from store.errors import BadQuestion
from store.survey_scales import ONS4, ONS4_HIGHEST, SWEMWBS_ANSWERS, SWEMWBS_ITEMS, SWEMWBS_METRIC

SCALES = ("swemwbs", "ons4")
# An average of fewer answers would tell what single people said.
FEWEST_ANSWERS = 10
_ITEMS = tuple(f"item_{number}" for number in range(1, SWEMWBS_ITEMS + 1))
_RAW = "raw_score"
_QUESTIONS = {item.name.replace("-", "_"): item for item in ONS4}


@dataclass(frozen=True, slots=True)
class Summary:
    """The template's rows made from a file, what a person should know of them, and what was wrong (then no rows)."""

    rows: tuple[Mapping[str, str], ...]
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]


def summarise(path: Path, scale: str, given: Mapping[str, str]) -> Summary:
    """Rows of the template from person-level answers; ``given`` fills their area, period and survey columns.

    ``swemwbs``: columns ``item_1`` … ``item_7`` (1–5), or ``raw_score`` (7–35); a person counts only with all seven.
    ``ons4``: any of ``life_satisfaction, worthwhile, happiness, anxiety`` (0–10); each counts those who answered it.
    Any other column is refused. BadQuestion where fewer than ten people answered.
    """
    complaints = Complaints(path.name)
    table = read_local_table(path, complaints)
    columns = _columns(table, scale, complaints)
    answers = _answers(table, columns, complaints) if not complaints.problems() else {}
    if complaints.problems():
        return Summary((), (), complaints.problems())
    rows, notes = _swemwbs(answers, len(table.rows)) if scale == "swemwbs" else _ons4(answers)
    if not rows:
        raise BadQuestion(f"Fewer than {FEWEST_ANSWERS} people answered; an average would tell what single people said",
                          do="Put several groups or dates together.")  # fmt: skip
    return Summary(tuple({**_declared(row["indicator"]), **given, **row} for row in rows), tuple(notes), ())


def _columns(table: LocalTable, scale: str, complaints: Complaints) -> dict[str, tuple[int, int]]:
    """The columns of the scale that are there, with the lowest and highest answer."""
    if scale == "ons4":
        allowed = dict.fromkeys(_QUESTIONS, (0, ONS4_HIGHEST))
    elif _RAW in table.headings:
        allowed = {_RAW: (min(SWEMWBS_METRIC), max(SWEMWBS_METRIC))}
    else:
        allowed = dict.fromkeys(_ITEMS, SWEMWBS_ANSWERS)
    look_for_people(table, allowed, complaints)
    for number, heading in enumerate(table.headings):
        if heading in table.headings[:number] or heading not in allowed:
            complaints.add(table.column_name(number, allowed), None, "This column holds no answer of the scale, or the same one twice",
                           f"Take it out: only {', '.join(allowed)} may be there, and nothing that says who answered.")  # fmt: skip
    there = {name: ends for name, ends in allowed.items() if name in table.headings}
    if not there or (scale == "swemwbs" and len(there) < len(allowed)):
        missing = next(name for name in allowed if name not in there)
        complaints.add(missing, None, "This column is missing", f"Needed: {', '.join(allowed)}"
                       + (f", or {_RAW} alone." if scale == "swemwbs" else " – at least one of them."))  # fmt: skip
    return there


def _answers(
    table: LocalTable, columns: Mapping[str, tuple[int, int]], complaints: Complaints
) -> dict[str, list[int | None]]:
    """Each column's answers in the order of the rows, None where a person left it blank."""
    found: dict[str, list[int | None]] = {name: [] for name in columns}
    for line, cells in table.rows.items():
        for name, (lowest, highest) in columns.items():
            text = cells.get(table.headings.index(name), "")
            if text and not (re.fullmatch(r"\d{1,2}", text) and lowest <= int(text) <= highest):
                complaints.add(name, line, f"This is not an answer from {lowest} to {highest}",
                               "Leave it blank where somebody did not answer.")  # fmt: skip
            else:
                found[name].append(int(text) if text else None)
    return found


def _swemwbs(answers: Mapping[str, Sequence[int | None]], people: int) -> tuple[list[dict[str, str]], list[str]]:
    """The row of the metric scores: every person's sum is converted before anything is averaged."""
    raw = [sum(part) for part in zip(*answers.values(), strict=True) if None not in part]
    notes = [f"{len(raw)} of {people} people answered all of it; their scores were converted one by one."]
    return _mean_row("swemwbs", [SWEMWBS_METRIC[score] for score in raw]), notes


def _ons4(answers: Mapping[str, Sequence[int | None]]) -> tuple[list[dict[str, str]], list[str]]:
    rows: list[dict[str, str]] = []
    notes = []
    for column, given in answers.items():
        question = _QUESTIONS[column]
        known = [answer for answer in given if answer is not None]
        mean = _mean_row(question.name, known)
        if not mean:
            notes.append(f"{question.name}: left out, fewer than {FEWEST_ANSWERS} people answered it.")
            continue
        rows += mean
        for band in (question.poor, question.good):
            low, high = question.bands[band]
            inside = sum(low <= answer <= high for answer in known)
            rows.append({"indicator": f"{question.name}-{band.replace(' ', '-')}", "count": str(inside),
                         "out_of": str(len(known)), "people_answered": str(len(known))})  # fmt: skip
        notes.append(f"{question.name}: {len(known)} answers.")
    return rows, notes


def _mean_row(name: str, scores: Sequence[float]) -> list[dict[str, str]]:
    """One row with mean and standard deviation, or none where too few answered."""
    if len(scores) < FEWEST_ANSWERS:
        return []
    mean = math.fsum(scores) / len(scores)
    spread = math.sqrt(math.fsum((score - mean) ** 2 for score in scores) / (len(scores) - 1))
    return [{"indicator": name, "value": f"{mean:.4f}", "standard_deviation": f"{spread:.4f}",
             "people_answered": str(len(scores))}]  # fmt: skip


def _declared(name: str) -> dict[str, str]:
    item = known_indicators()[name]
    return {"title": item.title, "kind": item.kind, "better": item.better, "about": item.about, "unit": item.unit}
