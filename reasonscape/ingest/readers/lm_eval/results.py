"""What the results file of an lm-eval run says of all its rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.documents import read_document
from reasonscape.ingest.file_names import plain_name
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.rows import members
from reasonscape.ingest.settings import sampler_of, template_of

_DATE: Final = r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(?:\.\d+)?"
_SAMPLES_NAME: Final = re.compile(rf"samples_(.+)_({_DATE})\.jsonl")
_NAMED_MODEL: Final = re.compile(r"(?:^|,)(?:pretrained|model|path)=([^,]+)")


@dataclass(frozen=True, slots=True)
class Run:
    """A run of one task.

    Attributes
    ----------
    task
        Its name in lm-eval.
    shots
        Worked examples in the prompt, None where the log does not say.
    groups
        The groups of tasks it was run as a part of, the outermost first.
    config
        The task's own configuration.
    lower_is_better
        Metrics of which less is better.
    """

    model: str
    template: str
    sampler: str
    task: str
    shots: int | None = None
    groups: tuple[str, ...] = ()
    config: Mapping[str, Any] = field(default_factory=dict)
    lower_is_better: frozenset[str] = frozenset()


def read_run(path: Path, options: ReadOptions) -> Run:
    """Read what the results beside a sample log say, or conclude it from names.

    The results of the same date count, else the only results in the folder that have the task.

    Raises
    ------
    UsageError
        The results cannot be read.
    """
    name, date = _task_and_date(path)
    results = _results(path, name, date, options)
    task = next((one for one in members(results.get("configs")) if name in _sanitized(one)), name)
    model = _model(results)
    if model is None:
        model = path.absolute().parent.name.replace("__", "/")
        options.notices.add(f"no results beside the samples: the model is {model!r}, their folder")
    settings = members(results.get("config"))
    given = settings.get("gen_kwargs")
    sampler = given if isinstance(given, str) else ""
    if isinstance(given, dict):
        sampler = sampler_of(given, sorted(given))
    better = members(members(results.get("higher_is_better")).get(task))
    shots = members(results.get("n-shot")).get(task)
    return Run(
        model=model,
        template=_template(results),
        sampler=sampler,
        task=task,
        shots=shots if type(shots) is int else None,
        groups=_groups(members(results.get("group_subtasks")), task),
        config=members(members(results.get("configs")).get(task)),
        lower_is_better=frozenset(name for name, more in better.items() if more is False),
    )


def _task_and_date(path: Path) -> tuple[str, str]:
    name = plain_name(path.name)
    if found := _SAMPLES_NAME.fullmatch(name):
        return found[1], found[2]
    return name.removesuffix(".jsonl").removeprefix("samples_"), ""


def _results(path: Path, task: str, date: str, options: ReadOptions) -> dict[str, Any]:
    folder = path.parent
    exact = folder / f"results_{date}.json"
    if date and exact.is_file():
        return read_document(exact, options)
    found = []
    for other in sorted(folder.glob("results_*.json"))[:64]:
        try:
            document = read_document(other, options)
        except UsageError as error:
            options.notices.add(f"results that cannot be read: {error.message}")
            continue
        if any(task in _sanitized(one) for one in members(document.get("configs"))):
            found.append(document)
    return found[0] if len(found) == 1 else {}


def _sanitized(task: str) -> tuple[str, str, str]:
    """The ways in which a task's name may stand in the name of a file."""
    return task, re.sub(r"\W", "_", task), re.sub(r"[\"<>:/|\\?*\[\]]+", "__", task)


def _model(results: Mapping[str, Any]) -> str | None:
    name = results.get("model_name")
    if isinstance(name, str) and name:
        return name
    arguments = members(results.get("config")).get("model_args")
    if isinstance(arguments, dict):
        name = arguments.get("pretrained", arguments.get("model"))
        return name if isinstance(name, str) and name else None
    found = _NAMED_MODEL.search(arguments) if isinstance(arguments, str) else None
    return found[1] if found else None


def _template(results: Mapping[str, Any]) -> str:
    """What the run did to every prompt; the task's own template is the task."""
    parts = []
    chat = results.get("chat_template_sha")
    if isinstance(chat, str) and chat:
        parts.append(f"chat-{chat[:8]}")
    parts.append(template_of(results.get("system_instruction")))
    if results.get("fewshot_as_multiturn") is True:
        parts.append("multiturn")
    return "+".join(filter(None, parts))


def _groups(members: Mapping[str, Any], task: str) -> tuple[str, ...]:
    """Groups above a task, the outermost first; a group that holds itself ends the search."""
    found = list[str]()
    below = task
    while True:
        above = next(
            (
                name
                for name, tasks in members.items()
                if isinstance(tasks, list) and below in tasks and name != below
            ),
            None,
        )
        if above is None or above in found:
            return tuple(reversed(found))
        found.append(above)
        below = above
