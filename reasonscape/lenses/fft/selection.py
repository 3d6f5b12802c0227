"""What the fft lens reads: outcomes on shared cells, and each distinct prompt once a reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from reasonscape.datasets.cells import Axis
from reasonscape.datasets.task_traces import EvalTraces, TaskTraces, each_task
from reasonscape.lenses.fft.options import FftOptions
from reasonscape.lenses.fft.readings import EvalReadings, readings_of
from reasonscape.store.selection.names import eval_names
from reasonscape.text.prompt_tokens import PromptTokens, prompt_tokens
from reasonscape.text.readings import Reading

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset
    from reasonscape.store.filters import Where

IntArray = NDArray[np.int64]

COLUMNS = ("item_hash",)
"""What the lens reads of each sample: what its prompt is known by."""

SET_AGAINST = 2_000
"""Prompts of an eval that are read in a second way as well: a mean needs no more."""


@dataclass(frozen=True, slots=True)
class ReadPrompts:
    """The distinct prompts of a task as one reading reads them.

    Attributes
    ----------
    reading
        Tokenizer and chat template.
    row
        Row of each of the task's prompts in ``tokens``; -1 for one that is not read this way.
    tokens
        Tokens, and what they stand for.
    """

    reading: Reading
    row: IntArray
    tokens: PromptTokens

    def only(self, prompt: IntArray) -> ReadPrompts:
        """Some of the task's prompts, given by their places in ascending order."""
        rows = self.row[prompt]
        if len(rows) == len(self.tokens.tokens):
            return self
        row = np.full(len(self.row), -1)
        row[prompt] = np.arange(len(prompt))
        return replace(
            self, row=row, tokens=replace(self.tokens, tokens=self.tokens.tokens.taken(rows))
        )


@dataclass(frozen=True, slots=True)
class EvalPrompts:
    """One eval: its samples, the prompt of each, and how it reads them.

    ``prompt`` is -1 without a prompt, or where there are more prompts than are read; ``unread``
    says where the latter is so.
    """

    traces: EvalTraces
    prompt: IntArray
    unread: NDArray[np.bool_]
    readings: EvalReadings


@dataclass(frozen=True, slots=True)
class TaskPrompts:
    """One base task: evals on shared axes, and each reading of their prompts.

    Attributes
    ----------
    base_task, label
        Which task.
    traces
        Axes, views and notes of the task. More of a confounder of the config counts as harder
        unless the config says otherwise: that is what a confounder is added for.
    evals
        The evals; ``prompt`` counts from 0 to ``n_prompts`` - 1, -1 without a prompt.
    readings
        Key -> prompts read that way.
    n_prompts
        Distinct prompts of all evals.
    """

    base_task: str
    label: str
    traces: TaskTraces
    evals: tuple[EvalPrompts, ...]
    readings: Mapping[str, ReadPrompts]
    n_prompts: int


def select(dataset: Dataset, where: Where, options: FftOptions) -> Iterator[TaskPrompts]:
    """Read every selected base task; texts only of prompts that no cache has tokens of.

    Raises
    ------
    UsageError
        If an axis or a tokenizer that was asked for does not exist.
    """
    names = eval_names(dataset.store())
    found: dict[str, EvalReadings] = {}
    tasks = each_task(dataset, where, asked=options.axes, bins=options.bins, columns=COLUMNS)
    for task in tasks:
        for one in task.evals:
            eval_id = one.subject.eval_id
            if eval_id not in found:
                found[eval_id] = readings_of(dataset, eval_id, names[eval_id], options)
        yield _task(dataset, task, found, options)


def _task(
    dataset: Dataset, task: TaskTraces, found: Mapping[str, EvalReadings], options: FftOptions
) -> TaskPrompts:
    hashes, prompts = _prompts(task)
    evals = tuple(
        EvalPrompts(one, *_chosen(mine, options.prompts), found[one.subject.eval_id])
        for one, mine in zip(task.evals, prompts, strict=True)
    )
    used: dict[str, NDArray[np.bool_]] = {}
    named: dict[str, Reading] = {}
    for one in evals:
        own = np.unique(one.prompt[one.prompt >= 0])
        for reading in one.readings.all:
            key = reading.fingerprint
            named[key] = reading
            mine = used.setdefault(key, np.zeros(len(hashes), dtype=np.bool_))
            mine[own if reading is one.readings.own else own[:SET_AGAINST]] = True
    read = {}
    for key, mask in used.items():
        row = np.where(mask, np.cumsum(mask) - 1, -1)
        tokens = prompt_tokens(dataset.store(), task.base_task, hashes[mask], named[key])
        read[key] = ReadPrompts(named[key], row, tokens)
    confounders = dataset.base_task(task.base_task).confounders
    axes = tuple(
        _harder_with_more(axis) if axis.name in confounders else axis for axis in task.axes
    )
    task = replace(task, axes=axes)
    return TaskPrompts(task.base_task, task.label, task, evals, read, len(hashes))


def _harder_with_more(axis: Axis) -> Axis:
    if axis.kind != "ordered" or axis.harder_source == "config":
        return axis
    return replace(axis, harder="up", harder_source="config")


def _chosen(prompt: IntArray, most: int) -> tuple[IntArray, NDArray[np.bool_]]:
    """Leave out all but so many prompts of one eval: those with the smallest hashes.

    Chosen eval by eval, so that a wider filter changes nothing.
    """
    own = np.unique(prompt[prompt >= 0])
    unread = prompt > own[most - 1] if len(own) > most else np.zeros(len(prompt), dtype=np.bool_)
    return np.where(unread, -1, prompt), unread


def _prompts(task: TaskTraces) -> tuple[NDArray[np.object_], list[IntArray]]:
    """Hashes of the distinct prompts, sorted, and the place of each sample's among them.

    Hashes are compared item by item, of which there are fewer than samples.
    """
    items = max((int(one.rows.item.max(initial=-1)) for one in task.evals), default=-1) + 1
    of_item: NDArray[np.object_] = np.full(items, None, dtype=object)
    for one in task.evals:
        of_item[one.rows.item] = one.rows.words["item_hash"]
    known = np.array([value is not None for value in of_item.tolist()], dtype=np.bool_)
    hashes, inverse = np.unique(of_item[known].astype(str), return_inverse=True)
    place = np.full(items, -1, dtype=np.int64)
    place[known] = inverse.reshape(-1)
    return hashes.astype(object), [place[one.rows.item] for one in task.evals]
