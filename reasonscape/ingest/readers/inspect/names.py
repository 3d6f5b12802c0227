"""Names of a template and a task, from what an Inspect log says of its run."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from reasonscape.ingest.readers.inspect.text import compact
from reasonscape.ingest.rows import members

_ADDRESS: Final = re.compile(r" at 0x[0-9a-fA-F]+")
_LONGEST: Final = 40


def without_null(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is not set."""
    return {key: value for key, value in settings.items() if value is not None}


def template_of_plan(steps: list[dict[str, Any]]) -> str:
    """Name a template by the solvers, with a hash of what they were given.

    Empty where the plan does nothing but generate.

    Examples
    --------
    >>> template_of_plan([{"solver": "generate", "params": {}}])
    ''
    >>> cot = {"solver": "chain_of_thought", "params": {"template": "Think: {prompt}"}}
    >>> template_of_plan([cot, {"solver": "generate", "params": {}}])
    'chain_of_thought+generate-40636e02'
    """
    names, given = list[str](), list[dict[str, Any]]()
    for step in steps:
        name, passed = step.get("solver"), step.get("params_passed", step.get("params"))
        names.append(name.rpartition("/")[2][:_LONGEST] if isinstance(name, str) else "?")
        given.append(without_null(members(passed)))
    text = "" if names in ([], ["generate"]) else "+".join(names)
    if not any(given):
        return text
    return (text or "generate") + "-" + _hash(given)


def _hash(value: object) -> str:
    """Short hash; where a function stood in memory is no part of it."""
    text = compact(value, sorted_keys=True)
    return hashlib.sha256(_ADDRESS.sub("", text).encode(errors="replace")).hexdigest()[:8]


def task_of(task: object, spec: Mapping[str, Any], plan: str = "") -> object:
    """Name a task by the arguments that were passed too, as they choose its questions.

    Parameters
    ----------
    plan
        Its own plan, by `template_of_plan`: another way to ask is another variant of the task.

    Examples
    --------
    >>> task_of("sums", {"task_args": {"level": "easy", "shots": None}}, "chain_of_thought")
    'sums/level=easy/chain_of_thought'
    """
    if not isinstance(task, str):
        return None
    passed = members(spec.get("task_args_passed", spec.get("task_args")))
    parts = []
    for key in sorted(passed):
        value = passed[key]
        if isinstance(value, bool):
            parts.append(f"{key}={str(value).lower()}")
        elif isinstance(value, int | float) or (isinstance(value, str) and len(value) <= _LONGEST):
            parts.append(f"{key}={value}")
        elif value is not None:
            parts.append(f"{key}=#{_hash(value)}")
    return "/".join(part for part in (task, ",".join(parts), plan) if part)
