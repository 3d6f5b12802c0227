"""Every selection against the same sums written as plain loops over the samples."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reasonscape.store.filters.where import ALL, Where
from reasonscape.store.identity import eval_id, item_hash
from reasonscape.store.memory import FOLDER
from reasonscape.store.outcome import outcome
from reasonscape.store.sample import Sample
from reasonscape.store.schema import OUTCOMES
from reasonscape.store.selection import evals, packing
from reasonscape.store.selection.cells import cell_sums
from reasonscape.store.selection.evals import eval_rows
from reasonscape.store.selection.grid import AxisExpression
from reasonscape.store.selection.outcomes import USED, outcome_counts
from reasonscape.store.selection.paired import paired_cells
from reasonscape.store.selection.raw_cells import raw_cells
from reasonscape.store.tables import Store
from reasonscape.store.writing import ImportWriter

LONG = Where('"param.length" >= ?', (3.0,), frozenset({"param.length"}))
LENGTH = AxisExpression("param.length", (0.0, 2.0, 5.0, 9.0))
DEPTH = AxisExpression("param.depth")
FORMAT = AxisExpression("label.format")


def random_samples(seed: int, count: int = 700) -> list[Sample]:
    """Rows of all outcomes, some without coordinates, prompts, chances or known stops."""
    rng = np.random.default_rng(seed)

    def one_of(*values: Any) -> Any:
        return values[int(rng.integers(len(values)))]

    samples = []
    for number in range(count):
        item = int(rng.integers(25))
        params = {"length": float(item % 8), "depth": float(item % 3) / 2}
        if item == 5:
            del params["length"]
        samples.append(
            Sample(
                model=one_of("a", "b", "c"),
                base_task=one_of("t", "t", "u"),
                task=one_of("easy", "hard"),
                item_id=f"i{item}",
                repeat=number,
                prompt=None if item % 4 == 0 else f"p{item}{one_of('', '', '!')}",
                params=params,
                labels={} if item == 7 else {"format": one_of("x", "y")},
                correct=one_of(True, True, False, False, None),
                answered=one_of(True, False, None),
                stop=one_of("stop", "stop", "stop", "length", "filter", "error", "unknown"),
                chance=one_of(None, 0.25, 0.5),
                source="log",
                source_row=number + 1,
            )
        )
    return samples


@pytest.fixture(scope="module", params=[0, 1])
def data(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A store and the samples in it."""
    samples = random_samples(request.param)
    store = Store.create(tmp_path_factory.mktemp("selection") / "store")
    for part in (samples[:400], samples[400:]):
        with ImportWriter(store) as writer:
            writer.add([replace(sample) for sample in part])
            writer.commit()
    assert store.row_count() == len(samples)
    return store, samples


def chosen(samples: list[Sample], where: Where) -> list[Sample]:
    if where is ALL:
        return samples
    return [s for s in samples if s.params.get("length", -1.0) >= 3.0]


def ended(sample: Sample) -> str:
    return outcome(sample.stop, sample.correct, sample.answered)


def system(sample: Sample) -> str:
    return eval_id(sample.model, sample.template, sample.sampler)


def item_of(sample: Sample) -> tuple[Any, ...]:
    hashed = None if sample.prompt is None else item_hash(sample.prompt)
    return (sample.base_task, sample.task, sample.item_id, hashed)


def place(sample: Sample, axis: AxisExpression) -> Any:
    kind, name = axis.column.split(".")
    value: Any = (sample.params if kind == "param" else sample.labels).get(name)
    if value is None or axis.edges is None:
        return value
    return sum(value >= edge for edge in axis.edges[1:-1])


WHERES = pytest.mark.parametrize("where", [ALL, LONG])


@WHERES
def test_outcome_counts(data: tuple[Store, list[Sample]], where: Where) -> None:
    store, samples = data
    expected = Counter(ended(sample) for sample in chosen(samples, where))
    assert outcome_counts(store, where) == {name: expected[name] for name in OUTCOMES}


