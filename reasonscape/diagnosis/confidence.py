"""How sure a cause is: scores to shares, as calibrated on planted stores."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from reasonscape.diagnosis.evidence import Evidence
from reasonscape.diagnosis.signs import SIGNS, bare_answers
from reasonscape.findings.hypothesis import Cause

SHARPNESS: Final = 1.0
"""Factor from scores to log odds, fitted on the tuning stores of ``benchmarks/diagnosis.py``."""

MOST: Final = 0.97
"""Nothing is surer than the planted benchmark could show."""

UNSEEN: Final = 0.6
"""Most for a capability gap when a lens that could show a mechanism had nothing to read."""

GAP: Final = 0.9
HIDDEN: Final = {"open time": 0.3, "open traces": 0.3, "open surface": 0.15}
"""Most for a capability gap, and what it loses where mechanisms can be neither claimed nor
excluded: on planted stores a weak mechanism looks like none."""

BARE: Final = 0.6
"""Most for a cause of thinking when the log holds answers and no reasoning."""

OF_THINKING: Final = frozenset({"underthinking", "reasoning_inefficiency", "working_memory_limit"})


def confidences(
    scores: Sequence[tuple[Cause, float]], unmeasured: Sequence[str], evidence: Evidence
) -> list[float]:
    """Shares of causes whose scores fall, capped where the log cannot show more.

    No alternative gets more than the leading one: a cap says that the leading cause is less sure,
    not that another one leads.
    """
    top = max(score for _, score in scores)
    weights = [math.exp(SHARPNESS * (score - top)) for _, score in scores]
    total = math.fsum(weights)
    found: list[float] = []
    for (cause, _), weight in zip(scores, weights, strict=True):
        sure = min(weight / total, _cap(cause, unmeasured, evidence))
        found.append(min([sure, *found[:1]]))
    return found


def _cap(cause: Cause, unmeasured: Sequence[str], evidence: Evidence) -> float:
    if cause in OF_THINKING and bare_answers(evidence):
        return BARE
    if cause != "capability_gap":
        return MOST
    # A lens that had nothing to read excludes nothing either.
    blind = {"open time": "hazard" in unmeasured, "open traces": "compression" in unmeasured}
    hidden = math.fsum(
        lost * max(SIGNS[name].degree(evidence), float(blind.get(name, False)))
        for name, lost in HIDDEN.items()
    )
    return min(GAP - hidden, UNSEEN if unmeasured else GAP)
