"""Tiers and groups of a config into plain conditions, before the store compiles a filter."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from reasonscape.datasets.declaration import Config
from reasonscape.errors import ConfigError, FilterError
from reasonscape.store.filters.conditions import (
    All,
    Among,
    AnyOf,
    Condition,
    InGroup,
    InTier,
    Not,
    leaves,
)

MOST_DEEP: Final = 20
"""Tiers that one tier may be defined by, one through the other."""
MOST_NESTED: Final = 100
"""Conditions within each other: what walks through them must not run out of stack."""
MOST_TESTS: Final = 100_000
"""Values that a filter may stand for; tiers of tiers could double them with each line."""


def resolve(condition: Condition, config: Config) -> Condition:
    """Replace every tier and group by what the config says they are.

    A tier is what ``tiers`` defines, or the base tasks that list it, or either. A group is any of
    the evals that list it.

    Raises
    ------
    FilterError
        For a tier or group that the config does not know.
    ConfigError
        If tiers are defined by each other in a circle, through too many others, or stand for
        more values than a filter may have.

    Examples
    --------
    >>> from reasonscape.datasets.declaration import read_config
    >>> from reasonscape.store.filters import parse_filters
    >>> config = read_config({"store": "s", "tiers": {"hard": {"length": {"min": 18}}}}, "x.json")
    >>> resolve(parse_filters({"tier": "hard"}), config)
    All(parts=(All(parts=(Compare(key='length', operator='>=', value=18),)),))
    """
    return _Resolver(config).resolve(condition, (), 0)


@dataclass
class _Resolver:
    """Counts the values that a filter comes to stand for; each tier and group is made once."""

    config: Config
    tests: int = 0
    tiers: dict[str, tuple[Condition, int]] = field(default_factory=dict)
    groups: dict[str, tuple[Condition, int]] = field(default_factory=dict)
    heights: dict[int, int] = field(default_factory=dict)

    def resolve(self, condition: Condition, inside: tuple[str, ...], depth: int) -> Condition:
        if depth > MOST_NESTED:
            raise _too_deep(inside[0] if inside else "")
        match condition:
            case All(parts):
                return All(tuple(self.resolve(part, inside, depth + 1) for part in parts))
            case AnyOf(parts):
                return AnyOf(tuple(self.resolve(part, inside, depth + 1) for part in parts))
            case Not(part):
                return Not(self.resolve(part, inside, depth + 1))
            case InTier(name):
                return self.tier(name, inside, depth + 1)
            case InGroup(name):
                if name not in self.groups:
                    group = _group(name, self.config)
                    self.groups[name] = group, _size(group)
                return self.counted(*self.groups[name])
        return condition

    def tier(self, name: str, inside: tuple[str, ...], depth: int) -> Condition:
        if name in self.tiers:
            return self.counted(*self.tiers[name])
        if name in inside:
            raise ConfigError(
                f"the tiers {' -> '.join((*inside, name))[:200]} of the config are defined in a"
                " circle",
                remedy="define one of them without the others",
            )
        if len(inside) == MOST_DEEP:
            raise _too_deep(inside[0])
        before, parts, size = self.tests, list[Condition](), 0
        if name in self.config.tiers:
            written = self.config.tiers[name]
            parts.append(self.resolve(written, (*inside, name), depth))
            size = _size(written)
        tasks = tuple(task.name for task in self.config.base_tasks.values() if name in task.tiers)
        if tasks:
            parts.append(Among("base_task", tasks))
        if not parts:
            raise _unknown("tier", name, tier_names(self.config))
        tier = parts[0] if len(parts) == 1 else AnyOf(tuple(parts))
        # What tiers inside of it stand for is counted already, but not what stands beside them.
        self.counted(tier, size + len(tasks))
        height = self.height(tier)
        if height > MOST_NESTED:
            raise _too_deep(name)
        self.heights[id(tier)] = height
        self.tiers[name] = tier, self.tests - before
        return tier

    def height(self, condition: Condition) -> int:
        if id(condition) in self.heights:
            return self.heights[id(condition)]
        match condition:
            case All(parts) | AnyOf(parts):
                return 1 + max(map(self.height, parts), default=0)
            case Not(part):
                return 1 + self.height(part)
        return 1

    def counted(self, condition: Condition, size: int) -> Condition:
        self.tests += size
        if self.tests > MOST_TESTS:
            raise ConfigError(
                f"the filter comes to stand for more than {MOST_TESTS:,} values",
                remedy="use tiers and groups that are defined by fewer others",
            )
        return condition


def _too_deep(name: str) -> ConfigError:
    return ConfigError(
        f"the tier {name[:80]!r} is defined through too many others",
        remedy="define it by params, labels or base tasks",
    )


def _size(condition: Condition) -> int:
    return sum(len(one.values) if isinstance(one, Among) else 1 for one in leaves(condition))


def _group(name: str, config: Config) -> Condition:
    parts = tuple(one.filters for one in config.evals if name in one.groups)
    if not parts:
        raise _unknown("group", name, group_names(config))
    return parts[0] if len(parts) == 1 else AnyOf(parts)


def tier_names(config: Config) -> tuple[str, ...]:
    """List the tiers that a config knows, in its order."""
    listed = [tier for task in config.base_tasks.values() for tier in task.tiers]
    return tuple(dict.fromkeys([*config.tiers, *listed]))


def group_names(config: Config) -> tuple[str, ...]:
    """List the groups that a config knows, in its order."""
    return tuple(dict.fromkeys(group for one in config.evals for group in one.groups))


def _unknown(what: str, name: str, known: Iterable[str]) -> FilterError:
    names = list(known)
    if not names:
        remedy = f"the dataset config names no {what}s"
    else:
        more = f" and {len(names) - 30} more" if len(names) > 30 else ""
        remedy = f"the {what}s are {', '.join(names[:30])}{more}"
    near = difflib.get_close_matches(name, names, 3)
    return FilterError(f"no {what} {name[:80]!r}", remedy=remedy, did_you_mean=near)
