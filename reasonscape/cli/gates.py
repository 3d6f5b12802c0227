"""What becomes of ``--fail-on`` conditions: one sentence each on stderr, and exit 5."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reasonscape.cli.failures import flat, say
from reasonscape.errors import GateError

_REMEDY = "the answer stands on stdout; change the condition if it asks too much"
_UNKNOWN = "a gate that cannot be evaluated does not pass: log what it needs, or drop the condition"


def with_gates(summary: Mapping[str, Any], gates: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The summary that goes to stdout, with what became of each condition."""
    return {**summary, "gates": list(gates)} if gates else dict(summary)


def enforce_gates(gates: Sequence[Mapping[str, Any]]) -> None:
    """Say what became of each condition.

    Raises
    ------
    GateError
        A condition holds, or could not be evaluated.
    """
    failing = [one for one in gates if one["state"] != "passed"]
    for one in [one for one in gates if one not in failing[:1]]:
        state = one["state"].replace("_", " ")
        say(f"--fail-on {one['condition']!r} {state}: {flat(one['statement'])}")
    if failing:
        first = failing[0]
        unknown = first["state"] == "not_evaluated"
        told = "cannot be evaluated" if unknown else "holds"
        message = f"--fail-on {first['condition']!r} {told}: {flat(first['statement'])}"
        closer = f"look closer: {first['next']}" if first["next"] else _REMEDY
        raise GateError(message, remedy=_UNKNOWN if unknown else closer)
