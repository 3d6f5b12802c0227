"""What clusters of samples may turn out to follow: kind, task, model, level, and how it ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from reasonscape.pooling.kinds import tier_of
from reasonscape.stats.codes import dense_codes, paired_codes

if TYPE_CHECKING:
    from reasonscape.datasets.config import Dataset
    from reasonscape.datasets.task_traces import TaskTraces

IntArray = NDArray[np.int64]

MOST_AXES: Final = 6
"""Axes that become labels: those that most samples have."""


@dataclass(frozen=True, slots=True)
class Label:
    """What each sample is, among a few names.

    Attributes
    ----------
    code
        Place in ``names``, or -1 where it is not known, shape (n,).
    names
        What the numbers stand for.
    of_item
        Whether all samples of an item share it, as its kind and unlike who answered it.
    stratum
        Items may trade labels only within a stratum, shape (n,): levels of an axis within their
        task, lest a level stand in for the task that has it.
    """

    code: IntArray
    names: tuple[str, ...]
    of_item: bool
    stratum: IntArray

    def only(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> Label:
        """The same for some of the samples."""
        return replace(self, code=self.code[keep], stratum=self.stratum[keep])

    def levels(self) -> int:
        """How many of the names occur."""
        return len(np.unique(self.code[self.code >= 0]))


def labels_of(
    dataset: Dataset,
    tasks: Sequence[TaskTraces],
    parts: Sequence[dict[str, NDArray[np.generic]]],
    eval_: IntArray,
    eval_labels: Sequence[str],
    models: Sequence[str],
) -> dict[str, Label]:
    """Every label by name: ``kind`` first, then what items are, then what samples are.

    Parameters
    ----------
    dataset, tasks
        Whose samples they are.
    parts
        Arrays of each task: ``kind``, ``task``, ``variant``, ``coords``, ``outcome``, ``stop``,
        ``looped``.
    eval_
        Place of each sample's eval in ``eval_labels``, shape (n,).
    eval_labels, models
        What to call each eval, and who answered.
    """

    def whole(name: str) -> list[Any]:
        return [value for part in parts for value in part[name].tolist()]

    task = np.array(whole("task"), dtype=np.int64)
    none = np.zeros(len(task), dtype=np.int64)
    names = [one.base_task for one in tasks]
    found = {
        "kind": _named(whole("kind"), True, none),
        "task": _named([names[place] for place in task.tolist()], True, none),
        "variant": _named(whole("variant"), True, none),
        "tier": _named([tier_of(dataset, names[place]) for place in task.tolist()], True, none),
    }
    for name, levels in _axes(tasks, parts).items():
        found[name] = _named(levels, True, task)
    found["model"] = _named([models[place] for place in eval_.tolist()], False, none)
    found["eval"] = _named([eval_labels[place] for place in eval_.tolist()], False, none)
    found["outcome"] = _named([_OUTCOMES[one] for one in whole("outcome")], False, none)
    found["stop"] = _named(whole("stop"), False, none)
    looped = ["loops" if one else "does not loop" for one in whole("looped")]
    found["loop"] = _named(looped, False, none)
    return _each_once(found)


_OUTCOMES: Final = ("correct", "incorrect", "truncated", "unanswered")


def _named(values: Iterable[str | None], of_item: bool, stratum: IntArray) -> Label:
    listed = list(values)
    names = sorted({one for one in listed if one is not None})
    places = {one: place for place, one in enumerate(names)}
    code = [-1 if one is None else places[one] for one in listed]
    return Label(np.array(code, dtype=np.int64), tuple(names), of_item, stratum)


def _axes(
    tasks: Sequence[TaskTraces], parts: Sequence[dict[str, NDArray[np.generic]]]
) -> dict[str, list[str | None]]:
    """Level of each sample along the axes that most samples have."""
    sizes: dict[str, int] = {}
    for one, part in zip(tasks, parts, strict=True):
        for axis in one.axes:
            sizes[axis.name] = sizes.get(axis.name, 0) + len(part["task"])
    chosen = sorted(sizes, key=lambda name: (-sizes[name], name))[:MOST_AXES]
    found: dict[str, list[str | None]] = {}
    for name in chosen:
        levels: list[str | None] = []
        for one, part in zip(tasks, parts, strict=True):
            place = next((i for i, axis in enumerate(one.axes) if axis.name == name), None)
            if place is None:
                levels += [None] * len(part["task"])
                continue
            texts = one.axes[place].levels
            coords = np.asarray(part["coords"])[:, place].tolist()
            levels += [texts[c] if c < len(texts) else None for c in coords]
        found[f"level of {name}"] = levels
    return found


def _each_once(found: dict[str, Label]) -> dict[str, Label]:
    """Without labels that part the samples as an earlier one does, or not at all.

    The kind and the model stay: that there is only one of them is worth saying.
    """
    kept: dict[str, Label] = {}
    for name, label in found.items():
        again = any(_same(label, one) for one in kept.values()) or label.levels() < 2
        if not again or name in ("kind", "model"):
            kept[name] = label
    return kept


def _same(label: Label, other: Label) -> bool:
    pairs = paired_codes(label.code, other.code)[1]
    return pairs == dense_codes(label.code)[1] == dense_codes(other.code)[1]
