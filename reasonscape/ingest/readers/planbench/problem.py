"""What a PlanBench file says of a problem: how it was asked, its objects, its plan."""

from __future__ import annotations

import re
from typing import Final

from reasonscape.ingest.rows import RowError, shown

# How the domains call their objects where the problem is written in English.
_NAMED: Final = re.compile(
    r"\bthe (\w+) block\b|\bobject ([a-z])\b|\b(object_\d+)\b"
    r"|\b((?:package|airplane|truck|location|city)(?:_\d+)+)\b"
)
_DECLARED: Final = re.compile(r"\(:objects\b([^()]*)\)", re.IGNORECASE)
_COMMENT: Final = re.compile(r";[^\n]*")
_NUMBER: Final = re.compile(r"^(task_|t)\d+(_\d+)?(_|$)")
_VARIANTS: Final = ("zero_shot", "state_tracking", "pddl")
_SHOTS: Final = {"zeroshot": "zero_shot", "oneshot": "one_shot"}
GENERATION: Final = "plan_generation"


def prompt_style(task: str, prompt_type: str) -> str:
    """Name how problems were asked, by the name of the task; ``prompt_type`` fills its gaps.

    Files of prompts in PDDL call themselves ``oneshot`` whatever they are, so that a task named
    after zero shots goes first.

    Examples
    --------
    >>> prompt_style("task_1_plan_generation_zero_shot_pddl", "oneshot")
    'zero_shot_pddl'
    >>> prompt_style("task_1_plan_generation", "oneshot"), prompt_style("t1", "zeroshot")
    ('one_shot', 'zero_shot')
    """
    shot = "zero_shot" if "zero_shot" in task else _SHOTS.get(prompt_type, prompt_type)
    return "_".join([shot, *(one for one in _VARIANTS[1:] if one in task)]).strip("_")


def task_family(task: str) -> str:
    """Name what is asked of a problem, without how it is asked.

    Examples
    --------
    >>> task_family("task_1_plan_generation_zero_shot"), task_family("t1")
    ('plan_generation', 'plan_generation')
    >>> task_family("task_8_1_goal_shuffling"), task_family("t3")
    ('goal_shuffling', 't3')
    """
    name = _NUMBER.sub("", task)
    for variant in _VARIANTS:
        name = name.replace(variant, "")
    name = re.sub("_+", "_", name).strip("_")
    return name or (GENERATION if task in ("", "t1", "task_1") else task)


def object_count(query: str) -> int | None:
    r"""Count the objects of a problem, the last one of its prompt; None where it names none.

    Examples
    --------
    >>> object_count(
    ...     "[STATEMENT]\nAs initial conditions I have that, the red block is clear "
    ...     "and the red block is on top of the blue block."
    ... )
    2
    >>> object_count("[QUERY PROBLEM]\n(:objects o0 o1 - object)")
    2
    """
    declared = _DECLARED.findall(query)
    if declared:
        return _typed_count(_COMMENT.sub("", declared[-1]).split()) or None
    _, statement, problem = query.rpartition("[STATEMENT]")
    if not statement:
        return None
    names = {name for found in _NAMED.findall(problem) for name in found if name}
    return len(names) or None


def _typed_count(words: list[str]) -> int:
    """Count names in a list of PDDL, in which ``- block`` says what those before it are."""
    types = sum(word == "-" for word in words)
    return len(words) - 2 * types


def plan_text(plan: object, field: str) -> str | None:
    """Write a plan as text, one action a line; older files have a list of actions.

    Raises
    ------
    RowError
        It is neither.
    """
    if plan is None or isinstance(plan, str):
        return plan
    if isinstance(plan, list) and all(isinstance(action, str) for action in plan):
        return "".join(f"{action}\n" for action in plan)
    raise RowError("wrong_type", f"expected a plan as text, found {shown(plan)}", field)


def plan_length(plan: str | None) -> int | None:
    r"""Count the actions of a plan; None for what is no plan, such as ``unsolvable`` or nothing.

    Examples
    --------
    >>> plan_length("(pick-up a)\n(stack a b)\n; cost = 2 (unit cost)\n")
    2
    >>> plan_length("unsolvable"), plan_length("")
    (None, None)
    """
    lines = [line.strip() for line in _COMMENT.sub("", plan or "").splitlines()]
    actions = [line for line in lines if line]
    if not all(line.startswith("(") and line.endswith(")") for line in actions):
        return None
    return len(actions) or None
