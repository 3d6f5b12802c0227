"""What the lenses say about one (eval, task), by pattern: the only thing that rules may read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from reasonscape.findings.finding import Finding
from reasonscape.findings.thresholds import FAILURE_PATTERNS, REASSURANCE_PATTERNS

NOTHING_TO_MEASURE: Final = frozenset({"no_trace", "no_tokens", "no_tokenizer", "no_prompts"})
"""Reasons that say that the log lacks what a lens reads, however many samples there are."""

SLIGHT: Final = 0.05
UNUSUAL: Final = 0.005
"""p at which an undecided pattern begins to lean towards being there, and leans in full."""

LEANING: Final = 0.5
"""Most that an undecided pattern weighs."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Findings of one (eval, task) by pattern.

    Examples
    --------
    >>> Evidence("e1", "m", "t", {}).strength("accuracy_cliff")
    0.0
    """

    eval_id: str
    model: str
    base_task: str
    findings: Mapping[str, Finding]

    def verdict(self, pattern: str) -> str:
        """The verdict of a pattern; ``not_measured`` where its lens had nothing to read."""
        finding = self.findings.get(pattern)
        if finding is None or finding.reason in NOTHING_TO_MEASURE:
            return "not_measured"
        return finding.verdict

    def present(self, *patterns: str) -> bool:
        """Whether any of the patterns is present."""
        return any(self.verdict(pattern) == "present" for pattern in patterns)

    def strength(self, pattern: str) -> float:
        """1 where present, 0 where absent; where undecided, how far the numbers lean that way.

        An undecided pattern leans if its p is small and its interval leaves the null value out;
        it never counts for more than half of one that is present.
        """
        finding = self.findings.get(pattern)
        if finding is None or finding.verdict == "absent":
            return 0.0
        if finding.verdict == "present":
            return 1.0
        effect = finding.effect
        if finding.reason in NOTHING_TO_MEASURE or finding.p is None or effect is None:
            return 0.0
        null = 1.0 if effect.unit == "ratio" else 0.0
        if not (effect.low > null or effect.high < null):
            return 0.0
        span = math.log(SLIGHT) - math.log(UNUSUAL)
        lean = (math.log(SLIGHT) - math.log(max(finding.p, 1e-300))) / span
        return LEANING * min(1.0, max(0.0, lean))

    def undecided(self, *patterns: str) -> float:
        """Share of these patterns that the data can neither claim nor exclude."""
        open_ = [self.verdict(pattern) == "insufficient_evidence" for pattern in patterns]
        return sum(open_) / len(open_)

    def measured(self, lens: str) -> bool:
        """Whether a lens had anything to read."""
        patterns = (*FAILURE_PATTERNS[lens], REASSURANCE_PATTERNS[lens])
        return any(self.verdict(pattern) != "not_measured" for pattern in patterns)

    def number(self, pattern: str, key: str, default: float = math.nan) -> float:
        """A number of a finding's evidence, NaN where there is none."""
        finding = self.findings.get(pattern)
        value = finding.evidence.get(key, default) if finding is not None else default
        return float(value) if isinstance(value, int | float) else default

    def effect(self, pattern: str) -> tuple[float, float, float]:
        """Value, low and high of a pattern's effect; NaN where there is none."""
        finding = self.findings.get(pattern)
        if finding is None or finding.effect is None:
            return math.nan, math.nan, math.nan
        return finding.effect.value, finding.effect.low, finding.effect.high

    def detail(self, pattern: str, key: str) -> Any:
        """Anything of a finding's evidence; None where there is none."""
        finding = self.findings.get(pattern)
        return None if finding is None else finding.evidence.get(key)


def by_subject(findings: Iterable[Finding]) -> list[Evidence]:
    """Group findings by (eval, task), in the order in which the pairs first appear."""
    grouped: dict[tuple[str, str], dict[str, Finding]] = {}
    models: dict[tuple[str, str], str] = {}
    for finding in findings:
        key = (finding.eval_id, finding.base_task)
        grouped.setdefault(key, {})[finding.pattern] = finding
        models[key] = finding.model
    return [Evidence(key[0], models[key], key[1], found) for key, found in grouped.items()]