class ItemSums:
    """The sums that an (eval, cell) has, from its samples."""

    def __init__(self, samples: list[Sample]) -> None:
        self.outcomes = Counter(map(ended, samples))
        used = [sample for sample in samples if ended(sample) in USED]
        self.chance = sum(s.chance or 0.0 for s in used) / max(1, len(used))
        self.stop_known = sum(s.stop != "unknown" for s in used)
        by_item: defaultdict[Any, list[str]] = defaultdict(list)
        for sample in used:
            by_item[item_of(sample)].append(ended(sample))
        m = np.array([len(each) for each in by_item.values()], float)
        k = np.array([each.count("correct") for each in by_item.values()], float)
        t = np.array([each.count("truncated") for each in by_item.values()], float)
        self.items, self.n, self.k = len(m), int(m.sum()), int(k.sum())
        self.sums = {
            "sum_m2": (m * m).sum(),
            "sum_k2_over_m": (k * k / m).sum(),
            "sum_p": (k / m).sum(),
            "sum_p2": (k * k / m / m).sum(),
            "sum_t2_over_m": (t * t / m).sum(),
            "sum_pt": (t / m).sum(),
            "sum_pt2": (t * t / m / m).sum(),
        }


@WHERES
def test_eval_rows(data: tuple[Store, list[Sample]], where: Where) -> None:
    store, samples = data
    groups: defaultdict[Any, list[Sample]] = defaultdict(list)
    for sample in chosen(samples, where):
        groups[system(sample), sample.base_task].append(sample)
    found = eval_rows(store, where)
    assert [(row.model, row.base_task) for row in found] == sorted(
        (group[0].model, group[0].base_task) for group in groups.values()
    )
    for row in found:
        sums = ItemSums(groups[row.eval_id, row.base_task])
        assert row.outcomes == {name: sums.outcomes[name] for name in OUTCOMES}
        assert (row.items, row.used, row.one_in) == (sums.items, sums.n, 1)
        assert (row.rho_items, row.rho_n, row.rho_k) == (sums.items, sums.n, sums.k)
        assert row.rho_m2 == sums.sums["sum_m2"]
        assert row.rho_k2_over_m == pytest.approx(sums.sums["sum_k2_over_m"], abs=1e-8)
        assert row.chance == pytest.approx(sums.chance, abs=1e-9)


