"""Words and counts that every surface claim carries."""

from __future__ import annotations

import math
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


def samples_needed(
    samples: int, value: float, low: float, high: float, border: float
) -> int | None:
    """About how many samples would carry the interval's end to the border.

    The half-width shrinks with the root of the samples; ``None`` when the estimate lies on the
    border or nothing is known.

    Examples
    --------
    >>> samples_needed(100, 0.5, 0.4, 0.6, 0.55)
    400
    """
    gap = abs(value - border)
    half = (high - low) / 2.0
    if not (math.isfinite(gap) and math.isfinite(half)) or gap < 1e-3 or half <= 0.0:
        return None
    return math.ceil(samples * max(1.0, (half / gap) ** 2))


def percent(share: float) -> str:
    """A share as a whole percentage, with one decimal near the ends.

    Examples
    --------
    >>> percent(0.5), percent(0.004)
    ('50%', '0.4%')
    """
    if not math.isfinite(share):
        return "unknown"
    return f"{share:.1%}" if 0.0 < share < 0.01 or 0.99 < share < 1.0 else f"{share:.0%}"


def interval(low: float, high: float) -> str:
    """An interval of shares in words.

    Examples
    --------
    >>> interval(0.4, 0.6)
    '[40%, 60%]'
    """
    return f"[{percent(low)}, {percent(high)}]"


def points(difference: float) -> str:
    """A difference of shares in percentage points.

    Examples
    --------
    >>> points(0.312)
    '31 points'
    """
    if not math.isfinite(difference):
        return "an unknown amount"
    shown = f"{100 * difference:.0f}"
    return f"{shown} point" if shown == "1" else f"{shown} points"
