"""The two files that stand beside a planted store: its dataset config and its truth."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from reasonscape.planted.design import Plan, PlannedAxis, PlannedTask
from reasonscape.planted.failure_kinds import failure_truth
from reasonscape.planted.pairs import PAIRS
from reasonscape.planted.prompts import prompt_truth
from reasonscape.planted.truth import Break, GroupTruth, group_truth
from reasonscape.store.identity import eval_id

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TRUTH_VERSION = 1


def dataset_config(plan: Plan, store: str) -> dict[str, Any]:
    """Return the dataset config of a plan, as data.md lays it out.

    Parameters
    ----------
    plan
        What is planted.
    store
        The store's folder, relative to the config.

    Examples
    --------
    >>> from reasonscape.planted.design import mechanism_plan
    >>> config = dataset_config(mechanism_plan("cliff"), "demo")
    >>> config["base_tasks"]["arithmetic"]["surfaces"]
    [{'id': 'length-depth', 'x': 'length', 'y': 'depth'}]
    """
    tiers = {name: {axis: {"min": least}} for name, axis, least in plan.tiers}
    config: dict[str, Any] = {
        "name": f"{plan.name} (planted)",
        "store": store,
        "evals": [
            {
                "filters": {"model": e.model, "template": e.template, "sampler": e.sampler},
                "label": e.label or f"{e.model} (planted)",
                **({"groups": list(e.groups)} if e.groups else {}),
                **({"tokenizer": _tokenizer(e.tokenizer, store)} if e.tokenizer else {}),
            }
            for e in plan.evals
        ],
        "base_tasks": {task.name: _task_config(task) for task in plan.tasks},
    }
    return {**config, "tiers": tiers} if tiers else config


def tokenizer_file(store: str) -> str:
    """Return the name of the tokenizer that is planted beside the config of that store."""
    return f"{store}.tokenizer.json"


def _tokenizer(asked: str, store: str) -> str:
    return tokenizer_file(store) if asked == PAIRS else asked


def _task_config(task: PlannedTask) -> dict[str, Any]:
    config: dict[str, Any] = {
        "label": task.label or task.name,
        "chance": task.chance,
        **({"tiers": list(task.tiers)} if task.tiers else {}),
        "axes": {axis.name: _axis_config(axis) for axis in task.axes if not axis.confounder},
    }
    confounders = [axis.name for axis in task.axes if axis.confounder]
    if confounders:
        config["confounders"] = confounders
    ordered = [axis.name for axis in task.axes if axis.numeric and not axis.confounder]
    if len(ordered) >= 2:
        x, y = ordered[:2]
        config["surfaces"] = [{"id": f"{x}-{y}", "x": x, "y": y}]
    return config


def _axis_config(axis: PlannedAxis) -> dict[str, str]:
    config = {"label": axis.label or axis.name}
    if axis.unit:
        config["unit"] = axis.unit
    if axis.numeric and len(axis.levels) > 1:
        if list(axis.levels) == sorted(axis.levels):
            config["harder"] = "up"
        elif list(axis.levels) == sorted(axis.levels, reverse=True):
            config["harder"] = "down"
    return config


def truth_record(plan: Plan, bank: str | None = None) -> dict[str, Any]:
    """Return the truth of a plan as plain JSON values.

    Parameters
    ----------
    plan
        What is planted.
    bank
        Fingerprint of the text bank, where traces come from one.

    Returns
    -------
    dict
        ``plan`` (all of it) and ``groups``: one entry per (eval, task) with its axes and, per
        cell with the last axis fastest, the true accuracy (truncated counted as wrong), the
        accuracy of finished answers in excess of chance, and the cut-off share.
    """
    return {
        "schema_version": TRUTH_VERSION,
        "planted": True,
        "name": plan.name,
        "fingerprint": plan.fingerprint,
        "text_bank": bank,
        "seed": plan.seed,
        "rows": plan.rows,
        "groups": [
            _group(plan, group_truth(plan, task, planned)) for task, planned in plan.groups()
        ],
        "plan": plan.record(),
    }


def _group(plan: Plan, truth: GroupTruth) -> dict[str, Any]:
    task, planned = truth.task, truth.planned
    return {
        "eval_id": eval_id(planned.model, planned.template, planned.sampler),
        "model": planned.model,
        "template": planned.template,
        "sampler": planned.sampler,
        "base_task": task.name,
        "mechanism": truth.mechanism.kind,
        "chance": task.chance,
        "expects": list(truth.expects),
        "place": _place(truth.place),
        "onset": _place(truth.onset),
        "axes": {axis.name: list(axis.levels) for axis in task.axes},
        "axis": truth.axis.name,
        "accuracy_by_level": _rounded(truth.by_level(truth.accuracy)),
        "truncated_by_level": _rounded(truth.by_level(truth.truncated)),
        "accuracy": _rounded(truth.accuracy),
        "excess_of_finished": _rounded(truth.excess),
        "truncated": _rounded(truth.truncated),
        **prompt_truth(plan, truth),
        **failure_truth(truth.mechanism.kind),
    }


def _place(place: Break | None) -> dict[str, Any] | None:
    if place is None:
        return None
    record = asdict(place)
    return record | {key: round(record[key], 6) for key in ("position", "height")}


def _rounded(values: NDArray[np.float64]) -> list[float]:

    return [round(float(v), 6) for v in values]
