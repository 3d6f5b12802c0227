"""The page of a diagnosis: one HTML file that works from disk, offline and on paper."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from reasonscape.report import numerals, vocabulary
from reasonscape.report.inlining import data_block, policy, script_text, shown_text
from reasonscape.report.method_notes import HOW_READ, LENS_NOTES, PATTERN_NOTES
from reasonscape.report.overview import cause_counts, flag_counts, matrix
from reasonscape.report.subjects import Subject, leading, shape_findings, subjects

if TYPE_CHECKING:
    from jinja2 import Environment

FINDINGS: Final = 300
"""Rows of the table of findings."""

WARNINGS: Final = 12
"""Warnings that are shown unfolded."""

CONTRASTS: Final = 60
"""Rows of the table against the baseline."""


@dataclass(frozen=True, slots=True)
class PageFigure:
    """A figure for the page: plotly's JSON text and what it belongs to.

    Attributes
    ----------
    name
        Unique in the page; the file name of a picture saved from it.
    title
        Said under the figure and to screen readers.
    lens, eval_id, base_task
        Where it is shown.
    json
        Plotly's JSON of the figure, as text.
    """

    name: str
    title: str
    lens: str
    eval_id: str
    base_task: str
    json: str

    @property
    def label(self) -> str:
        """What its tab says: the title up to the colon."""
        return self.title.split(":")[0]


def page(summary: Mapping[str, Any], figures: Sequence[PageFigure], *, plotly_js: str) -> str:
    """Write the page.

    Parameters
    ----------
    summary
        The content of ``summary.json`` of a diagnosis.
    figures
        In the order they are shown; the first of each lens is its key picture.
    plotly_js
        The script that draws them; it is put into the page once, and not at all without figures.

    Returns
    -------
    str
        HTML that loads nothing, runs no script but its own, and holds all text of the summary as
        text.
    """
    summary = shown_text(summary)
    figures = [
        replace(one, title=shown_text(one.title), base_task=shown_text(one.base_task))
        for one in figures
    ]
    first = leading(summary)
    drawn = [(figure.eval_id, figure.base_task) for figure in figures]
    shown = subjects(summary, drawn)
    scripts = [script_text(_asset("theme.js")), script_text(_asset("page.js"))]
    library = script_text(plotly_js) if figures else ""
    findings = [one for subject in shown for one in subject.findings] or list(summary["findings"])
    html: str = (
        _environment()
        .get_template("page.html.jinja")
        .render(
            summary=summary,
            subjects=shown,
            figures=list(enumerate(figures)),
            pairs=len(first),
            causes=cause_counts(first),
            flags=flag_counts(first),
            matrix=matrix(first) if len(first) > 1 else None,
            sections={subject.pair: subject.key for subject in shown},
            shape_findings=shape_findings(summary),
            findings=findings[:FINDINGS],
            findings_left=len(summary["findings"]) - len(findings[:FINDINGS]),
            warnings_shown=WARNINGS,
            contrasts=summary.get("contrasts", [])[:CONTRASTS],
            contrasts_left=max(len(summary.get("contrasts", [])) - CONTRASTS, 0),
            how_read=HOW_READ,
            lens_notes=LENS_NOTES,
            pattern_notes=PATTERN_NOTES,
            policy=policy([*scripts, library] if library else scripts),
            theme_js=scripts[0],
            page_js=scripts[1],
            plotly_js=library,
            css=_asset("page.css"),
        )
    )
    return html


def of_subject(
    figures: Sequence[tuple[int, PageFigure]], subject: Subject, lens: str | None = None
) -> list[tuple[int, PageFigure]]:
    """Numbered figures of one (eval, task), and of one lens where that is given."""
    return [
        (number, figure)
        for number, figure in figures
        if (figure.eval_id, figure.base_task) == subject.pair and lens in (None, figure.lens)
    ]


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "), default=str)


@cache
def _asset(name: str) -> str:
    return (files("reasonscape.report") / "templates" / name).read_text("utf-8")


@cache
def _environment() -> Environment:
    # Everything of a summary is foreign text: it is escaped unless a template says otherwise, and
    # templates say so only of the project's own scripts and styles and of escaped JSON.
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    made = Environment(
        loader=FunctionLoader(_asset),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "effect": numerals.effect_words,
        "level": numerals.level_words,
        "chance": numerals.chance_words,
        "count": numerals.count_words,
        "number": numerals.number,
        "sort_key": numerals.sort_key,
        "cause": vocabulary.cause_name,
        "sure": vocabulary.confidence_word,
        "side": vocabulary.side,
        "told": vocabulary.told,
        "why": vocabulary.reason_words,
        "compact": _compact,
        "data_block": data_block,
    }
    made.globals |= {
        "of_subject": of_subject,
        "VERDICTS": vocabulary.VERDICTS,
        "LENSES": vocabulary.LENSES,
        "NO_FAILURE": vocabulary.NO_FAILURE,
        "REASSURANCES": vocabulary.REASSURANCES,
        "CAUSE_NAMES": vocabulary.CAUSES,
    }
    return made
