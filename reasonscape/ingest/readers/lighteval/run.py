"""What the place of a details file and the results beside it say of all its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.documents import read_document
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.lighteval.places import model_of, results_places, task_and_time
from reasonscape.ingest.rows import members
from reasonscape.ingest.settings import sampler_of, template_of

_SAMPLER: Final = (
    *("temperature", "top_p", "top_k", "min_p", "max_new_tokens", "seed"),
    *("repetition_penalty", "presence_penalty", "frequency_penalty"),
)


@dataclass(frozen=True, slots=True)
class Run:
    """The settings of a run.

    Attributes
    ----------
    model
        The model; None where neither the results nor the path name it.
    task
        The task in the file's name.
    system
        A hash of the system prompt.
    max_new_tokens
        The model's own cap, which goes before that of the task.
    higher_is_better
        Metric -> whether more is better, in the order of the task's configuration.
    """

    model: str | None
    task: str
    system: str
    sampler: str
    max_new_tokens: int | None
    higher_is_better: Mapping[str, bool] = field(default_factory=dict)


def read_run(path: Path, options: ReadOptions) -> Run:
    """Read the results that go with a details file; without them, its path names the model."""
    task, time = task_and_time(path)
    document: dict[str, Any] = {}
    found = (
        next((one for one in results_places(path, time) if one.is_file()), None) if time else None
    )
    if found is not None:
        try:
            document = read_document(found, options)
        except UsageError as error:
            options.notices.add(f"the results beside the details are passed over: {error.message}")
    elif model_of(path):
        options.notices.add("no results beside the details: sampler and template are unknown")
    general = members(document.get("config_general"))
    config = members(general.get("model_config"))
    settings = members(config.get("generation_parameters"))
    names = (general.get("model_name"), config.get("model_name"), model_of(path))
    cap = settings.get("max_new_tokens")
    return Run(
        next((name for name in names if isinstance(name, str) and name), None),
        task,
        template_of(config.get("system_prompt")),
        sampler_of(settings, _SAMPLER),
        cap if type(cap) is int and cap > 0 else None,
        dict(_directions(members(document.get("config_tasks")), task)),
    )


def _directions(tasks: Mapping[str, Any], named: str) -> Iterator[tuple[str, bool]]:
    """Directions of the metrics of a task; of all tasks, where the file is not named after one."""
    for task in [tasks[named]] if named in tasks else tasks.values():
        metrics = members(task).get("metrics")
        for metric in metrics if isinstance(metrics, list) else ():
            name, better = (members(metric).get(key) for key in ("metric_name", "higher_is_better"))
            if isinstance(name, str) and isinstance(better, bool):
                yield name, better
            elif isinstance(better, dict):
                yield from ((key, way) for key, way in better.items() if isinstance(way, bool))
