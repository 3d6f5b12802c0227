"""Signs: what a rule may weigh, each a degree from 0 to 1 read off the findings."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from reasonscape.diagnosis.evidence import LEANING, Evidence
from reasonscape.findings.thresholds import CLIFF_FALL, FAILURE_PATTERNS, SPREAD

MIXED_IN: Final = 0.05
EXPLAINS: Final = 0.3
"""Share of the failures that a mechanism must cover to count at all, and in full: failures of other
kinds are always among them."""

MOSTLY: Final = 0.95
BARE: Final = {"tokens": 150.0, "bytes": 600.0}
"""Median length of visible answers, of every outcome, below which they hold no reasoning."""

HINTED: Final = 0.001
CLEARLY: Final = 1e-6
"""p of scatter between small cells from which it is a hint, and a clear one."""

UNLIKE: Final = 1.0 / 3.0
"""Length of wrong answers over right ones below which some reason visibly and others do not."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing to weigh.

    Attributes
    ----------
    patterns
        Patterns whose findings show it.
    degree
        How much of it there is, 0 to 1.
    undecided
        It is shown by those of its patterns that are not decided.
    """

    patterns: tuple[str, ...]
    degree: Callable[[Evidence], float]
    undecided: bool = False

    def shown_by(self, evidence: Evidence) -> tuple[str, ...]:
        """Those of its patterns that make the sign."""
        if self.undecided:
            found = [p for p in self.patterns if evidence.undecided(p) > 0.0]
        elif len(self.patterns) > 1:
            found = [p for p in self.patterns if evidence.strength(p) > 0.0]
        else:
            found = list(self.patterns)
        return tuple(p for p in found if p in evidence.findings)


def failing_share(evidence: Evidence) -> float:
    """Failures among all used samples."""
    return 1.0 - evidence.number("healthy_surface", "accuracy")


def bare_answers(evidence: Evidence) -> bool:
    """The traces are short visible answers: there is no thinking in the log to judge."""
    shares = evidence.number("healthy_traces", "visible_answers", 0.0)
    lengths = evidence.detail("healthy_traces", "median_length")
    if shares < MOSTLY or not isinstance(lengths, Mapping) or not lengths:
        return False
    ratio, _, _ = evidence.effect("underthink")
    if ratio < UNLIKE:
        return False
    unit = str(evidence.detail("healthy_traces", "unit"))
    return max(float(length) for length in lengths.values()) < BARE.get(unit, BARE["bytes"])


def _loops(evidence: Evidence) -> float:
    """Loops, in so far as they are a part of the failures and not only of the samples."""
    share, _, _ = evidence.effect("broken_loops")
    failing = failing_share(evidence)
    if not (math.isfinite(share) and failing > 0.0):
        return 0.0
    covered = (share / failing - MIXED_IN) / (EXPLAINS - MIXED_IN)
    return evidence.strength("broken_loops") * min(1.0, max(0.0, covered))


def _finished_right(evidence: Evidence) -> float:
    """Accuracy of the finished answers: 1 at 95%, 0 at 75%."""
    finding = evidence.findings.get("truncation_dominant")
    if finding is None or not finding.n.get("samples"):
        return 0.0
    samples, cut = finding.n["samples"], finding.n.get("truncated", 0)
    accuracy = evidence.number("truncation_dominant", "accuracy")
    if cut >= samples or not math.isfinite(accuracy):
        return 0.0
    return min(1.0, max(0.0, (accuracy * samples / (samples - cut) - 0.75) / 0.2))


def _steep(evidence: Evidence) -> float:
    """A large fall whose shape is not resolved: it may be a cliff."""
    if not evidence.present("gradual_decline"):
        return 0.0
    shape = evidence.detail("gradual_decline", "shape")
    fall, _, _ = evidence.effect("gradual_decline")
    return LEANING if shape in ("unresolved", "few_levels") and fall >= CLIFF_FALL else 0.0


def _chaos(evidence: Evidence) -> float:
    """Chaos, or a hint of it where cells of ten items are too few to claim it."""
    shown = evidence.strength("chaotic_surface")
    finding = evidence.findings.get("chaotic_surface")
    if finding is not None and finding.verdict == "insufficient_evidence":
        # Its p comes from standardised squares, its interval from plain ones, which is wider.
        spread, _, _ = evidence.effect("chaotic_surface")
        surely = finding.p is not None and finding.p < CLEARLY and spread >= SPREAD / 2
        shown = max(shown, LEANING * surely)
    hint = evidence.detail("chaotic_surface", "hint")
    if not isinstance(hint, Mapping) or float(hint["spread"]) < SPREAD:
        return shown
    hinted = LEANING * (float(hint["p"]) < HINTED) + LEANING / 2 * (float(hint["p"]) < CLEARLY)
    return max(shown, hinted)


def _confounder(evidence: Evidence) -> float:
    """Accuracy falls along an axis that changes how the problem is written, not how hard it is."""
    found = evidence.detail("healthy_surface", "confounders")
    if not isinstance(found, Mapping) or not found:
        return 0.0
    best = max(found.values(), key=lambda one: float(one["low"]))
    return min(1.0, max(0.0, (float(best["low"]) - 0.05) / 0.1))


def _collapse(evidence: Evidence) -> float:
    """Peaks that go along a declared confounder; along another axis they may be what is asked."""
    declared = evidence.detail("healthy_surface", "confounders") or {}
    along = evidence.detail("peak_collapse", "axis")
    return evidence.strength("peak_collapse") * (1.0 if along in declared else LEANING)


def _loss(evidence: Evidence) -> float:
    """Accuracy is lost: the surface is shown not to be healthy."""
    return 1.0 if evidence.verdict("healthy_surface") == "absent" else 0.0


def _quiet(lens: str) -> Callable[[Evidence], float]:
    """A lens had something to read and shows no failure pattern; half where it cannot exclude."""

    def degree(evidence: Evidence) -> float:
        verdicts = [evidence.verdict(pattern) for pattern in FAILURE_PATTERNS[lens]]
        if "present" in verdicts or not evidence.measured(lens):
            return 0.0
        return sum(verdict == "absent" for verdict in verdicts) / len(verdicts)

    return degree


def _open(*patterns: str) -> Sign:
    """Mechanisms that the data can neither claim nor exclude."""
    return Sign(patterns, lambda evidence: evidence.undecided(*patterns), undecided=True)


def _thinking(*patterns: str) -> Sign:
    """A pattern of thinking, which bare answers can only hint at."""

    def degree(evidence: Evidence) -> float:
        strongest = max(evidence.strength(pattern) for pattern in patterns)
        return strongest * (LEANING if bare_answers(evidence) else 1.0)

    return Sign(patterns, degree)


def _shown(*patterns: str) -> Sign:
    return Sign(patterns, lambda evidence: max(evidence.strength(p) for p in patterns))


SIGNS: Final[Mapping[str, Sign]] = {
    "health": Sign(
        ("healthy_surface",), lambda e: float(e.verdict("healthy_surface") == "present")
    ),
    "loss": Sign(("healthy_surface",), _loss),
    "cliff": _shown("accuracy_cliff"),
    "steep": Sign(("gradual_decline",), _steep),
    "decline": _shown("gradual_decline"),
    "even loss": _shown("uniform_loss"),
    "chaos": Sign(("chaotic_surface",), _chaos),
    "cut off": _shown("truncation_dominant"),
    "finished right": Sign(("truncation_dominant",), _finished_right),
    "confounder": Sign(("healthy_surface",), _confounder),
    "collapse": Sign(("peak_collapse",), _collapse),
    "broken tokens": _shown("tokenization_artifact"),
    "short traces": _thinking("underthink"),
    "circling traces": _thinking("overthink"),
    "loops": Sign(("broken_loops",), _loops),
    "early ends wrong": _thinking("early_hazard"),
    "late ends wrong": _thinking("delayed_hazard", "hazard_threshold"),
    "open traces": _open("underthink", "overthink", "broken_loops"),
    "open time": _open("early_hazard", "delayed_hazard", "hazard_threshold"),
    "open surface": _open("accuracy_cliff", "gradual_decline", "chaotic_surface"),
    "quiet prompts": Sign(("clean_spectrum",), _quiet("fft")),
    "quiet traces": Sign(("healthy_traces",), _quiet("compression")),
    "quiet time": Sign(("constant_hazard",), _quiet("hazard")),
}
