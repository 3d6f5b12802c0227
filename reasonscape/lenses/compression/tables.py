"""The lens's tables: populations, shifts, loops, novelty, fifths of length, examples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reasonscape.lenses.compression.counts import ratio
from reasonscape.lenses.compression.result import CompressionResult, EvalCompression
from reasonscape.lenses.lens import Table, columns_of
from reasonscape.stats.clustered import Estimate

Row = dict[str, Any]


def tables(results: Sequence[CompressionResult]) -> dict[str, Table]:
    """``traces`` (a row an outcome) and, where there are traces, what was measured of them."""
    makers = {
        "traces": _traces,
        "shifts": _shifts,
        "loops": _loops,
        "novelty": _novelty,
        "longer": _longer,
        "examples": _examples,
    }
    found = {
        name: columns_of(row for r in results for one in r.evals for row in make(r, one))
        for name, make in makers.items()
    }
    return {name: table for name, table in found.items() if table or name == "traces"}


def _traces(result: CompressionResult, one: EvalCompression) -> Iterator[Row]:
    for found in one.populations:
        yield {
            **_who(result, one),
            "outcome": found.name,
            "traces": found.n,
            "items": found.items,
            "unit": one.unit,
            **_estimate("length", found.length),
            **_estimate("bits_per_char", found.bits),
            **_estimate("tail_novelty", found.tail),
            "looped": found.looped,
            "no_trace": one.excluded.total,
        }


def _shifts(result: CompressionResult, one: EvalCompression) -> Iterator[Row]:
    for level in one.levels:
        shift = level.shift
        yield {
            **_who(result, one),
            "axis": None if result.panels is None else result.panels.name,
            "level": level.level,
            "unit": one.unit,
            "ratio": ratio(shift.value),
            "low": ratio(shift.low),
            "high": ratio(shift.high),
            "p": shift.p,
            "q": level.q,
            "wrong": shift.n_second,
            "right": shift.n_first,
            "items": shift.clusters,
            "strata": shift.strata,
            **level.counts,
            "fails_in_a_loop": level.looped.value,
            "fails_in_a_loop_low": level.looped.low,
            "fails_in_a_loop_high": level.looped.high,
        }


def _loops(result: CompressionResult, one: EvalCompression) -> Iterator[Row]:
    loops = one.loops
    if loops is None:
        return
    yield {
        **_who(result, one),
        "traces": one.n_traces,
        "failing": loops.n_failing,
        "right": loops.n_right,
        "share": loops.failing.value,
        "low": loops.failing.low,
        "high": loops.failing.high,
        "more_than_right": loops.difference.value,
        "more_than_right_low": loops.difference.low,
        "more_than_right_high": loops.difference.high,
        "p": loops.difference.p,
        "unit": one.unit,
        **_estimate("onset", loops.onset),
        "period_chars": loops.period.value,
        "exact": loops.exact,
        "templated": loops.templated,
    }


def _novelty(result: CompressionResult, one: EvalCompression) -> Iterator[Row]:
    for found in one.populations:
        curve = found.curve
        for i in range(len(curve.mean) if found.n else 0):
            yield {
                **_who(result, one),
                "outcome": found.name,
                "position": (i + 0.5) / len(curve.mean),
                "bits_per_char": float(curve.mean[i]),
                "low": float(curve.low[i]),
                "high": float(curve.high[i]),
                "traces": found.n,
            }


def _longer(result: CompressionResult, one: EvalCompression) -> Iterator[Row]:
    if one.helps is None:
        return
    helps, odds = one.helps, one.helps.odds
    for i, middle in enumerate(helps.middles):
        yield {
            **_who(result, one),
            "fifth": i + 1,
            "unit": one.unit,
            "length": middle,
            "traces": int(helps.accuracy.n[i]),
            "accuracy": float(helps.accuracy.mean[i]),
            "low": float(helps.accuracy.low[i]),
            "high": float(helps.accuracy.high[i]),
            "odds_per_doubling": odds.ratio,
            "odds_low": odds.low,
            "odds_high": odds.high,
            "odds_p": odds.p,
        }


def _examples(result: CompressionResult, one: EvalCompression) -> Iterator[Row]:
    for example in one.examples:
        yield {
            **_who(result, one),
            "pattern": example.pattern,
            "sample_uid": example.uid,
            "outcome": example.outcome,
            "length": example.length,
            "unit": one.unit,
            "loop_covered": example.covered,
            "text": example.text,
        }


def _estimate(name: str, found: Estimate) -> Row:
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}


def _who(result: CompressionResult, one: EvalCompression) -> Row:
    return {
        "eval_id": one.subject.eval_id,
        "model": one.subject.model,
        "base_task": result.base_task,
    }
