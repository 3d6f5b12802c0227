"""From signals that stand out to the cause that they suggest; only a diagnosis decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reasonscape.findings.hypothesis import Cause
from reasonscape.runs.triage_signal import Signal

CHAOTIC: Final = 3.0
"""Fall over the spread between cells, below which the spread is the stronger of the two."""


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
    scatter = signals.get("scatter")
    # Cells that scatter make steps along any axis; a cliff is much larger than what they scatter.
    chaotic = scatter is not None and (
        fall is None or fall.effect.value < CHAOTIC * scatter.effect.value
    )
    confounded = factor is not None and bool(factor.detail["confounder"])
    rules: tuple[tuple[bool, Cause], ...] = (
        ("truncated" in shown and "loops" not in shown, "context_truncation"),
        (step and bool(shown & {"loops", "long_wrong", "late_wrong"}), "working_memory_limit"),
        ("loops" in shown, "reasoning_inefficiency"),
        ("truncated" in shown, "context_truncation"),
        ("short_wrong" in shown, "underthinking"),
        (confounded, "tokenization_problem"),
        (bool(shown & {"long_wrong", "early_wrong"}), "reasoning_inefficiency"),
        (chaotic, "unstable_surface"),
        (bool(shown & _LOSS), "capability_gap"),
    )
    return next((cause for holds, cause in rules if holds), "insufficient_evidence")


_LOSS = {"low_accuracy", "below_others", "fall", "factor", "late_wrong"}


def first_check(signals: Mapping[str, Signal], accuracy: float) -> str | None:
    """What to look at before any cause: answers that nobody could read are no wrong answers.

    Examples
    --------
    >>> first_check({}, 0.5)
    """
    missing = signals.get("unanswered")
    if missing is None or missing.effect.value < 0.5 * (1.0 - accuracy):
        return None
    return "most failures have no readable answer: look at the answer format and the grader first"
