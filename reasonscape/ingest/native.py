"""The loop that readers of harness logs share: rows as the harness wrote them -> samples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reasonscape.ingest.fields import SampleBuilder
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.params import ParamReader
from reasonscape.ingest.rows import RowError
from reasonscape.store.sample import Sample
from reasonscape.store.writing import Refusal


@dataclass(slots=True)
class NativeRow:
    """One completion as a harness wrote it.

    Attributes
    ----------
    values
        Fields of a sample (`reasonscape.ingest.fields.FIELDS`) -> value; missing and None are
        unknown.
    metadata
        What the harness knows of the question and the task, under the names that
        ``Declared.metadata`` lists, such as ``{"doc": {...}, "task_args": {...}}``.
    coordinates
        Coordinates that the format itself has, such as HELM's perturbation.
    """

    values: dict[str, Any]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    coordinates: Mapping[str, Any] = field(default_factory=dict)


def native_samples(
    path: Path,
    options: ReadOptions,
    rows: Iterable[NativeRow | RowError | None],
    *,
    correct_at: float | None = 1.0,
) -> Iterator[Sample | Refusal]:
    """Build samples from rows; a row that cannot be one becomes a refusal, the rest go on.

    Parameters
    ----------
    path
        The log.
    rows
        In the order of the log; they are counted from 1. A `RowError` is a row refused; None is
        one that belongs to another sample, such as its score by another metric.
    correct_at
        Score from which a row without ``correct`` counts as correct; None where the format knows
        no such score.
    """
    builder = SampleBuilder.of_log(path, options, correct_at=correct_at)
    reader = ParamReader(options.notices, spellings=options.spellings)
    for number, row in enumerate(rows, 1):
        if row is None:
            continue
        try:
            if isinstance(row, RowError):
                raise row
            params, labels = dict[str, float](), dict[str, str]()
            if row.coordinates:
                reader.read(row.coordinates, params, labels)
            options.axes.read(row.metadata, reader, params, labels)
            sample = builder.build(row.values, params, labels, number, exact=True)
        except RowError as error:
            yield Refusal(builder.source, number, error.field, error.reason, error.detail)
        else:
            yield sample
