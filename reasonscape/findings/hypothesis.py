"""A hypothesis: one cause that could explain what the lenses found about one (eval, task)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

Cause = Literal[
    "healthy",
    "working_memory_limit",
    "tokenization_problem",
    "reasoning_inefficiency",
    "underthinking",
    "context_truncation",
    "capability_gap",
    "unstable_surface",
    "finetune_regression",
    "insufficient_evidence",
]

CAUSES: Final[tuple[Cause, ...]] = get_args(Cause)


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One cause with how sure it is and what it rests on.

    Attributes
    ----------
    rank
        1 for the leading hypothesis of its (eval, task).
    cause
        A name of ``CAUSES``.
    confidence
        About the share of verdicts of this confidence that are right on planted stores, 0 to 1.
    support, against
        Ids of findings.
    lenses
        Lenses whose findings support it; a cause that rests on one lens says so.
    not_measured
        Lenses that could have spoken for or against it and had nothing to measure.
    statement
        The verdict in a sentence, made from the numbers of the findings.
    actions
        What to do next.
    red_flags
        Broken loops, systemic truncation, spectral collapse or early hazard, where present.
    """

    id: str
    rank: int
    eval_id: str
    model: str
    base_task: str
    cause: Cause
    confidence: float
    support: tuple[str, ...]
    against: tuple[str, ...]
    lenses: tuple[str, ...]
    not_measured: tuple[str, ...]
    statement: str
    actions: tuple[str, ...] = ()
    red_flag: bool = False
    red_flags: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    scope: Mapping[str, Any] = field(default_factory=dict)
