"""Axes, surfaces and confounders found from the data, for what the config is silent about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from reasonscape.datasets.cells import Axis, bare_name, cut_axis
from reasonscape.datasets.declaration import BaseTask, SurfaceConfig
from reasonscape.datasets.levels import Level
from reasonscape.store.schema import LABEL, PARAM

MAX_FACTOR_LEVELS: Final = 50
"""A label with more values names items or free text; it is no coordinate."""


@dataclass(frozen=True, slots=True)
class FoundAxes:
    """What varies in a base task, each list with the axis that explains most first.

    Attributes
    ----------
    ordered
        ``param.*`` columns with two or more values.
    factors
        ``label.*`` columns with two to 50 values that do not tell the items apart one by one.
    confounders
        Those of both that are Boolean or categorical, or that the config names.
    ignored
        Columns that vary and are no axis, with the reason.
    explained
        Share of the variance between items that each axis explains alone; see `explained_share`.
    twins
        Axis -> an earlier one whose levels divide the samples alike (``min_disks`` that moves
        with ``max_disks``): a surface over both would have cells on its diagonal only.
    """

    ordered: tuple[str, ...]
    factors: tuple[str, ...]
    confounders: tuple[str, ...]
    ignored: Mapping[str, str]
    explained: Mapping[str, float]
    twins: Mapping[str, str] = field(default_factory=dict)


def find_axes(levels: Mapping[str, Sequence[Level]], task: BaseTask | None = None) -> FoundAxes:
    """Find the axes of a base task among its param and label columns.

    Parameters
    ----------
    levels
        Column -> its values over the selected evals together.
    task
        What the config says; axes it names come first, in its order.

    Examples
    --------
    >>> from reasonscape.datasets.cells import ObservedLevel
    >>> found = find_axes(
    ...     {
    ...         "param.n": [ObservedLevel(1, 50, 50, 45), ObservedLevel(2, 50, 50, 10)],
    ...         "param.flag": [ObservedLevel(0, 50, 50, 28), ObservedLevel(1, 50, 50, 27)],
    ...         "param.fixed": [ObservedLevel(7, 100, 100, 55)],
    ...     }
    ... )
    >>> found.ordered, found.confounders
    (('param.n', 'param.flag'), ('param.flag',))
    """
    task = task or BaseTask("")
    varying: dict[str, Sequence[Level]] = {}
    ignored: dict[str, str] = {}
    for column, found in levels.items():
        used = [level for level in found if level.items > 0]
        reason = _no_axis(column, used)
        if reason:
            ignored[column] = reason
        elif len(used) > 1:
            varying[column] = used
    explained = {
        column: explained_share(used, cut_axis(used, column=column))
        for column, used in varying.items()
    }
    named = [column for name in task.axes for column in varying if _is(column, name)]
    by_share = sorted(varying, key=lambda column: (-explained[column], column))
    order = list(dict.fromkeys([*named, *by_share]))
    configured = [column for name in task.confounders for column in order if _is(column, name)]
    seen = [column for column in order if column.startswith(LABEL) or is_boolean(varying[column])]
    return FoundAxes(
        ordered=tuple(column for column in order if column.startswith(PARAM)),
        factors=tuple(column for column in order if column.startswith(LABEL)),
        confounders=tuple(dict.fromkeys([*configured, *seen])),
        ignored=ignored,
        explained=explained,
        twins=_twins([column for column in order if column.startswith(PARAM)], varying),
    )


def explained_share(levels: Sequence[Level], axis: Axis) -> float:
    """Share of the variance between items that one axis explains, corrected for its levels.

    Epsilon squared: (sum of squares between levels - (L - 1) x mean square within) / total, each
    level weighted by its items. It may be negative, and is 0 on average for an axis without any
    effect, however many levels it has.

    Notes
    -----
    How it misleads: the variance within is taken as that of one answer an item, so repeats make
    the share too small, for all axes of a task alike; and two axes that move together both get
    the share of either.

    References
    ----------
    Kelley, T. L. (1935). An unbiased correlation ratio measure. PNAS 21, 554-559.

    Examples
    --------
    >>> from reasonscape.datasets.cells import ObservedLevel
    >>> found = [ObservedLevel(1, 50, 50, 50), ObservedLevel(2, 50, 50, 0)]
    >>> explained_share(found, cut_axis(found, column="param.n"))
    1.0
    """
    items, right = [0.0] * len(axis.levels), [0.0] * len(axis.levels)
    for level in levels:
        if level.samples:
            index = axis.index(level.value)
            items[index] += level.items
            right[index] += level.items * level.correct / level.samples
    total = sum(items)
    used = sum(count > 0 for count in items)
    if not total or used < 2 or total <= used:
        return 0.0
    mean = sum(right) / total
    spread = total * mean * (1 - mean)
    if spread <= 0:
        return 0.0
    between = sum(n * (k / n - mean) ** 2 for n, k in zip(items, right, strict=True) if n)
    within = max(0.0, spread - between) / (total - used)
    return (between - (used - 1) * within) / spread


def find_surfaces(found: FoundAxes, task: BaseTask | None = None) -> tuple[SurfaceConfig, ...]:
    """Return the config's surfaces, else one over the two ordered axes that explain most.

    Boolean axes are taken only where there are not two others; with a single axis the surface
    has no ``y``, without any there is none.

    Examples
    --------
    >>> find_surfaces(FoundAxes(("param.a", "param.b"), (), (), {}, {}))[0].id
    'a-b'
    """
    if task is not None and task.surfaces:
        return task.surfaces
    single = [column for column in found.ordered if column not in found.twins]
    first = [column for column in single if column not in found.confounders]
    chosen = [*first, *(column for column in single if column not in first)][:2]
    if not chosen:
        return ()
    x, y = bare_name(chosen[0]), bare_name(chosen[1]) if len(chosen) > 1 else None
    return (SurfaceConfig("-".join(name for name in (x, y) if name), x, y),)


def is_boolean(levels: Sequence[Level]) -> bool:
    """Whether the values are 0 and 1 only, as Boolean params are stored."""
    return {level.value for level in levels} <= {0, 1}


def column_of(name: str, columns: Sequence[str]) -> str | None:
    """Find the column that an axis name of the config means, among those given.

    Examples
    --------
    >>> column_of("length", ["label.format", "param.length"])
    'param.length'
    """
    wanted = (name, PARAM + name, LABEL + name)
    return next((column for column in wanted if column in columns), None)


def _is(column: str, name: str) -> bool:
    return name in (column, bare_name(column))


def _twins(columns: Sequence[str], levels: Mapping[str, Sequence[Level]]) -> dict[str, str]:
    """Find axes with the same counts at each level, in either order.

    Only counts are known here, so balanced axes are taken for different unless three or more
    levels agree, and nothing is said where all levels do equally well.
    """
    twins: dict[str, str] = {}
    known: dict[tuple[tuple[int, int, int], ...], str] = {}
    for column in columns:
        ordered = sorted(levels[column], key=lambda level: float(level.value))
        profile = tuple((level.items, level.samples, level.correct) for level in ordered)
        even = len({counts[:2] for counts in profile}) == 1
        flat = len({correct / max(1, samples) for _, samples, correct in profile}) == 1
        if flat or (even and len(profile) < 3):
            continue
        first = known.setdefault(min(profile, profile[::-1]), column)
        if first != column:
            twins[column] = first
    return twins


def _no_axis(column: str, levels: Sequence[Level]) -> str:
    if not column.startswith(LABEL) or len(levels) < 2:
        return ""
    if len(levels) > MAX_FACTOR_LEVELS:
        return f"{len(levels)} different labels"
    if sum(level.items for level in levels) < 2 * len(levels):
        return "fewer than two items a label"
    return ""
