from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reasonscape.planted.design import (
    DEPTH,
    LENGTH,
    Plan,
    PlannedAxis,
    PlannedEval,
    PlannedTask,
    mechanism_plan,
)
from reasonscape.planted.draws import draw_group, logit_centres
from reasonscape.planted.mechanisms import KINDS, Kind, Mechanism, reference
from reasonscape.planted.truth import GroupTruth, group_truth


def truth_of(
    mechanism: Mechanism, *axes: PlannedAxis, chance: float = 0.0, seed: int = 0
) -> GroupTruth:
    task = PlannedTask("t", axes or (LENGTH, DEPTH), chance=chance)
    plan = Plan("p", (task,), (PlannedEval("m", mechanism),), seed=seed)
    return group_truth(plan, task, plan.evals[0])


def test_the_cliff_stands_between_levels_four_and_five_of_eight() -> None:
    truth = truth_of(reference("cliff"))
    assert truth.place is not None
    assert (truth.place.axis, truth.place.before, truth.place.after) == ("length", 12.0, 15.0)
    assert truth.place.position == pytest.approx(3.5, abs=0.01)
    assert truth.place.height == pytest.approx(0.9, abs=0.002)
    assert truth.by_level(truth.accuracy)[3] == pytest.approx(0.95, abs=0.002)
    assert truth.by_level(truth.accuracy)[4] == pytest.approx(0.05, abs=0.002)


def test_gradual_falls_in_equal_steps() -> None:
    steps = np.diff(truth_of(reference("gradual")).by_level(truth_of(reference("gradual")).excess))
    assert steps == pytest.approx([-0.65 / 7] * 7)


def test_truncation_grows_to_nine_tenths() -> None:
    truth = truth_of(reference("truncation"))
    by_level = truth.by_level(truth.truncated)
    assert by_level[0] == pytest.approx(0.001, abs=1e-6)
    assert by_level[-1] == pytest.approx(0.9, abs=1e-6)
    assert (np.diff(by_level) > 0).all()
    assert truth.onset is not None
    assert truth.onset.position == pytest.approx(3.5, abs=0.01)
    assert truth.accuracy == pytest.approx(0.95 * (1 - truth.truncated))


def test_chaos_has_its_mean_and_spread() -> None:
    axis = PlannedAxis("x", tuple(float(v) for v in range(4000)))
    truth = truth_of(reference("chaos"), axis)
    assert truth.excess.mean() == pytest.approx(0.5, abs=0.02)
    assert truth.excess.std() == pytest.approx(0.35, abs=0.01)


def test_chance_lifts_accuracy_and_excess_stays() -> None:
    plain, guessed = truth_of(reference("uniform")), truth_of(reference("uniform"), chance=0.25)
    assert plain.excess == pytest.approx(guessed.excess)
    assert guessed.accuracy == pytest.approx(0.25 + 0.75 * 0.5, abs=0.002)


def test_costs_and_tilt_act_along_the_other_axes() -> None:
    costly = truth_of(replace(reference("healthy"), costs=(("depth", 0.5),)))
    by_depth = costly.excess.reshape(8, 6).mean(axis=0)
    assert by_depth[0] == pytest.approx(0.97)
    assert by_depth[-1] == pytest.approx(0.485)
    tilted = truth_of(replace(reference("cliff"), tilt=1.0)).excess.reshape(8, 6) > 0.5
    assert tilted.sum(axis=0).tolist() == [4, 3, 2, 1, 0, 0]


@given(
    kind=st.sampled_from(KINDS),
    shape=st.lists(st.integers(1, 6), min_size=1, max_size=3),
    chance=st.floats(0, 0.9),
    named=st.booleans(),
    seed=st.integers(0, 5),
)
@settings(max_examples=40, deadline=None)
def test_shares_stay_shares_on_every_grid(
    kind: Kind, shape: list[int], chance: float, named: bool, seed: int
) -> None:
    axes = [PlannedAxis(f"a{i}", tuple(map(float, range(n)))) for i, n in enumerate(shape)]
    if named:
        axes.append(PlannedAxis("format", ("x", "y")))
    truth = truth_of(reference(kind), *axes, chance=chance, seed=seed)
    cells = int(np.prod([len(axis.levels) for axis in axes]))
    for values in (truth.accuracy, truth.truncated, truth.excess):
        assert values.shape == (cells,)
        assert (values >= 0).all()
        assert (values <= 1).all()
    assert (truth.accuracy + truth.truncated <= 1 + 1e-12).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("chance", [0.0, 0.25])
def test_counting_recovers_the_truth(kind: Kind, chance: float) -> None:
    plan = mechanism_plan(kind, items=400, repeats=3, chance=chance, seed=3, baseline=False)
    task = plan.tasks[0]
    truth, draws = draw_group(plan, task, plan.evals[0])
    n = task.items * task.repeats
    for drawn, true in ((draws.correct, truth.accuracy), (draws.truncated, truth.truncated)):
        found = np.bincount(draws.cell, drawn, task.cells) / n
        # The mean of an item over its repeats varies at most as one completion does.
        error = np.sqrt(np.maximum(true * (1 - true), 1 / task.items) / task.items)
        assert (np.abs(found - true) < 4 * error).all()


def test_repeats_of_an_item_go_together() -> None:
    plan = mechanism_plan("uniform", items=500, repeats=2, item_sd=2.0, baseline=False)
    _, draws = draw_group(plan, plan.tasks[0], plan.evals[0])
    first, second = draws.correct.reshape(-1, 2).T
    agreement = np.corrcoef(first, second)[0, 1]
    # var(p) / .25 of logit-normal items: SciPy 1.17,
    # quad(lambda z: norm.pdf(z) * (expit(2 * z) - .5)**2, -9, 9)[0] / .25
    assert agreement == pytest.approx(0.3943, abs=0.02)


def test_items_are_shared_between_evals() -> None:
    plan = mechanism_plan("uniform", items=300, repeats=4, item_sd=2.0, evals=2, baseline=False)
    means = [
        draw_group(plan, plan.tasks[0], planned)[1].correct.reshape(-1, 4).mean(axis=1)
        for planned in plan.evals
    ]
    assert np.corrcoef(*means)[0, 1] > 0.2
    apart = replace(plan, item_agreement=0.0)
    means = [
        draw_group(apart, apart.tasks[0], planned)[1].correct.reshape(-1, 4).mean(axis=1)
        for planned in apart.evals
    ]
    assert abs(np.corrcoef(*means)[0, 1]) < 0.05


@given(share=st.floats(0, 1), sd=st.floats(0, 5))
@settings(max_examples=50, deadline=None)
def test_centres_give_back_the_share(share: float, sd: float) -> None:
    centre = logit_centres(np.array([share]), sd)[0]
    if not np.isfinite(centre):
        return
    z = np.linspace(-9, 9, 4001)
    weight = np.exp(-(z**2) / 2)
    mean = (0.5 * (1 + np.tanh((centre + sd * z) / 2)) * weight).sum() / weight.sum()
    assert mean == pytest.approx(share, abs=2e-3)
