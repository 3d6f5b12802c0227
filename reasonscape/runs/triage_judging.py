"""What a screen says of one (eval, task), and the rule by which it says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from reasonscape.findings.false_discovery import benjamini_hochberg
from reasonscape.findings.hypothesis import Cause
from reasonscape.findings.thresholds import MIN_ITEMS_CLAIMED
from reasonscape.runs.triage_hints import first_check, suspected
from reasonscape.runs.triage_signal import ORDER, Signal, stands_out
from reasonscape.runs.triage_thresholds import THRESHOLDS, WIDE
from reasonscape.stats.proportions import Proportion

Judgement = Literal["suspect", "no_suspicion", "too_little_data"]

JUDGEMENTS: Final[tuple[Judgement, ...]] = ("suspect", "no_suspicion", "too_little_data")


@dataclass(frozen=True, slots=True)
class Screened:
    """What the screen says of one (eval, task).

    Attributes
    ----------
    id
        Stable over runs.
    suspected
        A hint at the cause; None unless this is a suspect.
    check
        What to look at before any cause, where answers could not be read.
    strength
        Share of the samples that the strongest signal bears upon; 0 unless this is a suspect.
    accuracy
        Share of right answers, truncated ones counted as wrong, items as clusters.
    signals
        All that was tested, those that stand out first.
    by_outcome
        All samples by outcome.
    untraced, unmeasured
        Shares of the used samples without a visible trace, and without a length.
    """

    id: str
    eval_id: str
    model: str
    base_task: str
    verdict: Judgement
    suspected: Cause | None
    check: str | None
    strength: float
    accuracy: Proportion
    n: Mapping[str, int]
    signals: tuple[Signal, ...]
    by_outcome: Mapping[str, int]
    untraced: float
    unmeasured: float

    @property
    def shown(self) -> tuple[Signal, ...]:
        """The signals that stand out: first those that tell one cause from another."""
        return tuple(one for one in self.signals if stands_out(one))


def judged(found: Sequence[Screened]) -> tuple[Screened, ...]:
    """Correct over each (eval, task) and the run, then give every pair its verdict and rank.

    Tests that could not be run count as p = 1, so that what a log lacks changes no q.
    """
    p_values = [signal.p for one in found for signal in one.signals]
    corrected = iter(benjamini_hochberg(p_values, len(found) * len(THRESHOLDS)))
    done = []
    for one in found:
        own = benjamini_hochberg([signal.p for signal in one.signals], len(THRESHOLDS))
        signals = [
            replace(signal, q=q, q_run=next(corrected))
            for signal, q in zip(one.signals, own, strict=True)
        ]
        signals.sort(key=lambda signal: (not stands_out(signal), ORDER.index(signal.name)))
        shown = {signal.name: signal for signal in signals if stands_out(signal)}
        few = one.n["items"] < MIN_ITEMS_CLAIMED
        # Few items that all fail alike look surer than they are.
        suspect = bool(shown) and not few
        wide = one.accuracy.high - one.accuracy.low > 2.0 * WIDE
        rest: Judgement = "too_little_data" if few or wide else "no_suspicion"
        done.append(
            replace(
                one,
                signals=tuple(signals),
                verdict="suspect" if suspect else rest,
                suspected=suspected(shown) if suspect else None,
                check=first_check(shown, one.accuracy.value) if suspect else None,
                strength=max(s.stake for s in shown.values()) if suspect else 0.0,
            )
        )
    return tuple(sorted(done, key=_order))


def _order(one: Screened) -> tuple[Any, ...]:
    """The strongest suspects first; of equal ones that which others do better on."""
    gap = next((s.effect.value for s in one.signals if s.name == "below_others"), 0.0)
    place = ("suspect", "too_little_data", "no_suspicion").index(one.verdict)
    at_stake = (-one.strength, -gap) if one.verdict == "suspect" else (0.0, 0.0)
    return (place, *at_stake, one.model, one.eval_id, one.base_task)
