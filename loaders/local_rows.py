"""Rows of the template, checked one by one: every mistake is named by row and column with what to do about it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from loaders.local_declarations import DIRECTIONS, KINDS, NAME, RULES, LocalIndicator, known_indicators
from loaders.local_periods import has_ended, read_period
from loaders.local_tables import Complaints, LocalTable
from loaders.local_template import COLUMNS, PREFILLED
from store.contribution import Measure
from store.errors import BadQuestion
from store.place_areas import is_data_zone

NEEDED = ("indicator", "area", "period_start")
_KIND_WORDS = {"mean score": "mean", "average": "mean", "out_of": "out of", "out-of": "out of"}
_HOLDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    # kind → columns it needs, columns it may have besides
    "count": (("count",), ()),
    "level": (("count",), ()),
    "out of": (("count", "out_of"), ("people_answered", "people_asked", "design_effect")),
    "mean": (("value", "people_answered"), ("standard_deviation", "people_asked", "design_effect")),
    "median": (("value", "people_answered"), ("people_asked",)),
}
_NUMBERS = ("count", "out_of", "value", "standard_deviation", "people_answered", "people_asked", "design_effect")
_WHOLE = ("count", "out_of", "people_answered", "people_asked")
_HIDDEN = re.compile(r"< ?(\d{1,3})")
_LEAST_DESIGN_EFFECT, _MOST_DESIGN_EFFECT = 1.0, 20.0


@dataclass(frozen=True, slots=True)
class LocalRow:
    """One figure: ``numbers`` holds what was given of the numeric columns; ``hidden`` is the most a hidden count can be."""

    line: int
    indicator: LocalIndicator
    area_kind: str
    area_code: str
    start: date
    months: int
    numbers: Mapping[str, float]
    hidden: float | None
    source: str
    note: str


@dataclass(slots=True)
class RowChecker:
    """What rows are checked against: the area files, the small areas, what is held already, and the day it is.

    ``small_area`` maps a published code to the area it stands for, or raises BadQuestion; ``held`` are the local
    measures in the database by name.
    """

    complaints: Complaints
    places: tuple[str, ...]
    small_area: Callable[[str], str]
    held: Mapping[str, Measure]
    today: date
    _own: dict[str, tuple[int, LocalIndicator]] = field(default_factory=dict)
    _seen: dict[tuple[str, str, date, int], int] = field(default_factory=dict)

    def rows(self, table: LocalTable) -> list[LocalRow]:
        """Every row that is filled in and right; whatever is not has gone to the complaints."""
        if not self._headings_are_right(table):
            return []
        found = []
        for line, cells in table.rows.items():
            row = {table.headings[at]: text for at, text in cells.items() if at < len(table.headings)}
            if set(row) - set(PREFILLED):
                checked = self._row(line, row)
                if checked is not None:
                    found.append(checked)
        return found

    def _headings_are_right(self, table: LocalTable) -> bool:
        right = True
        for column, heading in enumerate(table.headings):
            if heading in table.headings[:column]:
                self.complaints.add(
                    table.column_name(column, COLUMNS), None, "Two columns have the same heading", "Join them."
                )
                right = False
            elif heading and heading not in COLUMNS:
                self.complaints.add(
                    f"number {column + 1}", None, "This column is not one of the template's",
                    "Take it out. The columns are: " + ", ".join(COLUMNS) + ".",
                )  # fmt: skip
                right = False
        for heading in NEEDED:
            if heading not in table.headings:
                self.complaints.add(heading, None, "This column is missing",
                                    "Start from the template: python -m loaders template local --out rows.xlsx.")  # fmt: skip
                right = False
        return right

    def _row(self, line: int, row: Mapping[str, str]) -> LocalRow | None:
        indicator = self._indicator(line, row)
        area = self._area(line, row.get("area", ""))
        period = self._period(line, row.get("period_start", ""), row.get("period_months", ""))
        numbers, hidden, readable = self._numbers(line, row)
        self._in_proportion(line, numbers)
        if indicator is not None and readable:
            self._fits(line, indicator, row, numbers, hidden)
        if indicator is None or area is None or period is None:
            return None
        key = (indicator.name, "/".join(area), *period)
        if key in self._seen:
            self.complaints.add("indicator", line, f"The same indicator, area and period stand in row {self._seen[key]}",
                                "Keep one of the two.")  # fmt: skip
        self._seen.setdefault(key, line)
        return LocalRow(line, indicator, *area, *period, numbers, hidden, row.get("source", ""), row.get("note", ""))

    def _indicator(self, line: int, row: Mapping[str, str]) -> LocalIndicator | None:
        name = row.get("indicator", "").lower()
        if not NAME.fullmatch(name):
            self.complaints.add("indicator", line, "There is no usable name here" if name else "The name is missing",
                                "Use 2 to 50 of a–z, 0–9 and hyphens, as in postnatal-depression.")  # fmt: skip
            return None
        kind = _KIND_WORDS.get(row.get("kind", "").lower(), row.get("kind", "").lower())
        said = {
            "kind": kind,
            **{key: row.get(key, "").lower() for key in ("better", "about")},
            "unit": row.get("unit", ""),
        }
        known = known_indicators().get(name)
        return self._declared(line, row, said, known) if known else self._own_indicator(line, row, name, said)

    def _declared(
        self, line: int, row: Mapping[str, str], said: Mapping[str, str], known: LocalIndicator
    ) -> LocalIndicator | None:
        right = True
        for key, value in said.items():
            if value and value != getattr(known, key):
                self.complaints.add(key, line, f"“{known.name}” is declared otherwise by the project",
                                    f"Write “{getattr(known, key)}” or leave it blank; for something else use a name of your own.")  # fmt: skip
                right = False
        if not right:
            return None
        return LocalIndicator(
            known.name, row.get("title") or known.title, known.kind, known.unit, known.better, known.about, known.lowest,
            known.highest, known.survey,
        )  # fmt: skip

    def _own_indicator(
        self, line: int, row: Mapping[str, str], name: str, said: Mapping[str, str]
    ) -> LocalIndicator | None:
        near = difflib.get_close_matches(name, list(known_indicators()), 1, 0.85)
        hint = f" If you mean “{near[0]}”, write that." if near else ""
        before = self._own.get(name)
        filled = {
            key: said.get(key) or row.get(key, "") or (getattr(before[1], key) if before else "")
            for key in ("title", "kind", "better", "about", "unit")
        }
        right = True
        allowed = {"kind": tuple(KINDS), "better": DIRECTIONS, "about": tuple(RULES)}
        for key, value in filled.items():
            if key in allowed and value not in allowed[key]:
                words = "is not one of those it may be" if value else "is missing"
                self.complaints.add(key, line, f"For an indicator of your own, “{key}” {words}",
                                    f"Write one of: {', '.join(allowed[key])}.{hint}")  # fmt: skip
                right = False
            elif not value:
                self.complaints.add(
                    key, line, f"For an indicator of your own, “{key}” is missing", f"Fill it in.{hint}"
                )
                right = False
        if not right:
            return None
        found = LocalIndicator(name, filled["title"], filled["kind"], filled["unit"], filled["better"], filled["about"])
        return found if self._agrees(line, found) else None

    def _agrees(self, line: int, found: LocalIndicator) -> bool:
        """Whether an own indicator is the one that earlier rows, or figures imported before, called by this name."""
        first, before = self._own.setdefault(found.name, (line, found))
        held = self.held.get(found.measure.name)
        right = True
        for key in ("title", "kind", "better", "about", "unit"):
            if getattr(before, key) != getattr(found, key):
                self.complaints.add(key, line, f"This differs from row {first} of the same indicator",
                                    "Write the same in both, or give one of them another name.")  # fmt: skip
                right = False
        for key in ("kind", "unit"):
            if held is not None and getattr(held, key) != getattr(found.measure, key):
                self.complaints.add(key, line, "Figures of this indicator are held with another kind or unit",
                                    "Keep to what was used before, or use another name.")  # fmt: skip
                right = False
        return right

    def _area(self, line: int, area: str) -> tuple[str, str] | None:
        if area.lower() in self.places:
            return "place", area.lower()
        try:
            if re.fullmatch(r"[EWS]01\d{6}", area.upper()):
                code = self.small_area(area.upper())
                return "data_zone" if is_data_zone(code) else "stable", code
            raise BadQuestion(
                "There is no such area" if area else "The area is missing",
                do=f"Write the name of an area file ({', '.join(self.places) or 'there are none yet'}) or the code of a small area.",
            )
        except BadQuestion as error:
            self.complaints.add("area", line, error.message, error.do or "")
            return None

    def _period(self, line: int, start: str, months: str) -> tuple[date, int] | None:
        try:
            found = read_period(start, months)
        except BadQuestion as error:
            self.complaints.add("period_start", line, error.message, error.do or "")
            return None
        if not has_ended(*found, self.today):
            self.complaints.add("period_start", line, "This period is not over yet", "Bring its figure when it is.")
            return None
        return found

    def _numbers(self, line: int, row: Mapping[str, str]) -> tuple[dict[str, float], float | None, bool]:
        """The numbers of a row, the most a hidden count can be, and whether all that is there could be read."""
        numbers: dict[str, float] = {}
        hidden, readable = None, True
        for column in _NUMBERS:
            text = row.get(column, "")
            under = _HIDDEN.fullmatch(text) if column == "count" else None
            if under and int(under[1]) > 1:
                hidden = float(int(under[1]) - 1)
            elif text and re.fullmatch(r"\d{1,9}|\d{1,3}(,\d{3}){1,2}", text):
                numbers[column] = float(text.replace(",", ""))
            elif text and column not in _WHOLE and re.fullmatch(r"\d{0,7}\.\d{1,15}", text):
                numbers[column] = float(text)
            elif text:
                readable = False
                what = "a whole number, 0 or more" if column in _WHOLE else "a number such as 5.2, 0 or more"
                self.complaints.add(
                    column, line, f"This is not {what}", "Write digits only; leave it blank where it is not known."
                )
        return numbers, hidden, readable

    def _fits(
        self, line: int, indicator: LocalIndicator, row: Mapping[str, str], numbers: Mapping[str, float], hidden: float | None
    ) -> None:  # fmt: skip
        needed, allowed = _HOLDS[indicator.kind]
        for column in needed:
            if column not in numbers and not (column == "count" and hidden is not None):
                self.complaints.add(column, line, f"A figure of the kind “{indicator.kind}” needs this number",
                                    "Fill it in; 0 for none. Take the row out where nobody knows.")  # fmt: skip
        for column in _NUMBERS:
            if row.get(column) and column not in (*needed, *allowed):
                self.complaints.add(column, line, f"A figure of the kind “{indicator.kind}” has no such number",
                                    "Leave it blank, or choose another kind.")  # fmt: skip
        self._on_scale(line, indicator, numbers)

    def _in_proportion(self, line: int, numbers: Mapping[str, float]) -> None:
        for less, more in (("count", "out_of"), ("out_of", "people_answered"), ("people_answered", "people_asked"),
                           ("out_of", "people_asked")):  # fmt: skip
            if less in numbers and more in numbers and numbers[less] > numbers[more]:
                self.complaints.add(
                    less, line, f"This is more than “{more}”", "Check which of the two is the larger one."
                )
        for column in ("out_of", "people_answered"):
            if numbers.get(column) == 0:
                self.complaints.add(column, line, "Nothing can be said out of none", "Take the row out.")

    def _on_scale(self, line: int, indicator: LocalIndicator, numbers: Mapping[str, float]) -> None:
        low, high = indicator.lowest, indicator.highest
        value = numbers.get("value")
        if value is not None and ((low is not None and value < low) or (high is not None and value > high)):
            ends = f"from {low:g} to {high:g}" if high is not None else f"from {low:g} upwards"
            self.complaints.add(
                "value", line, f"The average lies outside its scale, which runs {ends}", "Check the scoring."
            )
        if low is not None and high is not None and numbers.get("standard_deviation", 0.0) > high - low:
            self.complaints.add("standard_deviation", line, "The answers cannot spread as far as that on this scale",
                                "Check that it is the standard deviation.")  # fmt: skip
        effect = numbers.get("design_effect", _LEAST_DESIGN_EFFECT)
        if not _LEAST_DESIGN_EFFECT <= effect <= _MOST_DESIGN_EFFECT:
            self.complaints.add("design_effect", line, "A design effect lies between 1 and 20",
                                "Write 1 where everybody was asked; leave it blank where you do not know.")  # fmt: skip
