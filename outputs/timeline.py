"""What happened, and when: a list that reads well on a phone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from outputs.chart_plan import Milestone
from outputs.look import FONT, Theme, palette
from outputs.markup import escape
from outputs.names import upper_first
from outputs.table import Table
from outputs.words import small_number
from store.period import month_number, month_words


@dataclass(frozen=True, slots=True)
class TimelinePlan:
    """Milestones of a place, any order."""

    title: str
    place: str
    sentence: str
    milestones: tuple[Milestone, ...]

    @property
    def ordered(self) -> tuple[Milestone, ...]:
        """Milestones by date."""
        return tuple(sorted(self.milestones, key=lambda one: (one.on, one.text)))

    @property
    def alt(self) -> str:
        """What the timeline shows, for people who do not see it."""
        told = "; ".join(f"{when(one)}: {one.text}" for one in self.ordered)
        return f"Timeline of {self.place}, {small_number(len(self.milestones))} events. {told}".strip()

    @property
    def table(self) -> Table:
        """One row an event."""
        rows = tuple((when(one), one.text, "what else happened" if one.else_lane else "here") for one in self.ordered)
        return Table(("When", "What", "Lane"), rows)

    def csv(self) -> str:
        """The table as CSV text."""
        return self.table.csv()


class Dated(Protocol):
    """Anything that has a month, perhaps a last month, and may not be sure of them."""

    @property
    def on(self) -> date: ...

    @property
    def until(self) -> date | None: ...

    @property
    def uncertain(self) -> bool: ...


def when(milestone: Dated) -> str:
    """``February 2020``, ``about February 2020`` or ``August 2020 to March 2021``."""
    words = month_words(milestone.on)
    if milestone.until and month_number(milestone.until) > month_number(milestone.on):
        words += f" to {month_words(milestone.until)}"
    return f"about {words}" if milestone.uncertain else words


def timeline_html(plan: TimelinePlan, *, theme: Theme = "light") -> str:
    """The timeline as an ordered list under a strong rule, what else happened in muted words."""
    colours = palette(theme)
    items = []
    for one in plan.ordered:
        lane = f' <span style="color:{colours["muted"]}">(what else happened)</span>' if one.else_lane else ""
        items.append(
            f'<li style="margin:0 0 12px"><strong>{escape(upper_first(when(one)))}</strong>'
            f"<br>{escape(one.text)}{lane}</li>"
        )
    return (
        f'<ol style="list-style:none;margin:0;padding:0 0 0 16px;border-left:3px solid {colours["ink"]};'
        f'font-family:{escape(FONT)};color:{colours["ink"]};font-size:16px;line-height:1.45">{"".join(items)}</ol>'
    )
