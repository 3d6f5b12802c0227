"""All lenses over a selection, task by task, side by side in processes where that pays."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reasonscape.findings.claim import Claim
from reasonscape.findings.finding import Finding
from reasonscape.findings.verdict import Subject, judge, rank_over_run
from reasonscape.lenses.lens import LENSES, Judged, lens
from reasonscape.runs.lens_run import Measured, Progress, measure_lens

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset
    from reasonscape.runs.selection import Selected

SIDE_BY_SIDE: Final = 4
"""Base tasks from which on processes pay: each takes about a second to start."""


@dataclass(frozen=True, slots=True)
class TaskClaims:
    """What the lenses claim about the evals of one base task.

    Attributes
    ----------
    base_task
        Its name.
    judged
        Lens -> claims about each eval; a lens without an entry had nothing to measure.
    notes
        Lens -> what the user should know about its rows.
    """

    base_task: str
    judged: Mapping[str, tuple[Judged, ...]]
    notes: Mapping[str, tuple[str, ...]]


def lens_options(name: str, seed: int) -> Any:
    """The options of a lens as ``diagnose`` runs it: its own defaults, and the run's seed."""
    options = lens(name).Options()
    return replace(options, seed=seed) if hasattr(options, "seed") else options


def measure_task(
    dataset: Dataset, selected: Selected, base_task: str, seed: int
) -> dict[str, Measured]:
    """Run every lens on one base task; all rows of the selection there share cells."""
    from reasonscape.store.selection.reading import shared_reading

    where = replace(selected.where, base_tasks=frozenset({base_task}))
    narrowed = replace(selected, where=where, n_tasks=1)
    columns = [column for name in LENSES for column in lens(name).COLUMNS]
    with shared_reading(columns):
        return {
            name: measure_lens(name, dataset, narrowed, lens_options(name, seed)) for name in LENSES
        }


def claims_of(base_task: str, measured: Mapping[str, Measured]) -> TaskClaims:
    """What was measured without its arrays, small enough to cross a process border."""
    return TaskClaims(
        base_task,
        {name: one.judged for name, one in measured.items() if one.judged},
        {name: one.notes for name, one in measured.items() if one.notes},
    )


def all_claims(
    dataset: Dataset,
    selected: Selected,
    base_tasks: Sequence[str],
    *,
    seed: int,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> list[TaskClaims]:
    """Claims of every base task, in the order given, whatever the number of processes."""
    workers = min(jobs or os.cpu_count() or 1, len(base_tasks))
    alone = workers < 2 or (jobs is None and len(base_tasks) < SIDE_BY_SIDE)
    made = (
        (claims_of(task, measure_task(dataset, selected, task, seed)) for task in base_tasks)
        if alone
        else _in_processes(dataset.path, selected.written, base_tasks, seed, workers)
    )
    found = []
    for claims in made:
        found.append(claims)
        if progress is not None:
            progress(f"diagnose {claims.base_task}", len(found), len(base_tasks))
    return sorted(found, key=lambda one: base_tasks.index(one.base_task))


def _in_processes(
    path: Path, written: Mapping[str, Any], base_tasks: Sequence[str], seed: int, workers: int
) -> Iterable[TaskClaims]:
    import json
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor, as_completed

    # A fork would copy the locks of threads that the engines below have started.
    context = multiprocessing.get_context("spawn")
    text = json.dumps(written)
    pool = ProcessPoolExecutor(workers, mp_context=context)
    try:
        waiting = [pool.submit(_claims_in_process, str(path), text, t, seed) for t in base_tasks]
        for done in as_completed(waiting):
            yield done.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _claims_in_process(path: str, written: str, base_task: str, seed: int) -> TaskClaims:
    dataset, selected = _opened(path, written)
    return claims_of(base_task, measure_task(dataset, selected, base_task, seed))


@lru_cache(maxsize=1)
def _opened(path: str, written: str) -> tuple[Dataset, Selected]:
    from reasonscape.datasets.config import Dataset
    from reasonscape.runs.selection import compiled

    # One engine a process: they share the machine's cores between them, not with each other.
    dataset = Dataset.open(path)
    return dataset, compiled(dataset, written)


def judged_together(tasks: Iterable[TaskClaims]) -> list[Finding]:
    """Findings of all lenses: one family of tests within each (eval, task), one over the run."""
    claims: defaultdict[Subject, list[Claim]] = defaultdict(list)
    for task in tasks:
        for name in LENSES:
            for one in task.judged.get(name, ()):
                claims[one.subject].extend(one.claims)
    found = [finding for subject, made in claims.items() for finding in judge(subject, made)]
    return rank_over_run(found)
