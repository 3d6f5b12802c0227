"""Which axes a task is measured on, where they are cut, and which of them make surfaces."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reasonscape.datasets.axes import (
    MAX_FACTOR_LEVELS,
    FoundAxes,
    column_of,
    find_axes,
    find_surfaces,
)
from reasonscape.datasets.cells import Axis, ObservedLevel, bare_name, cut_axis
from reasonscape.errors import UsageError
from reasonscape.lenses.surface.options import SurfaceOptions
from reasonscape.lenses.surface.result import View
from reasonscape.store.schema import LABEL
from reasonscape.store.selection.raw_cells import RawCells

if TYPE_CHECKING:
    from reasonscape.datasets.declaration import BaseTask

MAX_AXES = 4
"""Axes that enter the models: the surfaces' own, then those that explain most."""


@dataclass(frozen=True, slots=True)
class TaskAxes:
    """Axes of one task with the surfaces over them."""

    axes: tuple[Axis, ...]
    views: tuple[View, ...]
    notes: tuple[str, ...]


def task_axes(
    raw: RawCells, task: BaseTask, surfaces: Sequence[str] | None, options: SurfaceOptions
) -> TaskAxes:
    """Choose axes and surfaces: what was asked, else the config's, else what explains most.

    Parameters
    ----------
    raw
        The rows at the grain of their axis values.
    task
        What the config says of the base task.
    surfaces
        Ids of the config's surfaces to draw, ``None`` for whatever is found.
    options
        The user's axes and bins.

    Raises
    ------
    UsageError
        If an axis or a surface that was asked for does not exist here.
    """
    levels = {column: observed_levels(raw, column) for column in raw.axes}
    found = find_axes(levels, task)
    wanted = _wanted(found, task, surfaces, options, list(levels))
    columns = list(dict.fromkeys(c for _, pair in wanted for c in pair if c is not None))
    for column in columns:
        if column.startswith(LABEL) and len(levels[column]) > MAX_FACTOR_LEVELS:
            raise UsageError(
                f"the axis {bare_name(column)!r} of {task.name} has {len(levels[column]):,} "
                f"different texts, and an axis of texts may have {MAX_FACTOR_LEVELS}",
                remedy="choose another axis, or select fewer texts with --filters",
            )
    complete = [c for c in (*found.ordered, *found.factors) if _complete(raw, c)]
    columns += [c for c in complete if c not in columns][: max(0, MAX_AXES - len(columns))]
    axes = tuple(
        cut_axis(levels[c], column=c, config=task.axis(c), bins=options.bins) for c in columns
    )
    axes = tuple(_directed(axis, raw) for axis in axes if len(axis.levels) > 1)
    place = {axis.column: i for i, axis in enumerate(axes)}
    views = tuple(view for name, pair in wanted if (view := _view(name, pair, place)) is not None)
    drawn = {name for name, _ in wanted}
    lost = [] if options.axes else [s.id for s in task.surfaces if s.id not in drawn]
    lost = [name for name in lost if surfaces is None or name in surfaces]
    notes = [
        f"{task.name}: the config's surface {name!r} is left out: no param or label of that name"
        for name in lost
    ]
    return TaskAxes(axes, views, (*notes, *_notes(task.name, axes, views)))


