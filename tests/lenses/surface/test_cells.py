"""Merging cells: sums over items add up, whatever the axes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.lenses.surface.cells import Cells


def cells_of(answers: list[list[bool]], coords: Sequence[tuple[int, ...]]) -> Cells:
    """One item an entry, with its repeats; sums by hand, one cell an item."""
    m = np.array([len(a) for a in answers], dtype=float)
    k = np.array([sum(a) for a in answers], dtype=float)
    zero = np.zeros(len(m))
    return Cells(
        coords=np.array(coords, dtype=np.int64).reshape(len(m), -1),
        items=np.ones(len(m)),
        n=m,
        k=k,
        truncated=zero,
        unanswered=zero,
        incorrect=m - k,
        ungraded=zero,
        failed=zero,
        stop_known=m,
        sum_m2=m**2,
        k2_over_m=k**2 / m,
        sum_p=k / m,
        sum_p2=(k / m) ** 2,
        chance=np.full(len(m), 0.25),
    )


answers = st.lists(st.lists(st.booleans(), min_size=1, max_size=5), min_size=1, max_size=12)


@given(answers, st.data())
def test_collapsing_in_two_steps_is_collapsing_at_once(
    rows: list[list[bool]], data: st.DataObject
) -> None:
    coords = [
        (data.draw(st.integers(0, 2)), data.draw(st.integers(0, 2)), data.draw(st.integers(0, 1)))
        for _ in rows
    ]
    cells = cells_of(rows, coords)
    once, twice = cells.collapsed((0,)), cells.collapsed((0, 1)).collapsed((0,))
    assert once.coords.tolist() == twice.coords.tolist()
    for name in ("items", "n", "k", "sum_m2", "k2_over_m", "sum_p", "sum_p2", "chance"):
        np.testing.assert_allclose(getattr(once, name), getattr(twice, name))


@given(answers)
def test_collapsing_to_nothing_leaves_one_cell_with_all_counts(rows: list[list[bool]]) -> None:
    whole = cells_of(rows, [(i % 3,) for i in range(len(rows))]).collapsed(())
    assert whole.n.tolist() == [sum(len(row) for row in rows)]
    assert whole.items.tolist() == [len(rows)]
    assert whole.chance[0] == pytest.approx(0.25)


def test_a_seen_cell_stays_and_an_empty_one_goes() -> None:
    cells = cells_of([[True], [False, False]], [(0,), (1,)])
    empty = Cells(
        **{
            name: np.append(getattr(cells, name), 0.0)
            for name in Cells.__dataclass_fields__
            if name != "coords"
        },
        coords=np.array([[0], [1], [2]]),
    )
    assert empty.seen().coords.tolist() == [[0], [1]]
    assert np.isnan(empty.accuracy[2])


def test_rho_is_the_one_way_anova_of_items_within_cells() -> None:
    """By hand: squares between items 0.5 + 0.5 on 2 df, so MSB = 0.5; squares within items
    0.75 + 0.75 + 1 + 0 on 12 df, so MSW = 0.2083; m = 4 and
    rho = (0.5 - 0.2083) / (0.5 + 3 * 0.2083) = 0.2593.
    """
    rows = [[True, True, True, False], [False, False, False, True],
            [True, True, False, False], [True] * 4]  # fmt: skip
    cells = cells_of(rows, [(0,), (0,), (1,), (1,)]).collapsed((0,))
    assert cells.rho() == pytest.approx(7 / 27)
