"""Curves and incidence of a planted store, against the bare event table and against lifelines.

    python benchmarks/hazard_speed.py [ROWS]   # 1,000,000 where not given

Prints medians of seconds, and ratios within this run:

- the bare query: one DuckDB GROUP BY over the store's Parquet files that counts the ends by eval,
  cap, time and cause, as a user would write it;
- what the lens does for its curves, resampled bands and Cox apart: the store's event table, then
  Kaplan-Meier, Nelson-Aalen, Aalen-Johansen, smoothed hazards, incidence per 1,000 tokens and
  restricted means, for every (eval, task). Limit: 3 times the bare query;
- the same for ungrouped rows without ties against lifelines' AalenJohansenFitter for both causes,
  without its variance on all rows and with it, as by default, on a hundredth of them (it grows in
  proportion to rows, and would be minutes). Limit: 50 times faster, with variance; equal within
  1e-9. Ours has variance and intervals always.

Three evals on one task, as one model after the other is looked at, and 8 evals on 12 tasks, where
the fixed cost of many curves shows.
"""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

STORE_LIMIT, RATIO_LIMIT, ERROR_LIMIT = 3.0, 50.0, 1e-9
ROUNDS = 5
PART = 100

BARE = """
SELECT eval_id, base_task, max_tokens, completion_tokens AS time,
  CASE WHEN correct THEN 1 WHEN stop = 'length' THEN 0 ELSE 2 END AS cause, count(*) AS n
FROM read_parquet('{}/**/*.parquet', hive_partitioning = true)
WHERE stop <> 'error' AND (correct IS NOT NULL OR stop = 'length')
GROUP BY ALL
"""


def seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken))


def store_of(folder: Path, rows: int, tasks: int, evals: int) -> Path:
    from reasonscape.planted.bulk import bulk_plan
    from reasonscape.planted.planting import plant

    config = folder / f"t{tasks}e{evals}.json"
    plant(bulk_plan(rows, tasks=tasks, evals=evals), config)
    return config


def of_the_lens(dataset: Any) -> int:
    """Every curve of every (eval, task), as the lens makes them; how many there are."""
    from reasonscape.lenses.hazard.curves import curves_of, table_of
    from reasonscape.lenses.hazard.selection import counted_of
    from reasonscape.store.filters.where import Where
    from reasonscape.store.selection.event_counts import event_counts

    store = dataset.store()
    made = 0
    for task in store.base_tasks():
        counts = event_counts(store, Where("TRUE"), task)
        for eval_id in counts.evals:
            counted = counted_of(counts, eval_id, "tokens")
            if len(counted.count):
                until = float(np.nanmin([counted.time.max(), *counted.cap]))
                curves_of(table_of(counted, "censor"), until)
                made += 1
    return made


def from_store(folder: Path, rows: int, tasks: int, evals: int) -> None:
    import duckdb

    from reasonscape.datasets.config import Dataset

    config = store_of(folder, rows, tasks, evals)
    dataset = Dataset.open(config)
    samples = config.with_suffix("") / "samples"
    connection = duckdb.connect()
    sql = BARE.format(samples)
    entries = len(connection.execute(sql).fetchnumpy()["n"])
    of_the_lens(dataset)
    bare = seconds(lambda: connection.execute(sql).fetchnumpy())
    lens = seconds(lambda: of_the_lens(dataset))
    kept = "kept" if lens <= STORE_LIMIT * bare else "MISSED"
    print(
        f"{rows:,} rows, {evals} evals on {tasks} tasks ({entries:,} entries): bare query "
        f"{bare:.3f} s, event table and {of_the_lens(dataset)} sets of curves {lens:.3f} s, ratio "
        f"{lens / bare:.2f} (limit {STORE_LIMIT:.0f}: {kept})"
    )


def ours(when: Any, cause: Any) -> Any:
    from reasonscape.lenses.hazard.curves import curves_of
    from reasonscape.stats.event_table import event_table

    table = event_table(when, cause)
    return curves_of(table, table.last_time), table


def theirs(when: Any, cause: Any, variance: bool) -> list[Any]:
    from lifelines import AalenJohansenFitter

    with warnings.catch_warnings():
        # pandas and lifelines disagree about things that do not change the numbers.
        warnings.simplefilter("ignore")
        return [
            AalenJohansenFitter(calculate_variance=variance).fit(
                when, cause, event_of_interest=number
            )
            for number in (1, 2)
        ]


def against_lifelines(rows: int) -> None:
    from reasonscape.stats.aalen_johansen import aalen_johansen

    rng = np.random.default_rng(1)
    when = (rng.permutation(rows) + 1).astype(np.float64)
    cause = rng.integers(0, 3, rows)
    own = seconds(lambda: ours(when, cause))
    start = time.perf_counter()
    fitted = theirs(when, cause, variance=False)
    without = time.perf_counter() - start
    incidence = aalen_johansen(ours(when, cause)[1]).incidence
    apart = max(
        float(np.abs(f.cumulative_density_.to_numpy()[1:, 0] - incidence[:, number]).max())
        for number, f in enumerate(fitted)
    )
    part = slice(0, rows // PART)
    start = time.perf_counter()
    theirs(when[part], cause[part], variance=True)
    with_variance = time.perf_counter() - start
    own_part = seconds(lambda: ours(when[part], cause[part]))
    kept = "kept" if apart <= ERROR_LIMIT else "MISSED"
    print(
        f"{rows:,} rows without ties: ours, with variances and all curves, {own:.3f} s; lifelines "
        f"without variance {without:.2f} s, ratio {without / own:.1f}; incidences at most "
        f"{apart:.1e} apart (limit {ERROR_LIMIT:.0e}: {kept})"
    )
    ratio = with_variance / own_part
    print(
        f"{rows // PART:,} of them: ours {own_part:.4f} s; lifelines with variance, as by default, "
        f"{with_variance:.2f} s, ratio {ratio:.0f} "
        f"(limit {RATIO_LIMIT:.0f}: {'kept' if ratio >= RATIO_LIMIT else 'MISSED'})"
    )


def main() -> None:
    rows = int(sys.argv[1].replace(",", "")) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        from_store(Path(folder), rows, 1, 3)
        from_store(Path(folder), rows, 12, 8)
    against_lifelines(rows)


if __name__ == "__main__":
    main()
