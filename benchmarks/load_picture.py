"""The picture of ``load.py``: what a row costs and how much memory is held, by size."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

COLOURS: Final = (
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#555555", "#8c564b",
)  # fmt: skip
SYMBOLS: Final = ("circle", "square", "diamond", "triangle-up", "x", "cross", "star", "pentagon")
SHOWN: Final = (
    "evals",
    "triage",
    "surface",
    "hazard",
    "compression",
    "compare",
    "verify",
    "import",
)


def draw(found: Sequence[dict[str, Any]], path: Path) -> None:
    """Two panels, both axes logarithmic: microseconds of processor a row, and peak memory."""
    from plotly.subplots import make_subplots

    from reasonscape.runs.pictures import PictureWriter

    titles = ("processor time a row (us)", "peak memory (MiB)")
    figure = make_subplots(rows=1, cols=2, subplot_titles=titles, horizontal_spacing=0.09)
    for number, name in enumerate(SHOWN):
        mine = [r for r in found if r["series"] == "grid" and r["what"] == name]
        mine = sorted((r for r in mine if r.get("exit", 0) == 0), key=lambda r: int(r["rows"]))
        ys = (
            [r["processor"] / (r.get("new") or r["rows"]) * 1e6 for r in mine],
            [r["peak"] / 2**20 for r in mine],
        )
        for column, values in enumerate(ys, 1):
            figure.add_scatter(
                x=[r["rows"] for r in mine], y=values, mode="lines+markers", name=name,
                line={"color": COLOURS[number]}, row=1, col=column, showlegend=column == 1,
                marker={"symbol": SYMBOLS[number], "size": 6},
            )  # fmt: skip
    figure.update_xaxes(type="log", title="rows in the store", dtick=1, exponentformat="power")
    figure.update_yaxes(type="log", dtick=1, row=1, col=1)
    figure.update_yaxes(type="log", tickvals=(20, 50, 100, 200, 500, 1000), row=1, col=2)
    figure.update_layout(
        template="plotly_white", width=580, height=310, margin={"l": 60, "r": 20, "t": 40, "b": 60}
    )
    with PictureWriter() as pictures:
        pictures.write(figure, path)
