"""The table of causes: what each needs, what supports it, what speaks against it.

A row reads: the cause is considered if every group of ``needs`` has a sign (the strongest of its
group counts); its score is the weighted sum of the signs. Weights are in units of the log odds:
they were set on planted stores, and ``docs/calibration.md`` says what comes of them on others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from reasonscape.findings.hypothesis import Cause


@dataclass(frozen=True, slots=True)
class Rule:
    """One cause.

    Attributes
    ----------
    needs
        Groups of signs; one sign of each group has to be there.
    supports, against
        Sign -> weight.
    lenses
        Lenses that could show or exclude its mechanism.
    base
        Score before any support.
    """

    cause: Cause
    needs: tuple[tuple[str, ...], ...]
    supports: Mapping[str, float] = field(default_factory=dict)
    against: Mapping[str, float] = field(default_factory=dict)
    lenses: tuple[str, ...] = ()
    base: float = 0.0


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "healthy",
        needs=(("health",),),
        supports={"quiet prompts": 0.5, "quiet traces": 0.5, "quiet time": 0.5},
        against={"cliff": 4, "decline": 4, "even loss": 4, "cut off": 2, "loops": 2, "chaos": 4},
        lenses=("surface",),
        base=4.0,
    ),
    Rule(
        "context_truncation",
        needs=(("cut off",),),
        supports={"cut off": 2.0, "finished right": 2.0, "quiet traces": 0.5},
        against={"loops": 2.0, "collapse": 1.0, "broken tokens": 1.0},
        lenses=("surface", "compression"),
        base=1.5,
    ),
    Rule(
        "tokenization_problem",
        needs=(("collapse", "broken tokens", "confounder"),),
        supports={"collapse": 2.0, "broken tokens": 2.0, "confounder": 1.5, "quiet traces": 0.5,
                  "quiet time": 0.5},
        against={"loops": 1.0, "short traces": 1.0, "circling traces": 1.0, "cut off": 2.0,
                 "chaos": 1.5},
        lenses=("fft", "surface"),
        base=1.5,
    ),
    Rule(
        "working_memory_limit",
        needs=(
            ("cliff", "steep", "late ends wrong"),
            ("circling traces", "loops", "late ends wrong"),
        ),
        supports={"cliff": 2.0, "steep": 2.0, "circling traces": 1.5, "loops": 0.5,
                  "late ends wrong": 1.75, "quiet prompts": 0.25},
        against={"cut off": 2.0, "short traces": 1.5, "early ends wrong": 1.0, "collapse": 1.0},
        lenses=("surface", "compression", "hazard"),
        base=1.0,
    ),
    Rule(
        "reasoning_inefficiency",
        needs=(("loops", "circling traces", "early ends wrong"),),
        supports={"loops": 4.0, "circling traces": 1.0, "early ends wrong": 1.0, "decline": 1.0,
                  "even loss": 0.5, "quiet prompts": 0.25},
        against={"cliff": 2.0, "steep": 0.5, "late ends wrong": 0.5, "short traces": 1.5,
                 "cut off": 1.0, "collapse": 1.0},
        lenses=("compression", "hazard", "surface"),
        base=0.5,
    ),
    Rule(
        "underthinking",
        needs=(("short traces",),),
        supports={"short traces": 2.5, "early ends wrong": 1.0, "decline": 0.5, "even loss": 0.5,
                  "quiet prompts": 0.25},
        against={"cut off": 2.0, "loops": 1.0, "cliff": 0.5, "collapse": 1.0},
        lenses=("compression", "hazard"),
        base=1.0,
    ),
    Rule(
        "unstable_surface",
        needs=(("chaos",),),
        supports={"chaos": 2.5, "quiet traces": 0.5, "quiet time": 0.5, "quiet prompts": 0.25},
        against={"short traces": 1.0, "loops": 1.0, "circling traces": 1.0, "cut off": 1.0},
        lenses=("surface",),
        base=1.0,
    ),
    Rule(
        "capability_gap",
        needs=(("loss",),),
        supports={"decline": 1.0, "cliff": 1.0, "even loss": 1.0, "quiet traces": 1.0,
                  "quiet time": 0.5, "quiet prompts": 0.5},
        against={"cut off": 3.0, "loops": 2.0, "circling traces": 1.5, "short traces": 2.0,
                 "collapse": 2.0, "broken tokens": 2.0, "chaos": 2.0, "late ends wrong": 0.5,
                 "confounder": 1.0, "open traces": 1.0, "open time": 0.5, "open surface": 0.5},
        lenses=("surface", "fft", "compression", "hazard"),
        base=1.5,
    ),
    Rule(
        "insufficient_evidence",
        needs=(),
        supports={"open traces": 1.0, "open time": 0.5, "open surface": 0.5},
        against={"loss": 1.0, "health": 1.0},
        base=0.8,
    ),
)  # fmt: skip
