"""Axes into levels: the one place that bins, for every lens.

An axis with many levels, or with thin ones, is cut into bins at quantiles of the *items* of all
selected evals together. Items, not samples, so that repeats do not move an edge; together, so
that all evals of a run share the same cells.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from reasonscape.datasets.declaration import AxisConfig
from reasonscape.datasets.direction import find_direction
from reasonscape.datasets.levels import Level, range_labels
from reasonscape.errors import ConfigError
from reasonscape.store.schema import LABEL, PARAM, SAMPLE_COLUMNS

MAX_LEVELS: Final = 8
MIN_ITEMS: Final = 10
N_BINS: Final = 6

_TAKEN: Final = frozenset({c.name for c in SAMPLE_COLUMNS} | {"any", "tier", "groups", "outcome"})


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis as cells see it, with L levels (bins where it was cut).

    Attributes
    ----------
    name
        The bare name, ``length`` of ``param.length``.
    column
        The stored column.
    kind
        ``ordered`` (numbers) or ``factor`` (labels: no order, no cliff).
    levels
        Display text of each level, L different ones.
    positions
        Where the levels stand, L increasing numbers from 0 to L - 1: equally spaced, unless the
        config says linear or log; then still from 0 to L - 1, so that 1 is a mean gap.
    edges
        L + 1 values where the axis was cut: bin i holds ``edges[i] <= value < edges[i + 1]``,
        the last also its upper edge. ``None`` where each level is its own.
    values
        The value of each level; of a bin its smallest.
    ranges
        Smallest and largest value of each level; empty for a factor.
    items
        Items of each level over the selected evals together.
    n_values
        Different values before binning.
    harder
        Whether difficulty goes ``up`` or ``down`` along the levels; ``None`` where unknown.
    harder_source
        ``config``, ``data`` or ``unknown``.
    confounder
        The config says that it changes how a question is written, not how hard it is.
    rank_correlation
        Of level and accuracy, weighted by items: what ``data`` rests on; NaN where undefined.
    label, unit
        For titles; the label defaults to the name.
    """

    name: str
    column: str
    kind: Literal["ordered", "factor"]
    levels: tuple[str, ...]
    positions: tuple[float, ...]
    edges: tuple[float, ...] | None
    values: tuple[float | str, ...]
    ranges: tuple[tuple[float, float], ...]
    items: tuple[int, ...]
    n_values: int
    harder: Literal["up", "down"] | None
    harder_source: Literal["config", "data", "unknown"]
    rank_correlation: float
    label: str
    unit: str
    confounder: bool = False

    @property
    def is_cut(self) -> bool:
        """Whether the levels are bins."""
        return self.edges is not None

    def index(self, value: float | str) -> int:
        """Return the level that a stored value falls into.

        Raises
        ------
        KeyError
            If an axis that was not cut has no such level.
        """
        if self.edges is None:
            for index, known in enumerate(self.values):
                if known == value:
                    return index
            raise KeyError(value)
        if isinstance(value, str):
            raise KeyError(value)
        # Only inner edges decide, so that a value beyond the outer ones has a bin too.
        return sum(edge <= value for edge in self.edges[1:-1])

    def scope(self, index: int) -> dict[str, Any]:
        """Return the filter that selects one level.

        Examples
        --------
        >>> axis = cut_axis(
        ...     [ObservedLevel(3, 50, 50, 40), ObservedLevel(4, 50, 50, 20)], column="param.length"
        ... )
        >>> axis.scope(1)
        {'length': 4}
        """
        key = self.column if self.name in _TAKEN else self.name
        if not self.ranges:
            return {key: self.values[index]}
        low, high = (_plain(value) for value in self.ranges[index])
        return {key: low} if low == high else {key: {"min": low, "max": high}}


@dataclass(frozen=True, slots=True)
class ObservedLevel:
    """One level of an axis: a value, its items, samples and right answers."""

    value: float | str
    items: int
    samples: int
    correct: int


def bare_name(column: str) -> str:
    """Strip the prefix of a param or label column."""
    return column.removeprefix(PARAM) if column.startswith(PARAM) else column.removeprefix(LABEL)


def cut_axis(
    levels: Sequence[Level],
    *,
    column: str,
    config: AxisConfig | None = None,
    bins: int | Sequence[float] | None = None,
    n_bins: int = N_BINS,
    max_levels: int = MAX_LEVELS,
    min_items: int = MIN_ITEMS,
) -> Axis:
    """Make the levels of one axis, cutting it into bins where it has too many or too thin ones.

    Parameters
    ----------
    levels
        Every value of the column over the selected evals together, in any order.
    column
        The stored column: numbers of a ``param.*`` are ordered, texts are a factor, never cut.
    config
        What the dataset config says of the axis.
    bins
        Overrides the rule and the config: a number of bins, or edges.
    n_bins, max_levels, min_items
        The rule: more than ``max_levels`` levels, or a median of fewer than ``min_items`` items
        a level, is cut into at most ``n_bins`` bins.

    Raises
    ------
    ConfigError
        If edges or a scale of the config do not fit the values.

    Notes
    -----
    A level goes, with all its items, to the bin that its middle item falls into; a level with many
    items can therefore leave fewer bins than asked for. How it misleads: a cliff inside a bin
    looks like a lower level, so the edges are always reported.

    Examples
    --------
    >>> many = [ObservedLevel(v, 10, 10, 10 - v // 2) for v in range(1, 13)]
    >>> axis = cut_axis(many, column="param.length")
    >>> axis.levels
    ('1–2', '3–4', '5–6', '7–8', '9–10', '11–12')
    >>> axis.edges, axis.harder
    ((1.0, 3.0, 5.0, 7.0, 9.0, 11.0, 12.0), 'up')
    """
    config = config or AxisConfig()
    if any(isinstance(level.value, str) for level in levels):
        return _factor(levels, column, config)
    ordered = sorted(
        (level for level in levels if level.items > 0), key=lambda level: float(level.value)
    )
    wanted = bins if bins is not None else config.bins
    groups, edges = _groups(ordered, wanted, column, (n_bins, max_levels, min_items))
    ranges = tuple((float(group[0].value), float(group[-1].value)) for group in groups)
    if edges is None and any(low != high for low, high in ranges):
        edges = (*(low for low, _ in ranges), ranges[-1][1])
    names = range_labels(ranges, edges)
    direction = find_direction(ordered, config.harder)
    return Axis(
        name=bare_name(column),
        column=column,
        kind="ordered",
        levels=names,
        positions=_positions(groups, config.scale, column),
        edges=edges,
        values=tuple(low for low, _ in ranges),
        ranges=ranges,
        items=tuple(sum(level.items for level in group) for group in groups),
        n_values=len(ordered),
        harder=direction.harder,
        harder_source=direction.source,
        rank_correlation=direction.rank_correlation,
        label=config.label or bare_name(column),
        unit=config.unit,
    )


