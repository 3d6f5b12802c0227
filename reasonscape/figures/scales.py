"""Ranges and ticks of axes of numbers, shared by the panels of a figure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from reasonscape.figures.numerals import short_count
from reasonscape.figures.theme import FONT_SIZE, plot_axis

#: Steps of logarithmic ticks within a power of ten, from the densest to the sparsest.
_STEPS = ((1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,))


def finite_values(
    arrays: Iterable[npt.ArrayLike], *, positive: bool = False
) -> npt.NDArray[np.float64]:
    """All finite values of some arrays, or those above 0, in one array."""
    parts = [np.asarray(array, dtype=float).ravel() for array in arrays]
    values = np.concatenate(parts) if parts else np.zeros(0)
    return values[np.isfinite(values) & ((values > 0) if positive else True)]


def log_bounds(
    arrays: Iterable[npt.ArrayLike], *, least_factor: float = 4.0, margin: float = 0.04
) -> tuple[float, float]:
    """Bounds of a logarithmic axis that holds all values above 0, at least a factor apart.

    Examples
    --------
    >>> low, high = log_bounds([np.array([np.nan, 10.0, 1000.0])])
    >>> low < 10, high > 1000
    (True, True)
    """
    values = finite_values(arrays, positive=True)
    low, high = (float(values.min()), float(values.max())) if len(values) else (1.0, 1.0)
    # A margin of the drawn width, and room around values that lie close together.
    wanting = max(0.0, math.log(least_factor) - math.log(high / low)) / 2
    stretch = margin * (math.log(high / low) + 2 * wanting) + wanting
    return low / math.exp(stretch), high * math.exp(stretch)


def tick_number(value: float) -> str:
    """A tick's number: short from 10,000 on, without trailing zeros below 1.

    Examples
    --------
    >>> [tick_number(v) for v in (0.05, 0.5, 2, 1500, 20_000)]
    ['0.05', '0.5', '2', '1,500', '20k']
    """
    return short_count(value) if value >= 10_000 else f"{value:,.4g}"


def log_ticks(low: float, high: float, most: int = 7) -> list[float]:
    """Round numbers from `low` to `high`, at most about `most` of them.

    Examples
    --------
    >>> log_ticks(80, 3000)
    [100.0, 200.0, 500.0, 1000.0, 2000.0]
    >>> log_ticks(80, 300_000)
    [100.0, 300.0, 1000.0, 3000.0, 10000.0, 30000.0, 100000.0, 300000.0]
    """
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks: list[float] = []
    for steps in _STEPS:
        ticks = [
            float(step * 10**power) if power >= 0 else round(step * 10.0**power, -power + 1)
            for power in powers
            for step in steps
        ]
        ticks = [tick for tick in ticks if low <= tick <= high]
        if len(ticks) <= most + 1:
            break
    return ticks


def log_axis(low: float, high: float, *, most: int = 7, **more: Any) -> dict[str, Any]:
    """Keys of one logarithmic axis with ticks at round numbers."""
    ticks = log_ticks(low, high, most)
    return plot_axis(
        type="log",
        range=[math.log10(low), math.log10(high)],
        tickmode="array",
        tickvals=ticks,
        ticktext=[tick_number(tick) for tick in ticks],
        **more,
    )


def round_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Multiples of a round step from `low` to `high`, at most `most` of them.

    Examples
    --------
    >>> round_ticks(0, 2048)
    [0.0, 500.0, 1000.0, 1500.0, 2000.0]
    """
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    ticks: list[float] = []
    for factor in (1, 2, 2.5, 5, 10, 20):
        step = factor * power
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        ticks = [round(number * step, 12) for number in range(first, last + 1)]
        if len(ticks) <= most:
            break
    return ticks


def top_of(arrays: Iterable[npt.ArrayLike], *, otherwise: float = 1.0, room: float = 1.08) -> float:
    """Upper end of an axis from 0 that holds all values, with some room."""
    values = finite_values(arrays)
    top = float(values.max()) if len(values) else 0.0
    return room * top if top > 0 else otherwise


def axis_name(text: str, *, shown: bool = True) -> dict[str, Any]:
    """Title of an axis; `text` is escaped already."""
    return {"text": text if shown else "", "standoff": 8, "font": {"size": FONT_SIZE}}
