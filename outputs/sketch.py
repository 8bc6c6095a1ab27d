"""A chart being drawn as plain values, turned into a Plotly figure once at the end."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ParamSpec, cast

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

Given = ParamSpec("Given")
_KEPT = 64  # figures of each kind, each a few hundred kilobytes at most


def drawn_once(draw: Callable[Given, Figure]) -> Callable[Given, Figure]:
    """``draw`` with its newest figures kept: the same plan asked for again is the same figure, which nobody may change.

    Most visitors look at the same few places, and Plotly's check of a figure takes longer than everything else about a page.
    """
    return cast("Callable[Given, Figure]", lru_cache(maxsize=_KEPT)(draw))


class Sketch:
    """Traces, shapes, annotations and layout by Plotly's own names.

    Plotly checks a figure again at every change, which took 0.3 s a chart; one check at the end takes 0.01 s.
    """

    def __init__(self) -> None:
        self.traces: list[dict[str, Any]] = []
        self.layout: dict[str, Any] = {"shapes": [], "annotations": []}

    def add_scatter(self, **values: Any) -> None:
        """A scatter trace."""
        self.traces.append({"type": "scatter", **values})

    def add_shape(self, **values: Any) -> None:
        """A shape of the layout."""
        self.layout["shapes"].append(values)

    def add_annotation(self, **values: Any) -> None:
        """A text of the layout."""
        self.layout["annotations"].append(values)

    def update_layout(self, **values: Any) -> None:
        """Values of the layout; later ones replace earlier ones."""
        self.layout |= values

    def update_xaxes(self, **values: Any) -> None:
        """Values of the horizontal axis."""
        self.layout["xaxis"] = self.layout.get("xaxis", {}) | values

    def update_yaxes(self, **values: Any) -> None:
        """Values of the vertical axis."""
        self.layout["yaxis"] = self.layout.get("yaxis", {}) | values

    def figure(self) -> Figure:
        """The figure; a value Plotly does not know is an error."""
        import plotly.graph_objects as go

        return go.Figure({"data": self.traces, "layout": self.layout})
