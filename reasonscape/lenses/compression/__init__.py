"""compression, the REASONING lens: how do traces of failures differ from right ones?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from reasonscape.findings.wording import listed
from reasonscape.lenses.compression.claims import claims
from reasonscape.lenses.compression.counts import left_out
from reasonscape.lenses.compression.drawing import drawings, key_figure
from reasonscape.lenses.compression.measurement import measure
from reasonscape.lenses.compression.options import CompressionOptions as Options
from reasonscape.lenses.compression.result import CompressionResult, EvalCompression
from reasonscape.lenses.compression.selection import select
from reasonscape.lenses.compression.tables import tables
from reasonscape.lenses.compression.traces import COLUMNS
from reasonscape.stats.strata import ENOUGH

__all__ = [
    "COLUMNS", "NAME", "QUESTION", "Options", "claims", "drawings", "key_figure", "measure",
    "select", "tables", "warnings",
]  # fmt: skip

NAME = "compression"
QUESTION = "how do the traces of failures differ from those of right answers?"


def warnings(results: Sequence[CompressionResult]) -> list[str]:
    """What the user should know about the traces, each sentence once."""
    evals = [(result, one) for result in results for one in result.evals]
    notes = []
    if any(one.excluded.unmeasured for _, one in evals):
        n = sum(one.excluded.unmeasured for _, one in evals)
        notes.append(
            f"{n:,} samples have no features of traces; run: analyze.py store refresh DATASET"
        )
    notes += _excluded(evals)
    notes += _named(
        evals,
        lambda one: bool(one.excluded.response),
        "no reasoning in the log, so the trace is the visible answer",
    )
    notes += _named(
        evals,
        lambda one: one.unit == "bytes" and one.n_traces > 0,
        "not every trace has a token count, so lengths are bytes of the trace",
    )
    notes += _named(
        evals,
        lambda one: one.strata == "fifths",
        "right and wrong answers seldom share a cell, so they are compared within fifths of "
        "predicted difficulty",
    )
    notes += _named(
        evals,
        lambda one: one.strata == "cells" and 0.0 < (one.informative or 0.0) < ENOUGH,
        "right and wrong answers seldom share a cell, and only those that do are compared",
    )
    # What may mislead comes first: stdout shows three.
    notes += [note for result in results for note in result.notes]
    return list(dict.fromkeys(notes))


def _excluded(evals: Sequence[tuple[CompressionResult, EvalCompression]]) -> list[str]:
    """One sentence for each eval that has samples without a visible trace."""
    tasks: dict[str, list[str]] = {}
    reasons: dict[str, Counter[str]] = {}
    for result, one in evals:
        if one.excluded.total > one.excluded.unmeasured:
            tasks.setdefault(one.label, []).append(result.base_task)
            counts = reasons.setdefault(one.label, Counter())
            counts.update({**one.excluded.by_reason, "": one.excluded.used})
    return [
        f"{label}: {left_out(reasons[label])} on {listed(names)}" for label, names in tasks.items()
    ]


def _named(
    evals: Sequence[tuple[CompressionResult, EvalCompression]],
    holds: Callable[[EvalCompression], bool],
    said: str,
) -> list[str]:
    """One sentence for all evals of which it holds."""
    names = list(dict.fromkeys(one.label for _, one in evals if holds(one)))
    if not names:
        return []
    return [f"{listed(names)}: {said}"]
