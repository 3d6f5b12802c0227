"""Eval ids may be written as any unique prefix of four or more characters."""

from __future__ import annotations

import difflib
import itertools
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Final

from reasonscape.errors import FilterError
from reasonscape.store.filters.conditions import (
    All,
    Among,
    AnyOf,
    Compare,
    Condition,
    Not,
    Scalar,
)

SHORTEST: Final = 4
FULL_LENGTH: Final = 13
"""``e`` and twelve hex digits."""
_LISTED: Final = 12


def unique_prefixes(eval_ids: Collection[str], shortest: int = SHORTEST) -> dict[str, str]:
    """Map each id to its shortest prefix that no other id has.

    Examples
    --------
    >>> unique_prefixes(["e1a2b3000000", "e1a2c4000000", "e9"])
    {'e1a2b3000000': 'e1a2b', 'e1a2c4000000': 'e1a2c', 'e9': 'e9'}
    """
    ordered = sorted(set(eval_ids))
    shared = [_shared(a, b) for a, b in itertools.pairwise(ordered)]
    prefixes = {}
    for index, name in enumerate(ordered):
        left = shared[index - 1] if index else 0
        right = shared[index] if index < len(shared) else 0
        prefixes[name] = name[: max(shortest, left + 1, right + 1)]
    return prefixes


def resolve_eval_id(prefix: str, eval_ids: Collection[str]) -> str:
    """Return the one eval id that starts with ``prefix``.

    Raises
    ------
    FilterError
        If the prefix is shorter than four characters, or no id or several start with it.

    Examples
    --------
    >>> resolve_eval_id("e1a2", ["e1a2b3000000", "e9a2b3000000"])
    'e1a2b3000000'
    """
    if prefix in eval_ids:
        return prefix
    short = unique_prefixes(eval_ids)
    if len(prefix) < SHORTEST:
        raise FilterError(
            f"the eval id {prefix!r} is shorter than {SHORTEST} characters",
            remedy=_list_of(sorted(short.values())),
        )
    matches = sorted(name for name in set(eval_ids) if name.startswith(prefix.lower()))
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise FilterError(
            f"the eval id {prefix!r} is the beginning of {len(matches)} evals",
            remedy=f"write one of {_shown([short[name] for name in matches])}",
        )
    near = difflib.get_close_matches(prefix, sorted(short.values()), 3)
    raise FilterError(
        f"no eval id begins with {prefix[:80]!r}",
        remedy=_list_of(sorted(short.values())),
        did_you_mean=near,
    )


def resolve_eval_ids(condition: Condition, known: Callable[[], Collection[str]]) -> Condition:
    """Put full eval ids for prefixes; ``known`` is asked only when there is a prefix.

    Raises
    ------
    FilterError
        As `resolve_eval_id`.
    """
    match condition:
        case All(parts):
            return All(tuple(resolve_eval_ids(part, known) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(resolve_eval_ids(part, known) for part in parts))
        case Not(part):
            return Not(resolve_eval_ids(part, known))
        case Compare("eval_id", "=", value):
            return replace(condition, value=_resolved(value, known))
        case Among("eval_id", values):
            return replace(condition, values=tuple(_resolved(value, known) for value in values))
    return condition


def _resolved(value: Scalar, known: Callable[[], Collection[str]]) -> Scalar:
    # A full id needs no look-up: if no eval has it, no row matches, and that is said then.
    if not isinstance(value, str) or len(value) == FULL_LENGTH:
        return value
    return resolve_eval_id(value, known())


def _shared(a: str, b: str) -> int:
    for index, (x, y) in enumerate(zip(a, b, strict=False)):
        if x != y:
            return index
    return min(len(a), len(b))


def _shown(names: Sequence[str]) -> str:
    listed = ", ".join(json.dumps(name) for name in names[:_LISTED])
    return listed + f" and {len(names) - _LISTED} more" * (len(names) > _LISTED)


def _list_of(names: Sequence[str]) -> str:
    return f"the evals are {_shown(names)}" if names else "the store holds no eval yet"
