"""The response files of PlanBench: ``{responses,results}/DOMAIN/ENGINE/task_1_*.json``.

The model is ``engine``, the item ``instance_id`` (the same problem for every engine of a domain),
``base_task`` the domain where plans are generated, else the domain and the task. A file
``..._run1.json`` is a further run, and its number is ``repeat``.

The grade is ``llm_correct``, what the validator of plans said; older files call it ``correct``.
Some files have a ``correct`` set by hand beside it, which ``--metric correct`` takes. The task
names how it was asked, not ``prompt_type``: files in PDDL say ``oneshot`` there in any case.

A file holds the instances that were not answered as well; these are no completions and are left
out, and counted. ``optimal_plan_length`` is the length of the plan that the file gives, and what
the file gives for an instance may differ between engines; what has no plan has no such length.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.documents import read_document
from reasonscape.ingest.format import Declared, Format, Head
from reasonscape.ingest.native import NativeRow, native_samples
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.planbench.problem import object_count, plan_length, plan_text
from reasonscape.ingest.readers.planbench.response import response_values
from reasonscape.ingest.readers.planbench.run import Run, chosen_grade, grade_of, read_run
from reasonscape.ingest.rows import RowError, shown
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal

# What came of the answer, which is no coordinate of the question; and what is read elsewhere.
_NO_METADATA: Final = re.compile(
    r"llm|response|query|plan|translation|check|cost|time|correct|^instance_id$", re.IGNORECASE
)


def read_planbench(path: Path, options: ReadOptions) -> Iterator[Sample | Refusal]:
    """Read one response file.

    Yields
    ------
    Sample or Refusal
        One for each instance that was answered.

    Raises
    ------
    UsageError
        The file is no such file, or ``--metric`` names no grade of it.
    """
    document = read_document(path, options)
    instances = document.get("instances")
    if not isinstance(instances, list):
        raise UsageError(
            f"{path} is no response file of PlanBench: it has no list 'instances'",
            remedy="give a file of the folders responses/ or results/",
        )
    run = read_run(path, document, chosen_grade(instances, options))
    yield from native_samples(path, options, _rows(instances, run, options))


def _rows(
    instances: list[Any], run: Run, options: ReadOptions
) -> Iterator[NativeRow | RowError | None]:
    for instance in instances:
        if not isinstance(instance, dict):
            yield RowError("wrong_type", f"expected an object, found {shown(instance)}")
        elif not _is_answered(instance, run):
            options.notices.add("left out: an instance without a response, which was not answered")
            yield None
        else:
            try:
                yield _row(instance, run, options)
            except RowError as error:
                yield error


def _is_answered(instance: Mapping[str, Any], run: Run) -> bool:
    marks = ("llm_raw_response", "response_object", run.grade)
    return any(instance.get(name) is not None for name in marks if name)


def _row(instance: dict[str, Any], run: Run, options: ReadOptions) -> NativeRow:
    values = response_values(instance.get("response_object"))
    served = values.pop("model")
    response = instance.get("llm_raw_response")
    if response is not None:
        values["response"] = response
    if response == "" and values["stop"] is None:
        values["stop"] = "error"  # PlanBench itself takes that as not generated
    target = _text(instance.get("ground_truth_plan"), "ground_truth_plan")
    answer = _text(instance.get("extracted_llm_plan"), "extracted_llm_plan")
    correct = grade_of(instance, run.grade, options)
    query = instance.get("query")
    return NativeRow(
        {
            **run.values,
            **values,
            "model": served if run.values["model"] is None else run.values["model"],
            "item_id": instance.get("instance_id"),
            "prompt": query,
            "answer": answer,
            "target": target,
            "correct": correct,
            "answered": _is_extracted(answer, correct),
        },
        {"instance": {k: v for k, v in instance.items() if not _NO_METADATA.search(k)}},
        {
            "n_objects": object_count(query) if isinstance(query, str) else None,
            "optimal_plan_length": plan_length(target),
            "prompt_style": run.style or None,
        },
    )


def _text(plan: object, field: str) -> str | None:
    """A plan as text; what is asked for in other tasks may be an object, which stands as JSON."""
    if isinstance(plan, dict):
        return json.dumps(plan, ensure_ascii=False, separators=(",", ":"))
    return plan_text(plan, field)


def _is_extracted(answer: str | None, correct: bool | None) -> bool | None:
    """Whether a plan was read; an empty one may also be the answer that there is none."""
    if answer is None:
        return None if correct is None else False
    return True if answer.strip() else None


_MARKS: Final = (
    re.compile(rb'"prompt_type"\s*:'),
    re.compile(rb'"domain"\s*:'),
    re.compile(rb'"instances"\s*:\s*\['),
    re.compile(rb'"(?:instance_id|query|ground_truth_plan)"\s*:'),
)


def _is_planbench(head: Head) -> bool:
    return head.bytes.lstrip().startswith(b"{") and all(mark.search(head.bytes) for mark in _MARKS)


PLANBENCH: Final = Format(
    "planbench",
    "response files of PlanBench (`responses/` or `results/`, `DOMAIN/ENGINE/TASK.json`)",
    _is_planbench,
    read_planbench,
    Declared(
        native={
            "model": "`engine`, else `response_object.model`",
            "base_task": "`domain`; with `task` where no plan is generated",
            "item_id": "`instance_id`",
            "prompt": "`query`",
            "reasoning": "`reasoning_content` of the message in `response_object`",
            "response": "`llm_raw_response`",
            "answer": "`extracted_llm_plan`",
            "target": "`ground_truth_plan`",
            "correct": "`llm_correct`, else `correct`",
            "stop": "`finish_reason` in `response_object`; `error` where the response is empty",
            "prompt_tokens": "`usage.prompt_tokens` of `response_object`",
            "completion_tokens": "`usage.completion_tokens`",
            "reasoning_tokens": "`usage.completion_tokens_details.reasoning_tokens`",
        },
        inferred={
            "template": "`task`, and `prompt_type` where it does not say it",
            "task": "the same as the base task",
            "repeat": "the number in a file's name `..._run1.json`",
            "reasoning": "else `<think>` in the text",
            "reasoning_kind": "whether there is reasoning; `hidden` where tokens of it are counted "
            "and none is shown",
            "answered": "whether a plan was extracted",
            "stop": "without a reason, an unclosed `<think>`",
            "stop_source": "how `stop` is known",
            "tokens_source": "`native`: the API's own counts",
        },
        metadata={"instance": "what else an instance has that says nothing of the answer"},
    ),
    heeds=("metric",),
)
