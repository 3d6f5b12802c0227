"""In what the time of each eval is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from reasonscape.datasets.task_traces import EvalTraces
from reasonscape.lenses.hazard.ends import CAUSES, TIME_COLUMN, Unit
from reasonscape.lenses.hazard.options import Time
from reasonscape.store.schema import OUTCOMES

ENOUGH = 0.5
"""Share of the samples that must have a count for time to be taken from it."""


def units_of(
    base_task: str, evals: Sequence[EvalTraces], asked: Time
) -> tuple[list[Unit], list[str]]:
    """Unit of each eval's time, and what the user should know about it.

    Tokens where they are counted, else bytes of the trace. Where different tokenizers counted
    for different evals, a token is not a token, and all of them are measured in bytes.
    """
    if asked != "auto":
        return [asked] * len(evals), []
    counted = [_share(one, "tokens") >= ENOUGH for one in evals]
    traced = [_share(one, "trace_bytes") >= ENOUGH for one in evals]
    units: list[Unit] = [
        "tokens" if tokens or not text else "trace_bytes"
        for tokens, text in zip(counted, traced, strict=True)
    ]
    notes = []
    sources = {source_of(one) for one, tokens in zip(evals, counted, strict=True) if tokens}
    if len(sources) > 1:
        named = ", ".join(sorted(sources))
        if all(traced):
            units = ["trace_bytes"] * len(evals)
            notes.append(
                f"{base_task}: tokens were counted by different tokenizers ({named}), so time is "
                "in bytes of the trace (trace_bytes); --time tokens overrides it"
            )
        else:
            notes.append(
                f"{base_task}: tokens were counted by different tokenizers ({named}), and not "
                "every eval has a trace to measure in bytes; times of different evals are not alike"
            )
    elif "trace_bytes" in units:
        without = [one.label for one, unit in zip(evals, units, strict=True) if unit != "tokens"]
        notes.append(
            f"{base_task}: no token counts for {', '.join(without[:4])}"
            f"{' …' if len(without) > 4 else ''}, so time is in bytes of the trace (trace_bytes)"
        )
    return units, notes


def source_of(part: EvalTraces) -> str:
    """What counted most of the eval's tokens: ``native`` or the name of a tokenizer."""
    counted = np.isfinite(part.rows.numbers["completion_tokens"])
    found = Counter(part.rows.words["tokens_source"][counted].tolist())
    names = Counter[str]()
    for word, count in found.items():
        names[str(word or "native")] += count
    return max(sorted(names), key=names.__getitem__, default="native")


def _share(part: EvalTraces, unit: Unit) -> float:
    """Share of the samples with an outcome that have a count in this unit."""
    graded = np.isin(part.rows.outcome, [OUTCOMES.index(name) for name in CAUSES])
    known = np.isfinite(part.rows.numbers[TIME_COLUMN[unit]])
    return float(known[graded].mean()) if graded.any() else 0.0