def coordinates(
    values: Mapping[str, NDArray[Any]], axes: Sequence[Axis], count: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Level of each entry along each axis, and which entries have a value on all of them."""
    coords = np.zeros((count, len(axes)), dtype=np.int64)
    kept = np.ones(count, dtype=bool)
    for i, axis in enumerate(axes):
        column = values[axis.column]
        if axis.kind == "factor":
            places = {value: at for at, value in enumerate(axis.values)}
            found = np.array([places.get(value, -1) for value in column], dtype=np.int64)
        else:
            number = column.astype(np.float64)
            # Only inner edges decide, as in Axis.index.
            borders = np.array(axis.values[1:] if axis.edges is None else axis.edges[1:-1])
            found = np.searchsorted(borders, number, side="right").astype(np.int64)
            found[np.isnan(number)] = -1
        coords[:, i] = np.maximum(found, 0)
        kept &= found >= 0
    return coords, kept


def _directed(axis: Axis, raw: RawCells) -> Axis:
    """Guess which way is harder within evals: a weak eval asked at easy levels tells nothing.

    Levels and accuracies are taken as differences from each eval's own means before they are
    correlated; an eval that was asked at one level only has no say.
    """
    if axis.kind != "ordered" or axis.harder_source == "config":
        return axis
    coords, kept = coordinates(raw.axes, [axis], len(raw.eval_id))
    kept &= raw.sums["n"] > 0
    _, who = np.unique(raw.eval_id[kept].astype(str), return_inverse=True)
    if not len(who):
        return axis
    weight = raw.sums["items"][kept]
    level = coords[kept, 0].astype(np.float64)
    accuracy = raw.sums["k"][kept] / raw.sums["n"][kept]

    def centred(values: NDArray[np.float64]) -> NDArray[np.float64]:
        means = np.bincount(who, weight * values) / np.maximum(np.bincount(who, weight), 1e-300)
        return np.asarray(values - means[who])

    x, y = centred(level), centred(accuracy)
    scale = float(np.sqrt((weight * x * x).sum() * (weight * y * y).sum()))
    correlation = float((weight * x * y).sum()) / scale if scale > 1e-12 else 0.0
    if abs(correlation) < 1e-9:
        return replace(axis, harder=None, harder_source="unknown")
    return replace(axis, harder="up" if correlation < 0 else "down", harder_source="data")


def observed_levels(raw: RawCells, column: str) -> list[ObservedLevel]:
    """Values of one column with items, samples and right answers over all evals.

    Items are those of the eval that has most of them there: evals share items, and their sum
    would count the shared ones again.
    """
    values = raw.axes[column]
    known = np.array([v is not None and v == v for v in values.tolist()], dtype=bool)
    if not known.any():
        return []
    names, at = np.unique(values[known].astype(str if values.dtype == object else float),
                          return_inverse=True)  # fmt: skip
    evals, who = np.unique(raw.eval_id[known].astype(str), return_inverse=True)
    both = at * len(evals) + who
    size = len(names) * len(evals)
    items = np.bincount(both, raw.sums["items"][known], size).reshape(len(names), -1).max(axis=1)
    samples = np.bincount(at, raw.sums["n"][known], len(names))
    right = np.bincount(at, raw.sums["k"][known], len(names))
    return [
        ObservedLevel(name, int(i), int(n), int(k))
        for name, i, n, k in zip(names.tolist(), items, samples, right, strict=True)
    ]


def _wanted(
    found: FoundAxes,
    task: BaseTask,
    surfaces: Sequence[str] | None,
    options: SurfaceOptions,
    columns: list[str],
) -> list[tuple[str, tuple[str, str | None]]]:
    """Surfaces as (id, (x column, y column))."""
    if options.axes:
        if len(options.axes) > 2:
            raise UsageError(
                f"--axis was given {len(options.axes)} times", remedy="give one or two axes"
            )
        asked = [_column(name, columns, task.name) for name in options.axes]
        name = "-".join(bare_name(column) for column in asked)
        return [(name, (asked[0], asked[1] if len(asked) > 1 else None))]
    listed = [s for s in find_surfaces(found, task) if surfaces is None or s.id in surfaces]
    if options.surface is not None and options.surface not in {s.id for s in listed}:
        known = [s.id for s in find_surfaces(found, task)]
        raise UsageError(
            f"no surface {options.surface!r} in {task.name}",
            remedy=f"its surfaces are {', '.join(known) or 'none'}",
            did_you_mean=difflib.get_close_matches(options.surface, known, 2),
        )
    pairs = []
    for surface in listed:
        x = column_of(surface.x, columns)
        y = None if surface.y is None else column_of(surface.y, columns)
        if x is not None and (surface.y is None or y is not None):
            pairs.append((surface.id, (x, y)))
    return pairs


def _column(name: str, columns: Sequence[str], task: str) -> str:
    column = column_of(name, columns)
    if column is None:
        known = [bare_name(c) for c in columns]
        raise UsageError(
            f"no axis {name!r} in {task}",
            remedy=f"its params and labels are {', '.join(known[:30]) or 'none'}",
            did_you_mean=difflib.get_close_matches(name, known, 2),
        )
    return column


def _complete(raw: RawCells, column: str) -> bool:
    return all(v is not None and v == v for v in raw.axes[column].tolist())


def _view(name: str, pair: tuple[str, str | None], place: Mapping[str, int]) -> View | None:
    """A surface over axes that still vary; one of its axes may have fallen away."""
    there = [place[column] for column in pair if column is not None and column in place]
    if not there:
        return None
    return View(name, there[0], there[1] if len(there) > 1 else None)


def _notes(task: str, axes: Sequence[Axis], views: Sequence[View]) -> tuple[str, ...]:
    notes = []
    if not axes:
        notes.append(f"{task}: no param or label varies, so there is no surface to draw")
    elif not views:
        names = ", ".join(axis.name for axis in axes)
        notes.append(f"{task}: no numbers vary, so there is no surface, only accuracy by {names}")
    notes += [
        f"{task}: {axis.name} has {axis.n_values} values and is cut into {len(axis.levels)} bins "
        f"at quantiles of the items: {', '.join(axis.levels)}"
        for axis in axes
        if axis.edges is not None
    ]
    guessed = [
        f"{axis.name} {axis.harder}"
        for axis in axes
        if axis.kind == "ordered" and axis.harder_source == "data" and axis.harder is not None
    ]
    if guessed:
        notes.append(
            f"{task}: which way is harder was taken from the data ({', '.join(guessed)}); "
            'say it in the config with "harder"'
        )
    return tuple(notes)
