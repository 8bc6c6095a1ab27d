"""A chart being drawn as plain values, turned into a Plotly figure once at the end."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
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

    Plotly checks a figure again at every change, which took 0.3 s a chart; one check at the end takes 0.01 s. The template is
    written into the values it stands for, and the figure says by ``datarevision`` whether its data are others: the page
    hands every chart to the browser's Plotly twice, each time as a new object, and only so does it see that the two are one
    and leaves what it has drawn (plotly.js, ``react``: arrays are compared by identity where no revision is given, templates
    always).
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

        drawn = go.Figure(self._filled())
        # Plotly's own template, which every new figure has.
        drawn.layout.template = None
        drawn.layout.datarevision = hashlib.sha256(drawn.to_json().encode()).hexdigest()
        return drawn

    def _filled(self) -> dict[str, Any]:
        values = dict(self.layout)
        template = values.pop("template", {})
        general = dict(template.get("layout", {}))
        # Each is the setting of one shape, text or trace of this kind.
        each = {"shapes": general.pop("shapedefaults", {}), "annotations": general.pop("annotationdefaults", {})}
        traces = template.get("data", {})
        layout = _over(general, values) | {
            name: [_over(one, part) for part in values[name]] for name, one in each.items()
        }
        return {
            "data": [_over(traces.get(trace["type"], [{}])[0], trace) for trace in self.traces],
            "layout": layout,
        }


def _over(general: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Both, the second over the first, however deep."""
    return {**general, **{key: _both(general.get(key), value) for key, value in own.items()}}


def _both(general: Any, own: Any) -> Any:
    return _over(general, own) if isinstance(general, Mapping) and isinstance(own, Mapping) else own
