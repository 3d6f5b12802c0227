"""Seconds for the first, the second and the 3-D pictures of one command.

Limits: second picture < 0.3 s, 3-D < 2 s. Run with ``python benchmarks/pictures.py``.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from reasonscape.figures.content import LevelAxis, SurfaceGrid
from reasonscape.figures.heatmap import heatmap_figure
from reasonscape.figures.surface3d import surface_figure
from reasonscape.runs.pictures import PictureWriter


def cliff(place: float) -> SurfaceGrid:
    x, y = np.meshgrid(np.arange(6), np.arange(6))
    accuracy = 1 / (1 + np.exp(2.5 * (x + y - place)))
    truncated = 0.7 / (1 + np.exp(2.0 * (place + 2 - x - y)))
    items = np.full(x.shape, 40)
    return SurfaceGrid(
        title="a planted cliff",
        eval_label=f"cliff at {place}",
        x=LevelAxis("terms", ("2", "4", "8", "16", "32", "64")),
        y=LevelAxis("digits", tuple("123456")),
        accuracy=accuracy,
        low=np.clip(accuracy - 0.1, 0, 1),
        high=np.clip(accuracy + 0.1, 0, 1),
        items=items,
        samples=items,
        truncated_share=truncated * (1 - accuracy),
        truncated_low=truncated * (1 - accuracy) / 2,
        state=np.where(accuracy > 0.95, "capable", np.where(accuracy > 0.8, "open", "failing")),
    )


def main() -> int:
    one, three = [cliff(5)], [cliff(3), cliff(5), cliff(7)]
    with PictureWriter() as writer:
        if not writer.available:
            print(writer.hint)
            return 1
        for name, draw, grids in (
            ("first picture, browser started", heatmap_figure, one),
            ("second picture (flat map)", heatmap_figure, one),
            ("flat map, three panels", heatmap_figure, three),
            ("first 3-D surface", surface_figure, one),
            ("second 3-D surface", surface_figure, one),
            ("3-D surfaces, three panels", surface_figure, three),
            ("flat map after 3-D", heatmap_figure, one),
        ):
            start = time.perf_counter()
            figure = draw(grids)
            built = time.perf_counter() - start
            picture = writer.render(figure)
            total = time.perf_counter() - start
            print(f"{name:34s} {total:6.2f} s (figure {built:.3f} s, {len(picture) // 1024} kB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
