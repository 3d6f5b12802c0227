from __future__ import annotations

import json

import pytest

from reasonscape.datasets.declaration import read_config
from reasonscape.planted.design import mechanism_plan
from reasonscape.planted.mechanisms import KINDS
from reasonscape.planted.records import dataset_config, truth_record
from reasonscape.planted.workflow import workflow_plan
from reasonscape.store.identity import eval_id


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_configs_are_valid_configs(kind: str, axes: int) -> None:
    document = dataset_config(mechanism_plan(kind, axes=axes, chance=0.2), "demo")
    config = read_config(document, "demo.json")
    task = config.base_tasks["arithmetic"]
    assert task.chance == 0.2
    assert task.axis("length").harder == "up"
    assert len(task.surfaces) == (axes > 1)
    assert len(task.axes) == axes
    assert all(one.label.endswith("(planted)") for one in config.evals)


def test_the_workflow_config_has_its_tiers_groups_and_confounder() -> None:
    config = read_config(dataset_config(workflow_plan(), "dataset-m12x"), "dataset-m12x.json")
    assert config.base_tasks["arithmetic"].confounders == ("prob_dewhitespace",)
    assert "prob_dewhitespace" not in config.base_tasks["arithmetic"].axes
    logic = [task.name for task in config.base_tasks.values() if "logic" in task.tiers]
    assert logic == ["boolean", "zebra", "seating", "gates"]
    assert set(config.tiers) == {"hard"}
    assert "(planted)" in config.name
    assert any("family:llama" in one.groups for one in config.evals)


def test_the_truth_is_strict_json_and_names_every_group() -> None:
    plan = mechanism_plan("cliff")
    record = json.loads(json.dumps(truth_record(plan), allow_nan=False))
    assert record["planted"] is True
    assert record["fingerprint"] == plan.fingerprint
    cliff, healthy = record["groups"]
    assert cliff["eval_id"] == eval_id("cliff", "cot", "greedy")
    assert cliff["place"] == {
        "axis": "length",
        "position": pytest.approx(3.5, abs=0.001),
        "before": 12.0,
        "after": 15.0,
        "height": pytest.approx(0.9, abs=0.001),
    }
    assert cliff["expects"] == ["accuracy_cliff"]
    assert len(cliff["accuracy"]) == 48
    assert len(cliff["accuracy_by_level"]) == 8
    assert healthy["place"] is None
    assert healthy["onset"] is None
