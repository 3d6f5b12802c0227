"""Mean time of samples in items: R (tests/reference/second.R), the plain one, and brute force."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats.clustered_mean_time import clustered_mean_time
from reasonscape.stats.event_table import event_table
from reasonscape.stats.restricted_mean import restricted_mean
from tests.reference.second import STORED, made_up, parsed
from tests.stats.survival_data import CAUSE, TIME


def test_as_survfit_residuals_summed_by_item() -> None:
    # residuals(survfit(Surv(time, state) ~ 1, id), times = tau, type = "auc"), summed by item
    stored = parsed(STORED.read_text(encoding="utf-8"))["clustered_mean_time"][0]
    whole = made_up()
    a = whole.of(whole.eval == 0)
    tau = float(np.quantile(a.time[a.cause > 0], 0.75, method="inverted_cdf"))
    found = clustered_mean_time(a.time, a.cause > 0, a.item, tau)
    assert math.sqrt(found.variance) == pytest.approx(stored, rel=1e-12)


def test_single_samples_have_greenwoods_variance() -> None:
    # summary(survfit(Surv(time, cause > 0) ~ 1), rmean = 20): 15.627970744866692, 0.384204291104918
    found = clustered_mean_time(TIME, CAUSE > 0, np.arange(240), 20.0)
    assert found.value == pytest.approx(15.627970744866692, rel=1e-13)
    assert math.sqrt(found.variance * 239 / 240) == pytest.approx(0.384204291104918, rel=1e-12)


@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.booleans(), st.integers(0, 4), st.integers(0, 2)),
        min_size=2,
        max_size=30,
    ),
    st.integers(2, 4),
)
def test_copies_of_items_tell_nothing_new(
    rows: list[tuple[int, bool, int, int]], copies: int
) -> None:
    time, ended, item, cell = (np.array(column) for column in zip(*rows, strict=True))
    tau = float(time.max())
    item = item * 3 + cell  # an item lies in one cell
    one = clustered_mean_time(time, ended, item, tau, cell=cell)
    again = [np.tile(values, copies) for values in (time, ended, item, cell)]
    more = clustered_mean_time(again[0], again[1], again[2], tau, cell=again[3])
    assert more.value == pytest.approx(one.value, rel=1e-9)
    assert more.variance == pytest.approx(one.variance, rel=1e-9, abs=1e-12)
    assert 0.0 <= one.low <= one.value <= one.high <= tau + 1e-9
    assert one.value == pytest.approx(restricted_mean(event_table(time, ended), tau).value)


def test_influence_is_the_change_of_the_mean_with_a_weight() -> None:
    rng = np.random.default_rng(3)
    time, ended, item = rng.integers(1, 12, 40), rng.random(40) < 0.7, np.repeat(np.arange(10), 4)
    step, moved = 1e-6, []
    plain = restricted_mean(event_table(time, ended, np.ones(40)), 9.0).value
    for number in range(10):
        weight = np.where(item == number, 1.0 + step, 1.0)
        moved.append((restricted_mean(event_table(time, ended, weight), 9.0).value - plain) / step)
    found = clustered_mean_time(time, ended, item, 9.0)
    assert found.variance == pytest.approx(np.square(moved).sum() * 10 / 9, rel=1e-4)


def test_degenerate() -> None:
    one = clustered_mean_time([3, 5], [True, True], [0, 0], 5.0)
    assert (one.value, one.low, one.high) == (4.0, 0.0, 5.0)
    same = clustered_mean_time([4, 4, 4], [True] * 3, [0, 1, 2], 4.0)
    assert (same.value, same.variance, same.low, same.high) == (4.0, 0.0, 4.0, 4.0)
    cells = clustered_mean_time([2, 8, 4], [True] * 3, [0, 1, 2], 8.0, cell=[0, 1, 2])
    assert cells.variance > 0.0
    with pytest.raises(ValueError, match="agree in length"):
        clustered_mean_time([1, 2], [True], [0, 1], 2.0)
    with pytest.raises(ValueError, match="empty"):
        clustered_mean_time([], [], [], 2.0)
