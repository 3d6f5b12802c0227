"""A claim before the verdict: what a lens measured for one pattern, before the correction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reasonscape.findings.finding import Effect, Verdict


@dataclass(frozen=True, slots=True)
class Claim:
    """What one lens measured for one pattern of one (eval, task).

    Attributes
    ----------
    beyond
        The point estimate is beyond the threshold and every further condition of the pattern holds.
    inside
        The interval lies inside the threshold, so that the pattern may be called absent.
    p
        The largest p of the pattern's conditions; ``None`` when nothing could be tested.
    reason
        Why the data cannot decide, whatever the numbers; ``None`` when they can.
    sentences
        The statement for each verdict.
    reassurance
        A pattern that is read off the failure patterns and has no test of its own;
        ``beyond`` and ``inside`` are then its whole rule.
    samples_needed
        About how many samples would settle it, where that can be said.
    """

    lens: str
    pattern: str
    sentences: Mapping[Verdict, str]
    effect: Effect | None = None
    beyond: bool = False
    inside: bool = False
    p: float | None = None
    reason: str | None = None
    absent_reason: str | None = None
    reassurance: bool = False
    samples_needed: int | None = None
    n: Mapping[str, int] = field(default_factory=dict)
    evidence: Mapping[str, Any] = field(default_factory=dict)
    caveats: tuple[str, ...] = ()
    scope: Mapping[str, Any] = field(default_factory=dict)
