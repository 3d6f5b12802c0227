"""The requests of a HELM run, in their order -> one row for each instance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from reasonscape.ingest.native import NativeRow
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.helm.documents import Elements
from reasonscape.ingest.readers.helm.generation import generation
from reasonscape.ingest.readers.helm.metrics import is_binary
from reasonscape.ingest.readers.helm.run import Run
from reasonscape.ingest.readers.helm.separate import separate
from reasonscape.ingest.readers.helm.state import Request, part
from reasonscape.ingest.readers.helm.stats import InstanceStats, Key, instance_key
from reasonscape.ingest.rows import RowError, shown
from reasonscape.ingest.settings import sampler_of

_NO_VARIANT: Final = ("name", "robustness", "fairness", "computed_on")


class InstanceRows:
    """One row for each instance of a run, in the order of its requests.

    Parameters
    ----------
    states
        The requests with their results.
    run
        What holds for all rows.
    stats
        What was measured of each instance.
    metric
        The stat that is the grade.
    """

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
