"""The workflow's lines of fft, on the dataset planted for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.workflow import DATASET, Analyze, eval_id, lens, verdicts

pytestmark = pytest.mark.slow
ARITHMETIC = {"base_task": "arithmetic"}
FAILURES = {"peak_collapse", "band_limited_gain", "tokenization_artifact"}


def test_as_printed_it_is_refused_with_the_corrected_line(analyze: Analyze) -> None:
    printed = '{"eval_id": [<target-eval>], "base_task": "arithmetic"}'
    code, _, err = analyze("fft", DATASET, "--filters", printed, "--output-dir", "diagnosis/fft/")
    assert code == 2
    assert '"base_task": "arithmetic"' in err
    assert not Path("diagnosis/fft").exists()


def test_the_failing_task_of_one_eval(analyze: Analyze) -> None:
    target = eval_id(analyze, "target-model")
    document = lens(
        analyze, "fft", {"eval_id": [target], **ARITHMETIC},
        "--output-dir", "diagnosis/fft/", "--figures", "1",
    )  # fmt: skip
    # Its cliff is one of the length: the prompts lose a period that costs it nothing.
    assert {verdicts(document, "target-model")[pattern] for pattern in FAILURES} == {"absent"}
    for name in ("summary.json", "report.md", "tables/spectra.csv"):
        assert (Path("diagnosis/fft") / name).exists()
    assert {a["path"] for a in document["artifacts"] if a["path"].endswith(".html")}


def test_two_evals_that_read_unlike(analyze: Analyze) -> None:
    ids = [eval_id(analyze, name) for name in ("model-a", "model-b")]
    document = lens(
        analyze, "fft", {"eval_id": ids, **ARITHMETIC},
        "--output-dir", "diagnosis/fft-comparison/", "--figures", "0",
    )  # fmt: skip
    assert verdicts(document, "model-b")["peak_collapse"] == "present"
    assert "present" not in {verdicts(document, "model-a")[pattern] for pattern in FAILURES}
    tables = Path("diagnosis/fft-comparison/tables/readings.csv").read_text(encoding="utf-8")
    assert "model-a (planted) (words)" in tables
    assert "model-b (planted) (bytes)" in tables


def test_all_tasks_of_one_eval(analyze: Analyze) -> None:
    target = eval_id(analyze, "target-model")
    document = lens(
        analyze, "fft", {"eval_id": [target]},
        "--output-dir", "diagnosis/all-fft/", "--figures", "0",
    )  # fmt: skip
    tasks = {f["base_task"] for f in document["findings"]}
    assert len(tasks) == 12
    present = {(f["base_task"], f["pattern"]) for f in document["findings"]
               if f["verdict"] == "present" and f["pattern"] in FAILURES}  # fmt: skip
    # Longer lists to count in do hold more of a short period, and are failed more often.
    assert present <= {("counting", "band_limited_gain")}


def test_one_model_to_one_picture(analyze: Analyze) -> None:
    filters = '{"model_name": "gpt-4o", "base_task": "arithmetic"}'
    code, out, err = analyze(
        "fft", DATASET, "--filters", filters, "--output", "gpt4o-arithmetic-fft.png"
    )
    assert code == 0
    # Without a browser to draw it, it is a page, and that is said.
    found = [Path(f"gpt4o-arithmetic-fft{ending}") for ending in (".png", ".html")]
    (made,) = [path for path in found if path.exists()]
    assert made.stat().st_size > 10_000
    assert made.name in out + err


@pytest.mark.parametrize(
    ("models", "folder"),
    [
        (["llama-3.3-70b", "qwen-2.5-72b"], "llama-vs-qwen-fft/"),
        (["base-model", "finetuned-model"], "base-vs-ft-fft/"),
    ],
)
def test_two_models_by_name(analyze: Analyze, models: list[str], folder: str) -> None:
    document = lens(
        analyze, "fft", {"model_name": models, **ARITHMETIC},
        "--output-dir", folder, "--figures", "0",
    )  # fmt: skip
    assert {f["model"] for f in document["findings"]} == set(models)
    # Both read the same prompts alike: what broke is not the representation.
    for model in models:
        assert {verdicts(document, model)[pattern] for pattern in FAILURES} == {"absent"}
    # Nor is there another reading to set theirs against.
    assert not Path(folder, "tables/readings.csv").exists()


def test_an_axis_has_a_row_for_each_level(analyze: Analyze) -> None:
    document = lens(
        analyze, "fft", {"model_name": "model-b", **ARITHMETIC},
        "--axis", "prob_dewhitespace", "--output-dir", "by-spaces/", "--figures", "1",
    )  # fmt: skip
    (page,) = [a["path"] for a in document["artifacts"] if a["path"].endswith(".html")]
    assert "waterfall" in page
    levels = Path("by-spaces/tables/levels.csv").read_text(encoding="utf-8")
    assert all(f",prob_dewhitespace,{level}," in levels for level in ("0", "0.5", "1"))
