"""The signal about cells: neighbours differ more than two axes and sampling explain."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reasonscape.datasets.cells import Axis
from reasonscape.findings.finding import Effect
from reasonscape.findings.wording import points
from reasonscape.runs.triage_losses import counted
from reasonscape.runs.triage_rows import PairRows
from reasonscape.runs.triage_signal import Signal
from reasonscape.runs.triage_thresholds import THRESHOLDS
from reasonscape.stats.grid_scatter import grid_scatter
from reasonscape.stats.proportions import Proportion


def scatter(pair: PairRows, axes: Sequence[Axis], accuracy: Proportion) -> Signal | None:
    """Neighbouring cells differ more than two axes and sampling explain."""
    places = [i for i, axis in enumerate(axes) if axis.kind == "ordered" and not axis.confounder]
    places += [i for i in range(len(axes)) if i not in places]
    if len(places) < 2 or not len(pair):
        return None
    names, first, code = np.unique(pair.cell, return_index=True, return_inverse=True)
    n = np.bincount(code).astype(np.float64)
    right = np.bincount(code, pair.right)
    # As many independent samples as the whole has; one half of each kind keeps variances from 0.
    size = np.maximum(n * accuracy.trials / len(pair), 1.0)
    smooth = (right / n * size + 0.5) / (size + 1.0)
    coords = pair.coords[first]
    layer = np.zeros(len(names), dtype=np.int64)
    for other in places[2:]:
        layer = layer * (int(coords[:, other].max()) + 1) + coords[:, other]
    whole = np.all(coords < [len(axis.levels) for axis in axes], axis=1)
    found = grid_scatter(
        (right / n)[whole],
        (smooth * (1.0 - smooth) / size)[whole],
        coords[whole, places[0]],
        coords[whole, places[1]],
        layer[whole],
    )
    if not found.contrasts:
        return None
    spread = found.spread / (1.0 - pair.chance)
    return Signal(
        name="scatter",
        effect=Effect("spread_between_cells", spread, "share"),
        beyond=spread >= THRESHOLDS["scatter"],
        p=found.p,
        stake=min(spread, 1.0),
        n=counted(pair),
        said=f"cells scatter by {points(found.spread)} beyond the axes",
        detail={"contrasts": found.contrasts, "tested": found.tested},
    )
