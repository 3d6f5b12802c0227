"""Query columns as plain numpy arrays: what NULL becomes is decided here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np


def plain_columns(fetched: Mapping[str, Any]) -> dict[str, np.ndarray[Any, Any]]:
    """Turn masked columns into plain ones.

    Parameters
    ----------
    fetched
        Name -> array, masked where the column has NULLs.

    Raises
    ------
    ValueError
        An integer or boolean column holds NULL.

    Examples
    --------
    >>> import numpy as np
    >>> masked = np.ma.masked_array([1.0, 2.0], mask=[False, True])
    >>> plain_columns({"x": masked})["x"]
    array([ 1., nan])
    """
    plain: dict[str, np.ndarray[Any, Any]] = {}
    for name, column in fetched.items():
        if not isinstance(column, np.ma.MaskedArray):
            plain[name] = np.asarray(column)
        elif not np.ma.getmaskarray(column).any():
            plain[name] = np.asarray(column.data)
        elif column.dtype.kind == "f":
            plain[name] = column.filled(np.nan)
        elif column.dtype.kind == "O":
            # filled(None) means a default, which is a question mark.
            values = np.array(column.data, copy=True)
            values[np.ma.getmaskarray(column)] = None
            plain[name] = values
        else:
            raise ValueError(f"column {name} of type {column.dtype} holds NULL")
    return plain
