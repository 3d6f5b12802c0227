"""One signal of a screen: an effect, its threshold, and a p."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from reasonscape.findings.finding import Effect
from reasonscape.findings.thresholds import Q_PRESENT


@dataclass(frozen=True, slots=True)
class Signal:
    """What one test of one (eval, task) gave.

    Attributes
    ----------
    name
        A key of ``THRESHOLDS``.
    effect
        The number with its interval.
    beyond
        The effect passes its threshold, and whatever else the signal asks for holds.
    p
        One-sided, items as clusters.
    stake
        Share of the samples that it bears upon: what suspects are ranked by.
    n
        Samples and items that were tested.
    said
        The signal in a few words, made from the numbers.
    detail
        Where it is: axis, levels, and what else was seen.
    q, q_run
        Corrected over the signals of this (eval, task), and over those of the run; NaN until then.
    """

    name: str
    effect: Effect
    beyond: bool
    p: float
    stake: float
    n: Mapping[str, int]
    said: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    q: float = math.nan
    q_run: float = math.nan


ORDER: Final = (
    "truncated", "loops", "unanswered", "short_wrong", "long_wrong", "scatter", "factor", "fall",
    "early_wrong", "late_wrong", "low_accuracy", "below_others",
)  # fmt: skip
"""Signals as they are listed: those that tell causes apart, then what every failure shows."""


def stands_out(signal: Signal) -> bool:
    """Whether a signal makes a suspect: beyond its threshold, and not by chance.

    Where most of a store fails, q over the run lets through what one healthy pair has by chance;
    where most is healthy, q over the pair lets through what some pair always has.
    """
    return signal.beyond and max(signal.q, signal.q_run) < Q_PRESENT
