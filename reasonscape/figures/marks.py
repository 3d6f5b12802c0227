"""Outlines of cells in a grid of unit squares: borders of zones and corner marks."""

from __future__ import annotations

import numpy as np

from reasonscape.figures.content import BoolArray

Path = tuple[list[float | None], list[float | None]]


def zone_border(inside: BoolArray) -> Path:
    """Edges between the cells of a zone and everything else, as one broken line.

    Parameters
    ----------
    inside
        True where a cell belongs to the zone, indexed ``[y, x]``; cell ``[j, i]`` is the unit
        square around ``(i, j)``.

    Returns
    -------
    tuple of lists
        x and y of the line, ``None`` between its pieces; neighbouring edges are joined.

    Examples
    --------
    >>> zone_border(np.array([[True]]))[0]
    [-0.5, 0.5, None, -0.5, 0.5, None, -0.5, -0.5, None, 0.5, 0.5, None]
    """
    padded = np.pad(np.asarray(inside, dtype=bool), 1)
    xs: list[float | None] = []
    ys: list[float | None] = []
    level = padded[1:, 1:-1] != padded[:-1, 1:-1]
    for row in range(level.shape[0]):
        for start, stop in _runs(level[row]):
            xs += [start - 0.5, stop - 0.5, None]
            ys += [row - 0.5, row - 0.5, None]
    upright = padded[1:-1, 1:] != padded[1:-1, :-1]
    for column in range(upright.shape[1]):
        for start, stop in _runs(upright[:, column]):
            xs += [column - 0.5, column - 0.5, None]
            ys += [start - 0.5, stop - 0.5, None]
    return xs, ys


def cell_frames(inside: BoolArray, inset: float = 0.06) -> Path:
    """A closed frame inside each marked cell, as one broken line.

    Examples
    --------
    >>> cell_frames(np.array([[True]]), inset=0.0)[0]
    [-0.5, 0.5, 0.5, -0.5, -0.5, None]
    """
    reach = 0.5 - inset
    xs: list[float | None] = []
    ys: list[float | None] = []
    for row, column in np.argwhere(inside).tolist():
        xs += [column - reach, column + reach, column + reach, column - reach, column - reach, None]
        ys += [row - reach, row - reach, row + reach, row + reach, row - reach, None]
    return xs, ys


def corner_triangles(inside: BoolArray, across: float, up: float) -> Path:
    """A triangle in the upper right corner of each marked cell, as one broken outline.

    Parameters
    ----------
    inside
        True where a cell is marked, indexed ``[y, x]``.
    across, up
        Legs of the triangle in cell widths and heights.

    Examples
    --------
    >>> corner_triangles(np.array([[True]]), 0.5, 0.5)[0]
    [0.0, 0.5, 0.5, 0.0, None]
    """
    xs: list[float | None] = []
    ys: list[float | None] = []
    for row, column in np.argwhere(inside).tolist():
        xs += [column + 0.5 - across, column + 0.5, column + 0.5, column + 0.5 - across, None]
        ys += [row + 0.5, row + 0.5, row + 0.5 - up, row + 0.5, None]
    return xs, ys


def _runs(flags: BoolArray) -> list[tuple[int, int]]:
    """Start and end (exclusive) of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return [(int(start), int(stop)) for start, stop in zip(edges[::2], edges[1::2], strict=True)]
