#!/usr/bin/env python3
"""Run lm-evaluation-harness itself on a few questions with a model that is a table of answers.

``python scripts/native_logs/lm_eval.py OUT`` writes ``results_*.json`` and ``samples_*.jsonl`` of
one run under OUT, with times, machines and paths taken out. It needs the packages of
``lm_eval.txt`` and no network.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

# This file is called lm_eval as well: its own folder must not be where Python looks first.
sys.path.pop(0)
os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", TOKENIZERS_PARALLELISM="false")

import yaml
from lm_eval import simple_evaluate
from lm_eval.api.model import LM
from lm_eval.loggers import EvaluationTracker
from lm_eval.tasks import TaskManager

DATE = "2026-11-26T00-00-00.000000"
# Question, answer, terms, what the model says; the last is cut off inside its reasoning.
SUMS = [
    ("1 + 2", "3", 2, "1 and 2 make 3. #### 3"),
    ("2 + 2 + 5", "9", 3, "That is 9"),
    ("4 + 4", "8", 2, "I cannot say."),
    ("1 + 1 + 1 + 1", "4", 4, "First 2, then 3. #### 5"),
    ("7 + 6", "13", 2, "<think>7 and 3 is 10, and 3 more</think>It is 13. #### 13"),
    ("9 + 9 + 9", "27", 3, "<think>9 and 9 is 18, and then"),
]
# Question, choices, place of the right one, log-likelihood of each.
CHOICES = [
    ("Which is even?", ["three", "four", "five"], 1, [-3.0, -1.0, -2.0], "parity"),
    ("Which is odd?", ["eleven and no more", "two", "six"], 0, [-4.5, -1.5, -6.0], "parity"),
    ("Which is prime?", ["four", "six", "seven"], 2, [-1.0, -2.0, -3.0], "primes"),
    ("Which is largest?", ["one", "two", "ninety"], 2, [-5.0, -4.0, -2.0], "order"),
]
TEXTS = ["one two three", "four five"]
SAID = {f"Add: {question}": said for question, _, _, said in SUMS}
LIKELY = {
    (f"Question: {question}", choice): log
    for question, choices, _, logs, _ in CHOICES
    for choice, log in zip(choices, logs, strict=True)
}


class Table(LM):
    """A model that says what the table has for the last lines of a prompt."""

    tokenizer_name = "table"

    def chat_template(self, chat_template: bool | str = False) -> str:
        """A template that changes nothing."""
        return "{system}\n{user}" if chat_template else ""

    def apply_chat_template(
        self, chat_history: list[dict[str, str]], add_generation_prompt: bool = True
    ) -> str:
        """The contents one after the other."""
        return "\n".join(message["content"] for message in chat_history)

    def generate_until(self, requests: list[Any], disable_tqdm: bool = False) -> list[str]:
        """What the table says to the last line."""
        return [SAID[request.args[0].splitlines()[-1].strip()] for request in requests]

    def loglikelihood(
        self, requests: list[Any], disable_tqdm: bool = False
    ) -> list[tuple[float, bool]]:
        """How likely the table finds each choice."""
        asked = [
            (request.args[0].splitlines()[-1], request.args[1].strip()) for request in requests
        ]
        logs = [LIKELY[one] for one in asked]
        return [(log, log >= -1.0) for log in logs]

    def loglikelihood_rolling(self, requests: list[Any], disable_tqdm: bool = False) -> list[float]:
        """As unlikely as the text is long."""
        return [-float(len(request.args[0])) for request in requests]


def tasks(folder: Path) -> list[str]:
    """Write the tasks and their questions; their names."""
    strict = {
        "name": "strict-match",
        "filter": [
            {"function": "regex", "regex_pattern": r"#### (\-?[0-9]+)"},
            {"function": "take_first"},
        ],
    }
    flexible = {
        "name": "flexible-extract",
        "filter": [
            {"function": "regex", "group_select": -1, "regex_pattern": r"(\-?[0-9]+)"},
            {"function": "take_first"},
        ],
    }
    exact = [{"metric": "exact_match", "aggregation": "mean", "higher_is_better": True}]
    accuracy = [
        {"metric": name, "aggregation": "mean", "higher_is_better": True}
        for name in ("acc", "acc_norm")
    ]
    add = {
        "output_type": "generate_until",
        "doc_to_text": "Add: {{question}}",
        "doc_to_target": "{{answer}}",
        "generation_kwargs": {"until": ["\n\n"], "do_sample": False, "max_gen_toks": 64},
        "metric_list": exact,
    }
    sums = [{"question": q, "answer": a, "terms": n, "kind": "sum"} for q, a, n, _ in SUMS]
    choices = [{"question": q, "choices": c, "gold": g, "subject": s} for q, c, g, _, s in CHOICES]
    known: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
        "golden_sums": ({**add, "filter_list": [strict, flexible]}, sums),
        "golden_repeats": ({**add, "repeats": 2}, sums[:3]),
        "golden_choices": (
            {
                "output_type": "multiple_choice",
                "doc_to_text": "Question: {{question}}",
                "doc_to_choice": "choices",
                "doc_to_target": "gold",
                "metric_list": accuracy,
            },
            choices,
        ),
        "golden_texts": (
            {
                "output_type": "loglikelihood_rolling",
                "doc_to_text": "",
                "doc_to_target": "{{page}}",
                "metric_list": [{"metric": "word_perplexity"}],
            },
            [{"page": text} for text in TEXTS],
        ),
    }
    for name, (config, rows) in known.items():
        data = folder / f"{name}.jsonl"
        data.write_text("".join(json.dumps(row) + "\n" for row in rows))
        config |= {
            "task": name,
            "dataset_path": "json",
            "dataset_kwargs": {"data_files": {"test": str(data)}},
            "test_split": "test",
            "num_fewshot": 0,
            "metadata": {"version": 1.0},
        }
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(config))
    group = {"group": "golden", "task": ["golden_sums", "golden_choices"]}
    (folder / "golden.yaml").write_text(yaml.safe_dump(group))
    return ["golden", "golden_repeats", "golden_texts"]


def main(out: Path) -> None:
    """Run everything and keep the logs."""
    with tempfile.TemporaryDirectory() as place:
        os.environ["HF_DATASETS_CACHE"] = place
        folder = Path(place)
        tracker = EvaluationTracker(output_path=str(folder / "out"))
        results = simple_evaluate(
            model=Table(),
            model_args="pretrained=golden/table",
            tasks=tasks(folder),
            task_manager=TaskManager(include_path=str(folder), include_defaults=False),
            gen_kwargs={"temperature": 0.0},
            log_samples=True,
            apply_chat_template=True,
            system_instruction="Answer briefly.",
            evaluation_tracker=tracker,
            torch_random_seed=None,
            bootstrap_iters=0,
        )
        samples = results.pop("samples")
        results["config"]["model"], results["config"]["model_args"] = "table", MODEL_ARGS
        tracker.general_config_tracker.log_experiment_args(
            model_source="table",
            model_args=MODEL_ARGS,
            system_instruction="Answer briefly.",
            chat_template="{system}\n{user}",
            fewshot_as_multiturn=False,
        )
        tracker.save_results_aggregated(results=results, samples=samples)
        for name in results["configs"]:
            tracker.save_results_samples(task_name=name, samples=samples[name])
        out.mkdir(parents=True, exist_ok=True)
        for path in sorted((folder / "out").rglob("*")):
            if path.is_file():
                keep(path, out, place)


MODEL_ARGS = "pretrained=golden/table"
TIMES = ("date", "start_time", "end_time", "total_evaluation_time_seconds")


def keep(path: Path, out: Path, place: str) -> None:
    """Copy a log without times, machines and places."""
    text = path.read_text().replace(place, "/tasks")
    name = re.sub(r"\d{4}-\d\d-\d\dT[\d.-]+(?=\.json)", DATE, path.name)
    if path.suffix == ".json":
        document = json.loads(text)
        document |= dict.fromkeys(TIMES, 0)
        document["pretty_env_info"] = document["git_hash"] = None
        text = json.dumps(document, indent=2)
    (out / name).write_text(text + ("" if text.endswith("\n") else "\n"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
