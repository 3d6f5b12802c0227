"""``analyze.py surface``: where does accuracy break down?"""

from __future__ import annotations

from typing import Annotated

import typer

from reasonscape.cli.lens_output import deliver
from reasonscape.cli.parameters import (
    STDOUT_FINDINGS,
    AxisOption,
    BinsOption,
    DatasetArgument,
    DetailOption,
    FailOnOption,
    FiguresOption,
    FiltersOption,
    Format,
    FormatOption,
    LimitOption,
    OutputDirOption,
    OutputOption,
    SeedOption,
)


def surface(
    dataset: DatasetArgument,
    filters: FiltersOption = "{}",
    axis: AxisOption = None,
    surface_id: Annotated[
        str | None, typer.Option("--surface", help="One surface of the dataset config, by id.")
    ] = None,
    bins: BinsOption = None,
    capable: Annotated[
        float,
        typer.Option(min=0.5, max=0.999, help="Excess accuracy from which a cell is capable."),
    ] = 0.9,
    output_dir: OutputDirOption = None,
    output: OutputOption = None,
    figures: FiguresOption = 12,
    format_: FormatOption = Format.table,
    limit: LimitOption = STDOUT_FINDINGS,
    detail: DetailOption = False,
    fail_on: FailOnOption = None,
    seed: SeedOption = 0,
) -> None:
    """Where does accuracy break down: cliff, slope, truncation, chaos, uniform loss or health."""
    from reasonscape.lenses.surface.options import SurfaceOptions

    options = SurfaceOptions(axes=tuple(axis or ()), surface=surface_id, bins=bins, capable=capable)
    deliver(
        "surface",
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
