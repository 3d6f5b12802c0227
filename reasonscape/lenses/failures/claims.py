"""What the clusters of failures mean: over all of them, and for each eval."""

from __future__ import annotations

from reasonscape.findings.verdict import Subject
from reasonscape.lenses.failures.alignments import KIND, MODEL
from reasonscape.lenses.failures.dominance import dominant_cluster
from reasonscape.lenses.failures.following import follows, kind_over_model
from reasonscape.lenses.failures.result import FailuresResult
from reasonscape.lenses.lens import Judged
from reasonscape.pooling.selection import whole_subject


def claims(result: FailuresResult) -> list[Judged]:
    """Three claims over all failures, and one for each eval that has any."""
    pool = result.pool
    whole = Judged(
        whole_subject(pool),
        (follows(result, KIND), follows(result, MODEL), kind_over_model(result)),
    )
    # Over all tasks of an eval: within one of many, failures lie together because of the task.
    base_task = whole.subject.base_task
    evals = [
        Judged(
            Subject(pool.evals[eval_], pool.models[eval_], base_task),
            (dominant_cluster(result, eval_),),
        )
        for eval_ in range(len(pool.evals))
        if result.failures[:, eval_].any()
    ]
    if len(pool.evals) == 1 and evals:
        return [Judged(whole.subject, (*whole.claims, *evals[0].claims))]
    return [whole, *evals]
