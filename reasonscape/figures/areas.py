"""The area of one panel and the reference lines in it, with the words beside them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from reasonscape.figures.theme import SMALL, SOFT_INK


@dataclass(frozen=True)
class Area:
    """The axes of one panel: their keys, bounds and whether they are logarithmic."""

    x_key: str
    y_key: str
    x: tuple[float, float]
    y: tuple[float, float]
    log_x: bool = False
    log_y: bool = False

    @property
    def place(self) -> dict[str, str]:
        """Keys that put a trace into the panel."""
        return {"xaxis": self.x_key, "yaxis": self.y_key}


def upright(
    layout: dict[str, Any],
    area: Area,
    at: float,
    label: str = "",
    *,
    row: int = 0,
    foot: bool = False,
    **line: Any,
) -> list[Any]:
    """A line up a panel with `label`, escaped already, beside its upper end, or with `foot` lower.

    `row` counts labels towards the middle where several would meet. Nothing is drawn outside the
    bounds.
    """
    left, right = area.x
    if not left <= at <= right:
        return []
    if label:
        before = _share(at, area.x, log=area.log_x) > 0.5
        note = _label(label) | {
            "xref": area.x_key, "x": math.log10(at) if area.log_x else at,
            "yref": f"{area.y_key} domain", "y": 0 if foot else 1,
            "yanchor": "bottom" if foot else "top",
            "yshift": (10 + 17 * row) if foot else -(2 + 17 * row),
            "xanchor": "right" if before else "left", "xshift": -3 if before else 3,
        }  # fmt: skip
        note["font"] |= {"color": line.get("color", SOFT_INK)}
        layout["annotations"].append(note)
    return [_line([at, at], list(area.y), area, line)]


def level(layout: dict[str, Any], area: Area, at: float, label: str = "", **line: Any) -> list[Any]:
    """A line across a panel with `label`, escaped already, over its left end."""
    bottom, top = area.y
    if not bottom <= at <= top:
        return []
    if label:
        high = _share(at, area.y, log=area.log_y) > 0.93
        layout["annotations"].append(
            _label(label)
            | {
                "xref": f"{area.x_key} domain", "x": 0, "xanchor": "left", "xshift": 3,
                "yref": area.y_key, "y": math.log10(at) if area.log_y else at,
                "yanchor": "top" if high else "bottom", "yshift": -2 if high else 2,
            }
        )  # fmt: skip
    return [_line(list(area.x), [at, at], area, line)]


def _share(at: float, bounds: tuple[float, float], *, log: bool) -> float:
    low, high = bounds
    if log:
        at, low, high = math.log(at), math.log(low), math.log(high)
    return (at - low) / (high - low)


def _label(text: str) -> dict[str, Any]:
    # Whatever lies behind shows a little, and the words can be read all the same.
    return {
        "text": text, "showarrow": False, "bgcolor": "rgba(255,255,255,0.75)", "borderpad": 1,
        "font": {"size": SMALL, "color": SOFT_INK},
    }  # fmt: skip


def _line(x: list[float], y: list[float], area: Area, line: dict[str, Any]) -> Any:
    pen = {"color": SOFT_INK, "width": 1.2, "dash": "dash"} | line
    return go.Scatter(
        x=x, y=y, mode="lines", line=pen, name="reference", hoverinfo="skip", showlegend=False,
        **area.place,
    )  # fmt: skip
