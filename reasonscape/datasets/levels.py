"""Levels of an axis as the store counts them, and how a level or a bin is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Level(Protocol):
    """One value of a column with its counts; ``store.selection`` makes them."""

    @property
    def value(self) -> float | str:
        """The value."""

    @property
    def items(self) -> int:
        """Different items with this value, over the selected evals together."""

    @property
    def samples(self) -> int:
        """Samples with this value."""

    @property
    def correct(self) -> int:
        """Right answers among them."""


def format_number(value: float, digits: int = 6) -> str:
    """Write a level's value, whole numbers without a decimal point.

    Examples
    --------
    >>> format_number(18.0), format_number(0.1), format_number(1e7)
    ('18', '0.1', '10000000')
    """
    if float(value).is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.{digits}g}"


def range_labels(
    ranges: Sequence[tuple[float, float]], edges: Sequence[float] | None
) -> tuple[str, ...]:
    """Write levels or bins, each differently.

    Parameters
    ----------
    ranges
        Smallest and largest value of each level.
    edges
        Edges where the axis was cut.

    Examples
    --------
    >>> range_labels([(1, 1), (3, 5)], [1, 3, 5])
    ('1', '3–5')
    >>> range_labels([(0.1, 0.3), (0.4, 0.9)], [0.1, 0.4, 0.9])
    ('[0.1, 0.4)', '[0.4, 0.9]')
    """
    whole = all(float(bound).is_integer() for pair in ranges for bound in pair)
    names: tuple[str, ...] = ()
    # Six digits read well; where two levels would then look alike, all digits are shown.
    for digits in (6, 12, 17):
        names = tuple(
            _name(index, pair, None if whole else edges, digits)
            for index, pair in enumerate(ranges)
        )
        if len(set(names)) == len(names):
            break
    return names


def _name(index: int, pair: tuple[float, float], edges: Sequence[float] | None, digits: int) -> str:
    low, high = pair
    if low == high:
        return format_number(low, digits)
    if edges is None:
        dash = "–" if low >= 0 else " to "
        return f"{format_number(low, digits)}{dash}{format_number(high, digits)}"
    closing = "]" if index == len(edges) - 2 else ")"
    start, end = (format_number(edge, digits) for edge in edges[index : index + 2])
    return f"[{start}, {end}{closing}"
