"""Plans by the names that the command `plant` takes."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from reasonscape.errors import UsageError
from reasonscape.planted.design import Plan, mechanism_plan
from reasonscape.planted.mechanisms import MEANINGS
from reasonscape.planted.workflow import workflow_plan

_WORKFLOW_OPTIONS = ("seed", "texts", "trace_chars", "name")


def named_plan(mechanism: str, **options: Any) -> Plan:
    """Return the plan of a mechanism's name or of ``workflow``.

    Parameters
    ----------
    mechanism
        A key of `mechanisms.MEANINGS`.
    **options
        Options of `mechanism_plan`, or of `workflow_plan`, whose tasks and sizes are fixed. An
        option that is ``None`` keeps its default.

    Raises
    ------
    UsageError
        An unknown mechanism, or an option that the workflow does not take.

    Examples
    --------
    >>> named_plan("cliff", axes=1, seed=None).evals[0].model
    'cliff'
    >>> named_plan("workflow").name
    'dataset-m12x'
    """
    given = {name: value for name, value in options.items() if value is not None}
    if mechanism not in MEANINGS:
        raise UsageError(
            f"no mechanism {mechanism!r}",
            remedy=f"use one of {', '.join(MEANINGS)}",
            did_you_mean=get_close_matches(mechanism, MEANINGS),
        )
    if mechanism != "workflow":
        return mechanism_plan(mechanism, **given)
    unknown = [name for name in given if name not in _WORKFLOW_OPTIONS]
    if unknown:
        raise UsageError(
            f"the workflow dataset has fixed tasks and sizes, {unknown[0]} was given",
            remedy=f"leave it out; {', '.join(_WORKFLOW_OPTIONS)} can be given",
        )
    return workflow_plan(**given)
