"""``analyze.py compression``: how do the traces of failures differ from those of right answers?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from reasonscape.cli.failures import printable, put
from reasonscape.cli.lens_output import deliver
from reasonscape.cli.parameters import (
    STDOUT_FINDINGS,
    BinsOption,
    DatasetArgument,
    DetailOption,
    FiguresOption,
    FiltersOption,
    Format,
    FormatOption,
    LimitOption,
    OutputDirOption,
    OutputOption,
    SeedOption,
)

if TYPE_CHECKING:
    from reasonscape.runs.lens_run import LensRun


def compression(
    dataset: DatasetArgument,
    filters: FiltersOption = "{}",
    axis: Annotated[
        str | None,
        typer.Option("--axis", metavar="NAME", help="A panel and a row for each of its levels."),
    ] = None,
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
    seed: SeedOption = 0,
) -> None:
    """How do traces of failures differ: too short, going in circles, looping, or not at all."""
    from reasonscape.lenses.compression.options import CompressionOptions

    axes = () if axis is None else (axis,)
    options = CompressionOptions(axes=axes, bins=bins, show_text=show_text)
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
        seed=seed,
    )
    if show_text and format_ is Format.table:
        _show_texts(run)


def _show_texts(run: LensRun) -> None:
    """Print the example traces, marked line by line as what a model wrote."""
    for result in run.results:
        for one in result.evals:
            for example in one.examples:
                if example.text is None:
                    continue
                put(
                    f"\n{printable(one.label)} on {printable(result.base_task)}, "
                    f"{example.outcome}, example of {example.pattern}: {example.uid}\n"
                    "what the model wrote, line by line:"
                )
                for line in example.text.splitlines():
                    put(f"  | {printable(line)}")
