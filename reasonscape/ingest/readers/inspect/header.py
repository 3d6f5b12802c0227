"""What the header of an Inspect log says of all its samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from reasonscape.ingest.notices import Notices
from reasonscape.ingest.readers.inspect.metric import MainScore, header_names
from reasonscape.ingest.readers.inspect.names import task_of, template_of_plan, without_null
from reasonscape.ingest.rows import members
from reasonscape.ingest.settings import sampler_of

_SAMPLER: Final = (
    *("temperature", "top_p", "top_k", "max_tokens", "frequency_penalty", "presence_penalty"),
    *("best_of", "num_choices", "reasoning_effort", "reasoning_tokens", "effort", "verbosity"),
    *("seed",),
)


@dataclass(frozen=True, slots=True)
class Header:
    """The settings of a run.

    Attributes
    ----------
    shared
        Fields that all its samples have alike.
    model
        The evaluated model, whose usage counts.
    max_tokens
        The cap of one generation, where the settings have one.
    task_args
        Arguments of the task, defaults included where the log has them.
    score
        Picks the score that counts.
    expected
        How many samples the run had, where the header says so.
    one_right
        Of several choices one is picked; not if any number of them may be.
    """

    shared: Mapping[str, Any]
    model: str | None
    max_tokens: object
    task_args: Mapping[str, Any]
    score: MainScore
    expected: int | None
    one_right: bool


def read_header(
    document: Mapping[str, Any], metric: str | None, notices: Notices, *, ended: bool = True
) -> Header:
    """Read a header, or the record of a start.

    Parameters
    ----------
    document
        ``eval``, and where the run has come so far ``plan``, ``results`` and ``status``.
    metric
        The score that the user wants.
    notices
        Told about a run that did not end well.
    ended
        False for a record of a start, which has no status: the run was cut off.
    """
    spec, plan, results = (members(document.get(key)) for key in ("eval", "plan", "results"))
    steps = plan.get("steps")
    steps = [step for step in steps if isinstance(step, dict)] if isinstance(steps, list) else []
    config = {
        **members(spec.get("model_generate_config")),
        **without_null(members(plan.get("config"))),
    }
    caps = {
        cap for step in steps if type(cap := members(step.get("params")).get("max_tokens")) is int
    }
    if len(caps) == 1:
        config["max_tokens"] = caps.pop()
    task, model = spec.get("task"), spec.get("model")
    names = tuple(header_names(spec, results))
    # A solver that was given for the run is how the model is asked; one of the task is the task.
    asked, given = template_of_plan(steps), bool(spec.get("solver"))
    _notice(document, results, notices, ended=ended)
    return Header(
        shared={
            "model": model,
            "template": asked if given else "",
            "sampler": sampler_of(config, _SAMPLER),
            "base_task": task,
            "task": task_of(task, spec, "" if given else asked),
        },
        model=model if isinstance(model, str) else None,
        max_tokens=config.get("max_tokens"),
        task_args=members(spec.get("task_args")),
        score=MainScore(metric, names, notices),
        expected=_expected(results),
        one_right=not any(
            members(step.get(key)).get("multiple_correct") is True
            for step in steps
            for key in ("params", "params_passed")
        ),
    )


def _expected(results: Mapping[str, Any]) -> int | None:
    for key in ("logged_samples", "total_samples"):
        if type(count := results.get(key)) is int:
            return count
    return None


def _notice(
    document: Mapping[str, Any], results: Mapping[str, Any], notices: Notices, *, ended: bool
) -> None:
    state = document.get("status")
    if not ended:
        notices.add("the log has no header, as its run did not end: samples as far as it came")
    elif isinstance(state, str) and state != "success":
        error = members(document.get("error")).get("message")
        why = f": {error.splitlines()[0][:120]}" if isinstance(error, str) and error else ""
        notices.add(f"the run has the status {state[:20]!r}{why}")
    if document.get("invalidated") is True:
        notices.add("the log is marked as invalidated by its owner")
