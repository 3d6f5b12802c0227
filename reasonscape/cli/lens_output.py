"""What every lens command does with its run: a folder, one picture, or stdout."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from reasonscape.cli.failures import put, say
from reasonscape.cli.gates import enforce_gates, with_gates
from reasonscape.cli.parameters import Format
from reasonscape.errors import PictureError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reasonscape.runs.lens_run import LensRun

PICTURE_KINDS = (".png", ".svg", ".pdf", ".html")


def deliver(
    name: str,
    dataset: Path,
    filters: str,
    options: Any,
    *,
    output_dir: Path | None,
    output: Path | None,
    figures: int,
    form: Format,
    limit: int,
    detail: bool,
    seed: int,
    fail_on: Sequence[str] | None = None,
) -> LensRun:
    """Run a lens and put its result where the user asked for it; return the run.

    Raises
    ------
    PictureError
        If a picture that was asked for by name could not be made (its HTML stands in for it).
    GateError
        If a condition of ``--fail-on`` holds; all output is made before.
    """
    check_picture(output)
    from reasonscape.cli.progress import progress_bar
    from reasonscape.datasets.config import Dataset
    from reasonscape.runs.gate_conditions import parse_gates
    from reasonscape.runs.gates import check_gates
    from reasonscape.runs.lens_run import heard, run_lens
    from reasonscape.runs.saving import save_picture
    from reasonscape.runs.summary import bounded, summarise

    conditions = parse_gates(fail_on, name)
    with progress_bar() as progress, heard(progress):
        run = run_lens(name, Dataset.open(dataset), filters, options, seed=seed, progress=progress)
        if output_dir is not None:
            from reasonscape.runs.saving import save

            summary = save(run, output_dir, figures=figures)
        else:
            summary = summarise(run)
        drawn = None if output is None else save_picture(run, output)
    hint = None if output is None or drawn is None else _say_written(output, *drawn)
    gates = check_gates(summary, conditions)
    # Rows of a table have a fixed set of columns, so CSV is always of the whole finding.
    shown = bounded(summary, limit, detail=detail or form is Format.csv)
    _show(with_gates(shown, gates), form)
    if output_dir is not None:
        say(f"wrote {len(summary['artifacts'])} files and summary.json to {output_dir}")
        _name_undrawn(summary)
    enforce_gates(gates)
    if hint is not None:
        raise PictureError(hint)
    return run


def check_picture(output: Path | None) -> None:
    """Refuse a picture of a kind that is not drawn.

    Raises
    ------
    UsageError
        As said.
    """
    if output is not None and output.suffix.lower() not in PICTURE_KINDS:
        raise UsageError(
            f"--output {output} has no known picture type",
            remedy=f"use one of {', '.join(PICTURE_KINDS)}",
        )


def _say_written(output: Path, left: Sequence[str], hint: str | None) -> str | None:
    if left:
        say(
            f"{len(left)} more did not fit into {output}: {', '.join(left[:10])}"
            f"{' …' if len(left) > 10 else ''}; use --output-dir for all"
        )
    if hint is None:
        say(f"wrote {output}")
    return hint


def _name_undrawn(summary: Mapping[str, Any]) -> None:
    undrawn = summary.get("not_drawn", [])
    if undrawn:
        say(
            f"{len(undrawn)} more pictures were not drawn (--figures); the first: "
            f"{undrawn[0]['run']}"
        )


def _show(summary: Mapping[str, Any], form: Format) -> None:
    if form is Format.json:
        from reasonscape.runs.strict_json import dumps

        put(dumps(summary))
        return
    from reasonscape.cli.findings_text import as_text

    put(as_text(summary, form))
