#!/usr/bin/env python3
"""Let Every Eval Ever's own converters and types write logs from a few questions, and keep them.

``python scripts/native_logs/every_eval_ever.py OUT`` writes the golden logs under OUT. It needs the
packages of ``every_eval_ever.txt``, Python 3.12, and no network: the model is Inspect's mock.
"""

from __future__ import annotations

import sys

# Files of this folder are called as modules that are wanted here.
sys.path.pop(0)

import hashlib
import json
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from every_eval_ever.cli import main as every_eval_ever
from every_eval_ever.eval_types import EvaluationLog
from every_eval_ever.instance_level_types import InstanceLevelEvaluationLog
from inspect_ai import Task, eval
from inspect_ai.dataset import Sample
from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessageAssistant,
    ContentReasoning,
    ContentText,
    GenerateConfig,
    ModelOutput,
    ModelUsage,
    get_model,
)
from inspect_ai.scorer import Score, Scorer, Target, includes, mean, scorer
from inspect_ai.solver import TaskState, generate

TIME = "1767225600"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
SUMS = [("What is 2 + 3?", "5"), ("What is 19 + 23?", "42"), ("What is 7 + 8?", "15")]


@scorer(metrics=[mean()])
def shortness() -> Scorer:
    """Score 1 over the words of the answer."""

    async def score(state: TaskState, target: Target) -> Score:
        return Score(value=1 / max(1, len(state.output.completion.split())))

    return score


def inspect_logs(work: Path) -> None:
    """An Inspect log: two scorers, two epochs, reasoning, a cap that was hit."""

    def said(text: str, reasoning: str, stop: Any, tokens: int) -> ModelOutput:
        content = [ContentReasoning(reasoning=reasoning), ContentText(text=text)]
        message = ChatMessageAssistant(content=content, source="generate")
        return ModelOutput(
            model="mockllm/sums",
            choices=[ChatCompletionChoice(message=message, stop_reason=stop)],
            usage=ModelUsage(
                input_tokens=11,
                output_tokens=tokens,
                total_tokens=11 + tokens,
                reasoning_tokens=tokens - 3,
            ),
        )

    outputs = []
    for epoch in (1, 2):
        for place, (_, target) in enumerate(SUMS):
            cut = epoch == 2 and place == 1
            text = "I add" if cut else f"The answer is {target}"
            stop = "max_tokens" if cut else "stop"
            outputs.append(said(text, f"thinking {epoch}", stop, 64 if cut else 20 + place))
    task = Task(
        dataset=[
            Sample(id=f"sum-{place}", input=question, target=target)
            for place, (question, target) in enumerate(SUMS)
        ],
        solver=generate(),
        scorer=[includes(), shortness()],
        epochs=2,
        name="sums",
    )
    model = get_model(
        "mockllm/sums",
        custom_outputs=outputs,
        config=GenerateConfig(max_tokens=64, temperature=0.5, max_connections=1),
    )
    eval(
        task,
        model=model,
        log_dir=str(work / "inspect"),
        log_format="json",
        display="none",
        max_samples=1,
    )
    for log in (work / "inspect").glob("*.json"):
        # The converter knows no maker of the mock.
        log.write_text(log.read_text().replace("mockllm/sums", "mistral/adder"))
        convert("inspect", log, work)


