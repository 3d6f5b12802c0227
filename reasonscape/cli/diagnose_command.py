"""``analyze.py diagnose``: all lenses, then causes, then one page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reasonscape.cli.failures import put, say
from reasonscape.cli.gates import enforce_gates, with_gates
from reasonscape.cli.parameters import (
    STDOUT_FINDINGS,
    DatasetArgument,
    DetailOption,
    FailOnOption,
    FiguresOption,
    FiltersOption,
    Format,
    FormatOption,
    LimitOption,
    OutputDirOption,
    SeedOption,
)
from reasonscape.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


BaselineOption = Annotated[
    str | None,
    typer.Option(
        "--baseline", metavar="EVAL", help="A working model's id or name to contrast with."
    ),
]
ShapesOption = Annotated[
    bool, typer.Option("--shapes/--no-shapes", help="Cluster the failures too; this reads texts.")
]


def diagnose(
    dataset: DatasetArgument,
    filters: FiltersOption = "{}",
    baseline: BaselineOption = None,
    output_dir: OutputDirOption = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="The page alone, as one .html file."),
    ] = None,
    figures: FiguresOption = 12,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help="Processes (default: one a core).")
    ] = None,
    shapes: ShapesOption = True,
    format_: FormatOption = Format.table,
    limit: LimitOption = STDOUT_FINDINGS,
    detail: DetailOption = False,
    fail_on: FailOnOption = None,
    seed: SeedOption = 0,
) -> None:
    """Why does it fail: all four lenses, ranked causes with their confidence, what to do next."""
    if output is not None and output.suffix.lower() != ".html":
        raise UsageError(
            f"--output {output} is no .html file",
            remedy="the page is HTML; --output-dir writes pictures beside it",
        )
    from reasonscape.cli.progress import progress_bar
    from reasonscape.datasets.config import Dataset
    from reasonscape.runs.diagnosing import diagnose as run_diagnosis
    from reasonscape.runs.diagnosis_summary import bounded, summarise
    from reasonscape.runs.gate_conditions import parse_gates
    from reasonscape.runs.gates import check_gates

    conditions = parse_gates(fail_on, "diagnose")
    with progress_bar() as progress:
        run = run_diagnosis(
            Dataset.open(dataset),
            filters,
            baseline=baseline,
            seed=seed,
            jobs=jobs,
            with_shapes=shapes,
            progress=progress,
        )
    summary = summarise(run) if output_dir is None else run.save(output_dir, figures=figures)
    if output is not None:
        from reasonscape.runs.diagnosis_saving import save_page

        save_page(run, output, figures=figures)
        say(f"wrote {output}")
    gates = check_gates(summary, conditions)
    shown = with_gates(bounded(summary, limit, detail=detail), gates)
    _show(shown, summary, format_, limit, detail=detail)
    if output_dir is not None:
        page = output_dir / "index.html"
        say(f"wrote {len(summary['artifacts'])} files and summary.json; the page is {page}")
    enforce_gates(gates)


def _show(
    shown: Mapping[str, Any],
    summary: Mapping[str, Any],
    form: Format,
    limit: int,
    *,
    detail: bool,
) -> None:
    if form is Format.json:
        from reasonscape.runs.strict_json import dumps

        put(dumps(shown))
        return
    from reasonscape.cli.diagnosis_text import as_text
    from reasonscape.runs.diagnosis_summary import bounded, unfolded

    told = unfolded(summary, limit) if detail else bounded(summary, limit, detail=False)
    put(as_text(told, summary, form, detail=detail))
