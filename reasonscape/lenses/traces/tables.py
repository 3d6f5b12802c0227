"""The lens's tables: phrases, those held out, clusters, lengths, and where each trace lies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reasonscape.lenses.lens import Table, columns_of
from reasonscape.lenses.traces.result import Contrast, TracesResult
from reasonscape.pooling.pool import USED

Row = dict[str, Any]


def tables(results: Sequence[TracesResult]) -> dict[str, Table]:
    """What was asked for, phrases first."""
    makers = {
        "phrases": _phrases,
        "held_out_phrases": _held_out,
        "clusters": _clusters,
        "lengths": _lengths,
    }
    found = {
        name: columns_of(row for result in results for row in make(result))
        for name, make in makers.items()
    }
    found["traces"] = _traces(results[0]) if results else {}
    return {name: table for name, table in found.items() if table}


def _contrast(found: Contrast, prefix: str = "") -> Row:
    names = ("odds", "low", "high", "p", "q", "wrong", "right")
    return {f"{prefix}{name}": getattr(found, name) for name in names}


def _phrases(result: TracesResult) -> Iterator[Row]:
    for one in result.phrases.marking if result.phrases else ():
        yield {
            "phrase": one.text,
            "marks": "wrong" if one.found.odds >= 1.0 else "right",
            **_contrast(one.found),
            **_contrast(one.by_length, "at_equal_length_"),
            "explained_by_length": one.explained,
            "examples": " ".join(one.examples),
            "texts": " | ".join(one.texts),
        }


def _held_out(result: TracesResult) -> Iterator[Row]:
    for one in result.phrases.held_out if result.phrases else ():
        yield {"phrase": one.text, **_contrast(one.found)}


def _clusters(result: TracesResult) -> Iterator[Row]:
    for one in result.risks:
        card = one.card
        yield {
            "cluster": card.number,
            "traces": card.size,
            "items": card.items,
            "share": card.share.value,
            "share_low": card.share.low,
            "share_high": card.share.high,
            "confirmed": card.confirmed,
            "overlap": card.overlap,
            "wrong_share": one.wrong,
            **_contrast(one.found),
            "looped": card.looped,
            "median_length": card.length,
            "unit": result.pool.unit,
            "phrases": " | ".join(phrase.text for phrase in card.phrases),
            "typical": " ".join(card.medoids),
            "texts": " | ".join(card.texts),
        }


def _lengths(result: TracesResult) -> Iterator[Row]:
    for one in result.lengths:
        yield {
            "outcome": one.name,
            "traces": len(one.lengths),
            "unit": result.pool.unit,
            "median": one.median.value,
            "low": one.median.low,
            "high": one.median.high,
            "standardised": one.typical.value,
            "standardised_low": one.typical.low,
            "standardised_high": one.typical.high,
        }


def _traces(result: TracesResult) -> Table:
    """A row a trace, with its cluster and the places of the maps that were made."""
    pool = result.pool
    n = len(pool)
    columns: dict[str, Sequence[Any]] = {
        "sample_uid": pool.uid.tolist(),
        "eval_id": [pool.evals[i] for i in pool.eval.tolist()],
        "base_task": [pool.base_tasks[i] for i in pool.task.tolist()],
        "outcome": [USED[i] for i in pool.outcome.tolist()],
        "length": pool.length.tolist(),
        "looped": pool.looped.tolist(),
    }
    if result.cluster is not None:
        numbers = [one.card.number for one in result.risks]
        columns["cluster"] = [numbers[i] for i in result.cluster.tolist()]
    for dims, later in result.maps.items():
        found = later.get()
        places = dict(zip(found.rows.tolist(), found.place.tolist(), strict=True))
        for axis in range(dims):
            name = f"{'xyz'[axis]}{dims}"
            columns[name] = [places[i][axis] if i in places else None for i in range(n)]
    return columns
