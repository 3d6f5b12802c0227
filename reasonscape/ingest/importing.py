"""The import: logs -> samples -> store, and the dataset config that goes with it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Unpack

from reasonscape.datasets.extension import extend_config
from reasonscape.ingest.choices import Choices, read_options
from reasonscape.ingest.features import trace_features
from reasonscape.ingest.fetching import logs_here
from reasonscape.ingest.logs import LogList, find_logs
from reasonscape.ingest.notices import Notices
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.refused import RefusedRows
from reasonscape.ingest.stream import Progress, SampleStream
from reasonscape.ingest.surveying import CONSEQUENCES, FoundAxis, SurveyReport, survey_of
from reasonscape.ingest.target import ImportTarget, import_target
from reasonscape.store.remote.urls import check_writable, url_of
from reasonscape.store.writing import OnConflict, Refusal

__all__ = [
    "CONSEQUENCES", "Choices", "FoundAxis", "ImportReport", "SurveyReport",
    "import_logs", "survey_logs",
]  # fmt: skip


@dataclass(frozen=True)
class ImportReport:
    """What an import did; every row read is in exactly one of the counts.

    Attributes
    ----------
    files, formats
        The logs read, and how many of each format.
    rows
        Rows read: ``added + unchanged + replaced + repeated + refused``.
    refused_files
        Files that could not be read after all; they are no rows.
    refused_by_reason
        Refused rows and files counted by their stable reason code, complete.
    refusals
        The refused rows themselves (file, row, field, cause), the first 1,000 of each reason.
    notices
        What cost no row but should be known, one line a kind.
    passed
        Files of a folder that are no log, with the reason.
    config
        The dataset config that was written or extended; None for a bare store folder, and where
        no row is good.
    complete
        No row or file was refused, or ``allow_partial`` was given; else the command ends with
        exit 4. The good rows are in the store either way.
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
    refused_files: int
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
    features: bool = True,
    on_conflict: OnConflict = "error",
    allow_partial: bool = False,
    refusals: Path | None = None,
    progress: Progress | None = None,
    **choices: Unpack[Choices],
) -> ImportReport:
    """Import logs into a dataset: one commit, all or nothing, refused rows aside.

    Parameters
    ----------
    paths
        Files and folders, also behind URLs; there also shell patterns.
    dataset
        The dataset's config (made if it is not there, its store beside it), or a store folder;
        also behind a URL.
    features
        Measure the traces (columns ``f.*``); without, `refresh_store` does so later.
    on_conflict
        What to do with a row that is in the store with other content.
    allow_partial
        Refused rows are expected: ``complete`` is true in spite of them.
    refusals
        File for the whole list of refused rows, JSON Lines; written only if there are any.
    progress
        Called with the bytes read and the bytes of all logs.
    **choices
        How the logs are read: `reasonscape.ingest.choices.Choices`.

    Raises
    ------
    UsageError
        A log or the dataset cannot be used as asked; nothing was changed.
    ImportIncompleteError
        Rows conflict with the store and ``on_conflict`` is ``error``; nothing was changed.
    """
    start = time.monotonic()
    options = read_options(**choices)
    if (url := url_of(dataset)) is not None:
        check_writable(url)
    with logs_here(paths) as here:
        found = here.named(find_logs(here.paths, choices.get("format"), options.mapping))
        return import_found(
            found, options, dataset, features=features, on_conflict=on_conflict,
            allow_partial=allow_partial, refusals=refusals, progress=progress, start=start,
        )  # fmt: skip


def import_found(
    found: LogList,
    options: ReadOptions,
    dataset: str | Path,
    *,
    features: bool = True,
    on_conflict: OnConflict = "error",
    allow_partial: bool = False,
    refusals: Path | None = None,
    progress: Progress | None = None,
    start: float | None = None,
) -> ImportReport:
    """Import logs whose formats are known; parameters as for `import_logs`.

    Parameters
    ----------
    found, options
        The logs, and how they are read.
    start
        When the import began, by the monotonic clock.
    """
    start = time.monotonic() if start is None else start
    target = import_target(dataset)
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
        if result is not None and result.good and target.config is not None:
            extend_config(target.config, stream.seen())
            config = target.config
    return ImportReport(
        files=tuple(log.shown for log in found.logs),
        formats=found.formats(),
        store=target.store,
        config=config,
        import_id=result.import_id if result else None,
        rows=stream.rows,
        added=result.added if result else 0,
        unchanged=result.unchanged if result else 0,
        replaced=result.replaced if result else 0,
        repeated=result.repeated if result else 0,
        refused=refused.total - refused.files,
        refused_files=refused.files,
        refused_by_reason=dict(sorted(refused.counts.items())),
        refusals=refused.kept(),
        notices=notices.lines(),
        passed=found.passed,
        complete=allow_partial or not refused.total,
        seconds=time.monotonic() - start,
    )


def survey_logs(
    paths: Iterable[str | Path],
    dataset: str | Path | None = None,
    *,
    on_conflict: OnConflict = "error",
    progress: Progress | None = None,
    **choices: Unpack[Choices],
) -> SurveyReport:
    """Read logs as `import_logs` would and say what they hold; nothing is written.

    Parameters
    ----------
    paths
        Files and folders, also behind URLs; there also shell patterns.
    dataset
        Where the import would go: its rows, the spellings of its parameters and its
        ``correct_at`` count.
    on_conflict, progress, **choices
        As for `import_logs`.

    Raises
    ------
    UsageError
        A log or the dataset cannot be used as asked.
    """
    options = read_options(**choices)
    target = ImportTarget(Path(os.devnull), None) if dataset is None else import_target(dataset)
    with logs_here(paths) as here:
        found = here.named(find_logs(here.paths, choices.get("format"), options.mapping))
        return survey_of(found, options, target, on_conflict, progress)
