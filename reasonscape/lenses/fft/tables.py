"""Results as columns: one table a grain, written as CSV and Parquet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from reasonscape.lenses.fft.contrasts import ReadingContrast
from reasonscape.lenses.fft.pictures import decibel
from reasonscape.lenses.fft.result import EvalFft, FftResult
from reasonscape.lenses.lens import Table, columns_of
from reasonscape.stats.clustered import Estimate
from reasonscape.stats.spectrum_difference import SpectrumDifference

Row = dict[str, Any]


def tables(results: Sequence[FftResult]) -> dict[str, Table]:
    """Every table that has rows, the main one first."""
    makers: dict[str, Callable[[FftResult, EvalFft], Iterator[Row]]] = {
        "prompts": _prompts,
        "spectra": _spectra,
        "levels": _levels,
        "outcomes": _outcomes,
        "ways": _ways,
    }
    found: dict[str, Table] = {
        name: columns_of(row for r in results for one in r.evals for row in make(r, one))
        for name, make in makers.items()
    }
    contrasts = (row for r in results for found in _contrasts(r) for row in _readings(r, found))
    found["readings"] = columns_of(contrasts)
    return {name: table for name, table in found.items() if table or name == "prompts"}


def _prompts(result: FftResult, one: EvalFft) -> Iterator[Row]:
    shapes = one.shapes
    if shapes is None:
        return
    yield {
        **_who(result, one),
        "reading": one.own.reading.name,
        "tokenizer_known": one.known,
        "signal": result.signal,
        "samples": len(one.samples),
        "left_out": one.left_out.total,
        "prompts": len(one.samples.prompts),
        "tokenised_now": one.own.tokenised,
        "segment": one.own.spectra.size,
        "peaks": 0 if one.mean is None else len(one.mean.peaks),
        **_estimate("tokens", shapes.tokens),
        **_estimate("tokens_per_byte", shapes.fertility),
        **_estimate("tokens_per_number", shapes.per_number),
        **_estimate("tokens_per_word", shapes.per_word),
        **_estimate("entropy", shapes.entropy),
        **_estimate("flatness", shapes.flatness),
        **_estimate("bandwidth", shapes.bandwidth),
    }


def _spectra(result: FftResult, one: EvalFft) -> Iterator[Row]:
    mean = one.mean
    if mean is None:
        return
    peaks = set(mean.peaks.tolist())
    for i, frequency in enumerate(one.own.frequency.tolist()):
        yield {
            **_who(result, one),
            "cycles_per_token": frequency,
            "period": 1.0 / frequency,
            "db": float(mean.mean[i]),
            "low": float(mean.low[i]),
            "high": float(mean.high[i]),
            "shuffled_low": float(mean.floor_low[i]),
            "shuffled_high": float(mean.floor_high[i]),
            "shuffled_maximum": float(mean.maximum[i]),
            "p": float(mean.p[i]),
            "q": float(mean.q[i]),
            "peak": i in peaks,
        }


def _levels(result: FftResult, one: EvalFft) -> Iterator[Row]:
    for along in one.axes:
        axis = result.axes[along.place]
        for level in along.levels:
            power = decibel(level.power)
            peaks = along.collapse.peaks if along.collapse is not None else None
            pooled = float("nan")
            if peaks is not None and len(peaks) and level.prompts:
                pooled = float(peaks.pooled(level.power[None])[0])
            yield {
                **_who(result, one),
                "axis": axis.name,
                "level": level.name,
                "prompts": level.prompts,
                "accuracy": level.accuracy.value,
                "low": level.accuracy.low,
                "high": level.accuracy.high,
                "prominence": pooled,
                "strongest_period": float("nan")
                if np.isnan(power).all()
                else 1.0 / float(one.own.frequency[int(np.nanargmax(power))]),
            }


def _outcomes(result: FftResult, one: EvalFft) -> Iterator[Row]:
    if one.outcome is None or not one.outcome.strata:
        return
    for i, frequency in enumerate(one.own.frequency.tolist()):
        yield {
            **_who(result, one),
            "cycles_per_token": frequency,
            **_difference("wrong_minus_right_db", one.outcome, i),
        }


def _ways(result: FftResult, one: EvalFft) -> Iterator[Row]:
    for way in () if one.artifacts is None else one.artifacts.ways:
        odds = way.found.odds
        yield {
            **_who(result, one),
            "way": way.name,
            "odds_per_deviation": odds.ratio,
            "low": odds.low,
            "high": odds.high,
            "p": way.found.score.p,
            "deviation": way.found.deviation,
            "strata": odds.strata,
            "items": odds.clusters,
        }


def _contrasts(result: FftResult) -> Iterator[ReadingContrast]:
    yield from result.pairs
    for one in result.evals:
        yield from one.readings


def _readings(result: FftResult, found: ReadingContrast) -> Iterator[Row]:
    for i, frequency in enumerate(found.frequency.tolist()):
        yield {
            "base_task": result.base_task,
            "evals": " ".join(found.eval_ids),
            "differs_in": found.kind,
            "a": found.a_label,
            "b": found.b_label,
            "cycles_per_byte": frequency if found.unit == "byte" else None,
            "cycles_per_token": frequency if found.unit == "token" else None,
            **_difference("a_minus_b_db", found.found, i),
        }


def _difference(name: str, found: SpectrumDifference, at: int) -> Row:
    return {
        name: float(found.difference[at]),
        "low": float(found.low[at]),
        "high": float(found.high[at]),
        "p": float(found.p[at]),
        "q": float(found.q[at]),
    }


def _estimate(name: str, found: Estimate) -> Row:
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}


def _who(result: FftResult, one: EvalFft) -> Row:
    return {
        "eval_id": one.subject.eval_id,
        "model": one.subject.model,
        "base_task": result.base_task,
    }
