"""``analyze.py fft``: how is the problem represented in tokens?"""

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


class SignalName(StrEnum):
    """What is transformed."""

    symbolic = "symbolic"
    token_length = "token_length"  # noqa: S105 - a name
    digit = "digit"
    space = "space"
    surprisal = "surprisal"
    token_id = "token_id"  # noqa: S105 - a name


TokenizerOption = Annotated[
    str,
    typer.Option(metavar="NAME", help="Name or path that reads all evals; default: the config's."),
]
AgainstOption = Annotated[
    str, typer.Option(metavar="NAME", help="A second tokenizer, also for tokenization_artifact.")
]


def fft(
    dataset: DatasetArgument,
    filters: FiltersOption = "{}",
    axis: OneAxisOption = None,
    bins: BinsOption = None,
    signal: Annotated[
        SignalName,
        typer.Option(help="What is transformed; symbolic: where the same tokens return."),
    ] = SignalName.symbolic,
    tokenizer: TokenizerOption = "",
    against: AgainstOption = "bytes",
    no_template: Annotated[
        bool, typer.Option("--no-template", help="Leave the config's chat templates out.")
    ] = False,
    segment: Annotated[
        int | None,
        typer.Option(
            metavar="TOKENS", help="Tokens of a segment, 16 to 256; default: what prompts fill."
        ),
    ] = None,
    prompts: Annotated[
        int, typer.Option(min=1, help="Different prompts of each eval and task that are read.")
    ] = 10_000,
    show_text: Annotated[
        int,
        typer.Option(
            "--show-text", min=0, max=12, help="Prompts of each eval and task drawn by tokens."
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
    """How is the problem represented: which tokens and periods, and does failure go with them?"""
    from reasonscape.lenses.fft.options import FftOptions

    options = FftOptions(
        axes=tuple(axis or ()),
        bins=bins,
        signal=signal.value,
        tokenizer=tokenizer,
        against=against,
        no_template=no_template,
        segment=segment,
        prompts=prompts,
        show_text=show_text,
        seed=seed,
    )
    deliver(
        "fft", dataset, filters, options, output_dir=output_dir, output=output, figures=figures,
        form=format_, limit=limit, detail=detail, fail_on=fail_on, seed=seed,
    )  # fmt: skip
