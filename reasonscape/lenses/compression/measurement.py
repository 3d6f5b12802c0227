"""From the traces of one base task to a result: the lens's mathematics, free of the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from reasonscape.datasets.cells import Axis
from reasonscape.datasets.task_traces import EvalTraces
from reasonscape.findings.later import Later
from reasonscape.lenses.compression.contrasts import (
    Design,
    cut_off_contrast,
    length_contrast,
    length_shift,
    loop_contrast,
    spread_out,
    thinking_helps,
    thinking_odds,
)
from reasonscape.lenses.compression.examples import chosen_examples, shortened
from reasonscape.lenses.compression.options import CompressionOptions
from reasonscape.lenses.compression.result import (
    CompressionResult,
    EvalCompression,
    Lengths,
    Level,
    PopulationSummary,
)
from reasonscape.lenses.compression.selection import TaskRows
from reasonscape.lenses.compression.shares import share
from reasonscape.lenses.compression.traces import POPULATIONS, Traces, visible_traces
from reasonscape.stats.clustered import clustered_means, clustered_median
from reasonscape.stats.multiplicity import benjamini_hochberg
from reasonscape.stats.shift import Shift

CURVE_POINTS = 32
"""Places along the trace at which novelty is drawn."""


def measure(rows: TaskRows, options: CompressionOptions) -> CompressionResult:
    """Measure every eval of one base task."""
    task = rows.traces
    asked = task.axes[0] if options.axes and task.axes else None
    evals = tuple(_eval(rows, part, asked, options) for part in task.evals)
    return CompressionResult(
        base_task=rows.base_task,
        label=task.label,
        axes=task.axes,
        panels=asked,
        evals=evals,
        notes=task.notes,
    )


def _eval(
    rows: TaskRows, part: EvalTraces, asked: Axis | None, options: CompressionOptions
) -> EvalCompression:
    traces, unit, excluded = visible_traces(part)
    some = len(traces) > 0
    design = Design.of(traces, rows.traces.n_levels, part.chance)
    lengths = Later(partial(length_contrast, traces, design)) if some else None
    odds = thinking_odds(traces, design) if some else None
    accuracy = share(traces.right, traces)
    found = EvalCompression(
        subject=part.subject,
        label=part.label,
        later_traces=Later.of(traces, samples=True),
        n_traces=len(traces),
        unit=unit,
        excluded=excluded,
        counts=_counts(traces),
        items=len(np.unique(traces.item)),
        effective=accuracy.trials,
        failures=share(~traces.right, traces),
        medians=_medians(traces),
        strata=design.ended.kind if some else None,
        informative=design.ended.informative if some else None,
        odds=odds,
        later_populations=Later(partial(_summaries, traces)),
        later_lengths=lengths,
        later_cut_off=Later(partial(cut_off_contrast, traces, design)) if some else None,
        later_loops=Later(partial(loop_contrast, traces, design)) if some else None,
        later_helps=Later(partial(thinking_helps, traces, design, odds)) if odds else None,
        later_levels=Later(partial(_levels, traces, design, lengths, asked)) if lengths else None,
        examples=(),
    )
    examples = chosen_examples(found)
    if rows.read_texts is not None:
        shown = examples[: options.show_text]
        texts = rows.read_texts([one.uid for one in shown])
        shown = tuple(replace(one, text=shortened(texts.get(one.uid, ""))) for one in shown)
        examples = (*shown, *examples[options.show_text :])
    return replace(found, examples=examples)


def _counts(traces: Traces) -> Mapping[str, int]:
    n = np.bincount(traces.population, minlength=len(POPULATIONS))
    return {name: int(n[i]) for i, name in enumerate(POPULATIONS)}


def _medians(traces: Traces) -> Mapping[str, tuple[float, float]]:
    """Median length and bits per character of the outcomes that occur."""
    found = {}
    for place, name in enumerate(POPULATIONS):
        mine = traces.population == place
        if mine.any():
            bits = traces.bits[mine]
            bits = bits[~np.isnan(bits)]
            median = float(np.median(bits)) if len(bits) else float("nan")
            found[name] = (float(np.median(traces.length[mine])), median)
    return found


def _summaries(traces: Traces) -> tuple[PopulationSummary, ...]:
    return tuple(_summary(traces, i) for i in range(len(POPULATIONS)))


def _summary(traces: Traces, place: int) -> PopulationSummary:
    mine = traces.only(traces.population == place)
    return PopulationSummary(
        name=POPULATIONS[place],
        n=len(mine),
        items=len(np.unique(mine.item)),
        length=clustered_median(mine.length, mine.item),
        bits=clustered_median(mine.bits, mine.item),
        tail=clustered_median(mine.tail, mine.item),
        looped=int(mine.looped.sum()),
        curve=clustered_means(spread_out(mine.shape, CURVE_POINTS), mine.item),
    )


def _levels(
    traces: Traces, design: Design, lengths: Later[Lengths], asked: Axis | None
) -> tuple[Level, ...]:
    """All levels together, then each level of the axis with q over the levels."""
    whole = _level(traces, lengths.get().shift, None)
    if asked is None:
        return (whole,)
    ended = traces.only(traces.finished)
    each = []
    for i, name in enumerate(asked.levels):
        mine, part = traces.coords[:, 0] == i, ended.coords[:, 0] == i
        if mine.any():
            shift = length_shift(ended.only(part), design.ended.stratum[part])
            each.append(_level(traces.only(mine), shift, name, i))
    q = benjamini_hochberg([level.shift.p for level in each])
    return (whole, *(replace(level, q=float(q[i])) for i, level in enumerate(each)))


def _level(traces: Traces, shift: Shift, name: str | None, at: int | None = None) -> Level:
    looped = share(traces.looped & ~traces.right, traces)
    return Level(name, _counts(traces), shift, looped, q=shift.p, at=at)
