"""A finding: one claim of one lens about one (eval, task), with the numbers it is made from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Verdict = Literal["present", "absent", "insufficient_evidence"]


@dataclass(frozen=True, slots=True)
class Effect:
    """The number a pattern is judged by, with its interval; NaN bounds are unknown."""

    name: str
    value: float
    unit: str
    low: float = math.nan
    high: float = math.nan
    level: float = 0.95


@dataclass(frozen=True, slots=True)
class Finding:
    """One claim, ready for ``summary.json``.

    ``statement`` is made from the numbers beside it and never parsed back. ``scope`` holds the
    filters that select exactly the rows the claim is about. ``q`` is over the fixed family of
    failure patterns within one (eval, task), ``q_run`` over the whole run.
    """

    id: str
    lens: str
    pattern: str
    verdict: Verdict
    reason: str | None
    eval_id: str
    model: str
    base_task: str
    scope: Mapping[str, Any]
    statement: str
    effect: Effect | None
    n: Mapping[str, int]
    p: float | None = None
    q: float | None = None
    q_run: float | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    caveats: tuple[str, ...] = ()