Groups = list[list[Level]]


def _groups(
    ordered: list[Level],
    bins: int | Sequence[float] | None,
    column: str,
    rule: tuple[int, int, int],
) -> tuple[Groups, tuple[float, ...] | None]:
    """Put neighbouring levels together; edges only where they were given."""
    n_bins, max_levels, min_items = rule
    if not ordered:
        return [], None
    if bins is not None and not isinstance(bins, int):
        return _given_bins(ordered, bins, column)
    if bins is not None:
        return _quantile_bins(ordered, bins) if len(ordered) > bins else [
            [x] for x in ordered
        ], None
    thin = _median([level.items for level in ordered]) < min_items
    if len(ordered) > max_levels or thin:
        return _quantile_bins(ordered, n_bins), None
    return [[level] for level in ordered], None


def _median(counts: list[int]) -> float:
    ordered, middle = sorted(counts), len(counts) // 2
    return (ordered[middle] + ordered[-middle - 1]) / 2


def _quantile_bins(ordered: list[Level], n_bins: int) -> Groups:
    total = sum(level.items for level in ordered)
    bins: dict[int, list[Level]] = {}
    before = 0
    for level in ordered:
        # Integers throughout: a rounding error must not move a level between runs. The middle of
        # the level's items decides, so that all of them go together.
        bins.setdefault((2 * before + level.items) * n_bins // (2 * total), []).append(level)
        before += level.items
    return list(bins.values())


def _given_bins(
    ordered: list[Level], given: Sequence[float], column: str
) -> tuple[Groups, tuple[float, ...]]:
    inner = [float(edge) for edge in given]
    if len(inner) < 2 or any(a >= b for a, b in itertools.pairwise(inner)):
        raise ConfigError(
            f"the bins of {column!r} are {inner}", remedy="give two or more increasing edges"
        )
    bins: dict[int, list[Level]] = {}
    for level in ordered:
        bins.setdefault(sum(edge <= float(level.value) for edge in inner[1:-1]), []).append(level)
    used = sorted(bins)
    low = min(inner[0], float(ordered[0].value))
    high = max(inner[-1], float(ordered[-1].value))
    # A bin without a value is dropped; the one below it then ends where the next begins.
    starts = [inner[index] for index in used]
    edges = (low if used[0] == 0 else starts[0], *starts[1:], high)
    return [bins[index] for index in used], edges


def _positions(groups: Groups, scale: str | None, column: str) -> tuple[float, ...]:
    count = len(groups)
    if scale is None or count < 2:
        return tuple(float(index) for index in range(count))
    if scale == "log" and float(groups[0][0].value) <= 0:
        raise ConfigError(
            f"the axis {column!r} has scale log and the level {groups[0][0].value}",
            remedy="use scale linear, or leave it out for equally spaced levels",
        )
    transform = math.log if scale == "log" else float
    places = [
        sum(transform(float(x.value)) * x.items for x in group) / sum(x.items for x in group)
        for group in groups
    ]
    span = places[-1] - places[0]
    return tuple((place - places[0]) / span * (count - 1) for place in places)


def _factor(levels: Sequence[Level], column: str, config: AxisConfig) -> Axis:
    ordered = sorted((level for level in levels if level.items > 0), key=lambda x: str(x.value))
    return Axis(
        name=bare_name(column),
        column=column,
        kind="factor",
        levels=tuple(str(level.value) for level in ordered),
        positions=tuple(float(index) for index in range(len(ordered))),
        edges=None,
        values=tuple(str(level.value) for level in ordered),
        ranges=(),
        items=tuple(level.items for level in ordered),
        n_values=len(ordered),
        harder=None,
        harder_source="unknown",
        rank_correlation=math.nan,
        label=config.label or bare_name(column),
        unit=config.unit,
    )


def _plain(value: float) -> float | int:
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def axis_summary(axis: Axis) -> Mapping[str, Any]:
    """Say in JSON how an axis was cut and which way it is harder, for ``summary.json``."""
    edges = None if axis.edges is None else [_plain(edge) for edge in axis.edges]
    correlation = axis.rank_correlation
    return {
        "axis": axis.name,
        "column": axis.column,
        "kind": axis.kind,
        "levels": list(axis.levels),
        "items": list(axis.items),
        "values_before_binning": axis.n_values,
        "edges": edges,
        "harder": axis.harder,
        "harder_source": axis.harder_source,
        "rank_correlation": None if math.isnan(correlation) else round(correlation, 4),
    }
