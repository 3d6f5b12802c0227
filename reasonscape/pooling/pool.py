"""The samples of a whole selection in one pool, for lenses that cross tasks and evals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from reasonscape.datasets.task_traces import TaskTraces, each_task
from reasonscape.findings.thresholds import LOOP_COVERED
from reasonscape.pooling.kinds import (
    Kind,
    choose_kind,
    kinds_of,
    label_columns,
    label_of_task,
)
from reasonscape.pooling.labels import Label, labels_of
from reasonscape.stats.codes import paired_codes
from reasonscape.stats.strata import difficulty_strata
from reasonscape.store.schema import OUTCOMES, VISIBLE

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset
    from reasonscape.store.filters import Where

IntArray = NDArray[np.int64]
Parts = dict[str, NDArray[np.generic]]

COLUMNS: Final = (
    "sample_uid", "task", "stop", "completion_tokens", "f.version", "f.trace", "f.bytes",
    "f.loop_covered",
)  # fmt: skip
"""What the pool reads of each sample; never its texts."""

USED: Final = OUTCOMES[:4]
"""correct, incorrect, truncated, unanswered: an ungraded answer is neither right nor wrong."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Samples of all selected evals and tasks that have an outcome; arrays of one entry a sample.

    They are ordered by base task, eval, item and repeat.

    Attributes
    ----------
    uid
        Ids of the samples.
    task, eval
        Places in ``base_tasks`` and ``evals``.
    item
        Number of the question, one for all evals; no two base tasks share one.
    outcome
        Place in ``USED``.
    stratum
        Right and wrong may be compared within it: cells of difficulty, or what stands in for them,
        of each eval and base task.
    length
        Tokens, or bytes of the trace where not every sample has a count (see ``unit``).
    looped
        Whether it ends in a loop that covers a good part of it.
    visible
        Whether the log shows what the model wrote.
    measured
        Whether its features were computed.
    eval_labels, models
        What to call each eval, and who answered.
    labels
        Name -> what each sample is.
    """

    uid: NDArray[np.object_]
    task: IntArray
    eval: IntArray
    item: IntArray
    outcome: IntArray
    stratum: IntArray
    length: NDArray[np.float64]
    looped: NDArray[np.bool_]
    visible: NDArray[np.bool_]
    measured: NDArray[np.bool_]
    base_tasks: tuple[str, ...]
    evals: tuple[str, ...]
    eval_labels: tuple[str, ...]
    models: tuple[str, ...]
    unit: str
    kind: str
    labels: Mapping[str, Label]
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Number of samples."""
        return len(self.uid)

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """Which did not end right."""
        return np.asarray(self.outcome != 0)

    def only(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> Pool:
        """Those of them that are to be kept; items, tasks and evals keep their numbers."""
        values: dict[str, Any] = {f.name: getattr(self, f.name) for f in fields(self)}
        cut: dict[str, Any] = {
            name: v[keep] for name, v in values.items() if isinstance(v, np.ndarray)
        }
        labels = {name: one.only(keep) for name, one in self.labels.items()}
        return replace(self, **cut, labels=labels)

    def uids_by_task(self) -> dict[str, list[str]]:
        """Base task -> ids of its samples, in the order of the pool."""
        return {
            self.base_tasks[place]: self.uid[self.task == place].tolist()
            for place in np.unique(self.task).tolist()
        }


def trace_pool(dataset: Dataset, where: Where, kind: str | None = None) -> Pool | None:
    """Read the samples of every selected base task; None where nothing that matched has an outcome.

    Parameters
    ----------
    dataset, where
        What to read.
    kind
        What counts as the kind of an item: ``task``, ``tier``, ``variant``, or a label or param;
        None for the first that tells items apart.

    Raises
    ------
    UsageError
        If there is nothing of that name.
    """
    wanted = where.base_tasks
    names = [t for t in dataset.store().base_tasks() if wanted is None or t in wanted]
    chosen = choose_kind(dataset, names, kind)
    extra = [chosen.column] if chosen.column else []
    # Of a single task its labels are read too: one of them may be its kinds.
    extra += label_columns(dataset) if len(names) == 1 else []
    columns = tuple(dict.fromkeys((*COLUMNS, *extra)))
    tasks = [t for t in each_task(dataset, where, columns=columns) if _samples(t)]
    if not tasks:
        return None
    if kind is None and len(tasks) == 1:
        chosen = label_of_task(tasks[0]) or chosen
    parts = [_part(dataset, chosen, task, number) for number, task in enumerate(tasks)]
    return _joined(dataset, chosen, tasks, parts)


def _samples(task: TaskTraces) -> int:
    return sum(int((one.rows.outcome < len(USED)).sum()) for one in task.evals)


def _part(dataset: Dataset, kind: Kind, task: TaskTraces, number: int) -> Parts:
    """Arrays of one base task; numbers of strata and items start at 0."""
    pieces: list[Parts] = []
    strata = 0
    for place, one in enumerate(task.evals):
        rows = one.rows
        used = rows.outcome < len(USED)
        item, coords = rows.item[used], one.coords[used]
        right = rows.outcome[used] == 0
        made = difficulty_strata(right, item, coords, task.n_levels, one.chance).stratum
        numbers, words = rows.numbers, rows.words
        bytes_ = np.nan_to_num(numbers["f.bytes"][used])
        pieces.append(
            {
                "uid": words["sample_uid"][used],
                "task": np.full(len(item), number),
                "eval_id": np.full(len(item), one.subject.eval_id, dtype=object),
                "item": item,
                "outcome": rows.outcome[used].astype(np.int64),
                "coords": coords,
                "stratum": made + strata,
                "tokens": numbers["completion_tokens"][used],
                "bytes": bytes_,
                "looped": np.nan_to_num(numbers["f.loop_covered"][used]) >= LOOP_COVERED,
                "visible": np.isin(words["f.trace"][used], VISIBLE) & (bytes_ > 0),
                "measured": ~np.isnan(numbers["f.version"][used]),
                "variant": words["task"][used],
                "stop": words["stop"][used],
                "kind": kinds_of(dataset, kind, task, place, used),
            }
        )
        strata += int(made.max(initial=-1)) + 1
    return {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}


def _joined(
    dataset: Dataset, kind: Kind, tasks: Sequence[TaskTraces], parts: Sequence[Parts]
) -> Pool:
    def whole(name: str) -> NDArray[np.generic]:
        return np.concatenate([part[name] for part in parts])

    def apart(name: str) -> IntArray:
        """Numbers that no two tasks share."""
        return paired_codes(whole("task"), whole(name))[0]

    subjects = {one.subject.eval_id: one for task in tasks for one in task.evals}
    evals = sorted(subjects)
    codes = {eval_id: place for place, eval_id in enumerate(evals)}
    eval_ = np.array([codes[one] for one in whole("eval_id").tolist()], dtype=np.int64)
    tokens = np.asarray(whole("tokens"), dtype=np.float64)
    in_tokens = bool((tokens > 0).all())
    length = tokens if in_tokens else np.asarray(whole("bytes"), dtype=np.float64)
    models = tuple(subjects[one].subject.model for one in evals)
    labels = tuple(subjects[one].label for one in evals)
    return Pool(
        uid=np.asarray(whole("uid"), dtype=object),
        task=np.asarray(whole("task"), dtype=np.int64),
        eval=eval_,
        item=apart("item"),
        outcome=np.asarray(whole("outcome"), dtype=np.int64),
        stratum=apart("stratum"),
        length=np.maximum(length, 1.0),
        looped=np.asarray(whole("looped"), dtype=bool),
        visible=np.asarray(whole("visible"), dtype=bool),
        measured=np.asarray(whole("measured"), dtype=bool),
        base_tasks=tuple(one.base_task for one in tasks),
        evals=tuple(evals),
        eval_labels=labels,
        models=models,
        unit="tokens" if in_tokens else "bytes",
        kind=kind.name,
        labels=labels_of(dataset, tasks, parts, eval_, labels, models),
        notes=tuple(dict.fromkeys(note for task in tasks for note in task.notes)),
    )
