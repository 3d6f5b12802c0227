"""Symbolic spectra of prompts, against the plain path of one numeric series.

    python benchmarks/spectrum_speed.py [PROMPTS]   # 100,000 where not given

The prompts are made: about 300 tokens each, 100 to 150 of them distinct, with frequencies that
fall as 1 / rank. The plain path cuts the same segments of one series of numbers, takes the mean
away, windows, transforms and squares. Both run on one thread, in turns on parts of the prompts, so
that other work on the machine slows both alike; prints their seconds of processor time and the
ratio against a limit of 4. Then the seconds that pass for relative spectra with their shuffled
expectation and variance, on one thread and on two.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

RATIO_LIMIT = 4.0
PART = 8192
"""Segments of a turn."""


def seconds(clock: Callable[[], float], work: Callable[..., object], *given: object) -> float:
    start = clock()
    work(*given)
    return clock() - start


def prompts(count: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Token ids and offsets."""
    generator = np.random.default_rng(1)
    lengths = generator.integers(270, 331, count)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    # 1 / rank on 400 ranks, drawn by the inverse of its distribution.
    shares = np.cumsum(1.0 / np.arange(1, 401))
    ranks = np.searchsorted(shares / shares[-1], generator.random(int(offsets[-1])))
    names = generator.permutation(150_000)[:400].astype(np.int32)
    return names[ranks], offsets


def main(count: int) -> int:
    from reasonscape.stats.relative_spectra import series_spectra, symbolic_spectra
    from reasonscape.stats.segments import Segments, segment_length, segments
    from reasonscape.stats.series_power import series_power
    from reasonscape.stats.symbolic_power import symbolic_power

    codes, offsets = prompts(count)
    size = segment_length(np.diff(offsets))
    cut = segments(offsets, size)
    distinct = np.mean([len(np.unique(codes[offsets[i] : offsets[i + 1]])) for i in range(200)])
    print(f"{count:,} prompts, {len(cut):,} segments of {size}, {distinct:.0f} distinct tokens")
    values = codes.astype(np.float64)
    plain = symbolic = 0.0
    for first in range(0, len(cut), PART):
        part = cut.between(first, first + PART)
        low, high = int(part.start[0]), int(part.start[-1]) + size
        own = Segments(part.start - low, part.length, part.prompt)
        plain += seconds(time.thread_time, series_power, values[low:high], own, size)
        symbolic += seconds(time.thread_time, symbolic_power, codes[low:high], own, size)
    ratio = symbolic / plain
    print(
        f"plain {plain:.2f} s, symbolic {symbolic:.2f} s: ratio {ratio:.2f} (limit {RATIO_LIMIT})"
    )
    for threads in (1, 2):
        whole = seconds(time.perf_counter, symbolic_spectra, codes, offsets, size, threads)
        series = seconds(time.perf_counter, series_spectra, values, offsets, size, threads)
        print(f"relative, {threads} threads: symbolic {whole:.2f} s, series {series:.2f} s")
    return int(ratio > RATIO_LIMIT)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
