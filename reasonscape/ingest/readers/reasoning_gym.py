"""The result files of reasoning-gym's own evaluations, in both layouts.

The one has a file for each dataset, in ``<level>/<model>_<time>/<category>/<dataset>.json`` with a
``summary.json`` in the model's folder that names the model and its settings; the other has one
file with ``metadata`` and ``categories``, each with its ``datasets``. Both hold, for each question,
all its completions with a score. A completion counts as correct from a score of 0.99: the graders
give 1 to a right answer, and parts of it to answers that are right in part or carry extra text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.documents import read_document
from reasonscape.ingest.fields import SampleBuilder
from reasonscape.ingest.format import Declared, Format, Head
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.params import ParamReader
from reasonscape.ingest.rows import RowError, shown
from reasonscape.ingest.settings import sampler_of, template_of
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal

CORRECT_AT: Final = 0.99
SUMMARY: Final = "summary.json"
LEVELS: Final = ("easy", "hard")
_RUN_TIME: Final = re.compile(r"_\d{8}_\d{6}$")
_SETTINGS: Final = ("temperature", "top_p", "max_tokens")
# Settings of the generator that are no difficulty: how many questions, and from which seed.
_NOT_DIFFICULTY: Final = ("size", "seed")


@dataclass(frozen=True, slots=True)
class Run:
    """What a file, its folder and its summary say about all rows in it."""

    model: str
    template: str
    sampler: str
    max_tokens: object
    level: str


def read_reasoning_gym(path: Path, options: ReadOptions) -> Iterator[Sample | Refusal]:
    """Read one result file of either layout.

    ``base_task`` is the dataset, ``task`` adds the level that the path names (easy, hard) or, in
    the other layout, the generator's seed; ``item_id`` is the position of the question; ``repeat``
    that of the completion. ``params`` are the numbers of the generator's config, the only
    coordinates these files have; ``template`` is a hash of the system prompt.

    Parameters
    ----------
    path
        A result file, not its summary.

    Yields
    ------
    Sample or Refusal
        One for each completion; rows are counted through the file from 1.

    Raises
    ------
    UsageError
        The file is no such result file.
    """
    document = read_document(path, options)
    datasets = _datasets(document)
    if datasets is None:
        raise UsageError(
            f"{path} is no reasoning-gym result file: neither 'results' nor 'categories' is there",
            remedy="give the file that the evaluation wrote for a dataset, or its folder",
        )
    run = _run(path, document, options)
    builder = SampleBuilder.of_log(path, options, correct_at=CORRECT_AT)
    number = 0
    for dataset in datasets:
        for values, params, labels in _rows(dataset, run, options):
            number += 1
            try:
                if isinstance(values, RowError):
                    raise values
                yield builder.build(values, dict(params), dict(labels), number, exact=True)
            except RowError as error:
                yield Refusal(builder.source, number, error.field, error.reason, error.detail)


def _datasets(document: dict[str, Any]) -> list[Any] | None:
    if isinstance(document.get("results"), list) and "name" in document:
        return [document]
    categories = document.get("categories")
    if not isinstance(categories, list) or not isinstance(document.get("metadata"), dict):
        return None
    return [
        dataset
        for category in categories
        if isinstance(category, dict)
        for dataset in _list(category.get("datasets"))
    ]


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _run(path: Path, document: dict[str, Any], options: ReadOptions) -> Run:
    level = next((part for part in reversed(path.parts[:-1]) if part in LEVELS), "")
    settings = document.get("metadata")
    folder = path.parent.parent
    if not isinstance(settings, dict):
        summary = folder / SUMMARY
        settings = read_document(summary, options) if summary.is_file() else {}
    model = settings.get("model")
    if not isinstance(model, str) or not model:
        model = _RUN_TIME.sub("", folder.name)
        options.notices.add(f"no model in the file or its summary: {model!r}, from the folder")
    prompt = document.get("system_prompt", settings.get("system_prompt"))
    template = template_of(prompt)
    sampler = sampler_of(settings, _SETTINGS)
    return Run(model, template, sampler, settings.get("max_tokens"), level)


_Row = tuple[dict[str, Any] | RowError, dict[str, float], dict[str, str]]


def _rows(dataset: Any, run: Run, options: ReadOptions) -> Iterator[_Row]:
    """Values of each completion of a dataset, or why it has none."""
    if not isinstance(dataset, dict) or not isinstance(dataset.get("results"), list):
        yield RowError("wrong_type", "a dataset without a list of results", "results"), {}, {}
        return
    name, config = dataset.get("name"), dataset.get("config")
    try:
        params, labels = _coordinates(dataset, run, options)
    except RowError as error:
        yield error, {}, {}
        return
    seed = config.get("seed") if isinstance(config, dict) else None
    variant = run.level or (f"seed{seed}" if type(seed) is int else "")
    shared = {
        "model": run.model,
        "template": run.template,
        "sampler": run.sampler,
        "base_task": name,
        "task": f"{name}/{variant}" if variant and isinstance(name, str) else name,
        "max_tokens": run.max_tokens,
    }
    for index, item in enumerate(dataset["results"]):
        for values in _completions(item):
            if isinstance(values, RowError):
                yield values, params, labels
            else:
                yield {**shared, "item_id": index, **values}, params, labels


def _coordinates(
    dataset: dict[str, Any], run: Run, options: ReadOptions
) -> tuple[dict[str, float], dict[str, str]]:
    params, labels = dict[str, float](), dict[str, str]()
    reader = ParamReader(options.notices, _NOT_DIFFICULTY, options.spellings)
    if isinstance(config := dataset.get("config"), dict):
        reader.read(config, params, labels)
    for key, label in (("category", dataset.get("category")), ("level", run.level)):
        if isinstance(label, str) and label:
            labels.setdefault(key, label)
    options.axes.read_named(dataset, reader, params, labels)
    return params, labels


def _completions(item: Any) -> Iterator[dict[str, Any] | RowError]:
    if not isinstance(item, dict):
        yield RowError("not_object", f"a result that is {shown(item)}", "results")
        return
    completions = item.get("completions")
    if completions is None:
        # One completion a question, written without the list.
        completions = [item]
    if not isinstance(completions, list):
        yield RowError("wrong_type", f"expected a list, found {shown(completions)}", "completions")
        return
    for repeat, one in enumerate(completions):
        if not isinstance(one, dict):
            yield RowError("not_object", f"a completion that is {shown(one)}", "completions")
            continue
        if one.get("score") is None:
            yield RowError("missing_field", "'score' is required", "score")
            continue
        answer = one.get("model_answer")
        yield {
            "repeat": repeat,
            "prompt": item.get("question"),
            "target": item.get("expected_answer"),
            "answer": answer,
            "answered": answer is not None,
            "response": one.get("full_model_response"),
            "score": one["score"],
            # The harness writes the exception of a failed request beside a score of 0.
            "stop": "error" if one.get("error") or item.get("error") else None,
        }


_RESULT_KEYS: Final = (
    (re.compile(rb'"results"\s*:\s*\[\s*\{'), re.compile(rb'"(config|average_best_score)"\s*:')),
    (re.compile(rb'"categories"\s*:\s*\['), re.compile(rb'"metadata"\s*:\s*\{')),
)


def _is_reasoning_gym(head: Head) -> bool:
    return head.bytes.lstrip().startswith(b"{") and any(
        all(key.search(head.bytes) for key in keys) for keys in _RESULT_KEYS
    )


def _is_summary(head: Head) -> bool:
    return head.path.name == SUMMARY or b'"dataset_best_scores"' in head.bytes


REASONING_GYM: Final = Format(
    "reasoning_gym",
    "result files of reasoning-gym's own evaluations, in both layouts; a folder gives all files "
    "in it, and each run's `summary.json` names the model and its settings",
    _is_reasoning_gym,
    read_reasoning_gym,
    Declared(
        native={
            "model": "`model` of the summary or `metadata`, else the folder's name",
            "sampler": "`temperature`, `top_p`, `max_tokens`",
            "base_task": "`name` of the dataset",
            "item_id": "position of the question",
            "repeat": "position of the completion",
            "prompt": "`question`",
            "response": "`full_model_response`",
            "answer": "`model_answer`",
            "target": "`expected_answer`",
            "score": "`score`",
            "max_tokens": "`max_tokens` of the run",
        },
        inferred={
            "template": "hash of the system prompt",
            "task": "the level in the path, or the generator's seed",
            "correct": "`score` of 0.99 or more",
            "answered": "whether there is a `model_answer`",
            "reasoning": "`<think>` in the response",
            "reasoning_kind": "whether there is reasoning",
            "stop": "`error` beside a completion; else an unclosed `<think>`",
            "stop_source": "how `stop` is known",
        },
        metadata={},
    ),
    companion=_is_summary,
    companions=(SUMMARY,),
)
