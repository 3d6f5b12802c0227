"""Words and counts that every surface claim carries."""

from __future__ import annotations

from collections.abc import Mapping

from reasonscape.findings.finding import Effect
from reasonscape.lenses.surface.result import EvalSurface
from reasonscape.stats.proportions import Proportion

STOP_UNKNOWN = "the log does not say which answers were cut off; wrong answers may be truncated"
ONLY_PART_STOP = "only part of the rows say whether they were cut off"


def counts(one: EvalSurface) -> Mapping[str, int]:
    """Numbers of samples, items and effective samples behind a claim."""
    used = sum(one.outcomes[name] for name in ("correct", "incorrect", "truncated", "unanswered"))
    return {
        "samples": used,
        "items": one.items,
        "effective": round(one.accuracy.trials),
        "truncated": one.outcomes["truncated"],
    }


def accuracy_evidence(one: EvalSurface) -> dict[str, object]:
    """The headline accuracy with its interval and the bounds that truncation leaves open."""
    return {
        "accuracy": one.accuracy.value,
        "accuracy_interval": [one.accuracy.low, one.accuracy.high],
        "truncated_all_wrong": one.accuracy.value,
        "truncated_all_right": one.best_case,
        "chance": one.chance,
        "rho": one.rho,
    }


def caveats(one: EvalSurface) -> tuple[str, ...]:
    """What limits every claim of this eval."""
    found = []
    if one.stop_known < 1.0:
        found.append(STOP_UNKNOWN if one.stop_known == 0.0 else ONLY_PART_STOP)
    if one.entangled is not None:
        x, y, correlation = one.entangled
        found.append(
            f"{x} and {y} move together in these items (correlation {correlation:.2f}): "
            "what falls along one may be due to the other"
        )
    return tuple(found)


def share_effect(name: str, share: Proportion) -> Effect:
    """A proportion as an effect."""
    return Effect(name, share.value, "share", share.low, share.high, share.level)
