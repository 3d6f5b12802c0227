"""Curves of the time to an end, against lifelines on the same rows.

    python benchmarks/survival_speed.py [ROWS]   # 1,000,000 where not given

Prints seconds of processor time for the event table from raw arrays, Kaplan-Meier, Nelson-Aalen
and Aalen-Johansen of two causes, all with variances and intervals, on times without ties; then
lifelines' AalenJohansenFitter on the same rows without its variance, and on a tenth of them with
it, as it is by default: that time grows in proportion to the rows and would be minutes. The ratio
with variance has a limit of 50; the one without compares more work of ours with less of theirs and
has none. Prints as well how far incidences and variances are apart, against a limit of 1e-9, and
our seconds on whole token counts with ties, which lifelines can only take jittered.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
RATIO_LIMIT = 50.0
ERROR_LIMIT = 1e-9
PART = 10
ROUNDS = 5

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def seconds(work: Callable[[], object], rounds: int = 1) -> float:
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return float(np.median(taken))


def rows(count: int) -> tuple[FloatArray, IntArray]:
    """Distinct times, two causes, a third censored."""
    generator = np.random.default_rng(1)
    times = (generator.permutation(count) + 1).astype(np.float64)
    return times, generator.integers(0, 3, count)


def ours(times: FloatArray, causes: IntArray) -> Any:
    from reasonscape.stats.aalen_johansen import aalen_johansen
    from reasonscape.stats.event_table import event_table
    from reasonscape.stats.kaplan_meier import kaplan_meier
    from reasonscape.stats.nelson_aalen import nelson_aalen

    table = event_table(times, causes)
    return kaplan_meier(table), nelson_aalen(table), aalen_johansen(table)


def theirs(times: FloatArray, causes: IntArray, variance: bool) -> list[Any]:
    from lifelines import AalenJohansenFitter

    fitted = []
    for cause in (1, 2):
        fitter = AalenJohansenFitter(calculate_variance=variance)
        with warnings.catch_warnings():
            # pandas and lifelines disagree about things that do not change the numbers.
            warnings.simplefilter("ignore")
            fitted.append(fitter.fit(times, causes, event_of_interest=cause))
    return fitted


def parts(times: FloatArray, causes: IntArray) -> None:
    from reasonscape.stats.aalen_johansen import aalen_johansen
    from reasonscape.stats.event_table import event_table
    from reasonscape.stats.kaplan_meier import kaplan_meier
    from reasonscape.stats.nelson_aalen import nelson_aalen

    table = event_table(times, causes)
    works: dict[str, Callable[[], object]] = {
        "event table": lambda: event_table(times, causes),
        "Kaplan-Meier": lambda: kaplan_meier(table),
        "Nelson-Aalen": lambda: nelson_aalen(table),
        "Aalen-Johansen": lambda: aalen_johansen(table),
    }
    for name, work in works.items():
        print(f"  {name:16} {seconds(work, ROUNDS):.3f} s")


def difference(fitted: list[Any], times: FloatArray, causes: IntArray, squared: bool) -> float:
    """Largest difference from lifelines of the incidence, or of its variance."""
    curves = ours(times, causes)[2]
    furthest = 0.0
    for column, fitter in enumerate(fitted):
        frame = fitter.variance_ if squared else fitter.cumulative_density_
        at = np.asarray(frame.index, dtype=np.float64)
        mine = curves.at(at)
        own = (mine.variance if squared else mine.incidence)[:, column]
        furthest = max(furthest, float(np.nanmax(np.abs(np.ravel(frame) - own))))
    return furthest


def main(count: int) -> None:
    theirs(*rows(100), variance=True)  # loading lifelines is not measured
    times, causes = rows(count)
    print(f"{count:,} rows without ties")
    parts(times, causes)
    mine = seconds(lambda: ours(times, causes), ROUNDS)
    fitted: list[Any] = []
    other = seconds(lambda: fitted.extend(theirs(times, causes, False)))
    apart = difference(fitted, times, causes, squared=False)
    print(f"all of ours, with variances   {mine:.3f} s")
    print(f"lifelines without variance    {other:.3f} s  ratio {other / mine:.1f}")
    print(f"incidences apart {apart:.1e}  limit {ERROR_LIMIT:.0e}")

    part = max(count // PART, 100)
    times, causes = rows(part)
    fitted.clear()
    mine = seconds(lambda: ours(times, causes), ROUNDS)
    other = seconds(lambda: fitted.extend(theirs(times, causes, True)))
    apart = difference(fitted, times, causes, squared=True)
    print(f"{part:,} rows: ours {mine:.4f} s")
    ratio = other / mine
    print(
        f"lifelines with variance       {other:.3f} s  ratio {ratio:.0f}  limit {RATIO_LIMIT:.0f}"
    )
    print(f"variances apart {apart:.1e}  limit {ERROR_LIMIT:.0e}")

    tokens = np.minimum(np.ceil(np.random.default_rng(2).lognormal(7.0, 0.8, count)), 32_768.0)
    causes = np.where(tokens == 32_768.0, 0, 1 + rows(count)[1] % 2)
    print(f"{count:,} rows of token counts, {np.unique(tokens).size:,} distinct")
    parts(tokens, causes)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
