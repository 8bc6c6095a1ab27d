"""A picture being drawn for paper: lines, areas and words as an SVG document, every length in points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from outputs.chart_windows import LETTER
from outputs.markup import escape

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]

_FAMILY = "Atkinson Hyperlegible Next"


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """About how wide a text is, in the unit of ``size``; rather too wide than too narrow."""
    return len(text) * size * LETTER * (1.06 if bold else 1)


class Picture:
    """The parts of one picture, in the order in which they are drawn."""

    def __init__(self, width: float, height: float, size: float) -> None:
        """``size`` is that of its words."""
        self.width, self.height, self.size = width, height, size
        self._parts: list[str] = []

    def line(
        self, points: Sequence[Point], colour: str, width: float, *, dash: str = "", round_ends: bool = False
    ) -> None:
        """A line through points."""
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        cap = ' stroke-linecap="round"' if round_ends else ""
        self._parts.append(
            f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}" stroke-linejoin="round"{dashed}{cap}/>'
        )

    def area(self, points: Iterable[Point], fill: str) -> None:
        """A filled area."""
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"
        self._parts.append(f'<path d="{path}" fill="{fill}"/>')

    def box(self, left: float, top: float, width: float, height: float, fill: str) -> None:
        """A filled rectangle."""
        self._parts.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" fill="{fill}"/>'
        )

    def dot(self, at: Point, radius: float, fill: str, edge: str, width: float) -> None:
        """A circle with an edge."""
        self._parts.append(
            f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{radius:.1f}" fill="{fill}" stroke="{edge}" stroke-width="{width:g}"/>'
        )

    def words(self, at: Point, text: str, colour: str, *, anchor: Anchor = "start", bold: bool = False) -> None:
        """A line of words; ``at`` is the middle of its height."""
        weight = ' font-weight="700"' if bold else ""
        self._parts.append(
            f'<text x="{at[0]:.1f}" y="{at[1] + 0.35 * self.size:.1f}" font-size="{self.size:g}" fill="{colour}" '
            f'text-anchor="{anchor}"{weight}>{escape(text)}</text>'
        )

    def svg(self) -> str:
        """The whole picture."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {self.height:g}" '
            f'width="{self.width:g}" height="{self.height:g}" font-family="{_FAMILY}">{"".join(self._parts)}</svg>'
        )
