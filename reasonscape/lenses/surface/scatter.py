"""chaotic_surface: cells scatter beyond what trends and sampling explain."""

from __future__ import annotations

from dataclasses import asdict

from reasonscape.findings.claim import Claim
from reasonscape.findings.finding import Effect
from reasonscape.findings.thresholds import CHAOS_ABSENT_CELLS, CHAOS_CELLS, SPREAD
from reasonscape.findings.wording import points, samples_needed
from reasonscape.lenses.surface.counts import caveats, counts
from reasonscape.lenses.surface.result import EvalSurface

PATTERN = "chaotic_surface"


def chaotic_surface(one: EvalSurface) -> Claim:
    """Spread between cells of at least a tenth, neither monotone nor additive."""
    rough = one.roughness
    if rough is None or rough.df <= 0:
        said = f"too few cells of ten items to judge scatter (at least {CHAOS_CELLS}, or 8 levels)"
        return Claim(
            lens="surface", pattern=PATTERN, reason="few_levels", n=counts(one),
            evidence={"cells": 0 if rough is None else rough.cells, **_hint(one)},
            caveats=caveats(one),
            sentences=dict.fromkeys(("present", "absent", "insufficient_evidence"), said),
        )  # fmt: skip
    spread = f"cells scatter by {points(rough.spread)} (standard deviation, 95% interval "
    spread += f"{100 * rough.low:.0f} to {100 * rough.high:.0f}) around any smooth surface"
    return Claim(
        lens="surface",
        pattern=PATTERN,
        effect=Effect("spread", rough.spread, "accuracy", rough.low, rough.high, rough.level),
        beyond=rough.spread >= SPREAD,
        inside=rough.high < SPREAD and rough.cells >= CHAOS_ABSENT_CELLS,
        p=rough.p,
        n=counts(one),
        evidence={"cells": rough.cells, "df": rough.df, **_hint(one)},
        caveats=caveats(one),
        samples_needed=samples_needed(
            counts(one)["samples"], rough.spread, rough.low, rough.high, SPREAD
        ),
        sentences={
            "present": f"{spread}: difficulty does not order the failures",
            "absent": f"{spread}: no chaos",
            "insufficient_evidence": f"{spread}; not enough to say whether that is chaos",
        },
    )


def _hint(one: EvalSurface) -> dict[str, dict[str, float]]:
    """Scatter of smaller cells, which is no claim."""
    hint = one.scatter_hint
    return {} if hint is None else {"hint": asdict(hint)}
