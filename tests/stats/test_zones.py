"""Capable, failing and open cells, and the border between them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats.additive import fit_additive
from reasonscape.stats.zones import (
    CAPABLE,
    FAILING,
    OPEN,
    capability_border,
    capability_zone,
)


def test_states() -> None:
    zone = capability_zone(
        [0.95, 0.89, 0.1, 0.95], [40, 38, 2, 9], [40, 40, 40, 9], [40, 40, 40, 9]
    )
    assert zone.names() == ["capable", "open", "failing", "open"]
    assert zone.judged == 3
    assert zone.capable_cells == 0.25
    assert zone.failing_items == pytest.approx(40 / 129)


def test_failing_bound_is_exact_and_shared_among_cells() -> None:
    # scipy.stats.beta.ppf(1 - 0.05 / 2, 12 + 1, 20 - 12) = 0.8088
    zone = capability_zone([0.0, 0.0], [12, 20], [20, 20], [20, 20])
    assert zone.failing_bound[0] == pytest.approx(0.8088, abs=5e-5)
    assert zone.state.tolist() == [FAILING, OPEN]


def test_raw_evidence_overrules_the_fit() -> None:
    assert capability_zone([0.95], [10], [40], [40]).state.tolist() == [FAILING]


def test_thresholds_are_stated_on_excess_accuracy() -> None:
    zone = capability_zone([0.91, 0.93], [40, 40], [40, 40], [40, 40], chance=[0.25, 0.25])
    assert zone.threshold.tolist() == [0.925, 0.925]
    assert zone.names() == ["open", "capable"]


def test_few_items_make_no_claims_however_often_sampled() -> None:
    zone = capability_zone([0.99, 0.0], [900, 0], [900, 900], [9, 9])
    assert zone.names() == ["open", "open"]
    assert zone.judged == 0


def test_nothing() -> None:
    zone = capability_zone([], [], [], [])
    assert zone.state.shape == (0,)
    assert (zone.capable_cells, zone.capable_items) == (0.0, 0.0)


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="equally long"):
        capability_zone([0.9], [1, 2], [3, 3], [3, 3])


def test_border_of_a_staircase_in_both_directions() -> None:
    coords = np.indices((3, 4)).reshape(2, -1).T
    capable = coords.sum(axis=1) < 3
    state = np.where(capable, CAPABLE, FAILING)
    edge = capability_border(state, coords, (3, 4), axis=1)
    assert edge.others.tolist() == [[0], [1], [2]]
    assert edge.last.tolist() == [2, 1, 0]
    assert not edge.interrupted.any()
    assert not edge.reaches_end.any()
    other = capability_border(state, coords, (3, 4), axis=1, harder="down")
    assert other.last.tolist() == [0, 0, 0]
    assert other.reaches_end.all()


def test_border_with_a_hole_a_gap_and_nothing_capable() -> None:
    #   row 0: capable, open, capable; row 1: level 0 not asked, capable; row 2: failing
    coords = [[0, 0], [0, 1], [0, 2], [1, 1], [2, 0]]
    edge = capability_border([1, 0, 1, 1, -1], coords, (3, 3), axis=1)
    assert edge.last.tolist() == [2, 1, -1]
    assert edge.interrupted.tolist() == [True, False, False]
    assert edge.reaches_end.tolist() == [True, True, False]


def test_border_of_one_axis() -> None:
    edge = capability_border([1, 1, 0, -1], [[0], [1], [2], [3]], (4,), axis=0)
    assert edge.others.shape == (1, 0)
    assert edge.last.tolist() == [1]


def test_border_refuses_what_does_not_exist() -> None:
    with pytest.raises(ValueError, match="axis 2"):
        capability_border([1], [[0, 0]], (1, 1), axis=2)
    with pytest.raises(ValueError, match="shape"):
        capability_border([1], [[0]], (1, 1), axis=0)


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 40)), min_size=6, max_size=6),
    st.sampled_from([0.0, 0.25]),
)
def test_states_follow_their_definitions(counts: list[tuple[int, int]], chance: float) -> None:
    n = np.array([size for _, size in counts], dtype=float)
    k = np.minimum([right for right, _ in counts], n)
    coords = np.indices((2, 3)).reshape(2, -1).T
    low = fit_additive(k, n, coords, (2, 3), chance).low()
    zone = capability_zone(low, k, n, n, chance=chance)
    assert set(zone.state.tolist()) <= {CAPABLE, OPEN, FAILING}
    assert np.all(zone.state[n < 10] == OPEN)
    assert np.all(low[zone.state == CAPABLE] >= zone.threshold[zone.state == CAPABLE])
    failing = zone.state == FAILING
    assert np.all(k[failing] / n[failing] < zone.threshold[failing])
    stricter = capability_zone(low, k, n, n, chance=chance, capable=0.99)
    assert np.all(zone.state[stricter.state == CAPABLE] != OPEN)
