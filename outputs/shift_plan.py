"""The largest lasting shift of a place among those of similar places, as a chart of dots with its table."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.finding import Finding
from indicators.whole_series import LastingShift
from outputs import clauses
from outputs.chart_plan import Dot, PlaceboPlan
from outputs.table import Table
from outputs.words import ratio_words
from store.place import Place


@dataclass(frozen=True, slots=True)
class ShiftPlan:
    """One circle a similar place, drawn as ``dots``; nothing here is a test, so no number of circles is asked for."""

    title: str
    sentence: str
    dots: PlaceboPlan

    @property
    def alt(self) -> str:
        """What the chart shows, for people who do not see it."""
        ours = ratio_words(self.dots.ours, self.dots.pair)
        return (
            f"Dot chart of lasting shifts. {self.dots.place}: {ours}. {self.dots.filled} of {len(self.dots.dots)} "
            "similar places show a shift at least as large."
        )

    @property
    def table(self) -> Table:
        """Our place first, then every other, from the largest fall to the largest rise."""
        header = ("Place", "Later level for each one earlier", "Shift at least as large as ours")
        return Table(header, self.dots.table.rows)

    def csv(self) -> str:
        """The table as CSV text."""
        return self.table.csv()


def shift_plan(finding: Finding, shift: LastingShift, place: Place) -> ShiftPlan:
    """The plan of one shift."""
    title = "How common is a shift this large?"
    sentence = (
        "Each circle is a similar place with the largest lasting shift of its own, at whatever date that was. Filled "
        f"circles, {shift.at_least} of the {len(shift.units)}, are at least as large as ours, up or down, once each "
        "place's own ups and downs are allowed for."
    )
    dots = tuple(Dot(name, ratio, at_least) for name, ratio, at_least in shift.units)
    pair = clauses.comparatives(finding)
    return ShiftPlan(
        title, sentence, PlaceboPlan(title, place.name, sentence, finding.better, shift.ratio, dots, 0, pair)
    )
