"""What the surface lens measured for one base task: frozen records of numbers and arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reasonscape.datasets.cells import Axis
from reasonscape.datasets.task_axes import View
from reasonscape.findings.verdict import Subject
from reasonscape.lenses.surface.cells import Cells
from reasonscape.lenses.surface.texture import ScatterHint
from reasonscape.stats.curves import DifficultyCurve, OnsetCurve
from reasonscape.stats.paired import PairedDifference
from reasonscape.stats.proportions import Proportion
from reasonscape.stats.roughness import Roughness

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class AlongAxis:
    """One axis of one eval: accuracy by level, and the fitted curves where it has an order.

    ``accuracy``, ``low`` and ``high`` are Wilson points of the levels, NaN where unseen; a factor
    has no curve; ``onset`` is the curve of the truncated share, ``None`` where nothing was
    truncated and for axes outside the surface.
    """

    axis: Axis
    number: int
    cells: Cells
    accuracy: FloatArray
    low: FloatArray
    high: FloatArray
    curve: DifficultyCurve | None
    onset: OnsetCurve | None


@dataclass(frozen=True, slots=True)
class MeasuredView:
    """One surface of one eval, cell by cell (only seen cells; arrays of shape (cells,))."""

    view: View
    cells: Cells
    low: FloatArray
    high: FloatArray
    truncated_low: FloatArray
    truncated_high: FloatArray
    fitted: FloatArray
    fitted_low: FloatArray
    state: tuple[str, ...]
    capable_share: float
    failing_cells: int
    border: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class EvalSurface:
    """All that was measured for one (eval, base task).

    ``entangled`` names the surface's two axes with their correlation where they move together.
    ``scatter_hint`` is the roughness of the smallest cells, which is no claim.
    """

    subject: Subject
    label: str
    outcomes: Mapping[str, int]
    items: int
    rho: float
    accuracy: Proportion
    best_case: float
    standardised: Proportion
    chance: float
    stop_known: float
    entangled: tuple[str, str, float] | None
    along: tuple[AlongAxis, ...]
    sensitivity: Mapping[str, float]
    grids: tuple[MeasuredView, ...]
    roughness: Roughness | None
    truncated_share: Proportion | None
    scatter_hint: ScatterHint | None = None

    @property
    def falls(self) -> tuple[tuple[AlongAxis, DifficultyCurve], ...]:
        """The ordered axes on which this eval has several levels, with their curves."""
        return tuple(
            (along, along.curve)
            for along in self.along
            if along.curve is not None and along.curve.n_levels > 1
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """Paired difference of two evals over the cells of one surface."""

    view: View
    a: EvalSurface
    b: EvalSurface
    coords: NDArray[np.int64]
    cells: PairedDifference


@dataclass(frozen=True, slots=True)
class SurfaceResult:
    """One base task: axes and surfaces shared by all evals, and each eval's measurement."""

    base_task: str
    label: str
    axes: tuple[Axis, ...]
    views: tuple[View, ...]
    evals: tuple[EvalSurface, ...]
    differences: tuple[Difference, ...]
    capable: float
    notes: tuple[str, ...]
    confirmatory: bool = True
