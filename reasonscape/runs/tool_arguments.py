"""Arguments of a tool call against what the tool declares."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final

from reasonscape.errors import UsageError

_TYPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "object": dict,
}


def checked(
    tool: str, properties: Mapping[str, Mapping[str, Any]], arguments: Mapping[str, Any]
) -> dict[str, Any]:
    """The arguments that were given; ``null`` is none.

    Parameters
    ----------
    tool
        Its name, for the error.
    properties
        Argument -> its JSON Schema: ``type``, ``enum``, ``minimum`` and ``maximum``.
    arguments
        As the call has them.

    Raises
    ------
    UsageError
        There is no such argument, or its value is not what is declared.

    Examples
    --------
    >>> checked("evals", {"limit": {"type": "integer", "minimum": 1}}, {"limit": 3})
    {'limit': 3}
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    for name, value in given.items():
        if name not in properties:
            raise UsageError(
                f"the tool {tool} has no argument {name!r:.60}",
                remedy=f"its arguments are {', '.join(properties)}",
                did_you_mean=get_close_matches(name, properties, n=1),
            )
        _check(f"{name} of the tool {tool}", properties[name], value)
    return given


def _check(what: str, declared: Mapping[str, Any], value: Any) -> None:
    kind = declared["type"]
    # In Python true is a number.
    right = isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))
    if not right:
        raise UsageError(f"{what} is {value!r:.60}", remedy=f"give a JSON {kind}")
    allowed = declared.get("enum")
    if allowed is not None and value not in allowed:
        near = get_close_matches(str(value), allowed, n=1)
        listed = ", ".join(map(str, allowed))
        raise UsageError(f"{what} is {value!r:.60}", remedy=f"one of: {listed}", did_you_mean=near)
    low, high = declared.get("minimum"), declared.get("maximum")
    if (low is not None and value < low) or (high is not None and value > high):
        raise UsageError(f"{what} is {value!r:.60}", remedy=f"give {low} to {high}")
