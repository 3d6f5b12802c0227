"""Samples of a selection by outcome."""

from __future__ import annotations

from reasonscape.store.selection.outcomes import outcome_counts

__all__ = ["outcome_counts"]
