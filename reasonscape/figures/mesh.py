"""A grid of heights as triangles and grid lines for 3-D drawing, with holes where cells are NaN.

Plotly's own `surface` resamples every grid to 128 x 128 vertices, which a browser without a
graphics card draws three times slower than these few triangles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reasonscape.figures.content import FloatArray, IntArray

Line = tuple[list[float | None], list[float | None], list[float | None]]


@dataclass(frozen=True, eq=False)
class Mesh:
    """Vertices ``x, y, z`` of shape ``(V,)`` and corners of triangles ``i, j, k`` of ``(T,)``."""

    x: FloatArray
    y: FloatArray
    z: FloatArray
    i: IntArray
    j: IntArray
    k: IntArray


def grid_mesh(x: FloatArray, y: FloatArray, z: FloatArray) -> Mesh:
    """Triangles over the quadrilaterals of a grid.

    A full quadrilateral gets its centre as a fifth vertex, so that the picture does not depend on
    which diagonal is folded; one with a missing corner is a single triangle, with two none.

    Parameters
    ----------
    x, y
        Positions of columns and rows.
    z
        Heights indexed ``[y, x]``; NaN is a hole.

    Examples
    --------
    >>> mesh = grid_mesh(np.arange(2.0), np.arange(2.0), np.array([[0.0, 1.0], [1.0, 2.0]]))
    >>> len(mesh.z), len(mesh.i), float(mesh.z[-1])
    (5, 4, 1.0)
    """
    rows, columns = z.shape
    xs, ys = (grid.ravel().tolist() for grid in np.meshgrid(x, y))
    zs = z.ravel().tolist()
    triangles: list[tuple[int, int, int]] = []
    for row in range(rows - 1):
        for column in range(columns - 1):
            start = row * columns + column
            ring = [start, start + 1, start + columns + 1, start + columns]
            shown = [corner for corner in ring if zs[corner] == zs[corner]]
            if len(shown) == 3:
                triangles.append((shown[0], shown[1], shown[2]))
            elif len(shown) == 4:
                centre = len(zs)
                for values in (xs, ys, zs):
                    values.append(sum(values[corner] for corner in ring) / 4)
                triangles += [(ring[n], ring[(n + 1) % 4], centre) for n in range(4)]
    corners = np.array(triangles, dtype=np.int64).reshape(-1, 3)
    return Mesh(
        np.array(xs), np.array(ys), np.array(zs), corners[:, 0], corners[:, 1], corners[:, 2]
    )


def grid_lines(x: FloatArray, y: FloatArray, z: FloatArray, lift: float = 0.0) -> Line:
    """Lines along every row and column of a grid, broken at holes, raised by `lift`.

    Examples
    --------
    >>> grid_lines(np.arange(2.0), np.zeros(1), np.array([[0.5, np.nan]]))[2]
    [0.5, None, None, 0.5, None, None, None]
    """
    xs: list[float | None] = []
    ys: list[float | None] = []
    zs: list[float | None] = []
    for row, at in enumerate(y.tolist()):
        xs += [*x.tolist(), None]
        ys += [*[at] * len(x), None]
        zs += [*_heights(z[row], lift), None]
    for column, at in enumerate(x.tolist()):
        xs += [*[at] * len(y), None]
        ys += [*y.tolist(), None]
        zs += [*_heights(z[:, column], lift), None]
    return xs, ys, zs


def _heights(values: FloatArray, lift: float) -> list[float | None]:
    return [value + lift if value == value else None for value in values.tolist()]
