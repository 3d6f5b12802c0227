"""Evals by tasks: which cause leads where, bounded."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reasonscape.report.vocabulary import NO_FAILURE

ROWS: Final = 60
COLUMNS: Final = 16


@dataclass(frozen=True, slots=True)
class Matrix:
    """Leading causes of evals and tasks; the longer of the two goes down.

    Attributes
    ----------
    rows, columns
        What is down and across: ``task`` or ``eval`` each.
    names, heads
        Key and label of every row and column that is shown.
    cells
        Row key, column key -> leading hypothesis.
    more_rows, more_columns
        How many are left out.
    """

    rows: str
    columns: str
    names: Sequence[tuple[str, str]]
    heads: Sequence[tuple[str, str]]
    cells: Mapping[tuple[str, str], Mapping[str, Any]]
    more_rows: int
    more_columns: int


def cause_counts(leading: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """Causes that lead, those that explain a failure first, the most frequent first."""
    counts = Counter(one["cause"] for one in leading)
    return sorted(counts.items(), key=lambda each: (each[0] in NO_FAILURE, -each[1], each[0]))


def flag_counts(leading: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """Red flags of all pairs, the most frequent first."""
    counts = Counter(flag for one in leading for flag in one["red_flags"])
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))


def matrix(leading: Sequence[Mapping[str, Any]]) -> Matrix:
    """Arrange leading hypotheses; where not all fit, those with most failures are kept."""
    models: dict[str, str] = {one["eval_id"]: one["model"] for one in leading}
    tasks = {one["base_task"]: one["base_task"] for one in leading}
    doubled = Counter(models.values())
    labels = {
        name: model if doubled[model] == 1 else f"{model} [{name[:7]}]"
        for name, model in models.items()
    }
    turned = len(models) > len(tasks)
    down, across = (labels, tasks) if turned else (tasks, labels)
    keys = ("eval_id", "base_task") if turned else ("base_task", "eval_id")
    failing: defaultdict[str, int] = defaultdict(int)
    for one in leading:
        for key in keys:
            failing[one[key]] += one["cause"] not in NO_FAILURE
    return Matrix(
        rows="eval" if turned else "task",
        columns="task" if turned else "eval",
        names=_kept(down, failing, ROWS),
        heads=_kept(across, failing, COLUMNS),
        cells={(one[keys[0]], one[keys[1]]): one for one in leading},
        more_rows=max(len(down) - ROWS, 0),
        more_columns=max(len(across) - COLUMNS, 0),
    )


def _kept(
    labels: Mapping[str, str], failing: Mapping[str, int], most: int
) -> list[tuple[str, str]]:
    chosen = sorted(labels, key=lambda key: (-failing[key], labels[key]))[:most]
    return sorted(((key, labels[key]) for key in chosen), key=lambda each: (each[1], each[0]))
