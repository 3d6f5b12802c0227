"""The compression lens on many rows against a bare scan of the columns that it reads.

    python benchmarks/compression_speed.py [--rows N]

Plants rows without texts, gives them drawn features, and prints the time of the lens (everything
but pictures: count, read, ranks, findings), of its reading alone, and of a bare DuckDB scan that
decodes the same columns, in turn in one process, warm; the median of several rounds and the ratios.
There is no text in the store, so none can be read.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

ROUNDS = 3
POINTS = 32


def with_features(batches: Iterator[Any]) -> Iterator[Any]:
    """The same rows with features as an import would store them."""
    import pyarrow as pa

    for number, batch in enumerate(batches):
        rng = np.random.default_rng(number)
        n = batch.num_rows
        looped = rng.random(n) < 0.03
        tokens = np.asarray(batch["completion_tokens"], dtype=np.int64)
        blocks = np.clip(tokens // 128, 1, POINTS)
        ends = np.concatenate(([0], np.cumsum(blocks)))
        curve = rng.gamma(30.0, 0.06, int(ends[-1])).astype(np.float32)
        lists = pa.ListArray.from_arrays(pa.array(ends.astype(np.int32)), pa.array(curve))
        whole, real = pa.int32(), pa.float64()
        onset = np.where(looped, 2 * tokens, 0)
        missing = ~looped
        added = {
            "f.version": pa.array(np.ones(n, dtype=np.int32)),
            "f.trace": pa.array(["reasoning"] * n),
            "f.bytes": pa.array((4 * tokens).astype(np.int32)),
            "f.chars": pa.array((4 * tokens).astype(np.int32)),
            "f.bits_per_char": pa.array(rng.gamma(30.0, 0.06, n), real),
            "f.novelty_shape": lists,
            "f.novelty_tail": pa.array(rng.gamma(30.0, 0.06, n), real),
            "f.loop_onset": pa.array(onset, whole, mask=missing),
            "f.loop_onset_tokens": pa.array(onset // 4, whole, mask=missing),
            "f.loop_period": pa.array(np.full(n, 90), whole, mask=missing),
            "f.loop_kind": pa.array(np.where(looped, "exact", ""), pa.string(), mask=missing),
            "f.loop_covered": pa.array(np.where(looped, 0.5, 0.0), real),
        }
        table = pa.Table.from_batches([batch])
        for name, column in added.items():
            if name in table.column_names:
                table = table.drop_columns([name])
            table = table.append_column(name, column)
        yield from table.to_batches()


def planted(folder: Path, rows: int) -> Path:
    """A store of about that many rows in twelve tasks."""
    from unittest import mock

    from reasonscape.planted import bulk
    from reasonscape.planted.planting import plant

    plain = bulk.planted_batches
    config = folder / "bulk.json"
    with mock.patch.object(bulk, "planted_batches", lambda plan: with_features(plain(plan))):
        plant(bulk.bulk_plan(rows), config)
    return config


def bare_scan(dataset: Any) -> Callable[[], object]:
    """Every value of the columns that the lens reads, task by task, decoded and nothing else."""
    from reasonscape.lenses.compression.traces import COLUMNS
    from reasonscape.store.filters.where import quote_identifier

    store = dataset.store()
    more = ("eval_id", "item_id", "repeat", "correct", "stop", "answered")
    columns = (*more, *COLUMNS, "param.length", "param.depth", "param.width")
    names = ", ".join(quote_identifier(name) for name in columns)

    def scan() -> object:
        for task in store.base_tasks():
            store.rows(f"SELECT bit_xor(hash({names})) FROM {store.scan(columns, {task})}")
        return None

    return scan


def measured(step: Callable[[], object]) -> float:
    """Seconds, the median of several rounds, warm."""
    step()
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        step()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def main() -> None:
    """Measure and print."""
    from reasonscape.datasets.config import Dataset
    from reasonscape.lenses import compression
    from reasonscape.runs.lens_run import run_lens
    from reasonscape.runs.selection import compiled

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        dataset = Dataset.open(planted(Path(folder), asked.rows))
        options = compression.Options()
        where = compiled(dataset, {}).where

        def read() -> object:
            return sum(1 for _ in compression.select(dataset, where, options))

        rows = int(dataset.store().rows(f"SELECT count(*) FROM {dataset.store().scan([])}")[0][0])
        bare = measured(bare_scan(dataset))
        print(f"{rows:,} rows, {len(dataset.store().base_tasks())} tasks")
        for name, step in (
            ("bare scan", None),
            ("lens, reading", read),
            ("lens, all", lambda: run_lens("compression", dataset, {}, options)),
        ):
            seconds = bare if step is None else measured(step)
            million = seconds / rows * 1e6
            print(f"{name:15s} {million:7.2f} s a million rows, {seconds / bare:5.1f} of the scan")


if __name__ == "__main__":
    main()
