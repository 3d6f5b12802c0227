"""Which axes a task is measured on, where they are cut, and which of them make surfaces."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reasonscape.datasets.axes import (
    MAX_FACTOR_LEVELS,
    FoundAxes,
    column_of,
    find_axes,
    find_surfaces,
)
from reasonscape.datasets.cells import Axis, bare_name, cut_axis
from reasonscape.datasets.observed import directed, has_value, observed_levels
from reasonscape.errors import UsageError
from reasonscape.store.schema import LABEL

if TYPE_CHECKING:
    from reasonscape.datasets.declaration import BaseTask
    from reasonscape.store.selection.raw_cells import RawCells

MAX_AXES = 4
"""Axes that enter the models: the surfaces' own, then those that explain most."""


@dataclass(frozen=True, slots=True)
class View:
    """One surface: an id and one or two axes by their place among the task's axes."""

    id: str
    x: int
    y: int | None


@dataclass(frozen=True, slots=True)
class TaskAxes:
    """Axes of one task with the surfaces over them.

    ``notes`` are for who draws surfaces, ``about_strata`` for who only compares within cells:
    there a surface is no subject, and difficulty has no direction.
    """

    axes: tuple[Axis, ...]
    views: tuple[View, ...]
    notes: tuple[str, ...]
    about_strata: tuple[str, ...]


def task_axes(
    raw: RawCells,
    task: BaseTask,
    *,
    asked: Sequence[str] = (),
    surfaces: Sequence[str] | None = None,
    surface: str | None = None,
    bins: int | None = None,
) -> TaskAxes:
    """Choose axes and surfaces: what was asked, else the config's, else what explains most.

    Parameters
    ----------
    raw
        The rows at the grain of their axis values.
    task
        What the config says of the base task.
    asked
        One or two axes that the user wants, by bare or full name; they come first.
    surfaces
        Ids of the config's surfaces to draw, ``None`` for whatever is found.
    surface
        Id of the one surface that the user wants.
    bins
        Bins of an axis that has too many levels to keep each.

    Raises
    ------
    UsageError
        If an axis or a surface that was asked for does not exist here.
    """
    levels = {column: observed_levels(raw, column) for column in raw.axes}
    found = find_axes(levels, task)
    wanted = _wanted(found, task, list(levels), asked, surfaces, surface)
    if not asked and surface is None and not task.surfaces:
        wanted = [kept for one in wanted for kept in _covering(raw, *one)]
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
    axes = tuple(cut_axis(levels[c], column=c, config=task.axis(c), bins=bins) for c in columns)
    confounders = {column_of(name, columns) for name in task.confounders}
    axes = tuple(
        directed(replace(axis, confounder=axis.column in confounders), raw)
        for axis in axes
        if len(axis.levels) > 1
    )
    place = {axis.column: i for i, axis in enumerate(axes)}
    views = tuple(view for name, pair in wanted if (view := _view(name, pair, place)) is not None)
    drawn = {name for name, _ in wanted}
    lost = [] if asked else [s.id for s in task.surfaces if s.id not in drawn]
    lost = [name for name in lost if surfaces is None or name in surfaces]
    notes = [
        f"{task.name}: the config's surface {name!r} is left out: no param or label of that name"
        for name in lost
    ]
    cut = _cut_notes(task.name, axes)
    alone = (
        f"{task.name}: no param or label that all samples have varies, so all count as equally hard"
    )
    return TaskAxes(
        axes=axes,
        views=views,
        notes=(*notes, *_view_notes(task.name, axes, views), *cut, *_guesses(task.name, axes)),
        about_strata=cut if axes or not raw.sums["n"].sum() else (alone,),
    )


def _wanted(
    found: FoundAxes,
    task: BaseTask,
    columns: list[str],
    asked: Sequence[str],
    surfaces: Sequence[str] | None,
    surface: str | None,
) -> list[tuple[str, tuple[str, str | None]]]:
    """Surfaces as (id, (x column, y column))."""
    if asked:
        if len(asked) > 2:
            raise UsageError(f"--axis was given {len(asked)} times", remedy="give one or two axes")
        chosen = [_column(name, columns, task.name) for name in asked]
        name = "-".join(bare_name(column) for column in chosen)
        return [(name, (chosen[0], chosen[1] if len(chosen) > 1 else None))]
    listed = [s for s in find_surfaces(found, task) if surfaces is None or s.id in surfaces]
    if surface is not None and surface not in {s.id for s in listed}:
        known = [s.id for s in find_surfaces(found, task)]
        raise UsageError(
            f"no surface {surface!r} in {task.name}",
            remedy=f"its surfaces are {', '.join(known) or 'none'}",
            did_you_mean=difflib.get_close_matches(surface, known, 2),
        )
    pairs = []
    for one in listed:
        x = column_of(one.x, columns)
        y = None if one.y is None else column_of(one.y, columns)
        if x is not None and (one.y is None or y is not None):
            pairs.append((one.id, (x, y)))
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


def _covering(
    raw: RawCells, name: str, pair: tuple[str, str | None]
) -> list[tuple[str, tuple[str, str | None]]]:
    """A surface that was found by itself, as far as most samples have a value on its axes.

    Params of different kinds of questions may never occur together: a surface over two of them
    would be empty, and all samples left out for want of a place on it.
    """
    n = raw.sums["n"]
    x, y = pair
    there = [has_value(raw, column) for column in pair if column is not None]
    most = 0.5 * float(n.sum())
    if y is not None and float(n[there[0] & there[1]].sum()) > most:
        return [(name, pair)]
    for column, known in zip((x, y), there, strict=False):
        if column is not None and float(n[known].sum()) > most:
            return [(bare_name(column), (column, None))]
    return []


def _complete(raw: RawCells, column: str) -> bool:
    return bool(has_value(raw, column).all())


def _view(name: str, pair: tuple[str, str | None], place: Mapping[str, int]) -> View | None:
    """A surface over axes that still vary; one of its axes may have fallen away."""
    there = [place[column] for column in pair if column is not None and column in place]
    if not there:
        return None
    return View(name, there[0], there[1] if len(there) > 1 else None)


def _view_notes(task: str, axes: Sequence[Axis], views: Sequence[View]) -> tuple[str, ...]:
    if not axes:
        return (f"{task}: no param or label that all samples have varies, so there is no surface",)
    if views:
        return ()
    names = ", ".join(axis.name for axis in axes)
    return (
        f"{task}: no number that most samples have varies, so there is only accuracy by {names}",
    )


def _cut_notes(task: str, axes: Sequence[Axis]) -> tuple[str, ...]:
    return tuple(
        f"{task}: {axis.name} has {axis.n_values} values and is cut into {len(axis.levels)} bins "
        f"at quantiles of the items: {', '.join(axis.levels)}"
        for axis in axes
        if axis.edges is not None
    )


def _guesses(task: str, axes: Sequence[Axis]) -> tuple[str, ...]:
    guessed = [
        f"{axis.name} {axis.harder}"
        for axis in axes
        if axis.kind == "ordered" and axis.harder_source == "data" and axis.harder is not None
    ]
    said = (
        f"{task}: which way is harder was taken from the data ({', '.join(guessed)}); "
        'say it in the config with "harder"'
    )
    return (said,) if guessed else ()
