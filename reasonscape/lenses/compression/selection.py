"""What the compression lens reads: features of traces, sample by sample, and no text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reasonscape.datasets.task_traces import TaskTraces, each_task
from reasonscape.lenses.compression.options import CompressionOptions
from reasonscape.lenses.compression.traces import COLUMNS

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset
    from reasonscape.store.filters import Where

ReadTexts = Callable[[Sequence[str]], Mapping[str, str]]
"""From ids of samples to their traces."""


@dataclass(frozen=True, slots=True)
class TaskRows:
    """One base task's samples, and how to read the few traces that are to be shown.

    ``read_texts`` is ``None`` unless texts were asked for.
    """

    base_task: str
    traces: TaskTraces
    read_texts: ReadTexts | None = None


def select(dataset: Dataset, where: Where, options: CompressionOptions) -> Iterator[TaskRows]:
    """Read every selected base task.

    Raises
    ------
    UsageError
        If an axis that was asked for does not exist.
    """
    tasks = each_task(dataset, where, asked=options.axes, bins=options.bins, columns=COLUMNS)
    for found in tasks:
        read = _reader(dataset, found.base_task) if options.show_text else None
        yield TaskRows(found.base_task, found, read)


def _reader(dataset: Dataset, base_task: str) -> ReadTexts:
    def read(uids: Sequence[str]) -> Mapping[str, str]:
        from reasonscape.store.selection.texts import texts_of

        found = texts_of(dataset.store(), base_task, uids, ("reasoning", "response"))
        parts = {uid: (one["reasoning"], one["response"]) for uid, one in found.items()}
        return {uid: "\n\n".join(filter(None, both)) for uid, both in parts.items() if any(both)}

    return read
