"""What a user may choose about how logs are read; the same for an import and its dry run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict, Unpack

from reasonscape.errors import UsageError
from reasonscape.ingest.axes import parse_axes
from reasonscape.ingest.grades import Grades
from reasonscape.ingest.grading import Grader
from reasonscape.ingest.lines import MAX_ROW_BYTES
from reasonscape.ingest.mapping import RowMapping, load_mapping
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.reasoning import chosen_markers


class Choices(TypedDict, total=False):
    """Keyword arguments that `import_logs` and `survey_logs` share; each may be left away.

    Attributes
    ----------
    format, mapping
        How to read the logs where that is not to be sniffed: the name of a format; a mapping, its
        file, or the name of a shipped one.
    think_open, think_close
        What opens and closes reasoning inside a response, in place of the mapping's markers, or
        of ``<think>`` and ``</think>``.
    axes
        Coordinates from the metadata of a log: ``NAME=EXPRESSION`` or paths; without any, what
        looks like one; ``["none"]`` for none.
    metric, variant
        Which score, and which grading of the same completions, counts where a log has several.
    grades
        File of grades for logs that have none.
    grade, grade_pattern
        Grade rows that have a target and no grade: ``exact``, ``numeric``, ``choice`` or
        ``regex``, which takes a pattern whose one group is the answer.
    requests
        File of the requests that a batch output answers, where it does not lie beside it.
    base_task
        Task family of rows whose log names none.
    max_row_bytes
        Longest row that is read.
    """

    format: str | None
    mapping: RowMapping | str | Path | None
    think_open: str | None
    think_close: str | None
    axes: Sequence[str]
    metric: str | None
    variant: str | None
    grades: str | Path | None
    grade: str | None
    grade_pattern: str | None
    requests: str | Path | None
    base_task: str | None
    max_row_bytes: int


def read_options(**choices: Unpack[Choices]) -> ReadOptions:
    """Check what was chosen and make the options of the readers.

    Raises
    ------
    UsageError, ConfigError
        A choice cannot be used.
    """
    mapping, grades = choices.get("mapping"), choices.get("grades")
    requests = choices.get("requests")
    return ReadOptions(
        mapping=load_mapping(mapping) if isinstance(mapping, str | Path) else mapping,
        markers=chosen_markers(choices.get("think_open"), choices.get("think_close")),
        max_row_bytes=choices.get("max_row_bytes", MAX_ROW_BYTES),
        axes=parse_axes(choices.get("axes", ())),
        metric=choices.get("metric"),
        variant=choices.get("variant"),
        grades=None if grades is None else Grades(Path(grades)),
        grade=_grader(choices.get("grade"), choices.get("grade_pattern")),
        requests=None if requests is None else Path(requests),
        base_task=choices.get("base_task"),
    )


def _grader(name: str | None, pattern: str | None) -> Grader | None:
    if name is not None:
        return Grader(name, pattern)
    if pattern is not None:
        raise UsageError(
            "a pattern of the answer was given and no grader", remedy="add --grade regex"
        )
    return None
