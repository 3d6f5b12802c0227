"""Curves, caps, notes, budgets and comparisons of the hazard lens on simulated ends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reasonscape.lenses.hazard import tables, warnings
from reasonscape.lenses.hazard.ends import CUT_OFF, RIGHT, WRONG
from reasonscape.lenses.hazard.options import HazardOptions
from tests.lenses.hazard.simulated import Null, cut_at, ends, measured, null

SMALL = Null(cells=4, items=30, repeats=2)


def _notes(*args: object, **kwargs: object) -> str:
    return "\n".join(warnings([measured(*args, **kwargs)]))  # type: ignore[arg-type]


def test_shares_add_up_and_curves_are_monotone() -> None:
    curves = measured(cut_at(null(SMALL, 1), 1000.0)).evals[0].curves
    assert curves is not None
    total = curves.still.survival + curves.ended.incidence.sum(axis=1)
    assert total == pytest.approx(1.0)
    assert (np.diff(curves.still.survival) <= 1e-12).all()
    assert (np.diff(curves.ended.incidence, axis=0) >= -1e-12).all()
    for low, value, high in (
        (curves.still.low, curves.still.survival, curves.still.high),
        (curves.ended.low, curves.ended.incidence, curves.ended.high),
    ):
        assert (low <= value + 1e-12).all()
        assert (value <= high + 1e-12).all()
    assert curves.bands == "bootstrap"


def test_seeds_make_bands_and_the_same_seed_the_same_ones() -> None:
    sample = null(SMALL, 2)
    one, again, other = (
        measured(sample, options=HazardOptions(seed=seed)).evals[0].curves for seed in (1, 1, 2)
    )
    assert one is not None
    assert again is not None
    assert other is not None
    assert np.array_equal(one.still.low, again.still.low)
    assert not np.array_equal(one.still.low, other.still.low)


def test_below_twenty_items_bands_are_not_resampled() -> None:
    sample = null(Null(cells=1, items=19, repeats=4), 1)
    curves = measured(sample).evals[0].curves
    assert curves is not None
    assert curves.bands == "pointwise"


def test_a_cut_off_is_censored_or_an_end() -> None:
    sample = cut_at(null(SMALL, 3), 900.0)
    share = float((sample.cause == CUT_OFF).mean())
    censored = measured(sample).evals[0].curves
    event = measured(sample, options=HazardOptions(truncation="event")).evals[0].curves
    assert censored is not None
    assert event is not None
    assert censored.ended.incidence.shape[1] == 2
    assert censored.still.survival[-1] == pytest.approx(share)
    assert event.ended.incidence[-1, 2] == pytest.approx(share)
    assert event.still.survival[-1] == pytest.approx(0.0)
    assert "end of its own" in _notes(sample, options=HazardOptions(truncation="event"))


def test_a_right_answer_that_ran_to_the_cap_ends_there() -> None:
    sample = ends(np.full(40, 100.0), np.repeat([RIGHT, CUT_OFF], 20), np.arange(40), cap=100.0)
    one = measured(sample).evals[0]
    assert one.curves is not None
    assert one.curves.ended.incidence[-1, 0] == pytest.approx(0.5)
    assert one.budget is not None
    assert one.budget.accuracy[-1] == pytest.approx(0.5)


def test_several_caps_are_strata_and_curves_end_at_the_smallest() -> None:
    one = measured(cut_at(null(SMALL, 4), 2048.0)).evals[0]
    sample = null(replace(SMALL, caps=(512.0, 2048.0)), 4)
    both = measured(sample).evals[0]
    assert both.caps is not None
    assert both.caps.known == (512.0, 2048.0)
    assert both.caps.until == 512.0
    assert both.caps.largest == 2048.0
    assert both.budget is not None
    assert both.budget.budget[-1] == 2048.0
    assert one.budget is not None
    assert "several caps (512, 2,048)" in _notes(sample)
    # the same budgets below every cap, to the last digit
    below = both.budget.budget < 512.0
    assert np.array_equal(one.budget.accuracy[below], both.budget.accuracy[below])


def test_caps_that_go_with_difficulty_end_the_budget_curve_early() -> None:
    whole = null(Null(cells=6, items=40), 5)
    hard = whole.coords[:, 0] >= 3
    sample = cut_at(whole, np.where(hard, 4096.0, 512.0))
    one = measured(sample).evals[0]
    assert one.caps is not None
    assert one.caps.by_difficulty
    assert one.caps.largest == 512.0
    assert "caps go with difficulty" in _notes(sample)


def test_an_unknown_cap_and_no_cut_off_at_all_are_said() -> None:
    sample = replace(null(SMALL, 6), cap=np.full(240, np.nan))
    notes = _notes(sample)
    assert "max_tokens is not recorded" in notes
    assert "no trace was cut off" in notes
    one = measured(sample).evals[0]
    assert one.caps is not None
    assert one.caps.until == sample.time.max()


def test_what_is_left_out_is_counted() -> None:
    sample = replace(null(SMALL, 7), dropped={"failed": 3, "ungraded": 5, "no_time": 7})
    notes = _notes(sample)
    assert "3 samples are left out: failed" in notes
    assert "5 samples are left out: ungraded" in notes
    assert "7 samples are left out: have no count" in notes


def test_two_evals_are_compared_where_both_have_items() -> None:
    slow = null(SMALL, 8)
    fast = replace(null(SMALL, 9), time=np.ceil(null(SMALL, 9).time / 2))
    result = measured(fast, slow)
    (pair,) = result.comparisons
    assert (pair.a, pair.b) == ("e1", "e2")
    assert pair.right.ratio.ratio > 1.5
    assert pair.left_out == 0.0
    assert not pair.undecided
    assert pair.tests["right", "log-rank"].p < 1e-3
    assert result.together is not None
    assert result.together.curves.survival.shape[0] == 2


def test_items_that_only_one_eval_has_are_left_out_and_beyond_a_fifth_nothing_is_said() -> None:
    whole = null(SMALL, 10)
    keep = whole.coords[:, 0] < 2
    part = replace(
        whole,
        **{
            name: getattr(whole, name)[keep]
            for name in ("time", "cause", "item", "coords", "cap", "stop_known")
        },
    )
    result = measured(whole, part, n_levels=(4,))
    (pair,) = result.comparisons
    assert pair.left_out == pytest.approx(0.5)
    assert pair.undecided
    assert tables([result])["ratios"]["verdict"] == ["insufficient_evidence"] * 2
    assert "have no sample of both" in "\n".join(warnings([result]))


def test_an_axis_gives_curves_for_each_level() -> None:
    result = measured(null(SMALL, 11), options=HazardOptions(axes=("a0",)))
    assert [curves.level for curves in result.evals[0].levels] == ["0", "1", "2", "3"]


def test_tables_have_columns_of_one_length() -> None:
    result = measured(null(SMALL, 12), cut_at(null(SMALL, 13), 900.0))
    found = tables([result])
    assert next(iter(found)) == "budget"
    assert set(found) == {"budget", "curves", "incidence", "relative", "standardised", "ratios"}
    for name, table in found.items():
        assert len({len(column) for column in table.values()}) == 1, name
    assert len(found["curves"]["time"]) <= 2 * 200


@pytest.mark.parametrize("cause", [RIGHT, WRONG, CUT_OFF])
def test_one_kind_of_end_and_one_sample(cause: int) -> None:
    for n in (1, 30):
        sample = ends(np.full(n, 50.0), np.full(n, cause), np.arange(n), cap=50.0)
        one = measured(sample).evals[0]
        assert one.curves is not None
        assert one.budget is not None
        assert tables([measured(sample)])