def lm_eval_logs(work: Path) -> None:
    """An lm-eval run as that program writes it: two filters of a generation, and choices."""
    folder = work / "lm_eval"
    folder.mkdir()
    task = {
        "generation_kwargs": {"max_gen_toks": 32, "temperature": 0.0, "until": ["Q:"]},
        "metric_list": [{"metric": "exact_match", "aggregation": "mean"}],
        "num_fewshot": 5,
    }
    results = {
        "results": {
            "adding": {"exact_match,strict": 1 / 3, "exact_match,flexible": 2 / 3},
            "picking": {"acc,none": 0.5, "acc_norm,none": 1.0},
        },
        "configs": {"adding": {**task, "task": "adding"}, "picking": {"task": "picking"}},
        "higher_is_better": {
            "adding": {"exact_match": True},
            "picking": {"acc": True, "acc_norm": True},
        },
        "n-samples": {
            "adding": {"original": 3, "effective": 3},
            "picking": {"original": 2, "effective": 2},
        },
        "config": {"model": "hf", "model_args": "pretrained=tiny/adder"},
        "model_name": "tiny/adder",
        "date": 1767225600.0,
        "lm_eval_version": "0.4.9",
    }
    (folder / "results_2026-01-01T00-00-00.json").write_text(json.dumps(results))
    rows = []
    for place, (question, target) in enumerate(SUMS):
        text = ["#### 5", "it is 42", "no idea"][place]
        for name, right in (("strict", place == 0), ("flexible", place < 2)):
            rows.append(
                {
                    "doc_id": place,
                    "doc": {"question": question, "level": place + 1},
                    "target": target,
                    "arguments": {"gen_args_0": {"arg_0": f"Q: {question}", "arg_1": {}}},
                    "resps": [[text]],
                    "filtered_resps": [target if right else "[invalid]"],
                    "filter": name,
                    "metrics": ["exact_match"],
                    "doc_hash": f"{place:064x}",
                    "prompt_hash": f"{place + 10:064x}",
                    "target_hash": f"{place + 20:064x}",
                    "exact_match": float(right),
                }
            )
    write_lines(folder / "samples_adding_2026-01-01T00-00-00.jsonl", rows)
    rows = []
    for place in range(2):
        choices = {
            f"gen_args_{n}": {"arg_0": f"Pick the {place + 1}th", "arg_1": f" {word}"}
            for n, word in enumerate(("red", "green", "blue"))
        }
        odds = [["-1.0", "False"], ["-2.0", "False"], ["-3.0", "False"]]
        rows.append(
            {
                "doc_id": place,
                "doc": {},
                "target": ["red", "green"][place],
                "arguments": choices,
                "resps": [[one] for one in odds],
                "filtered_resps": odds,
                "filter": "none",
                "metrics": ["acc", "acc_norm"],
                "acc": [1.0, 0.0][place],
                "acc_norm": 1.0,
            }
        )
    write_lines(folder / "samples_picking_2026-01-01T00-00-00.jsonl", rows)
    convert("lm_eval", folder, work, "--include_samples")


def convert(source: str, log: Path, work: Path, *more: str) -> None:
    """Call the converter as its command does."""
    words = ["convert", source, "--log_path", str(log), "--output_dir", str(work / "data"), *more]
    if every_eval_ever(words):
        raise SystemExit(f"the conversion of {source} failed")


def handmade(work: Path) -> None:
    """What no converter above writes, through the types of the package: it checks them."""
    results = [
        result("judge:grade", "talk", {"score_type": "levels", "level_names": ["bad", "good"],
               "has_unknown_level": True, "lower_is_better": False}, 0.5),
        result("edits", "shop", {"score_type": "continuous", "lower_is_better": True,
               "min_score": 0.0, "max_score": "Infinity"}, 2.5),
    ]  # fmt: skip
    talk = [
        {"turn_idx": 0, "role": "system", "content": "Be kind."},
        {"turn_idx": 1, "role": "user", "content": "Hello"},
        {"turn_idx": 2, "role": "assistant", "content": "Hi.", "reasoning_trace": "greet"},
        {"turn_idx": 3, "role": "user", "content": "Bye"},
        {"turn_idx": 4, "role": "assistant", "content": "Goodbye.", "reasoning_trace": "part"},
    ]
    call = {"id": "c1", "name": "search", "arguments": {"query": '"shoes"'}}
    shop = [
        {"turn_idx": 0, "role": "user", "content": "Buy shoes"},
        {"turn_idx": 1, "role": "assistant", "content": None, "tool_calls": [call]},
        {"turn_idx": 2, "role": "tool", "content": "3 found", "tool_call_id": ["c1"]},
        {"turn_idx": 3, "role": "assistant", "content": "Bought."},
    ]
    usage = {"input_tokens": 10, "output_tokens": 4, "total_tokens": 40, "reasoning_tokens": 2,
             "input_tokens_cache_read": 20, "input_tokens_cache_write": 6}  # fmt: skip
    spent = {"input_tokens": 10, "output_tokens": 4, "total_tokens": 20, "reasoning_tokens": 6}
    rows = [
        row("talk", "judge:grade", "t1", 1.0, True, "multi_turn", messages=talk,
            token_usage=usage, metadata={"level": "3", "subject": "manners", "code": "007"}),
        row("talk", "judge:grade", "t2", -1.0, False, "multi_turn", messages=talk[:3],
            metadata={"level": "4", "stop_reason": "content_filter"}),
        row("talk", "judge:grade", "t3", 0.0, False, output={"raw": ["one", "two"],
            "reasoning_trace": ["first", "second"]}, token_usage=spent),
        row("shop", "edits", "s1", 2.0, True, "agentic", messages=shop),
        row("shop", "edits", "s2", 3.0, False, output={"raw": []}, error="timed out after 60 s"),
    ]  # fmt: skip
    write_pair(work / "data" / "handmade" / "acme" / "talker", results, rows)


