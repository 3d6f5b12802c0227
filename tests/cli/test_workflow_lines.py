"""The command lines of the failure-diagnosis workflow, on the dataset planted for it.

Only the commands that exist so far; `<...>` is replaced by a quoted id, as the workflow asks.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.workflow import DATASET, Analyze, eval_id, lens

pytestmark = pytest.mark.slow


def surface(analyze: Analyze, filters: dict[str, Any], *words: str) -> dict[str, Any]:
    return lens(analyze, "surface", filters, *words)


def cliff_of(document: dict[str, Any], model: str) -> dict[str, Any]:
    (found,) = [
        f for f in document["findings"] if f["model"] == model and f["pattern"] == "accuracy_cliff"
    ]
    assert isinstance(found, dict)
    return found


def test_as_printed_it_is_refused_with_the_corrected_line(analyze: Analyze) -> None:
    printed = '{"eval_id": [<target-eval>], "base_task": "arithmetic"}'
    code, _, err = analyze("surface", DATASET, "--filters", printed)
    assert code == 2
    assert '"base_task": "arithmetic"' in err
    assert "evals" in err


def test_the_failing_task_of_one_eval(analyze: Analyze) -> None:
    target = eval_id(analyze, "target-model")
    filters = {"eval_id": [target], "base_task": "arithmetic"}
    document = surface(analyze, filters, "--output-dir", "diagnosis/surfaces/", "--figures", "0")
    found = cliff_of(document, "target-model")
    assert found["verdict"] == "present"
    assert (found["evidence"]["axis"], found["evidence"]["last_good"]) == ("length", "15")


def test_all_tasks_of_one_eval(analyze: Analyze) -> None:
    target = eval_id(analyze, "target-model")
    document = surface(
        analyze, {"eval_id": [target]}, "--output-dir", "diagnosis/all-surfaces/", "--figures", "0"
    )
    assert len({f["base_task"] for f in document["findings"]}) == 12


def test_two_evals_side_by_side(analyze: Analyze) -> None:
    a, b = eval_id(analyze, "llama-3.3-70b"), eval_id(analyze, "qwen-2.5-72b")
    folder = "diagnosis/surface-comparison/"
    document = surface(
        analyze,
        {"eval_id": [a, b], "base_task": "arithmetic"},
        "--output-dir",
        folder,
        "--figures",
        "0",
    )
    assert cliff_of(document, "llama-3.3-70b")["evidence"]["last_good"] == "21"
    assert cliff_of(document, "qwen-2.5-72b")["evidence"]["last_good"] == "18"
    tables = {a["path"] for a in document["artifacts"]}
    assert "tables/differences.csv" in tables


def test_exact_levels_get_a_note_about_the_range(analyze: Analyze) -> None:
    target = eval_id(analyze, "target-model")
    filters = {"eval_id": [target], "base_task": "arithmetic", "length": [18, 24]}
    document = surface(analyze, filters)
    note = 'matched exactly 18 and 24; for the range write {"min": 18, "max": 24}'
    assert note in document["warnings"]


def test_a_tier(analyze: Analyze) -> None:
    document = surface(analyze, {"model_name": "gpt-4o", "tier": "logic"})
    assert document["counts"]["matched"] > 0


@pytest.mark.parametrize(
    ("models", "task"),
    [
        (["gpt-4o"], "arithmetic"),
        (["base-model", "finetuned-model"], "arithmetic"),
        (["production-model"], "production-task"),
    ],
)
def test_models_by_name_to_one_page(analyze: Analyze, models: list[str], task: str) -> None:
    filters = {"model_name": models if len(models) > 1 else models[0], "base_task": task}
    surface(analyze, filters, "--output", "surface.html")
    assert Path("surface.html").stat().st_size > 100_000


def test_the_finetuned_model_broke_earlier(analyze: Analyze) -> None:
    filters = {"model_name": ["base-model", "finetuned-model"], "base_task": "arithmetic"}
    document = surface(analyze, filters)
    base = int(cliff_of(document, "base-model")["evidence"]["last_good"])
    tuned = int(cliff_of(document, "finetuned-model")["evidence"]["last_good"])
    assert tuned < base


def test_production_is_cut_off(analyze: Analyze) -> None:
    filters = {"model_name": "production-model", "base_task": "production-task"}
    found = {f["pattern"]: f["verdict"] for f in surface(analyze, filters)["findings"]}
    assert found["truncation_dominant"] == "present"
