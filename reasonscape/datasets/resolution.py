"""Tiers and groups of a config into plain conditions, before the store compiles a filter."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

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
)


def resolve(condition: Condition, config: Config) -> Condition:
    """Replace every tier and group by what the config says they are.

    A tier is what ``tiers`` defines, or the base tasks that list it, or either. A group is any of
    the evals that list it.

    Raises
    ------
    FilterError
        For a tier or group that the config does not know.
    ConfigError
        If tiers are defined by each other in a circle.

    Examples
    --------
    >>> from reasonscape.datasets.declaration import read_config
    >>> from reasonscape.store.filters import parse_filters
    >>> config = read_config({"store": "s", "tiers": {"hard": {"length": {"min": 18}}}}, "x.json")
    >>> resolve(parse_filters({"tier": "hard"}), config)
    All(parts=(All(parts=(Compare(key='length', operator='>=', value=18),)),))
    """
    return _resolve(condition, config, ())


def _resolve(condition: Condition, config: Config, inside: tuple[str, ...]) -> Condition:
    match condition:
        case All(parts):
            return All(tuple(_resolve(part, config, inside) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(_resolve(part, config, inside) for part in parts))
        case Not(part):
            return Not(_resolve(part, config, inside))
        case InTier(name):
            return _tier(name, config, inside)
        case InGroup(name):
            return _group(name, config)
    return condition


def _tier(name: str, config: Config, inside: tuple[str, ...]) -> Condition:
    if name in inside:
        raise ConfigError(
            f"the tiers {' -> '.join((*inside, name))} of the config are defined in a circle",
            remedy="define one of them without the others",
        )
    parts: list[Condition] = []
    if name in config.tiers:
        parts.append(_resolve(config.tiers[name], config, (*inside, name)))
    tasks = tuple(task.name for task in config.base_tasks.values() if name in task.tiers)
    if tasks:
        parts.append(Among("base_task", tasks))
    if not parts:
        raise _unknown("tier", name, tier_names(config))
    return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))


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
