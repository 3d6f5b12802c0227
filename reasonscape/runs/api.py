"""The Python API: calls with the commands' names, for scripts and notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from reasonscape.datasets.config import Dataset
from reasonscape.runs.lens_run import LensRun
from reasonscape.runs.pooled_api import failures, opened, traces

if TYPE_CHECKING:
    import polars as pl

    from reasonscape.ingest.importing import ImportReport, SurveyReport
    from reasonscape.planted.planting import PlantReport
    from reasonscape.runs.comparison import ComparisonRun
    from reasonscape.runs.diagnosing import DiagnosisRun
    from reasonscape.runs.export_report import ExportReport
    from reasonscape.runs.listing import Listing
    from reasonscape.runs.triage import TriageRun

__all__ = [
    "Dataset", "LensRun", "compare", "compression", "diagnose", "evals", "export", "failures",
    "fft", "hazard", "import_logs", "import_table", "open", "plant", "samples", "surface",
    "survey_logs", "tasks", "traces", "triage",
]  # fmt: skip

Filters = Mapping[str, Any] | str | None


def open(path: str | Path) -> Dataset:  # the name users expect: rs.open
    """Open a dataset config (``data/x.json``) or a bare store folder.

    Raises
    ------
    ConfigError
        If there is no such file, or it is not a valid config.
    """
    return Dataset.open(path)


def evals(
    dataset: Dataset | str | Path,
    filters: Filters = None,
    *,
    search: str = "",
    detail: bool = False,
) -> Listing:
    """Which evals are there, how much data, how good; as the command ``evals``."""
    from reasonscape.runs.listing import list_evals

    return list_evals(opened(dataset), filters, search=search, detail=detail)


def tasks(
    dataset: Dataset | str | Path, filters: Filters = None, *, detail: bool = False
) -> Listing:
    """Which tasks, axes, levels and surfaces exist; as the command ``tasks``."""
    from reasonscape.runs.tasks import list_tasks

    return list_tasks(opened(dataset), filters, detail=detail)


def surface(
    dataset: Dataset | str | Path,
    filters: Filters = None,
    *,
    axes: str | Iterable[str] = (),
    surface: str | None = None,
    bins: int | None = None,
    capable: float = 0.9,
    seed: int = 0,
) -> LensRun:
    """Where does accuracy break down? As the command ``surface``.

    Returns
    -------
    LensRun
        With ``findings``, ``table`` (a Polars frame of cells), ``figures`` and ``save``.

    Raises
    ------
    FilterError, NoRowsError
        If the filters are wrong or match nothing.
    """
    from reasonscape.lenses.surface.options import SurfaceOptions
    from reasonscape.runs.lens_run import run_lens

    named = (axes,) if isinstance(axes, str) else tuple(axes)
    options = SurfaceOptions(axes=named, surface=surface, bins=bins, capable=capable)
    return run_lens("surface", opened(dataset), filters, options, seed=seed)


def compression(
    dataset: Dataset | str | Path,
    filters: Filters = None,
    *,
    axis: str | None = None,
    bins: int | None = None,
    show_text: int = 0,
    seed: int = 0,
) -> LensRun:
    """How do the traces of failures differ from those of right answers? As the command.

    Returns
    -------
    LensRun
        With ``findings``, ``table`` (a row an eval, task and outcome), ``figures`` and ``save``.

    Raises
    ------
    FilterError, NoRowsError
        If the filters are wrong or match nothing.
    """
    from reasonscape.lenses.compression.options import CompressionOptions
    from reasonscape.runs.lens_run import run_lens

    axes = () if axis is None else (axis,)
    options = CompressionOptions(axes=axes, bins=bins, show_text=show_text)
    return run_lens("compression", opened(dataset), filters, options, seed=seed)


def fft(
    dataset: Dataset | str | Path,
    filters: Filters = None,
    *,
    axis: str | None = None,
    **options: Any,
) -> LensRun:
    """How is the problem represented in tokens? As the command ``fft``.

    Parameters
    ----------
    dataset, filters, axis
        As for every lens.
    **options
        ``bins``, ``signal``, ``tokenizer``, ``against``, ``no_template``, ``segment``,
        ``prompts``, ``show_text``, ``seed``: as `reasonscape.lenses.fft.options.FftOptions`.

    Returns
    -------
    LensRun
        With ``findings``, ``table`` (a row an eval and task), ``figures`` and ``save``.

    Raises
    ------
    FilterError, NoRowsError
        If the filters are wrong or match nothing.
    """
    from reasonscape.lenses.fft.options import FftOptions
    from reasonscape.runs.lens_run import run_lens

    axes = () if axis is None else (axis,)
    chosen = FftOptions(axes=axes, **options)
    return run_lens("fft", opened(dataset), filters, chosen, seed=chosen.seed)


def hazard(
    dataset: Dataset | str | Path,
    filters: Filters = None,
    *,
    axis: str | None = None,
    bins: int | None = None,
    truncation: Literal["censor", "event"] = "censor",
    time: Literal["auto", "tokens", "trace_bytes"] = "auto",
    seed: int = 0,
) -> LensRun:
    """When does it fail? As the command ``hazard``.

    Returns
    -------
    LensRun
        With ``findings``, ``table`` (a Polars frame of budgets), ``figures`` and ``save``.

    Raises
    ------
    FilterError, NoRowsError
        If the filters are wrong or match nothing.
    """
    from reasonscape.lenses.hazard.options import HazardOptions
    from reasonscape.runs.lens_run import run_lens

    axes = () if axis is None else (axis,)
    options = HazardOptions(axes=axes, bins=bins, truncation=truncation, time=time, seed=seed)
    return run_lens("hazard", opened(dataset), filters, options, seed=seed)


def diagnose(
    dataset: Dataset | str | Path,
    filters: Filters = None,
    *,
    baseline: str | None = None,
    jobs: int | None = None,
    shapes: bool = True,
    seed: int = 0,
) -> DiagnosisRun:
    """Why does it fail? All lenses and ranked causes, as the command ``diagnose``.

    Returns
    -------
    DiagnosisRun
        With ``hypotheses``, ``leading``, ``findings``, ``contrasts``, ``lens_runs`` and ``save``.

    Raises
    ------
    FilterError, NoRowsError
        If the filters are wrong or match nothing.
    UsageError
        If there is no such baseline.
    """
    from reasonscape.runs.diagnosing import diagnose as run

    return run(
        opened(dataset), filters, baseline=baseline, seed=seed, jobs=jobs, with_shapes=shapes
    )


def compare(
    dataset: Dataset | str | Path,
    a: Mapping[str, Any] | str | None = None,
    b: Mapping[str, Any] | str | None = None,
    filters: Filters = None,
    *,
    axes: str | Iterable[str] = (),
    seed: int = 0,
    **options: Any,
) -> ComparisonRun:
    """Is A better than B, and where? As the command ``compare``.

    Parameters
    ----------
    dataset, filters
        As for every lens.
    a, b
        An eval id or its beginning, a model, or filters; none: the two evals of ``filters``.
    axes, seed
        As for ``surface``.
    **options
        ``margin``, ``target``, ``power``, ``by_id``, ``bins``: as
        `reasonscape.runs.comparison.CompareOptions`.

    Returns
    -------
    ComparisonRun
        With ``comparisons``, ``table`` (a row each), ``figures`` and ``save``.

    Raises
    ------
    UsageError, FilterError, NoRowsError
        If A and B are the same or overlap, are not there, or share no task.
    """
    from reasonscape.runs.comparison import CompareOptions
    from reasonscape.runs.comparison import compare as run

    named = (axes,) if isinstance(axes, str) else tuple(axes)
    return run(opened(dataset), filters, a, b, CompareOptions(axes=named, **options), seed=seed)


def triage(dataset: Dataset | str | Path, filters: Filters = None) -> TriageRun:
    """Which (eval, task) pairs look suspicious? One quick screen, as the command ``triage``.

    Returns
    -------
    TriageRun
        With ``suspects``, ``screened`` and ``save``.

    Raises
    ------
    FilterError, NoRowsError
        If the filters are wrong or match nothing.
    """
    from reasonscape.runs.triage import triage as run

    return run(opened(dataset), filters)


def import_logs(
    logs: str | Path | Iterable[str | Path], dataset: str | Path, **options: Any
) -> ImportReport:
    """Import eval logs into a dataset; options as `reasonscape.ingest.importing.import_logs`."""
    from reasonscape.ingest.importing import import_logs as run

    paths = [logs] if isinstance(logs, str | Path) else logs
    return run(paths, dataset, **options)


def survey_logs(
    logs: str | Path | Iterable[str | Path], dataset: str | Path | None = None, **choices: Any
) -> SurveyReport:
    """Say what an import of logs would find; as ``import --dry-run``, nothing is written."""
    from reasonscape.ingest.importing import survey_logs as run

    paths = [logs] if isinstance(logs, str | Path) else logs
    return run(paths, dataset, **choices)


def import_table(table: Any, dataset: str | Path, **options: Any) -> ImportReport:
    """Import a data frame or Arrow table; options as `reasonscape.ingest.table.import_table`."""
    from reasonscape.ingest.table import import_table as run

    return run(table, dataset, **options)


def export(
    dataset: Dataset | str | Path, filters: Filters = None, *, to: str | Path, **options: Any
) -> ExportReport:
    """Write rows for other programs: Every Eval Ever, Parquet or CSV, as the command ``export``.

    Parameters
    ----------
    dataset, filters
        As for every lens.
    to
        A ``.parquet`` or ``.csv`` file, or a folder for Every Eval Ever.
    **options
        ``format``, ``columns``, ``texts``, ``escape_formulas``, ``force``: as
        `reasonscape.runs.exporting.export`.

    Raises
    ------
    FilterError, NoRowsError, UsageError, OutputError
        The filters are wrong or match nothing, a column is none, or the place is taken.
    """
    from reasonscape.runs.exporting import export as run

    return run(opened(dataset), filters, to=to, **options)


def samples(
    dataset: Dataset | str | Path,
    filters: Filters = None,
    *,
    columns: str | Iterable[str] | None = None,
    texts: bool = False,
) -> pl.DataFrame:
    """Rows as a Polars frame: all columns without ``columns``, texts only when asked for.

    Raises
    ------
    FilterError, NoRowsError, UsageError
        The filters are wrong or match nothing, or a column is none.
    """
    from reasonscape.runs.exporting import samples as run

    return run(opened(dataset), filters, columns=columns, texts=texts)


def plant(
    mechanism: str, dataset: str | Path, *, replace: bool = False, **options: Any
) -> PlantReport:
    """Plant a store with a known failure mechanism; options as the command ``plant``."""
    from reasonscape.planted.plans import named_plan
    from reasonscape.planted.planting import plant as run

    return run(named_plan(mechanism, **options), dataset, replace=replace)
