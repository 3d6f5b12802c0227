"""The six patterns of the surface lens, as claims about one (eval, task)."""

from __future__ import annotations

from reasonscape.findings.claim import Claim
from reasonscape.lenses.lens import Judged
from reasonscape.lenses.surface.falls import accuracy_cliff, gradual_decline
from reasonscape.lenses.surface.levels import healthy_surface, uniform_loss
from reasonscape.lenses.surface.result import EvalSurface, SurfaceResult
from reasonscape.lenses.surface.scatter import chaotic_surface
from reasonscape.lenses.surface.truncation import truncation_dominant


def claims(result: SurfaceResult) -> list[Judged]:
    """One claim a pattern for every eval that has at least one usable sample.

    Surfaces over a part of the rows are drawn only: a task is tested once.
    """
    if not result.confirmatory:
        return []
    return [
        Judged(one.subject, _claims(one, result))
        for one in result.evals
        if one.outcomes and one.accuracy.trials > 0
    ]


def _claims(one: EvalSurface, result: SurfaceResult) -> tuple[Claim, ...]:
    return (
        accuracy_cliff(one),
        gradual_decline(one),
        truncation_dominant(one),
        chaotic_surface(one),
        uniform_loss(one, result.capable),
        healthy_surface(one),
    )
