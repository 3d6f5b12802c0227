from __future__ import annotations

from pathlib import Path

import numpy as np

from reasonscape.store.filters.where import ALL
from reasonscape.store.sample import Sample
from reasonscape.store.selection.cells import cell_sums
from reasonscape.store.selection.grid import AxisExpression
from reasonscape.store.selection.paired_items import paired_items
from reasonscape.store.selection.raw_cells import raw_cells
from reasonscape.store.tables import Store
from reasonscape.store.writing import ImportWriter


def test_entries_without_coordinates_are_kept(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    with ImportWriter(store) as writer:
        writer.add(
            [
                Sample(
                    model,
                    "t",
                    item_id=str(n),
                    params={"x": float(n % 2)} if n < 4 else {},
                    labels={"f": "a"} if n != 1 else {},
                    correct=n % 3 == 0,
                    chance=None if n else 0.5,
                )
                for model in ("a", "b")
                for n in range(6)
            ]
        )
        writer.commit()
    raw = raw_cells(store, ALL, "t", ["param.x", "label.f"], default_chance=0.25)
    assert raw.sums["n"].sum() == 12
    x, f = raw.axes["param.x"], raw.axes["label.f"]
    assert np.isnan(x).sum() == 2 and sum(value is None for value in f) == 2
    whole = ~np.isnan(x) & np.array([value is not None for value in f])
    axes = (AxisExpression("param.x"), AxisExpression("label.f"))
    cells = cell_sums(store, ALL, "t", axes, default_chance=0.25)
    assert raw.sums["k"][whole].tolist() == cells.correct.tolist()
    assert (raw.sums["chance"][whole] / raw.sums["n"][whole]).tolist() == cells.chance.tolist()
    assert raw.sums["chance"].sum() == 2 * (0.5 + 5 * 0.25)
    first, second = sorted(set(raw.eval_id.tolist()))
    pairs = paired_items(store, ALL, "t", ["param.x", "label.f"], (first, second))
    assert pairs.pairs.sum() == 6 and not pairs.sum_d.any() and not pairs.sum_d2.any()
