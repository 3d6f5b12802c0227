"""The aggregate files of Every Eval Ever: what they say of the rows beside them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.documents import read_document
from reasonscape.ingest.file_names import plain_name
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.rows import members
from reasonscape.ingest.settings import sampler_of, template_of

SAMPLES_ENDING: Final = "_samples.jsonl"
AGGREGATE_KEYS: Final = ("evaluation_id", "model_info", "evaluation_results")
# The cap and the number of examples are set for each task: as parts of the identity they would
# make one model several evals. Of lm-eval's tasks this is so of all settings.
_SETTINGS: Final = ("temperature", "top_p", "top_k")
_SET_BY_TASKS: Final = ("lm_eval", "lm-eval", "lm-evaluation-harness")
# A datastore folder holds the evals of one model; a folder with more is looked at in part.
_MOST_FILES: Final = 500
_LARGEST: Final = 8 << 20


@dataclass(frozen=True, slots=True)
class Result:
    """What an aggregate says of the rows of one of its results.

    Attributes
    ----------
    names
        Names of the metric, for ``--metric``.
    top
        The best score, where it is finite and higher is better.
    unknown_score
        A score of -1 means that the sample was not graded.
    max_tokens
        The cap, as it stands there.
    shots
        Number of examples in the prompt, a part of the task.
    """

    names: tuple[str, ...] = ()
    top: float | None = None
    unknown_score: bool = False
    max_tokens: Any = None
    template: str = ""
    sampler: str = ""
    shots: str = ""


NO_RESULT: Final = Result()


class Aggregates:
    """Finds the aggregate of each row: by the file's name, else by ``evaluation_id``."""

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self._path = path
        self._options = replace(options, progress=None)
        self._known: dict[str, _Aggregate | None] = {}
        self._files: Iterator[Path] = iter(_files_beside(path))

    def result(self, evaluation_id: str, result_id: str | None, name: str) -> Result:
        """Find what is said of rows of a result; `NO_RESULT` where there is no aggregate."""
        if evaluation_id not in self._known:
            self._known[evaluation_id] = self._found(evaluation_id)
        aggregate = self._known[evaluation_id]
        if aggregate is not None:
            return aggregate.result(result_id, name)
        self._options.notices.add(
            "no aggregate of their evaluation beside them: settings, the cap and names of metrics "
            "are unknown"
        )
        return NO_RESULT

    def _found(self, evaluation_id: str) -> _Aggregate | None:
        for file in self._files:
            document = self._read(file)
            if document is not None:
                one = _Aggregate(document)
                self._known.setdefault(document["evaluation_id"], one)
                if document["evaluation_id"] == evaluation_id:
                    return one
        return None

    def _read(self, file: Path) -> dict[str, Any] | None:
        try:
            document = read_document(file, self._options)
        except (UsageError, OSError) as error:
            if file.name.removesuffix(".json") in self._path.name:
                said = error.message if isinstance(error, UsageError) else str(error)
                self._options.notices.add(f"the aggregate could not be read: {said}")
            return None
        whole = all(key in document for key in AGGREGATE_KEYS)
        return document if whole and isinstance(document["evaluation_id"], str) else None


def _files_beside(path: Path) -> Iterator[Path]:
    """Files that may be the aggregate, the likeliest first."""
    name = plain_name(path.name)
    named = [
        path.with_name(name.removesuffix(ending) + ".json")
        for ending in (SAMPLES_ENDING, ".jsonl")
        if name.endswith(ending)
    ]
    given = [one for one in named if one != path and one.is_file()]
    yield from given
    others = (one for one in sorted(path.parent.glob("*.json")) if one not in (*given, path))
    for count, one in enumerate(others):
        if count >= _MOST_FILES:
            return
        if one.is_file() and one.stat().st_size <= _LARGEST:  # larger ones are logs
            yield one


class _Aggregate:
    """The results of one aggregate document, whatever else is in it."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._by_id: dict[str, Result] = {}
        self._by_name: dict[str, Result] = {}
        by_task = members(document.get("eval_library")).get("name") in _SET_BY_TASKS
        results = document["evaluation_results"]
        for one in results if isinstance(results, list) else ():
            if not isinstance(one, dict):
                continue
            result = _result(one, by_task=by_task)
            if isinstance(key := one.get("evaluation_result_id"), str):
                self._by_id.setdefault(key, result)
            if isinstance(name := one.get("evaluation_name"), str):
                self._by_name.setdefault(name, result)

    def result(self, result_id: str | None, name: str) -> Result:
        if result_id is not None and result_id in self._by_id:
            return self._by_id[result_id]
        found = self._by_name.get(name)
        if found is None:
            return NO_RESULT
        # Another result of the same evaluation: its settings are shared, its metric is not.
        if result_id is None:
            return found
        return replace(found, names=(), top=None, unknown_score=False)


def _result(one: Mapping[str, Any], *, by_task: bool) -> Result:
    metric = members(one.get("metric_config"))
    config = members(one.get("generation_config"))
    settings, more = members(config.get("generation_args")), config.get("additional_details")
    keys = ("metric_id", "metric_name")
    shots = members(more).get("num_fewshot")
    known = isinstance(shots, str) and shots.isascii() and shots.isdecimal() and len(shots) < 5
    return Result(
        names=tuple(metric[key] for key in keys if isinstance(metric.get(key), str)),
        top=_top(metric),
        unknown_score=metric.get("has_unknown_level") is True,
        max_tokens=settings.get("max_tokens"),
        template=template_of(settings.get("prompt_template")),
        sampler="" if by_task else sampler_of(settings, _SETTINGS),
        shots=str(shots) if known else "",
    )


def _top(metric: Mapping[str, Any]) -> float | None:
    top = metric.get("max_score")
    if metric.get("lower_is_better") is not False or isinstance(top, bool):
        return None
    if not isinstance(top, int | float) or abs(top) > 1e300 or math.isnan(top):
        return None  # also "Infinity", which is written as text
    return float(top)