def result(identity: str, name: str, metric: dict[str, Any], score: float) -> dict[str, Any]:
    """One result of an aggregate."""
    arguments = {"temperature": 0.7, "max_tokens": 100, "prompt_template": "Kindly: {input}"}
    return {
        "evaluation_result_id": identity,
        "evaluation_name": name,
        "source_data": {"dataset_name": "handmade", "source_type": "other"},
        "metric_config": {"metric_id": f"{name}.metric", **metric},
        "score_details": {"score": score},
        "generation_config": {"generation_args": arguments},
    }


def row(
    name: str,
    identity: str,
    sample: str,
    score: float,
    right: bool,
    kind: str = "single_turn",
    **more: Any,
) -> dict[str, Any]:
    """One instance row."""
    return {
        "schema_version": "0.3.0",
        "evaluation_id": "handmade/acme/talker/1",
        "model_id": "acme/talker",
        "evaluation_name": name,
        "evaluation_result_id": identity,
        "sample_id": sample,
        "interaction_type": kind,
        "input": {"raw": f"the question {sample}", "reference": ["yes", "oui"]},
        "answer_attribution": [],
        "evaluation": {"score": score, "is_correct": right},
        **more,
    }


def write_pair(folder: Path, results: list[dict[str, Any]], rows: list[dict[str, Any]]) -> None:
    """Write an aggregate and its rows, checked by the types of the package."""
    log = {
        "schema_version": "0.3.0",
        "evaluation_id": "handmade/acme/talker/1",
        "retrieved_timestamp": TIME,
        "source_metadata": {
            "source_type": "evaluation_run",
            "source_organization_name": "unknown",
            "evaluator_relationship": "other",
        },
        "eval_library": {"name": "none", "version": "unknown"},
        "model_info": {
            "name": "talker",
            "id": "acme/talker",
            "additional_details": {"deployment_type": "unknown", "model_availability": "unknown"},
        },
        "evaluation_results": results,
    }
    folder.mkdir(parents=True)
    name = "0f0f0f0f-0000-4000-8000-00000000000f"
    checked = EvaluationLog.model_validate(log)
    (folder / f"{name}.json").write_text(checked.model_dump_json(exclude_none=True, indent=1))
    for one in rows:
        InstanceLevelEvaluationLog.model_validate(one)
    write_lines(folder / f"{name}_samples.jsonl", rows)


def write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write JSON Lines."""
    path.write_text("".join(json.dumps(one) + "\n" for one in rows))


def keep(work: Path, out: Path) -> None:
    """Copy the files, with names, times and durations that are the same every time."""
    pairs = sorted((work / "data").rglob("*.json"))
    for place, aggregate in enumerate(pairs, 1):
        new = f"{place:08x}-0000-4000-8000-{place:012x}"
        document = json.loads(aggregate.read_text())
        samples = aggregate.with_name(f"{aggregate.stem}_samples.jsonl")
        identity = re.sub(r"/[\d.]+$", "/1767225600", document["evaluation_id"])
        text = samples.read_text() if samples.exists() else ""
        text = text.replace(document["evaluation_id"], identity)
        text = re.sub(r'"(latency_ms|generation_time_ms)": [\d.]+', r'"\1": 5.0', text)
        document["evaluation_id"] = identity
        document["retrieved_timestamp"] = TIME
        told = json.dumps(document, indent=1).replace(aggregate.stem, new)
        told = re.sub(r'"evaluation_timestamp": "[^"]*"', f'"evaluation_timestamp": "{TIME}"', told)
        if (detail := document.get("detailed_evaluation_results")) and text:
            told = told.replace(detail["checksum"], hashlib.sha256(text.encode()).hexdigest())
        folder = out / aggregate.parent.relative_to(work)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{new}.json").write_text(told.replace(str(work), "work") + "\n")
        if text:
            (folder / f"{new}_samples.jsonl").write_text(text)


def main() -> None:
    """Write everything under the folder that is named."""
    out = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as there:
        work = Path(there)
        inspect_logs(work)
        lm_eval_logs(work)
        handmade(work)
        shutil.rmtree(out, ignore_errors=True)
        keep(work, out)


if __name__ == "__main__":
    main()
