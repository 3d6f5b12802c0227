"""``analyze.py failures``: into which groups do failures fall, and what do these follow?"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from reasonscape.cli.lens_output import deliver
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
    OutputOption,
    SeedOption,
)
from reasonscape.cli.pool_parameters import (
    ClustersOption,
    EmbeddingOption,
    ExportOption,
    KindOption,
    Method,
    MethodOption,
    MostOption,
    ShowTextOption,
    Text,
    TextOption,
)
from reasonscape.cli.shown_texts import show_texts


class Outcome(StrEnum):
    """Ways to fail."""

    incorrect = "incorrect"
    truncated = "truncated"
    unanswered = "unanswered"


OutcomeOption = Annotated[
    list[Outcome] | None,
    typer.Option("--outcome", help="What counts as a failure; may be repeated. Default: all."),
]
PermutationsOption = Annotated[
    int, typer.Option(min=19, max=100_000, help="Shuffled labels behind each p.")
]


def failures(
    dataset: DatasetArgument,
    filters: FiltersOption = "{}",
    outcome: OutcomeOption = None,
    kind: KindOption = None,
    method: MethodOption = Method.kmeans,
    k: ClustersOption = None,
    embedding: EmbeddingOption = "tfidf",
    text: TextOption = Text.trace,
    most: MostOption = 20_000,
    permutations: PermutationsOption = 1000,
    export_vectors: ExportOption = None,
    show_text: ShowTextOption = 0,
    output_dir: OutputDirOption = None,
    output: OutputOption = None,
    figures: FiguresOption = 12,
    format_: FormatOption = Format.table,
    limit: LimitOption = STDOUT_FINDINGS,
    detail: DetailOption = False,
    fail_on: FailOnOption = None,
    seed: SeedOption = 0,
) -> None:
    """Into which groups do failures fall; do these follow the kind of reasoning or the model?"""
    from reasonscape.lenses.failures.options import OUTCOMES, FailureOptions

    asked = {one.value for one in outcome or ()}
    options = FailureOptions(
        outcomes=tuple(name for name in OUTCOMES if name in asked or not asked),
        kind=kind,
        method=method.value,
        k=k,
        embedding=embedding,
        part=text.value,
        most=most,
        permutations=permutations,
        export=export_vectors,
        show_text=show_text,
        seed=seed,
    )
    run = deliver(
        "failures",
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
        show_texts(
            (f"{card.name}, a typical failure: {uid}", text)
            for result in run.results
            for card in result.cards
            for uid, text in zip(card.medoids, card.texts, strict=False)
        )
