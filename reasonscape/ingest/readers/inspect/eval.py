"""Rows of an ``.eval`` archive: its samples, and what stands in its journal only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from reasonscape.errors import UsageError
from reasonscape.ingest.native import NativeRow
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.inspect.archive import Archive
from reasonscape.ingest.readers.inspect.chunks import add_chunks, chunk_folder
from reasonscape.ingest.readers.inspect.header import Header, read_header
from reasonscape.ingest.readers.inspect.parts import Parts
from reasonscape.ingest.readers.inspect.sample import read_sample
from reasonscape.ingest.readers.inspect.summaries import summary_rows
from reasonscape.ingest.rows import RowError, read_row

HEADER: Final = "header.json"
START: Final = "_journal/start.json"
SAMPLES: Final = "samples/"
MEMBER_SHARE: Final = 4
"""A sample may have this many times the bytes of the longest row: it holds a transcript besides."""


def archive_rows(path: Path, options: ReadOptions) -> Iterator[NativeRow | RowError]:
    """Read the samples of an archive.

    Raises
    ------
    UsageError
        It is no log, or no intact one, or has no samples.
    """
    with Archive(path, MEMBER_SHARE * options.max_row_bytes) as archive:
        document, ended = _header_document(archive, options)
        try:
            header = read_header(document, options.metric, options.notices, ended=ended)
        except RowError as error:
            raise UsageError(
                f"the header of {path} cannot be read: {error.detail}", remedy="get an intact copy"
            ) from error
        if archive.cut:
            options.notices.add("the end of the log is missing: read as far as it goes")
        if archive.doubled:
            options.notices.add(
                "members that were written again: the last one counts", archive.doubled
            )
        rows = 0
        for name in _sample_names(archive):
            rows += 1
            yield _row(archive, name, header, options)
            if options.progress:
                options.progress(archive.position)
        if rows != header.expected:
            for row in summary_rows(archive, header, options):
                rows += 1
                yield row
        if not rows:
            raise no_samples(path, document)
        note_missing(rows, header, options)


def no_samples(path: Path, document: dict[str, Any]) -> UsageError:
    """Say that a log has no samples, with what its header says of its run."""
    status = document.get("status", "started")
    return UsageError(
        f"{path} has no samples; its run has the status {str(status)[:20]!r}",
        remedy="run the evaluation to its end, with --log-samples",
    )


def note_missing(rows: int, header: Header, options: ReadOptions) -> None:
    """Say that a log holds fewer samples than its run had."""
    if header.expected is not None and rows < header.expected:
        options.notices.add(
            f"the run had {header.expected:,} samples, of which the log holds {rows:,}"
        )


def _header_document(archive: Archive, options: ReadOptions) -> tuple[dict[str, Any], bool]:
    """Read the header; of a run that did not end, the record of its start."""
    for name in (HEADER, START):
        if name not in archive:
            continue
        try:
            return read_row(archive.read(name), options.notices), name == HEADER
        except RowError as error:
            if name == HEADER and START in archive:
                options.notices.add(f"{HEADER} cannot be read: {error.detail}")
                continue
            raise UsageError(
                f"{name} in {archive.path} cannot be read: {error.detail}",
                remedy="get an intact copy",
            ) from error
    raise UsageError(
        f"{archive.path} is a ZIP archive without {HEADER} or {START}: no Inspect log",
        remedy="give the .eval file that Inspect wrote",
    )


def _sample_names(archive: Archive) -> list[str]:
    """Names of the samples: members of their own, or the first of a folder of chunks."""
    names = [name for name in archive.members if name.startswith(SAMPLES)]
    folders = tuple(folder for name in names if (folder := chunk_folder(name)))
    return [
        name
        for name in names
        if name.endswith(".json") and (not name.startswith(folders) or chunk_folder(name))
    ]


def _row(archive: Archive, name: str, header: Header, options: ReadOptions) -> NativeRow | RowError:
    try:
        sample = Parts(archive.read(name), options.notices)
        if folder := chunk_folder(name):
            add_chunks(sample, folder, archive, options.notices)
        return read_sample(sample, header, options.notices)
    except RowError as error:
        return error
