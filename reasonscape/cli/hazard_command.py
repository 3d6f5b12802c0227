"""``analyze.py hazard``: when do traces end, and when do they end wrong?"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

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


class Truncation(StrEnum):
    """What a cut-off is."""

    censor = "censor"
    event = "event"


class Time(StrEnum):
    """What time is counted in."""

    auto = "auto"
    tokens = "tokens"
    trace_bytes = "trace_bytes"


def hazard(
    dataset: DatasetArgument,
    filters: FiltersOption = "{}",
    axis: OneAxisOption = None,
    bins: BinsOption = None,
    truncation: Annotated[
        Truncation, typer.Option(help="Whether a cut-off hides the end or is an end of its own.")
    ] = Truncation.censor,
    time: Annotated[
        Time, typer.Option(help="Unit of time; auto takes tokens where they are counted alike.")
    ] = Time.auto,
    output_dir: OutputDirOption = None,
    output: OutputOption = None,
    figures: FiguresOption = 12,
    format_: FormatOption = Format.table,
    limit: LimitOption = STDOUT_FINDINGS,
    detail: DetailOption = False,
    fail_on: FailOnOption = None,
    seed: SeedOption = 0,
) -> None:
    """When does it fail: early, late, from some token on; and what another budget would buy."""
    from reasonscape.lenses.hazard.options import HazardOptions

    options = HazardOptions(
        axes=tuple(axis or ()),
        bins=bins,
        truncation=truncation.value,
        time=time.value,
        seed=seed,
    )
    deliver(
        "hazard",
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
