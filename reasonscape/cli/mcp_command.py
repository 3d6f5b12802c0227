"""``analyze.py mcp``: the same for agents without a shell."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def mcp(
    datasets: Annotated[
        list[Path],
        typer.Argument(metavar="DATASET...", help="The only datasets that calls may name."),
    ],
    show_text: Annotated[
        bool,
        typer.Option("--show-text", help="Let the tool sample show what logs say, cut short."),
    ] = False,
) -> None:
    """Serve evals, tasks, triage, diagnose, lenses and samples over MCP on stdin and stdout."""
    from reasonscape.cli.mcp_server import serve
    from reasonscape.datasets.config import Dataset
    from reasonscape.runs.agent_tools import Toolbox

    for path in datasets:
        Dataset.open(path)
    serve(Toolbox(datasets, show_text=show_text))
