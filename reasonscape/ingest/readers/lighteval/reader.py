"""The details of lighteval: ``details/{model}/{time}/details_{task}_{time}.parquet``.

``base_task`` is the task without its subset (``mmlu`` of ``mmlu:philosophy|5``), ``task`` the whole
name with the number of examples, ``mmlu:philosophy/5-shot``. ``item_id`` is ``doc.id``, the place
of the question in its split, which is the same for every model.

A row has one question and all texts that were generated for it. Each text is a sample, and
``repeat`` its place. Metrics are measured over all texts of a question: with one text that is its
grade; with several nobody knows from the log which of them were right, so they stay ungraded, and
``--grade`` can judge each against the target.

The metric is the first that says right or wrong, else the first that is a fraction, such as F1,
which counts as right from 1 or from the dataset's ``correct_at``; ``--metric`` names another. A
task that was asked in two ways has a row for each: those that the metric did not measure are left
out, and counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from reasonscape.errors import UsageError
from reasonscape.ingest.arrow_rows import PARQUET
from reasonscape.ingest.format import Declared, Format, Head
from reasonscape.ingest.native import NativeRow, native_samples
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.lighteval.columns import columns_of, is_details
from reasonscape.ingest.readers.lighteval.details import Details
from reasonscape.ingest.readers.lighteval.metrics import chosen_metric, correct_at
from reasonscape.ingest.readers.lighteval.rows import DetailRows
from reasonscape.ingest.readers.lighteval.run import read_run
from reasonscape.ingest.rows import RowError
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal


def read_lighteval(path: Path, options: ReadOptions) -> Iterator[Sample | Refusal]:
    """Read one details file, and the results that its path leads to.

    Parameters
    ----------
    path
        A file ``details_{task}_{time}.parquet``.

    Yields
    ------
    Sample or Refusal
        One for each text, or for each question whose choices were weighed.

    Raises
    ------
    UsageError
        The file is no such file or of an old layout, nothing names the model, or ``--metric``
        names no metric of it.
    """
    details = Details(path)
    run = read_run(path, options)
    if run.model is None:
        raise UsageError(
            f"nothing says which model the details {path} are of",
            remedy="keep the file in lighteval's own folders: details/MODEL/TIME/, with results/ "
            "beside details/",
        )
    metric = chosen_metric(details.metrics, run.higher_is_better, details.size, options)
    rows = _rows(details, DetailRows(run, metric, options))
    yield from native_samples(path, options, rows, correct_at=correct_at(metric))


def _rows(details: Details, maker: DetailRows) -> Iterator[NativeRow | RowError | None]:
    for detail in details:
        if isinstance(detail, RowError):
            yield detail
        else:
            yield from maker.rows(detail)


def _is_lighteval(head: Head) -> bool:
    return head.bytes.startswith(PARQUET) and is_details(columns_of(head.path))


def _is_companion(head: Head) -> bool:
    if head.bytes.startswith(PARQUET):
        return {"config_general", "results"} <= columns_of(head.path)
    return (
        head.bytes.lstrip().startswith(b"{")
        and b'"config_general"' in head.bytes
        and b'"lighteval_sha"' in head.bytes
    )


LIGHTEVAL: Final = Format(
    "lighteval",
    "details of lighteval (`details/MODEL/TIME/details_TASK_TIME.parquet`), with "
    "`results/MODEL/results_TIME.json` beside them",
    _is_lighteval,
    read_lighteval,
    Declared(
        native={
            "model": "`config_general.model_name` of the results, else the path",
            "sampler": "`generation_parameters` of the results",
            "base_task": "`doc.task_name` without its subset",
            "task": "`doc.task_name`, the number of examples as `n-shot`",
            "item_id": "`doc.id`",
            "repeat": "position in `text`",
            "prompt": "`model_response.input`, else `doc.query`",
            "reasoning": "`reasonings`",
            "response": "`text`; of weighed choices the chosen one",
            "target": "`choices` at `gold_index`; a JSON list of several",
            "score": "the metric in `metric`, where a question has one text",
            "correct": "a metric that says right or wrong; others from `score`",
            "max_tokens": "`max_new_tokens` of the results, else `generation_size`",
            "prompt_tokens": "length of `input_tokens`",
            "completion_tokens": "length of `output_tokens`",
        },
        inferred={
            "template": "a hash of `system_prompt`",
            "reasoning": "else `<think>` in the text, or what `text_post_processed` lacks",
            "reasoning_kind": "whether there is reasoning",
            "answer": "the choice of the largest of `logprobs`, if the grade agrees",
            "answered": "whether there is such an answer",
            "chance": "right choices / choices, where they were weighed",
            "chance_source": "`row` where choices were weighed",
            "stop": "`output_tokens` and the cap; else an unclosed `<think>`",
            "stop_source": "how `stop` is known",
            "tokens_source": "`native`: lighteval keeps the tokens",
        },
        metadata={"specific": "`doc.specific`, what the task knows of the question"},
    ),
    companion=_is_companion,
    companions=("results_*.json",),
    heeds=("metric",),
)
