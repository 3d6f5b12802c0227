"""The Python calls of the lenses over all tasks and evals: ``rs.failures`` and ``rs.traces``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reasonscape.datasets.config import Dataset
from reasonscape.runs.lens_run import LensRun

Filters = Mapping[str, Any] | str | None


def failures(
    dataset: Dataset | str | Path, filters: Filters = None, *, seed: int = 0, **options: Any
) -> LensRun:
    """Into which groups do failures fall, and what do these follow? As the command.

    Parameters
    ----------
    dataset, filters, seed
        As for every lens.
    **options
        ``outcomes``, ``kind``, ``method``, ``k``, ``embedding``, ``part``, ``most``,
        ``permutations``, ``export``, ``show_text``: as
        `reasonscape.lenses.failures.options.FailureOptions`.

    Returns
    -------
    LensRun
        With ``findings``, ``table`` (a row a cluster), ``figures`` and ``save``.

    Raises
    ------
    FilterError, NoRowsError
        If the filters are wrong or match nothing.
    UsageError
        If an option is out of its range.
    """
    from reasonscape.lenses.failures.options import FailureOptions
    from reasonscape.runs.lens_run import run_lens

    if isinstance(options.get("outcomes"), str):
        options["outcomes"] = (options["outcomes"],)
    made = FailureOptions(**options, seed=seed)
    return run_lens("failures", opened(dataset), filters, made, seed=seed)


def traces(
    dataset: Dataset | str | Path, filters: Filters = None, *, seed: int = 0, **options: Any
) -> LensRun:
    """What marks a trace that ends wrong, and how do traces lie together? As the command.

    Parameters
    ----------
    dataset, filters, seed
        As for every lens.
    **options
        ``analysis``, ``layout``, ``kind``, ``k``, ``embedding``, ``part``, ``start``, ``end``,
        ``most``, ``export``, ``show_text``: as
        `reasonscape.lenses.traces.options.TraceOptions`.

    Returns
    -------
    LensRun
        With ``findings``, ``table``, ``figures`` and ``save``.

    Raises
    ------
    FilterError, NoRowsError
        If the filters are wrong or match nothing.
    UsageError
        If an option is out of its range.
    """
    from reasonscape.lenses.traces.options import TraceOptions
    from reasonscape.runs.lens_run import run_lens

    if isinstance(options.get("analysis"), str):
        options["analysis"] = (options["analysis"],)
    made = TraceOptions(**options, seed=seed)
    return run_lens("traces", opened(dataset), filters, made, seed=seed)


def opened(dataset: Dataset | str | Path) -> Dataset:
    """Take a dataset as it is, or open the one of a path."""
    return dataset if isinstance(dataset, Dataset) else Dataset.open(dataset)
