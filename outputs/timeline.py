"""What happened, and when: a list that reads well on a phone, and the same as a line for a wide page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Protocol

from outputs.chart_plan import Milestone, WindowBar
from outputs.look import FONT, Theme, palette, template
from outputs.markup import escape
from outputs.names import upper_first
from outputs.sketch import Sketch
from outputs.table import Table
from outputs.words import small_number
from store.period import month_from_number, month_number, month_words

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_WIDTH = 1056  # pixels the wide picture is laid out for
_LETTER = 7.2  # pixels a letter of chart text takes, on average
_LINE = 34  # letters a line
# Where words may stand: pixels from the line to the edge of the words nearest to it, in the order they are tried.
_LEVELS = (24, -38, 88, -102)


@dataclass(frozen=True, slots=True)
class TimelinePlan:
    """Milestones and windows of a place, any order."""

    title: str
    place: str
    sentence: str
    milestones: tuple[Milestone, ...]
    windows: tuple[WindowBar, ...] = ()

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


def timeline_figure(plan: TimelinePlan, *, theme: Theme = "light") -> Figure:
    """The timeline as a line of time, for pages at least 900 pixels wide."""
    colours = palette(theme)
    days = [one.on for one in plan.milestones] + [one.until for one in plan.milestones if one.until]
    days += [day for bar in plan.windows for day in (bar.first, bar.last)]
    first, last = (min(days), max(days)) if days else (date(2020, 1, 1), date(2021, 1, 1))
    left = date(first.year, 1, 1)
    right = max(date(last.year + 1, 1, 1), left + timedelta(days=730))
    figure = Sketch()
    figure.update_layout(
        template=template(theme), height=350, margin={"l": 12, "r": 12, "t": 4, "b": 4}, hovermode=False
    )
    figure.update_xaxes(range=[left.isoformat(), right.isoformat()], visible=False, type="date")
    figure.update_yaxes(range=[-196, 146], visible=False)
    line = {"color": colours["line"], "width": 2}
    figure.add_shape(type="line", x0=left.isoformat(), x1=right.isoformat(), y0=0, y1=0, line=line)
    for year in range(left.year, right.year):
        figure.add_annotation(x=f"{year}-01-01", y=-18, text=str(year), font={"color": colours["muted"]})
    for one, label in zip(plan.ordered, _labels(plan, left, right), strict=True):
        _event(figure, one, label, colours)
    for bar in plan.windows:
        begin, end = bar.first, month_from_number(month_number(bar.last) + 1)
        figure.add_shape(
            type="line", x0=begin.isoformat(), x1=end.isoformat(), y0=-170, y1=-170,
            line={"color": colours["ink"], "width": 3},
        )  # fmt: skip
        figure.add_annotation(x=begin.isoformat(), y=-184, text=escape(bar.label))
    return figure.figure()


@dataclass(frozen=True, slots=True)
class _Label:
    """Where the words of an event stand: pixels along, from and to, and the level they were given."""

    at: float
    begin: float
    end: float
    level: int

    def meets(self, other: _Label) -> bool:
        """True where the words overlap, or the leader of the farther one crosses the words of the nearer one."""
        if (self.level > 0) != (other.level > 0):
            return False
        if self.level == other.level:
            return self.begin < other.end and other.begin < self.end
        near, far = sorted((self, other), key=lambda one: abs(one.level))
        return near.begin < far.at < near.end


def _labels(plan: TimelinePlan, left: date, right: date) -> list[_Label]:
    """A place for each event's words in order of date: the nearest level where they meet no others."""
    placed: list[_Label] = []
    for one in plan.ordered:
        at = (one.on - left).days / (right - left).days * _WIDTH
        longest = max(len(line) for line in (when(one), *_lines(one.text)))
        width = longest * _LETTER + 14
        begin = at - width if at > 0.72 * _WIDTH else at
        tried = [_Label(at, begin, begin + width, level) for level in _LEVELS]
        placed.append(next((new for new in tried if not any(new.meets(old) for old in placed)), tried[-1]))
    return placed


def _event(figure: Sketch, one: Milestone, label: _Label, colours: dict[str, str]) -> None:
    colour = colours["muted"] if one.else_lane else colours["ink"]
    x, y = one.on.isoformat(), label.level
    dash = "dot" if one.uncertain else "solid"
    reach = y + (50 if y > 0 else -50)
    figure.add_shape(type="line", x0=x, x1=x, y0=0, y1=reach, line={"color": colour, "width": 1.5, "dash": dash})
    if one.until:
        end = month_from_number(month_number(one.until) + 1).isoformat()
        figure.add_shape(type="line", x0=x, x1=end, y0=0, y1=0, line={"color": colour, "width": 6})
    ring = {"size": 12, "color": colours["bg"], "line": {"color": colour, "width": 3}}
    figure.add_scatter(x=[x], y=[0], mode="markers", marker=ring)
    late = label.begin < label.at
    figure.add_annotation(
        x=x,
        y=y,
        xshift=-4 if late else 4,
        xanchor="right" if late else "left",
        yanchor="bottom" if y > 0 else "top",
        align="right" if late else "left",
        text=f"<b>{escape(upper_first(when(one)))}</b><br>" + "<br>".join(escape(part) for part in _lines(one.text)),
        font={"color": colour},
        # In a crowded year a leader may pass behind words; the page colour keeps them readable.
        bgcolor=colours["bg"],
    )


def _lines(text: str) -> list[str]:
    """``text`` in two lines at most; what does not fit is in the list and the table."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= _LINE:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines if len(lines) < 3 else [lines[0], f"{lines[1]} …"]
