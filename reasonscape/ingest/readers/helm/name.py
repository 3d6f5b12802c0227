"""The name of a HELM run: what was asked, and how."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

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
class RunName:
    """The parts of a name.

    Attributes
    ----------
    head
        The name before its arguments.
    what
        Arguments that say what was asked, numbers as numbers.
    how
        Arguments that say how the model was prompted.
    task
        The name without what says how the model was asked.
    """

    head: str
    what: Mapping[str, str | float]
    how: Mapping[str, str]
    task: str


def parse_name(name: str) -> RunName:
    """Split the name of a run.

    Examples
    --------
    >>> name = parse_name("mmlu:subject=philosophy,method=multiple_choice_joint,model=openai_gpt2")
    >>> name.head, name.what, name.task
    ('mmlu', {'subject': 'philosophy'}, 'mmlu:subject=philosophy')
    """
    head, arguments = _split(name)
    what = {key: value for key, value in arguments.items() if key not in _SETTINGS}
    how = {key: value for key, value in arguments.items() if key in _PROMPTING}
    task = head + (":" if what else "") + ",".join(f"{key}={value}" for key, value in what.items())
    return RunName(head, {key: _typed(value) for key, value in what.items()}, how, task)


def _split(name: str) -> tuple[str, dict[str, str]]:
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
