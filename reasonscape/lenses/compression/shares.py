"""Shares of samples with the interval that their repeats leave."""

from __future__ import annotations

from reasonscape.lenses.compression.traces import BoolArray, Traces
from reasonscape.stats.clustered_share import clustered_share
from reasonscape.stats.proportions import Proportion


def share(which: BoolArray, traces: Traces) -> Proportion:
    """Samples that are marked among all of them, items as clusters within cells."""
    return clustered_share(which, traces.cell, traces.item)
