"""The picture of ``calibration.py``: power of each pattern by the size of the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from reasonscape.findings.thresholds import FAILURE_PATTERNS
from reasonscape.stats.proportions import wilson_bounds

COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#555555")
TICKS: Final = (50, 100, 200, 500, 1000, 2000, 5000)
SYMBOLS: Final = ("circle", "square", "diamond", "triangle-up", "x")


def draw(stores: Sequence[Mapping[str, Any]], targets: Mapping[str, str], path: Path) -> None:
    """One panel a lens: share of the stores in which the planted pattern is present, by rows."""
    from plotly.subplots import make_subplots

    from reasonscape.runs.pictures import PictureWriter

    kinds = {pattern: kind for kind, pattern in targets.items()}
    figure = make_subplots(
        rows=2, cols=2, subplot_titles=list(FAILURE_PATTERNS), vertical_spacing=0.16,
        horizontal_spacing=0.08,
    )  # fmt: skip
    for place, patterns in enumerate(FAILURE_PATTERNS.values()):
        row, column = divmod(place, 2)
        for number, pattern in enumerate(patterns):
            mine = [s for s in stores if s["kind"] == kinds[pattern]]
            xs, shares, above, below = _points(mine, pattern)
            colour = COLOURS[number]
            figure.add_scatter(
                x=xs, y=shares, mode="lines+markers", name=pattern, row=row + 1, col=column + 1,
                legend=f"legend{place + 1}" if place else "legend",
                line={"color": colour}, marker={"symbol": SYMBOLS[number], "size": 8},
                error_y={"array": above, "arrayminus": below, "thickness": 1, "color": colour},
            )  # fmt: skip
        figure.add_hline(y=0.8, line={"color": "#999", "dash": "dot"}, row=row + 1, col=column + 1)
        legend = {
            "x": 0.46 + 0.54 * column, "y": 0.58 * (1 - row) + 0.02, "xanchor": "right",
            "yanchor": "bottom", "font": {"size": 11}, "bgcolor": "rgba(255,255,255,0.7)",
        }  # fmt: skip
        figure.update_layout({f"legend{place + 1}" if place else "legend": legend})
    figure.update_xaxes(type="log", tickvals=TICKS, ticktext=[f"{n:,}" for n in TICKS])
    figure.update_xaxes(title="samples", row=2)
    figure.update_yaxes(range=[-0.03, 1.05], tickformat=".0%")
    figure.update_layout(
        template="plotly_white", width=900, height=680, margin={"l": 50, "r": 20, "t": 40, "b": 50}
    )
    with PictureWriter() as pictures:
        pictures.write(figure, path)
    # With few colours it is a third as large.
    path.write_bytes(small(path))


def small(path: Path) -> bytes:
    """The same picture with a palette of 64 colours."""
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(64, dither=Image.Dither.NONE).save(
            out, "PNG", optimize=True
        )
    return out.getvalue()


def _points(
    stores: Sequence[Mapping[str, Any]], pattern: str
) -> tuple[list[int], list[float], list[float], list[float]]:
    xs: list[int] = []
    shares: list[float] = []
    above: list[float] = []
    below: list[float] = []
    for size in sorted({s["size"] for s in stores}):
        these = [s for s in stores if s["size"] == size]
        hits = sum(s["found"].get(pattern, {}).get("verdict") == "present" for s in these)
        low, high = wilson_bounds(hits, len(these))
        shares.append(hits / len(these))
        above.append(max(float(high) - shares[-1], 0.0))
        below.append(max(shares[-1] - float(low), 0.0))
        xs.append(these[0]["facts"]["rows"])
    return xs, shares, above, below
