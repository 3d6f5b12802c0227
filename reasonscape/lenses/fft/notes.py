"""What may mislead in a task's spectra, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from reasonscape.lenses.fft.options import FftOptions
from reasonscape.lenses.fft.result import EvalFft
from reasonscape.stats.strata import ENOUGH

FEW_LONG = 0.9
"""Share of prompts long enough for a spectrum, below which a note says so."""


def notes_of(base_task: str, evals: Sequence[EvalFft], options: FftOptions) -> tuple[str, ...]:
    """Notes on one task, what misleads most first."""
    notes = []
    if options.signal == "token_id":
        notes.append(
            f"{base_task}: token ids are names, so their spectrum is one of the vocabulary's "
            "order: exploratory"
        )
    for one in evals:
        few = one.left_out.total > (1.0 - FEW_LONG) * max(one.left_out.used, 1)
        if few and len(one.samples):
            listed = ", ".join(f"{n:,} {why}" for why, n in one.left_out.by_reason.items())
            notes.append(
                f"{base_task}, {one.label}: {one.left_out.total:,} of {one.left_out.used:,} "
                f"samples have no spectrum ({listed})"
            )
    strata = [one.samples.strata for one in evals if len(one.samples)]
    if any(of.kind == "fifths" or 0.0 < of.informative < ENOUGH for of in strata):
        notes.append(
            f"{base_task}: right and wrong seldom share a cell of equal difficulty; only prompts "
            "of cells that they share are compared"
        )
    return tuple(notes)
