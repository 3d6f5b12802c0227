"""``analyze.py traces``: what marks a trace that ends wrong, and how do traces lie together?"""

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
    MostOption,
    ShowTextOption,
    Text,
    TextOption,
)
from reasonscape.cli.shown_texts import show_texts


class Analysis(StrEnum):
    """Parts of the analysis."""

    tsne = "tsne"
    clusters = "clusters"
    phrases = "phrases"
    length = "length"
    interactive = "interactive"
    all = "all"


class Layout(StrEnum):
    """How traces are laid out."""

    tsne = "tsne"
    pca = "pca"
    umap = "umap"


AnalysisOption = Annotated[
    list[Analysis] | None,
    typer.Option("--analysis", help="What to do; may be repeated. Default: all."),
]
LayoutOption = Annotated[Layout, typer.Option("--layout", help="How the maps are laid out.")]
StartOption = Annotated[
    str | None, typer.Option("--start", metavar="TEXT", help="Read a trace from this marker on.")
]
EndOption = Annotated[
    str | None, typer.Option("--end", metavar="TEXT", help="Read a trace up to this marker.")
]


def traces(
    dataset: DatasetArgument,
    filters: FiltersOption = "{}",
    analysis: AnalysisOption = None,
    layout: LayoutOption = Layout.tsne,
    kind: KindOption = None,
    k: ClustersOption = None,
    embedding: EmbeddingOption = "tfidf",
    text: TextOption = Text.trace,
    start: StartOption = None,
    end: EndOption = None,
    most: MostOption = 20_000,
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
    """What marks a trace that will end wrong: phrases, groups, lengths; and a map to walk in."""
    from reasonscape.lenses.traces.options import TraceOptions

    options = TraceOptions(
        analysis=tuple(dict.fromkeys(one.value for one in analysis or (Analysis.all,))),
        layout=layout.value,
        kind=kind,
        k=k,
        embedding=embedding,
        part=text.value,
        start=start,
        end=end,
        most=most,
        export=export_vectors,
        show_text=show_text,
        seed=seed,
    )
    run = deliver(
        "traces",
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
            (f"“{one.text}”, in a trace that has it: {uid}", text)
            for result in run.results
            for one in (result.phrases.marking if result.phrases else ())
            for uid, text in zip(one.examples, one.texts, strict=False)
        )
