"""What holds for all instances of a PlanBench file, and by which grade they count."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.planbench.problem import GENERATION, prompt_style, task_family
from reasonscape.ingest.rows import RowError, shown

_GRADES: Final = (
    *("llm_correct", "llm_correct_binary", "llm_correct_w_type", "llm_correct_w_expl"),
    "correct",
)
_FURTHER: Final = re.compile(r"_run_?(\d{1,6})(\.|$)")


@dataclass(frozen=True, slots=True)
class Run:
    """What holds for all instances of a file."""

    values: Mapping[str, Any]
    style: str
    grade: str | None


def read_run(path: Path, document: Mapping[str, Any], grade: str | None) -> Run:
    """Read what the head of a file says, and the number of the run from the file's name.

    Raises
    ------
    UsageError
        It is not as PlanBench writes it.
    """
    domain, task = document.get("domain"), document.get("task")
    prompt_type = document.get("prompt_type")
    for name, value in (("domain", domain), ("task", task), ("prompt_type", prompt_type)):
        if not isinstance(value, str | None) or (name == "domain" and not value):
            raise UsageError(
                f"{path} is no response file of PlanBench: its {name!r} is {shown(value)}",
                remedy="give a file as PlanBench wrote it",
            )
    domain, task = (domain or "").removesuffix("_zero_shot"), task or ""
    style, family = prompt_style(task, prompt_type or ""), task_family(task)
    found = _FURTHER.search(path.name)
    return Run(
        {
            "model": document.get("engine"),
            "template": style,
            "base_task": domain if family == GENERATION else f"{domain}/{family}",
            "repeat": int(found[1]) if found else None,
        },
        style,
        grade,
    )


def chosen_grade(instances: list[Any], options: ReadOptions) -> str | None:
    """Choose the grade that counts: that of ``--metric``, else the first that there is.

    Raises
    ------
    UsageError
        ``--metric`` names none that there is.
    """
    there = {name for one in instances if isinstance(one, dict) for name in _GRADES if name in one}
    names = [name for name in _GRADES if name in there]
    if options.metric is not None and options.metric not in there:
        raise UsageError(
            f"no instance has the grade {options.metric!r}",
            remedy=f"name one of {', '.join(names)}" if names else "leave --metric away",
        )
    chosen = options.metric or (names[0] if names else None)
    others = ", ".join(name for name in names if name != chosen)
    if others:
        options.notices.add(
            f"graded by {chosen!r}; --metric takes another: {others}", len(instances)
        )
    return chosen


def grade_of(instance: Mapping[str, Any], name: str | None, options: ReadOptions) -> bool | None:
    """Read a grade; a number set by hand that is neither 0 nor 1 is none.

    Raises
    ------
    RowError
        It is neither a truth value nor a number.
    """
    value = instance.get(name) if name else None
    if value is None or isinstance(value, bool):
        return value
    if not isinstance(value, int | float):
        raise RowError("wrong_type", f"expected true or false, found {shown(value)}", name or "")
    if value in (0, 1):
        return bool(value)
    options.notices.add(f"ungraded: {name!r} is neither 0 nor 1")
    return None
