"""Closures that evaluate compiled expressions; null goes through as null."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from reasonscape.ingest.operations import is_true

Evaluate = Callable[[dict[str, Any]], Any]


def constant(value: object) -> Evaluate:
    """Give the same value for every row."""
    return lambda row: value


def walk(steps: Sequence[str | int]) -> Evaluate:
    """Follow a path; null where the row does not have it."""
    if len(steps) == 1 and isinstance(steps[0], str):
        name = steps[0]
        return lambda row: row.get(name)

    def evaluate(row: dict[str, Any]) -> Any:
        value: Any = row
        for step in steps:
            if isinstance(step, str):
                value = value.get(step) if type(value) is dict else None
            elif type(value) is list and -len(value) <= step < len(value):
                value = value[step]
            else:
                return None
        return value

    return evaluate


def has_path(row: dict[str, Any], steps: Sequence[str | int]) -> bool:
    """Tell whether the row has a place at a path, be it null."""
    value: Any = row
    for step in steps:
        if isinstance(step, str):
            if type(value) is not dict or step not in value:
                return False
            value = value[step]
        elif type(value) is list and -len(value) <= step < len(value):
            value = value[step]
        else:
            return False
    return True


def binary(apply: Callable[[Any, Any], Any], left: Evaluate, right: Evaluate) -> Evaluate:
    """Apply to two values; null where one is null."""

    def evaluate(row: dict[str, Any]) -> Any:
        a, b = left(row), right(row)
        return None if a is None or b is None else apply(a, b)

    return evaluate


def presence(value: Evaluate, *, missing: bool) -> Evaluate:
    """Tell whether a value is missing, or is there."""
    return lambda row: (value(row) is None) is missing


def fallback(value: Evaluate, other: Evaluate) -> Evaluate:
    """Give the first value, or the other where it is null."""

    def evaluate(row: dict[str, Any]) -> Any:
        found = value(row)
        return other(row) if found is None else found

    return evaluate


def pick(test: Evaluate, chosen: Evaluate, other: Evaluate) -> Evaluate:
    """Give one of two values; a condition that is null counts as not met."""
    return lambda row: chosen(row) if is_true(test(row)) else other(row)


def negation(value: Evaluate) -> Evaluate:
    """Negate a truth; null stays null."""

    def evaluate(row: dict[str, Any]) -> bool | None:
        truth = is_true(value(row))
        return None if truth is None else not truth

    return evaluate


def both(left: Evaluate, right: Evaluate) -> Evaluate:
    """Say whether two conditions hold, in three-valued logic."""

    def evaluate(row: dict[str, Any]) -> bool | None:
        a = is_true(left(row))
        if a is False:
            return False
        b = is_true(right(row))
        return False if b is False else None if a is None or b is None else True

    return evaluate


def either(left: Evaluate, right: Evaluate) -> Evaluate:
    """Say whether one of two conditions holds: not both of their negations do."""
    return negation(both(negation(left), negation(right)))


def applied(apply: Callable[..., Any], arguments: list[Evaluate]) -> Evaluate:
    """Apply a function to its arguments."""
    if len(arguments) == 1:
        only = arguments[0]
        return lambda row: apply(only(row))
    return lambda row: apply(*[argument(row) for argument in arguments])
