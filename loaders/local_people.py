"""Does a file look like rows of people? It is refused with a sentence that never repeats what it holds."""

from __future__ import annotations

import re
from collections.abc import Mapping

from loaders.local_tables import Complaints, LocalTable
from store.personal_signs import SIGNS

_DATE = re.compile(r"(?<!\d)(?:\d{4}-\d{2}-\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4})(?!\d)")
_TWO_NAMES = re.compile(r"[A-Z][a-z'’-]+(?: [A-Z]\.?)?,? [A-Z][A-Za-z'’-]+")
_PERSONAL_HEADINGS = re.compile(
    r"((first|last|full|given|family|maiden|middle|sur|fore|known|christian|patient|child|mother|resident|client|person|your)_?)?"
    r"names?(_\d+)?|(.*_)?(dob|d\.o\.b\.?|birth|birthday|born|birthdate|nhs(_?(no|number|num|id))?\.?|post_?codes?|postal_code|"
    r"e-?mails?|(tele)?phone|mobile|address|upn)(_.*)?|(patient|resident|client|person|mother|child)(_?(id|no|number))?|"
    r"ni_?(number|no)|tel(_?no)?|street|gender|sex|ethnicity|age"
)
# Columns of free text, in which a date may say when something was counted.
_MAY_HOLD_DATES = ("period_start", "note", "source", "title", "unit")
_ENOUGH_NAMES = 3
DO = "This tool takes figures, never people. Take that column out and import counts only; answers of a survey go through “python -m loaders summarise-survey”."


def look_for_people(table: LocalTable, known: Mapping[str, object], complaints: Complaints) -> None:
    """Add a complaint for every sign that rows are people: ``known`` are the headings the file may have.

    Looked at: headings, and in the cells NHS numbers with a right check digit, full postcodes, e-mail addresses,
    telephone numbers; in columns that are not known also dates and what reads like first name and surname.
    """
    for column, heading in enumerate(table.headings):
        name = table.column_name(column, known)
        if heading not in known and _PERSONAL_HEADINGS.fullmatch(heading):
            complaints.person(name, None, "The heading of this column says that it is about single people", DO)
        for what, sign in SIGNS.items():
            if sign(heading.replace("_", " ")):
                complaints.person(name, None, f"The heading of this column looks like {what} of people", DO)
    names: dict[int, set[str]] = {}
    for line, cells in table.rows.items():
        for column, text in cells.items():
            heading = table.headings[column] if column < len(table.headings) else ""
            name = table.column_name(column, known)
            for what, sign in SIGNS.items():
                if sign(text):
                    complaints.person(name, line, f"This column holds what look like {what} of people", DO)
            if heading not in _MAY_HOLD_DATES and _DATE.search(text):
                complaints.person(name, line, "This column holds dates, which may be people's birthdays", DO)
            if heading not in known and _TWO_NAMES.fullmatch(text):
                names.setdefault(column, set()).add(text)
    for column, found in names.items():
        if len(found) >= _ENOUGH_NAMES:
            complaints.person(
                table.column_name(column, known), None, "This column holds what look like people's names", DO
            )