def test_eval_rows_of_large_stores_take_a_fixed_sample_of_items(
    data: tuple[Store, list[Sample]], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _ = data
    whole = {(row.eval_id, row.base_task): row for row in eval_rows(store, ALL)}
    monkeypatch.setattr(evals, "SAMPLED_FROM", 100)
    monkeypatch.setattr(evals, "_SAMPLED_ROWS", 350)
    monkeypatch.setattr(evals, "_ROWS_A_PART", 0)
    (store.path / FOLDER / "evals.json").unlink()  # what is remembered was read otherwise
    sampled = eval_rows(store, ALL)
    assert sampled == eval_rows(store, ALL) and len(sampled) == len(whole)
    for row in sampled:
        full = whole[row.eval_id, row.base_task]
        assert row.one_in == 2 and row.outcomes == full.outcomes and row.chance == full.chance
        assert 0 < row.rho_items < full.rho_items and row.items == 2 * row.rho_items
        assert row.rho_n < full.rho_n


GRIDS = [(), (LENGTH,), (LENGTH, FORMAT), (DEPTH, FORMAT), (AxisExpression("param.none"),)]


@WHERES
@pytest.mark.parametrize("axes", GRIDS)
@pytest.mark.parametrize("bits", [17, 1, 21])
def test_cell_sums(
    data: tuple[Store, list[Sample]],
    where: Where,
    axes: tuple[AxisExpression, ...],
    bits: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With one bit a count nearly all outgrow their places, with 21 the sums overflow."""
    monkeypatch.setattr(packing, "BITS", bits)
    store, samples = data
    cells: defaultdict[Any, list[Sample]] = defaultdict(list)
    missing = 0
    for sample in chosen(samples, where):
        if sample.base_task != "t":
            continue
        key = tuple(place(sample, axis) for axis in axes)
        if None in key:
            missing += 1
        else:
            cells[(system(sample), *key)].append(sample)
    found = cell_sums(store, where, "t", axes)
    assert found.without_coordinates == missing
    keys = list(zip(found.eval_id.tolist(), *(c.tolist() for c in found.coordinates), strict=True))
    assert keys == sorted(cells)
    for entry, key in enumerate(keys):
        sums = ItemSums(cells[key])
        for name in OUTCOMES:
            assert getattr(found, name)[entry] == sums.outcomes[name]
        assert (found.items[entry], found.n[entry]) == (sums.items, sums.n)
        assert found.stop_known[entry] == sums.stop_known
        assert found.chance[entry] == pytest.approx(sums.chance, abs=1e-9)
        for name, value in sums.sums.items():
            assert getattr(found, name)[entry] == pytest.approx(value, abs=1e-8), name


def test_cell_sums_of_some_evals(data: tuple[Store, list[Sample]]) -> None:
    store, samples = data
    wanted = sorted({system(sample) for sample in samples if sample.model in "ab"})
    found = cell_sums(store, ALL, "t", (LENGTH,), wanted)
    assert sorted(set(found.eval_id.tolist())) == wanted
    assert cell_sums(store, ALL, "t", (LENGTH,), []).n.shape == (0,)
    assert cell_sums(store, ALL, "nothing", (LENGTH,)).n.shape == (0,)


def test_a_default_chance_stands_where_none_is_stated(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store")
    with ImportWriter(store) as writer:
        writer.add([Sample("m", "t", item_id=str(n), correct=True) for n in range(3)])
        writer.commit()
    assert cell_sums(store, ALL, "t", (), default_chance=0.2).chance.tolist() == [0.2]
    with ImportWriter(store) as writer:
        writer.add([Sample("m", "t", item_id="x", correct=True, chance=0.6)])
        writer.commit()
    assert cell_sums(store, ALL, "t", (), default_chance=0.2).chance == pytest.approx([0.3])


@WHERES
@pytest.mark.parametrize("axes", GRIDS[:4])
def test_paired_cells(
    data: tuple[Store, list[Sample]], where: Where, axes: tuple[AxisExpression, ...]
) -> None:
    store, samples = data
    shares: defaultdict[Any, defaultdict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for sample in chosen(samples, where):
        if sample.base_task == "t" and sample.model in "ab" and ended(sample) in USED:
            key = (tuple(place(sample, axis) for axis in axes), item_of(sample))
            shares[key][sample.model].append(ended(sample) == "correct")
    cells: defaultdict[Any, list[tuple[float, float]]] = defaultdict(list)
    alone: Counter[Any] = Counter()
    for (cell, _), of in shares.items():
        if len(of) == 2:
            cells[cell].append((float(np.mean(of["a"])), float(np.mean(of["b"]))))
        else:
            alone[cell, next(iter(of))] += 1
    found = paired_cells(store, where, "t", axes, eval_id("a", "", ""), eval_id("b", "", ""))
    keys = list(zip(*(c.tolist() for c in found.coordinates), strict=True)) or [()]
    assert {key for key in cells if None not in key} <= set(keys)
    missing = sum(len(pairs) for key, pairs in cells.items() if None in key)
    assert found.without_coordinates == missing
    for entry, key in enumerate(keys):
        d = np.array([a - b for a, b in cells[key]])
        assert found.pairs[entry] == len(d)
        assert (found.only_a[entry], found.only_b[entry]) == (alone[key, "a"], alone[key, "b"])
        assert found.sum_d[entry] == pytest.approx(d.sum(), abs=1e-8)
        assert found.sum_d2[entry] == pytest.approx((d * d).sum(), abs=1e-8)
        assert found.sum_a[entry] == pytest.approx(sum(a for a, _ in cells[key]), abs=1e-8)
        assert found.sum_b[entry] == pytest.approx(sum(b for _, b in cells[key]), abs=1e-8)


def test_pairs_of_nothing(data: tuple[Store, list[Sample]]) -> None:
    store, _ = data
    for axes in ((), (LENGTH,)):
        found = paired_cells(store, ALL, "t", axes, "e000000000000", "e111111111111")
        assert found.pairs.tolist() == [] and found.without_coordinates == 0


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    samples = random_samples(3, 300)
    stores = []
    for turn, order in enumerate((samples, samples[::-1])):
        store = Store.create(tmp_path / str(turn))
        with ImportWriter(store) as writer:
            writer.add([replace(sample) for sample in order])
            writer.commit()
        stores.append(store)
    reads: list[Callable[[Store], Any]] = [
        lambda store: eval_rows(store, ALL),
        lambda store: repr(cell_sums(store, ALL, "t", (LENGTH, FORMAT))),
        lambda store: repr(
            paired_cells(store, ALL, "t", (LENGTH,), eval_id("a", "", ""), eval_id("b", "", ""))
        ),
        lambda store: repr(raw_cells(store, ALL, "t", ("param.length", "label.format"))),
    ]
    for read in reads:
        assert read(stores[0]) == read(stores[1])


def test_listing_evals_imports_nothing_heavy(data: tuple[Store, list[Sample]]) -> None:
    store, _ = data
    program = (
        "import sys; from reasonscape.store.tables import Store; "
        "from reasonscape.store.filters.where import ALL; "
        "from reasonscape.store.selection.evals import eval_rows; "
        "assert eval_rows(Store.open(sys.argv[1]), ALL); "
        "heavy = {'numpy', 'pyarrow', 'polars', 'scipy', 'pydantic', 'deltalake', 'plotly'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(store.path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
