"""Cells of one ordered axis laid out as a dense table: levels by combinations of other axes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reasonscape.errors import UsageError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BELOW_CHANCE_Z = 2.576
"""A level this many standard errors under chance frees the floor from its bound."""


@dataclass(frozen=True)
class CurveTable:
    """Counts of one axis in the order of difficulty, easiest level first.

    Attributes
    ----------
    k, n
        Right answers and answers, shape (levels, combinations of the other axes); a combination
        that was never asked has ``n`` = 0.
    x
        Positions of the levels in gaps (mean distance of adjacent observed levels), from 0.
    z
        Columns of the other axes' additive terms, shape (combinations, terms), each centred by
        ``v``, so that the place of a curve is its place at average terms.
    v
        Share of all answers in each combination; accuracies are averages with these weights.
    bound
        Least floor: chance, or 0 where a level lies clearly below chance.
    levels
        Indices of the observed levels on the caller's axis, shape (levels,).
    origin, gap
        A caller's position is ``origin + gap * x``; ``gap`` is negative where the caller's
        positions fall with difficulty.
    """

    k: Floats
    n: Floats
    x: Floats
    z: Floats
    v: Floats
    bound: float
    levels: Ints
    origin: float
    gap: float

    def turned(self) -> CurveTable:
        """Return the same table with the order of difficulty reversed."""
        return CurveTable(
            k=self.k[::-1].copy(),
            n=self.n[::-1].copy(),
            x=self.x[-1] - self.x[::-1],
            z=self.z,
            v=self.v,
            bound=self.bound,
            levels=self.levels[::-1].copy(),
            origin=self.origin + self.gap * float(self.x[-1]),
            gap=-self.gap,
        )


def lay_out(
    k: npt.ArrayLike,
    n: npt.ArrayLike,
    position_index: npt.ArrayLike,
    positions: npt.ArrayLike | None,
    other_coords: npt.ArrayLike | None,
    chance: float,
) -> tuple[CurveTable | None, int]:
    """Check the cells and add them up into a table; levels without answers are dropped.

    Returns
    -------
    tuple of CurveTable or None, int
        None where no cell holds an answer; the number of levels of the caller's axis.

    Raises
    ------
    UsageError
        Where the shapes disagree or counts, positions or chance are out of range.

    Examples
    --------
    >>> table, n_levels = lay_out([5, 4, 0], [5, 5, 0], [0, 1, 2], None, None, 0.0)
    >>> table.k.ravel().tolist(), n_levels
    ([5.0, 4.0], 3)
    """
    right, asked = _counts(k, n)
    index = _indices(position_index, right.size)
    places = _positions(positions, index)
    if not 0.0 <= chance < 1.0:
        raise UsageError(
            f"chance must lie in [0, 1), not {chance}", remedy="pass the share got by guessing"
        )
    used = asked > 0
    if not used.any():
        return None, places.size
    right, asked, index = right[used], asked[used], index[used]
    levels, row = np.unique(index, return_inverse=True)
    column, combinations = _combinations(other_coords, used)
    shape = (levels.size, combinations.shape[0])
    cell = row * shape[1] + column
    # fractional counts of one cell are added in an order of their own, not in that of the rows
    order = np.lexsort((right, asked, cell))
    right, asked, cell = right[order], asked[order], cell[order]
    size = shape[0] * shape[1]
    table_k = np.bincount(cell, right, minlength=size).astype(np.float64).reshape(shape)
    table_n = np.bincount(cell, asked, minlength=size).astype(np.float64).reshape(shape)
    share = table_n.sum(axis=0) / table_n.sum()
    own = places[levels]
    gap = float(own[-1] - own[0]) / (levels.size - 1) if levels.size > 1 else 1.0
    return CurveTable(
        k=table_k,
        n=table_n,
        x=(own - own[0]) / gap,
        z=_terms(combinations, share),
        v=share,
        bound=_floor_bound(table_k, table_n, chance),
        levels=levels.astype(np.int64),
        origin=float(own[0]),
        gap=gap,
    ), places.size


def _counts(k: npt.ArrayLike, n: npt.ArrayLike) -> tuple[Floats, Floats]:
    right = np.asarray(k, dtype=np.float64).ravel()
    asked = np.asarray(n, dtype=np.float64).ravel()
    if right.shape != asked.shape:
        raise UsageError(
            f"k has {right.size} cells and n has {asked.size}", remedy="pass one k for each n"
        )
    if not (np.isfinite(right).all() and np.isfinite(asked).all()):
        raise UsageError("k and n must be finite", remedy="drop cells without counts")
    if (right < 0).any() or (right > asked * (1 + 1e-9) + 1e-9).any():
        raise UsageError("k must lie between 0 and n in each cell", remedy="check the counts")
    return np.minimum(right, asked), asked


def _indices(position_index: npt.ArrayLike, size: int) -> Ints:
    index = np.asarray(position_index, dtype=np.int64).ravel()
    if index.size != size:
        raise UsageError(
            f"position_index has {index.size} entries for {size} cells",
            remedy="pass one level index for each cell",
        )
    if size and index.min() < 0:
        raise UsageError("position_index holds a negative level", remedy="count levels from 0")
    return index


def _positions(positions: npt.ArrayLike | None, index: Ints) -> Floats:
    top = int(index.max()) + 1 if index.size else 0
    if positions is None:
        return np.arange(top, dtype=np.float64)
    places = np.asarray(positions, dtype=np.float64).ravel()
    if places.size < top:
        raise UsageError(
            f"positions has {places.size} levels but level {top - 1} occurs",
            remedy="pass one position for each level",
        )
    if not np.isfinite(places).all() or (np.diff(places) <= 0).any():
        raise UsageError(
            "positions must be finite and increasing", remedy="sort the levels by position"
        )
    return places


def _combinations(
    other_coords: npt.ArrayLike | None, used: npt.NDArray[np.bool_]
) -> tuple[Ints, Ints]:
    """Number the combinations of the other axes: combination of each cell, their coordinates."""
    nothing = np.zeros(int(used.sum()), dtype=np.int64), np.zeros((1, 0), dtype=np.int64)
    if other_coords is None:
        return nothing
    coords = np.asarray(other_coords, dtype=np.int64)
    if coords.size == 0:
        return nothing
    if coords.shape[0] != used.size:
        raise UsageError(
            f"other_coords has {coords.shape[0]} rows for {used.size} cells",
            remedy="pass one row of levels for each cell",
        )
    coords = coords.reshape(used.size, -1)[used]
    if coords.shape[1] == 1:
        seen, column = np.unique(coords[:, 0], return_inverse=True)
        return column.astype(np.int64), seen[:, None]
    rows, column = np.unique(coords, axis=0, return_inverse=True)
    return column.ravel().astype(np.int64), rows


def _terms(combinations: Ints, share: Floats) -> Floats:
    """Make one column for each level but the first of each other axis, centred by ``share``."""
    columns = [
        (combinations[:, axis] == level).astype(np.float64)
        for axis in range(combinations.shape[1])
        for level in np.unique(combinations[:, axis])[1:]
    ]
    if not columns:
        return np.zeros((combinations.shape[0], 0))
    dummies = np.stack(columns, axis=1)
    centred: Floats = dummies - share @ dummies
    return centred


def _floor_bound(k: Floats, n: Floats, chance: float) -> float:
    """Return chance, or 0 where cut-off answers push a level clearly below chance."""
    if chance == 0.0:
        return 0.0
    right, asked = k.sum(axis=1), n.sum(axis=1)
    error = np.sqrt(asked * chance * (1 - chance))
    return 0.0 if bool((right < asked * chance - BELOW_CHANCE_Z * error).any()) else chance
