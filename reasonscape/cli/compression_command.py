"""``analyze.py compression``: how do the traces of failures differ from those of right answers?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from reasonscape.cli.failures import say
from reasonscape.cli.lens_output import deliver
from reasonscape.cli.parameters import (
    STDOUT_FINDINGS,
    BinsOption,
    DatasetArgument,
    DetailOption,
    FailOnOption,
    FiguresOption,
    FiltersOption,
    Format,
    FormatOption,
    LimitOption,
    OneAxisOption,
    OutputDirOption,
    OutputOption,
    SeedOption,
)
from reasonscape.cli.shown_texts import show_texts

if TYPE_CHECKING:
    from reasonscape.runs.lens_run import LensRun


def compression(
    dataset: DatasetArgument,
    filters: FiltersOption = "{}",
    axis: OneAxisOption = None,
    bins: BinsOption = None,
    show_text: Annotated[
        int,
        typer.Option(
            "--show-text", min=0, max=20, help="Example traces of each eval and task to print."
        ),
    ] = 0,
    output_dir: OutputDirOption = None,
    output: OutputOption = None,
    figures: FiguresOption = 12,
    format_: FormatOption = Format.table,
    limit: LimitOption = STDOUT_FINDINGS,
    detail: DetailOption = False,
    fail_on: FailOnOption = None,
    seed: SeedOption = 0,
) -> None:
    """How do traces of failures differ: too short, going in circles, looping, or not at all."""
    from reasonscape.lenses.compression.options import CompressionOptions

    options = CompressionOptions(axes=tuple(axis or ()), bins=bins, show_text=show_text)
    run = deliver(
        "compression",
        dataset,
        filters,
        options,
        output_dir=output_dir,
        output=output,
        figures=figures,
        form=format_,
        limit=limit,
        detail=detail,
        fail_on=fail_on,
        seed=seed,
    )
    if show_text and format_ in (Format.table, Format.markdown):
        _show_texts(run)
    elif show_text and output_dir is None:
        say("texts are shown with --format table or markdown, or written with --output-dir")


def _show_texts(run: LensRun) -> None:
    """Print the example traces."""
    show_texts(
        (
            f"{one.label} on {result.base_task}, {example.outcome}, example of {example.pattern}: "
            + example.uid,
            example.text or "",
        )
        for result in run.results
        for one in result.evals
        for example in one.examples
    )
