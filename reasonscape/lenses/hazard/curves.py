"""The time course of one group of samples: who still thinks, who ended and how, at which rate."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from reasonscape.lenses.hazard.bands import Bands, resampled, with_design_effect
from reasonscape.lenses.hazard.ends import CUT_OFF, Ends, FloatArray
from reasonscape.lenses.hazard.options import Truncation
from reasonscape.lenses.hazard.result import Curves
from reasonscape.lenses.hazard.selection import Counted
from reasonscape.stats.aalen_johansen import aalen_johansen
from reasonscape.stats.clustered_mean_time import clustered_mean_time
from reasonscape.stats.codes import row_codes
from reasonscape.stats.event_table import EventTable, event_table
from reasonscape.stats.incidence import incidence
from reasonscape.stats.kaplan_meier import kaplan_meier
from reasonscape.stats.nelson_aalen import nelson_aalen
from reasonscape.stats.proportions import normal_quantile
from reasonscape.stats.restricted_mean import RestrictedMean, restricted_mean
from reasonscape.stats.smoothed_hazard import SmoothedHazard, default_bandwidth, smoothed_hazard

POINTS = 121
"""Times at which curves are read."""

EVERY = 3
"""Points of that grid for each at which the hazard is smoothed."""

MOST_BINS = 12
RISK_TIMES = 6
FEW_ENDS = 20
"""Ends below which a smoothed hazard is nobody's."""

FEW_AT_RISK = 10
"""Independent samples at risk below which a rate is not drawn."""


def table_of(counted: Counted, truncation: Truncation) -> EventTable:
    """Event table; the cut-off is a third cause where it counts as an end."""
    cause = counted.cause
    if truncation == "event":
        cause = np.where(cause == CUT_OFF, 3, cause)
    return event_table(
        counted.time, cause, counted.count, n_causes=3 if truncation == "event" else 2
    )


def curves_of(
    table: EventTable,
    until: float,
    *,
    design_effect: float = 1.0,
    level: str | None = None,
    resample: tuple[Ends, int] | None = None,
) -> Curves:
    """Every curve of one table on one grid up to ``until``, which some sample reached.

    ``resample`` are the samples and a seed, for bands by drawing items again.
    """
    grid = np.linspace(0.0, until, POINTS)
    risk = np.linspace(0.0, until, RISK_TIMES)
    held = min(held_until(table, design_effect), until)
    counted = EventTable(table.time, table.counts / max(design_effect, 1.0))
    still, ended = kaplan_meier(table).at(grid), aalen_johansen(table).at(grid)
    still, ended = with_design_effect(still, ended, design_effect)
    bands: Bands = "pointwise"
    if resample is not None:
        (still, ended), bands = resampled(still, ended, *resample)
    return Curves(
        level=level,
        until=until,
        still=still,
        ended=ended,
        cumulative=nelson_aalen(counted).at(grid),
        smoothed=_smoothed(table, grid, until, design_effect),
        binned=incidence(table, _edges(held, until), design_effect=design_effect),
        mean=_mean(table, until, design_effect, None if resample is None else resample[0]),
        risk_times=risk,
        at_risk=table.risk_at(risk),
        held_until=held,
        bands=bands,
    )


def _mean(table: EventTable, until: float, effect: float, ends: Ends | None) -> RestrictedMean:
    """Mean time with an interval over items; over as many samples as count where items are lost."""
    if ends is not None:
        over = np.ones(len(ends), dtype=bool) if table.n_causes == 3 else ends.cause != CUT_OFF
        cell = row_codes(ends.coords)[0]
        return clustered_mean_time(ends.time, over, ends.item, until, cell=cell)
    found = restricted_mean(table, until)
    wide = found.variance * max(effect, 1.0)
    reach = normal_quantile(found.level) * math.sqrt(wide)
    low, high = max(found.value - reach, 0.0), min(found.value + reach, until)
    return replace(found, variance=wide, low=low, high=high)


def _edges(held: float, until: float) -> FloatArray:
    """Readable bins as far as enough samples are at risk, and one for the rest."""
    if not held > 0.0:
        return np.array([0.0, until])
    edges = readable_edges(held)
    return np.append(edges, until) if until > held else edges


def readable_edges(until: float) -> FloatArray:
    """Edges of at most twelve bins of a round width; the last one ends where the curves end.

    What is left after the last round edge goes with the bin before it unless it is half as wide.

    Examples
    --------
    >>> readable_edges(2048.0).tolist()
    [0.0, 200.0, 400.0, 600.0, 800.0, 1000.0, 1200.0, 1400.0, 1600.0, 1800.0, 2048.0]
    """
    smallest = until / MOST_BINS
    power = 10.0 ** math.floor(math.log10(smallest))
    step = next(width for k in (1, 2, 5, 10) if (width := k * power) >= smallest - 1e-9)
    edges = np.arange(0.0, until, step)
    if len(edges) > 1 and until - edges[-1] < step / 2.0:
        edges = edges[:-1]
    return np.append(edges, until)


def _smoothed(
    table: EventTable, grid: FloatArray, until: float, design_effect: float
) -> SmoothedHazard | None:
    """Hazards as far as enough samples are at risk; NaN beyond, where a few ends make any rate."""
    limit = min(until, held_until(table, design_effect))
    seen = table.truncated(limit)
    if not limit > 0.0 or float(seen.events.sum()) < FEW_ENDS:
        return None
    scaled = EventTable(seen.time, seen.counts / design_effect)
    # Smooth between, so every third point of the grid is enough.
    inside = grid[grid <= limit]
    points = np.append(inside[:-1:EVERY], inside[-1])
    found = smoothed_hazard(seen, points, bandwidth=default_bandwidth(scaled, limit), until=limit)

    def on_grid(values: FloatArray) -> FloatArray:
        """Between the points by lines; nothing beyond them."""
        columns = [np.interp(grid, points, column, right=np.nan) for column in values.T]
        return np.stack(columns, axis=1)

    hazard, variance, low, high = (
        on_grid(values) for values in (found.hazard, found.variance, found.low, found.high)
    )
    return replace(found, time=grid, hazard=hazard, variance=variance, low=low, high=high)


def held_until(table: EventTable, design_effect: float) -> float:
    """Last time at which enough independent samples are at risk; 0 if there never are."""
    enough = np.flatnonzero(table.at_risk >= FEW_AT_RISK * design_effect)
    return float(table.time[enough[-1]]) if len(enough) else 0.0
