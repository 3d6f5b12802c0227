"""Samples of which an Inspect log has only the summary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from reasonscape.ingest.native import NativeRow
from reasonscape.ingest.options import ReadOptions
from reasonscape.ingest.readers.inspect.archive import Archive
from reasonscape.ingest.readers.inspect.header import Header
from reasonscape.ingest.readers.inspect.parts import Parts
from reasonscape.ingest.readers.inspect.sample import read_sample
from reasonscape.ingest.rows import RowError, read_row

SUMMARIES: Final = "summaries.json"
_JOURNAL: Final = re.compile(r"_journal/summaries/(\d{1,9})\.json")
_CUT_TEXT: Final = "...\n(content truncated)"
_CUT_VALUE: Final = "Key removed from summary"
ONLY_SUMMARY: Final = "samples of which only the summary is there: without their texts"
UNFINISHED: Final = "samples that were not finished: left out"


def summary_rows(
    archive: Archive, header: Header, options: ReadOptions
) -> Iterator[NativeRow | RowError]:
    """Read the samples that have a summary and no member of their own.

    A summary has the question, the target, the scores, the usage and the limit or error of a
    sample; long texts in it are cut off, and those are left out.
    """
    found = dict[tuple[str, int], Any]()
    for name in _members(archive):
        try:
            listed = read_row(b'{"a":%s}' % archive.read(name), options.notices)["a"]
            if not isinstance(listed, list):
                raise RowError("wrong_type", "expected a list of summaries", name[:80])
        except RowError as error:
            yield error
            continue
        for summary in listed:
            key = _key(summary)
            if key is None:
                yield RowError("wrong_type", "a summary without id and epoch", "id")
            elif not _is_written(archive, *key):
                found[key] = summary  # of a sample that was run again, the later one counts
    for summary in found.values():
        if summary.get("completed") is False:
            options.notices.add(UNFINISHED)
            continue
        options.notices.add(ONLY_SUMMARY)
        try:
            yield read_sample(
                Parts.of(_whole_parts(summary), options.notices), header, options.notices
            )
        except RowError as error:
            yield error


def _members(archive: Archive) -> list[str]:
    if SUMMARIES in archive:
        return [SUMMARIES]
    numbered = [(int(m[1]), name) for name in archive.members if (m := _JOURNAL.fullmatch(name))]
    return [name for _, name in sorted(numbered)]


def _key(summary: object) -> tuple[str, int] | None:
    if not isinstance(summary, dict):
        return None
    item, epoch = summary.get("id"), summary.get("epoch")
    if not isinstance(item, str | int) or type(epoch) is not int:
        return None
    return str(item), epoch


def _is_written(archive: Archive, item: str, epoch: int) -> bool:
    name = f"samples/{item}_epoch_{epoch}"
    return f"{name}.json" in archive or f"{name}/sample.json" in archive


def _whole_parts(summary: dict[str, Any]) -> dict[str, Any]:
    """Leave out what a summary cut off, as another text would be another question."""
    whole = dict(summary)
    if not _is_whole(whole.get("input")):
        whole["input"] = None
    if isinstance(whole.get("target"), str) and not _is_whole(whole["target"]):
        whole["target"] = None
    metadata = whole.get("metadata")
    if isinstance(metadata, dict):
        whole["metadata"] = {
            key: value
            for key, value in metadata.items()
            if not (isinstance(value, str) and value.startswith(_CUT_VALUE))
        }
    return whole


def _is_whole(text: object) -> bool:
    return isinstance(text, str) and not text.endswith(_CUT_TEXT)
