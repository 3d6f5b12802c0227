"""Write a comparison to its folder, or one picture to one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from reasonscape.report.comparison import render_comparison
from reasonscape.runs.comparison_drawings import forest_figure
from reasonscape.runs.comparison_summary import again, summarise
from reasonscape.runs.comparison_tables import discordant, tables
from reasonscape.runs.folder import OutputFolder
from reasonscape.runs.saving import PICTURES, write_pictures, write_table

if TYPE_CHECKING:
    from reasonscape.runs.comparison import ComparisonRun


def save(run: ComparisonRun, path: Path, *, figures: int | None = None) -> dict[str, Any]:
    """Write summary, pictures, tables and report; return the summary with its artifacts."""
    from reasonscape.runs.pictures import PictureWriter

    most = PICTURES if figures is None else figures
    summary = summarise(run, drawn=True)
    with OutputFolder(path) as folder, PictureWriter() as pictures:
        for name, table in tables(run).items():
            write_table(folder, name, table)
        items = discordant(run)
        if items:
            write_table(folder, "discordant", {key: [i[key] for i in items] for key in items[0]})
        drawn, left = run.drawings[:most], run.drawings[most:]
        shown = write_pictures(folder, pictures, run, drawn)
        if drawn and not pictures.available:
            summary["warnings"].append(pictures.hint)
        if left:
            summary["not_drawn"] = [
                {
                    "title": one.title,
                    "run": again(
                        run, {**run.filters, **one.scope}, "--output-dir", f"out/{one.name}"
                    ),
                }
                for one in left
            ]
        folder.write("report.md", render_comparison(summary, shown))
        return folder.finish(summary)


def save_picture(run: ComparisonRun, path: Path) -> str | None:
    """Write the forest to one file; return why HTML was written instead, if it was."""
    from reasonscape.runs.pictures import PictureWriter

    with PictureWriter() as pictures:
        written = pictures.write(
            forest_figure(run), path, title=f"{run.command}: {run.dataset.name}"
        )
        return None if written == path else f"wrote {written} instead of {path}: {pictures.hint}"
