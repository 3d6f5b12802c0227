"""Numbering of values agrees with sorting them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats.codes import dense_codes, paired_codes, row_codes

NUMBERS = st.lists(st.one_of(st.integers(0, 30), st.integers(-5, 10**12)), max_size=40)


@given(NUMBERS)
def test_codes_are_ranks_of_distinct_values(values: list[int]) -> None:
    given_values = np.array(values, dtype=np.int64)
    codes, count = dense_codes(given_values)
    names, inverse = np.unique(given_values, return_inverse=True)
    assert codes.tolist() == inverse.tolist()
    assert count == len(names)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(0, 2)), max_size=30))
def test_rows_and_pairs(rows: list[tuple[int, int, int]]) -> None:
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 3)
    names, inverse = np.unique(table, axis=0, return_inverse=True)
    codes, count = row_codes(table)
    assert codes.tolist() == inverse.reshape(-1).tolist()
    assert count == len(names)
    assert paired_codes(table[:, 0], table[:, 1])[0].tolist() == row_codes(table[:, :2])[0].tolist()


def test_floats_with_nan_and_a_table_without_columns() -> None:
    assert dense_codes(np.array([512.0, np.nan, 512.0]))[0].tolist() == [0, 1, 0]
    assert row_codes(np.zeros((3, 0), dtype=np.int64))[0].tolist() == [0, 0, 0]
