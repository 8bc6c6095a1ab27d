"""How a figure came about: counted, rounded, hidden or missing, from what is held about its months."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from indicators.finding import Finding
from indicators.ground import Ground
from indicators.local_indicators import declared, rule_of
from indicators.period_asked import PeriodAsked
from outputs import levels, whose
from store.database import Store
from store.published_values import altered_measures, published


@dataclass(frozen=True)
class FigureStatus:
    """The statuses of one finding's figures; what is held is read once, and only where it can tell anything.

    ``ground`` is the finding's place, shared by all findings about it.
    """

    ground: Ground
    finding: Finding

    @property
    def _store(self) -> Store:
        return self.ground.store

    @cached_property
    def _rounds(self) -> bool:
        """Whether every figure is rounded before it is shown, to protect people."""
        if not whose.is_local(self.finding):
            return False
        return rule_of(self._store, self.finding.question.indicator).rounding > 1

    @cached_property
    def _held(self) -> tuple[tuple[int, int, str], ...]:
        """First and last month and status of everything held of the outcome for its area."""
        question = self.finding.question
        asked = PeriodAsked(question, declared(self._store, question.indicator), self.ground)
        if not whose.is_local(self.finding) and not altered_measures(self._store) & set(asked.declared.measures):
            return ()
        codes = [parent.code for parent in asked.parents]
        rows = published(self._store, asked.declared.measures, asked.area_kind, codes)
        return tuple(
            (int(first), int(first) + max(int(months), 1) - 1, str(status))
            for first, months, status in zip(rows["first"], rows["months"], rows["status"], strict=True)
        )

    def _within(self, first: int, last: int) -> set[str]:
        return {status for begins, ends, status in self._held if first <= begins and ends <= last}

    def of_period(self, first: int, months: int, value: float | None) -> str:
        """One period of the series. What is hidden of a community's own figures is told apart from what nobody counted."""
        found = self._within(first, first + months - 1)
        if "suppressed" in found:
            return "suppressed"
        if value is None:
            return "suppressed" if found and levels.is_hidden(self.finding) else "missing"
        return self._known(found)

    def of_window(self, first: int, last: int, value: float | None) -> str:
        """All of a window, of which single months may be hidden or missing."""
        found = self._within(first, last)
        if value is None:
            hidden = levels.is_hidden(self.finding) or "suppressed" in found
            return "suppressed" if hidden else "missing"
        return "partly suppressed" if "suppressed" in found else self._known(found)

    def _known(self, found: set[str]) -> str:
        if self._rounds or "rounded" in found:
            return "rounded"
        return "low reliability" if "low_reliability" in found else "observed"
