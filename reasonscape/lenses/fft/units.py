"""What prompts are counted in, and frequencies as periods in words."""

from __future__ import annotations

from reasonscape.lenses.fft.result import EvalFft


def unit(one: EvalFft) -> str:
    """What the eval's prompts are counted in, in words."""
    return "bytes" if one.own.reading.name == "bytes" else "tokens"


def period(frequency: float, counted: str = "tokens") -> str:
    """A frequency as a period in words.

    Examples
    --------
    >>> period(0.5), period(0.08)
    ('2.0 tokens', '12 tokens')
    """
    length = 1.0 / frequency
    return f"{length:.1f} {counted}" if length < 10.0 else f"{length:.0f} {counted}"
