"""The import: logs -> samples -> store, and the dataset config that goes with it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reasonscape.datasets.extension import extend_config
from reasonscape.ingest.axes import parse_axes
from reasonscape.ingest.features import trace_features
from reasonscape.ingest.lines import MAX_ROW_BYTES
from reasonscape.ingest.logs import find_logs
from reasonscape.ingest.mapping import RowMapping, load_mapping
from reasonscape.ingest.notices import Notices
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.reasoning import chosen_markers
from reasonscape.ingest.refused import RefusedRows
from reasonscape.ingest.stream import Progress, SampleStream
from reasonscape.ingest.target import import_target
from reasonscape.store.writing import OnConflict, Refusal


@dataclass(frozen=True)
class ImportReport:
    """What an import did; every row read is in exactly one of the counts.

    Attributes
    ----------
    files, formats
        The logs read, and how many of each format.
    rows
        Rows read: ``added + unchanged + replaced + repeated + refused``.
    refused_by_reason
        Refused rows counted by their stable reason code, complete.
    refusals
        The refused rows themselves (file, row, field, cause), the first 1,000 of each reason.
    notices
        What cost no row but should be known, one line a kind.
    passed
        Files of a folder that are no log, with the reason.
    config
        The dataset config that was written or extended; None for a bare store folder.
    complete
        No row was refused, or ``allow_partial`` was given; else the command ends with exit 4. The
        good rows are in the store either way.
    """

    files: tuple[Path, ...]
    formats: Mapping[str, int]
    store: Path
    config: Path | None
    import_id: str | None
    rows: int
    added: int
    unchanged: int
    replaced: int
    repeated: int
    refused: int
    refused_by_reason: Mapping[str, int]
    refusals: tuple[Refusal, ...]
    notices: tuple[str, ...]
    passed: tuple[tuple[Path, str], ...]
    complete: bool
    seconds: float


def import_logs(
    paths: Iterable[str | Path],
    dataset: str | Path,
    *,
    format: str | None = None,
    mapping: RowMapping | str | Path | None = None,
    features: bool = True,
    think_open: str | None = None,
    think_close: str | None = None,
    axes: Sequence[str] = (),
    metric: str | None = None,
    variant: str | None = None,
    grades: str | Path | None = None,
    on_conflict: OnConflict = "error",
    allow_partial: bool = False,
    refusals: Path | None = None,
    max_row_bytes: int = MAX_ROW_BYTES,
    progress: Progress | None = None,
) -> ImportReport:
    """Import logs into a dataset: one commit, all or nothing, refused rows aside.

    Parameters
    ----------
    paths
        Files and folders.
    dataset
        The dataset's config (made if it is not there, its store beside it), or a store folder.
    format, mapping
        How to read the logs where that is not to be sniffed: the name of a format; a mapping, its
        file, or the name of a shipped one.
    features
        Measure the traces (columns ``f.*``); without, `refresh_store` does so later.
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
    on_conflict
        What to do with a row that is in the store with other content.
    allow_partial
        Refused rows are expected: ``complete`` is true in spite of them.
    refusals
        File for the whole list of refused rows, JSON Lines; written only if there are any.
    progress
        Called with the bytes read and the bytes of all logs.

    Raises
    ------
    UsageError
        A log or the dataset cannot be used as asked; nothing was changed.
    ImportIncompleteError
        Rows conflict with the store and ``on_conflict`` is ``error``; nothing was changed.
    """
    start = time.monotonic()
    markers = chosen_markers(think_open, think_close)
    rows_through = load_mapping(mapping) if isinstance(mapping, str | Path) else mapping
    options = ReadOptions(
        mapping=rows_through,
        markers=markers,
        max_row_bytes=max_row_bytes,
        axes=parse_axes(axes),
        metric=metric,
        variant=variant,
        grades=None if grades is None else Path(grades),
    )
    found = find_logs(paths, format, rows_through)
    target = import_target(Path(dataset))
    notices = Notices()
    with RefusedRows(refusals) as refused:
        stream = SampleStream(
            found.logs,
            target,
            notices,
            refused,
            options=options,
            progress=progress,
        )
        result = stream.into_store(on_conflict, trace_features if features else None)
        config = None
        if result is not None and target.config is not None:
            extend_config(target.config, stream.seen())
            config = target.config
    formats: dict[str, int] = {}
    for log in found.logs:
        formats[log.format.name] = formats.get(log.format.name, 0) + 1
    return ImportReport(
        files=tuple(log.path for log in found.logs),
        formats=formats,
        store=target.store,
        config=config,
        import_id=result.import_id if result else None,
        rows=stream.rows,
        added=result.added if result else 0,
        unchanged=result.unchanged if result else 0,
        replaced=result.replaced if result else 0,
        repeated=result.repeated if result else 0,
        refused=refused.total,
        refused_by_reason=dict(sorted(refused.counts.items())),
        refusals=refused.kept(),
        notices=notices.lines(),
        passed=found.passed,
        complete=allow_partial or not refused.total,
        seconds=time.monotonic() - start,
    )
