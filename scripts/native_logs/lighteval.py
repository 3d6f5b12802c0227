#!/usr/bin/env python3
"""Run lighteval itself on a few questions with a model that is a table, and keep its details.

``python scripts/native_logs/lighteval.py OUT`` writes ``details/`` and ``results/`` under OUT, with
one fixed time in their names. It needs the packages of ``lighteval.txt`` and no network.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

# This file is called lighteval as well: its own folder must not be where Python looks first.
sys.path.pop(0)
os.environ["HF_HUB_OFFLINE"] = "1"
if os.environ.get("PYTHONHASHSEED") != "0":  # lighteval takes some things in the order of a set
    os.environ["PYTHONHASHSEED"] = "0"
    os.execv(sys.executable, [sys.executable, *sys.argv])

from datasets import Dataset, DatasetDict
from lighteval.logging.evaluation_tracker import EvaluationTracker
from lighteval.metrics.metrics import Metrics
from lighteval.models.abstract_model import LightevalModel, ModelConfig
from lighteval.models.model_input import GenerationParameters
from lighteval.models.model_output import ModelResponse
from lighteval.pipeline import ParallelismManager, Pipeline, PipelineParameters
from lighteval.tasks.lighteval_task import LightevalTask, LightevalTaskConfig
from lighteval.tasks.registry import Registry
from lighteval.tasks.requests import Doc, SamplingMethod

MODEL = "golden/table"
TIME = "2026-01-02T03-04-05.678901"
CAP = 24

# Question, choices, places of the right ones, what the task knows of it.
SUMS: list[tuple[str, list[str], Any, dict[str, Any]]] = [
    ("What is 2 + 3?", ["5"], [0], {"level": 1, "kind": "plain"}),
    ("What is 17 + 25?", ["42", "forty-two"], [0, 1], {"level": 2, "kind": "plain"}),
    ("What is 6 * 7 * 8?", ["336"], [0], {"level": 3, "kind": "long"}),
    ("What is 9 - 9?", ["nil"], [0], {"level": 1, "kind": "nothing"}),
]
PICKS: dict[str, list[tuple[str, list[str], Any, dict[str, Any]]]] = {
    "golden_pick:easy": [
        ("Which is even?", [" 1", " 2", " 3"], 1, {"level": 1, "kind": "pick"}),
        ("Which is odd?", [" 2", " 4", " 5"], 2, {"level": 1, "kind": "pick"}),
    ],
    "golden_pick:hard": [
        ("Which is prime?", [" 91", " 97", " 87", " 89"], [1, 3], {"level": 4, "kind": "pick"}),
    ],
}
# Completions of each question, each with the number of its tokens, and the reasoning apart.
TEXTS: dict[str, list[tuple[str, int, str | None]]] = {
    "What is 2 + 3?": [("5", 2, None), ("5", 2, None), ("6", 2, None)],
    "What is 17 + 25?": [("<think>17 + 25 is 42.</think>42", 15, None)] * 3,
    "What is 6 * 7 * 8?": [("<think>6 * 7 is 42, and", CAP, None)] * 3,
    "What is 9 - 9?": [("nil", 9, "Nothing is left."), ("one", 4, None), ("nil", 3, None)],
}
PREFERRED = {"Which is even?": 1, "Which is odd?": 0, "Which is prime?": 3}


def prompt(line: dict[str, Any], task_name: str) -> Doc:
    gold = json.loads(line["gold"])
    return Doc(
        query=f"Q: {line['question']}\nA:",
        choices=line["choices"],
        gold_index=gold,
        task_name=task_name,
        specific={"level": line["level"], "kind": line["kind"]},
    )


def task(name: str, metrics: list[Any], fewshots: int = 0) -> LightevalTaskConfig:
    return LightevalTaskConfig(
        name=name,
        prompt_function=prompt,
        hf_repo=name,
        hf_subset="default",
        metrics=metrics,
        hf_avail_splits=["test"],
        evaluation_splits=["test"],
        generation_size=CAP,
        num_fewshots=fewshots,
        stop_sequence=["\n"],
    )


TASKS_TABLE = [
    task("golden_sum", [Metrics.f1_score, Metrics.exact_match]),
    task("golden_many", [Metrics.avg_at_n(sample_params={"n": 3})]),
    task("golden_pick:easy", [Metrics.loglikelihood_acc]),
    task("golden_pick:hard", [Metrics.loglikelihood_acc]),
    task("golden_both", [Metrics.exact_match, Metrics.loglikelihood_acc]),
]


def questions(config: LightevalTask) -> DatasetDict:
    rows = PICKS.get(config.name, SUMS[:2] if config.name == "golden_both" else SUMS)
    lines = [
        {"question": question, "choices": choices, "gold": json.dumps(gold), **specific}
        for question, choices, gold, specific in rows
    ]
    return DatasetDict({"test": Dataset.from_list(lines)})


class Table(LightevalModel):
    """A model that looks its answers up."""

    def __init__(self) -> None:
        self.config = ModelConfig(
            model_name=MODEL,
            generation_parameters=GenerationParameters(temperature=0.5, top_p=0.9),
            system_prompt="Be brief.",
            cache_dir="cache",
        )
        self._cache = NoCache()

    @property
    def tokenizer(self) -> None:  # type: ignore[override]
        """There is none."""

    @property
    def add_special_tokens(self) -> bool:
        """Of no use here."""
        return False

    @property
    def max_length(self) -> int:
        """Of no use here."""
        return 2048

    def greedy_until(self, docs: list[Doc]) -> list[ModelResponse]:
        """Answer in words."""
        return [self._written(doc) for doc in docs]

    def _written(self, doc: Doc) -> ModelResponse:
        found = TEXTS[doc.query[3:-3]][: doc.num_samples]
        return ModelResponse(
            input=doc.query,
            input_tokens=list(range(len(doc.query))),
            text=[text for text, _, _ in found],
            output_tokens=[list(range(tokens)) for _, tokens, _ in found],
            reasonings=[reasoning for _, _, reasoning in found],
            truncated_tokens_count=3 if "9 - 9" in doc.query else 0,
        )

    def loglikelihood(self, docs: list[Doc]) -> list[ModelResponse]:
        """Weigh each choice."""
        return [
            ModelResponse(
                input=doc.query,
                input_tokens=list(range(len(doc.query))),
                logprobs=[
                    -0.5 if place == PREFERRED.get(doc.query[3:-3], 0) else -2.5 - place
                    for place in range(len(doc.choices))
                ],
                argmax_logits_eq_gold=[False] * len(doc.choices),
                output_tokens=[[1, 2]] * len(doc.choices),
            )
            for doc in docs
        ]

    def loglikelihood_rolling(self, docs: list[Doc]) -> list[ModelResponse]:
        """Of no use here."""
        raise NotImplementedError(SamplingMethod.PERPLEXITY)


class NoCache:
    """What a pipeline asks of a model's cache."""

    def _init_registry(self, registry: object) -> None:
        """Keep nothing."""


