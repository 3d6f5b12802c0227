"""Benjamini-Hochberg over a family whose size is fixed before anything is run."""

from __future__ import annotations

from collections.abc import Sequence


def benjamini_hochberg(p_values: Sequence[float], total: int) -> list[float]:
    """Adjusted p-values of the tests given, in a family of ``total`` tests.

    The tests that were not run count as p = 1, so a lens that is left out never makes
    another one's claim weaker than it would be in a full run with nothing found there.
    """
    from reasonscape.stats.multiplicity import benjamini_hochberg as adjust

    return [float(q) for q in adjust(p_values, total=max(total, len(p_values)))]
