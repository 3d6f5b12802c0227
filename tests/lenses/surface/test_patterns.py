"""Each pattern is found where it is planted, and nothing is found where nothing is."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from reasonscape.datasets.declaration import BaseTask
from tests.lenses.surface.simulated import (
    World,
    cliff,
    flat,
    found,
    judged,
    measured,
    simulate,
    slope,
    together,
)

FAILURES = (
    "accuracy_cliff",
    "gradual_decline",
    "truncation_dominant",
    "chaotic_surface",
    "uniform_loss",
)
SEEDS = range(8)


def present(world: World, seed: int) -> set[str]:
    return {name for name, f in found(world, seed).items() if f.verdict == "present"}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_cliff_is_found_with_its_place(seed: int) -> None:
    findings = found(World(cliff(at=4)), seed)
    one = findings["accuracy_cliff"]
    assert one.verdict == "present"
    assert one.effect is not None
    assert one.effect.low <= 0.9 <= one.effect.high + 0.02
    assert (one.evidence["last_good"], one.evidence["first_bad"]) == ("3", "4")
    assert findings["gradual_decline"].verdict == "absent"
    assert findings["healthy_surface"].verdict == "absent"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_slope_is_a_decline_and_no_cliff(seed: int) -> None:
    findings = found(World(slope()), seed)
    assert findings["gradual_decline"].verdict == "present"
    assert findings["accuracy_cliff"].verdict != "present"


@pytest.mark.parametrize("seed", SEEDS)
def test_health_is_health(seed: int) -> None:
    findings = found(World(flat(0.98), items=30), seed)
    assert findings["healthy_surface"].verdict == "present"
    assert {findings[name].verdict for name in FAILURES} <= {"absent", "insufficient_evidence"}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_uniform_loss_is_not_a_decline(seed: int) -> None:
    assert present(World(flat(0.5), items=20), seed) == {"uniform_loss"}


@pytest.mark.parametrize("seed", SEEDS)
def test_chaos_is_found(seed: int) -> None:
    rng = np.random.default_rng(1000 + seed)
    rough = np.where(rng.random((8, 6)) < 0.5, 0.25, 0.85)
    assert "chaotic_surface" in present(World(rough, items=20), seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_truncation_is_found_with_its_onset(seed: int) -> None:
    grows = np.linspace(0.0, 0.95, 8)[:, None] * np.ones((8, 6))
    findings = found(World(0.97 * (1 - grows), cut=np.full((8, 6), 0.95)), seed)
    one = findings["truncation_dominant"]
    assert one.verdict == "present"
    assert one.evidence["onset"]["axis"] == "x"
    assert 2 <= int(one.evidence["onset"]["level"]) <= 6


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("item_sd", [0.0, 1.0])
def test_steep_but_ordered_surfaces_are_not_chaos(seed: int, item_sd: float) -> None:
    """Diagonal frontiers fall along both axes at once: monotone, not additive, not chaos."""
    x, y = np.meshgrid(np.arange(8), np.arange(6), indexing="ij")
    diagonal = np.where(x + y < 6, 0.95, 0.1)
    world = World(diagonal, items=15, repeats=3, item_sd=item_sd)
    assert "chaotic_surface" not in present(world, seed)


def test_nothing_planted_nothing_claimed() -> None:
    """Accuracy 0.93 everywhere, items with effects and repeats: below 5% of runs may claim."""
    alarms = 0
    for seed in range(60):
        world = World(flat(0.93), items=15, repeats=3, item_sd=0.8)
        alarms += bool(present(world, seed) & set(FAILURES) - {"uniform_loss"})
    assert alarms <= 3


@pytest.mark.parametrize(
    "world",
    [
        World(flat(1.0)),
        World(flat(0.0)),
        World(flat(0.5), items=1, repeats=1),
        World(np.full((1, 1), 0.5)),
        World(np.full((2, 1), 0.5), items=1, repeats=1),
        World(np.full((3, 3), 1.0), items=1, repeats=4),
        World(flat(0.25), chance=0.25),
    ],
)
def test_degenerate_tasks_give_six_findings_and_no_crash(world: World) -> None:
    findings = found(world, 0)
    assert len(findings) == 6
    for finding in findings.values():
        assert finding.statement
        assert finding.effect is None or finding.effect.low <= finding.effect.high


def test_guessing_is_not_an_accomplishment() -> None:
    """Accuracy at chance level is an excess of nothing."""
    one = found(World(flat(0.25), chance=0.25, items=40), 0)["uniform_loss"]
    assert one.verdict == "present"
    assert one.effect is not None
    assert abs(one.effect.value) < 0.06


def test_axes_that_move_together_are_a_caveat() -> None:
    """Only cells near the diagonal are asked, so no fall can be laid on one axis."""
    x, y = np.meshgrid(np.arange(6), np.arange(6), indexing="ij")
    diagonal = np.where(np.abs(x - y) <= 1, np.where(x + y < 6, 0.95, 0.1), np.nan)
    one = found(World(diagonal, items=20), 0)["gradual_decline"]
    assert any("move together" in caveat for caveat in one.caveats)
    assert not found(World(cliff()), 0)["accuracy_cliff"].caveats


def asked(accuracy: NDArray[np.float64], levels: slice) -> NDArray[np.float64]:
    """The same world, of which only some levels of x were asked."""
    partly = np.full(accuracy.shape, np.nan)
    partly[levels] = accuracy[levels]
    return partly


def test_an_eval_asked_at_one_level_says_nothing_about_the_axis() -> None:
    """Other evals make the axis; this one has a single level of it."""
    world = World(asked(slope()[:, :1], slice(0, 1)), items=60)
    findings = judged(measured(together(world, World(slope()[:, :1], items=60))))["e1"]
    for pattern in ("accuracy_cliff", "gradual_decline", "uniform_loss"):
        assert findings[pattern].verdict == "insufficient_evidence", pattern
        assert findings[pattern].reason == "few_levels"


@pytest.mark.parametrize("seed", SEEDS)
def test_an_end_level_of_one_item_does_not_undo_a_decline(seed: int) -> None:
    """Real grids are ragged: the hardest levels hold an item or two."""
    rng = np.random.default_rng(seed)
    raw = simulate(World(slope(0.98, 0.2), items=20, repeats=1), seed)
    last = raw.axes["param.x"] == 7
    keep = ~last | (rng.permutation(len(last)) == np.flatnonzero(last)[0])
    thin = type(raw)(
        raw.eval_id[keep],
        {name: values[keep] for name, values in raw.axes.items()},
        {name: values[keep] for name, values in raw.sums.items()},
    )
    assert judged(measured(thin))["e1"]["gradual_decline"].verdict == "present"


def test_the_direction_is_guessed_within_evals() -> None:
    """A weak eval asked at easy levels and a strong one at hard levels: harder is still up."""
    weak = World(asked(slope(0.5, 0.1), slice(0, 4)), items=30)
    strong = World(asked(slope(1.0, 0.7), slice(4, 8)), items=30)
    result = measured(together(weak, strong), BaseTask("t"))
    (x,) = [axis for axis in result.axes if axis.name == "x"]
    assert (x.harder, x.harder_source) == ("up", "data")