def main() -> None:
    out = Path(sys.argv[1])
    LightevalTask.download_dataset_worker = staticmethod(questions)
    # Only the tasks of this file: some that lighteval ships load from the network when imported.
    Registry._load_from_files = staticmethod(lambda files, module_prefix: {})
    Registry._load_from_subdirs = staticmethod(lambda subdirs: {})
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        tracker = EvaluationTracker(output_dir=scratch, save_details=True)
        pipeline = Pipeline(
            tasks="golden_sum|1,golden_many|0,golden_pick:easy|0,golden_pick:hard|0,golden_both|0",
            pipeline_parameters=PipelineParameters(
                launcher_type=ParallelismManager.NONE,
                custom_tasks_directory=sys.modules["__main__"],
            ),
            evaluation_tracker=tracker,
            model=Table(),
        )
        pipeline.evaluate()
        pipeline.save_and_push_results()
        (results,) = Path(scratch, "results").rglob("*.json")
        time = results.stem.removeprefix("results_")
        for made in [*Path(scratch, "results").rglob("*.json"), *Path(scratch).rglob("*.parquet")]:
            # Names that every file system takes: the task stands in the rows as well.
            name = str(made.relative_to(scratch)).replace(time, TIME)
            kept = out / name.replace("|", "_").replace(":", "_")
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(timeless(made.read_bytes()) if made == results else made.read_bytes())


def timeless(raw: bytes) -> bytes:
    results = json.loads(raw)
    for name in ("start_time", "end_time", "total_evaluation_time_secondes"):
        results["config_general"][name] = 0
    return json.dumps(results, indent=2).encode()


if __name__ == "__main__":
    main()
