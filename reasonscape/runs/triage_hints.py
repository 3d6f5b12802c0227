"""From signals that stand out to the cause that they suggest; only a diagnosis decides."""

from __future__ import annotations

from collections.abc import Mapping

from reasonscape.findings.hypothesis import Cause
from reasonscape.runs.triage_signal import Signal


def suspected(signals: Mapping[str, Signal]) -> Cause:
    """The cause that the signals of one (eval, task) suggest.

    Parameters
    ----------
    signals
        Name -> signal, only those that stand out.

    Examples
    --------
    >>> suspected({})
    'insufficient_evidence'
    """
    shown = set(signals)
    fall, factor = signals.get("fall"), signals.get("factor")
    step = fall is not None and bool(fall.detail["step"])
    confounded = factor is not None and bool(factor.detail["confounder"])
    rules: tuple[tuple[bool, Cause], ...] = (
        ("truncated" in shown and "loops" not in shown, "context_truncation"),
        (step and bool(shown & {"loops", "long_wrong", "late_wrong"}), "working_memory_limit"),
        ("loops" in shown, "reasoning_inefficiency"),
        ("truncated" in shown, "context_truncation"),
        ("short_wrong" in shown, "underthinking"),
        (confounded, "tokenization_problem"),
        (bool(shown & {"long_wrong", "early_wrong"}), "reasoning_inefficiency"),
        ("scatter" in shown and not step, "unstable_surface"),
        (bool(shown & _LOSS), "capability_gap"),
    )
    return next((cause for holds, cause in rules if holds), "insufficient_evidence")


_LOSS = {"low_accuracy", "below_others", "fall", "factor", "late_wrong"}
