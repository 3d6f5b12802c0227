"""Shares, differences and counts as the few characters that a cell has room for."""

from __future__ import annotations


def percent(value: float, digits: int = 0) -> str:
    """A share as a percentage; a rounded 0 or 100 that is neither is never shown as such.

    Examples
    --------
    >>> percent(0.874), percent(0.999), percent(0.001), percent(1.0), percent(float("nan"))
    ('87%', '>99%', '<1%', '100%', '–')
    """
    if value != value:
        return "–"
    shown = round(100 * value, digits)
    if shown >= 100 > 100 * value:
        return f">{100 - 10.0**-digits:.{digits}f}%"
    if shown <= 0 < value:
        return f"<{10.0**-digits:.{digits}f}%"
    return f"{shown:.{digits}f}%"


def points(value: float) -> str:
    """A difference of shares in percentage points, with its sign.

    Examples
    --------
    >>> points(0.123), points(-0.05), points(0.0)
    ('+12', '−5', '0')
    """
    if value != value:
        return "–"
    shown = round(100 * value)
    if shown == 0:
        return "0"
    return f"{'+' if shown > 0 else '−'}{abs(shown)}"


def short_count(value: float) -> str:
    """A count in at most four characters.

    Examples
    --------
    >>> short_count(987), short_count(12_345), short_count(2_500_000)
    ('987', '12k', '2.5M')
    """
    if value < 10_000:
        return f"{int(value)}"
    if value < 1_000_000:
        return f"{value / 1000:.0f}k"
    return f"{value / 1_000_000:.1f}M"
