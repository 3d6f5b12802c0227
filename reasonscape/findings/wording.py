"""Numbers in words, as statements of every lens say them."""

from __future__ import annotations

import math
from collections.abc import Sequence


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


FARTHEST = 1000.0
"""Ratio beyond which, and below whose inverse, a number is not worth its digits."""


def times(ratio: float, low: float, high: float) -> str:
    """A ratio with its interval, in as many digits as such an interval is worth.

    A bound that the data do not give, or beyond 1,000, is open. Where the far bound is open the
    near one is all that is known, so the estimate is not said.

    Examples
    --------
    >>> times(0.55, 0.5, 0.61), times(50.15, 5.35, 470.21)
    ('0.55 times [0.50, 0.61]', '50 times [5.3, 470]')
    >>> times(42.0, 13.2, math.inf), times(0.002, 0.0, 0.0041)
    ('13 times or more', '0.0041 times or less')
    >>> times(1.2, 0.3, math.inf), times(1.2, 0.0, math.inf)
    ('1.20 times [0.30, open]', 'an unknown number of times')
    """
    if not bounded(low, high) or math.isnan(ratio):
        return "an unknown number of times"
    if high > FARTHEST and (low >= 1.0 or math.isinf(ratio)):
        return f"{_digits(min(low, FARTHEST))} times or more"
    if low < 1.0 / FARTHEST and (high <= 1.0 or ratio == 0.0):
        return f"{_digits(max(high, 1.0 / FARTHEST))} times or less"
    ends = (
        _digits(low) if low >= 1.0 / FARTHEST else "open",
        _digits(high) if high <= FARTHEST else "open",
    )
    return f"{_digits(ratio)} times [{', '.join(ends)}]"


def bounded(low: float, high: float) -> bool:
    """Whether an interval of a ratio has an end that says something.

    Examples
    --------
    >>> bounded(0.0, 3.0), bounded(0.0, math.inf)
    (True, False)
    """
    return low >= 1.0 / FARTHEST or high <= FARTHEST


def _digits(value: float) -> str:
    """Two digits, and two decimals near 1, where differences lie in them."""
    if 0.1 <= value < 1.5:
        return f"{value:.2f}"
    two = float(f"{value:.2g}")
    return f"{two:,.0f}" if two >= 10.0 else f"{two:.1f}" if two >= 1.0 else f"{two:.2g}"


NAMED = 5
"""Names that a sentence lists."""


def listed(names: Sequence[str]) -> str:
    """The first names, and how many more there are.

    Examples
    --------
    >>> listed(["a", "b"]), listed(list("abcdefg"))
    ('a, b', 'a, b, c, d, e and 2 more')
    """
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


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
