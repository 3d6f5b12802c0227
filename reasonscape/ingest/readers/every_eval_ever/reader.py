"""Every Eval Ever: instance files (JSON Lines) with the aggregate files beside them.

A sample that several metrics score has a row for each, told apart by ``evaluation_result_id``. One
of them becomes the sample. Its metric is the one that ``--metric`` names, else that of the first
row of its evaluation. What is named is an ``evaluation_result_id``, the part of one before its
first colon (converters write ``scorer:metric``, ``metric:filter`` and ``metric:split``), or the
metric's id or name in the aggregate. A row with another ``evaluation_result_id`` of the same
metric is a sample of its own only if no row of the same input was one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from reasonscape.ingest.format import Declared, Format, Head
from reasonscape.ingest.json_lines import json_rows
from reasonscape.ingest.native import NativeRow, native_samples
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.every_eval_ever.aggregate import AGGREGATE_KEYS
from reasonscape.ingest.readers.every_eval_ever.choice import Choice
from reasonscape.ingest.rows import RowError
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal

_ROW_KEYS: Final = frozenset(("evaluation_id", "sample_id", "evaluation"))


def read_every_eval_ever(path: Path, options: ReadOptions) -> Iterator[Sample | Refusal]:
    """Read one instance file.

    Parameters
    ----------
    path
        JSON Lines, plain or compressed; its aggregate is looked for beside it.
    options
        ``metric``: the score that counts; ``variant``: the filter of lm-eval, where rows have
        several, or ``all`` of them as tasks of their own.

    Yields
    ------
    Sample or Refusal
        One for each completion, and one for each row that is refused.

    Raises
    ------
    UsageError
        The file is an aggregate, or has no such metric or variant.
    """
    return native_samples(path, options, _rows(path, options), correct_at=None)


def _rows(path: Path, options: ReadOptions) -> Iterator[NativeRow | RowError | None]:
    choice = Choice(path, options)
    for row in json_rows(path, options):
        if not isinstance(row, dict):
            yield row
            continue
        try:
            yield choice.native(row)
        except RowError as error:
            yield error
    yield from choice.ended()


def _is_rows(head: Head) -> bool:
    return head.row is not None and head.row.keys() >= _ROW_KEYS


_MARKS: Final = tuple(
    re.compile(rb'"%s"\s*:' % key.encode()) for key in (*AGGREGATE_KEYS, "source_metadata")
)
_SUMMARY: Final = re.compile(rb'\s*\{\s*"schema_version"\s*:\s*1,\s*"command"\s*:\s*"export"')


def _is_aggregate(head: Head) -> bool:
    if head.bytes.lstrip()[:1] != b"{" or (head.row is not None and "sample_id" in head.row):
        return False
    # The other file that our own export writes beside them.
    return all(mark.search(head.bytes) for mark in _MARKS) or bool(_SUMMARY.match(head.bytes))


EVERY_EVAL_EVER: Final = Format(
    "every_eval_ever",
    "Every Eval Ever instance files of schema 0.2 and 0.3, with the aggregate of the same "
    "`evaluation_id` beside them",
    _is_rows,
    read_every_eval_ever,
    Declared(
        native={
            "model": "`model_id`",
            "sampler": "temperature, top_p, top_k of `generation_args`; lm-eval sets them by task",
            "base_task": "`evaluation_name` without lm-eval's filter",
            "task": "`evaluation_name`, with `num_fewshot` of the aggregate as `n-shot`",
            "item_id": "`sample_id`",
            "repeat": "`metadata.epoch`, else counted",
            "prompt": "`input.raw`",
            "reasoning": "`output.reasoning_trace`, or those of the assistant's `messages`",
            "response": "`output.raw`, or the assistant's last message",
            "answer": "`extracted_value` of the terminal `answer_attribution`",
            "target": "`input.reference`",
            "correct": "`evaluation.is_correct`",
            "score": "`evaluation.score` of the metric",
            "stop": "`error`, else `metadata.stop_reason`",
            "max_tokens": "`generation_args.max_tokens` of the aggregate",
            "prompt_tokens": "`token_usage.input_tokens`, with cached ones",
            "completion_tokens": "`token_usage.output_tokens`, with reasoning",
            "reasoning_tokens": "`token_usage.reasoning_tokens`",
        },
        inferred={
            "template": "hash of `prompt_template` of the aggregate",
            "chance": "one in the number of `input.choices`",
            "chance_source": "`row` where there are choices",
            "answered": "whether an answer was extracted",
            "reasoning_kind": "whether there is reasoning",
            "stop": "else tokens at the cap, or an unclosed `<think>`",
            "stop_source": "how `stop` is known",
            "tokens_source": "`native` with a count",
        },
        metadata={"metadata": "`metadata`, a plain number in it as a number"},
    ),
    companion=_is_aggregate,
    companions=("????????-????-????-????-????????????.json",),
    heeds=("metric", "variant"),
)
