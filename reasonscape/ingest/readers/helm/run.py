"""What the documents of a HELM run say of all its requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.documents import read_document
from reasonscape.ingest.file_names import COMPRESSED
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.helm.name import parse_name
from reasonscape.ingest.settings import sampler_of

RUN_SPEC: Final = "run_spec.json"
SCENARIO: Final = "scenario.json"
# How many tokens and completions, by which method and with how many examples is set for each
# scenario: as a part of the identity it would make one model several evals.
_SAMPLER: Final = ("model_deployment", "temperature", "random")


@dataclass(frozen=True, slots=True)
class Run:
    """The settings of a run.

    Attributes
    ----------
    values
        Fields that all its samples share.
    coordinates
        Arguments of the scenario in the run's name.
    scenario_args
        Arguments of the scenario in the run's specification.
    adapter
        How instances became requests.
    """

    values: Mapping[str, Any]
    coordinates: Mapping[str, Any] = field(default_factory=dict)
    scenario_args: Mapping[str, Any] = field(default_factory=dict)
    adapter: Mapping[str, Any] = field(default_factory=dict)


def beside(path: Path, name: str) -> Path | None:
    """Find a document of the same run, plain or compressed."""
    for ending in ("", *COMPRESSED):
        found = path.with_name(name + ending)
        if found.is_file():
            return found
    return None


def read_run(path: Path, adapter: object, options: ReadOptions) -> Run:
    """Read what goes with a scenario state.

    ``base_task`` is the scenario's name, else the head of the run's; ``task`` is the run's name
    with the method and the number of examples in place of the model and its settings, such as
    ``mmlu:subject=philosophy/multiple_choice_joint/5-shot``. The folder, which HELM names after the
    run, stands in for a specification that is not there.

    Parameters
    ----------
    path
        The scenario state.
    adapter
        Its ``adapter_spec``.
    """
    spec, scenario = _document(path, RUN_SPEC, options), _document(path, SCENARIO, options)
    if not isinstance(adapter, dict):
        adapter = spec.get("adapter_spec")
    settings: dict[str, Any] = adapter if isinstance(adapter, dict) else {}
    name = spec.get("name")
    if not isinstance(name, str) or not name:
        name = path.absolute().parent.name
        options.notices.add(f"no {RUN_SPEC}: the task is named by the folder {name[:80]!r}")
    named = parse_name(name)
    base_task = scenario.get("name")
    if not isinstance(base_task, str) or not base_task:
        base_task = named.head
    given = spec.get("scenario_spec")
    scenario_args = given.get("args") if isinstance(given, dict) else None
    return Run(
        {
            "model": settings.get("model"),
            "template": sampler_of(named.how, named.how),
            "sampler": sampler_of(settings, _SAMPLER),
            "base_task": base_task,
            "task": "/".join((named.task, *_asked(settings))),
        },
        named.what,
        scenario_args if isinstance(scenario_args, dict) else {},
        settings,
    )


def _asked(adapter: Mapping[str, Any]) -> Iterator[str]:
    method, examples = adapter.get("method"), adapter.get("max_train_instances")
    if isinstance(method, str) and method:
        yield method
    if type(examples) is int:
        yield f"{examples}-shot"


def _document(path: Path, name: str, options: ReadOptions) -> dict[str, Any]:
    found = beside(path, name)
    if found is None:
        return {}
    try:
        return read_document(found, options)
    except UsageError as error:
        options.notices.add(f"{name} is passed over: {error.message}")
        return {}
