"""healthy_surface and uniform_loss: the height of a surface, not its shape."""

from __future__ import annotations

import math

from reasonscape.findings.claim import Claim
from reasonscape.findings.thresholds import FALL_ABSENT, FALL_LOW, HEALTHY_ACCURACY, LEVEL
from reasonscape.findings.wording import interval, percent, samples_needed
from reasonscape.lenses.surface.confounding import confounded
from reasonscape.lenses.surface.counts import accuracy_evidence, caveats, counts, share_effect
from reasonscape.lenses.surface.result import EvalSurface
from reasonscape.stats.proportions import Proportion, excess_accuracy, normal_quantile


def uniform_loss(one: EvalSurface, capable: float) -> Claim:
    """No axis matters, and the accuracy is below what capable means everywhere."""
    excess = _excess(one)
    flat = bool(one.falls) and _flat(one)
    falls = any(c.fall_low > FALL_LOW * (1.0 - one.chance) for _, c in one.falls)
    low = f"excess accuracy is {percent(excess.value)} {interval(excess.low, excess.high)}"
    reason = None if one.falls else "few_levels"
    return Claim(
        lens="surface",
        pattern="uniform_loss",
        effect=share_effect("excess_accuracy", excess),
        beyond=flat and excess.high < capable,
        inside=falls or excess.low >= capable,
        p=max(_p_below(excess, capable), _p_flat(one)),
        reason=reason,
        n=counts(one),
        evidence={
            **accuracy_evidence(one),
            "falls_at_most": {a.axis.name: c.fall_high for a, c in one.falls},
        },
        caveats=caveats(one),
        samples_needed=samples_needed(
            counts(one)["samples"], excess.value, excess.low, excess.high, capable
        ),
        sentences={
            "present": f"{low} at every level: no axis matters, the loss is everywhere",
            "absent": f"{low}; "
            + ("the loss follows an axis" if falls else "there is no loss to speak of"),
            "insufficient_evidence": f"{low}; whether an axis matters is open"
            if reason is None
            else f"{low}; no ordered axis to say whether the loss is the same everywhere",
        },
    )


def healthy_surface(one: EvalSurface) -> Claim:
    """Accuracy of at least nine tenths with items weighted equally, and no place that fails."""
    whole = _excess(one)
    failing = one.grids[0].failing_cells if one.grids else 0
    flat = _flat(one)
    name = "accuracy" if one.chance == 0.0 else "excess accuracy"
    accuracy = f"{name} is {percent(whole.value)} {interval(whole.low, whole.high)}"
    share = one.grids[0].capable_share if one.grids else math.nan
    return Claim(
        lens="surface",
        pattern="healthy_surface",
        reassurance=True,
        effect=share_effect("excess_accuracy_by_item", whole),
        beyond=whole.low >= HEALTHY_ACCURACY and failing == 0 and flat,
        inside=whole.high < HEALTHY_ACCURACY or failing > 0,
        n=counts(one),
        evidence={
            **accuracy_evidence(one),
            "capable_share": share,
            "failing_cells": failing,
            "border": [list(pair) for pair in one.grids[0].border] if one.grids else [],
            "sensitivity": dict(one.sensitivity),
            "factors": _factors(one),
            "confounders": confounded(one),
        },
        caveats=caveats(one),
        sentences={
            "present": f"{accuracy}, no cell fails and no axis brings it down",
            "absent": f"{accuracy}"
            + (f", {failing} {'cell fails' if failing == 1 else 'cells fail'}" if failing else "")
            + (f"; capable in {percent(share)} of the cells." if math.isfinite(share) else "."),
            "insufficient_evidence": f"{accuracy}; not enough to call it healthy or not",
        },
    )


def _flat(one: EvalSurface) -> bool:
    """Whether no axis brings the accuracy down by what would count as a fall."""
    return all(c.fall_high < FALL_ABSENT * (1.0 - one.chance) for _, c in one.falls)


def _excess(one: EvalSurface) -> Proportion:
    whole = one.standardised
    value, low, high = (
        float(excess_accuracy(x, one.chance)) for x in (whole.value, whole.low, whole.high)
    )
    return Proportion(value, low, high, whole.trials, whole.level)


def _p_below(excess: Proportion, capable: float) -> float:
    """Score test of an excess accuracy of at least ``capable``, one-sided."""
    if excess.trials <= 0 or not math.isfinite(excess.value):
        return 1.0
    z = (capable - excess.value) / math.sqrt(capable * (1 - capable) / excess.trials)
    return 0.5 * math.erfc(z / math.sqrt(2.0))


def _p_flat(one: EvalSurface) -> float:
    """Largest p, over the axes, of a fall that is not below what would count as one.

    Normal, with the standard error that the interval's upper half implies. Without it a model
    that falls along an axis would lend its tiny p to the other patterns' correction.
    """
    largest = 0.0
    for _, curve in one.falls:
        error = max((curve.fall_high - curve.fall) / normal_quantile(LEVEL), 1e-9)
        z = (FALL_ABSENT * (1.0 - one.chance) - curve.fall) / error
        largest = max(largest, 0.5 * math.erfc(z / math.sqrt(2.0)))
    return largest


def _factors(one: EvalSurface) -> dict[str, dict[str, float]]:
    """Best and worst level of each axis without an order."""
    found = {}
    for along in one.along:
        if along.curve is not None:
            continue
        seen = [
            (float(a), level)
            for a, level in zip(along.accuracy, along.axis.levels, strict=True)
            if math.isfinite(a)
        ]
        if seen:
            found[along.axis.name] = {level: a for a, level in (max(seen), min(seen))}
    return found
