"""The four patterns of the hazard lens, as claims about one (eval, task)."""

from __future__ import annotations

from reasonscape.lenses.hazard.ratios import constant_hazard, delayed_hazard, early_hazard
from reasonscape.lenses.hazard.result import HazardResult
from reasonscape.lenses.hazard.threshold import hazard_threshold
from reasonscape.lenses.lens import Judged


def claims(result: HazardResult) -> list[Judged]:
    """One claim a pattern for every eval that has samples with an outcome."""
    return [
        Judged(
            one.subject,
            (early_hazard(one), delayed_hazard(one), hazard_threshold(one), constant_hazard(one)),
        )
        for one in result.evals
        if one.counts["samples"] or one.dropped.get("no_time", 0)
    ]
