"""The tree that a filter is: frozen nodes, no database, no columns yet.

A condition holds or does not hold for a row; there is no third value. A comparison with a missing
value (NULL) does not hold, and ``Not`` holds exactly where its part does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

Scalar = str | bool | int | float
Operator = Literal["=", "<", "<=", ">", ">="]

MAX_DEPTH: Final = 20
"""Levels of nesting; deeper filters are refused before anything recurses into them."""
MAX_VALUES: Final = 10_000
"""Values in one filter; more is a join, not a filter."""
MAX_PATTERN: Final = 1_000
"""Characters of one shell pattern."""


@dataclass(frozen=True, slots=True)
class Compare:
    """``key operator value``; false where the column is NULL."""

    key: str
    operator: Operator
    value: Scalar


@dataclass(frozen=True, slots=True)
class Among:
    """``key`` is any of ``values``; ``missing`` also takes rows where it is NULL."""

    key: str
    values: tuple[Scalar, ...]
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Like:
    """``key`` matches a shell pattern (``*``, ``?``, ``[a-c]``, ``[!a]``), case-sensitively."""

    key: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Missing:
    """``key`` is NULL."""

    key: str


@dataclass(frozen=True, slots=True)
class Not:
    """The part is not true."""

    part: Condition


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; of no parts, always."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds; of no parts, never."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class InTier:
    """In a tier of the dataset config; ``datasets`` resolves it before anything compiles."""

    name: str


@dataclass(frozen=True, slots=True)
class InGroup:
    """In a group of the dataset config; ``datasets`` resolves it before anything compiles."""

    name: str


Condition = Compare | Among | Like | Missing | Not | All | AnyOf | InTier | InGroup

EVERYTHING: Final = All(())
NOTHING: Final = AnyOf(())


def leaves(condition: Condition) -> Iterator[Condition]:
    """Walk the nodes that have no parts, in the order written."""
    match condition:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case _:
            yield condition


def keys(condition: Condition) -> frozenset[str]:
    """Name every key that a condition asks for, as written."""
    return frozenset(
        leaf.key for leaf in leaves(condition) if isinstance(leaf, Compare | Among | Like | Missing)
    )
