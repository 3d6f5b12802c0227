"""The four patterns of the compression lens, as claims about one (eval, task)."""

from __future__ import annotations

from reasonscape.lenses.compression.circling import overthink
from reasonscape.lenses.compression.health import healthy_traces
from reasonscape.lenses.compression.lengths import underthink
from reasonscape.lenses.compression.looping import broken_loops
from reasonscape.lenses.compression.result import CompressionResult
from reasonscape.lenses.lens import Judged


def claims(result: CompressionResult) -> list[Judged]:
    """One claim a pattern for every eval that has samples with an outcome."""
    found = []
    for one in result.evals:
        if not one.excluded.used:
            continue
        failures = (underthink(one), overthink(one), broken_loops(one))
        found.append(Judged(one.subject, (*failures, healthy_traces(one, failures))))
    return found
