"""What accuracy loses along axes that change how a question is written, not how hard it is."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import numpy as np

from reasonscape.lenses.surface.result import AlongAxis, EvalSurface


def confounded(one: EvalSurface) -> dict[str, dict[str, Any]]:
    """For each declared confounder the largest loss between its levels, with its interval.

    An ordered one has the fall of its curve. The levels of one without order are compared in all
    pairs, and the interval is widened for their number, because the largest loss is picked.
    """
    found = {}
    for along in one.along:
        if not along.axis.confounder:
            continue
        loss = _ordered(along) if along.curve is not None else _largest(along)
        if loss is not None:
            found[along.axis.name] = loss
    return found


def _ordered(along: AlongAxis) -> dict[str, Any] | None:
    curve = along.curve
    if curve is None or curve.n_levels < 2:
        return None
    return {"loss": curve.fall, "low": curve.fall_low, "high": curve.fall_high}


def _largest(along: AlongAxis) -> dict[str, Any] | None:
    from scipy.special import ndtri

    known = np.flatnonzero(np.isfinite(along.accuracy))
    pairs = list(combinations(known.tolist(), 2))
    if not pairs:
        return None
    error = (along.high - along.low) / (2.0 * float(ndtri(0.975)))
    z = float(ndtri(1.0 - 0.025 / len(pairs)))
    best, worst = max(
        ((a, b) if along.accuracy[a] >= along.accuracy[b] else (b, a) for a, b in pairs),
        key=lambda pair: float(along.accuracy[pair[0]] - along.accuracy[pair[1]]),
    )
    loss = float(along.accuracy[best] - along.accuracy[worst])
    half = z * math.hypot(float(error[best]), float(error[worst]))
    return {
        "loss": loss,
        "low": loss - half,
        "high": loss + half,
        "best": along.axis.levels[best],
        "worst": along.axis.levels[worst],
    }
