"""The Beacon's claims drawn: told figures as diamonds, counts as ranges, the country in grey; ink and grey only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outputs.beacon_plan import BeaconPlan, BeaconRow
from outputs.look import Theme, palette, role, template
from outputs.markup import escape
from outputs.sketch import Sketch, drawn_once
from outputs.words import signed_percent

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_ROW, _PHONE_ROW = 92, 116  # pixels a row
_LEFT = 230  # pixels for the names beside the rows of a wide chart
# Within a row of height 1, from its top at −0.5: where told figures, ranges and the country's bars lie.
_WIDE = {"told": -0.2, "counted": 0.04, "country": -0.06, "name": -0.06}
_PHONE = {"told": -0.08, "counted": 0.1, "country": 0.04, "name": -0.38}
_BAR = 0.12
_NEAR_END, _CLOSE = 15, 30  # per cent


@drawn_once
def beacon_figure(plan: BeaconPlan, *, theme: Theme = "light", phone: bool = False) -> Figure:
    """Every row of the plan on one axis from a fall of all to a rise as large as any drawn; on a phone names stand above."""
    figure, colours = Sketch(), palette(theme)
    row_height = _PHONE_ROW if phone else _ROW
    margin = {"l": 14, "r": 26, "t": 8, "b": 34} if phone else {"l": _LEFT, "r": 40, "t": 8, "b": 34}
    figure.update_layout(
        template=template(theme), height=row_height * len(plan.rows) + margin["t"] + margin["b"], margin=margin,
        hovermode="closest",
    )  # fmt: skip
    ticks = [-100, -50, 0] if phone else [-100, -75, -50, -25, 0]
    figure.update_xaxes(
        range=[-106, _right(plan)],
        tickvals=ticks,
        ticktext=["no change" if tick == 0 else f"{-tick} % less" for tick in ticks],
        tickangle=0,
        tickfont={"size": 12 if phone else 14},
        showgrid=True,
        gridcolor=colours["hair"],
        showline=False,
        ticks="",
    )
    figure.update_yaxes(visible=False, range=[len(plan.rows) - 0.5, -0.5])
    figure.add_shape(
        type="line", x0=0, x1=0, y0=0, y1=1, yref="paper", line={"color": colours["ink"], "width": 2}, layer="below"
    )
    for at, row in enumerate(plan.rows):
        _row(figure, row, at, theme, phone)
    _direct_labels(figure, plan, theme, phone)
    return figure.figure()


def _right(plan: BeaconPlan) -> float:
    values = [value for row in plan.rows for _, value in row.country]
    values += [row.counted.upper for row in plan.rows if row.counted]
    values += [value for row in plan.rows for value in row.told]
    return max([0.0, *values]) + 6


def _row(figure: Sketch, row: BeaconRow, at: int, theme: Theme, phone: bool) -> None:
    colours, offsets = palette(theme), _PHONE if phone else _WIDE
    if at:
        figure.add_shape(
            type="line", x0=0, x1=1, xref="paper", y0=at - 0.5, y1=at - 0.5, line={"color": colours["hair"], "width": 1}
        )
    name = f"<b>{escape(row.outcome)}</b>"
    under = f'<span style="color:{colours["muted"]}">{escape(row.under)}</span>'
    figure.add_annotation(
        x=0, xref="paper", xshift=0 if phone else -_LEFT, xanchor="left", y=at + offsets["name"], yref="y", align="left",
        text=f"{name} · {under}" if phone else f"{name}<br>{under}", font={"color": colours["ink"], "size": 13 if phone else 14},
        **({"bgcolor": colours["bg"]} if phone else {}),
    )  # fmt: skip
    if row.told:
        figure.add_scatter(
            x=list(row.told), y=[at + offsets["told"]] * len(row.told), mode="markers",
            marker={"symbol": "diamond", "size": 11, "color": colours["bg"], "line": {"color": colours["ink"], "width": 2}},
            text=[signed_percent(one) for one in row.told],
            hovertemplate=f"{escape(row.outcome)}, as told: %{{text}}<extra></extra>",
        )  # fmt: skip
    if row.counted:
        found = row.counted
        settings = role("range", theme)
        settings["error_x"] |= {"array": [found.upper - found.change], "arrayminus": [found.change - found.lower]}
        hover = f"{escape(row.outcome)}, {escape(row.under)}: {signed_percent(found.change)}<extra></extra>"
        figure.add_scatter(x=[found.change], y=[at + offsets["counted"]], hovertemplate=hover, **settings)
    for number, (label, value) in enumerate(row.country):
        middle = at + offsets["country"]
        figure.add_scatter(
            x=[value, value], y=[middle - _BAR, middle + _BAR], mode="lines", line={"color": colours["grey"], "width": 6},
            hovertemplate=f"{escape(label)}: {signed_percent(value)}<extra></extra>",
        )  # fmt: skip
        # Near its right end the name stands to the left of its bar, clear of the upright; a name close to the one before
        # it stands lower.
        near_end = value > -_NEAR_END
        close = any(abs(value - other) < _CLOSE for _, other in row.country[:number])
        figure.add_annotation(
            x=value, y=middle + _BAR, yref="y", xanchor="right" if near_end else "center", xshift=6 if near_end else 0,
            yanchor="top", yshift=-16 if close else -1, text=escape(label),
            font={"color": colours["grey"], "size": 12 if phone else 14},
        )  # fmt: skip


def _direct_labels(figure: Sketch, plan: BeaconPlan, theme: Theme, phone: bool) -> None:
    """What a diamond and a range are, written once beside the first of each."""
    colours, offsets = palette(theme), _PHONE if phone else _WIDE
    font = {"color": colours["ink"], "size": 12 if phone else 14}
    first = next(((at, row) for at, row in enumerate(plan.rows) if row.told), None)
    if first:
        figure.add_annotation(
            x=min(first[1].told),
            y=first[0] + offsets["told"],
            yref="y",
            xanchor="right",
            xshift=-12,
            text="as told",
            font=font,
        )
    ranged = next(((at, row.counted) for at, row in enumerate(plan.rows) if row.counted), None)
    if ranged:
        figure.add_annotation(
            x=ranged[1].lower, y=ranged[0] + offsets["counted"], yref="y", xanchor="left", yanchor="top", yshift=-9,
            text="from the counts, 95 % limits", font=font,
        )  # fmt: skip
