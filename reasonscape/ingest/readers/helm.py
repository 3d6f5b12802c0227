"""The run folders of HELM; the log is ``scenario_state.json``.

One sample stands for one instance: with one request, for a generation; with one request for each
reference, for all of them together. ``item_id`` is the instance, which HELM numbers alike for every
model; a perturbation of an instance keeps its number and is a task of its own. ``repeat`` is the
draw of the examples in the prompt (``train_trial_index``): draw k has the same examples for every
model, so that pairs of two models are pairs of one prompt.

The grade stands in ``per_instance_stats.json``. It is the first metric of the run that says right
or wrong (the exact matches and their kin), else the first that is a fraction, such as F1, which
counts as right from 1 or from the dataset's ``correct_at``; ``--metric`` names another. Without
that file the rows are ungraded.

The instructions are no part of the template: HELM writes the subject into them, so that each
subject would be an eval of its own. They stand in the prompt, which tells questions apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.format import Declared, Format, Head
from reasonscape.ingest.native import NativeRow, native_samples
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.helm_documents import Elements
from reasonscape.ingest.readers.helm_generation import generation
from reasonscape.ingest.readers.helm_run import RUN_SPEC, SCENARIO, Run, beside, read_run
from reasonscape.ingest.readers.helm_separate import separate
from reasonscape.ingest.readers.helm_state import Request, part
from reasonscape.ingest.readers.helm_stats import (
    InstanceStats,
    Key,
    chosen_metric,
    correct_at,
    instance_key,
    is_binary,
    read_stats,
)
from reasonscape.ingest.rows import RowError, shown
from reasonscape.ingest.settings import sampler_of
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal

STATE: Final = "scenario_state.json"
STATS: Final = "per_instance_stats.json"
_NO_VARIANT: Final = ("name", "robustness", "fairness", "computed_on")


def read_helm(path: Path, options: ReadOptions) -> Iterator[Sample | Refusal]:
    """Read one run, from its scenario state and what lies beside it.

    Parameters
    ----------
    path
        ``scenario_state.json``.

    Yields
    ------
    Sample or Refusal
        One for each instance, perturbation and train trial.

    Raises
    ------
    UsageError
        The file is no scenario state, or ``--metric`` names nothing that was measured.
    """
    states = Elements(path, options, "request_states")
    if "adapter_spec" not in states.head:
        raise UsageError(
            f"{path} is no scenario state of HELM: it has no 'adapter_spec'",
            remedy=f"give the {STATE} of a run, or its folder",
        )
    run = read_run(path, states.head["adapter_spec"], options)
    found = beside(path, STATS)
    stats = read_stats(found, options) if found else InstanceStats()
    if not found:
        options.notices.add(f"not graded: no {STATS} beside the scenario state")
    metric = chosen_metric(stats, options)
    rows = _Rows(states, run, stats, metric, options)
    yield from native_samples(path, options, rows, correct_at=correct_at(metric))


class _Rows:
    """One row for each instance of a run, in the order of its requests."""

    def __init__(
        self,
        states: Elements,
        run: Run,
        stats: InstanceStats,
        metric: str | None,
        options: ReadOptions,
    ) -> None:
        self._states = states
        self._run = run
        self._stats = stats
        self._metric = metric
        self._notices = options.notices
        self._seen: dict[Key, int] = {}
        method = run.adapter.get("method")
        self._method = method if isinstance(method, str) else None
        self._pattern = bool(run.adapter.get("output_mapping_pattern"))
        trials = run.adapter.get("num_trials")
        self._trials = trials if type(trials) is int and 1 < trials < 10**6 else 1

    def __iter__(self) -> Iterator[NativeRow | RowError]:
        group, held = list[Request](), None
        for state in self._states:
            if isinstance(state, RowError):
                yield from self._group(held, group)
                group, held = [], None
                yield state
                continue
            try:
                key = _key(state)
            except RowError as error:
                yield error
                continue
            apart = state.get("reference_index") is None
            if held is not None and (apart or held != key or _is_there(state, group)):
                yield from self._group(held, group)
                group, held = [], None
            if apart:
                yield self._row(key, [state])
            else:
                group.append(state)
                held = key
        yield from self._group(held, group)

    def _group(self, key: Key | None, group: list[Request]) -> Iterator[NativeRow | RowError]:
        if key is not None:
            yield self._row(key, group)

    def _row(self, key: Key, states: list[Request]) -> NativeRow | RowError:
        turn = self._seen.get(key, 0)
        self._seen[key] = turn + 1
        # What was measured is of the instance: a request more of it was not graded by itself.
        stats = {} if turn else self._stats.by_key.get(key, {})
        if turn:
            self._notices.add("further requests of an instance are ungraded: HELM has one grade")
        try:
            if states[0].get("reference_index") is None:
                values = generation(states[0], stats, self._notices.add, self._pattern)
            else:
                values = separate(states, stats, self._method)
            if any(state.get("prompt_truncated") is True for state in states):
                self._notices.add("prompt cut to fit the model's window")
            return self._described(key, turn, states[0], {**values, **self._grade(stats)})
        except RowError as error:
            return error

    def _grade(self, stats: Mapping[str, float]) -> dict[str, Any]:
        score = stats.get(self._metric) if self._metric is not None else None
        if score is None:
            return {}
        binary = is_binary(self._metric or "") and score in (0, 1)
        return {"score": score, "correct": score == 1 if binary else None}

    def _described(self, key: Key, turn: int, state: Request, values: dict[str, Any]) -> NativeRow:
        instance = state["instance"]
        shared = dict(self._run.values)
        coordinates = dict(self._run.coordinates)
        perturbation = instance.get("perturbation")
        if perturbation:
            name = part(perturbation.get("name"), str, "perturbation.name")
            if not name:
                raise RowError("missing_field", "a perturbation without a name", "perturbation")
            how = {k: v for k, v in perturbation.items() if k not in _NO_VARIANT}
            shared["task"] += f"/{name}" + (f",{sampler_of(how, how)}" if how else "")
            coordinates["perturbation"] = name
            coordinates |= {f"perturbation.{k}": v for k, v in how.items() if _is_plain(v)}
        for name in ("split", "sub_split"):
            if instance.get(name) is not None:
                coordinates[name] = part(instance[name], str, name)
        return NativeRow(
            {**shared, "item_id": key[0], "repeat": key[2] * self._trials + turn, **values},
            {
                "extra_data": part(instance.get("extra_data"), dict, "extra_data") or {},
                "scenario_args": self._run.scenario_args,
            },
            coordinates,
        )


def _key(state: Request) -> Key:
    instance = state.get("instance")
    if not isinstance(instance, dict):
        raise RowError("wrong_type", f"expected an object, found {shown(instance)}", "instance")
    return instance_key(
        instance.get("id"), instance.get("perturbation"), state.get("train_trial_index")
    )


def _is_there(state: Request, group: list[Request]) -> bool:
    """Whether the same request was made before: the instance is asked anew."""
    names = ("reference_index", "request_mode")
    return any(all(state.get(name) == one.get(name) for name in names) for one in group)


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float)


_KEYS: Final = (re.compile(rb'"adapter_spec"\s*:\s*\{'), re.compile(rb'"request_states"\s*:\s*\['))
_COMPANIONS: Final[dict[str, tuple[bytes, ...]]] = {
    RUN_SPEC: (b'"scenario_spec"', b'"adapter_spec"'),
    SCENARIO: (b'"name"', b'"definition_path"'),
    STATS: (b'"instance_id"', b'"train_trial_index"', b'"stats"'),
    "stats.json": (b'"name"', b'"count"', b'"sum_squared"'),
    "instances.json": (b'"input"', b'"references"'),
    "display_predictions.json": (b'"instance_id"', b'"predicted_text"'),
    "display_requests.json": (b'"instance_id"', b'"request"'),
}


def _is_helm(head: Head) -> bool:
    return head.bytes.lstrip().startswith(b"{") and all(key.search(head.bytes) for key in _KEYS)


def _is_companion(head: Head) -> bool:
    name = head.path.name
    for ending in (".gz", ".zst", ".zstd"):
        name = name.removesuffix(ending)
    marks = _COMPANIONS.get(name)
    return marks is not None and all(mark in head.bytes for mark in marks)


HELM: Final = Format(
    "helm",
    "run folders of HELM: `scenario_state.json` with `per_instance_stats.json`, `run_spec.json` "
    "and `scenario.json` beside it",
    _is_helm,
    read_helm,
    Declared(
        native={
            "model": "`adapter_spec.model`",
            "template": "`method`, `max_train_instances` of `adapter_spec`, and what the run's "
            "name says of the prompt",
            "sampler": "`model_deployment`, `temperature`, `max_tokens`, `num_outputs`, `random` "
            "of `adapter_spec`",
            "base_task": "`name` of `scenario.json`, else the head of the run's name",
            "task": "the run's name without the model and its settings, and the perturbation",
            "item_id": "`instance.id`",
            "repeat": "`train_trial_index`, the draw of the examples",
            "prompt": "`request.prompt`, `messages` or `multimodal_prompt`; with a request for "
            "each reference, what they have in common",
            "reasoning": "`thinking.text`",
            "response": "`completions[].text` of the largest logprob; with a request for each "
            "reference, the chosen one",
            "answer": "the reference behind the letter (`output_mapping`), or `predicted_index`",
            "target": "references tagged `correct`; a JSON list of several",
            "score": "the metric in `per_instance_stats.json`",
            "correct": "a metric that is an exact match or its kin; others from `score`",
            "stop": "`finish_reason.reason`, else the stats `finish_reason_*`; `error` where "
            "`success` is false",
            "max_tokens": "`request.max_tokens`, not where it is 1, which asks for a letter",
            "prompt_tokens": "the stat `num_prompt_tokens`",
            "completion_tokens": "`completions[].tokens`, not beside `thinking`, which they leave "
            "out",
        },
        inferred={
            "reasoning": "else `<think>` in the text",
            "reasoning_kind": "whether there is reasoning",
            "answer": "without `predicted_index`, the reference of the largest logprob",
            "chance": "correct references / references, where they are the choices",
            "chance_source": "`row` where there are choices",
            "answered": "whether the output is a letter of `output_mapping`",
            "stop": "without a reason, from the tokens and the cap",
            "stop_source": "how `stop` is known",
            "tokens_source": "`native`: HELM counts them itself",
        },
        metadata={
            "extra_data": "`instance.extra_data`",
            "scenario_args": "`scenario_spec.args` of `run_spec.json`",
        },
    ),
    companion=_is_companion,
    companions=tuple(f"{name}*" for name in (RUN_SPEC, SCENARIO, STATS)),
)
