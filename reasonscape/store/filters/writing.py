"""A parsed filter back to the JSON object that says it."""

from __future__ import annotations

from typing import Any, Final

from reasonscape.store.filters.conditions import (
    All,
    Among,
    AnyOf,
    Compare,
    Condition,
    InGroup,
    InTier,
    Like,
    Missing,
    Not,
)

_OTHER_WORD: Final = {">=": "min", "<=": "max"}


def write_filters(condition: Condition) -> dict[str, Any]:
    """Write a parsed filter as a JSON object; `parse_filters` reads it back to an equal tree.

    Raises
    ------
    ValueError
        For a tree that no single filter says, such as ``Not`` over several keys.

    Examples
    --------
    >>> from reasonscape.store.filters import parse_filters
    >>> write_filters(parse_filters('{"length": {"min": 18, "max": 24}, "model_name": "m"}'))
    {'length': {'>=': 18, '<=': 24}, 'model': 'm'}
    """
    written: dict[str, Any] = {}
    for part in condition.parts if isinstance(condition, All) else (condition,):
        key, value = _entry(part)
        if key in written:
            raise ValueError(f"no filter says two conditions on {key!r} beside each other")
        written[key] = value
    return written


def _entry(part: Condition) -> tuple[str, Any]:
    match part:
        case Compare(key, "=", value):
            return key, value
        case Compare(key, operator, value):
            return key, {operator: value}
        case Among(key, values, missing):
            return key, [*values, None] if missing else list(values)
        case Like(key, pattern):
            return key, {"like": pattern}
        case Missing(key):
            return key, None
        case InTier(name):
            return "tier", name
        case InGroup(name):
            return "groups", name
        case Not(inner):
            key, value = _entry(inner)
            if key == "any":
                raise ValueError("no filter says `not` over several keys")
            return key, {"not": value}
        case All(parts):
            return _forms(parts)
        case AnyOf(parts):
            return _alternatives(parts)


def _forms(parts: tuple[Condition, ...]) -> tuple[str, dict[str, Any]]:
    """Several tests of one key: one object with all their forms."""
    entries = [_entry(part) for part in parts]
    names = {key for key, _ in entries}
    forms: dict[str, Any] = {}
    for _, value in entries:
        if not isinstance(value, dict):
            raise ValueError("no filter says an equality beside another test of its key")
        for form, operand in value.items():
            name = _OTHER_WORD[form] if form in forms and form in _OTHER_WORD else form
            if name in forms:
                raise ValueError(f"no filter says {form!r} twice")
            forms[name] = operand
    if len(names) != 1:
        raise ValueError("no filter says an AND here that goes over several keys")
    return names.pop(), forms


def _alternatives(parts: tuple[Condition, ...]) -> tuple[str, list[Any]]:
    if not parts:
        raise ValueError("no filter says `never`")
    if all(isinstance(part, InTier) for part in parts):
        return "tier", [_entry(part)[1] for part in parts]
    if all(_is_group(part) for part in parts):
        return "groups", [
            [_entry(one)[1] for one in part.parts] if isinstance(part, All) else _entry(part)[1]
            for part in parts
        ]
    return "any", [write_filters(part) for part in parts]


def _is_group(part: Condition) -> bool:
    if isinstance(part, All):
        return bool(part.parts) and all(isinstance(one, InGroup) for one in part.parts)
    return isinstance(part, InGroup)
