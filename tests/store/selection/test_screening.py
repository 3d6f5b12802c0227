"""The one scan of a screen against the cells that every lens reads."""

from __future__ import annotations

import numpy as np
import pytest

from reasonscape.store.filters.where import ALL
from reasonscape.store.selection.raw_cells import raw_cells
from reasonscape.store.selection.screening import rows_of_eval, screening_rows
from reasonscape.store.tables import Store
from tests.store.conftest import Fill, MakeSample

COLUMNS = ("param.length", "label.format", "param.missing")


def filled(store: Store, fill: Fill, make_sample: MakeSample, order: np.ndarray) -> None:
    stops = ("stop", "length", "error", "filter")
    samples = [
        make_sample(
            number // 3,
            repeat=number % 3,
            correct=(True, False, None)[number % 7 % 3],
            stop=stops[number % 5 % 4],
            params={"length": float(number // 3 % 4)} if number % 11 else {},
            completion_tokens=None if number % 13 == 0 else 100 + number,
        )
        for number in range(240)
    ]
    fill(store, [samples[i] for i in order])


@pytest.fixture
def full(store: Store, fill: Fill, make_sample: MakeSample) -> Store:
    filled(store, fill, make_sample, np.arange(240))
    return store


def test_sums_are_those_of_the_cells(full: Store) -> None:
    rows = screening_rows(full, ALL, "arithmetic", COLUMNS, loop_covered=0.3)
    raw = raw_cells(full, ALL, "arithmetic", COLUMNS)
    names = ("items", "n", "k", "truncated", "unanswered", "incorrect", "ungraded", "failed")

    def told(cells: object, eval_id: object, axes: object) -> list[tuple[object, ...]]:
        columns = [*axes.values(), *(cells[name] for name in (*names, "chance"))]  # type: ignore[attr-defined, index]
        return sorted(
            (str(one), *(str(round(v, 9) if isinstance(v, float) else v) for v in rest))
            for one, *rest in zip(eval_id, *(c.tolist() for c in columns), strict=True)  # type: ignore[call-overload]
        )

    mine = told(rows.cells.sums, rows.cells.eval_id, rows.cells.axes)
    assert mine == told(raw.sums, raw.eval_id, raw.axes)
    assert len(rows) == 240


def test_items_stand_side_by_side(full: Store) -> None:
    rows = screening_rows(full, ALL, "arithmetic", COLUMNS, loop_covered=0.3)
    assert (np.diff(rows.cell) >= 0).all()
    assert (np.diff(rows.item) >= 0).all()
    # An item lies in one cell of one eval.
    assert len(np.unique(rows.item)) == len(np.unique(np.stack([rows.item, rows.cell]), axis=1).T)
    found = 0
    for eval_id in np.unique(rows.cells.eval_id.astype(str)):
        part = rows_of_eval(rows, eval_id)
        assert set(rows.cells.eval_id[rows.cell[part]]) == {eval_id}
        found += part.stop - part.start
    assert found == len(rows)
    assert rows_of_eval(rows, "nobody") == slice(0, 0)


def test_the_order_of_rows_does_not_matter(
    full: Store, fill: Fill, make_sample: MakeSample, tmp_path: object
) -> None:
    other = Store.create(f"{tmp_path}/other")
    filled(other, fill, make_sample, np.random.default_rng(1).permutation(240))
    one, two = (
        screening_rows(store, ALL, "arithmetic", COLUMNS, loop_covered=0.3)
        for store in (full, other)
    )
    assert one.cells.eval_id.tolist() == two.cells.eval_id.tolist()
    assert one.cell.tolist() == two.cell.tolist()
    assert one.item.tolist() == two.item.tolist()
    for name, values in one.cells.sums.items():
        assert values.tolist() == two.cells.sums[name].tolist()


def test_a_store_without_features(full: Store) -> None:
    rows = screening_rows(full, ALL, "arithmetic", (), loop_covered=0.3)
    assert not rows.visible.any()
    assert not rows.looped.any()
    assert np.isnan(rows.bytes).all()
    assert np.isnan(rows.tokens).sum() == 19
    assert len(rows.cells.eval_id) == 2
    nothing = screening_rows(full, ALL, "no such task", (), loop_covered=0.3)
    assert len(nothing) == 0
