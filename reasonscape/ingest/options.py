"""What a reader is told besides the path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from reasonscape.ingest.axes import Axes
from reasonscape.ingest.lines import MAX_ROW_BYTES
from reasonscape.ingest.notices import Notices

if TYPE_CHECKING:
    from reasonscape.ingest.grades import Grades
    from reasonscape.ingest.grading import Grader
    from reasonscape.ingest.mapping import RowMapping
    from reasonscape.ingest.reasoning import Markers


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Options of a reader.

    Attributes
    ----------
    mapping
        How foreign rows become samples; native rows have none.
    correct_at
        Base task -> score from which a row without ``correct`` counts as correct, where the
        dataset says so; elsewhere the mapping's, else 1.
    markers
        What opens and closes reasoning inside a response; the mapping's, else ``<think>`` and
        ``</think>``, with None.
    max_row_bytes
        Longest row that is read, bytes.
    spellings
        Parameter names the store has, whose spelling wins over one that differs only in case.
    notices
        Collects what costs no row.
    progress
        Called with the bytes of the file read so far.
    axes
        Which metadata become coordinates, for formats that have metadata.
    metric
        The score that counts, where a log has several; None takes the format's first.
    variant
        Which of several gradings of the same completions counts, such as a filter of lm-eval;
        ``all`` keeps them apart as tasks of their own; None takes the first.
    grades
        A file with grades for logs that have none.
    grade
        Grades rows that have a target and no grade.
    requests
        The requests that the logs answer, where they do not lie beside them.
    base_task
        Task family of rows whose log names none.
    source
        Name under which the rows of this log are stored; its path with None.
    """

    mapping: RowMapping | None = None
    correct_at: Mapping[str, float] = field(default_factory=dict)
    markers: Markers | None = None
    max_row_bytes: int = MAX_ROW_BYTES
    spellings: tuple[str, ...] = ()
    notices: Notices = field(default_factory=Notices)
    progress: Callable[[int], None] | None = None
    axes: Axes = field(default_factory=Axes)
    metric: str | None = None
    variant: str | None = None
    grades: Grades | None = None
    grade: Grader | None = None
    requests: Path | None = None
    base_task: str | None = None
    source: str | None = None

    def source_of(self, path: Path) -> str:
        """Name a log as it is stored with its rows, storable as UTF-8."""
        name = path.as_posix() if self.source is None else self.source
        return name.encode("utf-8", "replace").decode("utf-8")
