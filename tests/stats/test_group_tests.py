"""Log-rank and Gray's test against R (tests/reference/survival.R)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonscape.stats.event_table import EventTable, event_table, event_tables
from reasonscape.stats.gray import gray_test
from reasonscape.stats.log_rank import log_rank
from tests.stats.survival_data import CAUSE, GROUP, SMOOTH, THIRD, TIME, by_strata, tables


def test_log_rank_as_survdiff() -> None:
    # survdiff(Surv(time, cause == 1) ~ group)
    test = log_rank([event_tables(GROUP, TIME, CAUSE)])
    assert test.statistic == pytest.approx(2.276422711857393, rel=1e-12)
    assert test.p == pytest.approx(0.131354537019731, rel=1e-12)
    assert test.expected == pytest.approx([40.925583346563272, 55.074416653436735], rel=1e-12)
    assert test.observed.tolist() == [48, 48]
    # survdiff(Surv(time, cause == 1) ~ third)
    three = log_rank([event_tables(THIRD, TIME, CAUSE)])
    assert three.statistic == pytest.approx(0.102423139780052, rel=1e-11)
    assert three.df == 2


def test_stratified_log_rank_as_survdiff() -> None:
    # survdiff(Surv(time, cause == 2) ~ group + strata(stratum))
    test = log_rank(by_strata(GROUP, 2), cause=2)
    assert test.statistic == pytest.approx(1.764541349073273, rel=1e-11)
    assert test.expected == pytest.approx([19.720969579976177, 28.279030420023819], rel=1e-12)
    # survdiff(Surv(time, cause == 1) ~ third + strata(stratum))
    three = log_rank(by_strata(THIRD, 3))
    assert three.statistic == pytest.approx(0.356251348992133, rel=1e-11)
    assert three.p == pytest.approx(0.836837247780550, rel=1e-11)


def test_gray_as_cuminc() -> None:
    # cuminc(time, cause, group)$Tests, cuminc(time, cause, third)$Tests: causes 1 and 2
    two, three = event_tables(GROUP, TIME, CAUSE), event_tables(THIRD, TIME, CAUSE)
    found = [gray_test([tables], cause) for tables in (two, three) for cause in (1, 2)]
    assert [test.statistic for test in found] == pytest.approx(
        [1.209908943752790, 0.825843186119711, 0.0962592446080763, 0.1413716173058303], rel=1e-11
    )
    assert [test.p for test in found] == pytest.approx(
        [0.271350156098657, 0.363477275745311, 0.9530102476868704, 0.9317545953742437], rel=1e-11
    )
    assert [test.df for test in found] == [1, 1, 2, 2]


def test_stratified_gray_as_cuminc() -> None:
    # cuminc(time, cause, group, stratum)$Tests, cuminc(time, cause, third, stratum)$Tests
    found = [
        gray_test(strata, cause)
        for strata in (by_strata(GROUP, 2), by_strata(THIRD, 3))
        for cause in (1, 2)
    ]
    assert [test.statistic for test in found] == pytest.approx(
        [1.569499580909361, 0.994756915567535, 0.286222499008034, 0.172468528557162], rel=1e-11
    )


def test_gray_as_cuminc_without_ties() -> None:
    # cuminc(smooth, cause, group)$Tests
    tables = event_tables(GROUP, SMOOTH, CAUSE)
    assert [gray_test([tables], cause).statistic for cause in (1, 2)] == pytest.approx(
        [1.223682384843128, 0.876752000419068], rel=1e-11
    )


@given(tables(), tables(), tables())
def test_order_of_groups_does_not_matter(a: EventTable, b: EventTable, c: EventTable) -> None:
    for run in (log_rank, gray_test):
        one, other = run([[a, b, c]]), run([[c, a, b]])
        assert one.df == other.df
        assert one.statistic == pytest.approx(other.statistic, rel=1e-6, abs=1e-9)
        assert one.observed.sum() == pytest.approx(one.expected.sum())
        assert np.all(np.linalg.eigvalsh(one.variance) > -1e-9)


@given(tables(), st.integers(2, 3))
def test_equal_groups_do_not_differ(table: EventTable, groups: int) -> None:
    for run in (log_rank, gray_test):
        assert run([[table] * groups]).statistic == pytest.approx(0.0, abs=1e-9)


@given(tables(n_causes=1), tables(n_causes=1))
def test_with_one_cause_gray_expects_what_log_rank_expects(a: EventTable, b: EventTable) -> None:
    assert gray_test([[a, b]]).expected == pytest.approx(log_rank([[a, b]]).expected)


@given(tables(), tables())
def test_a_group_without_samples_and_a_stratum_without_groups_change_nothing(
    a: EventTable, b: EventTable
) -> None:
    empty = event_table([], [])
    for run in (log_rank, gray_test):
        plain, padded = (
            run([[a, b]]),
            run([[a, b, empty], [empty, empty, empty], [a, empty, empty]]),
        )
        assert padded.statistic == pytest.approx(plain.statistic, rel=1e-6, abs=1e-9)
        assert padded.df == plain.df


def test_a_design_effect_divides_the_statistic() -> None:
    tables = event_tables(GROUP, TIME, CAUSE)
    for run in (log_rank, gray_test):
        plain, wide = run([tables]), run([tables], design_effect=2.5)
        assert wide.statistic * 2.5 == pytest.approx(plain.statistic)
        assert wide.p > plain.p


def test_no_events_are_no_information() -> None:
    censored = event_table([3, 4], [0, 0])
    for run in (log_rank, gray_test):
        test = run([[censored, censored]])
        assert (test.statistic, test.df) == (0.0, 0)
        assert np.isnan(test.p)


def test_what_cannot_be_compared_is_refused() -> None:
    table = event_table([1], [1])
    for run in (log_rank, gray_test):
        with pytest.raises(ValueError, match="every stratum"):
            run([[table, table], [table]])
        with pytest.raises(ValueError, match="every stratum"):
            run([])
        with pytest.raises(ValueError, match="cause 3"):
            run([[table, table]], cause=3)
        with pytest.raises(ValueError, match="design_effect"):
            run([[table, table]], design_effect=0.0)
