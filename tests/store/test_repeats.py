from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.store.repeats import KeyCounts


@given(st.lists(st.lists(st.integers(0, 9), max_size=20), max_size=12))
def test_counts_agree_with_a_counter(batches: list[list[int]]) -> None:
    counts = KeyCounts()
    seen: Counter[int] = Counter()
    for batch in batches:
        expected = []
        for key in batch:
            expected.append(seen[key])
            seen[key] += 1
        assert counts.add(np.array(batch, np.uint64)).tolist() == expected


def test_the_state_stays_small() -> None:
    counts = KeyCounts()
    rng = np.random.default_rng(0)
    for _ in range(200):
        counts.add(rng.integers(0, 2**64, 500, dtype=np.uint64))
    assert sum(run.nbytes for run in counts._runs) == 200 * 500 * 8
    assert len(counts._runs) <= 12
