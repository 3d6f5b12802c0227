"""The data of tests/reference/survival.R, and small tables for invariants."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from reasonscape.stats.event_table import EventTable, event_table, event_tables

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

INDEX = np.arange(240)
CAUSE: IntArray = (INDEX * 7 + INDEX // 5) % 3
GROUP: IntArray = (INDEX // 3) % 2
THIRD: IntArray = INDEX % 3
STRATUM: IntArray = (INDEX // 7) % 4
TIME: IntArray = 1 + (INDEX * 37 + (INDEX * INDEX) % 11 * 5) % 29 + 3 * GROUP * (CAUSE == 2)
SMOOTH: FloatArray = 10 * TIME + (INDEX * 13) % 10 + INDEX / 1000
READ_AT = (3, 10, 17, 24)


def reference_table() -> EventTable:
    return event_table(TIME, CAUSE)


@st.composite
def tables(draw: st.DrawFn, n_causes: int = 2, least: int = 1) -> EventTable:
    """Small tables with many ties."""
    rows = draw(
        st.lists(
            st.tuples(st.integers(0, 12), st.integers(0, n_causes)), min_size=least, max_size=40
        )
    )
    return event_table([row[0] for row in rows], [row[1] for row in rows], None, n_causes)


def by_strata(
    group: IntArray, groups: int, time: FloatArray | IntArray = TIME
) -> list[list[EventTable]]:
    """Tables of all groups in each of the four strata."""
    split = event_tables(STRATUM * groups + group, time, CAUSE, n_keys=4 * groups)
    return [split[groups * stratum : groups * (stratum + 1)] for stratum in range(4)]
