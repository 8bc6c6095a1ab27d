"""A plan as a document: saved with a finding, asked again later, the same numbers to the last digit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from indicators.finding import Finding, Question
from indicators.plan import METHODS
from store.errors import BadQuestion
from store.period import Window, parse_window

PLAN_VERSION = 1
_KEYS = ("area", "members", "indicator", "before", "after", "settling_in_months", "comparison", "exclude", "family",
         "without_breaks")  # fmt: skip


def plan_of(finding: Finding) -> dict[str, Any]:
    """The plan behind a finding: the question with its comparison units named, the methods, the hash of the data.

    Units keep their order, nearest first, because sums in another order may differ in their last digit.
    """
    question, compared = finding.question, finding.comparison
    units = [list(codes) for codes, _ in compared.areas] if compared else None
    return {
        "plan_version": PLAN_VERSION,
        "question": {
            "area": question.area,
            "members": list(question.members),
            "indicator": question.indicator,
            "before": str(question.before) if question.before else None,
            "after": str(question.after) if question.after else None,
            "settling_in_months": question.settling_in_months,
            "comparison": units,
            "exclude": list(question.exclude),
            "family": list(question.family),
            "without_breaks": question.without_breaks,
        },
        "methods": METHODS,
        "plan_hash": finding.plan_hash,
        "data_hash": finding.data_hash,
        "software_version": finding.software_version,
    }


def question_from(document: Any) -> Question:
    """The question of a saved plan; BadQuestion where the document is no plan of this version."""
    if not isinstance(document, Mapping) or document.get("plan_version") != PLAN_VERSION:
        raise BadQuestion("This is not a plan this software can read", do="Save it again with “study --save-plan”.")
    if document.get("methods") != METHODS:
        raise BadQuestion(
            "The plan was made with other versions of the methods",
            do=f"Use software version {document.get('software_version')} to repeat it.",
        )
    values = document.get("question")
    if not isinstance(values, Mapping) or set(values) != set(_KEYS):
        raise BadQuestion("The plan's question is incomplete", do="Save it again with “study --save-plan”.")
    return Question(
        area=_text(values["area"]),
        members=_texts(values["members"]),
        indicator=_text(values["indicator"]),
        before=_window(values["before"]),
        after=_window(values["after"]),
        settling_in_months=_number(values["settling_in_months"]),
        comparison=None
        if values["comparison"] is None
        else tuple(_texts(unit) for unit in _list(values["comparison"])),
        exclude=_texts(values["exclude"]),
        family=_texts(values["family"]),
        without_breaks=values["without_breaks"] is True,
    )


def same_data(document: Mapping[str, Any], finding: Finding) -> bool:
    """Whether a plan asked again met the data it was saved with."""
    return document.get("data_hash") == finding.data_hash


def _wrong(value: object) -> BadQuestion:
    return BadQuestion(f"The plan holds “{value}” where something else belongs", do="Save it again.")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _wrong(value)
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _wrong(value)
    return value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise _wrong(value)
    return value


def _texts(value: object) -> tuple[str, ...]:
    return tuple(_text(item) for item in _list(value))


def _window(value: object) -> Window | None:
    return None if value is None else parse_window(_text(value))
