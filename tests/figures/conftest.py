"""Small grids with known marks, filled by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from reasonscape.figures.content import (
    DifferenceGrid,
    LevelAxis,
    OutcomeCounts,
    Projection,
    SurfaceGrid,
)

GridMaker = Callable[..., SurfaceGrid]
HOSTILE = "<img src=x onerror=alert(1)>$a$ %{x} </script>\u202e&\ud800"


def _surface(
    shape: tuple[int, int] = (3, 4), *, label: str = "model-a", text: str = "terms"
) -> SurfaceGrid:
    up, across = shape
    accuracy = np.clip(np.linspace(1.0, 0.0, up * across).reshape(shape), 0, 1)
    state = np.where(accuracy > 0.8, "capable", np.where(accuracy > 0.5, "open", "failing"))
    truncated = np.where(accuracy < 0.2, 0.3, 0.0)
    items = np.full(shape, 40)
    return SurfaceGrid(
        title="arithmetic",
        eval_label=label,
        x=LevelAxis(text, tuple(f"{text} {i}" for i in range(across)), unit="n"),
        y=LevelAxis("digits", tuple(str(j) for j in range(up))),
        accuracy=accuracy,
        low=np.clip(accuracy - 0.1, 0, 1),
        high=np.clip(accuracy + 0.1, 0, 1),
        items=items,
        samples=items,
        truncated_share=truncated,
        truncated_low=truncated / 2,
        state=state,
    )


@pytest.fixture
def surface() -> GridMaker:
    return _surface


@pytest.fixture
def projection() -> Callable[..., Projection]:
    def make(label: str = "model-a", axis: str = "terms", kind: str = "ordered") -> Projection:
        accuracy = np.array([0.95, 0.9, 0.2, 0.1])
        return Projection(
            title="arithmetic",
            eval_label=label,
            axis=LevelAxis(axis, ("1", "2", "3", "4"), kind=kind),  # type: ignore[arg-type]
            accuracy=accuracy,
            low=accuracy - 0.05,
            high=accuracy + 0.05,
            items=np.full(4, 50),
            samples=np.full(4, 50),
            truncated_share=np.array([0.0, 0.0, 0.1, 0.4]),
            chance=0.25,
            fitted=accuracy,
            fitted_low=accuracy - 0.02,
            fitted_high=accuracy + 0.02,
            fall=0.8,
            fall_low=0.6,
            fall_high=0.9,
            last_good=1,
            first_bad=2,
            shape="cliff",
        )

    return make


@pytest.fixture
def difference() -> DifferenceGrid:
    values = np.array([[0.12, -0.31], [np.nan, 0.0]])
    return DifferenceGrid(
        title="arithmetic",
        eval_a="model-a",
        eval_b="model-b",
        x=LevelAxis("terms", ("1", "2")),
        y=LevelAxis("digits", ("1", "2")),
        difference=values,
        low=values - 0.1,
        high=values + 0.1,
        pairs=np.array([[40, 40], [2, 40]]),
        significant=np.array([[False, True], [True, False]]),
    )


@pytest.fixture
def outcomes() -> OutcomeCounts:
    return OutcomeCounts(
        title="arithmetic",
        eval_label="model-a",
        axis=LevelAxis("terms", ("1", "2", "3")),
        correct=np.array([8, 5, 0]),
        incorrect=np.array([1, 2, 0]),
        unanswered=np.array([1, 1, 0]),
        truncated=np.array([0, 2, 0]),
    )
