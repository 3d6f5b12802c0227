"""The workflow's lines of compression and hazard, on the dataset planted for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.workflow import DATASET, Analyze, eval_id, lens, verdicts

pytestmark = pytest.mark.slow
BOTH = pytest.mark.parametrize("command", ["compression", "hazard"])


@BOTH
def test_as_printed_it_is_refused_with_the_corrected_line(analyze: Analyze, command: str) -> None:
    printed = '{"eval_id": [<target-eval>], "base_task": "arithmetic"}'
    code, _, err = analyze(command, DATASET, "--filters", printed)
    assert code == 2
    assert '"base_task": "arithmetic"' in err


@BOTH
def test_the_failing_task_of_one_eval(analyze: Analyze, command: str) -> None:
    target = eval_id(analyze, "target-model")
    folder = f"diagnosis/{command}/"
    document = lens(
        analyze, command, {"eval_id": [target], "base_task": "arithmetic"},
        "--output-dir", folder, "--figures", "1",
    )  # fmt: skip
    found = verdicts(document, "target-model")
    wanted = {"compression": "overthink", "hazard": "delayed_hazard"}[command]
    assert found[wanted] == "present"
    assert (Path(folder) / "summary.json").exists()
    assert (Path(folder) / "report.md").exists()


@BOTH
def test_two_evals_side_by_side(analyze: Analyze, command: str) -> None:
    ids = [eval_id(analyze, name) for name in ("llama-3.3-70b", "qwen-2.5-72b")]
    document = lens(
        analyze, command, {"eval_id": ids, "base_task": "arithmetic"},
        "--output-dir", f"diagnosis/{command}-comparison/", "--figures", "0",
    )  # fmt: skip
    assert {f["model"] for f in document["findings"]} == {"llama-3.3-70b", "qwen-2.5-72b"}


def test_weak_tasks_of_a_tier(analyze: Analyze) -> None:
    target = eval_id(analyze, "target-model")
    document = lens(
        analyze, "compression", {"eval_id": [target], "tier": "logic"},
        "--output-dir", "diagnosis/weak-tasks-compression/", "--figures", "0",
    )  # fmt: skip
    assert {f["base_task"] for f in document["findings"]} == {
        "boolean",
        "zebra",
        "seating",
        "gates",
    }
    loops = [f for f in document["findings"] if f["pattern"] == "broken_loops"]
    assert {f["base_task"] for f in loops if f["verdict"] == "present"} == {"zebra"}


@BOTH
def test_a_panel_a_level(analyze: Analyze, command: str) -> None:
    target = eval_id(analyze, "target-model")
    folder = f"diagnosis/{command}-by-length/"
    document = lens(
        analyze, command, {"eval_id": [target], "base_task": "arithmetic"},
        "--axis", "length", "--output-dir", folder, "--figures", "2",
    )  # fmt: skip
    pages = [a["path"] for a in document["artifacts"] if a["path"].endswith(".html")]
    assert pages


def test_looping_and_short_thinking_are_told_apart(analyze: Analyze) -> None:
    names = ["qwen-2.5-72b", "finetuned-model", "base-model"]
    document = lens(analyze, "compression", {"model_name": names, "base_task": "arithmetic"})
    assert verdicts(document, "qwen-2.5-72b")["broken_loops"] == "present"
    assert verdicts(document, "finetuned-model")["underthink"] == "present"
    base: dict[str, Any] = verdicts(document, "base-model")
    assert "present" not in {base[name] for name in ("underthink", "overthink", "broken_loops")}


@BOTH
@pytest.mark.parametrize(
    ("models", "task"),
    [
        (["gpt-4o"], "arithmetic"),
        (["base-model", "finetuned-model"], "arithmetic"),
        (["production-model"], "production-task"),
    ],
)
def test_models_by_name_to_one_page(
    analyze: Analyze, command: str, models: list[str], task: str
) -> None:
    filters = {"model_name": models if len(models) > 1 else models[0], "base_task": task}
    lens(analyze, command, filters, "--output", f"{command}.html")
    assert Path(f"{command}.html").stat().st_size > 100_000


def test_the_budget_of_production_is_too_small(analyze: Analyze) -> None:
    """Nine tenths of the hardest questions are cut off: more tokens would have paid to the end."""
    filters = {"model_name": "production-model", "base_task": "production-task"}
    document = lens(analyze, "hazard", filters, "--output-dir", "prod/", "--figures", "0")
    paths = {a["path"] for a in document["artifacts"]}
    assert "tables/budget.csv" in paths
