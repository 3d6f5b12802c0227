"""How long traces of each outcome are, raw and against others of their eval and task."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reasonscape.lenses.traces.result import OutcomeLength
from reasonscape.pooling.pool import USED, Pool
from reasonscape.stats.clustered import clustered_median
from reasonscape.stats.codes import paired_codes

FloatArray = NDArray[np.float64]


def lengths_of(pool: Pool) -> tuple[OutcomeLength, ...]:
    """Lengths of the outcomes that occur, in the order of legends."""
    standard = standardised(pool)
    found = []
    for place, name in enumerate(USED):
        mine = pool.outcome == place
        if mine.any():
            found.append(
                OutcomeLength(
                    name=name,
                    lengths=pool.length[mine],
                    median=clustered_median(pool.length[mine], pool.item[mine]),
                    standardised=standard[mine],
                    typical=clustered_median(standard[mine], pool.item[mine]),
                )
            )
    return tuple(found)


def standardised(pool: Pool) -> FloatArray:
    """Log length less the mean of its eval and task, in its standard deviations; 0 where none."""
    group, count = paired_codes(pool.task, pool.eval)
    log = np.log(pool.length)
    n = np.maximum(np.bincount(group, minlength=count), 1)
    mean = np.bincount(group, log, minlength=count) / n
    apart = log - mean[group]
    spread = np.sqrt(np.bincount(group, apart**2, minlength=count) / n)[group]
    return np.divide(apart, spread, out=np.zeros_like(apart), where=spread > 0)
