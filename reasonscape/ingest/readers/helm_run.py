"""What the documents of a HELM run say of all its requests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.documents import read_document
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.settings import sampler_of

RUN_SPEC: Final = "run_spec.json"
SCENARIO: Final = "scenario.json"
_ENDINGS: Final = ("", ".gz", ".zst", ".zstd")
_SAMPLER: Final = ("model_deployment", "temperature", "max_tokens", "num_outputs", "random")
_TEMPLATE: Final = ("method", "max_train_instances")
# Arguments of a run's name that say how the model was asked; all others say what was asked.
_PROMPTING: Final = frozenset(
    (
        *("instructions", "prompt", "newline", "stop", "add_to_stop", "global_prefix", "anthropic"),
        *("claude_3", "amazon-nova", "follow_format_instructions", "idefics_instruct", "llava"),
        *("open_flamingo", "format_prompt", "chatml", "output_format_instructions"),
        "process_output",
    )
)
_SETTINGS: Final = _PROMPTING | frozenset(
    (
        *("model", "model_deployment", "method", "temperature", "increase_temperature"),
        *("max_tokens", "increase_max_tokens", "num_outputs", "num_trials", "num_train_trials"),
        *("max_train_instances", "max_eval_instances", "eval_split", "data_augmentation"),
        *("tokenizer", "num_prompt_tokens", "num_output_tokens", "groups"),
    )
)
_NUMBER: Final = re.compile(r"-?\d{1,15}(\.\d{1,15})?")


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
    for ending in _ENDINGS:
        found = path.with_name(name + ending)
        if found.is_file():
            return found
    return None


def read_run(path: Path, adapter: object, options: ReadOptions) -> Run:
    """Read what goes with a scenario state.

    ``base_task`` is the scenario's name, else the head of the run's; ``task`` is the run's name
    without what says how the model was asked, such as ``mmlu:subject=philosophy``. The folder,
    which HELM names after the run, stands in for a specification that is not there.

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
    head, arguments = parse_name(name)
    base_task = scenario.get("name")
    if not isinstance(base_task, str) or not base_task:
        base_task = head
    what = {key: value for key, value in arguments.items() if key not in _SETTINGS}
    how = {key: value for key, value in arguments.items() if key in _PROMPTING}
    task = head + (":" if what else "") + ",".join(f"{key}={value}" for key, value in what.items())
    template = sampler_of({**how, **settings}, (*_TEMPLATE, *how))
    given = spec.get("scenario_spec")
    scenario_args = given.get("args") if isinstance(given, dict) else None
    return Run(
        {
            "model": settings.get("model"),
            "template": template,
            "sampler": sampler_of(settings, _SAMPLER),
            "base_task": base_task,
            "task": task,
        },
        {key: _typed(value) for key, value in what.items()},
        scenario_args if isinstance(scenario_args, dict) else {},
        settings,
    )


def _document(path: Path, name: str, options: ReadOptions) -> dict[str, Any]:
    found = beside(path, name)
    if found is None:
        return {}
    try:
        return read_document(found, options)
    except UsageError as error:
        options.notices.add(f"{name} is passed over: {error.message}")
        return {}


def parse_name(name: str) -> tuple[str, dict[str, str]]:
    """Split the name of a run into its head and its arguments.

    Examples
    --------
    >>> parse_name("mmlu:subject=philosophy,method=multiple_choice_joint,model=openai_gpt2")
    ('mmlu', {'subject': 'philosophy', 'method': 'multiple_choice_joint', 'model': 'openai_gpt2'})
    """
    head, colon, rest = name.partition(":")
    if not colon and "=" in name:
        # A folder: HELM's name, in which a file system may have replaced the colon by a dash.
        found = re.match(r"([^-=,]+)-(?=\w+=)", name)
        if found:
            head, rest = found[1], name[found.end() :]
    arguments = dict[str, str]()
    last = ""
    for part in rest.split(",") if rest else ():
        key, sign, value = part.partition("=")
        if sign:
            arguments[key] = value
            last = key
        elif last:
            arguments[last] += "," + part
    return head, arguments


def _typed(value: str) -> str | float:
    return float(value) if _NUMBER.fullmatch(value) else value
