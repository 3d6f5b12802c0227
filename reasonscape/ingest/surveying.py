"""The dry run of an import: logs read to the end, nothing written."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reasonscape.ingest.logs import LogList
from reasonscape.ingest.notices import Notices
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.refused import RefusedRows
from reasonscape.ingest.stream import Progress, SampleStream
from reasonscape.ingest.survey import Levels, Survey
from reasonscape.ingest.target import ImportTarget
from reasonscape.store.rehearsal import Rehearsal
from reasonscape.store.writing import ConflictError, OnConflict, Refusal

if TYPE_CHECKING:
    from reasonscape.ingest.format import Format
    from reasonscape.store.settling import Settlement

_TRAILING_NUMBER: Final = re.compile(r"(\D* )(\d{1,9}(?:\.\d{1,9})?)")

CONSEQUENCES: Final[Mapping[str, str]] = {
    "correct": "accuracy and every lens need grades: give --grade, or grades in a file",
    "prompt": "items pair by item_id alone, and fft has no input to look at",
    "response": "compression has no trace to measure",
    "completion_tokens": "hazard measures time in bytes of the trace",
    "stop": "what was cut off cannot be told from what ended by itself",
    "max_tokens": "a stop that the log does not say cannot be inferred from counts",
    "chance": "accuracy is not set against guessing",
    "sampler": "runs with other sampling settings are one eval",
    "template": "runs with other prompts are one eval",
    "target": "answers cannot be graded again",
}
"""What it means for an analysis that no row has a field, the gravest first."""


@dataclass(frozen=True, slots=True)
class FoundAxis:
    """A coordinate that rows would have, or metadata that could become one.

    Attributes
    ----------
    name
        Its name as an axis.
    path
        Where it stands, as ``--axes`` takes it; empty for one that the format itself has.
    taken
        It becomes a coordinate with the options as they are.
    levels
        What was counted.
    """

    name: str
    path: str
    taken: bool
    levels: Levels

    @property
    def varies(self) -> bool:
        """Whether it tells rows apart."""
        return len(self.levels.values) > 1


@dataclass(frozen=True, slots=True)
class SurveyReport:
    """What an import would find, without having written anything.

    Attributes
    ----------
    rows, good, refused
        Rows read; those that would be stored (or are there already); those that would not.
    refused_files
        Files that could not be read after all; they are no rows.
    unchanged
        Good rows that are in the store already, or twice in the logs.
    conflicts, conflict
        Rows for which the import would fail, and its message; empty without any.
    conflicts_within
        How many of them differ from another row of the same logs.
    unknown
        Fields that no row has, those with a consequence first.
    axes
        Coordinates that rows would have, and metadata that was not taken.
    suggested
        Arguments of ``--axes`` that would make coordinates of metadata in another form.
    """

    files: tuple[Path, ...]
    formats: Mapping[str, int]
    rows: int
    good: int
    refused: int
    refused_files: int
    unchanged: int
    conflicts: int
    conflicts_within: int
    conflict: str
    refused_by_reason: Mapping[str, int]
    refusals: tuple[Refusal, ...]
    notices: tuple[str, ...]
    passed: tuple[tuple[Path, str], ...]
    survey: Survey
    inferred: Mapping[str, str]
    unknown: tuple[str, ...]
    axes: tuple[FoundAxis, ...]
    suggested: tuple[str, ...]
    seconds: float


def survey_of(
    found: LogList,
    options: ReadOptions,
    target: ImportTarget,
    on_conflict: OnConflict = "error",
    progress: Progress | None = None,
) -> SurveyReport:
    """Read logs to the end and count what they hold.

    Parameters
    ----------
    found
        The logs.
    options
        As the import would have them.
    target
        Where the import would go; only read.
    on_conflict
        As for the import.
    progress
        Called with the bytes read and the bytes of all logs.
    """
    start = time.monotonic()
    survey, notices = Survey(), Notices()
    watching = replace(options, axes=replace(options.axes, watch=survey.watch))
    rehearsing = Rehearsal(target.store, on_conflict=on_conflict)
    with RefusedRows() as refused, rehearsing as rehearsal:
        stream = SampleStream(
            found.logs, target, notices, refused, options=watching, progress=progress
        )
        for batch in stream.batches():
            good, faulty = rehearsal.add(batch)
            for sample in good:
                survey.add(sample)
            for refusal in faulty:
                refused.add(refusal)
        settled = rehearsal.settle()
        for refusal in settled.refused:
            refused.add(refusal)
    axes = tuple(_axes(survey))
    return SurveyReport(
        files=tuple(log.shown for log in found.logs),
        formats=found.formats(),
        rows=stream.rows,
        good=survey.rows - len(settled.refused) - settled.unlisted,
        refused=refused.total - refused.files,
        refused_files=refused.files,
        unchanged=settled.unchanged,
        conflicts=settled.conflicts,
        conflicts_within=settled.within,
        conflict=_conflict(settled),
        refused_by_reason=dict(sorted(refused.counts.items())),
        refusals=refused.kept(),
        notices=notices.lines(),
        passed=found.passed,
        survey=survey,
        inferred=_inferred({log.format.name: log.format for log in found.logs}, survey),
        unknown=_unknown(survey),
        axes=axes,
        suggested=tuple(_suggested(axes)),
        seconds=time.monotonic() - start,
    )


def _conflict(settled: Settlement) -> str:
    if not settled.conflicts:
        return ""
    return str(ConflictError(settled.conflicts, settled.example, settled.within))


def _inferred(formats: Mapping[str, Format], survey: Survey) -> dict[str, str]:
    """Fields that some row has and that a format concludes from others."""
    found = dict[str, str]()
    for _, known in sorted(formats.items()):
        for name, how in known.declares.inferred.items():
            if survey.fields.get(name):
                found.setdefault(name, how)
    return found


def _unknown(survey: Survey) -> tuple[str, ...]:
    if not survey.rows:
        return ()
    missing = [name for name, count in survey.fields.items() if not count]
    order = list(CONSEQUENCES)
    return tuple(sorted(missing, key=lambda n: (order.index(n) if n in order else len(order), n)))


def _axes(survey: Survey) -> Iterator[FoundAxis]:
    """Coordinates first, then metadata that was not taken and varies."""
    paths = {_axis_name(path): path for path in reversed(survey.metadata)}
    for name, levels in survey.axes.items():
        yield FoundAxis(name, paths.get(name, ""), True, levels)
    for path, levels in survey.metadata.items():
        name = _axis_name(path)
        if name not in survey.axes and len(levels.values) > 1:
            yield FoundAxis(name, path, False, levels)


def _axis_name(path: str) -> str:
    """The name that the automatic rule gives: the path below ``doc``, ``metadata`` and so on."""
    _, dot, below = path.partition(".")
    return below if dot else path


def _suggested(axes: Sequence[FoundAxis]) -> Iterator[str]:
    for axis in axes:
        if not axis.path or axis.levels.is_numeric or axis.levels.more:
            continue
        matches = [_TRAILING_NUMBER.fullmatch(str(value)) for value in axis.levels.values]
        words = {match[1].count(" ") for match in matches if match}
        if len(matches) > 1 and all(matches) and len(words) == 1:
            yield f"{axis.name}_number=number(part({axis.path}, ' ', -1))"
