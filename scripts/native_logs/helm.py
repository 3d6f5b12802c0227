#!/usr/bin/env python3
"""Run HELM itself on a few questions with a model that is a table, and keep the runs.

``python scripts/native_logs/helm.py OUT`` writes a run folder for each method under OUT, with times
set to zero. It needs the packages of ``helm.txt`` and no network.
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
from pathlib import Path

# This file is called helm as well: its own folder must not be where Python looks first.
sys.path.pop(0)

from helm.benchmark.adaptation.adapter_spec import AdapterSpec
from helm.benchmark.augmentations.data_augmenter import DataAugmenterSpec
from helm.benchmark.augmentations.perturbation import PerturbationSpec
from helm.benchmark.config_registry import (
    register_builtin_configs_from_helm_package,
)
from helm.benchmark.metrics.metric import MetricSpec
from helm.benchmark.model_deployment_registry import (
    ClientSpec,
    ModelDeployment,
    register_model_deployment,
)
from helm.benchmark.run import run_benchmarking
from helm.benchmark.run_spec import RunSpec
from helm.benchmark.scenarios.scenario import (
    Input,
    Instance,
    Output,
    Reference,
    Scenario,
    ScenarioSpec,
)
from helm.clients.client import Client
from helm.common.authentication import Authentication
from helm.common.request import (
    ErrorFlags,
    GeneratedOutput,
    Request,
    RequestResult,
    Thinking,
    Token,
)

MODEL = "golden/table"
KEPT = ("run_spec", "scenario", "scenario_state", "per_instance_stats", "stats")
LARGEST = 20_000
TIMES = ("request_time", "request_datetime", "batch_request_time")

# Question, references, place of the correct ones, split, level.
CHOICES = [
    ("What is 1 + 1?", ("1", "2", "3", "4"), (1,), "train", 1),
    ("What is 3 + 4?", ("7", "8", "9", "10"), (0,), "train", 1),
    ("What is 2 + 3?", ("5", "6", "7", "8"), (0,), "valid", 1),
    ("What is 17 + 25?", ("40", "41", "42", "43"), (2,), "test", 2),
    ("Which of these is even?", ("12", "13", "14", "15"), (0, 2), "test", 3),
]
LETTERS = {"What is 2 + 3?": " A", "What is 17 + 25?": " B", "what is 17 + 25?": " C"}
# The reference that the table prefers; where it prefers none, all are alike.
PREFERRED = {"What is 2 + 3?": "5", "What is 17 + 25?": "43"}
ANSWERS = [
    ("Say yes.", ("yes",), "train", {"level": 1, "kind": "echo"}),
    ("Name a primary colour.", ("red", "blue", "yellow"), "test", {"level": 2, "kind": "fact"}),
    ("What is 6 * 7?", ("42",), "test", {"level": 3, "kind": "sum"}),
    ("Count to a million.", ("1000000",), "test", {"level": 4, "kind": "long"}),
    ("Tell me a secret.", ("no",), "test", {"level": 5, "kind": "refused"}),
    ("What breaks?", ("nothing",), "valid", {"level": 6, "kind": "broken"}),
]
# Completions of each question: text, logprob, why it ended, thinking.
COMPLETIONS = {
    "Name a primary colour.": [(" green", -5.0, "stop", None), (" Red.", -1.0, "endoftext", None)],
    "What is 6 * 7?": [(" 42", -1.0, "stop", "Six times seven: 42."), (" 43", -1.0, "stop", None)],
    "Count to a million.": [(" 1 2 3 4 5", -2.0, "length", None), (" 1", -9.0, None, None)],
    "Tell me a secret.": [("", -0.5, "content_filter", None), (" no", -3.0, "stop", None)],
}


class Golden(Scenario):
    """A scenario of this file."""

    def __post_init__(self) -> None:
        self.definition_path = "scripts/native_logs/helm.py"


class Choices(Golden):
    """Questions with choices."""

    name = "golden_choices"
    description = "Sums with choices."
    tags = ("golden",)

    def __init__(self, topic: str, terms: int) -> None:
        self.topic, self.terms = topic, terms
        self.__post_init__()

    def get_instances(self, output_path: str) -> list[Instance]:
        """Give the questions."""
        return [
            Instance(
                Input(text=question),
                [
                    Reference(Output(text=text), tags=["correct"] if place in right else [])
                    for place, text in enumerate(texts)
                ],
                split=split,
                extra_data={"level": level},
            )
            for question, texts, right, split, level in CHOICES
        ]


class Answers(Golden):
    """Questions that are answered freely."""

    name = "golden_answers"
    description = "Short answers."
    tags = ("golden",)

    def get_instances(self, output_path: str) -> list[Instance]:
        """Give the questions."""
        return [
            Instance(
                Input(text=question),
                [Reference(Output(text=text), tags=["correct"]) for text in texts],
                split=split,
                extra_data=extra,
            )
            for question, texts, split, extra in ANSWERS
        ]


class Table(Client):
    """A model that looks its answers up."""

    def make_request(self, request: Request) -> RequestResult:
        """Look the question up, or weigh the reference at the end of the prompt."""
        question = request.prompt.rsplit("Question: ", 1)[-1].split("\n", 1)[0]
        if request.echo_prompt:
            reference = request.prompt.rsplit("Answer: ", 1)[-1].strip()
            each = -0.25 if PREFERRED.get(question) == reference else -1.5
            tokens = [Token(text=letter, logprob=each) for letter in request.prompt]
            return result([GeneratedOutput(request.prompt, each * len(tokens), tokens)])
        if request.max_tokens == 1:
            text = LETTERS.get(question, " Perhaps")
            return result([GeneratedOutput(text, -0.5, [Token(text, -0.5)], {"reason": "length"})])
        if question == "What breaks?":
            return RequestResult(
                success=False,
                cached=False,
                error="the service is down",
                completions=[],
                embedding=[],
                error_flags=ErrorFlags(is_retriable=False, is_fatal=False),
            )
        return result(
            [
                GeneratedOutput(
                    text,
                    logprob,
                    [Token(letter, 0.0) for letter in text],
                    {"reason": reason} if reason else None,
                    thinking=Thinking(thinking) if thinking else None,
                )
                for text, logprob, reason, thinking in COMPLETIONS[question]
            ]
        )


def result(completions: list[GeneratedOutput]) -> RequestResult:
    return RequestResult(
        success=True, cached=False, request_time=0.0, completions=completions, embedding=[]
    )


def run(
    method: str, scenario: ScenarioSpec, name: str, metrics: list[MetricSpec], **more
) -> RunSpec:
    perturbed = more.pop("perturbed", [])
    return RunSpec(
        name=name,
        scenario_spec=scenario,
        adapter_spec=AdapterSpec(
            method=method,
            model=MODEL,
            model_deployment=MODEL,
            input_prefix="Question: ",
            output_prefix="Answer: ",
            **more,
        ),
        metric_specs=metrics,
        data_augmenter_spec=DataAugmenterSpec(
            perturbation_specs=perturbed,
            should_augment_eval_instances=bool(perturbed),
            should_include_original_eval=True,
        ),
        groups=["golden"],
    )


def runs() -> list[RunSpec]:
    choices = ScenarioSpec("__main__.Choices", {"topic": "sums", "terms": 2})
    matches = ["exact_match", "quasi_exact_match", "prefix_exact_match"]
    graded = MetricSpec("helm.benchmark.metrics.basic_metrics.BasicGenerationMetric",
                        {"names": matches})  # fmt: skip
    scored = MetricSpec("helm.benchmark.metrics.basic_metrics.BasicGenerationMetric",
                        {"names": ["f1_score", "quasi_exact_match", "rouge_l"]})  # fmt: skip
    ranked = MetricSpec("helm.benchmark.metrics.basic_metrics.BasicReferenceMetric", {})
    counted = MetricSpec("helm.benchmark.metrics.basic_metrics.InstancesPerSplitMetric", {})
    augmentations = "helm.benchmark.augmentations"
    perturbed = [
        PerturbationSpec(f"{augmentations}.lowercase_perturbation.LowerCasePerturbation", {}),
        PerturbationSpec(f"{augmentations}.typos_perturbation.TyposPerturbation", {"prob": 0.1}),
    ]
    named = "golden_choices:topic=sums,terms=2,method={},model=golden_table"
    found = [
        run(
            "multiple_choice_joint", choices, named.format("multiple_choice_joint"),
            [graded, counted], perturbed=perturbed, num_train_trials=2, max_train_instances=1,
            max_tokens=1, temperature=0.0, num_outputs=2, max_eval_instances=10,
            instructions="The following are multiple choice questions about sums.\n",
        ),
        run(
            "generation", ScenarioSpec("__main__.Answers", {}),
            "golden_answers:stop=hash,model=golden_table", [scored, counted], max_train_instances=1,
            max_tokens=16, temperature=0.5, num_outputs=2, max_eval_instances=10,
        ),
    ]  # fmt: skip
    for kind in ("original", "calibrated"):
        method = f"multiple_choice_separate_{kind}"
        found.append(
            run(
                method, choices, named.format(method), [ranked, counted], max_train_instances=0,
                temperature=0.0, num_outputs=1, max_eval_instances=10,
            )
        )  # fmt: skip
    return found


def timeless(value):
    if isinstance(value, dict):
        if isinstance(value.get("name"), dict) and "runtime" in value["name"].get("name", ""):
            return {"name": value["name"], "count": 0, "sum": 0, "sum_squared": 0}
        return {key: 0 if key in TIMES else timeless(part) for key, part in value.items()}
    return [timeless(part) for part in value] if isinstance(value, list) else value


def main() -> None:
    out = Path(sys.argv[1])
    register_builtin_configs_from_helm_package()
    register_model_deployment(
        ModelDeployment(
            name=MODEL,
            client_spec=ClientSpec("__main__.Table"),
            model_name=MODEL,
            tokenizer_name="simple/tokenizer1",
            max_sequence_length=2048,
        )
    )
    with tempfile.TemporaryDirectory() as scratch:
        specs = runs()
        run_benchmarking(
            specs, auth=Authentication(""), url=None, local_path=scratch, num_threads=1,
            output_path=scratch, suite="golden", dry_run=False, skip_instances=False,
            cache_instances=False, cache_instances_only=False, skip_completed_runs=False,
            exit_on_error=True, runner_class_name=None, disable_cache=True,
        )  # fmt: skip
        for spec in specs:
            folder = out / spec.name.replace(":", "-")
            folder.mkdir(parents=True, exist_ok=True)
            for name in KEPT:
                made = Path(scratch, "runs", "golden", spec.name, f"{name}.json")
                text = json.dumps(timeless(json.loads(made.read_bytes())), indent=2).encode()
                if len(text) > LARGEST:
                    (folder / f"{name}.json.gz").write_bytes(gzip.compress(text, mtime=0))
                else:
                    (folder / f"{name}.json").write_bytes(text)


if __name__ == "__main__":
    main()
