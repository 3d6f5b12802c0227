"""What keeping token ids costs: the cache against plain Parquet.

    python benchmarks/token_cache.py [PROMPTS]     # 100,000 of about 300 tokens

Plain Parquet is one file of hashes and lists of ids with pyarrow's own settings. Reading is asked
in the order of writing and in a random one, each by a new cache. Medians, in turn in one process.
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5
BATCH = 8192
READ_LIMIT = 1.0
WRITE_LIMIT = 2.0


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main(prompts: int) -> None:
    """Measure and print."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from reasonscape.store.tables import Store
    from reasonscape.store.token_cache import TokenCache
    from reasonscape.store.tokens import Tokens

    rng = np.random.default_rng(0)
    lengths = rng.poisson(300, prompts)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    # Few ids are most of a prompt, as in text.
    ids = rng.integers(0, 150_000, 3000).astype(np.int32)
    odds = 1.0 / np.arange(1, 3001) ** 1.1
    tokens = Tokens(ids[rng.choice(3000, offsets[-1], p=odds / odds.sum())], offsets)
    hashes = [f"{key:016x}" for key in rng.permutation(prompts).tolist()]
    shuffled = [hashes[place] for place in rng.permutation(prompts).tolist()]
    pieces = {int(id_): b"abc" for id_ in ids}
    lists = pa.ListArray.from_arrays(pa.array(offsets.astype(np.int32)), pa.array(tokens.ids))
    table = pa.table({"hash": hashes, "ids": lists})

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain = folder / "plain.parquet"
        count = iter(range(10**6))

        def write(batch: int) -> Path:
            path = folder / f"store{next(count)}"
            cache = TokenCache(Store(path), "0" * 16, "t")
            for start in range(0, prompts, batch):
                rows = np.arange(start, min(start + batch, prompts))
                part = tokens if batch >= prompts else tokens.taken(rows)
                assert cache.add(hashes[start : start + batch], part, pieces, {})
            return path

        whole, parts = write(prompts), write(BATCH)

        def read(path: Path, asked: list[str]) -> None:
            assert TokenCache(Store(path), "0" * 16, "t").read(asked).found.all()

        works: dict[str, Callable[[], object]] = {
            "plain write": lambda: pq.write_table(table, plain),
            "plain read": lambda: pq.read_table(plain, columns=["hash", "ids"]),
            "write, one file": lambda: write(prompts),
            f"write, files of {BATCH}": lambda: write(BATCH),
            "read, one file": lambda: read(whole, hashes),
            f"read, files of {BATCH}": lambda: read(parts, hashes),
            "read, random order": lambda: read(whole, shuffled),
            "read, random, files": lambda: read(parts, shuffled),
        }
        taken: dict[str, list[float]] = {work: [] for work in works}
        for _ in range(ROUNDS):
            for work, run in works.items():
                taken[work].append(seconds(run))
        kept = sum(path.stat().st_size for path in whole.rglob("*.parquet"))
        size = plain.stat().st_size
    print(f"{prompts:,} prompts, {len(tokens.ids):,} ids; plain {size:,} bytes, cache {kept:,}")
    for work, times in taken.items():
        middle = statistics.median(times)
        kind = "write" if "write" in work else "read"
        ratio = middle / statistics.median(taken[f"plain {kind}"])
        limit = WRITE_LIMIT if kind == "write" else READ_LIMIT
        print(f"{work:24} {middle:.3f} s  ratio {ratio:.2f}  limit {limit} s")
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {mib:.0f} MiB, {tokens.ids.nbytes / 2**20:.0f} of them the ids themselves")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
