"""The axis of frequencies: cycles per token or byte, and the period that each stands for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import numpy as np

from reasonscape.figures.areas import Area
from reasonscape.figures.content import FloatArray
from reasonscape.figures.panels import Panels
from reasonscape.figures.scales import axis_name, finite_values, round_ticks
from reasonscape.figures.spectrum_content import FrequencyUnit
from reasonscape.figures.theme import CHARACTER_WIDTH, HEAD, SMALL, SOFT_INK, plot_axis

#: Pixels below the drawing area for ticks of two lines and the axis title.
AXIS_ROOM = 66.0
#: Ticks closer than this, in pixels, would touch.
_APART = 34.0
_PERIODS = (2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 30, 50, 100, 200, 500, 1000)
# Pixels of a legend's key without its name, and of one row of keys.
_KEY, _KEY_LINE, _MEAN_WIDTH = 64.0, 20.0, 0.52


class OverFrequency(Protocol):
    """What every content along frequency has."""

    @property
    def frequency(self) -> FloatArray:
        """Cycles per unit."""

    @property
    def unit(self) -> FrequencyUnit:
        """What cycles are counted by."""


def period_number(frequency: float) -> str:
    """Length of one cycle, with a decimal below 10.

    Examples
    --------
    >>> period_number(0.5), period_number(0.15), period_number(1 / 32)
    ('2.0', '6.7', '32')
    """
    if not frequency > 0:
        return "–"
    period = 1 / frequency
    return f"{period:.1f}" if period < 9.95 else f"{period:,.0f}"


def period_words(frequency: float, unit: FrequencyUnit) -> str:
    """A frequency in words.

    Examples
    --------
    >>> period_words(0.5, "token")
    'every 2.0 tokens'
    """
    return f"every {period_number(frequency)} {unit}s"


def frequency_hover(frequency: float, unit: FrequencyUnit) -> str:
    """A frequency for hover boxes, both ways."""
    return f"{frequency:.3g} cycles per {unit}: {period_words(frequency, unit)}"


def frequency_end(panels: Iterable[OverFrequency]) -> float:
    """Right end of the axis that all panels share: half a bin beyond the highest frequency.

    Raises
    ------
    ValueError
        If panels count cycles by different units.
    """
    contents = list(panels)
    if len({each.unit for each in contents}) > 1:
        raise ValueError("the panels of one figure count cycles by one unit: token or byte")
    ends = [
        float(each.frequency[-1]) + bin_width(each.frequency) / 2
        for each in contents
        if len(each.frequency)
    ]
    return max(ends, default=0.5)


def bin_width(frequency: FloatArray) -> float:
    """Distance of neighbouring frequencies; of one alone, its distance from 0."""
    steps = np.diff(np.concatenate(([0.0], frequency)))
    return float(np.median(steps)) if len(steps) else 0.0


def nearest_bin(frequency: FloatArray, at: float) -> int | None:
    """Number of the frequency that `at` belongs to, or ``None`` where it is off the grid.

    Examples
    --------
    >>> nearest_bin(np.array([0.25, 0.5]), 0.49), nearest_bin(np.array([0.25, 0.5]), 0.9)
    (1, None)
    """
    if not len(frequency) or at != at:
        return None
    index = int(np.argmin(np.abs(frequency - at)))
    return index if abs(float(frequency[index]) - at) <= bin_width(frequency) else None


def frequency_axis(area: Area, panels: Panels, index: int, unit: str, **more: Any) -> Any:
    """Keys of one axis of frequencies, under every tick the period that it stands for."""
    end = area.x[1]
    pixels = more.pop("pixels", panels.plot_width)
    ticks: list[float] = []
    for period in _PERIODS:
        at = 1 / period
        clear = not ticks or (ticks[-1] - at) / end * pixels >= _APART
        if at <= end and clear and at / end * pixels >= _APART / 2:
            ticks.append(at)
    under = f'<br><span style="color:{SOFT_INK}">'
    texts = [f"{round(at, 3):g}{under}{round(1 / at):,}</span>" for at in ticks]
    words = f"cycles per {unit} · second line: {unit}s per cycle"
    if len(words) * SMALL * CHARACTER_WIDTH > pixels:
        words = f"cycles per {unit} · {unit}s per cycle"
    return plot_axis(
        anchor=area.y_key, domain=panels.boxes[index].x, range=list(area.x), tickmode="array",
        tickvals=ticks, ticktext=texts, title=axis_name(words),
    ) | more  # fmt: skip


def decibel_range(
    middles: Sequence[Any], bands: Sequence[Any], *, beyond: float = 3.0, least: float = 1.0
) -> tuple[float, float]:
    """Range of an axis of dB with 0 on it: all middles, and bands as far as `beyond` outside them.

    Examples
    --------
    >>> decibel_range([[0.0, 4.0]], [[-90.0]], beyond=2.0)
    (-3.4, 4.4)
    """
    inner = np.concatenate(([-least, least], finite_values(middles)))
    low, high = float(inner.min()), float(inner.max())
    outer = np.clip(finite_values(bands), low - beyond, high + beyond)
    low, high = float(np.min([low, *outer])), float(np.max([high, *outer]))
    room = 0.06 * (high - low)
    return round(low - room, 1), round(high + room, 1)


def head_room(names: Sequence[str], width: float) -> float:
    """Pixels above the panels where the keys of a legend may need several rows."""
    widths = [_KEY + len(name) * 12 * _MEAN_WIDTH for name in names]
    if sum(widths) <= width:
        return HEAD
    across = max(int(width / max(widths)), 1)
    return HEAD + _KEY_LINE * (-(-len(names) // across) - 1)


def decibel_axis(area: Area, panels: Panels, index: int, title: str) -> Any:
    """Keys of one axis of dB with signs; only the first column has its words."""
    box = panels.boxes[index]
    ticks = round_ticks(*area.y, 7)
    first = box.column == 0
    return plot_axis(
        anchor=area.x_key, domain=box.y, range=list(area.y), tickmode="array", tickvals=ticks,
        ticktext=[signed(tick) for tick in ticks], showticklabels=first,
        title=axis_name(title, shown=first),
    )  # fmt: skip


def signed(value: float) -> str:
    """A number of dB with its sign, and 0 without.

    Examples
    --------
    >>> signed(2.0), signed(-0.5), signed(0.0)
    ('+2', '−0.5', '0')
    """
    return f"{value:+.3g}".replace("-", "−") if value else "0"
