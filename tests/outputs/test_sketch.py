"""A chart as plain values: the template filled in, and a revision by which the browser knows the same chart again."""

from __future__ import annotations

from typing import Any

import pytest

from outputs.look import template
from outputs.sketch import Sketch

TEMPLATE: dict[str, Any] = {
    "layout": {
        "font": {"size": 14, "color": "#111111"},
        "xaxis": {"showgrid": False, "tickfont": {"size": 14}},
        "annotationdefaults": {"showarrow": False, "font": {"size": 14}},
        "shapedefaults": {"line": {"width": 1.5, "color": "#111111"}},
    },
    "data": {"scatter": [{"cliponaxis": False, "line": {"shape": "hv"}}]},
}


def sketch(y: float = 2, template: dict[str, Any] = TEMPLATE) -> Sketch:
    drawn = Sketch()
    drawn.update_layout(template=template, font={"size": 12})
    drawn.update_xaxes(tickfont={"color": "#222222"})
    drawn.add_scatter(x=[1, None], y=[y, 3], line={"width": 2})
    drawn.add_shape(type="line", x0=0, x1=1, y0=0, y1=0, line={"width": 3})
    drawn.add_annotation(x=0, y=0, text="here", font={"color": "#333333"})
    return drawn


def test_the_template_is_filled_in_under_what_the_chart_says_itself() -> None:
    figure = sketch().figure()
    assert figure.layout.font.to_plotly_json() == {"size": 12, "color": "#111111"}
    assert figure.layout.xaxis.to_plotly_json() == {"showgrid": False, "tickfont": {"size": 14, "color": "#222222"}}
    assert figure.layout.annotations[0].font.to_plotly_json() == {"size": 14, "color": "#333333"}
    assert figure.layout.annotations[0].showarrow is False
    assert figure.layout.shapes[0].line.to_plotly_json() == {"width": 3, "color": "#111111"}
    assert figure.data[0].line.to_plotly_json() == {"shape": "hv", "width": 2}
    assert figure.data[0].cliponaxis is False
    assert list(figure.data[0].x) == [1, None]
    # Compared by identity in the browser: with one, every chart is drawn twice.
    assert "template" not in figure.to_plotly_json()["layout"]


def test_a_chart_without_a_template_is_drawn_as_it_is() -> None:
    drawn = Sketch()
    drawn.add_scatter(x=[1], y=[1])
    assert drawn.figure().to_plotly_json()["data"][0]["type"] == "scatter"


def test_the_revision_is_that_of_the_values() -> None:
    first = sketch().figure()
    assert sketch().figure().layout.datarevision == first.layout.datarevision
    assert sketch(y=4).figure().layout.datarevision != first.layout.datarevision


def test_a_chart_may_be_drawn_again_after_more_was_added() -> None:
    drawn, own = sketch(), template("light")
    drawn.update_layout(template=own)
    before = drawn.figure()
    drawn.add_shape(type="line", x0=0, x1=1, y0=1, y1=1)
    assert len(drawn.figure().layout.shapes) == len(before.layout.shapes) + 1
    assert own == template("light")


def test_a_value_plotly_does_not_know_is_an_error() -> None:
    drawn = sketch()
    drawn.update_layout(colour="red")
    with pytest.raises(ValueError, match="colour"):
        drawn.figure()
