"""Sample logs of lm-evaluation-harness, with the results beside them.

The log has a row for each question and filter. One filter counts: the first of the log, or the one
that ``--variant`` names; ``all`` makes each filter a base task of its own. One metric counts: the
one ``--metric`` names, else the first of the row that is right or wrong by its definition, else
its first. ``base_task`` is the task; ``task`` adds the number of worked examples, since a run with
others asks other things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.format import Declared, Format, Head
from reasonscape.ingest.json_lines import json_rows
from reasonscape.ingest.lines import LineFault, Lines
from reasonscape.ingest.native import NativeRow, native_samples
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.lm_eval.results import Run, read_run
from reasonscape.ingest.readers.lm_eval.row import BINARY, metric_names, row_values
from reasonscape.ingest.rows import RowError, shown
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal

ALL: Final = "all"
_ROW_KEYS: Final = frozenset(("doc_id", "doc", "resps"))
_RESULT_KEYS: Final = (b'"configs"', b'"versions"', b'"results"')
# Inside a text the quotes have backslashes before them, so this is a key of some object.
_FILTER: Final = re.compile(rb'"filter":\s*"((?:[^"\\]|\\.){0,200})"')


def read_lm_eval(path: Path, options: ReadOptions) -> Iterator[Sample | Refusal]:
    """Read one sample log.

    Parameters
    ----------
    path
        JSON Lines, plain or compressed; its results are looked for beside it.
    options
        ``metric``: the score that counts; ``variant``: the filter that counts, or ``all``.

    Yields
    ------
    Sample or Refusal
        One for each question, and one for each row that is refused.

    Raises
    ------
    UsageError
        There is no such metric or filter, or the results cannot be read.
    """
    run = read_run(path, options)
    metric = _chosen_metric(path, options, run)
    # Of other metrics only the dataset can know from where an answer is right.
    is_binary = metric in BINARY and metric not in run.lower_is_better
    rows = _Rows(path, options, run, metric)
    return native_samples(path, options, rows, correct_at=1.0 if is_binary else None)


def _chosen_metric(path: Path, options: ReadOptions, run: Run) -> str | None:
    """The metric that counts, by the first row that names its metrics; None where none does."""
    names, wanted = _metrics_of_log(path, options), options.metric
    if names is None:
        return None
    if wanted is not None and wanted not in names:
        raise UsageError(
            f"{path} has no metric {wanted!r}; it has {', '.join(map(repr, names[:12]))}",
            remedy="name one of these with --metric",
        )
    first = names[0] if names else None
    chosen = wanted or next((one for one in names if one in BINARY), first)
    others = [one for one in names if one != chosen]
    if others and wanted is None:
        options.notices.add(
            f"{run.task} is graded by {chosen!r}; --metric takes another: {', '.join(others[:12])}"
        )
    return chosen


def _metrics_of_log(path: Path, options: ReadOptions) -> list[str] | None:
    for row in json_rows(path, ReadOptions(max_row_bytes=options.max_row_bytes)):
        if isinstance(row, dict) and row.keys() >= _ROW_KEYS:
            try:
                return metric_names(row)
            except RowError:
                continue
    return None


class _Rows:
    """The rows of one log that become samples."""

    def __init__(self, path: Path, options: ReadOptions, run: Run, metric: str | None) -> None:
        self._path = path
        self._options = options
        self._run = run
        self._metric = metric
        self._filter = _named_filter(path, options)

    def __iter__(self) -> Iterator[NativeRow | RowError | None]:
        passed = dict[str, int]()
        for row in json_rows(self._path, self._options):
            if not isinstance(row, dict):
                yield row
                continue
            try:
                yield self._native(row, passed)
            except RowError as error:
                yield error
        if passed:
            self._options.notices.add(
                f"{self._run.task} is graded after the filter {self._filter!r}; the same answers "
                f"are also there after {', '.join(sorted(passed))} (--variant NAME, or all)",
                sum(passed.values()),
            )

    def _native(self, row: dict[str, Any], passed: dict[str, int]) -> NativeRow | None:
        if not row.keys() >= _ROW_KEYS:
            lacking = ", ".join(sorted(_ROW_KEYS - row.keys()))
            raise RowError("missing_field", f"no row of lm-eval: it has no {lacking}", lacking)
        name = row.get("filter", "none")
        if not isinstance(name, str):
            raise RowError("wrong_type", f"expected text, found {shown(name)}", "filter")
        if self._filter is None:
            self._filter = name
        if self._filter not in (ALL, name):
            passed[name] = passed.get(name, 0) + 1
            return None
        values = row_values(row, self._run, self._metric, self._options)
        if self._filter == ALL and name != "none":
            values["base_task"] = f"{values['base_task']}/{name}"
            values["task"] = f"{values['task']}/{name}"
        groups = {"group": self._run.groups[0]} if self._run.groups else {}
        return NativeRow(values, {"doc": row["doc"]}, groups)


def _named_filter(path: Path, options: ReadOptions) -> str | None:
    """The filter that was asked for; in a log with only one, that one whatever was asked."""
    wanted = options.variant
    if wanted is None or wanted == ALL:
        return wanted
    names = dict[str, None]()
    for _, raw in Lines(path, max_row_bytes=options.max_row_bytes):
        if not isinstance(raw, LineFault):
            names |= {one.decode("utf-8", "replace"): None for one in _FILTER.findall(raw)[-1:]}
    if wanted in names:
        return wanted
    if len(names) <= 1:
        # A folder may hold such logs beside those that the choice was made for.
        only = f"only the filter {next(iter(names))!r}" if names else "no filters"
        options.notices.add(f"{path.name} has {only}, so that --variant {wanted!r} is not used")
        return None
    raise UsageError(
        f"{path} has no filter {wanted!r}; it has {', '.join(map(repr, list(names)[:12]))}",
        remedy="name one of these with --variant, or all",
    )


def _is_lm_eval(head: Head) -> bool:
    return head.row is not None and head.row.keys() >= _ROW_KEYS


def _is_results(head: Head) -> bool:
    return head.bytes.lstrip().startswith(b"{") and all(key in head.bytes for key in _RESULT_KEYS)


LM_EVAL: Final = Format(
    "lm_eval",
    "sample logs of lm-evaluation-harness, `samples_<task>_<date>.jsonl`, with the results of "
    "the run beside them; one filter and one metric count (`--variant`, `--metric`)",
    _is_lm_eval,
    read_lm_eval,
    Declared(
        native={
            "model": "`model_name` of the results, else `config.model_args`, else the folder",
            "sampler": "`config.gen_kwargs` of the run; a task's own settings are the task",
            "base_task": "the task in the file's name; with `--variant all` and its filter",
            "item_id": "`doc_id`",
            "prompt": "`arguments`: `arg_0` of the first request, messages with their roles",
            "response": "`resps[0][0]` of a task that generates",
            "answer": "`filtered_resps[0]` where a filter took it from the response; of choices "
            "by log-likelihood the likeliest, by its index where `target` is one",
            "target": "`target`",
            "score": "the metric that counts",
            "max_tokens": "`arg_1.max_gen_toks` of the request",
        },
        inferred={
            "template": "`chat_template_sha`, a hash of `system_instruction`, "
            "`fewshot_as_multiturn`",
            "task": "the task and its `n-shot`",
            "correct": "a score of 1 by a metric that is right or wrong by definition; of others "
            "only `correct_at` of the dataset says",
            "chance": "1 / number of choices, where they are compared by log-likelihood",
            "chance_source": "`row` where there are choices",
            "answered": "false where the filter found nothing (`[invalid]`)",
            "reasoning": "`<think>` in the response, where the harness has not stripped it",
            "reasoning_kind": "whether there is reasoning",
            "stop": "`length` where `<think>` is opened and never closed",
            "stop_source": "how `stop` is known",
        },
        metadata={"doc": "the row of the task's dataset"},
    ),
    companion=_is_results,
    companions=("results_*.json",),
    heeds=("metric", "variant"),
)
