"""Samples that Inspect cut into chunks: a folder of members in place of one."""

from __future__ import annotations

import re
from typing import Any, Final

from reasonscape.ingest.notices import Notices
from reasonscape.ingest.readers.inspect.archive import Archive
from reasonscape.ingest.readers.inspect.attachments import ATTACHMENT
from reasonscape.ingest.readers.inspect.parts import Parts
from reasonscape.ingest.rows import RowError, read_row, shown

_SHELL: Final = re.compile(r"(samples/.+_epoch_\d+/)sample\.json")


def chunk_folder(name: str) -> str | None:
    """Give the folder of a sample in chunks by the name of its first member; else None.

    Examples
    --------
    >>> chunk_folder("samples/7_epoch_1/sample.json"), chunk_folder("samples/7_epoch_1.json")
    ('samples/7_epoch_1/', None)
    """
    found = _SHELL.fullmatch(name)
    return found[1] if found else None


def add_chunks(sample: Parts, folder: str, archive: Archive, notices: Notices) -> None:
    """Add what a sample keeps in members of its own: metadata, and texts that are referred to.

    Events, calls and the messages before the last are left where they are.

    Raises
    ------
    RowError
        A member cannot be read.
    """
    metadata = f"{folder}metadata.json"
    if metadata in archive:
        sample.put("metadata", read_row(archive.read(metadata), notices))
    refers = ATTACHMENT.encode()
    raws = [sample.raw(key) for key in ("input", "output", "scores", "target")]
    if any(raw is None or refers in bytes(raw) for raw in raws):
        sample.put("attachments", _attachments(f"{folder}attachments/", archive, notices))


def _attachments(folder: str, archive: Archive, notices: Notices) -> dict[str, Any]:
    """Texts by their place in the sequence, which is cut into members named by their first."""
    found = dict[str, Any]()
    start = 0
    while (name := f"{folder}{start}.json") in archive:
        texts = read_row(b'{"a":%s}' % archive.read(name), notices)["a"]
        if not isinstance(texts, list):
            raise RowError("wrong_type", f"expected a list, found {shown(texts)}", "attachments")
        if not texts:
            break
        found.update((str(index), text) for index, text in enumerate(texts, start))
        start += len(texts)
    return found
