"""Which entry of a config an eval is: its filters held against the eval's own identity."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from reasonscape.store.filters.conditions import (
    All,
    Among,
    AnyOf,
    Compare,
    Condition,
    Like,
    Missing,
    Not,
    Scalar,
)
from reasonscape.store.filters.eval_ids import SHORTEST


def holds(condition: Condition, identity: Mapping[str, str]) -> bool:
    """Whether an eval with this identity matches; all its values are texts, none missing.

    Examples
    --------
    >>> from reasonscape.store.filters import parse_filters
    >>> holds(parse_filters({"model": {"like": "llama-*"}}), {"model": "llama-3.3-70b"})
    True
    """
    match condition:
        case All(parts):
            return all(holds(part, identity) for part in parts)
        case AnyOf(parts):
            return any(holds(part, identity) for part in parts)
        case Not(part):
            return not holds(part, identity)
        case Compare(key, operator, value):
            return _compare(key, operator, value, identity)
        case Among(key, values):
            return any(_compare(key, "=", value, identity) for value in values)
        case Like(key, pattern):
            return fnmatchcase(identity.get(key, ""), pattern)
        case Missing():
            return False
    raise TypeError(f"{type(condition).__name__} is no condition on an eval")


def _compare(key: str, operator: str, value: Scalar, identity: Mapping[str, str]) -> bool:
    own: Any = identity.get(key)
    if own is None or not isinstance(value, str):
        return False
    if key == "eval_id" and operator == "=":
        return len(value) >= SHORTEST and own.startswith(value)
    results = {"=": own == value, "<": own < value, "<=": own <= value}
    results |= {">": own > value, ">=": own >= value}
    return bool(results[operator])
