"""One eval's traces, or those of one level, as the plain arrays that the drawing room takes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reasonscape.figures.trace_content import POPULATIONS as NAMES
from reasonscape.figures.trace_content import (
    LoopOnsets,
    NoveltyCurve,
    NoveltyCurves,
    Population,
    PopulationScatter,
    PopulationShifts,
    ReferenceLine,
    ShiftRow,
    ThinkingHelps,
)
from reasonscape.findings.thresholds import OVERTHINK_RATIO, UNDERTHINK_RATIO
from reasonscape.lenses.compression.contrasts import spread_out
from reasonscape.lenses.compression.counts import ratio
from reasonscape.lenses.compression.measurement import CURVE_POINTS
from reasonscape.lenses.compression.result import CompressionResult, EvalCompression, Level
from reasonscape.lenses.compression.traces import POPULATIONS, TRUNCATED, BoolArray, Traces
from reasonscape.stats.clustered import clustered_means

POINTS = 600
"""Most points of one outcome in one panel."""

BINS = 24


def scatter_of(
    result: CompressionResult, one: EvalCompression, level: Level | None = None
) -> PopulationScatter:
    """Length against bits per character by outcome."""
    traces = _at(one, level)
    parts = [_population(traces, place) for place in range(len(POPULATIONS))]
    shown = sum(len(part.x) for part in parts)
    caps = np.unique(traces.cap[traces.cap > 0])
    cap = one.unit == "tokens" and len(caps) == 1 and bool((traces.population == TRUNCATED).any())
    return PopulationScatter(
        title=f"{result.label}: traces by outcome",
        eval_label=one.label,
        x_label=one.unit,
        y_label="bits per character",
        populations=tuple(part for part in parts if part.total),
        x_lines=(ReferenceLine(float(caps[0]), "cap"),) if cap else (),
        shown_of=(shown, len(traces)) if shown < len(traces) else None,
        panel=_panel(result, level),
    )


def curves_of(
    result: CompressionResult, one: EvalCompression, level: Level | None = None
) -> NoveltyCurves:
    """Novelty along the trace by outcome."""
    traces = _at(one, level)
    curves = []
    for place, name in enumerate(NAMES):
        mine = traces.only(traces.population == place)
        if not len(mine):
            continue
        found = clustered_means(spread_out(mine.shape, CURVE_POINTS), mine.item)
        curves.append(NoveltyCurve(name, found.mean, found.low, found.high, len(mine)))
    return NoveltyCurves(
        title=f"{result.label}: what is new along the trace",
        eval_label=one.label,
        position=(np.arange(CURVE_POINTS) + 0.5) / CURVE_POINTS,
        curves=tuple(curves),
        panel=_panel(result, level),
    )


def onsets_of(
    result: CompressionResult, one: EvalCompression, level: Level | None = None
) -> LoopOnsets:
    """Where loops begin, by outcome."""
    traces = _at(one, level)
    looped = traces.only(traces.looped & np.isfinite(traces.onset))
    edges = _edges(result, one.unit)

    def counted(which: BoolArray) -> NDArray[np.int64]:
        return np.histogram(np.maximum(looped.onset[which], edges[0]), edges)[0].astype(np.int64)

    return LoopOnsets(
        title=f"{result.label}: where loops begin",
        eval_label=one.label,
        edges=edges,
        correct=counted(looped.right),
        incorrect=counted(~looped.right & looped.finished),
        truncated=counted(~looped.finished),
        n_looped=len(looped),
        n_total=len(traces),
        unit=one.unit if one.unit == "tokens" else "bytes",
        panel=_panel(result, level),
    )


def helps_of(result: CompressionResult, one: EvalCompression) -> ThinkingHelps | None:
    """Accuracy by fifths of length within strata; ``None`` where nothing can be compared."""
    helps = one.helps
    if helps is None or not helps.odds.strata:
        return None
    known = np.isfinite(helps.accuracy.mean)
    accuracy = helps.accuracy
    return ThinkingHelps(
        title=f"{result.label}: does longer thinking help?",
        eval_label=one.label,
        tokens=np.asarray(helps.middles)[known],
        accuracy=np.clip(accuracy.mean[known], 0.0, 1.0),
        low=np.clip(accuracy.low[known], 0.0, 1.0),
        high=np.clip(accuracy.high[known], 0.0, 1.0),
        samples=accuracy.n[known].astype(np.int64),
        odds_ratio=helps.odds.ratio,
        odds_low=helps.odds.low,
        odds_high=helps.odds.high,
        unit=one.unit,
    )


def shifts_of(
    result: CompressionResult, evals: Sequence[EvalCompression]
) -> list[PopulationShifts]:
    """Length of wrong over right: a row an eval, or a group an eval with a row a level."""
    title = f"{result.label}: length of wrong over right"
    limits = {"shorter": UNDERTHINK_RATIO, "longer": OVERTHINK_RATIO}
    if result.panels is None:
        rows = tuple(_row(one.label, level) for one in evals if (level := one.whole) is not None)
        return [PopulationShifts(title, "", rows, **limits)]
    axis = result.panels.name
    return [
        PopulationShifts(
            title,
            one.label,
            tuple(
                _row("all" if level.level is None else f"{axis} {level.level}", level)
                for level in one.levels
            ),
            **limits,
        )
        for one in evals
    ]


def _row(label: str, level: Level) -> ShiftRow:
    shift = level.shift
    return ShiftRow(
        label=label,
        ratio=ratio(shift.value),
        low=ratio(shift.low),
        high=ratio(shift.high),
        n_wrong=shift.n_second,
        n_right=shift.n_first,
    )


def _at(one: EvalCompression, level: Level | None) -> Traces:
    if level is None or level.at is None:
        return one.traces
    return one.traces.only(one.traces.coords[:, 0] == level.at)


def _panel(result: CompressionResult, level: Level | None) -> str:
    if level is None or level.level is None or result.panels is None:
        return ""
    return f"{result.panels.label} {level.level}"


def _population(traces: Traces, place: int) -> Population:
    """Points of one outcome; of too many those with the smallest ids, which are hashes."""
    mine = traces.only((traces.population == place) & np.isfinite(traces.bits))
    order = np.argsort(mine.uid.astype(str))[:POINTS]
    drawn = mine.only(np.isin(np.arange(len(mine)), order))
    some = len(mine) > 0
    return Population(
        name=NAMES[place],
        x=drawn.length,
        y=drawn.bits,
        looped=drawn.looped,
        ids=tuple(str(uid) for uid in drawn.uid),
        median_x=float(np.median(mine.length)) if some else float("nan"),
        median_y=float(np.median(mine.bits)) if some else float("nan"),
        total=int((traces.population == place).sum()),
    )


def _edges(result: CompressionResult, unit: str) -> NDArray[np.float64]:
    """Equal bins from 0 to the longest trace, the same for all evals and levels."""
    lengths = [one.traces.length.max(initial=1.0) for one in result.evals if one.unit == unit]
    longest = float(max(lengths, default=1.0))
    return np.linspace(0.0, longest * 1.000001, BINS + 1)
