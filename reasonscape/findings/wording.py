"""Numbers in words, as statements of every lens say them."""

from __future__ import annotations

import math


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


def times(ratio: float, low: float, high: float) -> str:
    """A ratio with its interval; a bound that the data do not give, or beyond 1,000, is open.

    Examples
    --------
    >>> times(0.55, 0.5, 0.61), times(1.2, 0.0, math.inf)
    ('0.55 times [0.50, 0.61]', '1.20 times [open, open]')
    """
    if not math.isfinite(ratio):
        return "an unknown number of times"
    shown = ", ".join(f"{end:.2f}" if 1e-3 <= end <= 1e3 else "open" for end in (low, high))
    return f"{ratio:.2f} times [{shown}]"


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
