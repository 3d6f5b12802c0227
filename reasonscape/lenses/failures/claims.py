"""What the clusters of failures mean: over all of them, and for each (eval, task)."""

from __future__ import annotations

from reasonscape.findings.verdict import Subject
from reasonscape.lenses.failures.alignments import KIND, MODEL
from reasonscape.lenses.failures.dominance import dominant_cluster
from reasonscape.lenses.failures.following import follows, kind_over_model
from reasonscape.lenses.failures.result import FailuresResult
from reasonscape.lenses.lens import Judged
from reasonscape.pooling.selection import whole_subject


def claims(result: FailuresResult) -> list[Judged]:
    """Three claims over all failures, and one for each (eval, task) that has any."""
    pool = result.pool
    whole = Judged(
        whole_subject(pool),
        (follows(result, KIND), follows(result, MODEL), kind_over_model(result)),
    )
    pairs = [
        Judged(
            Subject(pool.evals[eval_], pool.models[eval_], base_task),
            (dominant_cluster(result, task, eval_),),
        )
        for task, base_task in enumerate(pool.base_tasks)
        for eval_ in range(len(pool.evals))
        if result.failures[task, eval_]
    ]
    return [whole, *pairs]
