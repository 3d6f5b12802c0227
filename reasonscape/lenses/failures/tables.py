"""The lens's tables: clusters, phrases, alignment, members, and where each (eval, task) fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from reasonscape.lenses.failures.result import Aligned, FailuresResult
from reasonscape.lenses.lens import Table, columns_of
from reasonscape.pooling.pool import USED

Row = dict[str, Any]


def tables(results: Sequence[FailuresResult]) -> dict[str, Table]:
    """``clusters`` first; then what they follow, their phrases and members, and each pair."""
    makers = {
        "clusters": _clusters,
        "alignment": _alignment,
        "differences": _differences,
        "phrases": _phrases,
        "shares": _shares,
        "stability": _stability,
    }
    found = {
        name: columns_of(row for result in results for row in make(result))
        for name, make in makers.items()
    }
    found["members"] = _members(results[0]) if results else {}
    return {name: table for name, table in found.items() if table or name == "clusters"}


def _clusters(result: FailuresResult) -> Iterator[Row]:
    for card in result.cards:
        yield {
            "cluster": card.number,
            "failures": card.size,
            "items": card.items,
            "share": card.share.value,
            "low": card.share.low,
            "high": card.share.high,
            "confirmed": card.confirmed,
            "overlap": card.overlap,
            **{name: card.outcomes.get(name, 0) for name in USED[1:]},
            "looped": card.looped,
            "median_length": card.length,
            "unit": result.pool.unit,
            "phrases": " | ".join(one.text for one in card.phrases),
            "typical": " ".join(card.medoids),
            "texts": " | ".join(card.texts),
        }


def _alignment(result: FailuresResult) -> Iterator[Row]:
    for one in result.aligned:
        yield {"label": one.name, "levels": one.levels, "refused": one.reason, **_numbers(one)}


def _numbers(one: Aligned) -> Row:
    names = (
        "n", "items", "missing", "informative", "mi", "expected", "ami", "ami_low", "ami_high",
        "nmi", "null_mean", "null_high", "p", "excess", "excess_low", "excess_high",
    )  # fmt: skip
    found = one.found
    numbers: Row = {name: None if found is None else getattr(found, name) for name in names}
    numbers["purity_micro"] = None if found is None else found.purity.micro
    numbers["purity_macro"] = None if found is None else found.purity.macro
    return numbers


def _differences(result: FailuresResult) -> Iterator[Row]:
    for (first, second), one in result.differences.items():
        yield {
            "label": first,
            "other": second,
            "difference": one.value,
            "low": one.low,
            "high": one.high,
        }


def _phrases(result: FailuresResult) -> Iterator[Row]:
    for card in result.cards:
        for phrase in card.phrases:
            yield {
                "cluster": card.number,
                "phrase": phrase.text,
                "z": phrase.z,
                "share_inside": phrase.inside,
                "share_outside": phrase.outside,
            }


def _shares(result: FailuresResult) -> Iterator[Row]:
    """Where the failures of each eval on each task lie."""
    pool, k = result.pool, len(result.cards)
    pair = pool.task * len(pool.evals) + pool.eval
    for code in np.unique(pair).tolist():
        task, eval_ = divmod(code, len(pool.evals))
        counts = np.bincount(result.cluster[pair == code], minlength=k)
        for card, n in zip(result.cards, counts.tolist(), strict=True):
            yield {
                "eval_id": pool.evals[eval_],
                "model": pool.models[eval_],
                "base_task": pool.base_tasks[task],
                "cluster": card.number,
                "failures": n,
                "share": n / int(counts.sum()),
            }


def _stability(result: FailuresResult) -> Iterator[Row]:
    found = result.stability
    if found is None:
        return
    for i, k in enumerate(found.ks):
        yield {
            "k": int(k),
            "agreement": float(found.mean[i]),
            "low": float(found.low[i]),
            "high": float(found.high[i]),
            "without_groups": float(found.reference[i]),
            "chosen": int(k) == (found.chosen or found.best),
        }


def _members(result: FailuresResult) -> Table:
    """A row a failure, so that a cluster can be looked up and joined."""
    pool = result.pool
    numbers = np.array([card.number for card in result.cards] or [0], dtype=np.int64)
    return {
        "sample_uid": pool.uid.tolist(),
        "eval_id": [pool.evals[i] for i in pool.eval.tolist()],
        "base_task": [pool.base_tasks[i] for i in pool.task.tolist()],
        "outcome": [USED[i] for i in pool.outcome.tolist()],
        "cluster": numbers[result.cluster].tolist(),
        "length": pool.length.tolist(),
        "looped": pool.looped.tolist(),
    }
