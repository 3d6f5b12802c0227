"""Options that the commands ``failures`` and ``traces`` share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Text(StrEnum):
    """What of a sample is embedded."""

    trace = "trace"
    response = "response"
    prompt_trace = "prompt+trace"


class Method(StrEnum):
    """How vectors are put into clusters."""

    kmeans = "kmeans"
    hdbscan = "hdbscan"


KindOption = Annotated[
    str | None,
    typer.Option(
        "--kind",
        metavar="KEY",
        help="What tells kinds of reasoning apart: task, tier, variant, a label or a param.",
    ),
]
EmbeddingOption = Annotated[
    str,
    typer.Option(
        "--embedding", metavar="NAME|FILE", help="tfidf, wordllama, minilm, or a .npy file."
    ),
]
TextOption = Annotated[Text, typer.Option("--text", help="What of each sample is embedded.")]
MethodOption = Annotated[Method, typer.Option("--method", help="How clusters are made.")]
ClustersOption = Annotated[
    int | None,
    typer.Option("--k", min=1, max=50, help="Number of clusters; without it, what is stable."),
]
MostOption = Annotated[
    int, typer.Option("--most", min=1, max=1_000_000, help="Samples; of more, a draw by items.")
]
ExportOption = Annotated[
    str | None,
    typer.Option("--export-vectors", metavar="FILE", help="Write the vectors to a .npy file."),
]
ShowTextOption = Annotated[
    int, typer.Option("--show-text", min=0, max=20, help="Texts of each group to show.")
]
