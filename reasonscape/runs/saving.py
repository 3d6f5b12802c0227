"""Write a lens run to its folder, or one picture to one file."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from reasonscape.lenses.lens import Drawing, Table
from reasonscape.report.markdown import render
from reasonscape.runs.folder import OutputFolder
from reasonscape.runs.summary import drawing_command, summarise

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from reasonscape.runs.lens_run import LensRun
    from reasonscape.runs.pictures import PictureWriter

PICTURES = 12
"""Pictures of one run unless ``--figures`` says otherwise."""


class Drawn(Protocol):
    """A run that draws its pictures when it is asked."""

    def figure(self, drawing: Drawing) -> Figure:
        """Draw one of its pictures."""
        ...


def save(run: LensRun, path: Path, *, figures: int = PICTURES) -> dict[str, Any]:
    """Write summary, pictures, tables and report; return the summary with its artifacts.

    Pictures beyond ``figures`` are named in the summary with the command that draws them. Where
    no browser is found pictures are HTML only, and a warning says how to get PNG.
    """
    from reasonscape.runs.pictures import PictureWriter

    summary = summarise(run, drawn=True)
    with OutputFolder(path) as folder, PictureWriter() as pictures:
        for name, table in run.lens.tables(run.results).items():
            write_table(folder, name, table)
        drawn, left = run.drawings[:figures], run.drawings[figures:]
        shown = write_pictures(folder, pictures, run, drawn)
        if drawn and not pictures.available:
            summary["warnings"].append(pictures.hint)
        if left:
            summary["not_drawn"] = [_not_drawn(run, drawing) for drawing in left]
        folder.write("report.md", render(summary, shown, run.lens.QUESTION))
        return folder.finish(summary)


def save_picture(run: LensRun, path: Path) -> tuple[list[str], str | None]:
    """Write the key figure of the run to one file.

    Returns
    -------
    tuple
        Titles of what did not fit into the panels, and why HTML was written instead of a picture
        (``None`` when what was asked for was written).

    Raises
    ------
    OutputError
        If the file cannot be written.
    PictureError
        If the browser failed.
    """
    from reasonscape.runs.pictures import PictureWriter

    figure, left = run.lens.key_figure(run.results)
    with PictureWriter() as pictures:
        written = pictures.write(figure, path, title=f"{run.command}: {run.dataset.name}")
        return (
            left,
            None if written == path else f"wrote {written} instead of {path}: {pictures.hint}",
        )


def write_table(folder: OutputFolder, name: str, table: Table) -> None:
    """Write a table as CSV, safe to open in a spreadsheet, and as Parquet."""
    import polars

    frame = polars.DataFrame(dict(table), strict=False)
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    folder.write(f"tables/{name}.csv", _csv_safe(frame).write_csv())
    folder.write(f"tables/{name}.parquet", buffer.getvalue())


def _csv_safe(frame: Any) -> Any:
    """A spreadsheet must not run a model's name as a formula, nor a terminal obey it."""
    import polars

    text = polars.selectors.string()
    risky = text.str.contains(r"^[=+\-@\t\r]")
    frame = frame.with_columns(polars.when(risky).then("'" + text).otherwise(text).name.keep())
    # Line breaks and tabs stay, which CSV can hold; what else is no character shows as one.
    return frame.with_columns(text.str.replace_all(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "\ufffd"))


def write_pictures(
    folder: OutputFolder, pictures: PictureWriter, run: Drawn, drawings: Sequence[Drawing]
) -> list[str]:
    """Write each drawing as HTML and, where a browser works, PNG; return the PNGs' names."""
    from reasonscape.errors import PictureError
    from reasonscape.runs.pictures import PLOTLY_JS, html_page, plotly_js

    shown = []
    if drawings:
        folder.write(PLOTLY_JS, plotly_js())
    for drawing in drawings:
        figure = run.figure(drawing)
        page = html_page(figure, name=drawing.name, title=drawing.title, plotly_js=PLOTLY_JS)
        folder.write(f"{drawing.name}.html", page.encode("utf-8", "replace"))
        if not pictures.available:
            continue
        try:
            folder.write(f"{drawing.name}.png", pictures.render(figure))
        except PictureError:
            # The writer remembers why; the page is there, and the summary gives the hint.
            continue
        shown.append(f"{drawing.name}.png")
    return shown


def _not_drawn(run: LensRun, drawing: Drawing) -> Mapping[str, str]:
    run_again = drawing_command(run, drawing.scope, f"out/{drawing.name}")
    return {"title": drawing.title, "run": run_again}
