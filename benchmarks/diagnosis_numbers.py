"""Numbers that were planted, and the intervals in which a diagnosis states them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from reasonscape.planted.causes import PlantedCause
from reasonscape.planted.design import PlannedAxis
from reasonscape.planted.draws import Draws, draw_group
from reasonscape.planted.oracle import visibly_looped
from reasonscape.planted.truth import GroupTruth, positions

LARGE = 60_000
"""Completions of the same plan that stand for all there could be."""

Stated = dict[str, list[float]]


def planted_numbers(made: PlantedCause, findings: Iterable[Any]) -> Stated:
    """Return name -> planted number, low and high, where a finding that is present states it.

    Parameters
    ----------
    made
        The store.
    findings
        Those of the failing model.
    """
    shown = {f.pattern: f for f in findings if f.verdict == "present" and f.effect is not None}
    edges = next((f.evidence.get("edges") for f in findings if f.pattern == "accuracy_cliff"), None)
    truth, draws = _population(made)
    found: Stated = {}
    axis = truth.task.axes[0]
    bins = _bins(axis, edges)
    place = _half(truth, draws.correct, bins)
    for pattern in ("accuracy_cliff", "gradual_decline"):
        told = shown.get(pattern)
        if told is not None and told.evidence["axis"] == axis.name:
            # A fall between bins is another number than that between the end levels.
            fall = _half(truth, draws.correct, _bins(axis, told.evidence.get("edges")))[1]
            found[f"fall ({pattern})"] = [fall, told.effect.low, told.effect.high]
    cliff = shown.get("accuracy_cliff")
    if (
        cliff is not None
        and truth.mechanism.kind == "cliff"
        and cliff.evidence["axis"] == axis.name
    ):
        found["cliff place (gaps)"] = [place[0], *cliff.evidence["place_interval"]]
    cut = shown.get("truncation_dominant")
    onset = (cut.evidence.get("onset") if cut is not None else None) or {}
    if truth.mechanism.kind == "truncation" and onset.get("axis") == axis.name:
        at = _half(truth, draws.truncated, bins)[0]
        found["truncation onset (gaps)"] = [at, *onset["place_interval"]]
    step = shown.get("hazard_threshold")
    ends = truth.mechanism.thinking.wrong_ends
    tokens = made.plan.nuisance is None or made.plan.nuisance.tokens
    if step is not None and ends is not None and ends.where == "beyond" and tokens:
        found["threshold (tokens)"] = [ends.tokens, *step.evidence["place_interval"]]
    loops = shown.get("broken_loops")
    if loops is not None and truth.mechanism.thinking.loops:
        looped = float((visibly_looped(made, draws) * ~draws.correct).mean())
        found["share that loops"] = [looped, loops.effect.low, loops.effect.high]
    short = shown.get("underthink")
    if short is not None and made.cause == "underthinking" and tokens:
        found["length ratio"] = [_ratio(draws), short.effect.low, short.effect.high]
    return found


def _population(made: PlantedCause) -> tuple[GroupTruth, Draws]:
    task = made.plan.tasks[0]
    many = replace(task, items=max(LARGE // task.cells, 200), repeats=1)
    return draw_group(replace(made.plan, tasks=(many,)), many, made.plan.evals[0])


def _half(truth: GroupTruth, hits: Any, bins: Any) -> tuple[float, float]:
    """Where a share passes half of its change along the first axis, in gaps, and that change."""
    level = bins[positions(truth.task)[:, 0]]
    by_cell = hits.reshape(truth.task.cells, -1).mean(axis=1)
    shares = np.bincount(level, by_cell) / np.bincount(level)
    rising = shares if shares[-1] > shares[0] else -shares
    half = (rising[0] + rising[-1]) / 2
    after = max(int(np.argmax(rising > half)), 1)
    step = rising[after] - rising[after - 1]
    place = after - 1 + float((half - rising[after - 1]) / step) if step > 0 else float("nan")
    return place, float(abs(shares[-1] - shares[0]))


def _bins(axis: PlannedAxis, edges: Any) -> Any:
    """Number of the bin of every level; of the level itself where the axis was not cut."""
    cuts = edges.get(axis.name) if isinstance(edges, Mapping) else None
    levels = np.array(axis.levels, dtype=float)
    if not cuts:
        return np.arange(len(levels))
    return (levels[:, None] >= np.array(cuts[1:-1])).sum(axis=1)


def _ratio(draws: Draws) -> float:
    """Median length of wrong over right finished completions of the same cell."""
    done = ~draws.truncated
    length = np.log(draws.tokens)
    shifts, weights = [], []
    for cell in np.unique(draws.cell):
        here = done & (draws.cell == cell)
        wrong, right = length[here & ~draws.correct], length[here & draws.correct]
        if len(wrong) and len(right):
            shifts.append(np.median(wrong) - np.median(right))
            weights.append(len(wrong) * len(right) / (len(wrong) + len(right)))
    return float(np.exp(np.average(shifts, weights=weights)))
