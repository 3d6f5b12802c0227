"""Write a diagnosis to its folder: the page, the report, tables, pictures, and the summary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reasonscape.lenses.lens import LENSES, Drawing
from reasonscape.runs.command_lines import command_line
from reasonscape.runs.diagnosing import NO_CAUSE
from reasonscape.runs.diagnosis_summary import summarise
from reasonscape.runs.folder import OutputFolder
from reasonscape.runs.saving import PICTURES, write_table

if TYPE_CHECKING:
    from reasonscape.report.page import PageFigure
    from reasonscape.runs.diagnosing import DiagnosisRun
    from reasonscape.runs.lens_run import LensRun

PAGE: Final = "index.html"
"""The page's name in the folder."""


def save(run: DiagnosisRun, path: Path, *, figures: int | None = None) -> dict[str, Any]:
    """Write everything; pictures that were not made are named with the command that draws them."""
    from reasonscape.errors import PictureError
    from reasonscape.report.diagnosis_markdown import render_diagnosis
    from reasonscape.report.page import page
    from reasonscape.runs.pictures import PictureWriter, plotly_js

    most = PICTURES if figures is None else figures
    summary = summarise(run, drawn=True)
    with OutputFolder(path) as folder, PictureWriter() as pictures:
        chosen, left = chosen_drawings(run, most)
        shown = []
        for name, _, _, lens_run, drawing in chosen:
            with suppress(PictureError):  # the writer remembers why, and the summary gives the hint
                if pictures.available:
                    folder.write(f"{name}.png", pictures.render(lens_run.figure(drawing)))
                    shown.append(f"{name}.png")
        if chosen and not pictures.available:
            summary["warnings"].append(pictures.hint)
        if left:
            summary["not_drawn"] = left
        for name, table in _tables(summary).items():
            write_table(folder, name, table)
        written = page(summary, page_figures(chosen), plotly_js=_text(plotly_js()))
        folder.write(PAGE, written.encode("utf-8", "replace"))
        folder.write("report.md", render_diagnosis(summary, shown))
        return folder.finish(summary)


def save_page(run: DiagnosisRun, path: Path, *, figures: int | None = None) -> None:
    """Write the page alone.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    from reasonscape.report.page import page
    from reasonscape.runs.pictures import plotly_js, write_beside

    chosen, _ = chosen_drawings(run, PICTURES if figures is None else figures)
    written = page(summarise(run), page_figures(chosen), plotly_js=_text(plotly_js()))
    write_beside(path, written.encode("utf-8", "replace"))


Chosen = tuple[str, str, str, "LensRun", Drawing]
"""File name, eval, base task, the lens's run, and one of its drawings."""


def chosen_drawings(run: DiagnosisRun, most: int) -> tuple[list[Chosen], list[dict[str, str]]]:
    """The key picture of each lens for the most suspect pairs, then the rest of the first pair.

    Returns
    -------
    tuple
        What is drawn, and what is not with the command that draws it.
    """
    failing = [one for one in run.leading if one.cause not in NO_CAUSE]
    pairs = failing or list(run.leading)[:1]
    chosen: list[Chosen] = []
    rest: list[Chosen] = []
    drawn = 0
    for one in pairs if most else ():
        if len(chosen) + len(LENSES) > most and chosen:
            break
        drawn += 1
        for place, each in enumerate(_of_pair(run, one.eval_id, one.base_task)):
            (chosen if place < len(LENSES) else rest).append(each)
    chosen = chosen[:most]
    first = [one[1:3] for one in chosen[:1]]
    chosen += [each for each in rest if [each[1:3]] == first][: most - len(chosen)]
    left = [
        {
            "title": f"{one.model} on {one.base_task}",
            "run": command_line(
                "diagnose",
                run.dataset.path,
                run.narrowed(one.scope),
                "--output-dir",
                f"out/{one.id}",
            ),
        }
        for one in pairs[drawn:]
    ]
    return chosen, left


def _of_pair(run: DiagnosisRun, eval_id: str, base_task: str) -> Iterator[Chosen]:
    """The first drawing of every lens, then every second one, and so on."""
    runs = run.lens_runs(eval_id, base_task)
    for rank in range(max((len(one.drawings) for one in runs.values()), default=0)):
        for name, lens_run in runs.items():
            for drawing in lens_run.drawings[rank : rank + 1]:
                yield f"{name}-{drawing.name}", eval_id, base_task, lens_run, drawing


def page_figures(chosen: list[Chosen]) -> list[PageFigure]:
    """Drawings as the page takes them: plotly's JSON with what it belongs to."""
    from reasonscape.figures.pages import figure_json
    from reasonscape.report.page import PageFigure

    return [
        PageFigure(
            name=name,
            title=drawing.title,
            lens=lens_run.command,
            eval_id=eval_id,
            base_task=base_task,
            json=figure_json(lens_run.figure(drawing)),
        )
        for name, eval_id, base_task, lens_run, drawing in chosen
    ]


def _tables(summary: Mapping[str, Any]) -> dict[str, dict[str, list[Any]]]:
    """Hypotheses and findings as rows for a spreadsheet."""
    causes = ("id", "rank", "eval_id", "model", "base_task", "cause", "confidence", "statement")
    plain = (
        "id", "eval_id", "model", "base_task", "lens", "pattern", "verdict", "reason", "p", "q",
        "q_run", "statement",
    )  # fmt: skip
    findings = {key: [one[key] for one in summary["findings"]] for key in plain}
    for key in ("value", "low", "high", "unit"):
        findings[key] = [(one["effect"] or {}).get(key) for one in summary["findings"]]
    tables = {
        "hypotheses": {key: [one[key] for one in summary["hypotheses"]] for key in causes},
        "findings": findings,
    }
    if summary["contrasts"]:
        keys = list(summary["contrasts"][0])
        tables["contrasts"] = {key: [one[key] for one in summary["contrasts"]] for key in keys}
    return tables


def _text(script: bytes | str) -> str:
    return script.decode("utf-8") if isinstance(script, bytes) else script
