from __future__ import annotations

from dataclasses import replace

import pytest

from reasonscape.errors import UsageError
from reasonscape.planted.design import PlannedAxis, PlannedEval, PlannedTask, mechanism_plan
from reasonscape.planted.mechanisms import reference

AXIS = PlannedAxis("length", (1.0, 2.0))


def test_rows_count_cells_items_repeats_and_evals() -> None:
    plan = mechanism_plan("cliff", axes=3, items=5, repeats=3, evals=2)
    assert plan.rows == 8 * 6 * 3 * 5 * 3 * 3
    assert [e.model for e in plan.evals] == ["cliff-1", "cliff-2", "healthy"]


def test_the_baseline_can_be_left_out() -> None:
    assert [e.model for e in mechanism_plan("chaos", baseline=False).evals] == ["chaos"]
    assert [e.model for e in mechanism_plan("healthy").evals] == ["healthy"]


def test_the_fingerprint_changes_with_everything_that_decides_rows() -> None:
    plan = mechanism_plan("cliff")
    assert plan.fingerprint == mechanism_plan("cliff").fingerprint
    others = [
        mechanism_plan("cliff", seed=1),
        mechanism_plan("cliff", items=13),
        mechanism_plan("gradual"),
        replace(plan, item_sd=0.5),
        replace(plan, evals=plan.evals[:1]),
    ]
    assert len({plan.fingerprint, *(other.fingerprint for other in others)}) == 6


def test_exceptions_hold_on_their_task_only() -> None:
    task, other = PlannedTask("a", (AXIS,)), PlannedTask("b", (AXIS,))
    planned = PlannedEval("m", reference("healthy"), exceptions=(("a", reference("cliff")),))
    assert planned.on(task).kind == "cliff"
    assert planned.on(other).kind == "healthy"


def test_impossible_plans_are_refused() -> None:
    plan = mechanism_plan("cliff")
    with pytest.raises(UsageError, match="1, 2 or 3"):
        mechanism_plan("cliff", axes=4)
    with pytest.raises(UsageError, match="at least one of each"):
        mechanism_plan("cliff", items=0)
    with pytest.raises(UsageError, match="chance level"):
        mechanism_plan("cliff", chance=1.0)
    with pytest.raises(UsageError, match="evals"):
        mechanism_plan("cliff", evals=0)
    with pytest.raises(UsageError, match="twice"):
        replace(plan, evals=(plan.evals[0], plan.evals[0]))
    with pytest.raises(UsageError, match="seed"):
        replace(plan, seed=-1)
    with pytest.raises(UsageError, match="smaller number first"):
        replace(plan, trace_chars=(5, 2))
    with pytest.raises(UsageError, match="share"):
        replace(plan, unanswered=2)


def test_impossible_axes_are_refused() -> None:
    with pytest.raises(UsageError, match="distinct"):
        PlannedAxis("length", (1.0, 1.0))
    with pytest.raises(UsageError, match="mixes"):
        PlannedAxis("length", ("a", 1.0))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="name of its own"):
        PlannedTask("a", (AXIS, AXIS))
    with pytest.raises(UsageError, match="grammar"):
        PlannedTask("a", (AXIS,), grammar="poetry")
